"""Eight processes that query the published file without a pause while others take its place, one after another.

What a state must hold is known beforehand, from the truth of the generated reports: no reader may ever see anything
else, and none may fail.
"""

import contextlib
import os
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Any

import duckdb

from pipeline.staging import collect, steps
from pipeline.warehouse import target
from pipeline.warehouse.kept_files import previous_path
from pipeline.warehouse.provenance import LATEST_RUN, PublishingRun
from tests.conftest import Place
from tests.generator import Truth, series
from tests.support.endurance import times
from tests.support.processes import PATIENCE, SERVER

READERS = 8
KEEPERS = 2
"""Readers that keep each connection for several rounds of queries, so that publications come and go meanwhile."""
ROUNDS = 10
PUBLISHES = times(20, 12)
SOURCES = 3
#: Facts of reports that are not there would be rows of another state.
FACTS = (
    "fact_application_handling",
    "fact_reconsideration",
    "fact_proactive_disclosure",
    "fact_narrative_claim",
    "quality_issue",
    "cell_note",
    "report_line",
    "report_section",
)
#: Reports; applications and cases by their totals as printed.
State = tuple[int, int, int]


@dataclass
class Seen:
    """What one reader has to tell: how often it saw which run, and what it should not have seen."""

    runs: Counter[str] = field(default_factory=Counter)
    previous: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)


def look(con: duckdb.DuckDBPyConnection, published: dict[str, State]) -> str:
    """Query one connection several times, and compare with what was published under the run it shows."""
    runs = con.execute(f"SELECT run_id, reports_loaded FROM {LATEST_RUN}").fetchall()
    assert len(runs) == 1, f"{len(runs)} runs: {runs}"
    ((run, loaded),) = runs
    (reports,) = con.execute("SELECT count(*) FROM dim_report").fetchone() or ()
    assert loaded == reports, f"{run} loaded {loaded} reports, and {reports} are there"
    for fact in FACTS:
        lost = con.execute(f"SELECT count(*) FROM {fact} ANTI JOIN dim_report USING (agency_id, year)").fetchone()
        assert lost == (0,), f"{lost} rows of {fact} belong to no report of {run}"
    sums = [
        (con.execute(f"SELECT sum(total)::BIGINT FROM {fact}").fetchone() or ())[0]
        for fact in ("fact_application_handling", "fact_reconsideration")
    ]
    assert (reports, *sums) == published[run], f"{run} was published with {published[run]}, not {(reports, *sums)}"
    (again,) = con.execute(f"SELECT run_id FROM {LATEST_RUN}").fetchone() or ()
    assert again == run, f"one connection saw {run}, then {again}"
    return str(run)


def read_on(path: Path, published: dict[str, State], keeps: bool, stop: Event, latest: Any, tell: Connection) -> None:
    """What a reader does until it is stopped: open, query, close; it tells of the latest run it saw."""
    os.nice(10)  # ten processes share the cores of a small machine, and the publisher is the one that is waited for
    seen, kept, had_previous = Seen(), previous_path(path), False
    while not stop.is_set():
        try:
            with duckdb.connect(str(path), read_only=True) as con:
                run = look(con, published)
                seen.runs[run] += 1
                latest.value = list(published).index(run)
                for _ in range(ROUNDS if keeps else 0):
                    time.sleep(0.02)
                    again = look(con, published)
                    assert again == run, f"one connection saw {run}, then {again}"
            had_previous = had_previous or kept.exists()
            if had_previous:
                with duckdb.connect(str(kept), read_only=True) as con:
                    seen.previous[look(con, published)] += 1
        except (duckdb.Error, AssertionError, KeyError, OSError) as error:
            seen.faults.append(f"{type(error).__name__}: {error}")
        time.sleep(0.005)
    tell.send(seen)
    tell.close()


def total(truths: list[Truth]) -> State:
    """What a warehouse of these reports holds."""
    return (
        len(truths),
        sum(row[-1] or 0 for truth in truths for row in truth.applications.values()),
        sum(row[-1] or 0 for truth in truths for row in truth.review.values()),
    )


def staged(place: Place, number: int) -> State:
    """Reports of three to five agencies over three years, read into a staging of their own."""
    reports = [
        report
        for agency in range(3 + number)
        for report in series(1000 * number + agency, range(2022, 2025), "tabs", noise=0)
    ]
    for report in reports:
        place.put(f"{number}/{report.name}", report.data)
    collected = collect.collect([place.raw], place.settings)
    for year in collected.reports:
        steps.read_year(year, place.settings)
    return total([report.truth for report in reports])


@contextlib.contextmanager
def readers(path: Path, published: dict[str, State]) -> Iterator[tuple[list[Any], list[Seen]]]:
    """Readers at work. Gives the number of the publication that each saw last; at the end, what each has to tell."""
    stop = SERVER.Event()
    latest: list[Any] = [SERVER.Value("i", -1) for _ in range(READERS)]
    told: list[Seen] = []
    pipes, processes = [], []
    try:
        for number in range(READERS):
            here, there = SERVER.Pipe(duplex=False)
            process = SERVER.Process(
                target=read_on, args=(path, published, number < KEEPERS, stop, latest[number], there)
            )
            process.start()
            there.close()
            pipes.append(here)
            processes.append(process)
        yield latest, told
        stop.set()
        for pipe in pipes:
            assert pipe.poll(PATIENCE), "a reader does not end"
            told.append(pipe.recv())
    finally:
        stop.set()
        for process in processes:
            process.join(PATIENCE if told else 0)
            process.kill()
            process.join()


def test_eight_readers_see_whole_states_while_others_are_published(place: Place, tmp_path: Path) -> None:
    path = place.settings.warehouse
    sources = [Place(tmp_path / f"source_{number}") for number in range(SOURCES)]
    states = [staged(source, number) for number, source in enumerate(sources)]
    assert len(set(states)) == SOURCES
    published = {f"publication {number}": states[number % SOURCES] for number in range(PUBLISHES)}
    began = datetime(2026, 11, 25)

    def publish(number: int) -> None:
        settings = sources[number % SOURCES].settings.model_copy(update={"warehouse": path})
        moment = began + timedelta(hours=number)
        target.publish(settings, PublishingRun(f"publication {number}", moment, moment, allow_removal=True))

    publish(0)
    with readers(path, published) as (latest, told):
        deadline = time.monotonic() + PATIENCE
        for number in range(PUBLISHES):
            if number:
                publish(number)
            # Two of three are looked at by all before the next comes; the third may be gone before somebody came.
            while number % 3 < 2 and min(value.value for value in latest) < number:
                assert time.monotonic() < deadline, f"not all readers came to {number}: {[v.value for v in latest]}"
                time.sleep(0.005)
    assert [fault for seen in told for fault in seen.faults] == []
    assert len(told) == READERS
    assert min(len(seen.runs) for seen in told) >= PUBLISHES * 2 // 3
    assert len(set().union(*(seen.runs for seen in told))) >= PUBLISHES * 2 // 3
    assert min(len(seen.previous) for seen in told) >= PUBLISHES // 3, "the replaced file was looked at throughout"
    assert sorted(path.name for path in path.parent.glob("[!.]*")) == [
        "ogi.duckdb",
        "ogi.previous",
        "ogi.previous.duckdb",
    ]
