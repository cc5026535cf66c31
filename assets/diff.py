"""What the last publication changed: the published warehouse against the one it replaced."""

from collections.abc import Iterator
from contextlib import contextmanager

import polars as pl
from dagster import AssetDep, AssetExecutionContext, MaterializeResult, asset

from assets import states
from assets.preview import table
from assets.resources import Workplace
from pipeline.staging.folder import Staging
from pipeline.warehouse import diff
from pipeline.warehouse.errors import TargetError
from pipeline.warehouse.target import target_at


@asset(
    group_name="ingest",
    kinds={"duckdb"},
    deps=[AssetDep("warehouse")],
    pool="warehouse",
)
def warehouse_diff(context: AssetExecutionContext, workplace: Workplace) -> MaterializeResult[None]:
    """变动. Rows added, removed and changed by the last publication, by table, agency and year.

    Compares ogi.duckdb with ogi.previous.duckdb, or a DuckLake with what it was, as `ogi diff` does. A warehouse that
    cannot be compared, because the one that was replaced was damaged or no warehouse, is said so and fails nothing: the
    new one is published.
    """
    states.begin(context, "warehouse_diff")
    now = target_at(workplace.settings.warehouse)
    try:
        before = now.previous()
        if before is None:
            context.log.info("nothing was published before")
            return MaterializeResult(metadata={"compared with": "nothing: no warehouse was published here before"})
        found = diff.diff(before.address, now.address, now.affected_agencies(_staged(workplace)))
    except (diff.DiffError, TargetError) as error:
        context.log.warning(str(error))
        return MaterializeResult(metadata={"compared with": f"nothing: {error}"})
    totals = diff.summary(found)
    counts = {name: int(totals[name].sum()) for name in ("added", "removed", "changed")}
    context.log.info(", ".join(f"{count} rows {how}" for how, count in counts.items()))
    reports = found.filter(pl.col("table_name") == "dim_report")
    return MaterializeResult(
        metadata={
            **{f"rows {how}": count for how, count in counts.items()},
            "tables": table(totals, 50),
            "reports": table(reports.drop("table_name", "note"), 100),
            "all": table(found, 200),
            "compared with": before.version,
        }
    )


@contextmanager
def _staged(workplace: Workplace) -> Iterator[Staging]:
    """What is staged of the last publication; fetched only when the context is entered."""
    with workplace.staged("published.parquet", "read/*", push=False) as settings:
        yield Staging(settings.staging)
