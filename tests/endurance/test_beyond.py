"""The whole of it, at the size that is promised: two workers, a lake on PostgreSQL, a staging in a store, a reader.

Thousands of generated reports of seven years are ingested once in one process into a file, and once by two Celery
workers of which one is killed, into a DuckLake that a reader asks all the while. Row for row both are the same.
"""

import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest
from dagster import DagsterRunStatus

import schemas
from bench import corpus
from pipeline import addresses
from pipeline.addresses import Lake
from pipeline.warehouse import connection, ducklake_connection
from pipeline.warehouse.provenance import LATEST_RUN
from schemas import base
from tests.conftest import SEEDS, Place
from tests.support.endurance import times
from tests.support.services import S3, Postgres
from tests.support.workers import PATIENCE, Workers, catch, ended, opened, started

pytestmark = pytest.mark.usefixtures("removal_is_allowed")

REPORTS, YEARS = times(6_000, 3_000), list(range(2019, 2026))
#: What tells when a warehouse was made.
HISTORY = {"loaded_at", "seen_at"}
#: What a reader asks: numbers that belong together in each state, and only there.
_ASKED = f"""
SELECT (SELECT count(*) FROM dim_report), (SELECT reports_loaded FROM {LATEST_RUN}),
    (SELECT count(DISTINCT (agency_id, year)) FROM fact_application_handling),
    (SELECT count(*) FROM fact_reconsideration ANTI JOIN dim_report USING (agency_id, year)),
    (SELECT count(*) FROM quality_issue ANTI JOIN dim_report USING (agency_id, year)),
    (SELECT count(*) FROM dim_report ANTI JOIN dim_agency USING (agency_id))
"""


class Reader:
    """Asks a warehouse again and again, on a new connection and on one that stays open."""

    def __init__(self, target: addresses.Address) -> None:
        self.states: list[tuple[int, ...]] = []
        self.errors: list[Exception] = []
        self._target = target
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._read, daemon=True)

    def _read(self) -> None:
        with connection.connect(self._target) as stays:
            while not self._over.wait(0.2):
                try:
                    with connection.connect(self._target) as anew:
                        for con in (anew, stays):
                            self.states.append(con.execute(_ASKED).fetchone() or ())
                except Exception as error:
                    self.errors.append(error)

    def __enter__(self) -> "Reader":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The files, in folders of a thousand."""
    folder = tmp_path_factory.mktemp("beyond") / "raw"
    yield corpus.write(folder, REPORTS, seed=9)
    shutil.rmtree(folder)


def assert_same_rows(file: Path, lake: Lake) -> None:
    """Every row of every table is in both, as often as in the other."""
    with duckdb.connect() as con:
        con.execute(f"ATTACH '{file}' AS file (READ_ONLY)")
        ducklake_connection.attach(con, lake, "lake")
        for table in schemas.TABLES:
            if (name := base.name(table)) == "ingest_run":
                continue
            columns = ", ".join(column for column in base.polars_schema(table) if column not in HISTORY)
            ours, theirs = (f"SELECT {columns} FROM {where}.main.{name}" for where in ("lake", "file"))
            assert con.execute(f"({ours} EXCEPT ALL {theirs}) LIMIT 3").fetchall() == [], name
            assert con.execute(f"({theirs} EXCEPT ALL {ours}) LIMIT 3").fetchall() == [], name
        counted = con.execute("SELECT count(*), count(DISTINCT year) FROM lake.dim_report").fetchone()
        assert counted is not None
        assert counted[0] > 0.9 * REPORTS
        assert counted[1] == len(YEARS)


def test_thousands_of_reports_by_two_workers_of_which_one_is_killed(
    reports: Path,
    place: Place,
    workers: Callable[..., Workers],
    postgres: Postgres,
    s3: S3,
) -> None:
    ogi = [sys.executable, "-m", "pipeline.cli"]
    plain = {**os.environ, **place.environment, "OGI_DAGSTER_HOME": str(place.folder / "plain")}
    done = subprocess.run([*ogi, "ingest", reports], env=plain, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr

    lake = Lake(f"postgres:{postgres.database('beyond')}")
    postgres.database("beyond_dagster")
    team = workers(
        warehouse=lake,
        lake_data=s3.bucket("beyond-lake") + "/files/",
        staging=s3.bucket("beyond-staging") + "/nightly",
        scratch=place.folder / "scratch",
        dagster_postgres=postgres.dsn("beyond_dagster"),
        lost_after_seconds=600,
        shard_reports=REPORTS // 10,
    )
    # A lake that is read is one that is there.
    code, said = team.ingest(SEEDS)
    assert code == 0, said + team.said()
    with Reader(lake) as reader, opened(place) as instance, team.ingesting(reports) as process:
        key, pid = catch(instance, process)
        os.kill(pid, signal.SIGKILL)
        said, _ = process.communicate(timeout=10 * PATIENCE)
        assert process.returncode == 0, said + team.said()
        run, _ = instance.get_runs()
        assert run.status is DagsterRunStatus.SUCCESS
        steps = started(instance, run.run_id)
        assert len(steps[key]) == 2, "the step of the killed worker was executed again"
        pieces = {step for step in steps if "read[" in step}
        assert len(pieces) >= 2 * len(YEARS)
        assert pieces <= ended(instance, run.run_id)
    assert reader.errors == []
    (loaded,) = connection.connect(lake).execute(f"SELECT reports_loaded FROM {LATEST_RUN}").fetchone() or (0,)
    assert {state[0] for state in reader.states} <= {5, loaded}
    for state in reader.states:
        assert state[0] == state[1]
        assert state[3:] == (0, 0, 0)
    assert len(reader.states) > 10
    assert_same_rows(place.settings.warehouse, lake)
    with connection.connect(lake) as con:
        latest, first = ducklake_connection.snapshots(con)
        assert latest.run_id == run.run_id
    with connection.connect(Lake(lake.catalog, at=first.snapshot_id)) as con:
        assert con.execute("SELECT count(*) FROM dim_report").fetchone() == (5,)
