"""Runs that start by themselves: the nightly run, and runs for files that arrive in the day.

A run is requested only when it would publish something else than what is published: ``pipeline.warehouse.pending``
compares the files under the source with those that the published warehouse accounts for. The run gets the folders that
were compared.

Belongs here: when a run is requested. What a run does is in the other modules; how many may run at a time, and how long
one may hang, is in ``dagster.yaml``.
"""

import logging
from zoneinfo import ZoneInfo

from dagster import (
    DagsterRunStatus,
    DefaultScheduleStatus,
    DefaultSensorStatus,
    RunRequest,
    RunsFilter,
    ScheduleEvaluationContext,
    SensorEvaluationContext,
    SkipReason,
    schedule,
    sensor,
)

from assets.partitions import YEARS, range_tags
from assets.resources import STARTED_BY, Workplace
from assets.states import JOB
from pipeline.settings import ZONE
from pipeline.sources import listing
from pipeline.sources.files import SourceError
from pipeline.sources.store import StoreError
from pipeline.warehouse.pending import pending, seconds_quiet

log = logging.getLogger(__name__)

_UNFINISHED = [
    DagsterRunStatus.QUEUED,
    DagsterRunStatus.NOT_STARTED,
    DagsterRunStatus.STARTING,
    DagsterRunStatus.STARTED,
    DagsterRunStatus.CANCELING,
]


def _request(run_key: str, by: str, workplace: Workplace) -> RunRequest:
    """A run over all years, as ``ogi ingest`` makes it: only years whose files changed are read."""
    return RunRequest(
        run_key=run_key,
        run_config={"resources": {"workplace": {"config": workplace.model_dump()}}},
        tags={
            **range_tags(YEARS.get_first_partition_key() or "", YEARS.get_last_partition_key() or ""),
            STARTED_BY: by,
        },
    )


@schedule(
    cron_schedule="0 2 * * *",
    job_name=JOB,
    execution_timezone=ZONE,
    default_status=DefaultScheduleStatus.RUNNING,
    description="每夜更新. At 02:00 in China, one run over all years, if anything has changed since the last one.",
)
def nightly(context: ScheduleEvaluationContext, workplace: Workplace) -> RunRequest | SkipReason:
    """Request the nightly run, if anything has changed since the last published one.

    A source that cannot be read is no reason to skip: the run fails with its message, and is reported like any other.
    """
    night = context.scheduled_execution_time.astimezone(ZoneInfo(ZONE)).date()
    try:
        found = pending(workplace.settings, workplace.roots)
    except (SourceError, StoreError) as error:
        context.log.error(str(error))
    else:
        context.log.info(f"{found}")
        if not found:
            return SkipReason(f"{found} under {', '.join(workplace.sources)} since the last published run")
    return _request(f"nightly-{night}", "nightly", workplace)


@sensor(
    job_name=JOB,
    minimum_interval_seconds=300,
    default_status=DefaultSensorStatus.RUNNING,
    description="新到文件. A run when files arrived, changed or went in the day, once they lie still.",
)
def arrivals(context: SensorEvaluationContext, workplace: Workplace) -> RunRequest | SkipReason:
    """Request a run when files arrived, changed or went in the day, once they lie still.

    A run that failed is not requested again for the same files; the nightly run tries again.
    """
    # Of any job: assets that are materialized in the UI run as a job of Dagster's own.
    unfinished = context.instance.get_run_records(RunsFilter(statuses=_UNFINISHED), limit=1)
    if unfinished:
        return SkipReason(f"run {unfinished[0].dagster_run.run_id} is queued or in progress")
    settings = workplace.settings
    try:
        with listing.listed_once():
            # Quiet first: what is still being copied need not be hashed.
            quiet = seconds_quiet(workplace.roots)
            if quiet < settings.quiet_seconds:
                return SkipReason(
                    f"the last file was written {quiet:.0f} s ago: files may still be on their way, "
                    f"and are taken when none was for {settings.quiet_seconds:g} s (setting OGI_QUIET_SECONDS)"
                )
            found = pending(settings, workplace.roots)
    except (SourceError, StoreError) as error:
        return SkipReason(str(error))
    if not found:
        return SkipReason(f"{found} under {', '.join(workplace.sources)} since the last published run")
    context.log.info(f"{found}")
    return _request(f"arrivals-{found.state}", "arrivals", workplace)
