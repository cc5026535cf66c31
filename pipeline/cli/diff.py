"""The command ``diff``: how two warehouses differ.

Belongs here: which two are compared, and how differences are printed. The comparison is ``warehouse.diff``'s.
"""

import re
from pathlib import Path

import click

from pipeline.addresses import Address
from pipeline.cli.errors import fail
from pipeline.cli.options import WarehouseType, configured_warehouse, format_option
from pipeline.cli.printing import print_rows
from pipeline.warehouse.errors import TargetError
from pipeline.warehouse.history import UnknownRunError, find
from pipeline.warehouse.target import target_at

#: What the id of a run, or the beginning of one, looks like.
_RUN = re.compile(r"[0-9a-f]{4}[0-9a-f-]{0,32}|previous")


class _Publication(WarehouseType):
    """A warehouse, or a publication that one keeps: the beginning of a run's id, or ``previous``."""

    name = "WAREHOUSE or RUN"


@click.command()
@click.argument("old", type=_Publication(), required=False)
@click.argument("new", type=_Publication(), required=False)
@click.option(
    "--warehouse",
    type=WarehouseType(),
    help="The warehouse whose publications are meant: a file or a DuckLake. Default: setting OGI_WAREHOUSE, else "
    "data/warehouse/ogi.duckdb of the project.",
)
@format_option("table", "csv", "json")
def diff(old: Address | None, new: Address | None, warehouse: Address | None, kind: str) -> None:
    """Count the rows that differ between two warehouses, by table, agency and year.

    OLD and NEW are files that ogi ingest published, DuckLakes, or publications that ogi history lists as kept: the
    beginning of a run's id, or the word previous. Without NEW, a publication is compared with what is published now,
    and a warehouse with what it was before its last publication; without both it is the warehouse of the settings. When
    a file was first seen, earlier versions of files and the runs themselves are not compared. Tables without a key have
    no changed rows: a row is removed and another added.

    Exit code: 0 compared, whether they differ or not, 1 a file cannot be opened, 2 wrong usage.

    \b
    Example:
      ogi diff
      ogi diff data/warehouse/ogi.previous.duckdb data/warehouse/ogi.duckdb
    """
    from pipeline.warehouse.diff import DiffError, summary
    from pipeline.warehouse.diff import diff as compare

    try:
        found = compare(*_both(old, new, warehouse))
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


def _both(old: Address | None, new: Address | None, warehouse: Address | None) -> tuple[Address, Address]:
    """The addresses of the two publications that are meant."""
    published = warehouse or configured_warehouse()
    if old is None:
        return _previous(published), published
    kept = _kept(old, published)
    if new is not None:
        return kept or old, _kept(new, published) or new
    return (kept, published) if kept else (_previous(old), old)


def _kept(address: Address, published: Address) -> Address | None:
    """The publication that is kept of a run, if that is what is meant: no file is called so."""
    words = str(address)
    if not _RUN.fullmatch(words) or Path(words).exists():
        return None
    try:
        return find(published, words).target.address
    except UnknownRunError as error:
        raise click.UsageError(str(error)) from error
    except (FileNotFoundError, TargetError) as error:
        fail(error)


def _previous(address: Address) -> Address:
    """A warehouse as it was before its last publication."""
    try:
        before = target_at(address).previous()
    except (FileNotFoundError, TargetError) as error:
        fail(error)
    if before is None:
        fail(f"{address}: nothing is kept of what was published before")
    return before.address
