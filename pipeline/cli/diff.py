"""The command ``diff``: how two warehouses differ.

Belongs here: which two are compared, and how differences are printed. The comparison is ``warehouse.diff``'s.
"""

import click

from pipeline.addresses import Address
from pipeline.cli.errors import fail
from pipeline.cli.options import WarehouseType, format_option
from pipeline.cli.printing import print_rows
from pipeline.warehouse.errors import TargetError
from pipeline.warehouse.target import target_at


@click.command()
@click.argument("old", type=WarehouseType())
@click.argument("new", type=WarehouseType(), required=False)
@format_option("table", "csv", "json")
def diff(old: Address, new: Address | None, kind: str) -> None:
    """Count the rows that differ between two warehouses, by table, agency and year.

    OLD and NEW are files that ogi ingest published, or DuckLakes. OLD alone is a DuckLake: as it is, against what it
    was before its last publication. When a file was first seen, earlier versions of files and the run
    itself are not compared. Tables without a key have no changed rows: a row is removed and another added.

    Exit code: 0 compared, whether they differ or not, 1 a file cannot be opened, 2 wrong usage.

    \b
    Example:
      ogi diff data/warehouse/ogi.previous.duckdb data/warehouse/ogi.duckdb
    """
    from pipeline.warehouse.diff import DiffError, summary
    from pipeline.warehouse.diff import diff as compare

    try:
        if new is None:
            old, new = _previous(old), old
        found = compare(old, new)
    except DiffError as error:
        fail(error)
    if kind != "table":
        print_rows(found.to_dicts(), kind)
    elif found.is_empty():
        click.echo("no differences")
    else:
        print_rows(found.to_dicts(), kind)
        click.echo("in all:")
        print_rows(summary(found).to_dicts(), kind)


def _previous(address: Address) -> Address:
    """A DuckLake as it was before its last publication."""
    now = target_at(address)
    if not now.keeps_history:
        raise click.UsageError("two files are compared: give OLD and NEW")
    try:
        before = now.previous()
    except (FileNotFoundError, TargetError) as error:
        fail(error)
    if before is None:
        fail(f"{now}: nothing is kept of what was published before")
    return before.address
