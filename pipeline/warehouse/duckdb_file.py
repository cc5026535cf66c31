"""From staging to the published DuckDB file: a new file is made beside the old one, checked, and put in its place.

Readers that have the old file open keep it; nobody sees a half-written one, and nothing of the old file is changed.

Belongs here: files and their places. What stands in them is ``build``'s and ``amend``'s; a DuckLake is ``lake``'s.
"""

import contextlib
import logging
import os
import shutil
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

import duckdb

from pipeline.addresses import Lake
from pipeline.settings import Settings
from pipeline.staging.folder import Staging
from pipeline.staging.parquet import StagingError
from pipeline.system import lock
from pipeline.system.remedies import remedy
from pipeline.warehouse import ducklake, incremental
from pipeline.warehouse.build import build, counts
from pipeline.warehouse.checks import check
from pipeline.warehouse.connection import connect, previous
from pipeline.warehouse.provenance import Run
from pipeline.warehouse.publication import LockedError, Published, PublishError, refuse_faults, refuse_stale

__all__ = ["LockedError", "PublishError", "Published", "Run", "check", "publish"]

log = logging.getLogger(__name__)

#: As what DuckDB raises a disk that is full or will not be written to.
_OF_THE_DISK = (duckdb.IOException, duckdb.TransactionException, duckdb.FatalException, duckdb.OutOfMemoryException)


def publish(settings: Settings, run: Run, years: Collection[int] | None = None) -> Published:
    """Publish all that is staged in the warehouse that the settings name; into a lake, or only some years of it.

    Raises:
        PublishError: the warehouse cannot be written, or what was built fails its checks.
        StagingError: what is staged is missing or damaged.
    """
    target = settings.warehouse
    if isinstance(target, Lake):
        return ducklake.publish(target, settings, run, years)
    if years is not None:
        raise PublishError(f"{target}: a file is replaced whole; only a DuckLake can have some of its years replaced")
    return _replace(target, settings, run)


def _replace(target: Path, settings: Settings, run: Run) -> Published:
    """Build a file, check it, and put it in the published one's place."""
    if target.is_dir():
        raise PublishError(f"{target} is a folder; give the path of a file")
    place = Staging(settings.staging)
    building = target.with_name(f".{target.name}.{os.getpid()}.building")
    try:
        with lock.exclusive(target.with_name(f".{target.name}.lock"), f"run {run.run_id}"):
            _clean(target)
            _refuse_foreign_writer(target)
            changes = incremental.changes(place, target)
            refuse_stale(place, quick=changes is not None and changes.none)
            amended = _amended(building, target, settings, run, changes) if changes else None
            published = amended[0] if amended else _built(building, target, settings, run)
            _flush(building)
            _refuse_foreign_writer(target)
            _keep(target)
            os.replace(building, target)
            _flush(target.parent)
            with contextlib.suppress(OSError, StagingError):  # without it the next file is built anew
                if changes and amended:
                    incremental.note(place, target, changes.times, amended[1])
                else:
                    incremental.note(place, target)
    except (OSError, *_OF_THE_DISK) as error:
        raise PublishError(
            f"{target}: the warehouse cannot be written: {error}{remedy(error, '--warehouse or OGI_WAREHOUSE')}"
        ) from error
    finally:
        with contextlib.suppress(OSError):
            _remove(target.parent.glob(f"{building.name}*"))
    log.info("published %s: %d reports", target, published.rows["dim_report"])
    return published


def _built(building: Path, target: Path, settings: Settings, run: Run) -> Published:
    """Build a new file."""
    place = Staging(settings.staging)
    with _opened(building, settings.memory_mb) as con:
        seen = build(con, place, run, target)
        refuse_faults(check(con))
        return Published(target, counts(con), seen.new, seen.changed, seen.removed)


def _amended(
    building: Path, target: Path, settings: Settings, run: Run, changes: incremental.Changes
) -> tuple[Published, incremental.Amended] | None:
    """Bring a copy of the published file up to date; None, and nothing left, if it cannot be read."""
    place = Staging(settings.staging)
    shutil.copyfile(target, building)
    try:
        with _opened(building, settings.memory_mb) as con:
            done = incremental.amend(con, place, run, target, changes)
            if not changes.none:
                refuse_faults(check(con, incremental.only_concerned(con, names=incremental.ALL_NAMES)))
            return Published(target, counts(con), done.seen.new, done.seen.changed, done.seen.removed), done
    except duckdb.Error as error:
        log.warning("%s cannot be brought up to date and is built anew: %s", target, error)
        _remove(building.parent.glob(f"{building.name}*"))
        return None


def _keep(target: Path) -> None:
    """Keep the published file as the previous one. The link is made beside its place, so that one is always there."""
    if not target.is_file():
        return
    link = target.with_name(f".{target.name}.{os.getpid()}.previous")
    try:
        link.unlink(missing_ok=True)
        try:
            os.link(target, link)
        except OSError:  # a file system without links
            shutil.copyfile(target, link)
        # What a foreign writer that died left unmerged belongs to the file it wrote to; beside another it does harm.
        _wal(previous(target)).unlink(missing_ok=True)
        os.replace(link, previous(target))
        if _wal(target).exists():
            os.replace(_wal(target), _wal(previous(target)))
    finally:
        link.unlink(missing_ok=True)


def _wal(path: Path) -> Path:
    return path.with_name(path.name + ".wal")


def _clean(target: Path) -> None:
    """Remove what runs that were killed left half-built. Only for who holds the lock."""
    for kind in ("building*", "previous"):
        _remove(target.parent.glob(f".{target.name}.*.{kind}"))


def _remove(paths: Iterable[Path]) -> None:
    for path in list(paths):
        if path.is_dir():  # where DuckDB puts aside what does not fit into memory
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def _flush(path: Path) -> None:
    """Have the disk keep what was written, so that a power cut cannot publish a name without its content."""
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _refuse_foreign_writer(target: Path) -> None:
    """Raise if another program has the published file open for writing: what it writes would be lost."""
    if not target.is_file():
        return
    try:
        connect(target).close()
    except duckdb.IOException as error:
        if "could not set lock" in str(error).lower():  # not any lock: a damaged file has a bad block
            raise LockedError(
                f"{target}: another program has the warehouse open for writing; close it there, or open it read-only: "
                f"{error}"
            ) from error
    except duckdb.Error:
        pass  # a damaged file is replaced, and says so


@contextlib.contextmanager
def _opened(path: Path, memory_mb: int) -> Iterator[duckdb.DuckDBPyConnection]:
    con = duckdb.connect(str(path), config={"memory_limit": f"{memory_mb}MB"})
    try:
        yield con
        con.execute("CHECKPOINT")
    finally:
        con.close()
