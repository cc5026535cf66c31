"""The warehouse: all that is staged, in one DuckDB file that replaces the published one, or in a DuckLake.

Belongs here: the asset, the results of its checks, and its metadata. How it is built and published is in
``pipeline.warehouse``.
"""

from collections.abc import Iterator
from datetime import UTC, datetime

from dagster import (
    AllPartitionMapping,
    AssetCheckResult,
    AssetDep,
    AssetExecutionContext,
    MaterializeResult,
    MetadataValue,
    asset,
)

from assets import checks, states, story
from assets.preview import table, tables
from assets.resources import Workplace
from assets.retries import retried
from assets.tables import REPORT_TABLES
from pipeline.staging.folder import Staging
from pipeline.warehouse import overview, removals
from pipeline.warehouse.connection import connect
from pipeline.warehouse.errors import PublishError
from pipeline.warehouse.provenance import PublishingRun
from pipeline.warehouse.publication import PublishResult
from pipeline.warehouse.target import publish
from schemas import base


def _publication(published: PublishResult) -> dict[str, str]:
    """Whether anything was published."""
    if published.unchanged_since is None:
        return {"published": "yes"}
    since = f"{published.unchanged_since:%Y-%m-%d %H:%M} UTC (run {published.unchanged_run})"
    return {"published": f"no: unchanged since {since}"}


@asset(
    group_name="ingest",
    kinds={"duckdb"},
    deps=[AssetDep(base.name(model), partition_mapping=AllPartitionMapping()) for model in REPORT_TABLES],
    check_specs=checks.SPECS,
    pool="warehouse",
)
def warehouse(
    context: AssetExecutionContext, workplace: Workplace
) -> Iterator[MaterializeResult[None] | AssetCheckResult]:
    """数据仓库. The published warehouse: a DuckDB file, built beside the old one from all staged years, checked,
    put in its place; or a DuckLake, in which one transaction replaces what differs.

    Fails, with the old one as it was, when the new one cannot be written or has a key twice, a fact without
    its report or a file not accounted for; and when it would drop much of what is published. If that is meant, launch
    the run with `allow_removal: true` in the configuration of the resource `workplace`.
    """
    states.begin(context, "warehouse")
    started = context.instance.get_run_stats(context.run.run_id).start_time
    now = datetime.now(UTC).replace(tzinfo=None)
    begun = datetime.fromtimestamp(started, UTC).replace(tzinfo=None) if started else now
    try:
        with story.told(context), retried(context), workplace.staged("**") as settings:
            staging = Staging(settings.staging)
            staging.expect(workplace.roots)
            staging.keep(staging.years())  # who collected reports at a URL had no tables to remove
            run = PublishingRun(context.run.run_id, begun, now, workplace.allow_removal)
            published = publish(settings, run, workplace.years or None)
    except PublishError as error:
        yield from checks.refused(error.faults)
        raise
    with connect(workplace.settings.warehouse) as con:
        story.published(context, con, published, workplace.settings.warehouse)
        yield MaterializeResult(
            metadata={
                "dagster/row_count": published.rows["dim_report"],
                **_publication(published),
                "files new": published.files_new,
                "files changed": published.files_changed,
                "files removed": published.files_removed,
                "preview": table(overview.latest_reports(con)),
                **tables({"worst issues": (overview.worst_issues(con), 10)}),
                **tables(
                    {
                        "discrepancies": (overview.issues_by_rule(con), 50),
                        "rejected files": (overview.rejected_files(con), 50),
                        "tables": (overview.table_sizes(con), 50),
                        "dropped reports": (removals.frame(published.dropped), 50),
                    }
                ),
                "warehouse": MetadataValue.path(str(workplace.settings.warehouse)),
            }
        )
        yield from checks.published(con)
