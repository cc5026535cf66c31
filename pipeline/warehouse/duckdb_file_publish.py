"""Publishes to a DuckDB file: a new file is built beside the published one, checked, and renamed over it.

Readers that have the old file open keep it; nobody sees a half-written one, and the old file itself is never changed.

Belongs here: files – locks, copies, links, fsync, replacing. What is written into them is ``build``'s and
``incremental``'s.
"""

import contextlib
import logging
import os
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

import duckdb

from pipeline import sql
from pipeline.settings import Settings
from pipeline.staging.folder import Staging
from pipeline.staging.parquet import StagingError
from pipeline.system import lock
from pipeline.system.remedies import remedy
from pipeline.warehouse import incremental, removals
from pipeline.warehouse.build import build, row_counts
from pipeline.warehouse.checks import check
from pipeline.warehouse.errors import LockedError, PublishError
from pipeline.warehouse.incremental import Changes, IncrementalBuild
from pipeline.warehouse.loading import PREVIOUS, Loading
from pipeline.warehouse.provenance import PublishingRun
from pipeline.warehouse.publication import PublishResult, refuse_faults, refuse_stale

log = logging.getLogger(__name__)

#: DuckDB's errors for a disk that is full or cannot be written to.
_DISK_ERRORS = (duckdb.IOException, duckdb.TransactionException, duckdb.FatalException, duckdb.OutOfMemoryException)


def publish(path: Path, previous: Path, settings: Settings, run: PublishingRun) -> PublishResult:
    """Build a file, check it, and replace the published one at ``path`` by it; that one is kept as ``previous``.

    Raises:
        PublishError: the file cannot be written, or what was built fails its checks.
        StagingError: what is staged is missing or damaged.
    """
    staging = Staging(settings.staging)
    building = path.with_name(f".{path.name}.{os.getpid()}.building")
    try:
        with lock.exclusive(path.with_name(f".{path.name}.lock"), f"run {run.run_id}"):
            _remove_leftovers(path)
            _refuse_foreign_writer(path)
            changes = incremental.find_changes(staging, path)
            refuse_stale(staging, quick=changes is not None and changes.none)
            result, done = _build(building, path, settings, run, changes)
            _sync(building)
            _refuse_foreign_writer(path)
            _keep_previous(path, previous)
            os.replace(building, path)
            _sync(path.parent)
            with contextlib.suppress(OSError, StagingError):  # without it the next build is a full one
                incremental.remember(staging, path, changes.times if changes and done else 0, done)
    except (OSError, *_DISK_ERRORS) as error:
        raise PublishError(
            f"{path}: the warehouse cannot be written: {error}{remedy(error, '--warehouse or OGI_WAREHOUSE')}"
        ) from error
    finally:
        with contextlib.suppress(OSError):
            _remove(path.parent.glob(f"{building.name}*"))
    log.info("published %s: %d reports", path, result.rows["dim_report"])
    return result


def _build(
    building: Path, published: Path, settings: Settings, run: PublishingRun, changes: Changes | None
) -> tuple[PublishResult, IncrementalBuild | None]:
    """Build the file incrementally where that is possible, else in full."""
    if changes:
        try:
            return _build_incrementally(building, published, settings, run, changes)
        except duckdb.Error as error:
            log.warning("%s: the incremental build failed, so that a full build is done: %s", published, error)
            _remove(building.parent.glob(f"{building.name}*"))
    with _opened(building, settings) as loading:
        files = build(loading, run, published)
        refuse_faults(check(loading.con))
        _refuse_removal(loading, published, settings, run)
        return PublishResult.of(row_counts(loading.con), files), None


def _build_incrementally(
    building: Path, published: Path, settings: Settings, run: PublishingRun, changes: Changes
) -> tuple[PublishResult, IncrementalBuild]:
    """Apply the changes to a copy of the published file."""
    shutil.copyfile(published, building)
    with _opened(building, settings) as loading:
        done = incremental.build(loading, run, published, changes)
        if not changes.none:
            refuse_faults(check(loading.con, loading.only_affected(incremental.CHECKED_TABLES)))
            _refuse_removal(loading, published, settings, run)
        return PublishResult.of(row_counts(loading.con), done.files), done


def _refuse_removal(loading: Loading, published: Path, settings: Settings, run: PublishingRun) -> None:
    """Raise if the new file drops more of the published one than is allowed."""
    new = sql.identifier(sql.scalar(loading.con, "SELECT current_database()"))
    with loading.previous_file(published) as has_previous:
        if has_previous:
            removals.refuse(loading.con, PREVIOUS, new, settings, run, published)


@contextlib.contextmanager
def _opened(path: Path, settings: Settings) -> Iterator[Loading]:
    con = duckdb.connect(str(path), config={"memory_limit": f"{settings.memory_mb}MB"})
    try:
        with Loading(con, Staging(settings.staging)) as loading:
            yield loading
        con.execute("CHECKPOINT")
    finally:
        con.close()


def _keep_previous(path: Path, previous: Path) -> None:
    """Keep the published file as the previous one. Its link is moved there whole, so that there always is one."""
    if not path.is_file():
        return
    link = path.with_name(f".{path.name}.{os.getpid()}.previous")
    try:
        link.unlink(missing_ok=True)
        try:
            os.link(path, link)
        except OSError:  # a file system without links
            shutil.copyfile(path, link)
        # The write-ahead log of a foreign writer that died belongs to the file it wrote to, and harms any other.
        _wal(previous).unlink(missing_ok=True)
        os.replace(link, previous)
        if _wal(path).exists():
            os.replace(_wal(path), _wal(previous))
    finally:
        link.unlink(missing_ok=True)


def _wal(path: Path) -> Path:
    return path.with_name(path.name + ".wal")


def _remove_leftovers(path: Path) -> None:
    """Remove the half-built files of runs that were killed. Only while holding the lock."""
    for kind in ("building*", "previous"):
        _remove(path.parent.glob(f".{path.name}.*.{kind}"))


def _remove(paths: Iterable[Path]) -> None:
    for path in list(paths):
        if path.is_dir():  # where DuckDB spills what does not fit into memory
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def _sync(path: Path) -> None:
    """Write a file or folder through to the disk, so that a power cut cannot publish a name without its content."""
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _refuse_foreign_writer(path: Path) -> None:
    """Raise if another program has the published file open for writing: what it writes would be lost."""
    if not path.is_file():
        return
    try:
        duckdb.connect(str(path), read_only=True).close()
    except duckdb.IOException as error:
        if "could not set lock" in str(error).lower():  # other IO errors are those of a damaged file
            raise LockedError(
                f"{path}: another program has the warehouse open for writing; close it there, or open it read-only: "
                f"{error}"
            ) from error
    except duckdb.Error:
        pass  # a damaged file is replaced; the build logs it
