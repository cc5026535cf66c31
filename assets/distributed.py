"""The three report tables of a run whose steps are executed by workers: a year is cut into shards, each a step.

    plan ──► read 2024_0_of_2 ──► finish
        └──► read 2024_1_of_2 ──┘

For Dagster they are the assets of ``tables``, with the same keys and metadata; ``pipeline.definitions`` decides which
of the two there is. Steps pass on the names of the shards and nothing else: what is read lies in the staging. A step
that is executed twice, since its worker was lost or seemed to be, leaves the same files.

Belongs here: the steps, their messages and metadata. What a shard is, and how it is read, is in
``pipeline.staging.shards``.
"""

from collections.abc import Iterator

from dagster import (
    AssetExecutionContext,
    AssetIn,
    AssetOut,
    BackfillPolicy,
    DynamicOut,
    DynamicOutput,
    In,
    InputContext,
    IOManager,
    Nothing,
    Out,
    Output,
    OutputContext,
    graph_multi_asset,
    io_manager,
    op,
)

from assets import states, story
from assets.partitions import YEARS
from assets.resources import Workplace
from assets.retries import retried
from assets.tables import NAMES as TABLES
from assets.tables import REPORT_TABLES, STAGED, asset_of, begin_years, is_one_year, record_years, years_of
from pipeline.staging import not_loaded, shards
from pipeline.staging.folder import Staging
from schemas import base

#: The name of the resource that stores nothing between steps.
NAMES = "names"


class _Names(IOManager):
    """Stores nothing: the only input of a step is the name of its shard, the mapping key that it was started with."""

    def handle_output(self, context: OutputContext, obj: object) -> None:
        """Nothing is written."""

    def load_input(self, context: InputContext) -> str | None:
        """The name of the shard."""
        output = context.upstream_output
        return output.mapping_key if output else None


@io_manager(description="Passes on the names of a year's shards, and stores nothing.")
def names() -> _Names:
    """The resource ``NAMES``."""
    return _Names()


@op(
    ins={"raw_reports": In(Nothing)},
    out=DynamicOut(str, io_manager_key=NAMES),
    pool="warehouse",
    description="Decide which years are to be read, and cut them into shards.",
)
def plan(context: AssetExecutionContext, workplace: Workplace) -> Iterator[DynamicOutput[str]]:
    """Decide which years are to be read, as ``tables.report_tables`` does, and cut them into shards."""
    years = years_of(context, workplace)
    run = context.run.run_id
    with states.failing(context, TABLES), retried(context), workplace.staged(*STAGED) as settings:
        staging = Staging(settings.staging)
        staging.expect(workplace.roots)
        staging.keep(staging.years())
        alone = is_one_year(context, workplace)
        # Where this run has a plan already, this step was executed before, and its worker lost before it could say so.
        stale = staging.stale_years(years if workplace.years else None)
        chosen = years if alone else sorted({*stale} & {*years})
        begin_years(context, staging, years, chosen)
        found = shards.plan(chosen, settings, again=alone, run=run)
        if outside := sorted({*stale} - {*years}):
            context.log.info(f"{outside}: not part of this run, but their files have changed: read too")
            found += shards.plan(outside, settings, again=False, run=run)
    context.log.info(f"{len(found)} shards")
    for name in found:
        yield DynamicOutput(name, mapping_key=name)


@op(
    ins={"shard": In(str, input_manager_key=NAMES)},
    out=Out(Nothing, io_manager_key=NAMES),
    pool="warehouse",
    description="Read the reports of one shard of a year.",
)
def read(context: AssetExecutionContext, workplace: Workplace, shard: str) -> None:
    """Read the reports of one shard of a year."""
    with retried(context):
        with workplace.staged(shards.plan_file(shard), push=False) as settings:
            files = shards.files(shard, settings)
        with workplace.staged(*files) as settings:
            done = shards.read(shard, settings)
    context.log.info(f"{shard}: {len(done.rejected)} rejected")


@op(
    ins={"shards": In(Nothing)},
    out={base.name(model): Out(Nothing, io_manager_key=NAMES) for model in REPORT_TABLES},
    pool="warehouse",
    description="Make each year of its shards.",
)
def finish(context: AssetExecutionContext, workplace: Workplace) -> Iterator[Output[None]]:
    """Make each year of its shards, with the same metadata as ``tables.report_tables``."""
    years = years_of(context, workplace)
    with states.failing(context, TABLES), retried(context), workplace.staged(*STAGED) as settings:
        staging = Staging(settings.staging)
        before = begin_years(context, staging, [], [])
        planned = staging.planned_years()
        done = shards.finish({*years, *planned}, settings)
        for year, of_year in sorted(done.items()):
            if of_year.rows:
                context.log.info(f"{year}: {of_year.rows['dim_report']} reports, {len(of_year.rejected)} rejected")
                story.rejected(context, not_loaded.rejected_frame(of_year.rejected))
        record_years(context, workplace, settings, years, {year: done[year] for year in planned}, before)
    # Only now that the years are up to date: if this step is executed again, it finds the shards or a year that is.
    with workplace.staged("shards/*") as settings:
        shards.forget(Staging(settings.staging).planned_years(), settings)
    for model in REPORT_TABLES:
        yield Output(None, base.name(model))


@graph_multi_asset(
    name="report_tables",
    ins={"raw_reports": AssetIn(dagster_type=Nothing)},
    outs={base.name(model): AssetOut(**asset_of(model)) for model in REPORT_TABLES},
    group_name="ingest",
    partitions_def=YEARS,
    backfill_policy=BackfillPolicy.single_run(),
)
def report_tables(raw_reports):  # type: ignore[no-untyped-def]
    """Read the tables of the run's years, each in shards."""
    done = finish(plan(raw_reports).map(read).collect())
    return {base.name(model): getattr(done, base.name(model)) for model in REPORT_TABLES}
