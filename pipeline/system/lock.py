"""File locks, which the kernel releases when their process ends, however it ends: no killed run leaves a lock behind.

- ``exclusive`` waits until nobody else holds the lock.
- ``try_exclusive`` does not wait.
- ``shared`` is a sign of life, which ``is_held`` asks for.

Belongs here: flock and waiting. Which folders are locked, and for how long, is decided where they are used.
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
    """Hold the lock alone, after waiting for whoever holds it; its file is removed afterwards.

    ``holder`` describes this process to those that wait for it; waiting is logged once, as a warning.

    Raises:
        OSError: the lock file cannot be made.
    """
    waited = False
    while True:
        with _opened(path) as file:
            if _acquired(file, path):
                _write(file, holder)
                try:
                    yield
                finally:
                    # Before the release: who opened it meanwhile finds that it is no longer the file at the path.
                    path.unlink(missing_ok=True)
                return
            if not waited:
                file.seek(0)
                log.warning("waiting for %s, which works in %s", file.read() or "another run", path.parent)
                waited = True
        # Polled rather than blocked, so that a run that is cancelled while it waits ends at once.
        time.sleep(POLL_SECONDS)


@contextlib.contextmanager
def try_exclusive(path: Path) -> Iterator[bool]:
    """Hold the lock alone if nobody holds it now; whether it is held. Its file stays.

    Raises:
        OSError: the lock file cannot be made.
    """
    with _opened(path) as file:
        yield _acquired(file, path)


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
            return not _locked(file)
    except FileNotFoundError:
        return False


def holders(path: Path) -> str:
    """Who holds the lock, in their own words and with the numbers of their processes; empty if nobody does.

    Raises:
        OSError: the lock file cannot be read.
    """
    if not is_held(path):
        return ""
    words = path.read_text(encoding="utf-8", errors="replace") or "a run"
    numbers = sorted(_processes(path.stat()))
    return words + (f", process {', '.join(map(str, numbers))}" if numbers else "")


def _processes(file: os.stat_result) -> set[int]:
    """The processes that hold locks of a file, as Linux lists them; elsewhere none are known."""
    device = f"{os.major(file.st_dev):02x}:{os.minor(file.st_dev):02x}:{file.st_ino}"
    try:
        lines = Path("/proc/locks").read_text(encoding="ascii").splitlines()
    except OSError:
        return set()
    # 1: FLOCK  ADVISORY  WRITE 4711 fd:01:131 0 EOF; who waits has an arrow behind the number.
    fields = [line.split() for line in lines]
    return {int(each[4]) for each in fields if len(each) > 5 and each[5] == device and each[1] != "->"}


def _opened(path: Path) -> TextIO:
    path.parent.mkdir(parents=True, exist_ok=True)
    return path.open("a+", encoding="utf-8")


def _acquired(file: TextIO, path: Path) -> bool:
    """Lock an open file, if it is free and still the one at the path; whether it is locked."""
    if not _locked(file):
        return False
    try:
        return os.path.samestat(os.fstat(file.fileno()), path.stat())
    except FileNotFoundError:
        return False


def _locked(file: TextIO) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _write(file: TextIO, text: str) -> None:
    """Write who holds the lock. A full disk is no reason to fail, neither now nor later: nothing is buffered."""
    with contextlib.suppress(OSError):
        os.ftruncate(file.fileno(), 0)
        os.write(file.fileno(), text.encode())
