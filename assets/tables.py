"""The three report tables, read from the raw reports, one partition a year."""

from collections.abc import Iterator

import polars as pl
from dagster import (
    AssetExecutionContext,
    AssetSpec,
    BackfillPolicy,
    MaterializeResult,
    MetadataValue,
    multi_asset,
)

import schemas
from assets.partitions import YEARS
from assets.preview import table
from assets.reports import raw_reports
from assets.resources import PROGRESS, Workplace
from pipeline import READER_VERSION, ingest
from pipeline.ingest import YearRead
from pipeline.staging import Staging
from schemas import base

REPORT_TABLES: list[type[schemas.Table]] = [
    schemas.FactProactiveDisclosure,
    schemas.FactApplicationHandling,
    schemas.FactReconsideration,
]
_MORE = """

Read by labels, checked by sums, validated with pandera before it is written; a report that cannot be read
is a row in rejected_report. Re-run a year to read its reports again."""


@multi_asset(
    name="report_tables",
    specs=[
        AssetSpec(
            base.name(model),
            deps=[raw_reports],
            description=base.comment(model) + _MORE,
            kinds={"polars", "parquet"},
            group_name="ingest",
            code_version=READER_VERSION,
            partitions_def=YEARS,
        )
        for model in REPORT_TABLES
    ],
    backfill_policy=BackfillPolicy.single_run(),
)
def report_tables(context: AssetExecutionContext, workplace: Workplace) -> Iterator[MaterializeResult[None]]:
    """Read the tables of all reports of the run's years, in one pass over each report."""
    settings = workplace.settings
    place = Staging(settings.staging)
    read: dict[str, YearRead] = {}
    for key in context.partition_keys:
        read[key] = ingest.read_year(int(key), settings, PROGRESS.get())
        rows = read[key].rows
        if rows:
            context.log.info(f"{key}: {rows['dim_report']} reports, {len(read[key].rejected)} rejected")
    for model in REPORT_TABLES:
        name = base.name(model)
        for key, year in read.items():
            path = place.table(name, year.year)
            frame = pl.read_parquet(path, n_rows=10) if path.exists() else base.empty(model)
            context.add_asset_metadata(
                {
                    "dagster/partition_row_count": year.rows[name],
                    "reports": year.rows["dim_report"],
                    "rejected": table(pl.DataFrame(year.rejected, schema=ingest.REJECTED_SCHEMA, orient="row"), 50),
                    "superseded": table(
                        pl.DataFrame(year.superseded, schema=ingest.SUPERSEDED_SCHEMA, orient="row"), 50
                    ),
                    "numbers in the tables": year.digits,
                    "numbers used": year.digits_used,
                    "preview": table(frame),
                    "file": MetadataValue.path(str(path)),
                },
                asset_key=name,
                partition_key=key,
            )
        yield MaterializeResult(asset_key=name)
