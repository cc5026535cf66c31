"""The files that publications replaced, which are kept beside the published one.

    ogi.duckdb                              the published warehouse
    ogi.previous.duckdb                     the one that it replaced
    ogi.previous/20261127T180012Z.duckdb    those before, each by the moment at which it was published (UTC)
    ogi.damaged.duckdb                      the last published file that could not be read when it was replaced

Belongs here: their names, and replacing the published file so that the one before is never lost. Which file replaces it
is ``duckdb_file_publish``'s and ``duckdb_file_restore``'s.
"""

import contextlib
import logging
import os
import shutil
from datetime import UTC, datetime
from pathlib import Path

log = logging.getLogger(__name__)


def previous_path(path: Path) -> Path:
    """Where the file that a publication replaces stays: ``ogi.previous.duckdb`` beside ``ogi.duckdb``."""
    return path.parent / f"{path.stem}.previous{path.suffix}"  # with_name() refuses "/", whose error is the publisher's


def older_folder(path: Path) -> Path:
    """Where the files that were replaced before stay: ``ogi.previous/``."""
    return path.parent / f"{path.stem}.previous"


def damaged_path(path: Path) -> Path:
    """Where a published file stays that could not be read: ``ogi.damaged.duckdb``."""
    return path.parent / f"{path.stem}.damaged{path.suffix}"


def kept(path: Path) -> list[Path]:
    """The files that publications replaced, the latest first."""
    previous = previous_path(path)
    latest = [previous] if previous.is_file() else []
    older = sorted(older_folder(path).glob(f"[!.]*{path.suffix}"), reverse=True)
    # A run that was killed may have moved the previous file and left it where it was, too.
    return latest + [each for each in older if each.is_file() and not (latest and each.samefile(previous))]


def replace(path: Path, new: Path, most: int, is_readable: bool) -> None:
    """Put a new file in the place of the published one, which stays as the previous one; keep ``most`` of those.

    One that is not readable is set aside instead: it must not take the place of one that is.
    """
    sync(new)
    if path.is_file() and path.stat().st_size:
        _set_aside(path, previous_path(path) if is_readable else damaged_path(path))
    os.replace(new, path)
    sync(path.parent)
    for each in kept(path)[most:]:
        with contextlib.suppress(OSError):  # more than are wanted do no harm; the next publication tries again
            _wal(each).unlink(missing_ok=True)
            each.unlink()


def sync(path: Path) -> None:
    """Write a file or folder through to the disk, so that a power cut cannot publish a name without its content."""
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _set_aside(path: Path, place: Path) -> None:
    """Keep the published file under another name, too. Its link is moved there whole, so that there always is one."""
    link = path.with_name(f".{path.name}.{os.getpid()}.previous")
    try:
        link.unlink(missing_ok=True)
        _link(path, link)
        if place == previous_path(path):
            _keep_older(path, place)
        # The write-ahead log of a foreign writer that died belongs to the file it wrote to, and harms any other.
        _wal(place).unlink(missing_ok=True)
        os.replace(link, place)
        if _wal(path).exists():
            os.replace(_wal(path), _wal(place))
    finally:
        link.unlink(missing_ok=True)


def _keep_older(path: Path, previous: Path) -> None:
    """Keep the previous file among the older ones, where it has the moment of its publication as a name."""
    if not previous.is_file():
        return
    moment = datetime.fromtimestamp(previous.stat().st_mtime, UTC)
    place = older_folder(path) / f"{moment:%Y%m%dT%H%M%S.%f}Z{path.suffix}"
    if place.exists():  # a run that was killed before it had replaced the previous file
        return
    place.parent.mkdir(exist_ok=True)
    half = place.with_name(f".{place.name}")
    half.unlink(missing_ok=True)
    _link(previous, half)
    os.replace(half, place)
    if _wal(previous).exists():
        shutil.copyfile(_wal(previous), _wal(place))


def _link(path: Path, link: Path) -> None:
    try:
        os.link(path, link)
    except OSError:  # a file system without links
        shutil.copy2(path, link)


def _wal(path: Path) -> Path:
    return path.with_name(path.name + ".wal")
