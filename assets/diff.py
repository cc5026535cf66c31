"""What the last publication changed: the published warehouse against the one it replaced."""

from pathlib import Path

import duckdb
import polars as pl
from dagster import AssetDep, AssetExecutionContext, MaterializeResult, asset

from assets.preview import table
from assets.resources import Workplace
from pipeline.addresses import Lake, Target
from pipeline.staging.folder import Staging
from pipeline.warehouse import diff, ducklake_connection, incremental
from pipeline.warehouse.connection import connect, previous
from pipeline.warehouse.ducklake_connection import LakeError


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
    now = workplace.settings.warehouse
    try:
        before = ducklake_connection.previous(now) if isinstance(now, Lake) else previous(now)
        if before is None or (isinstance(before, Path) and not before.is_file()):
            context.log.info("nothing was published before")
            return MaterializeResult(metadata={"compared with": "nothing: no warehouse was published here before"})
        found = diff.diff(before, now, _concerned(workplace, before, now))
    except (diff.DiffError, LakeError) as error:
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
            "compared with": f"{before}, snapshot {before.at}" if isinstance(before, Lake) else str(before),
        }
    )


def _concerned(workplace: Workplace, before: Target, now: Target) -> list[str] | None:
    """The agencies whose facts can differ, where the last publication only brought the file before up to date."""
    if isinstance(before, Lake) or isinstance(now, Lake):
        return None
    try:
        with connect(before) as con:
            (replaced,) = con.execute("SELECT run_id FROM ingest_run").fetchone() or ("",)
    except (duckdb.Error, FileNotFoundError):
        return None
    with workplace.staged("published.parquet", "read/*", push=False) as settings:
        return incremental.concerned(Staging(settings.staging), now, replaced)
