"""The folder of a test run: in memory, where there is room, and gone with the run, even if the run was killed.

SQLite waits for the disk hundreds of times a run, so the tests' folders lie in shared memory. What a killed run leaves
there would fill it; the next run removes it. A run that lives holds a lock in its folder, which the kernel takes back.
"""

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from pipeline.system import lock

MEMORY = Path(os.environ.get("OGI_TESTS_MEMORY", "/dev/shm"))
ROOM = 4 << 30
"""Bytes that must be free there; less would end the run half way."""
_PREFIX = f"ogi_test_run_{os.getuid()}_"
_ALIVE = "alive.lock"


@contextlib.contextmanager
def folder() -> Iterator[Path | None]:
    """A folder in memory for this run, after those of killed runs are removed; None where there is no room."""
    if not MEMORY.is_dir():
        yield None
        return
    with contextlib.ExitStack() as alive:
        with lock.exclusive(MEMORY / f"{_PREFIX}begins.lock", "another run of the tests"):
            remove_killed()
            if shutil.disk_usage(MEMORY).free > ROOM:
                path = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=MEMORY))
                alive.callback(shutil.rmtree, path, ignore_errors=True)
                alive.enter_context(lock.shared(path / _ALIVE))
            else:
                path = None
        yield path / "pytest" if path else None


def remove_killed() -> None:
    """Remove the folders whose runs have ended without doing so."""
    for path in MEMORY.glob(f"{_PREFIX}*/"):
        if not lock.is_held(path / _ALIVE):
            shutil.rmtree(path, ignore_errors=True)
