"""The three report tables, read from the raw reports, one partition a year."""

from collections.abc import Iterator, Mapping
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
from pipeline import READER_VERSION
from pipeline.settings import Settings
from pipeline.staging import steps
from pipeline.staging.folder import Staging
from pipeline.staging.steps import YearRead
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


#: What the step reads and writes; the raw reports of a year are only needed where it is read.
STAGED = ("catalogue.parquet", "read/*", "pieces/*", "tables/**")


def described(model: type[schemas.Table]) -> dict[str, Any]:
    """What Dagster is told of a table, however its steps are executed."""
    return {
        "description": base.comment(model) + _MORE,
        "kinds": {"polars", "parquet"},
        "group_name": "ingest",
        "code_version": READER_VERSION,
    }


@multi_asset(
    name="report_tables",
    specs=[
        AssetSpec(base.name(model), deps=[raw_reports], partitions_def=YEARS, **described(model))
        for model in REPORT_TABLES
    ],
    backfill_policy=BackfillPolicy.single_run(),
    pool="warehouse",
)
def report_tables(context: AssetExecutionContext, workplace: Workplace) -> Iterator[MaterializeResult[None]]:
    """Read the tables of the run's years, in one pass over each report.

    A year that is the run's only one is always read again; of several, those whose files, or the reader, changed.
    Years outside the run that have changed are read too, since the warehouse is made from all of them; but not where
    only some years of a DuckLake are replaced: of these, too, only those that changed are read.
    """
    years = years_of(context, workplace)
    with workplace.staged(*STAGED, "raw/*") as settings:
        place = Staging(settings.staging)
        place.expect(workplace.roots)
        place.keep(place.years())
        with retried(context):
            read = _read(years, context, settings, again=is_one_year(context, workplace))
        also: dict[int, YearRead] = {}
        if not workplace.years and (stale := place.stale_years(set(place.years()) - set(years))):
            context.log.info(f"{stale}: not part of this run, but their files have changed: read too")
            with retried(context):
                also = _read(stale, context, settings, again=False)
        tell(context, workplace, place, read, also)
    for model in REPORT_TABLES:
        yield MaterializeResult(asset_key=base.name(model))


def years_of(context: AssetExecutionContext, workplace: Workplace) -> list[int]:
    """The years that a run reads: those of its partitions; of these, the ones that it replaces, if it is about some."""
    return [int(key) for key in context.partition_keys if not workplace.years or int(key) in workplace.years]


def is_one_year(context: AssetExecutionContext, workplace: Workplace) -> bool:
    """Whether somebody asks for one year to be read again; `ogi ingest --year` every night does not."""
    return len(context.partition_keys) == 1 and not workplace.years


def tell(
    context: AssetExecutionContext,
    workplace: Workplace,
    place: Staging,
    read: Mapping[int, YearRead],
    also: Mapping[int, YearRead],
) -> None:
    """Have Dagster show what was read of the run's years, and of others that were read ``also``."""
    for model in REPORT_TABLES:
        name = base.name(model)
        for year, of_year in also.items():
            metadata = _metadata(model, of_year, place, workplace)
            context.log_event(AssetMaterialization(name, partition=str(year), metadata=metadata))
        for year, of_year in read.items():
            metadata = _metadata(model, of_year, place, workplace)
            context.add_asset_metadata(metadata, asset_key=name, partition_key=str(year))
        # Dagster takes all partitions of a run for materialized. `ogi ingest` sees to it that there are no others.
        for key in context.partition_keys:
            if int(key) not in read:
                said = f"the run is about {', '.join(map(str, workplace.years))} only"
                context.add_asset_metadata({"not read": said}, asset_key=name, partition_key=key)


def _read(years: list[int], context: AssetExecutionContext, settings: Settings, *, again: bool) -> dict[int, YearRead]:
    """Some years' tables: all read again, or only what changed since."""
    stale = years if again else Staging(settings.staging).stale_years(years)
    read = steps.read_years(stale, settings, PROGRESS.get(), again=again)
    for of_year in read.values():
        if of_year.rows:
            context.log.info(f"{of_year.year}: {of_year.rows['dim_report']} reports, {len(of_year.rejected)} rejected")
    return {year: read[year] if year in read else steps.staged_year(year, settings) for year in years}


def _metadata(model: type[schemas.Table], year: YearRead, place: Staging, workplace: Workplace) -> dict[str, Any]:
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
                "rejected": (pl.DataFrame(year.rejected, schema=steps.REJECTED_SCHEMA, orient="row"), 50),
                "superseded": (pl.DataFrame(year.superseded, schema=steps.SUPERSEDED_SCHEMA, orient="row"), 50),
            }
        ),
        "numbers in the tables": year.digits,
        "numbers used": year.digits_used,
        "preview": table(frame),
        # Where others find it, too: a working copy is a step's own.
        "file": MetadataValue.path(
            str(workplace.settings.staging / place.table(name, year.year).relative_to(place.folder))
        ),
    }
