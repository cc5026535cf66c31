"""What keeps nights in order: runs that are dead, old, at the same time, tried again, or about other files."""

import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from dagster import (
    AssetKey,
    DagsterInstance,
    DagsterRunStatus,
    ReexecutionOptions,
    SkipReason,
    build_sensor_context,
    execute_job,
    reconstructable,
)

from assets import housekeeping as house
from assets import retries
from assets.resources import ALIVE, EXECUTION, STARTED_BY, sign_of_life, started_by, workplace
from pipeline.definitions import defs
from pipeline.staging import collect as pipeline_staging_collect
from pipeline.staging import steps
from pipeline.system import lock
from pipeline.warehouse import target
from pipeline.warehouse.errors import LockedError, PublishError
from pipeline.warehouse.kept_files import previous_path
from tests.conftest import SEEDS, Place
from tests.support.dagster_runs import run
from tests.support.locks import held_elsewhere
from tests.support.workspace import SeedText


def ingest_job():  # type: ignore[no-untyped-def]
    return defs.resolve_job_def("ingest")


def config(place: Place, *sources: Path) -> dict[str, object]:
    return {"resources": {"workplace": {"config": workplace(place.settings, list(sources)).model_dump()}}}


# Locks


def test_a_lock_ends_with_its_process(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / "folder" / ".lock"
    assert not lock.is_held(path)
    other = held_elsewhere(path)
    try:
        assert lock.is_held(path)
        assert path.read_text() == "run elsewhere"
    finally:
        other.kill()
        other.wait()
    with lock.exclusive(path, "run here"):
        assert lock.is_held(path)
    assert not lock.is_held(path)
    assert list(path.parent.iterdir()) == []
    assert "waiting" not in caplog.text


def test_a_lock_lets_one_in_at_a_time(tmp_path: Path) -> None:
    """Processes that add to a number in a file, without a lock of their own: none is lost."""
    code = (
        "import sys, pathlib; from pipeline.system import lock; lock.POLL_SECONDS = 0.001\n"
        "number = pathlib.Path(sys.argv[1], 'number')\n"
        "for _ in range(100):\n"
        "    with lock.exclusive(pathlib.Path(sys.argv[1], '.lock'), 'x'):\n"
        "        number.write_text(str(int(number.read_text()) + 1))"
    )
    (tmp_path / "number").write_text("0")
    adding = [
        subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stderr=subprocess.DEVNULL) for _ in range(4)
    ]
    assert [process.wait() for process in adding] == [0] * 4
    assert (tmp_path / "number").read_text() == "400"


# Housekeeping


