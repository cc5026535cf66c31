"""The warehouse: all that is staged, in one DuckDB file that replaces the published one, or in a DuckLake."""

from collections.abc import Iterator
from datetime import UTC, datetime

import duckdb
from dagster import (
    AllPartitionMapping,
    AssetCheckResult,
    AssetDep,
    AssetExecutionContext,
    MaterializeResult,
    MetadataValue,
    asset,
)

from assets import checks
from assets.preview import table, tables
from assets.resources import Workplace
from assets.retries import retried
from assets.tables import REPORT_TABLES
from pipeline.staging.folder import Staging
from pipeline.warehouse.connection import connect
from pipeline.warehouse.errors import PublishError
from pipeline.warehouse.provenance import PublishingRun
from pipeline.warehouse.target import publish
from schemas import base

#: What analysts look at first when they open the UI.
_REPORTS = """
WITH first AS (
    SELECT agency_id, name AS agency, year, source_file FROM dim_report JOIN dim_agency USING (agency_id)
    ORDER BY year DESC, agency, agency_id LIMIT 10
)
SELECT agency, year, count(rule) AS issues, source_file FROM first LEFT JOIN quality_issue USING (agency_id, year)
GROUP BY ALL ORDER BY year DESC, agency, source_file
"""
_ISSUES = """
SELECT severity, rule, count(*) AS issues, count(DISTINCT (agency_id, year)) AS reports
FROM quality_issue GROUP BY severity, rule ORDER BY list_position(['error', 'warning', 'info'], severity), issues DESC
"""


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
    its report or a file not accounted for.
    """
    started = context.instance.get_run_stats(context.run.run_id).start_time
    now = datetime.now(UTC).replace(tzinfo=None)
    begun = datetime.fromtimestamp(started, UTC).replace(tzinfo=None) if started else now
    try:
        with retried(context), workplace.staged("**") as settings:
            place = Staging(settings.staging)
            place.expect(workplace.roots)
            place.keep(place.years())  # who collected reports at a URL had no tables to remove
            published = publish(settings, PublishingRun(context.run.run_id, begun, now), workplace.years or None)
    except PublishError as error:
        yield from checks.refused(error.faults)
        raise
    with connect(workplace.settings.warehouse) as con:
        yield MaterializeResult(
            metadata={
                "dagster/row_count": published.rows["dim_report"],
                "files new": published.files_new,
                "files changed": published.files_changed,
                "files removed": published.files_removed,
                "preview": table(con.sql(_REPORTS).pl()),
                **tables(
                    {
                        "issues": (con.sql(_ISSUES).pl(), 50),
                        "rejected files": (con.sql("FROM rejected_report ORDER BY source_file").pl(), 50),
                        "tables": (_sizes(con), 50),
                    }
                ),
                "warehouse": MetadataValue.path(str(workplace.settings.warehouse)),
            }
        )
        yield from checks.published(con)


def _sizes(con: duckdb.DuckDBPyConnection):  # type: ignore[no-untyped-def]
    return con.sql(
        'SELECT table_name AS "table", estimated_size AS rows, comment AS description FROM duckdb_tables() '
        "WHERE database_name = current_database() AND schema_name = 'main' ORDER BY 1"
    ).pl()
