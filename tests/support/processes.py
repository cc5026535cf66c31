"""`ogi` in processes that can be killed, and what they leave behind.

To have eighty of them in a minute they are forked from a server that has imported everything and started no threads;
what they do is the same.
"""

import multiprocessing
import os
import resource
import signal
import threading
from multiprocessing.connection import wait
from pathlib import Path

from pipeline.cli.main import main
from tests.support.nights import nightly, rows_of, without_file_changes
from tests.support.workspace import Place

PATIENCE = 300
"""Seconds after which a process hangs. Far beyond what one needs, so that a busy machine is no failure."""


SERVER = multiprocessing.get_context("forkserver")
SERVER.set_forkserver_preload(
    [
        "pipeline.cli.dagster_run",
        # What a run imports only once it needs it; none of these starts a thread that a fork would lose.
        "alembic.command",
        "dagster._core.storage.sqlite_storage",
        "pandera.backends.polars.register",
        "pyarrow.dataset",
        "sqlalchemy.dialects.sqlite",
        "structlog",
        "upath",
        "watchdog.observers",
        "tests.support.processes",
    ]
)


#: Starting a process polls those that other threads started before: one at a time.
_ONE_AT_A_TIME = threading.Lock()


def _run(words: list[str], environment: dict[str, str], said: Path, largest_file: int | None) -> None:
    """What a process does: `ogi` with these words, its output in two files."""
    for descriptor, name in ((1, "out"), (2, "err")):
        file = os.open(said.with_suffix(f".{name}"), os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(file, descriptor)
        os.close(file)
    os.environ.update(environment)
    if largest_file is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (largest_file, largest_file))
    main(words)


class Process:
    """`ogi` in a process of its own: the same entry point, arguments, environment, output and exit code."""

    _number = 0

    def __init__(self, place: Place, *words: object, largest_file: int | None = None) -> None:
        with _ONE_AT_A_TIME:
            Process._number += 1
            self._said = place.folder / f"said_{Process._number}"
            self._process = SERVER.Process(
                target=_run, args=([str(word) for word in words], place.environment, self._said, largest_file)
            )
            self._process.start()

    def __enter__(self) -> "Process":
        return self

    def __exit__(self, *_: object) -> None:
        self.signal(signal.SIGKILL)
        self.wait()

    def wait(self, seconds: float = PATIENCE) -> int | None:
        """The exit code, or None if it still runs then."""
        if not wait([self._process.sentinel], seconds):
            return None
        with _ONE_AT_A_TIME:
            self._process.join()
            return self._process.exitcode

    def signal(self, number: signal.Signals) -> None:
        """Send a signal, if it still runs."""
        with _ONE_AT_A_TIME:
            if self._process.is_alive():
                os.kill(self._process.pid or 0, number)

    @property
    def stdout(self) -> str:
        """What it printed so far."""
        return self._read("out")

    @property
    def stderr(self) -> str:
        """What it said so far."""
        return self._read("err")

    def _read(self, name: str) -> str:
        path = self._said.with_suffix(f".{name}")
        return path.read_text(encoding="utf-8") if path.exists() else ""


def tables(path: Path) -> dict[str, list[tuple]]:
    """Every row of every table in its stored order, without moments, the run, and earlier versions of files."""
    return without_file_changes(rows_of(path))


def leftovers(place: Place) -> list[str]:
    """Temporary files in the folders of the warehouse and of the staging."""
    folders = (place.settings.warehouse.parent, place.settings.staging)
    names = [path.name for folder in folders for path in folder.rglob("*") if path.is_file()]
    kinds = (".part", ".building", ".wal", ".tmp")
    return [
        name
        for name in names
        # What the replaced warehouse is kept as is no temporary file; a link to it that was not moved there is.
        if name.endswith(kinds) or ".building" in name or (name.startswith(".") and name.endswith(".previous"))
    ]


def from_nothing(place: Place) -> dict[str, list[tuple]]:
    """What a warehouse of these files holds that has no history."""
    nightly(place)
    return tables(place.settings.warehouse)
