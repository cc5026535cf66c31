"""Celery's workers on this machine, and runs of which they execute the steps.

Belongs here: starting and ending them, and what Dagster's books say of who executed what. The broker is ``services``'.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from dagster import DagsterEventType, DagsterInstance

from pipeline.settings import PROJECT
from tests.support.services import Redis

if TYPE_CHECKING:  # which imports the fixture from here
    from tests.support.workspace import Place

#: Seconds after which a run hangs. Far beyond what one needs, so that a busy machine is no failure.
PATIENCE = 300
#: Seconds after which a step is given to another worker.
LOST_AFTER = 5


class Workers:
    """Celery's workers of a place, and ``ogi ingest`` with their settings."""

    def __init__(self, place: Place, environment: dict[str, str]) -> None:
        self.place = place
        self.environment = {**os.environ, **environment}
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, name: str) -> None:
        """Start a worker, as the README does."""
        words = [
            "-A",
            "pipeline.worker",
            "worker",
            "--concurrency",
            "1",
            "--hostname",
            f"{name}@%h",
            "--loglevel",
            "INFO",
        ]
        with (self.place.folder / f"{name}.log").open("wb") as log:
            # Whatever becomes of the tests' process, the worker does not outlive it.
            self._running[name] = subprocess.Popen(
                ["setpriv", "--pdeathsig", "KILL", program("celery"), *words],
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
                cwd=PROJECT,
            )

    def end(self) -> None:
        """Kill them, with all that they started."""
        for process in self._running.values():
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def kill(self, leader: int) -> None:
        """Kill a worker at once, with the process that executes its steps, as a machine does that loses its power."""
        for process in self._running.values():
            if process.pid == leader:
                os.killpg(leader, signal.SIGKILL)
                process.wait()

    def said(self) -> str:
        """What they have said so far."""
        return "".join((self.place.folder / f"{name}.log").read_text(errors="replace") for name in self._running)

    @contextlib.contextmanager
    def ingesting(self, *words: object) -> Iterator[subprocess.Popen[str]]:
        """While `ogi ingest` runs."""
        process = subprocess.Popen(
            [program("ogi"), "ingest", *map(str, words)],
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        try:
            yield process
        finally:
            process.kill()
            process.wait()

    def ingest(self, *words: object) -> tuple[int, str]:
        """Exit code and output of `ogi ingest`."""
        with self.ingesting(*words) as process:
            said, _ = process.communicate(timeout=PATIENCE)
            return process.returncode, said


def program(name: str) -> str:
    """A program of this Python's environment."""
    return str(Path(sys.executable).with_name(name))


@pytest.fixture
def workers(place: Place, redis: Redis) -> Iterator[Callable[..., Workers]]:
    """Makes two workers, with further settings."""
    made: list[Workers] = []

    def make(names: str = "ab", **settings: object) -> Workers:
        chosen = {
            "execution": "celery",
            "broker": redis.url,
            "lost_after_seconds": LOST_AFTER,
            "shard_reports": 12,
            "workers": 1,
            **settings,
        }
        environment = place.environment | {f"OGI_{name.upper()}": str(value) for name, value in chosen.items()}
        place.settings.dagster_home.mkdir(exist_ok=True)
        environment["DAGSTER_HOME"] = str(place.settings.dagster_home)
        made.append(Workers(place, environment))
        for name in names:
            made[-1].start(name)
        return made[-1]

    yield make
    for each in made:
        each.end()


@contextlib.contextmanager
def opened(place: Place) -> Iterator[DagsterInstance]:
    """Dagster's books of a place."""
    with DagsterInstance.from_config(str(place.settings.dagster_home)) as instance:
        yield instance


def started(instance: DagsterInstance, run_id: str) -> dict[str, list[int]]:
    """By step, the processes that began to execute it."""
    found: dict[str, list[int]] = {}
    for entry in instance.all_logs(run_id, of_type=DagsterEventType.STEP_START):
        found.setdefault(entry.step_key or "", []).append(entry.get_dagster_event().pid or 0)
    return found


def ended(instance: DagsterInstance, run_id: str) -> set[str]:
    """The steps that were executed to their end."""
    return {entry.step_key or "" for entry in instance.all_logs(run_id, of_type=DagsterEventType.STEP_SUCCESS)}


def catch(instance: DagsterInstance, process: subprocess.Popen[str]) -> tuple[str, int]:
    """Stop a process in the middle of reading a piece: step and process."""
    while process.poll() is None:
        for run in instance.get_runs(limit=1):
            for key, (pid, *_) in started(instance, run.run_id).items():
                if "read[" not in key or key in ended(instance, run.run_id):
                    continue
                os.kill(pid, signal.SIGSTOP)
                if key not in ended(instance, run.run_id):
                    return key, pid
                os.kill(pid, signal.SIGCONT)
        time.sleep(0.02)
    raise AssertionError(f"no step could be stopped: {process.communicate()[0]}")


def parent(pid: int) -> int:
    """The process that started a process."""
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
