"""What every table declaration has in common, and what is generated from one.

A table is declared once, as a pandera model in a module of its own: the docstring is the table's COMMENT, each field's
description the column's. The Polars schema, the DuckDB DDL and the data dictionary are generated from that model. To
add a table, add a module and name its class in ``schemas/__init__.py``.

Belongs here: the base class, the type map, the fields that many tables share. Anything that knows a report, a file or a
connection does not.
"""

import inspect
from typing import Annotated, Any

import pandera.polars as pa
import polars as pl

#: Amounts in 万元 to the hundredth of a yuan: twelve digits before the point, six after it.
Amount = Annotated[pl.Decimal, 18, 6]
#: A moment in UTC, without its zone, which DuckDB can print without an extension.
Moment = Annotated[pl.Datetime, "us", None]
#: Source lines of a row's numbers.
Lines = Annotated[pl.List, pl.Int32]
#: A list of names or codes.
Names = Annotated[pl.List, pl.String]

DUCKDB_TYPES: dict[Any, str] = {
    pl.String: "VARCHAR",
    pl.Boolean: "BOOLEAN",
    pl.Int32: "INTEGER",
    pl.Int64: "BIGINT",
    pl.Float64: "DOUBLE",
    pl.Date: "DATE",
    pl.Datetime("us"): "TIMESTAMP",
    pl.List(pl.Int32): "INTEGER[]",
    pl.List(pl.String): "VARCHAR[]",
    pl.Decimal(18, 6): "DECIMAL(18,6)",
}


class Table(pa.DataFrameModel):
    """Base of all tables: exactly the declared columns and types."""

    class Config:
        strict = True


def name(table: type[Table]) -> str:
    """The table's name in the warehouse: the class name in snake case.

    >>> from schemas import DimAgency
    >>> name(DimAgency)
    'dim_agency'
    """
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in table.__name__).lstrip("_")


def comment(table: type[Table]) -> str:
    """The table's COMMENT: its docstring on one line."""
    return " ".join(inspect.cleandoc(table.__doc__ or "").split())


def key(table: type[Table]) -> list[str]:
    """The columns of which no two rows may have the same values; empty if there are none."""
    return list(table.to_schema().unique or [])


def polars_schema(table: type[Table]) -> dict[str, Any]:
    """Column name to Polars type, in the declared order."""
    return {column: spec.dtype.type for column, spec in table.to_schema().columns.items()}


def empty(table: type[Table]) -> pl.DataFrame:
    """A frame of the table's columns without a row."""
    return pl.DataFrame(schema=polars_schema(table))


def ddl(table: type[Table]) -> list[str]:
    """The statements that create the table in DuckDB, with a COMMENT on it and on each column.

    They declare no keys and no ENUMs. Keys would make loading several times slower, and are checked after loading
    instead; DuckLake has neither.
    """
    columns = table.to_schema().columns
    body = ",\n  ".join(
        f"{column} {DUCKDB_TYPES[spec.dtype.type]}{'' if spec.nullable else ' NOT NULL'}"
        for column, spec in columns.items()
    )
    comments = [f"COMMENT ON TABLE {name(table)} IS {_literal(comment(table))}"]
    comments += [
        f"COMMENT ON COLUMN {name(table)}.{column} IS {_literal(spec.description or '')}"
        for column, spec in columns.items()
    ]
    return [f"CREATE TABLE {name(table)} (\n  {body}\n)", *comments]


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def agency_id() -> Any:
    """The column that names the agency, in every table that has one."""
    return pa.Field(
        str_matches=r"^[0-9a-f]{16}$",
        description="Agency, as in dim_agency: 16 hex digits made from its canonical identity alone, "
        "the same in every rebuild.",
    )


def year() -> Any:
    """The year a report is about."""
    return pa.Field(ge=2008, le=2100, description="The year the report is about (not the year it was published in).")


def source_file(**options: Any) -> Any:
    """The path of a report's file."""
    return pa.Field(
        description="Path of the file, relative to the source folder it was found under, with '/'.", **options
    )


def source_sha256() -> Any:
    """The hash of a report's file."""
    return pa.Field(str_matches=r"^[0-9a-f]{64}$", description="SHA-256 of the file's bytes, 64 hex digits.")


def source_line(**options: Any) -> Any:
    """The line a row was read from."""
    return pa.Field(
        ge=1,
        nullable=True,
        description="Line of the source file, counted from 1, on which the row's first number stands. "
        "NULL when the row is not in the file.",
        **options,
    )


def page(**options: Any) -> Any:
    """The page something stands on."""
    return pa.Field(
        ge=1,
        nullable=True,
        description="Page of the document, counted from 1; NULL where the format has no pages (text, HTML, Word).",
        **options,
    )


def edge(which: str) -> Any:
    """An edge of the box on a page in which something stands."""
    return pa.Field(
        nullable=True,
        description=f"{which} edge of its box on the page, in points (1/72 inch) from the page's upper left corner; "
        "NULL where the format has no pages.",
    )


def value_lines() -> Any:
    """The lines of a row's numbers where they are not all one."""
    return pa.Field(
        nullable=True,
        description="Line of each number, in the order of the value columns, where they do not all stand on "
        "source_line (one cell a line); NULL where they do.",
    )


def count(label: str, **options: Any) -> Any:
    """A column of printed counts."""
    return pa.Field(
        nullable=True,
        description=f"{label}. A count as printed; NULL when the report does not state it (cell_note says how).",
        **options,
    )
