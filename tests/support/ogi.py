"""The ``ogi`` command: in this process, which saves its start, and in one of its own, as a user runs it."""

import contextlib
import importlib
import logging
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from pipeline.cli.main import main
from tests.support.workspace import Place

Ogi = Callable[..., subprocess.CompletedProcess[bytes]]
OGI = Path(sys.executable).with_name("ogi")
PATIENCE = 600
"""Seconds after which a command hangs. Far beyond what one needs, so that a busy machine is no failure."""


@pytest.fixture(scope="session")
def imported() -> None:
    """What commands import once they need it: that takes seconds, which are no single test's."""
    for name in ("pipeline.cli.dagster_run", "pipeline.export", "pipeline.site", "alembic.command", "pandera.polars"):
        importlib.import_module(name)


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    """A folder that is not the project's, where commands run."""
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    return folder


@pytest.fixture
def ogi(place: Place, elsewhere: Path, imported: None) -> Ogi:
    """Run the command in this process."""

    def run(*words: object, settings: Place = place) -> subprocess.CompletedProcess[bytes]:
        before = os.environ.copy()
        try:
            with contextlib.chdir(elsewhere), _logging_of_a_process():
                done = CliRunner().invoke(main, [*map(str, words)], prog_name="ogi", env=settings.environment)
        finally:
            os.environ.clear()
            os.environ.update(before)
        if done.exception and not isinstance(done.exception, SystemExit):
            raise done.exception
        return subprocess.CompletedProcess(words, done.exit_code, done.stdout_bytes, done.stderr_bytes)

    return run


@pytest.fixture
def ogi_process(place: Place, elsewhere: Path) -> Ogi:
    """Run the command in a process of its own."""

    def run(*words: object, settings: Place = place) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            [str(OGI), *map(str, words)],
            cwd=elsewhere,
            env={**os.environ, **settings.environment},
            capture_output=True,
            check=False,
            timeout=PATIENCE,
        )

    return run


def text(done: subprocess.CompletedProcess[bytes], code: int = 0) -> str:
    """What was printed, once the exit code is as expected; on failure what was said."""
    assert done.returncode == code, (done.stdout + done.stderr).decode()
    return (done.stderr if code else done.stdout).decode()


@contextlib.contextmanager
def _logging_of_a_process() -> Iterator[None]:
    """As a process begins: without handlers, so that warnings go to standard error. pytest has handlers of its own."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    root.handlers.clear()
    root.setLevel(logging.WARNING)
    try:
        yield
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
