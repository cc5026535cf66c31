"""Nightly runs and arrivals, asked for as Dagster's daemon does, over real folders."""

import shutil
from datetime import UTC, datetime

import pytest
from dagster import (
    DagsterInstance,
    ExecuteInProcessResult,
    RunRequest,
    SkipReason,
    build_schedule_context,
    build_sensor_context,
)

from assets.automation import arrivals, nightly
from assets.resources import workplace
from pipeline.definitions import defs
from tests.conftest import SEEDS, Place

#: 02:00 on the 26th in China.
NIGHT = datetime(2026, 11, 25, 18, tzinfo=UTC)


@pytest.fixture(autouse=True)
def quick(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files count as complete at once, reports may go, and nothing is written outside of the test's folders."""
    monkeypatch.setenv("OGI_MAX_REMOVAL", "1")
    monkeypatch.setenv("OGI_QUIET_SECONDS", "0")
    monkeypatch.setenv("OGI_DAGSTER_HOME", str(place.settings.dagster_home))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


def at_night(instance: DagsterInstance, place: Place) -> RunRequest | SkipReason:
    resources = {"workplace": workplace(place.settings)}
    with build_schedule_context(instance, scheduled_execution_time=NIGHT, resources=resources) as context:
        return nightly(context)  # type: ignore[return-value]


def by_day(instance: DagsterInstance, place: Place) -> RunRequest | SkipReason:
    with build_sensor_context(instance, resources={"workplace": workplace(place.settings)}) as context:
        return arrivals(context)  # type: ignore[return-value]


def execute(instance: DagsterInstance, request: RunRequest | SkipReason) -> ExecuteInProcessResult:
    """What the daemon does with a request."""
    assert isinstance(request, RunRequest), request
    return defs.resolve_job_def("ingest").execute_in_process(
        instance=instance, run_config=dict(request.run_config), tags=dict(request.tags), raise_on_error=False
    )


def published(instance: DagsterInstance, place: Place) -> None:
    """The seeds are in the source, and in the warehouse."""
    shutil.copytree(SEEDS, place.raw)
    result = execute(instance, at_night(instance, place))
    assert result.success
    assert place.query("SELECT run_id FROM ingest_run") == [(result.run_id,)]


def add_file(place: Place) -> None:
    place.put("sub/new.txt", "新")
