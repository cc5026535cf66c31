"""The three report tables, read from the raw reports, one partition a year."""

from collections.abc import Iterator
from typing import Any

import polars as pl
from dagster import (
    AssetExecutionContext,
    AssetMaterialization,
    AssetSpec,
    BackfillPolicy,
    MaterializeResult,
    MetadataValue,
    multi_asset,
)

import schemas
from assets.partitions import YEARS
from assets.preview import table, tables
from assets.reports import raw_reports
from assets.resources import PROGRESS, Workplace
from assets.retries import retried
from pipeline import READER_VERSION, ingest
from pipeline.ingest import YearRead
from pipeline.settings import Settings
from pipeline.staging import Staging
from schemas import base

REPORT_TABLES: list[type[schemas.Table]] = [
    schemas.FactProactiveDisclosure,
    schemas.FactApplicationHandling,
    schemas.FactReconsideration,
]
_MORE = """

Read by labels, checked by sums, validated with pandera before it is written; a report that cannot be read
is a row in rejected_report. Re-run a year to read its reports again. A year of which nothing was read yet is shown as
missing; a run of the job ingest over all years fills them all."""


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
    pool="warehouse",
)
def report_tables(context: AssetExecutionContext, workplace: Workplace) -> Iterator[MaterializeResult[None]]:
    """Read the tables of the run's years, in one pass over each report.

    A year that is the run's only one is always read again; of several, those whose files, or the reader, changed.
    Years outside the run that have changed are read too, since the warehouse is made from all of them.
    """
    settings = workplace.settings
    place = Staging(settings.staging)
    place.expect(workplace.roots)
    years = [int(key) for key in context.partition_keys]
    with retried(context):
        read = _read(years, context, settings)
    if stale := place.stale_years(set(place.years()) - set(years)):
        context.log.info(f"{stale}: not part of this run, but their files have changed: read too")
        with retried(context):
            also = _read(stale, context, settings)
        for year, of_year in also.items():
            for model in REPORT_TABLES:
                metadata = _metadata(model, of_year, place)
                context.log_event(AssetMaterialization(base.name(model), partition=str(year), metadata=metadata))
    for model in REPORT_TABLES:
        name = base.name(model)
        for year, of_year in read.items():
            context.add_asset_metadata(_metadata(model, of_year, place), asset_key=name, partition_key=str(year))
        yield MaterializeResult(asset_key=name)


def _read(years: list[int], context: AssetExecutionContext, settings: Settings) -> dict[int, YearRead]:
    """Some years' tables: read again if this is the one year that the run is about, else only what changed since."""
    alone = len(years) == 1 and context.partition_keys == [str(years[0])]
    stale = years if alone else Staging(settings.staging).stale_years(years)
    read = ingest.read_years(stale, settings, PROGRESS.get(), again=alone)
    for of_year in read.values():
        if of_year.rows:
            context.log.info(f"{of_year.year}: {of_year.rows['dim_report']} reports, {len(of_year.rejected)} rejected")
    return {year: read[year] if year in read else ingest.staged_year(year, settings) for year in years}


def _metadata(model: type[schemas.Table], year: YearRead, place: Staging) -> dict[str, Any]:
    name = base.name(model)
    frame = base.empty(model)
    if some := place.rows(name, year.year):
        frame = pl.concat([rows.lazy() for rows in some]).head(10).collect()
        reports = pl.concat([rows.lazy() for rows in place.rows("dim_report", year.year)])
        shown = pl.col("agency_id").is_in(frame["agency_id"].to_list())
        names = reports.filter(shown).select("agency_id", "source_file").collect()
        frame = frame.join(names, on="agency_id", how="left").drop("agency_id")
        frame = frame.select("source_file", pl.exclude("source_file"))
    return {
        "dagster/partition_row_count": year.rows[name],
        "reports": year.rows["dim_report"],
        **tables(
            {
                "rejected": (pl.DataFrame(year.rejected, schema=ingest.REJECTED_SCHEMA, orient="row"), 50),
                "superseded": (pl.DataFrame(year.superseded, schema=ingest.SUPERSEDED_SCHEMA, orient="row"), 50),
            }
        ),
        "numbers in the tables": year.digits,
        "numbers used": year.digits_used,
        "preview": table(frame),
        "file": MetadataValue.path(str(place.table(name, year.year))),
    }
