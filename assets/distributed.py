"""The three report tables of a run whose steps are executed by workers: a year is cut into pieces, each a step.

    plan ──► read 2024_0_of_2 ──► finish
        └──► read 2024_1_of_2 ──┘

For Dagster they are the assets of ``tables``, with the same keys and metadata; which of the two there is,
``pipeline.definitions`` decides. Between the steps nothing is passed on but the names of the pieces: what is read lies
in the staging. A step that is executed twice, since its worker was lost or seemed to be, leaves the same files.

Belongs here: steps and what they tell. What a piece is, and how it is read, is ``pipeline.staging.shards``'s.
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

from assets.partitions import YEARS
from assets.resources import Workplace
from assets.retries import retried
from assets.tables import REPORT_TABLES, STAGED, described, is_one_year, tell, years_of
from pipeline.staging import shards
from pipeline.staging.folder import Staging
from schemas import base

#: Under which name the resource is found that keeps nothing between steps.
NAMES = "names"


class _Names(IOManager):
    """Keeps nothing: all that a step is told by another one is the name under which Dagster started it."""

    def handle_output(self, context: OutputContext, obj: object) -> None:
        """Nothing is written."""

    def load_input(self, context: InputContext) -> str | None:
        """The name of the piece."""
        output = context.upstream_output
        return output.mapping_key if output else None


@io_manager(description="Passes on the names of a year's pieces, and stores nothing.")
def names() -> _Names:
    """The resource ``NAMES``."""
    return _Names()


@op(
    ins={"raw_reports": In(Nothing)},
    out=DynamicOut(str, io_manager_key=NAMES),
    pool="warehouse",
    description="Decide which years are to be read, and cut them into pieces.",
)
def plan(context: AssetExecutionContext, workplace: Workplace) -> Iterator[DynamicOutput[str]]:
    """Decide which years are to be read, as ``tables.report_tables`` does, and cut them into pieces."""
    years = years_of(context, workplace)
    run = context.run.run_id
    with retried(context), workplace.staged(*STAGED) as settings:
        place = Staging(settings.staging)
        place.expect(workplace.roots)
        place.keep(place.years())
        alone = is_one_year(context, workplace)
        # A plan of this run is of an execution of this step that was not known to have ended.
        stale = place.stale_years(years if workplace.years else None)
        found = shards.plan(years if alone else sorted({*stale} & {*years}), settings, again=alone, run=run)
        if outside := sorted({*stale} - {*years}):
            context.log.info(f"{outside}: not part of this run, but their files have changed: read too")
            found += shards.plan(outside, settings, again=False, run=run)
    context.log.info(f"{len(found)} pieces")
    for name in found:
        yield DynamicOutput(name, mapping_key=name)


@op(
    ins={"piece": In(str, input_manager_key=NAMES)},
    out=Out(Nothing, io_manager_key=NAMES),
    pool="warehouse",
    description="Read the reports of one piece of a year.",
)
def read(context: AssetExecutionContext, workplace: Workplace, piece: str) -> None:
    """Read the reports of one piece of a year."""
    with retried(context):
        with workplace.staged(shards.plan_file(piece), push=False) as settings:
            files = shards.files(piece, settings)
        with workplace.staged(*files) as settings:
            done = shards.read(piece, settings)
    context.log.info(f"{piece}: {len(done.rejected)} rejected")


@op(
    ins={"pieces": In(Nothing)},
    out={base.name(model): Out(Nothing, io_manager_key=NAMES) for model in REPORT_TABLES},
    pool="warehouse",
    description="Make one of the pieces of each year.",
)
def finish(context: AssetExecutionContext, workplace: Workplace) -> Iterator[Output[None]]:
    """Make one of the pieces of each year, and tell what was read as ``tables.report_tables`` does."""
    years = years_of(context, workplace)
    with retried(context), workplace.staged(*STAGED) as settings:
        place = Staging(settings.staging)
        done = shards.finish({*years, *place.planned_years()}, settings)
        for year, of_year in sorted(done.items()):
            if of_year.rows:
                context.log.info(f"{year}: {of_year.rows['dim_report']} reports, {len(of_year.rejected)} rejected")
        of_run = {year: done[year] for year in years}
        tell(context, workplace, place, of_run, {year: each for year, each in done.items() if year not in of_run})
    # Only now that the years are known to be up to date: whoever executes this step again finds either.
    with workplace.staged("pieces/*") as settings:
        shards.forget(Staging(settings.staging).planned_years(), settings)
    for model in REPORT_TABLES:
        yield Output(None, base.name(model))


@graph_multi_asset(
    name="report_tables",
    ins={"raw_reports": AssetIn(dagster_type=Nothing)},
    outs={base.name(model): AssetOut(**described(model)) for model in REPORT_TABLES},
    group_name="ingest",
    partitions_def=YEARS,
    backfill_policy=BackfillPolicy.single_run(),
)
def report_tables(raw_reports):  # type: ignore[no-untyped-def]
    """Read the tables of the run's years, each in pieces."""
    done = finish(plan(raw_reports).map(read).collect())
    return {base.name(model): getattr(done, base.name(model)) for model in REPORT_TABLES}
