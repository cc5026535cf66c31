"""What a run would change: the files under a source compared with those that the published warehouse was made from.

Belongs here: comparing. When a run is asked for is ``assets.automation``'s.
"""

import hashlib
import json
import logging
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb
import polars as pl

from pipeline import addresses
from pipeline.addresses import Address
from pipeline.settings import ZONE, Settings
from pipeline.sources import archives, fetch, listing, names, sidecars
from pipeline.sources import files as sources
from pipeline.sources.files import SIDECARS, WAIVERS, ListedFile, SourceFile
from pipeline.sql import scalar
from pipeline.staging import fingerprints
from pipeline.staging.folder import Staging
from pipeline.staging.working_copy import local_staging
from pipeline.warehouse.connection import connect
from pipeline.warehouse.ducklake_connection import LakeError
from pipeline.warehouse.provenance import CODE, LATEST_RUN
from pipeline.warehouse.publication import checked_since

log = logging.getLogger(__name__)

#: The staged files that are compared here.
_COMPARED = ("catalogue.parquet", "checked.json", "fingerprints.parquet", "read/*")
#: The versions of files that the published warehouse was made from.
_PUBLISHED_FILES = """
SELECT source_file, source_sha256 FROM dim_report UNION ALL
SELECT source_file, source_sha256 FROM rejected_report UNION ALL
SELECT source_file, source_sha256 FROM superseded_report WHERE reason <> 'file_changed'
"""
_OUT_OF_SCOPE = "SELECT count(*) FROM rejected_report WHERE reason = 'year_out_of_scope'"


@dataclass(frozen=True, slots=True)
class Pending:
    """What the next run would publish that is not published yet.

    ``other`` has, in words, what is no report: a manifest, waivers, another reader, no warehouse. ``state`` is a hash
    of all that and of the run that published last: the same as long as nothing happens.
    """

    new: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    other: tuple[str, ...] = ()
    state: str = ""

    def __bool__(self) -> bool:
        return bool(self.new or self.changed or self.removed or self.other)

    def __str__(self) -> str:
        kinds = (("new", self.new), ("changed", self.changed), ("removed", self.removed))
        counts = (f"{len(files)} {kind}" for kind, files in kinds if files)
        return ", ".join([*counts, *self.other]) or "nothing new, changed or removed"


@dataclass(frozen=True, slots=True)
class _Published:
    """What the published warehouse was made from; all empty where there is none that can be read."""

    run_id: str = ""
    #: When its run, or a later one that found nothing to change, began to look at the files, in seconds since 1970.
    started: float = 0
    #: Version of the program.
    code: str = ""
    #: Hashes by source_file.
    files: dict[str, str] = field(default_factory=dict)
    #: The waivers files.
    waivers: frozenset[str] = frozenset()
    #: Whether there were reports of a year that had not begun.
    out_of_scope: bool = False


@dataclass(frozen=True, slots=True)
class _Touched:
    """A sidecar file, or with an empty name a folder, and when it was last touched, in seconds since 1970.

    By the kernel's clock, since copies keep their modification times; at a URL by the store's.
    """

    address: str
    source_file: str
    name: str
    when: float


def pending(settings: Settings, roots: Sequence[Path] | None = None) -> Pending:
    """Compare the files under the source (or ``roots``) with those that the published warehouse was made from.

    Files are compared by content; those whose fingerprint is the same as when they were parsed have the content that
    they had then. A manifest, register or waivers count when they were written after the last run began, or are gone;
    so does a folder in which a file came or went without a trace, as a manifest that was removed. At a URL they count
    also when they are not as they were when the reports were parsed.

    Raises:
        SourceError: a source does not exist or cannot be read.
        StoreError: the store of a URL cannot be reached.
    """
    roots = [settings.source] if roots is None else list(roots)
    with listing.listed_once(), local_staging(settings, _COMPARED, push=False) as staging:
        return _compare(settings, roots, Staging(staging))


def _compare(settings: Settings, roots: Sequence[Path], staging: Staging) -> Pending:
    files = sources.find(roots)
    published = _published(settings.warehouse, staging)
    unchanged = fingerprints.unchanged(staging, roots, fingerprints.of_bytes(files, settings))
    now, before = _hashes(files, unchanged, settings), published.files
    closed = tuple(f"{file.source_file}/" for file in files if sources.is_unreadable_folder(file))
    now |= {name: digest for name, digest in before.items() if closed and name.startswith(closed)}
    new = tuple(name for name in now if name not in before)
    changed = tuple(name for name in now if name in before and now[name] != before[name])
    removed = tuple(sorted(name for name in before if name not in now))
    touched = [*_touched(roots)]
    other = list(dict.fromkeys(_other(published, roots, staging, touched, files_moved=bool(new or removed))))
    touched_since = sorted((each.address, each.when) for each in touched if each.when > published.started)
    versions = sorted((name, now.get(name)) for name in (*new, *changed, *removed))
    state = hashlib.sha256(json.dumps([published.run_id, CODE, other, versions, touched_since]).encode()).hexdigest()
    # Not part of the state: a run that fails midway leaves staged years that are stale.
    if published.code == CODE and (stale := _stale_years(settings, staging)):
        other.append(f"tables of {', '.join(map(str, stale))} not read by this reader")
    return Pending(new, changed, removed, tuple(other), state)


