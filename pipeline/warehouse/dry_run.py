"""A run that publishes nothing: all its steps over a copy of what is staged, and what it would have published.

The copy is made of links, since staged files are never written to but replaced: only what changed costs anything. What
was built beside the warehouse, or in a transaction of a lake, is thrown away.

Belongs here: the copy, the steps, and comparing files with those of the published warehouse. How it is told is
``cli.ingest``'s.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import polars as pl

from pipeline import addresses
from pipeline.settings import Settings
from pipeline.staging import collect, parquet, steps
from pipeline.staging.folder import Staging
from pipeline.staging.progress import Progress, silent
from pipeline.staging.working_copy import local_staging, run_lock
from pipeline.system import lock
from pipeline.warehouse.errors import PublishError, TargetError
from pipeline.warehouse.provenance import PublishingRun
from pipeline.warehouse.publication import PublishResult
from pipeline.warehouse.target import publish, target_at

_FOLDER = ".dry-run-"
_PUBLISHED = """
SELECT source_file, source_sha256, NULL AS reason FROM dim_report UNION ALL
SELECT source_file, source_sha256, NULL FROM superseded_report WHERE reason <> 'file_changed' UNION ALL
SELECT source_file, source_sha256, reason FROM rejected_report
"""


@dataclass(frozen=True, slots=True)
class Rejected:
    """A file that would be rejected, and was not rejected with these bytes before."""

    source_file: str
    reason: str
    message: str


@dataclass(slots=True)
class DryRun:
    """What a run would do; ``result`` is None where it would be refused, which ``refusal`` says why."""

    files: int = 0
    new: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)
    #: All files that would be rejected, by reason.
    reasons: Counter[str] = field(default_factory=Counter)
    #: Reports that are published now; None where nothing is.
    reports_now: int | None = None
    result: PublishResult | None = None
    refusal: str = ""


def dry_run(
    roots: Sequence[Path], settings: Settings, *, allow_removal: bool = False, progress: Progress = silent
) -> DryRun:
    """What a run over the sources would publish.

    Raises:
        SourceError, StoreError, StagingError, ProcessPoolError, OSError: as the steps of a run raise them.
        PublishError: what lies where the warehouse would be published is not ours.
    """
    target_at(settings.warehouse).refuse_foreign(settings)
    with lock.exclusive(run_lock(settings), "ogi ingest --dry-run"), _staging_copy(settings) as copy:
        collect.collect(roots, copy, progress)
        staging = Staging(copy.staging)
        steps.read_years(staging.stale_years(), copy, progress, again=False)
        found = DryRun()
        is_published = _compare(found, staging, settings)
        # Nothing is made where there is nothing yet.
        target = copy if is_published else copy.model_copy(update={"warehouse": copy.staging / "ogi.duckdb"})
        now = datetime.now(UTC).replace(tzinfo=None)
        try:
            found.result = publish(target, PublishingRun("dry-run", now, now, allow_removal, dry_run=True))
        except PublishError as error:
            found.refusal = str(error)
        return found


@contextlib.contextmanager
def _staging_copy(settings: Settings) -> Iterator[Settings]:
    """The settings with a copy of what is staged, which is removed afterwards."""
    with local_staging(settings, ("**",), push=False) as folder:
        folder.mkdir(parents=True, exist_ok=True)
        place = settings.scratch if addresses.is_url(settings.staging) else folder
        place.mkdir(parents=True, exist_ok=True)
        for left in place.glob(f"{_FOLDER}*"):  # of one that was killed
            shutil.rmtree(left, ignore_errors=True)
        with tempfile.TemporaryDirectory(prefix=_FOLDER, dir=place) as name:
            copy = Path(name)
            ignored = shutil.ignore_patterns(f"{_FOLDER}*", ".lock", ".*.part")
            shutil.copytree(folder, copy, copy_function=_link, ignore=ignored, dirs_exist_ok=True)
            yield settings.model_copy(update={"staging": copy})


def _link(path: str, copy: str) -> None:
    try:
        os.link(path, copy)
    except OSError:  # a file system without links
        shutil.copy2(path, copy)


def _compare(found: DryRun, staging: Staging, settings: Settings) -> bool:
    """Compare the files that were collected with those of the published warehouse; whether there is one."""
    now = {name: (digest, reason, message) for name, digest, reason, message in _collected(staging).iter_rows()}
    before: dict[str, tuple[str, str | None]] = {}
    try:
        with contextlib.closing(target_at(settings.warehouse).connect()) as con:
            before = {name: (digest, reason) for name, digest, reason in con.execute(_PUBLISHED).fetchall()}
            ((found.reports_now,),) = con.execute("SELECT count(*) FROM dim_report").fetchall()
    except (FileNotFoundError, TargetError, duckdb.Error):
        pass  # the publication tells a damaged one from none
    found.files = len(now)
    found.new = sorted(now.keys() - before.keys())
    found.changed = sorted(name for name in now.keys() & before.keys() if now[name][0] != before[name][0])
    found.removed = sorted(before.keys() - now.keys())
    for name, (digest, reason, message) in sorted(now.items()):
        if reason is not None:
            found.reasons[reason] += 1
            if before.get(name) != (digest, reason):
                found.rejected.append(Rejected(name, reason, message or ""))
    return bool(found.reports_now is not None)


def _collected(staging: Staging) -> pl.DataFrame:
    """Every file with its hash and, where it is rejected, the reason and message."""
    columns = ["source_file", "source_sha256", "reason", "message"]
    catalogue = parquet.read(staging.catalogue).select(columns)
    on_reading = [
        parquet.read(part.path).select(columns)
        for year in staging.table_years("rejected_report")
        for part in staging.parts("rejected_report", year)
    ]
    if not on_reading:
        return catalogue
    rejected = pl.concat(on_reading)
    return pl.concat([catalogue.join(rejected, on="source_file", how="anti"), rejected])
