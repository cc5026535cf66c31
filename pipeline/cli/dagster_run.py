"""Run the ``ingest`` job in this process, as the nightly run does, for the command line.

The run is recorded in the Dagster home, so the UI has it in its history and can execute it again.
Belongs to the layer above ``assets``, with ``definitions``.
"""

import json
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
    DagsterRun,
    DagsterRunStatus,
    RunsFilter,
    reconstructable,
)
from dagster._core.errors import DagsterResourceFunctionError
from dagster._core.execution.api import execute_run
from dagster._core.storage.tags import ASSET_PARTITION_RANGE_END_TAG, ASSET_PARTITION_RANGE_START_TAG
from dagster_shared.error import SerializableErrorInfo
from sqlalchemy.exc import SQLAlchemyError

from assets.partitions import YEARS
from assets.resources import ALIVE, EXECUTION, PROGRESS, workplace
from pipeline.addresses import is_url
from pipeline.definitions import INGEST, defs, ingest_job_definition
from pipeline.settings import PROJECT, Execution, Settings
from pipeline.staging.progress import Progress
from pipeline.system import lock
from pipeline.system.remedies import remedy

log = logging.getLogger(__name__)

#: While another run is waited for, it is looked for so often; and so often a distributed run says that it is alive.
_POLL_SECONDS, _ALIVE_SECONDS = 1.0, 60.0
_IN_PROGRESS = [DagsterRunStatus.STARTING, DagsterRunStatus.STARTED, DagsterRunStatus.CANCELING]
#: Appended to Dagster's configuration where its own state is in PostgreSQL; by the driver that is installed.
_POSTGRES = """\
# By OGI_DAGSTER_POSTGRES. The password, if any, is where libpq looks for it: PGPASSWORD, PGPASSFILE.
storage:
  postgres:
    postgres_url: {url}
"""


class HomeError(Exception):
    """The Dagster home cannot be used; the message says why and what to do."""


class YearError(Exception):
    """Years were asked for that no report is of; the message says which there are."""


class StepError(Exception):
    """A step of a distributed run failed, wherever it was executed; the message says which and why."""


def prepare_home(settings: Settings) -> Path:
    """Make the Dagster home and put the project's ``dagster.yaml`` into it.

    Raises:
        HomeError: the folder cannot be written.
    """
    home = settings.dagster_home.resolve()
    try:
        home.mkdir(parents=True, exist_ok=True)
        text = (PROJECT / "dagster.yaml").read_text(encoding="utf-8")
        if settings.dagster_postgres:
            url = settings.dagster_postgres.replace("postgresql://", "postgresql+psycopg2://", 1)
            text += _POSTGRES.format(url=json.dumps(url))
        theirs = home / "dagster.yaml"
        if not theirs.exists() or theirs.read_text(encoding="utf-8", errors="replace") != text:
            theirs.write_text(text, encoding="utf-8")
    except OSError as error:
        raise _home_error(home, error) from error
    os.environ["DAGSTER_HOME"] = str(home)
    return home


def ingest(sources: list[Path], settings: Settings, progress: Progress, years: list[int] | None = None) -> str:
    """Run the job over the sources and return its run id; of a DuckLake only the ``years`` are replaced, if any.

    Dagster takes each partition of a run for materialized, from the first to the last. So years that have others
    between them are a run for each stretch, each a publication of its own; the id is the last one's.

    Raises:
        HomeError: the Dagster home cannot be written; the run may have published all the same.
        YearError: no report is of such a year.
        SourceError, PublishError, StagingError, OSError: as the steps raise them; the run is recorded as failed.
        StepError: a step failed that was not executed in this process.
    """
    roots = [source if is_url(source) else source.resolve() for source in sources]
    stretches = _stretches(years or [])
    home = prepare_home(settings)
    token = PROGRESS.set(progress)
    run_id = ""
    try:
        with _opened(home) as instance, _quiet(), _output_given_back():
            for number, some in enumerate(stretches, 1):
                if len(stretches) > 1:
                    log.info("run %d of %d: %s", number, len(stretches), ", ".join(map(str, some)))
                run = _described(roots, settings, some)
                if settings.execution is not Execution.IN_PROCESS:
                    run_id = _distributed(instance, home, run, settings)
                else:
                    run_id = defs.resolve_job_def(INGEST).execute_in_process(instance=instance, **run).run_id
    except (sqlite3.Error, SQLAlchemyError) as error:
        raise _home_error(home, error) from error
    except DagsterResourceFunctionError as error:
        # What the workplace raised, before any step began: the staging folder cannot be made, for one.
        raise error.__cause__ or error from None
    finally:
        PROGRESS.reset(token)
    return run_id


def _stretches(years: Collection[int]) -> list[list[int]]:
    """The years, cut where some are left out between them; one stretch that names none, if there are none.

    Raises:
        YearError: no report is of such a year.
    """
    there = [int(key) for key in YEARS.get_partition_keys()]
    if unknown := sorted(set(years) - set(there)):
        raise YearError(
            f"{', '.join(map(str, unknown))}: reports are of the years {there[0]} to {there[-1]}; nothing was published"
        )
    found: list[list[int]] = []
    for year in sorted(set(years)):
        if found and found[-1][-1] == year - 1:
            found[-1].append(year)
        else:
            found.append([year])
    return found or [[]]