def _hashes(files: Sequence[SourceFile], unchanged: pl.DataFrame, settings: Settings) -> dict[str, str]:
    """By source_file, the hash that a run would record of it; empty for a file that is too large or unreadable.

    ``unchanged`` are rows of the catalogue whose hash holds; the other files are read.
    """
    found = dict(unchanged.select("source_file", "source_sha256").iter_rows())
    names_of_files = {file.source_file for file in files}
    opened = {archive for name in found if (archive := archives.archive_of(name, names_of_files))}
    waiting = [file for file in files if not found.get(file.source_file) and file.source_file not in opened]
    while waiting:
        inside: list[SourceFile] = []
        for file, read in zip(waiting, archives.read_all(waiting, settings), strict=True):
            found[file.source_file] = ""
            with suppress(fetch.RejectedError):
                data = read()
                found[file.source_file] = fetch.sha256(data)
                if members := archives.members(file, data, settings):
                    inside += members
                    del found[file.source_file]
        waiting = inside
    return {name: found[name] for name in sorted(found)}


def _published(target: Address, staging: Staging) -> _Published:
    try:
        with connect(target) as con:
            row = con.execute(f"SELECT run_id, started_at, code_version FROM {LATEST_RUN}").fetchone()
            files = dict(con.execute(_PUBLISHED_FILES).fetchall())
            waivers = frozenset(name for (name,) in con.execute("SELECT source_file FROM quality_waiver").fetchall())
            out_of_scope = bool(scalar(con, _OUT_OF_SCOPE))
    except (FileNotFoundError, LakeError, duckdb.Error) as error:
        log.info("%s: %s", target, error)
        return _Published()
    if row is None:
        return _Published()
    run_id, started, code = row
    started = checked_since(staging, run_id) or started
    return _Published(run_id, started.replace(tzinfo=UTC).timestamp(), code, files, waivers, out_of_scope)


# Besides the reports


def _other(
    published: _Published, roots: Sequence[Path], staging: Staging, touched: Sequence[_Touched], *, files_moved: bool
) -> Iterator[str]:
    """In words, what else would change the warehouse; some of it may be said twice.

    ``files_moved`` says that reports came or went, which touches their folders.
    """
    if not published.run_id:
        yield "no published warehouse that can be read"
        return
    since = [each for each in touched if each.when > published.started]
    yield from (f"{each.name} written" for each in since if each.name)
    if not files_moved and not all(each.name for each in since):
        yield "a folder's own files changed"
    yield from _changed_at_urls(roots, staging)
    if not published.waivers <= {each.source_file for each in touched if each.name == WAIVERS}:
        yield f"{WAIVERS} removed"
    if published.code != CODE:
        yield f"published by version {published.code}, this is {CODE}"
    if published.out_of_scope and _year(published.started) < _year(time.time()):
        yield "a new year has begun, which reports were waiting for"


def _changed_at_urls(roots: Sequence[Path], staging: Staging) -> Iterator[str]:
    """Sidecar files at URLs that are not as they were when the reports were parsed."""
    if any(map(addresses.is_url, roots)):
        before, now = fingerprints.saved_sidecars(staging), fingerprints.of_sidecars(roots)
        for address in sorted(before.keys() | now.keys()):
            if before.get(address) != now.get(address):
                name = address.rpartition("/")[2]
                yield f"{name} written" if address in now else f"{name} removed"


def _touched(roots: Iterable[Path]) -> Iterator[_Touched]:
    """Sidecar files, and folders on this machine."""
    for root in roots:
        if addresses.is_url(root):
            for name in SIDECARS:
                for file in sidecars.at_url(root, name):
                    yield _Touched(file.address, file.source_file, name, (file.written_ns or 0) / 1e9)
        elif not root.is_dir():
            yield from _touched_paths(root.parent, [root.parent / name for name in SIDECARS])
        else:
            for folder in sources.walk(root):
                yield from _touched_paths(root, [Path(folder.path), *map(Path, map(folder.path_of, SIDECARS))])


def _touched_paths(base: Path, paths: Iterable[Path]) -> Iterator[_Touched]:
    """Those of the paths that exist."""
    for path in paths:
        try:
            when = path.stat().st_ctime
        except OSError:
            continue
        name = path.name if path.is_file() else ""
        yield _Touched(str(path), names.of_path(path.relative_to(base).as_posix()), name, when)


def _stale_years(settings: Settings, staging: Staging) -> list[int]:
    """Years that are staged, but not by this reader. Staging that was removed is no reason to read all again."""
    if not staging.catalogue.exists():
        return []
    if addresses.is_url(settings.staging):  # the marks are here, the tables that they are about are not
        return staging.years_stale_by_mark()
    return staging.stale_years(quick=True)


def _year(when: float) -> int:
    return datetime.fromtimestamp(when, ZoneInfo(ZONE)).year


# Quiet


def seconds_quiet(roots: Sequence[Path]) -> float:
    """For how long no file under the roots has been written to, moved or made."""
    latest = max([*_touched_reports(roots), *(each.when for each in _touched(roots))], default=0.0)
    return max(0.0, time.time() - latest)


def _touched_reports(roots: Sequence[Path]) -> Iterator[float]:
    """When each report was last touched."""
    for file in sources.find(roots):
        if isinstance(file, ListedFile):
            yield (file.written_ns or 0) / 1e9
            continue
        with suppress(OSError):
            yield file.path.stat().st_ctime
