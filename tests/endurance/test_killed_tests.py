"""A test run that is killed leaves its folder in memory; the next one removes it, and leaves a living run's alone."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.settings import PROJECT

PATIENCE = 120
"""Seconds after which a run hangs. Far beyond what one needs, so that a busy machine is no failure."""
WAITING = """
import time

def test_it_waits(tmp_path):
    (tmp_path / "large").touch()
    while not (tmp_path / "over").exists():
        time.sleep(0.02)
"""


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., subprocess.Popen[bytes]]:
    """Starts a test run of its own, whose memory is a folder of this test's."""
    memory = tmp_path / "memory"
    memory.mkdir()
    (tmp_path / "tests").mkdir()

    def start(text: str) -> subprocess.Popen[bytes]:
        (tmp_path / "tests" / "test_it.py").write_text(text)
        words = ["-p", "tests.conftest", "-p", "no:cacheprovider", "--rootdir", tmp_path, tmp_path / "tests"]
        return subprocess.Popen(
            [sys.executable, "-m", "pytest", *map(str, words)],
            cwd=PROJECT,
            env={**os.environ, "OGI_TESTS_MEMORY": str(memory)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )

    return start


def waiting(memory: Path, known: frozenset[Path] = frozenset()) -> Path:
    """The folder of the test that waits, once it does."""
    deadline = time.monotonic() + PATIENCE
    while not (found := set(memory.rglob("large")) - known):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return found.pop()


def test_the_next_run_removes_what_a_killed_one_left(
    run: Callable[..., subprocess.Popen[bytes]], tmp_path: Path
) -> None:
    memory = tmp_path / "memory"
    killed, living = run(WAITING), None
    try:
        left = waiting(memory)
        living = run(WAITING)
        alive = waiting(memory, frozenset({left}))
        killed.kill()
        killed.wait()
        assert left.exists()
        assert run("def test_it():\n    pass\n").wait(PATIENCE) == 0
        assert not left.exists()
        assert alive.exists()
        (alive.parent / "over").touch()
        assert living.wait(PATIENCE) == 0
        assert list(memory.iterdir()) == []
    finally:
        for process in (killed, living):
            if process:
                process.kill()
                process.wait()