def test_a_run_whose_process_is_gone_is_ended(
    instance: DagsterInstance, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(house, "GRACE_SECONDS", 0)
    alive, dead = (instance.create_run_for_job(ingest_job(), status=DagsterRunStatus.STARTED) for _ in range(2))
    with lock.shared(sign_of_life(instance, alive.run_id)):
        answer = house.housekeeping(build_sensor_context(instance))
        assert isinstance(answer, SkipReason)
        assert answer.skip_message == "1 runs ended whose process was gone, 0 old runs removed"
        assert instance.get_run_by_id(alive.run_id).status is DagsterRunStatus.STARTED  # type: ignore[union-attr]
    assert instance.get_run_by_id(dead.run_id).status is DagsterRunStatus.FAILURE  # type: ignore[union-attr]
    assert list(house.end_the_dead(instance)) == [alive.run_id]


def test_a_run_that_has_just_begun_is_left_alone(instance: DagsterInstance, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(house, "GRACE_SECONDS", 3600)  # longer than the slowest machine needs from here to there
    made = instance.create_run_for_job(ingest_job(), status=DagsterRunStatus.NOT_STARTED)
    instance.report_engine_event("begins", made)
    record = instance.get_run_record_by_id(made.run_id)
    assert record is not None
    instance.run_storage.handle_run_event(made.run_id, _started(made.run_id), datetime.now(UTC))
    assert instance.get_run_by_id(made.run_id).status is DagsterRunStatus.STARTED  # type: ignore[union-attr]
    assert list(house.end_the_dead(instance)) == []


def test_a_re_execution_is_not_taken_for_the_run_that_it_repeats(
    instance: DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It inherits the tags of a run that `ogi ingest` started, and has a process that Dagster watches itself."""
    monkeypatch.setattr(house, "GRACE_SECONDS", 0)
    tags = {EXECUTION: "celery", STARTED_BY: "ogi ingest", ALIVE: "0"}
    first = instance.create_run_for_job(ingest_job(), tags=tags, status=DagsterRunStatus.STARTED)
    again = instance.create_run_for_job(
        ingest_job(),
        tags=tags,
        status=DagsterRunStatus.STARTED,
        parent_run_id=first.run_id,
        root_run_id=first.run_id,
    )
    assert list(house.end_the_dead(instance)) == [first.run_id]
    assert (started_by(first), started_by(again)) == ("ogi ingest", "the Dagster UI")


def _started(run_id: str):  # type: ignore[no-untyped-def]
    from dagster import DagsterEvent, DagsterEventType

    return DagsterEvent(DagsterEventType.RUN_START.value, "ingest")


def test_a_run_shows_its_sign_of_life(instance: DagsterInstance, place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """Asked for from within a step: the run is alive, and has its staging to itself."""
    seen: list[tuple[bool, str]] = []
    real = pipeline_staging_collect.collect

    def looks(*arguments, **more):  # type: ignore[no-untyped-def]
        (record,) = instance.get_run_records()
        mark = sign_of_life(instance, record.dagster_run.run_id)
        seen.append((lock.is_held(mark), (place.settings.staging / ".lock").read_text()))
        return real(*arguments, **more)

    monkeypatch.setattr(pipeline_staging_collect, "collect", looks)
    done = run(instance, place, SEEDS)
    assert done.success
    assert seen == [(True, f"run {done.run_id} (started by the Dagster UI)")]
    assert not lock.is_held(sign_of_life(instance, done.run_id))


# Retries


class Fails:
    """A step that raises the first times it is called."""

    def __init__(self, real: Callable[..., object], *errors: Exception) -> None:
        self.real, self.errors, self.calls = real, list(errors), 0

    def __call__(self, *arguments: object, **more: object) -> object:
        self.calls += 1
        if self.errors:
            raise self.errors.pop(0)
        return self.real(*arguments, **more)


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Waits of retries are noted instead of waited for."""
    asked: list[float] = []
    real = retries.RetryRequested

    def at_once(max_retries: int, seconds_to_wait: float) -> Exception:
        asked.append(seconds_to_wait)
        return real(max_retries=max_retries, seconds_to_wait=0.01)

    monkeypatch.setattr(retries, "RetryRequested", at_once)
    return asked


def test_what_may_pass_is_tried_again_later_and_later(
    instance: DagsterInstance, place: Place, monkeypatch: pytest.MonkeyPatch, waits: list[float]
) -> None:
    stale = OSError(116, "Stale file handle")
    collect = Fails(pipeline_staging_collect.collect, stale)
    publish = Fails(target.publish, LockedError("held"), _published_from(stale))
    monkeypatch.setattr(pipeline_staging_collect, "collect", collect)
    monkeypatch.setattr("assets.warehouse.publish", publish)
    assert run(instance, place, SEEDS).success
    assert (collect.calls, publish.calls) == (2, 3)
    assert waits == [20, 20, 40]
    assert place.query("SELECT count(*) FROM dim_report") == [(5,)]


def _published_from(error: OSError) -> Exception:
    made = PublishError("cannot be written")
    made.__cause__ = error
    return made


@pytest.mark.parametrize(
    "error",
    [OSError(28, "No space left on device"), OSError(13, "Permission denied"), ValueError("a fault of ours")],
)
def test_what_stays_fails_at_once(
    instance: DagsterInstance, place: Place, monkeypatch: pytest.MonkeyPatch, waits: list[float], error: Exception
) -> None:
    collect = Fails(pipeline_staging_collect.collect, error)
    monkeypatch.setattr(pipeline_staging_collect, "collect", collect)
    assert not run(instance, place, SEEDS).success
    assert (collect.calls, waits) == (1, [])


def test_tries_end(
    instance: DagsterInstance, place: Place, monkeypatch: pytest.MonkeyPatch, waits: list[float]
) -> None:
    collect = Fails(pipeline_staging_collect.collect, *(OSError(5, "Input/output error") for _ in range(9)))
    monkeypatch.setattr(pipeline_staging_collect, "collect", collect)
    result = run(instance, place, SEEDS)
    assert not result.success
    assert (collect.calls, waits) == (4, [20, 40, 80])
    (failure,) = [event for event in result.all_events if event.is_step_failure]
    assert "Input/output error" in failure.step_failure_data.error.to_string()  # type: ignore[union-attr]


def test_who_waits_at_the_terminal_is_told_at_once(
    place: Place, monkeypatch: pytest.MonkeyPatch, waits: list[float]
) -> None:
    from pipeline.cli import dagster_run

    monkeypatch.setenv("DAGSTER_HOME", str(place.settings.dagster_home))
    collect = Fails(pipeline_staging_collect.collect, OSError(116, "Stale file handle"))
    monkeypatch.setattr(pipeline_staging_collect, "collect", collect)
    with pytest.raises(OSError, match="Stale file handle"):
        dagster_run.ingest([SEEDS], place.settings, lambda *_: None)
    assert (collect.calls, waits) == (1, [])


# Runs that meet


def test_a_re_execution_does_not_publish_what_another_run_collected(
    instance: DagsterInstance, place: Place, seed_text: SeedText
) -> None:
    """From failure, the first step is not run again; in between, somebody took in other files."""
    place.settings.warehouse.mkdir(parents=True)
    job = reconstructable(ingest_job)
    tags = {"dagster/asset_partition_range_start": "2024", "dagster/asset_partition_range_end": "2025"}
    first = execute_job(job, instance, run_config=config(place, SEEDS), tags=tags)
    assert not first.success
    place.settings.warehouse.rmdir()
    place.put("a.txt", seed_text(4))
    pipeline_staging_collect.collect([place.raw], place.settings)
    steps.read_year(2024, place.settings)
    again = execute_job(
        job,
        instance,
        run_config=config(place, SEEDS),
        tags=tags,
        reexecution_options=ReexecutionOptions.from_failure(first.run_id, instance),
    )
    assert not again.success
    (failure,) = again.filter_events(lambda event: event.is_step_failure)
    said = failure.step_failure_data.error.to_string()  # type: ignore[union-attr]
    assert f"collected from {place.raw}, and this run is about {SEEDS}: materialize raw_reports first" in said
    assert not place.settings.warehouse.exists()
    assert execute_job(job, instance, run_config=config(place, SEEDS), tags=tags).success
    assert place.query("SELECT count(*) FROM dim_report") == [(5,)]


# The asset warehouse_diff


def test_a_file_before_that_is_damaged_fails_nothing(instance: DagsterInstance, place: Place) -> None:
    place.ingest(SEEDS)
    previous_path(place.settings.warehouse).write_bytes(b"not a database" * 1000)
    assert run(instance, place, SEEDS).success
    event = instance.get_latest_materialization_event(AssetKey("warehouse_diff"))
    said = event.asset_materialization.metadata["compared with"].value  # type: ignore[union-attr]
    assert "cannot be opened" in said
