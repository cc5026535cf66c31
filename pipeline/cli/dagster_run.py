"""Runs the job ``ingest`` for the command line, as the nightly run does.

The run is recorded in the Dagster home: the UI has it in its history and can execute it again. Its steps are executed
in this process or, where the settings say so, by workers; this process then hands them out and waits.

Belongs here: a run of the job from start to end, in the home that ``dagster_home`` prepares. Like ``definitions`` it
imports ``assets``, so nothing but the command ``ingest`` imports it.
"""

import logging
import os
import sqlite3
import threading
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from dagster import (
    DagsterEventType,
    DagsterInstance,
    DagsterResourceFunctionError,
    DagsterRun,
    DagsterRunStatus,
    RunsFilter,
    reconstructable,
)
from sqlalchemy.exc import SQLAlchemyError

from assets.cheap_events import cheap_events
from assets.dagster_private import (
    RegisteredCodeLocationOrigin,
    RemoteRepositoryOrigin,
    SerializableErrorInfo,
    capture_interrupts,
    execute_run,
)
from assets.partitions import YEARS, range_tags
from assets.resources import ALIVE, EXECUTION, PROGRESS, STARTED_BY, started_by, workplace
from pipeline.addresses import is_url
from pipeline.cli.dagster_home import HomeError, home_error, prepare_home
from pipeline.definitions import INGEST, ingest_job_definition
from pipeline.settings import Execution, Settings
from pipeline.staging.progress import Progress
from pipeline.system import interrupts, lock

__all__ = ["HomeError", "StepError", "YearError", "ingest", "prepare_home"]

log = logging.getLogger(__name__)

#: How often this process asks whether another run is still in progress.
_POLL_SECONDS = 1.0
#: How often it renews the tag by which a distributed run is known to be alive.
_ALIVE_SECONDS = 60.0
#: Where the UI finds the job: the code location of ``workspace.yaml``, and Dagster's name for a module's definitions.
_JOB_ORIGIN = RemoteRepositoryOrigin(RegisteredCodeLocationOrigin("ogi"), "__repository__").get_job_origin(INGEST)
_IN_PROGRESS = [DagsterRunStatus.STARTING, DagsterRunStatus.STARTED, DagsterRunStatus.CANCELING]


class YearError(Exception):
    """No report can be of a year that was asked for; the message says which years there are."""


class StepError(Exception):
    """A step of a distributed run failed, wherever it was executed; the message says which and why."""


def ingest(
    sources: list[Path],
    settings: Settings,
    progress: Progress,
    years: list[int] | None = None,
    allow_removal: bool = False,
) -> str:
    """Run the job over the sources and return its run id; if ``years`` are given, only they are replaced in a DuckLake.

    A run of Dagster materializes a range of partitions without gaps. So years with gaps between them become a run for
    each stretch, each with its own publication; the id is that of the last run.

    Raises:
        HomeError: the Dagster home cannot be written; the run may have published all the same.
        YearError: no report can be of such a year.
        SourceError, PublishError, StagingError, OSError: as the steps raise them; the run is recorded as failed.
        StepError: a step failed that was not executed in this process.
    """
    roots = [source if is_url(source) else source.resolve() for source in sources]
    stretches = _stretches(years or [])
    home = prepare_home(settings)
    token = PROGRESS.set(progress)
    run_id = ""
    try:
        with capture_interrupts(), cheap_events(), _open_instance(home) as instance, _quiet(), _output_restored():
            for number, stretch in enumerate(stretches, 1):
                interrupts.end_if_interrupted()
                if len(stretches) > 1:
                    log.info("run %d of %d: %s", number, len(stretches), ", ".join(map(str, stretch)))
                request = _run_request(roots, settings, stretch, allow_removal)
                if settings.execution is not Execution.IN_PROCESS:
                    run_id = _run_distributed(instance, home, request, settings)
                else:
                    run_id = _run_here(instance, request)
    except (sqlite3.Error, SQLAlchemyError) as error:
        raise home_error(home, error) from error
    except DagsterResourceFunctionError as error:
        # The resource failed before any step began: the staging folder cannot be made, for one.
        raise error.__cause__ or error from None
    finally:
        PROGRESS.reset(token)
    return run_id


def _stretches(years: Collection[int]) -> list[list[int]]:
    """The years as stretches without gaps; one empty stretch, which means all years, if none are given.

    Raises:
        YearError: no report can be of such a year.
    """
    partitions = [int(key) for key in YEARS.get_partition_keys()]
    if unknown := sorted(set(years) - set(partitions)):
        raise YearError(
            f"{', '.join(map(str, unknown))}: reports are of the years {partitions[0]} to {partitions[-1]}; "
            "nothing was published"
        )
    found: list[list[int]] = []
    for year in sorted(set(years)):
        if found and found[-1][-1] == year - 1:
            found[-1].append(year)
        else:
            found.append([year])
    return found or [[]]


def _run_request(roots: list[Path], settings: Settings, years: list[int], allow_removal: bool) -> dict[str, Any]:
    """Config and tags of a run over some years, or over all."""
    keys = [str(year) for year in years] or YEARS.get_partition_keys()
    return {
        "run_config": {
            "loggers": {"console": {"config": {"log_level": "CRITICAL"}}},
            "resources": {"workplace": {"config": workplace(settings, roots, years, allow_removal).model_dump()}},
        },
        "tags": {
            **range_tags(keys[0], keys[-1]),
            STARTED_BY: "ogi ingest",
        },
    }


