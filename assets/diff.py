"""What the last publication changed: the published warehouse against the one it replaced."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import polars as pl
from dagster import AssetDep, AssetExecutionContext, MaterializeResult, MetadataValue, asset

from assets import states
from assets.preview import table
from assets.resources import Workplace
from pipeline import run_pages
from pipeline.sql import scalar
from pipeline.staging.folder import Staging
from pipeline.warehouse import diff
from pipeline.warehouse.errors import TargetError
from pipeline.warehouse.provenance import LATEST_RUN
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
            return _not_compared(context, workplace, "no warehouse was published here before")
        found = diff.diff(before.address, now.address, now.affected_agencies(_staged(workplace)))
    except (diff.DiffError, TargetError) as error:
        context.log.warning(str(error))
        return _not_compared(context, workplace, str(error))
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
            **_page(context, workplace, before.version, found),
        }
    )


def _not_compared(context: AssetExecutionContext, workplace: Workplace, why: str) -> MaterializeResult[None]:
    """The result where there is nothing to compare with."""
    return MaterializeResult(metadata={"compared with": f"nothing: {why}", **_page(context, workplace, why)})


def _page(
    context: AssetExecutionContext, workplace: Workplace, before: str, found: pl.DataFrame | None = None
) -> dict[str, MetadataValue[Any]]:
    """Write the page of the run that published, if it is not there, and name its file. A full disk fails nothing."""
    with target_at(workplace.settings.warehouse).connect() as con:
        page = run_pages.page_of(workplace.settings.dagster_home, scalar(con, f"SELECT run_id FROM {LATEST_RUN}"))
        try:
            if not page.exists():
                from pipeline.site import run_page  # slow to import, and of no use to a night without change

                run_page.write(con, page, run_page.Changes(before, found))
        except OSError as error:
            context.log.warning(f"the page of the run cannot be written: {error}")
            return {}
    return {"page of the run": MetadataValue.path(str(page))}


@contextmanager
def _staged(workplace: Workplace) -> Iterator[Staging]:
    """What is staged of the last publication; fetched only when the context is entered."""
    with workplace.staged("published.parquet", "read/*", push=False) as settings:
        yield Staging(settings.staging)
