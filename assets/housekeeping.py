"""Order in the Dagster home: runs whose process is gone are marked as failed, and old runs are removed.

Dagster monitors runs that its own code server started, as long as that server lives. For a run that ended with its
machine, or for ``ogi ingest`` that was killed, it would wait for hours, and so would the runs behind it in the queue.
And it removes ticks by age (``retention`` in ``dagster.yaml``), but no runs.

Belongs here: what is done in Dagster's instance with runs that are over. When runs are requested is ``automation``'s.
"""

import contextlib
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from dagster import (
    AssetRecordsFilter,
    DagsterEventType,
    DagsterInstance,
    DagsterRunStatus,
    DefaultSensorStatus,
    RunsFilter,
    SensorEvaluationContext,
    SkipReason,
    sensor,
)

from assets.dagster_private import SqliteEventLogStorage
from assets.resources import ALIVE, is_distributed, sign_of_life
from pipeline import run_pages
from pipeline.settings import Settings
from pipeline.system import lock

#: A run shows its sign of life at most so long after Dagster has recorded that it started.
GRACE_SECONDS = 60
#: A distributed run that has not renewed its tag ``ALIVE`` for so long is taken for dead.
SILENT_SECONDS = 600
#: Runs that are removed at a time: a sensor has a minute.
MOST_AT_ONCE = 50
_OVER = [DagsterRunStatus.SUCCESS, DagsterRunStatus.FAILURE, DagsterRunStatus.CANCELED]


@sensor(
    minimum_interval_seconds=60,
    default_status=DefaultSensorStatus.RUNNING,
    description="清理. Ends runs whose process is gone, removes those that ended over OGI_KEEP_RUNS_DAYS days ago.",
)
def housekeeping(context: SensorEvaluationContext) -> SkipReason:
    """End the dead, remove the old, and say how many."""
    ended = list(end_the_dead(context.instance))
    settings = Settings()
    removed = list(remove_the_old(context.instance, settings.keep_runs_days))
    run_pages.remove_old(settings.dagster_home, time.time() - timedelta(days=settings.keep_runs_days).total_seconds())
    for run_id in ended:
        context.log.warning(f"run {run_id}: its process is gone, marked as failed")
    for run_id in removed:
        context.log.info(f"run {run_id}: removed")
    return SkipReason(f"{len(ended)} runs ended whose process was gone, {len(removed)} old runs removed")


def end_the_dead(instance: DagsterInstance) -> Iterator[str]:
    """Mark runs as failed that Dagster has as in progress, while no process shows their sign of life.

    The processes of distributed runs may be on other machines: those that ``ogi ingest`` started renew a tag; those
    that Dagster started it monitors itself. Among these are re-executions of the former, which inherit its last tag.
    """
    for record in instance.get_run_records(RunsFilter(statuses=[DagsterRunStatus.STARTED])):
        run, started = record.dagster_run, record.start_time or 0
        if time.time() - started < GRACE_SECONDS:
            continue
        if is_distributed(run):
            alive = "inf" if run.parent_run_id else run.tags.get(ALIVE, "inf")
            if time.time() - float(alive) < SILENT_SECONDS:
                continue
        elif lock.is_held(sign_of_life(instance, run.run_id)):
            continue
        instance.report_run_failed(
            run,
            "The process of this run is gone: it was killed, or its machine went down. What it published, or did not, "
            "is whole; the next run does the rest.",
        )
        yield run.run_id


def remove_the_old(instance: DagsterInstance, days: float) -> Iterator[str]:
    """Remove runs that ended so many days ago, with their events and logs, but for each asset partition's latest."""
    before = datetime.now(UTC) - timedelta(days=days)
    old = instance.get_run_records(
        RunsFilter(statuses=_OVER, updated_before=before), limit=10 * MOST_AT_ONCE, ascending=True
    )
    if not old:
        return
    latest = set(_latest(instance))
    gone = [record.dagster_run.run_id for record in old if record.dagster_run.run_id not in latest]
    for run_id in gone[:MOST_AT_ONCE]:
        instance.delete_run(run_id)
        with contextlib.suppress(OSError):
            instance.compute_log_manager.delete_logs(prefix=[run_id])
        if isinstance(instance.event_log_storage, SqliteEventLogStorage):  # has a file for each run
            database = Path(instance.event_log_storage.path_for_shard(run_id))
            for path in database.parent.glob(f"{database.name}*"):
                path.unlink(missing_ok=True)
        sign_of_life(instance, run_id).unlink(missing_ok=True)
        yield run_id


def _latest(instance: DagsterInstance) -> Iterator[str]:
    """The runs that the latest materializations of the assets, and of each of their partitions, are of."""
    for key in instance.all_asset_keys():
        if (event := instance.get_latest_materialization_event(key)) is not None:
            yield event.run_id
        by_partition = instance.event_log_storage.get_latest_storage_id_by_partition(
            key, DagsterEventType.ASSET_MATERIALIZATION
        )
        if by_partition:
            found = instance.fetch_materializations(
                AssetRecordsFilter(key, storage_ids=list(by_partition.values())), limit=len(by_partition)
            )
            yield from (record.run_id for record in found.records)
