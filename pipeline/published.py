"""A published warehouse for notebooks and programs: the stable Python interface.

    from pipeline.published import connect

    with connect() as warehouse:
        warehouse.query("SELECT name, new_received FROM agency_year WHERE year = ?", [2025])
        warehouse.report("红旗区东街街道办事处", 2025)

Every answer is a Polars frame. Names, arguments and columns of this module stay as they are through all versions that
have the same first number; CHANGELOG tells what comes to them.

Belongs here: what programs of others may rely on. What it does is ``warehouse``'s.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import duckdb
import polars as pl

from pipeline import addresses
from pipeline.settings import Settings
from pipeline.sql import identifier
from pipeline.warehouse import query
from pipeline.warehouse.query import NotFoundError
from pipeline.warehouse.target import target_at

__all__ = ["NotFoundError", "Warehouse", "connect"]

#: Tables and views of which one report or year can be asked for.
_KEYS = {"agency": "agency_id", "year": "year"}


def connect(warehouse: str | Path | None = None, *, at: datetime | None = None) -> "Warehouse":
    """Open a warehouse for reading: a file or the address of a DuckLake; by default the one that the settings name.

    ``at`` is a moment of the past, which only a DuckLake keeps.

    Raises:
        FileNotFoundError: nothing was published there.
        ValueError: the address is none.
        pipeline.warehouse.errors.TargetError: it cannot be opened, or nothing is kept of that moment.
        duckdb.Error: it is no warehouse, or another program is writing to it.
    """
    target = target_at(Settings().warehouse if warehouse is None else addresses.warehouse_address(str(warehouse)))
    return Warehouse((target if at is None else target.at(at)).connect())


class Warehouse:
    """An open warehouse. Nothing that is asked can change it; use it in a ``with``, or ``close`` it.

    ``connection`` is DuckDB's own, for whatever this class does not have.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection."""
        self.connection.close()

    def query(self, sql: str, parameters: Sequence[Any] | Mapping[str, Any] | None = None) -> pl.DataFrame:
        """The rows of a query.

        Raises:
            duckdb.Error: the query is wrong, or a value stops it.
        """
        return self.connection.execute(sql, parameters).pl()

    def tables(self) -> pl.DataFrame:
        """Every table and view: ``name``, and ``comment`` with what a row is and what must not be added up."""
        return self.query(
            "SELECT table_name AS name, comment FROM duckdb_tables() WHERE NOT internal UNION ALL "
            "SELECT view_name, comment FROM duckdb_views() WHERE NOT internal ORDER BY name"
        )

    def table(self, name: str, *, agency: str | None = None, year: int | None = None) -> pl.DataFrame:
        """A table or view, whole, or its rows of an agency (name, part of a name or id) and year.

        Raises:
            NotFoundError: no agency, or several, are called so.
            duckdb.CatalogException: there is no such table.
            duckdb.BinderException: the table has no agency, or no year.
        """
        wanted = {"agency": None if agency is None else query.agency(self.connection, agency)[0], "year": year}
        given = {_KEYS[key]: value for key, value in wanted.items() if value is not None}
        condition = " AND ".join(f"{column} = ${column}" for column in given) or "true"
        return self.query(f"FROM {identifier(name)} WHERE {condition}", given)

    def report(self, agency: str, year: int) -> pl.DataFrame:
        """Every number of a report in the form's order, a row each.

        Columns: ``table_name``, ``item``, ``column_name``, ``label``, ``value`` (NULL where the report does not state
        it), ``state`` and ``raw_text`` (why it is NULL, what stood there), ``line`` of the source file and its
        ``text``, and for documents with pages ``page``, ``x0``, ``y0``, ``x1``, ``y1`` in points.

        Raises:
            NotFoundError: no agency, or several, are called so, or it has no report of the year.
        """
        found = query.report(self.connection, agency, year)
        return pl.DataFrame(query.cells(self.connection, found), infer_schema_length=None)

    def issues(
        self,
        *,
        agency: str | None = None,
        year: int | None = None,
        rule: str | None = None,
        severity: str | None = None,
        waived: bool = False,
    ) -> pl.DataFrame:
        """What contradicts what, or could not be read, errors first: as ``ogi issues`` has it, a row each.

        ``agency`` is a part of names, and all that have it are meant; ``waived`` adds issues that are known, with a
        column that says which.

        Raises:
            NotFoundError: no agency is called so.
        """
        ids = [code for code, _ in query.fitting_agencies(self.connection, agency)] if agency else None
        return query.issues(self.connection, query.Wanted(rule, severity, year, ids, waived)).pl()

    def agencies(self) -> pl.DataFrame:
        """Every agency with its place, level, kind and the years of its reports."""
        return query.agencies(self.connection).pl()
