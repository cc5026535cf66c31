"""Files that are refused: a process without root's rights, and file systems mounted for a test."""

import contextlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.settings import PROJECT
from tests.support.services import PATIENCE


def without_rights(code: str, *words: object) -> subprocess.CompletedProcess[str]:
    """Python for somebody to whom the rights of files and folders apply, as they do not to root."""
    lower = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] if os.geteuid() == 0 else []
    if lower and shutil.which(lower[0]) is None:
        pytest.skip("setpriv (util-linux) is needed to take root's rights away")
    return subprocess.run(
        [*lower, sys.executable, "-c", code, *map(str, words)],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )


@contextlib.contextmanager
def mounted(folder: Path, *words: str) -> Iterator[None]:
    """A file system on the folder, for as long as the test needs it."""
    folder.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(["mount", *words, str(folder)], capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"this process may not mount: {done.stderr.strip()}")
    try:
        yield
    finally:
        # Lazily: whoever still has a file open there must not keep the mount for ever.
        subprocess.run(["umount", "--lazy", str(folder)], check=True)
