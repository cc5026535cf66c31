"""The three report tables, read from the raw reports, one partition a year, in one step.

Belongs here: names, partitions and metadata, and which years a run is about. How a year is read is in
``pipeline.staging.steps``; the same assets in several steps are in ``distributed``.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from dagster import (
    AssetExecutionContext,
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
from pipeline.staging import not_loaded, parquet, steps
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
    years = years_of(context, workplace)
    with (
        states.failing(context, NAMES),
        story.told(context),
        workplace.staged(*STAGED, "raw/*") as settings,
        retried(context),
    ):
        staging = Staging(settings.staging)
        staging.expect(workplace.roots)
        staging.keep(staging.years())
        again = is_one_year(context, workplace)
        stale = staging.stale_years(years if workplace.years else None)
        chosen = years if again else sorted({*stale} & {*years})
        before = begin_years(context, staging, years, chosen)
        if unchanged := sorted({*years} & {*staging.years()} - {*chosen}):
            context.log.info(f"{', '.join(map(str, unchanged))}: not read again, nothing has changed")
        read = steps.read_years(chosen, settings, PROGRESS.get(), again=again)
        if outside := sorted({*stale} - {*years}):
            context.log.info(f"{outside}: not part of this run, but their files have changed: read too")
            read |= steps.read_years(outside, settings, PROGRESS.get(), again=False)
        for of_year in read.values():
            story.rejected(context, not_loaded.rejected_frame(of_year.rejected))
        record_years(context, workplace, settings, years, read, before)
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


def begin_years(
    context: AssetExecutionContext, staging: Staging, years: Iterable[int], chosen: Collection[int]
) -> dict[int, str]:
    """Announce those of a run's years that it will record: the ``chosen`` ones, which it reads, and those that are not
    recorded as they are.

    Returns which version of each year is recorded: of the last of the tables, since a run may be killed in between.
    """
    before = states.recorded(context, NAMES[-1])
    states.begin_years(context, NAMES, sorted(_to_record(context, staging, years, chosen, before) & {*staging.years()}))
    return before


def record_years(
    context: AssetExecutionContext,
    workplace: Workplace,
    settings: Settings,
    years: Iterable[int],
    read: Mapping[int, YearResult],
    before: Mapping[int, str],
) -> None:
    """Record the years that were ``read``, and those of the run that are not recorded (``before``) as they are.

    A year that had reports when it was last recorded and has none any more is recorded as empty.
    """
    staging = Staging(settings.staging)
    results = {
        year: read[year] if year in read else steps.staged_year(year, settings)
        for year in sorted(_to_record(context, staging, years, read, before))
    }
    for model in REPORT_TABLES:
        for year, of_year in results.items():
            metadata = _metadata(model, of_year, staging, workplace)
            states.made(context, base.name(model), year, _version(staging, year), metadata)


def _to_record(
    context: AssetExecutionContext,
    staging: Staging,
    years: Iterable[int],
    read: Collection[int],
    before: Mapping[int, str],
) -> set[int]:
    there = {*staging.years(), *before}
    return there & {
        *read,
        *(year for year in years if states.records_all(context, year) or before.get(year) != _version(staging, year)),
    }


def _version(staging: Staging, year: int) -> str:
    """Which version of a year's tables is staged: the hash of its mark, which has theirs."""
    mark = staging.mark(year)
    return parquet.sha256(mark) if mark.exists() else "no reports"


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
