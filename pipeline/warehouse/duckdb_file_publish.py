"""Publishes to a DuckDB file: a new file is built beside the published one, checked, and renamed over it.

Readers that have the old file open keep it; nobody sees a half-written one, and the old file itself is never changed.

Belongs here: when a file is built, compared, refused and published. What is written into it is ``build``'s and
``incremental``'s, what becomes of the one that it replaces ``kept_files``'s.
"""

import contextlib
import logging
import os
import shutil
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import duckdb

from pipeline import sql
from pipeline.settings import Settings
from pipeline.staging.folder import Staging
from pipeline.staging.parquet import StagingError
from pipeline.system import lock
from pipeline.system.remedies import remedy
from pipeline.warehouse import incremental, kept_files, removals
from pipeline.warehouse.build import build, row_counts
from pipeline.warehouse.checks import check
from pipeline.warehouse.comparison import is_same
from pipeline.warehouse.errors import PublishError
from pipeline.warehouse.incremental import Changes, IncrementalBuild
from pipeline.warehouse.loading import PREVIOUS, Loading
from pipeline.warehouse.provenance import PublishingRun
from pipeline.warehouse.publication import PublishResult, refuse_faults, refuse_stale, unchanged
from pipeline.warehouse.published_file import expect_ours

log = logging.getLogger(__name__)

#: DuckDB's errors for a disk that is full or cannot be written to.
DISK_ERRORS = (duckdb.IOException, duckdb.TransactionException, duckdb.FatalException, duckdb.OutOfMemoryException)


def publish(path: Path, settings: Settings, run: PublishingRun) -> PublishResult:
    """Build a file, check it, and replace the published one at ``path`` by it, unless it says nothing else.

    Raises:
        PublishError: the file cannot be written, or what was built fails its checks, or drops too much.
        StagingError: what is staged is missing or damaged.
    """
    staging = Staging(settings.staging)
    building = building_path(path)
    try:
        with lock.exclusive(lock_path(path), f"run {run.run_id}"):
            remove_leftovers(path)
            is_readable = refuse_foreign(path, staging)
            if is_readable and incremental.is_published(staging, path):
                refuse_stale(staging, quick=True)
                return _unchanged(path)
            changes = incremental.find_changes(staging, path) if is_readable else None
            refuse_stale(staging, quick=False)
            # What is kept knows of the publications before, where the published file does not any more.
            before = path if is_readable else next(iter(kept_files.kept(path)), path)
            result, done = _build(building, path, before, settings, run, changes)
            is_new = not is_readable or _says_something_else(path, building, result, done)
            if run.dry_run:
                return result if is_new else _unchanged(path)
            if is_new:
                refuse_foreign(path, staging)
                kept_files.replace(path, building, settings.keep_previous, is_readable)
            else:
                result = _unchanged(path)
            with contextlib.suppress(OSError, StagingError):  # without it the next build is a full one
                incremental.remember(staging, path, changes.times if changes and done and is_new else 0, done)
    except (OSError, *DISK_ERRORS) as error:
        raise PublishError(
            f"{path}: the warehouse cannot be written: {error}{remedy(error, '--warehouse or OGI_WAREHOUSE')}"
        ) from error
    finally:
        with contextlib.suppress(OSError):
            remove(path.parent.glob(f"{building.name}*"))
    if is_new:
        log.info("published %s: %d reports", path, result.rows["dim_report"])
    return result


def refuse_foreign(path: Path, staging: Staging) -> bool:
    """Whether there is a published file that can be read. Raise if there is anything else that would be lost.

    Raises:
        PublishError: what lies there is not ours, or is open for writing elsewhere.
    """
    return expect_ours(path, lambda: bool(kept_files.kept(path)) or incremental.was_published(staging, path))


def _unchanged(path: Path) -> PublishResult:
    with duckdb.connect(str(path), read_only=True) as con:
        return unchanged(con, path, row_counts(con))


def _says_something_else(path: Path, new: Path, result: PublishResult, done: IncrementalBuild | None) -> bool:
    """Whether the new file has anything that the published one has not, or the other way round."""
    if result.files_new or result.files_changed or result.files_removed:
        return True
    return not is_same(path, new, done.affected_agencies if done else None)


def _build(
    building: Path, published: Path, before: Path, settings: Settings, run: PublishingRun, changes: Changes | None
) -> tuple[PublishResult, IncrementalBuild | None]:
    """Build the file incrementally where that is possible, else in full."""
    if changes:
        try:
            return _build_incrementally(building, published, settings, run, changes)
        except duckdb.Error as error:
            log.warning("%s: the incremental build failed, so that a full build is done: %s", published, error)
            remove(building.parent.glob(f"{building.name}*"))
    with _opened(building, settings) as loading:
        files = build(loading, run, before)
        refuse_faults(check(loading.con))
        dropped = _refuse_removal(loading, published, settings, run) if before == published else ()
        return PublishResult.of(row_counts(loading.con), files, dropped), None


def _build_incrementally(
    building: Path, published: Path, settings: Settings, run: PublishingRun, changes: Changes
) -> tuple[PublishResult, IncrementalBuild]:
    """Apply the changes to a copy of the published file."""
    shutil.copyfile(published, building)
    with _opened(building, settings) as loading:
        done = incremental.build(loading, run, published, changes)
        refuse_faults(check(loading.con, loading.only_affected(incremental.CHECKED_TABLES)))
        dropped = _refuse_removal(loading, published, settings, run)
        return PublishResult.of(row_counts(loading.con), done.files, dropped), done


def _refuse_removal(
    loading: Loading, published: Path, settings: Settings, run: PublishingRun
) -> Sequence[removals.Dropped]:
    """The reports of the published file that the new one has no more. Raise if they are more than is allowed."""
    new = sql.identifier(sql.scalar(loading.con, "SELECT current_database()"))
    with loading.previous_file(published) as has_previous:
        return removals.refuse(loading.con, PREVIOUS, new, settings, run, published) if has_previous else ()


@contextlib.contextmanager
def _opened(path: Path, settings: Settings) -> Iterator[Loading]:
    con = duckdb.connect(str(path), config={"memory_limit": f"{settings.memory_mb}MB"})
    try:
        with Loading(con, Staging(settings.staging)) as loading:
            yield loading
        con.execute("CHECKPOINT")
    finally:
        con.close()


def remove_leftovers(path: Path) -> None:
    """Remove the half-built files of runs that were killed. Only while holding the lock."""
    for kind in ("building*", "previous"):
        remove(path.parent.glob(f".{path.name}.*.{kind}"))
    remove(kept_files.older_folder(path).glob(".*"))


def building_path(path: Path) -> Path:
    """Where this process builds the file that is to be published."""
    return path.with_name(f".{path.name}.{os.getpid()}.building")


def lock_path(path: Path) -> Path:
    """What who writes here has locked."""
    return path.with_name(f".{path.name}.lock")


def remove(paths: Iterable[Path]) -> None:
    """Remove files, and the folders to which DuckDB spills what does not fit into memory."""
    for path in list(paths):
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
