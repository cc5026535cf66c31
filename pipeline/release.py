"""A release: all that is handed on of one publication in one folder, every file hashed, the same bytes each time.

    release.json    the run, what is in the folder, what changed since the last release; sizes and hashes of all files
    SHA256SUMS      the same hashes, as ``sha256sum --check`` reads them
    parquet/ csv/ xlsx/ site/
    changes.csv     rows added, removed and changed by table, agency and year (with ``since``)
    accuracy.txt    the accuracy of the reader, as ``make accuracy`` prints it (where it is given)

A release is never replaced: whoever cites it finds what was cited.

Belongs here: putting it together. The files are ``export``'s and ``site``'s, the changes ``warehouse.diff``'s.
"""

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline import __version__
from pipeline.addresses import Address
from pipeline.export.build import FORMATS, export
from pipeline.export.errors import ExportError
from pipeline.export.hashes import bytes_and_hash
from pipeline.export.run_record import RunRecord, run_record
from pipeline.site import build as site
from pipeline.site.folder import SiteError
from pipeline.staging.progress import Progress, silent
from pipeline.system.remedies import remedy
from pipeline.warehouse.diff import DiffError, diff
from pipeline.warehouse.target import target_at

MANIFEST, SUMS = "release.json", "SHA256SUMS"
_CHANGES, _ACCURACY = "changes.csv", "accuracy.txt"
#: What stands at a folder's side while its release is written.
_UNFINISHED = ".unfinished"


class ReleaseError(Exception):
    """The release cannot be written; nothing is left of it. The message says why."""


@dataclass(frozen=True, slots=True)
class Release:
    """The run that was released, and the number and size in bytes of the files."""

    run: RunRecord
    files: int
    size: int


def write(
    warehouse: Address,
    folder: Path,
    since: Address | None = None,
    accuracy: Path | None = None,
    progress: Progress = silent,
) -> Release:
    """Write a release of a warehouse into a folder that does not exist yet.

    ``since`` is the warehouse of the last release, of which the changes are counted.

    Raises:
        ReleaseError: the folder is there, a file cannot be read or written, or the warehouses cannot be compared.
        FileNotFoundError, TargetError, duckdb.Error: the warehouse cannot be opened.
    """
    if folder.exists():
        raise ReleaseError(f"{folder} is there already, and a release is never replaced: give another DIR")
    unfinished = folder.with_name(folder.name + _UNFINISHED)
    shutil.rmtree(unfinished, ignore_errors=True)
    try:
        unfinished.mkdir(parents=True)
        run = _contents(warehouse, unfinished, since, accuracy, progress)
        files = list(_hashed(unfinished))
        manifest = _manifest(run, files, since)
        (unfinished / MANIFEST).write_text(json.dumps(manifest, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
        sums = [*files, *_hashed(unfinished, MANIFEST)]
        lines = [f"{each['sha256']}  {each['path']}\n" for each in sums]
        (unfinished / SUMS).write_text("".join(lines), encoding="utf-8")
        unfinished.rename(folder)
    except (ExportError, SiteError, DiffError) as error:
        raise ReleaseError(str(error)) from error
    except OSError as error:
        raise ReleaseError(f"{folder}: the release cannot be written: {error}{remedy(error, 'another DIR')}") from error
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return Release(run, len(files) + 2, sum(each["bytes"] for each in files))


def _contents(
    warehouse: Address, folder: Path, since: Address | None, accuracy: Path | None, progress: Progress
) -> RunRecord:
    """Write all but the hashes; the run that is released. A publication meanwhile ends it."""
    target = target_at(warehouse)
    changes = None if since is None else diff(since, warehouse)  # what is wrong with it is told before the long work
    with target.connect() as con:
        run = run_record(con)
        for kind in FORMATS:
            export(con, folder / kind, kind, (), progress)
        site.write(con, folder / "site", lambda done, total: progress("agencies", done, total))
    if changes is not None:
        changes.write_csv(folder / _CHANGES)
    if accuracy is not None:
        shutil.copyfile(accuracy, folder / _ACCURACY)
    with target.connect() as con:
        if run_record(con) != run:
            raise ReleaseError(f"{warehouse}: another run published meanwhile; begin again")
    return run


def _hashed(folder: Path, pattern: str = "**/*") -> Iterator[dict[str, Any]]:
    """Path, size and hash of the files of a folder, by path."""
    for file in sorted(path for path in folder.glob(pattern) if path.is_file()):
        size, digest = bytes_and_hash(file)
        yield {"path": file.relative_to(folder).as_posix(), "bytes": size, "sha256": digest}


def _manifest(run: RunRecord, files: list[dict[str, Any]], since: Address | None) -> dict[str, Any]:
    before = None
    if since is not None:
        with target_at(since).connect() as con:
            before = run_record(con).run_id
    return {
        "name": "ogi-warehouse",
        "version": __version__,
        "run": {
            "id": run.run_id,
            "finished_at": f"{run.finished_at.isoformat(timespec='seconds')}Z",
            "code_version": run.code_version,
            "reports": run.reports,
        },
        "changes_since_run": before,
        "files": files,
    }
