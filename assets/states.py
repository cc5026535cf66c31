"""The state of each asset in the UI is its own: it failed if its step failed, and a year is there if it has reports.

By itself Dagster announces every asset and partition of a run when the run is recorded. What has been announced and was
not made is shown as failed, so one step that fails paints all assets behind it; and where a step ends well, all
partitions of the run are shown as made. So runs of the job defer these events (``DEFERRED``): each step announces its
assets when it begins, Dagster records those without partitions as usual, and ``made`` records the years. Of years it
announces and records only those that it makes anew: the others are as they were recorded, and each event costs time.

Belongs here: what Dagster is told about an asset, and when. What is told with it is the assets' own.
"""

import logging
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any, cast

from dagster import (
    AssetExecutionContext,
    AssetKey,
    AssetMaterialization,
    AssetRecordsFilter,
    DagsterEvent,
    DagsterEventType,
    DagsterRun,
    RetryRequested,
)

from assets.dagster_private import BACKFILL_ID_TAG, EXTERNALLY_MANAGED_ASSETS_TAG, AssetMaterializationPlannedData

#: The job of ``pipeline.definitions``, by name: that module imports this one.
JOB = "ingest"
#: The tags of runs whose steps announce their assets themselves.
DEFERRED = {EXTERNALLY_MANAGED_ASSETS_TAG: "true"}
#: The metadata that tells which version of a year was recorded.
_VERSION = "version"


def begin(context: AssetExecutionContext, *assets: str) -> None:
    """Announce the assets of a step that begins; Dagster records them when the step has made them."""
    for name in assets:
        _announce(context, name, None)
    _defer(context.run, "false")


@contextmanager
def failing(context: AssetExecutionContext, assets: Collection[str]) -> Iterator[None]:
    """Within the context, a failure is shown at the assets of a step, whichever of their years it had announced."""
    try:
        yield
    except RetryRequested:
        raise
    except BaseException:
        with suppress(Exception):  # what is wrong is told by the error
            for name in assets:
                _announce(context, name, None)
        raise


def begin_years(context: AssetExecutionContext, assets: Iterable[str], years: Iterable[int]) -> None:
    """Announce the years of assets that a step is about to make; ``made`` records them, and Dagster none."""
    for name in assets:
        for year in years:
            _announce(context, name, str(year))
    if not _is_of_asset_backfill(context.run):
        _defer(context.run, "true")


def recorded(context: AssetExecutionContext, asset: str) -> dict[int, str]:
    """By year, which version of an asset was last recorded as made; "" where an older program did not say."""
    key, instance = AssetKey(asset), context.instance
    latest = instance.event_log_storage.get_latest_storage_id_by_partition(key, DagsterEventType.ASSET_MATERIALIZATION)
    if not latest:
        return {}
    events = instance.fetch_materializations(AssetRecordsFilter(key, storage_ids=list(latest.values())), len(latest))
    found = {}
    for record in events.records:
        if (event := record.asset_materialization) is not None and event.partition is not None:
            version = event.metadata.get(_VERSION)
            found[int(event.partition)] = str(version.value) if version else ""
    return found


def records_all(context: AssetExecutionContext, year: int) -> bool:
    """Whether a run has to record a year even if it is as it was recorded."""
    return _is_of_asset_backfill(context.run) and str(year) in context.partition_keys


def made(context: AssetExecutionContext, asset: str, year: int, version: str, metadata: Mapping[str, Any]) -> None:
    """Record that a version of a year of an asset has been made."""
    metadata = {**metadata, _VERSION: version}
    if _is_of_asset_backfill(context.run) and str(year) in context.partition_keys:
        context.add_asset_metadata(metadata, asset_key=asset, partition_key=str(year))
    else:
        context.log_event(AssetMaterialization(asset, partition=str(year), metadata=metadata))


def _is_of_asset_backfill(run: DagsterRun) -> bool:
    """Whether a run is one of several by which Dagster makes chosen assets and partitions.

    It takes a partition that is not recorded for a failure and does not go on to the next assets, so these runs record
    all years that were asked for. (A backfill of the job is one run, and its success is enough.)
    """
    return run.job_name != JOB and BACKFILL_ID_TAG in run.tags


def _announce(context: AssetExecutionContext, asset: str, partition: str | None) -> None:
    step = context.op_execution_context.get_step_execution_context().step.key
    event = DagsterEvent.build_asset_materialization_planned_event(
        context.run.job_name, step, AssetMaterializationPlannedData(AssetKey(asset), partition, None)
    )
    context.instance.report_dagster_event(event, context.run.run_id, logging.DEBUG)


def _defer(run: DagsterRun, value: str) -> None:
    """Set for this process whether Dagster leaves a step's events to the step; what is recorded of the run stays."""
    cast(dict[str, str], run.tags)[EXTERNALLY_MANAGED_ASSETS_TAG] = value