def _run_here(instance: DagsterInstance, request: dict[str, Any]) -> str:
    """Run the job in this process; what a step raises is raised."""
    run = _create_run(instance, request)
    execute_run(reconstructable(ingest_job_definition), run, instance, raise_on_error=True)
    return run.run_id


def _create_run(instance: DagsterInstance, request: dict[str, Any]) -> DagsterRun:
    """Record a run, with the origin by which the UI lists it under its job and can execute it again."""
    job = reconstructable(ingest_job_definition)
    definition = job.get_definition()
    request["tags"] = {**definition.run_tags, **request["tags"]}
    return instance.create_run_for_job(
        definition, remote_job_origin=_JOB_ORIGIN, job_code_origin=job.get_python_origin(), **request
    )


def _run_distributed(instance: DagsterInstance, home: Path, request: dict[str, Any], settings: Settings) -> str:
    """Run the job by workers: this process hands out the steps and waits for them."""
    request["tags"] |= {EXECUTION: settings.execution.value, ALIVE: str(time.time())}
    with lock.exclusive(home / ".distributed", "another `ogi ingest`"):
        _wait_for_others(instance)
        if settings.execution is Execution.CELERY:
            _check_workers(settings)
        run = _create_run(instance, request)
        with _kept_alive(instance, run):
            result = execute_run(reconstructable(ingest_job_definition), run, instance)
        if not result.success:
            raise StepError(_failure(instance, run.run_id))
        return run.run_id


def _wait_for_others(instance: DagsterInstance) -> None:
    """Wait until no run is in progress: two at a time would work in one staging folder."""
    announced = ""
    while others := instance.get_runs(RunsFilter(statuses=_IN_PROGRESS), limit=1):
        if others[0].run_id != announced:
            announced = others[0].run_id
            by = started_by(others[0])
            log.warning("waiting for run %s (started by %s), which is in progress", announced, by)
        interrupts.end_if_interrupted()
        time.sleep(_POLL_SECONDS)


def _check_workers(settings: Settings) -> None:
    """Warn if no worker answers: the run waits for one.

    Raises:
        StepError: the broker does not answer.
    """
    from pipeline.worker import app

    try:
        answers = app.control.ping(timeout=1.0)
    except Exception as error:
        raise StepError(
            f"{_without_password(settings.broker)}: the broker does not answer ({error}); start it, or set OGI_BROKER"
        ) from error
    if not answers:
        log.warning(
            "no worker answers at %s; steps wait until there is one: celery -A pipeline.worker worker --concurrency 1",
            _without_password(settings.broker),
        )


def _without_password(url: str) -> str:
    scheme, found, rest = url.rpartition("://")
    return scheme + found + rest.rpartition("@")[2]


@contextmanager
def _kept_alive(instance: DagsterInstance, run: DagsterRun) -> Iterator[None]:
    """While a run is in progress, renew its tag ``ALIVE``: ``assets.housekeeping`` ends runs that are dead by it."""
    over = threading.Event()

    def renew() -> None:
        while not over.wait(_ALIVE_SECONDS):
            with suppress(Exception):  # if Dagster's database is gone for good, the run itself fails
                instance.add_run_tags(run.run_id, {ALIVE: str(time.time())})

    thread = threading.Thread(target=renew, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _failure(instance: DagsterInstance, run_id: str) -> str:
    """Why a run failed, from its event log: the error of its first failed step, or of the run itself."""
    for entry in instance.all_logs(run_id, of_type=DagsterEventType.STEP_FAILURE):
        error = entry.get_dagster_event().step_failure_data.error
        if error is not None:
            return f"step {entry.step_key}: {_message(error.cause or error)} (run {run_id})"
    for entry in instance.all_logs(run_id, of_type=DagsterEventType.RUN_FAILURE):
        event = entry.get_dagster_event()
        error = event.job_failure_data.error
        return f"{_message(error) if error else event.message} (run {run_id})"
    return f"run {run_id} was ended"


def _message(error: SerializableErrorInfo) -> str:
    """The message of an error, with its class unless that is one of this program's."""
    kind, _, text = error.message.strip().partition(": ")
    return text if kind.startswith("pipeline.") else error.message.strip()


def _open_instance(home: Path) -> DagsterInstance:
    """The Dagster instance. Opened under a lock: two that create the tables of a new home together would both fail."""
    with lock.exclusive(home / ".opening", "another start"):
        instance = DagsterInstance.get()
        instance.get_runs(limit=1)
        instance.all_asset_keys()
        instance.all_instigator_state()
        return instance


@contextmanager
def _output_restored() -> Iterator[None]:
    """Restore standard output and error afterwards: Dagster keeps them redirected when its disk is full."""
    saved = {descriptor: os.dup(descriptor) for descriptor in (1, 2)}
    try:
        yield
    finally:
        for descriptor, copy in saved.items():
            os.dup2(copy, descriptor)
            os.close(copy)


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep Dagster's own log lines off the terminal; its event log has them all."""
    logger = logging.getLogger("dagster")
    level = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(level)
