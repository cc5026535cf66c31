"""`ogi ingest` interrupted: by Ctrl-C and by SIGTERM, sent to it alone or to all its processes as a terminal does."""

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pipeline.settings import PROJECT
from tests.conftest import SEEDS, Place
from tests.generator import corpus
from tests.support.processes import leftovers, tables

pytestmark = pytest.mark.usefixtures("removal_is_allowed")

PATIENCE = 300
NAMES = {signal.SIGINT: "Ctrl-C", signal.SIGTERM: "SIGTERM"}
KEPT = "nothing was published; the next run goes on with what this one read. {} is as it was"
Stage = Callable[[Place], bool]


def is_opening(place: Place) -> bool:
    """Dagster makes its databases."""
    return (place.settings.dagster_home / "history").exists()


def is_reading(place: Place) -> bool:
    """The run has begun its first step."""
    return (place.settings.staging / ".lock").exists()


def is_publishing(place: Place) -> bool:
    """The new file is being built."""
    return any(place.settings.warehouse.parent.glob(".*.building"))


@pytest.fixture
def published(place: Place) -> dict[str, list[tuple]]:
    """A warehouse of the five seeds, and three hundred reports that are new since."""
    place.ingest(SEEDS)
    for report in corpus(3, 300):
        place.put(report.name, report.data)
    return tables(place.settings.warehouse)


def start(place: Place) -> subprocess.Popen[str]:
    """`ogi ingest` with a group of its own, as a shell starts it."""
    return subprocess.Popen(
        [sys.executable, "-m", "pipeline.cli", "ingest"],
        env={**os.environ, **place.environment, "PYTHONPATH": str(PROJECT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def wait_for(process: subprocess.Popen[str], stage: Stage, place: Place) -> None:
    until = time.monotonic() + PATIENCE
    while not stage(place):
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < until
        time.sleep(0.002)


def processes(group: int) -> Iterator[str]:
    """The processes of a group that are alive."""
    for folder in Path("/proc").iterdir():
        try:
            is_member = folder.name.isdigit() and os.getpgid(int(folder.name)) == group
            if is_member and "\nState:\tZ" not in (folder / "status").read_text():
                yield (folder / "cmdline").read_text().replace("\0", " ")
        except (OSError, ProcessLookupError):
            continue


def statuses(place: Place) -> list[str]:
    database = place.settings.dagster_home / "history" / "runs.db"
    with sqlite3.connect(database) as con:
        try:
            return [row[0] for row in con.execute("SELECT status FROM runs ORDER BY id")]
        except sqlite3.OperationalError:  # the tables had not been made yet
            return []


@pytest.mark.parametrize(
    ("stage", "number", "send"),
    [
        (is_opening, signal.SIGINT, os.killpg),
        (is_reading, signal.SIGINT, os.killpg),
        (is_reading, signal.SIGINT, os.kill),
        (is_reading, signal.SIGTERM, os.killpg),
        (is_publishing, signal.SIGINT, os.killpg),
        (is_publishing, signal.SIGTERM, os.kill),
    ],
)
def test_one_line_nothing_lost_and_the_next_run_goes_on(
    place: Place,
    published: dict[str, list[tuple]],
    stage: Stage,
    number: signal.Signals,
    send: Callable[[int, int], None],
) -> None:
    process = start(place)
    wait_for(process, stage, place)
    time.sleep(random.Random(f"{stage}{number}{send}").random())
    send(process.pid, number)
    out, err = process.communicate(timeout=PATIENCE)
    if stage is is_publishing and process.returncode == 0:  # it was over before it was interrupted
        assert "reports of" in out
        return
    assert process.returncode == 128 + number, err
    said = f"ogi: interrupted by {NAMES[number]}: "
    warehouse = place.settings.warehouse
    if err == f"{said}{warehouse} had been published, and is whole\n":
        assert stage is is_publishing
        assert len(tables(warehouse)["dim_report"]) > 5
    else:
        assert err == f"{said}{KEPT.format(warehouse)}\n"
        assert tables(warehouse) == published
    assert out == ""
    assert set(statuses(place)) <= {"FAILURE", "CANCELED"}
    assert leftovers(place) == []
    until = time.monotonic() + 30
    while left := list(processes(process.pid)):
        assert time.monotonic() < until, left
        time.sleep(0.1)


def test_the_next_run_goes_on(place: Place, published: dict[str, list[tuple]]) -> None:
    process = start(place)
    wait_for(process, is_publishing, place)
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=PATIENCE)
    again = start(place)
    _, err = again.communicate(timeout=PATIENCE)
    assert again.returncode == 0, err
    assert statuses(place)[-1] == "SUCCESS"
    fresh = Place(place.folder / "fresh")
    fresh.folder.mkdir()
    fresh.raw.symlink_to(place.raw)
    fresh.ingest()
    assert tables(place.settings.warehouse) == tables(fresh.settings.warehouse)


def test_a_second_ctrl_c_ends_at_once(place: Place, published: dict[str, list[tuple]]) -> None:
    process = start(place)
    wait_for(process, is_reading, place)
    os.killpg(process.pid, signal.SIGINT)
    while is_pending(process.pid, signal.SIGINT):  # two that wait count as one
        time.sleep(0.001)
    os.killpg(process.pid, signal.SIGINT)
    began = time.monotonic()
    _, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130
    assert err == "ogi: interrupted by Ctrl-C again, and ended at once\n"
    assert time.monotonic() - began < 20, "a program that it started held its output open"
    assert tables(place.settings.warehouse) == published


STARTING = """
import contextlib, subprocess
from pipeline.system import interrupts

with interrupts.Watch(lambda number: None):
    with contextlib.suppress(interrupts.Interruption):
        print("begins", flush=True)
        while True:
            subprocess.Popen(["sleep", "60"])
    while True:
        subprocess.Popen(["sleep", "60"])
"""


def test_what_is_being_started_when_a_second_ctrl_c_comes_is_ended_too() -> None:
    program = [sys.executable, "-c", STARTING]
    with subprocess.Popen(program, cwd=PROJECT, stdout=subprocess.PIPE, text=True, start_new_session=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "begins\n"
        os.kill(process.pid, signal.SIGINT)
        while is_pending(process.pid, signal.SIGINT):
            time.sleep(0.001)
        os.kill(process.pid, signal.SIGINT)
        assert process.wait(PATIENCE) == 130
        until = time.monotonic() + 20
        while left := list(processes(process.pid)):
            if time.monotonic() > until:
                os.killpg(process.pid, signal.SIGKILL)
                pytest.fail(f"left: {left}")
            time.sleep(0.1)


def is_pending(process: int, number: signal.Signals) -> bool:
    """Whether a signal was sent to a process and has not reached it yet."""
    (mask,) = (line for line in Path(f"/proc/{process}/status").read_text().splitlines() if line.startswith("ShdPnd"))
    return bool(int(mask.split()[1], 16) & 1 << number - 1)
