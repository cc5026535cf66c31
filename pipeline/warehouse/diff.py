"""Compares two warehouses: the rows that were added, removed and changed, by table, agency and year.

Rows are matched by the key that ``schemas`` declares. A table without a key is compared as a bag of rows, in which
nothing changes: one row goes and another comes. What is history rather than content is not compared: when a file was
first seen, the run that published, the earlier versions of files.

Belongs here: attaching two warehouses side by side, their counts and totals. The statements are in ``diff_sql``,
printing is ``cli``'s. Warehouses that an older or newer program made are
compared as far as they go.
"""

from collections.abc import Collection, Iterator
from typing import Any

import duckdb
import polars as pl

import schemas
from pipeline import sql
from pipeline.warehouse import diff_sql
from pipeline.warehouse.errors import TargetError
from pipeline.warehouse.target import Address, Target, target_at
from schemas import base
from schemas.staged import REPORT_TABLES

#: Tables and columns that tell when and how a build was made, not what the reports say.
HISTORY_TABLES = {"ingest_run"}
HISTORY_COLUMNS = {"loaded_at", "seen_at"}
_KEYS = {base.name(table): base.key(table) for table in schemas.TABLES}
#: Tables whose rows are of reports.
_FACTS = {base.name(table) for table in REPORT_TABLES}
_COUNTS = ("added", "removed", "changed")
SCHEMA: dict[str, Any] = {
    "table_name": pl.String,
    "agency_id": pl.String,
    "agency": pl.String,
    "year": pl.Int32,
    **dict.fromkeys(_COUNTS, pl.Int64),
    "note": pl.String,
}

#: Columns of a table and their DuckDB types.
_Columns = dict[str, str]
#: Tables of a warehouse and their columns.
_Tables = dict[str, _Columns]


class DiffError(Exception):
    """The warehouses cannot be compared; the message says which one is at fault and what to do."""


def diff(old: Address, new: Address, agencies: Collection[str] | None = None) -> pl.DataFrame:
    """Count the rows that differ between two warehouses; of facts only those of ``agencies``, if they are given.

    One row a table, agency and year with any difference; ``changed`` is NULL for tables without a key. A table or
    column that only one of the warehouses has, or whose type differs, has a row of its own: words in ``note``, no
    counts.

    Raises:
        DiffError: a file is missing, is no DuckDB file, or is no warehouse.
    """
    old_target, new_target = target_at(old), target_at(new)
    with duckdb.connect(":memory:") as con:
        before = _attach(con, old_target, "old")
        if old_target.is_same(new_target):
            return pl.DataFrame(schema=SCHEMA)
        after = _attach(con, new_target, "new")
        if agencies is not None:
            con.execute(
                f"CREATE TEMP TABLE {diff_sql.AGENCIES} AS SELECT unnest(?::VARCHAR[]) AS agency_id", [[*agencies]]
            )
        try:
            rows = [
                {**row, "table_name": table}
                for table in _in_order({*before, *after} - HISTORY_TABLES)
                for row in _compare(
                    con, table, before.get(table), after.get(table), agencies is not None and table in _FACTS
                )
            ]
            ids = sorted({row["agency_id"] for row in rows if row.get("agency_id")})
            names = _names(con, {"old": before, "new": after}, ids)
        except duckdb.Error as error:
            raise DiffError(
                f"{old} and {new} cannot be compared, one of them may be damaged; publish it again with `ogi ingest`: "
                f"{error}"
            ) from error
    return _sorted(pl.DataFrame([{**row, "agency": names.get(row.get("agency_id"))} for row in rows], schema=SCHEMA))


def _sorted(frame: pl.DataFrame) -> pl.DataFrame:
    """Tables in order; of each the notes first, then agencies by name."""
    tables = pl.Series("table", _in_order(set(frame["table_name"])), pl.String)
    return frame.sort(
        pl.col("table_name").replace_strict(tables, pl.int_range(len(tables), eager=True), return_dtype=pl.Int64),
        pl.col("note").is_null(),
        "note",
        "agency",
        "agency_id",
        "year",
        nulls_last=True,
    ).select(list(SCHEMA))


def summary(frame: pl.DataFrame) -> pl.DataFrame:
    """Totals of a result of ``diff``: one row a table, in the same order, its notes joined."""
    return frame.group_by("table_name", maintain_order=True).agg(
        *(pl.when(pl.col(name).count() > 0).then(pl.col(name).sum()) for name in _COUNTS),
        pl.when(pl.col("note").count() > 0).then(pl.col("note").drop_nulls().str.join("; ")),
    )


