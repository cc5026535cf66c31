"""The three report tables, read from the raw reports, one partition a year, in one step.

Belongs here: names, partitions and metadata, and which years a run is about. How a year is read is in
``pipeline.staging.steps``; the same assets in several steps are in ``distributed``.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from dagster import (
    AssetExecutionContext,
    AssetKey,
    AssetSpec,
    BackfillPolicy,
    MaterializeResult,
    MetadataValue,
    multi_asset,
)

import schemas
from assets import states, story
from assets.partitions import YEARS
from assets.preview import table, tables
from assets.reports import raw_reports
from assets.resources import PROGRESS, Workplace
from assets.retries import retried
from pipeline import READER_VERSION
from pipeline.settings import Settings
from pipeline.staging import not_loaded, steps
from pipeline.staging.folder import Staging
from pipeline.staging.preview import preview, worst_findings
from pipeline.staging.steps import YearResult
from schemas import base

REPORT_TABLES: list[type[schemas.Table]] = [
    schemas.FactProactiveDisclosure,
    schemas.FactApplicationHandling,
    schemas.FactReconsideration,
]
NAMES = [base.name(model) for model in REPORT_TABLES]
_MORE = """

Read by labels, checked by sums, validated with pandera before it is written; a report that cannot be read
is a row in rejected_report. Re-run a year to read its reports again. A year without reports is shown as missing."""


#: What the step reads and writes; the raw reports of a year are only needed where it is read.
STAGED = ("catalogue.parquet", "read/*", "shards/*", "tables/**")


def asset_of(model: type[schemas.Table]) -> dict[str, Any]:
    """Description and tags of a table's asset, however its steps are executed."""
    return {
        "description": base.comment(model) + _MORE,
        "kinds": {"polars", "parquet"},
        "group_name": "ingest",
        "code_version": READER_VERSION,
    }


@multi_asset(
    name="report_tables",
    specs=[
        AssetSpec(base.name(model), deps=[raw_reports], partitions_def=YEARS, **asset_of(model))
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
    states.begin(context, *NAMES)
    years = years_of(context, workplace)
    with story.told(context), workplace.staged(*STAGED, "raw/*") as settings:
        staging = Staging(settings.staging)
        staging.expect(workplace.roots)
        staging.keep(staging.years())
        states.begin_years(context, NAMES, sorted({*years} & {*staging.years()}))
        with retried(context):
            read = _read(years, context, settings, again=is_one_year(context, workplace))
        also: dict[int, YearResult] = {}
        if not workplace.years and (stale := staging.stale_years(set(staging.years()) - set(years))):
            context.log.info(f"{stale}: not part of this run, but their files have changed: read too")
            with retried(context):
                also = _read(stale, context, settings, again=False)
        record_years(context, workplace, staging, read, also)
    for name in NAMES:
        yield MaterializeResult(asset_key=name)


def partitions_of(context: AssetExecutionContext) -> list[int]:
    """The years of a run's partitions; all, where a run was launched without any."""
    # The UI launches one partition by its key, and several as a range.
    chosen = context.has_partition_key or context.has_partition_key_range
    return [int(key) for key in (context.partition_keys if chosen else YEARS.get_partition_keys())]


def years_of(context: AssetExecutionContext, workplace: Workplace) -> list[int]:
    """The years that a run reads: those of its partitions; of these, the ones that it replaces, if it is about some."""
    return [year for year in partitions_of(context) if not workplace.years or year in workplace.years]


def is_one_year(context: AssetExecutionContext, workplace: Workplace) -> bool:
    """Whether somebody asks for one year to be read again; `ogi ingest --year` every night does not."""
    return len(partitions_of(context)) == 1 and not workplace.years


def record_years(
    context: AssetExecutionContext,
    workplace: Workplace,
    staging: Staging,
    read: Mapping[int, YearResult],
    also: Mapping[int, YearResult],
) -> None:
    """Record the years that have reports, of the run and those that were read ``also``, as made.

    A year that had reports when it was last recorded and has none any more is recorded as empty.
    """
    with_reports = {*staging.years()}
    for model in REPORT_TABLES:
        name = base.name(model)
        before = {int(key) for key in context.instance.get_materialized_partitions(AssetKey(name))}
        for year, of_year in sorted({**read, **also}.items()):
            if year in with_reports | before:
                states.made(context, name, year, _metadata(model, of_year, staging, workplace))


def _read(
    years: list[int], context: AssetExecutionContext, settings: Settings, *, again: bool
) -> dict[int, YearResult]:
    """The tables of some years, after reading all of them again, or those that are stale."""
    stale = years if again else Staging(settings.staging).stale_years(years)
    read = steps.read_years(stale, settings, PROGRESS.get(), again=again)
    for of_year in read.values():
        story.rejected(context, not_loaded.rejected_frame(of_year.rejected))
    if unchanged := sorted({*years} & {*Staging(settings.staging).years()} - {*stale}):
        context.log.info(f"{', '.join(map(str, unchanged))}: not read again, nothing has changed")
    return {year: read[year] if year in read else steps.staged_year(year, settings) for year in years}


def _metadata(model: type[schemas.Table], year: YearResult, staging: Staging, workplace: Workplace) -> dict[str, Any]:
    name = base.name(model)
    return {
        "dagster/partition_row_count": year.rows[name],
        "reports": year.rows["dim_report"],
        **tables(
            {
                "rejected": (not_loaded.rejected_frame(year.rejected), 50),
                "superseded": (not_loaded.superseded_frame(year.superseded), 50),
            }
        ),
        "numbers in the tables": year.digits,
        "numbers used": year.digits_used,
        "preview": table(preview(staging, model, year.year)),
        **tables({"worst findings": (worst_findings(staging, model, year.year), 10)}),
        # In the staging itself, where others find it: a working copy is this step's alone.
        "file": MetadataValue.path(
            str(workplace.settings.staging / staging.table(name, year.year).relative_to(staging.folder))
        ),
    }
