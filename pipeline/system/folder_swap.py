"""Replacing what a folder holds: the new is written beside the old, then renames exchange them.

A reader sees the old or the new, but for the moment between two renames. Whoever replaces holds a lock (``lock``) and
knows which files are its own; what a run that was killed left behind is looked at before ``fresh`` clears it.

Belongs here: folders and renames. Which of them are exchanged, and what in them may be overwritten, is the caller's.
"""

import contextlib
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path


@contextlib.contextmanager
def fresh(folder: Path) -> Iterator[Path]:
    """An empty folder to work in; what a run that was killed left there goes first, and what is left there at the end.

    The folder may have been renamed away by then: that is how the new takes the place of the old.

    Raises:
        OSError: the folder cannot be made, or what was left in it cannot be removed.
    """
    remove(folder)
    folder.mkdir(parents=True)
    try:
        yield folder
    finally:
        # What cannot be removed is cleared by the next run; it is no reason for this one to fail.
        with contextlib.suppress(OSError):
            remove(folder)


def exchange(renames: Sequence[tuple[Path, Path]]) -> None:
    """Rename files or folders in order, each from one path to another; if one fails, all are renamed back.

    Raises:
        OSError: a rename failed. A path that could not be renamed back is in the error's notes.
    """
    done: list[tuple[Path, Path]] = []
    try:
        for old, new in renames:
            old.rename(new)
            done.append((old, new))
    except BaseException as error:
        for old, new in reversed(done):
            try:
                new.rename(old)
            except OSError as stuck:
                error.add_note(f"{old} is now {new}: it could not be renamed back ({stuck.strerror})")
        raise


def remove(folder: Path) -> None:
    """Remove a folder and all that is in it, if it is there.

    Raises:
        OSError: it cannot be removed.
    """
    if folder.is_dir():
        shutil.rmtree(folder)
