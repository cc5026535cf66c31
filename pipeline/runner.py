"""Run the ``ingest`` job in this process, as the nightly run does, for the command line.

The run is recorded in the Dagster home, so the UI has it in its history and can execute it again.
Belongs to the layer above ``assets``, with ``definitions``.
"""

import logging
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dagster import DagsterInstance
from dagster._core.errors import DagsterResourceFunctionError
from dagster._core.storage.tags import ASSET_PARTITION_RANGE_END_TAG, ASSET_PARTITION_RANGE_START_TAG
from sqlalchemy.exc import SQLAlchemyError

from assets.partitions import YEARS
from assets.resources import PROGRESS, workplace
from pipeline import lock
from pipeline.definitions import INGEST, defs
from pipeline.ingest import Progress
from pipeline.remedies import remedy
from pipeline.settings import PROJECT, Settings


class HomeError(Exception):
    """The Dagster home cannot be used; the message says why and what to do."""


def prepare_home(settings: Settings) -> Path:
    """Make the Dagster home and put the project's ``dagster.yaml`` into it.

    Raises:
        HomeError: the folder cannot be written.
    """
    home = settings.dagster_home.resolve()
    try:
        home.mkdir(parents=True, exist_ok=True)
        ours, theirs = PROJECT / "dagster.yaml", home / "dagster.yaml"
        if not theirs.exists() or theirs.read_bytes() != ours.read_bytes():
            shutil.copyfile(ours, theirs)
    except OSError as error:
        raise _home_error(home, error) from error
    os.environ["DAGSTER_HOME"] = str(home)
    return home


def ingest(sources: list[Path], settings: Settings, progress: Progress) -> str:
    """Run the job over the sources and return its run id.

    Raises:
        HomeError: the Dagster home cannot be written; the run may have published all the same.
        SourceError, PublishError, StagingError, OSError: as the steps raise them; the run is recorded as failed.
    """
    home = prepare_home(settings)
    place = workplace(settings, [source.resolve() for source in sources])
    token = PROGRESS.set(progress)
    try:
        with _opened(home) as instance, _quiet(), _output_given_back():
            result = defs.resolve_job_def(INGEST).execute_in_process(
                instance=instance,
                run_config={
                    "loggers": {"console": {"config": {"log_level": "CRITICAL"}}},
                    "resources": {"workplace": {"config": place.model_dump()}},
                },
                tags={
                    ASSET_PARTITION_RANGE_START_TAG: YEARS.get_first_partition_key() or "",
                    ASSET_PARTITION_RANGE_END_TAG: YEARS.get_last_partition_key() or "",
                    "ogi/started_by": "ogi ingest",
                },
            )
            return result.run_id
    except (sqlite3.Error, SQLAlchemyError) as error:
        raise _home_error(home, error) from error
    except DagsterResourceFunctionError as error:
        # What the workplace raised, before any step began: the staging folder cannot be made, for one.
        raise error.__cause__ or error from None
    finally:
        PROGRESS.reset(token)


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