def _described(roots: list[Path], settings: Settings, years: list[int]) -> dict[str, Any]:
    """Config and tags of a run that is about some years, or about all."""
    keys = [str(year) for year in years] or YEARS.get_partition_keys()
    return {
        "run_config": {
            "loggers": {"console": {"config": {"log_level": "CRITICAL"}}},
            "resources": {"workplace": {"config": workplace(settings, roots, years).model_dump()}},
        },
        "tags": {
            ASSET_PARTITION_RANGE_START_TAG: keys[0],
            ASSET_PARTITION_RANGE_END_TAG: keys[-1],
            "ogi/started_by": "ogi ingest",
        },
    }


def _distributed(instance: DagsterInstance, home: Path, said: dict[str, Any], settings: Settings) -> str:
    """Run the job; this process only hands out its steps and waits for them."""
    said["tags"] |= {EXECUTION: settings.execution.value, ALIVE: str(time.time())}
    job = reconstructable(ingest_job_definition)
    with lock.exclusive(home / ".distributed", "another `ogi ingest`"):
        _wait_for_others(instance)
        if settings.execution is Execution.CELERY:
            _look_for_workers(settings)
        run = instance.create_run_for_job(job.get_definition(), job_code_origin=job.get_python_origin(), **said)
        with _alive(instance, run):
            result = execute_run(job, run, instance)
        if not result.success:
            raise StepError(_what_failed(instance, run.run_id))
        return run.run_id


def _wait_for_others(instance: DagsterInstance) -> None:
    """Wait until no run is in progress: two at a time would work in one staging."""
    said = ""
    while others := instance.get_runs(RunsFilter(statuses=_IN_PROGRESS), limit=1):
        if others[0].run_id != said:
            said = others[0].run_id
            by = others[0].tags.get("ogi/started_by", "the Dagster UI")
            log.warning("waiting for run %s (started by %s), which is in progress", said, by)
        time.sleep(_POLL_SECONDS)


def _look_for_workers(settings: Settings) -> None:
    """Say so if no worker answers: the run would wait for one."""
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
def _alive(instance: DagsterInstance, run: DagsterRun) -> Iterator[None]:
    """While a run is in progress, say now and then that this process is still there (``assets.housekeeping``)."""
    over = threading.Event()

    def tell() -> None:
        while not over.wait(_ALIVE_SECONDS):
            with suppress(Exception):  # the run itself finds out if Dagster's database is gone for good
                instance.add_run_tags(run.run_id, {ALIVE: str(time.time())})

    teller = threading.Thread(target=tell, daemon=True)
    teller.start()
    try:
        yield
    finally:
        over.set()
        teller.join()


def _what_failed(instance: DagsterInstance, run_id: str) -> str:
    """Why a run failed, by its event log: what its first failed step raised, or the run itself."""
    for entry in instance.all_logs(run_id, of_type=DagsterEventType.STEP_FAILURE):
        error = entry.get_dagster_event().step_failure_data.error
        if error is not None:
            return f"step {entry.step_key}: {_in_words(error.cause or error)} (run {run_id})"
    for entry in instance.all_logs(run_id, of_type=DagsterEventType.RUN_FAILURE):
        event = entry.get_dagster_event()
        error = event.job_failure_data.error
        return f"{_in_words(error) if error else event.message} (run {run_id})"
    return f"run {run_id} was ended"


def _in_words(error: SerializableErrorInfo) -> str:
    """What an error says; with its kind, where it is none of ours."""
    kind, _, text = error.message.strip().partition(": ")
    return text if kind.startswith("pipeline.") else error.message.strip()


def _opened(home: Path) -> DagsterInstance:
    """The Dagster instance. One at a time: two that make the tables of a new home together fail both."""
    with lock.exclusive(home / ".opening", "another start"):
        instance = DagsterInstance.get()
        instance.get_runs(limit=1)
        instance.all_asset_keys()
        instance.all_instigator_state()
        return instance


def _home_error(home: Path, error: Exception) -> HomeError:
    said = getattr(error, "orig", None) or getattr(error, "strerror", None) or error
    # SQLite calls a full disk an I/O error, too.
    what = remedy(error, "OGI_DAGSTER_HOME") or "; make room on the disk, or name another place (OGI_DAGSTER_HOME)"
    return HomeError(f"{home}: the Dagster home cannot be written: {said}{what}")


@contextmanager
def _output_given_back() -> Iterator[None]:
    """Standard output and error as before, afterwards: Dagster keeps them to itself when its disk is full."""
    kept = {descriptor: os.dup(descriptor) for descriptor in (1, 2)}
    try:
        yield
    finally:
        for descriptor, copy in kept.items():
            os.dup2(copy, descriptor)
            os.close(copy)


@contextmanager
def _quiet() -> Iterator[None]:
    """Without Dagster's own lines on the terminal; its event log has them all."""
    logger = logging.getLogger("dagster")
    level = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(level)
