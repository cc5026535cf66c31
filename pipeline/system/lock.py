"""Locks that the kernel takes back when their process ends, however it ends: nothing that was killed locks for good.

``exclusive`` is one at a time, ``shared`` a sign of life that ``is_held`` can ask for.

Belongs here: flock and waiting. Which folders are locked, and for how long, is said where they are used.
"""

import contextlib
import fcntl
import logging
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

log = logging.getLogger(__name__)

POLL_SECONDS = 0.2


@contextlib.contextmanager
def exclusive(path: Path, holder: str) -> Iterator[None]:
    """Hold the lock alone, after waiting for whoever has it.

    ``holder`` says in words who holds it, for those who wait; waiting is logged once, as a warning.

    Raises:
        OSError: the lock file cannot be made.
    """
    waited = False
    while True:
        with _opened(path) as file:
            if _locks(file, fcntl.LOCK_EX) and _is(file, path):
                _write(file, holder)
                try:
                    yield
                finally:
                    # Before it is let go: who opened it meanwhile finds that it is not the one any more.
                    path.unlink(missing_ok=True)
                return
            if not waited:
                file.seek(0)
                log.warning("waiting for %s, which works in %s", file.read() or "another run", path.parent)
                waited = True
        # Polled rather than blocked, so that a run that is cancelled while it waits ends at once.
        time.sleep(POLL_SECONDS)


@contextlib.contextmanager
def shared(path: Path) -> Iterator[None]:
    """Hold the lock with others, for ``is_held``.

    Raises:
        OSError: the lock file cannot be made.
    """
    with _opened(path) as file:
        fcntl.flock(file, fcntl.LOCK_SH)
        yield


def is_held(path: Path) -> bool:
    """Whether any process holds the lock; False where there is no such file."""
    try:
        with path.open() as file:
            return not _locks(file, fcntl.LOCK_EX)
    except FileNotFoundError:
        return False


def _opened(path: Path) -> TextIO:
    path.parent.mkdir(parents=True, exist_ok=True)
    return path.open("a+", encoding="utf-8")


def _locks(file: TextIO, how: int) -> bool:
    try:
        fcntl.flock(file, how | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _is(file: TextIO, path: Path) -> bool:
    """Whether an open file is still the one at the path."""
    try:
        return os.path.samestat(os.fstat(file.fileno()), path.stat())
    except FileNotFoundError:
        return False


def _write(file: TextIO, text: str) -> None:
    """Who holds the lock is a courtesy: a full disk is no reason to fail here, nor later, so nothing is buffered."""
    with contextlib.suppress(OSError):
        os.ftruncate(file.fileno(), 0)
        os.write(file.fileno(), text.encode())
