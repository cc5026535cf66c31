"""Options and parameter types that several commands share.

Belongs here: from words on the command line to values and an open warehouse. Options of one command stay with it.
"""

import os
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import duckdb

from pipeline import addresses
from pipeline.addresses import DEFAULT_WAREHOUSE, Address, is_url, path_at
from pipeline.cli.errors import fail, wrong_usage
from pipeline.warehouse.errors import TargetError, UnsupportedError
from pipeline.warehouse.query import NotFoundError
from pipeline.warehouse.target import target_at

if TYPE_CHECKING:
    from pipeline.settings import Settings


class WarehouseType(click.ParamType[Address]):
    """A warehouse: the path of a file, or the address of a DuckLake."""

    name = "FILE or ducklake:…"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Address:
        """The target at the address."""
        try:
            return addresses.warehouse_address(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)


class PathOrUrl(click.Path):
    """A file or folder, or the URL of one."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """A ``Path``, or a ``UPath`` for a URL."""
        return path_at(value) if is_url(value) else Path(os.fsdecode(super().convert(value, param, ctx)))


def load_settings() -> "Settings":
    """The settings of this process.

    Raises:
        CommandError: a setting has a wrong value; the message names all of them.
    """
    from pipeline.settings import SettingsError, load, misspelt  # pydantic takes a third of a command's start

    for line in misspelt():
        click.echo(f"ogi: {line}", err=True)
    try:
        return load()
    except SettingsError as error:
        wrong_usage(error)


def configured_warehouse() -> Address:
    """The warehouse that the settings name. Where nothing else is set, none of them needs to be looked at.

    Raises:
        CommandError: a setting has a wrong value.
    """
    if {name for name in os.environ if name.upper().startswith("OGI_")} <= {"OGI_WAREHOUSE"}:
        with suppress(ValueError):  # which the settings tell in their words
            return addresses.warehouse_address(os.environ.get("OGI_WAREHOUSE") or DEFAULT_WAREHOUSE)
    return load_settings().warehouse


def reads_warehouse(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command ``--warehouse``, ``--at`` and an open read-only connection; turn errors of it into messages."""

    @click.option(
        "--warehouse",
        type=WarehouseType(),
        help="The warehouse: a file or a DuckLake. Default: setting OGI_WAREHOUSE, else data/warehouse/ogi.duckdb of "
        "the project.",
    )
    @click.option(
        "--at",
        type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]),
        help="The warehouse as it was at this moment of UTC; a DuckLake only. A day alone means its begin.",
    )
    @wraps(command)
    def wrapper(warehouse: Address | None, at: datetime | None, **arguments: Any) -> Any:
        target = target_at(warehouse or configured_warehouse())
        if at is not None:
            try:
                target = target.at(at.replace(tzinfo=UTC))
            except UnsupportedError as error:
                raise click.UsageError(f"--at: {error}") from error
        try:
            with target.connect() as con:
                return command(con=con, **arguments)
        except (FileNotFoundError, NotFoundError, TargetError) as error:
            fail(error)
        except PermissionError as error:
            fail(f"{target}: you may not read the warehouse ({error.strerror}); ask for the rights to its folder")
        except (duckdb.CatalogException, duckdb.BinderException) as error:
            fail(f"{target}: not a warehouse of this program: {error}")
        except (duckdb.IOException, duckdb.SerializationException) as error:
            fail(f"{target}: the file cannot be opened: {error}")

    return wrapper


def format_option(*formats: str) -> Callable[..., Any]:
    """``--format``: how a command prints its rows."""
    return click.option(
        "--format", "kind", type=click.Choice(formats), default="table", show_default=True, help="How to print."
    )