def _attach(con: duckdb.DuckDBPyConnection, target: Target, side: str) -> _Tables:
    """Attach a warehouse under the name of its side; its tables."""
    try:
        target.attach(con, side)
        columns = con.execute(
            "SELECT table_name, column_name, data_type FROM duckdb_columns() "
            "SEMI JOIN duckdb_tables() USING (database_name, schema_name, table_name) "
            "WHERE database_name = ? AND schema_name = 'main' ORDER BY table_name, column_index",
            [side],
        ).fetchall()
    except FileNotFoundError as error:
        raise DiffError(
            f"there is no warehouse at {target}: run `ogi ingest` first, or give the address of another one"
        ) from error
    except TargetError as error:
        raise DiffError(str(error)) from error
    except duckdb.Error as error:
        raise DiffError(
            f"{target}: the file cannot be opened; give a warehouse that `ogi ingest` published and that no other "
            f"program is writing: {error}"
        ) from error
    tables: _Tables = {}
    for table, column, kind in columns:
        tables.setdefault(table, {})[column] = kind
    if not tables.keys() & _KEYS.keys():
        raise DiffError(
            f"{target}: not a warehouse of this program, none of its tables is there; give a file that `ogi ingest` "
            "published"
        )
    return tables


def _in_order(tables: set[str]) -> list[str]:
    """Tables as they are declared, then those that this program does not know."""
    return [name for name in _KEYS if name in tables] + sorted(tables - _KEYS.keys())


def _names(con: duckdb.DuckDBPyConnection, files: dict[str, _Tables], ids: list[str]) -> dict[str | None, str]:
    """Names of some agencies; the later file's where both have one."""
    names: dict[str | None, str] = {}
    for side, tables in files.items():
        if {"agency_id", "name"} <= tables.get("dim_agency", {}).keys():
            table = f"{side}.main.dim_agency"
            rows = con.execute(f"SELECT agency_id, name FROM {table} WHERE agency_id = ANY (?::VARCHAR[])", [ids])
            names |= dict(rows.fetchall())
    return names


def _compare(
    con: duckdb.DuckDBPyConnection, table: str, before: _Columns | None, after: _Columns | None, only_agencies: bool
) -> Iterator[dict[str, Any]]:
    """Notes on a table's shape, then its counts."""
    if before is None or after is None:
        side = "new" if before is None else "old"
        source = diff_sql.content(side, table, (before or after or {}).keys())
        rows = sql.scalar(con, f"SELECT count(*) FROM {source}")
        yield {"note": f"only the {side} file has this table ({rows} {'row' if rows == 1 else 'rows'})"}
        return
    yield from ({"note": note} for note in _shape_notes(before, after))
    shared = [column for column in before if column in after and column not in HISTORY_COLUMNS]
    if not shared:
        return
    compared = diff_sql.Compared(
        table,
        key=_KEYS.get(table, []),
        # Columns of different types are compared as text.
        values={c: sql.identifier(c) if before[c] == after[c] else f"{sql.identifier(c)}::VARCHAR" for c in shared},
        old=diff_sql.content("old", table, before.keys() & after.keys(), only_agencies),
        new=diff_sql.content("new", table, before.keys() & after.keys(), only_agencies),
    )
    if compared.is_of_reports:
        # Row by row only where it is of use: nearly all reports of two successive publications are the same.
        lists = [column for column, kind in after.items() if kind.endswith("]")]
        if not sql.scalar(con, compared.find_differing_reports(lists)):
            return
        compared = compared.only_differing_reports()
    result = con.execute(compared.count())
    names = [column[0] for column in result.description]
    yield from (dict(zip(names, row, strict=True)) for row in result.fetchall())


def _shape_notes(before: _Columns, after: _Columns) -> Iterator[str]:
    """Columns that only one side has, or that have different types."""
    for column in dict.fromkeys([*before, *after]):
        if column in HISTORY_COLUMNS:
            continue
        if column not in after:
            yield f"only the old file has the column {column}"
        elif column not in before:
            yield f"only the new file has the column {column}"
        elif before[column] != after[column]:
            yield (
                f"the column {column} is {before[column]} in the old file and {after[column]} in the new; "
                "compared as text"
            )
