"""The commands ``history`` and ``restore``: which publications there were, and bringing one of them back.

Belongs here: arguments, and what is printed. What is kept, and how it is brought back, is ``pipeline.warehouse``'s.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import click

from pipeline.addresses import Address
from pipeline.cli.errors import fail
from pipeline.cli.options import WarehouseType, configured_warehouse, format_option, load_settings
from pipeline.cli.printing import print_rows
from pipeline.warehouse.errors import PublishError, TargetError
from pipeline.warehouse.history import Publication, UnknownRunError, find
from pipeline.warehouse.history import history as read_history
from pipeline.warehouse.kept import PUBLISHED
from pipeline.warehouse.target import target_at

_warehouse_option = click.option(
    "--warehouse",
    type=WarehouseType(),
    help="The warehouse: a file or a DuckLake. Default: setting OGI_WAREHOUSE, else data/warehouse/ogi.duckdb of the "
    "project.",
)


@click.command()
@_warehouse_option
@format_option("table", "csv", "json")
def history(warehouse: Address | None, kind: str) -> None:
    """List the publications of the warehouse, the latest first, and where they are kept.

    The last OGI_KEEP_PREVIOUS publications that differ are kept. ogi diff compares any two of them, ogi restore brings
    one back. Runs that changed nothing, or failed, published nothing: the Dagster UI has them.

    Exit code: 0 listed, 1 there is no warehouse, or it cannot be read, 2 wrong usage.

    \b
    Example:
      ogi history
    """
    with _explained():
        found = read_history(warehouse or configured_warehouse())
    print_rows([_row(each, whole=kind != "table") for each in found.publications], kind)
    for fault in found.faults:
        click.echo(f"ogi: {fault}", err=True)


@click.command()
@click.argument("run", metavar="RUN")
@_warehouse_option
def restore(run: str, warehouse: Address | None) -> None:
    """Bring back a publication that is kept.

    RUN is the id of its run, or the beginning of one, as ogi history lists them; or the word previous. What is
    published now is kept in its place. The reports are not brought back: the next run publishes what lies under the
    source again, so mend that before, or stop the schedule and the sensor in the Dagster UI.

    Exit code: 0 restored, 1 not, and the warehouse is as it was, 2 wrong usage.

    \b
    Example:
      ogi restore previous
    """
    settings = load_settings()
    target = target_at(warehouse or settings.warehouse)
    with _explained():
        kept = find(target.address, run)
        if kept.name == PUBLISHED:
            fail(f"{target}: run {kept.run_id} is what is published now; `ogi history` lists what is kept")
        target.restore(settings, kept)
        (now, *_) = read_history(target.address).publications
    click.echo(f"{target}: {now.reports_loaded} reports, as run {kept.run_id} published them ({kept.name})")
    click.echo("The next run publishes what lies under the source; mend that first if it was at fault.")


@contextmanager
def _explained() -> Iterator[None]:
    """Turn errors into messages and exit codes."""
    try:
        yield
    except UnknownRunError as error:
        raise click.UsageError(str(error)) from error
    except (FileNotFoundError, TargetError, PublishError) as error:
        fail(error)


def _row(publication: Publication, *, whole: bool) -> dict[str, object]:
    """A publication as a row; on a terminal with short ids and moments."""
    row: dict[str, object] = {
        "published": publication.finished_at if whole else f"{publication.finished_at:%Y-%m-%d %H:%M}",
        "run": publication.run_id if whole else publication.run_id[:8],
        "files": publication.files_seen,
        "new": publication.files_new,
        "changed": publication.files_changed,
        "removed": publication.files_removed,
        "reports": publication.reports_loaded,
        "rejected": publication.reports_rejected,
        "version": publication.code_version,
        "restored": publication.restored_run if whole else (publication.restored_run or "")[:8],
        "kept": publication.kept,
    }
    return row
