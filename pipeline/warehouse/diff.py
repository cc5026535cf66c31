"""What differs between two warehouses, files or lakes: rows added, removed and changed, by table, agency and year.

Rows are matched by the key that ``schemas`` declares; a table without a key is compared as a bag of rows, in which
nothing changes, but a row goes and another comes. What is history rather than content is not compared: when a file was
first seen, the run that published, the earlier versions of files.

Belongs here: opening two files side by side, counting what differs, totals. How it is printed is ``cli``'s; what the
tables are is said in ``schemas``, and files that an older or newer program made are compared as far as they go.
"""

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

import schemas
from pipeline.addresses import Lake, Target
from pipeline.warehouse import ducklake_connection
from pipeline.warehouse.ducklake_connection import LakeError
from schemas import base
from schemas.staged import REPORT_TABLES

#: Tables and columns that tell when and how a build was made, not what the reports say.
HISTORY_TABLES = {"ingest_run"}
HISTORY_COLUMNS = {"loaded_at", "seen_at"}
#: Rows that are content, in tables which hold history too: the column it takes, and the condition.
_CONTENT = {"superseded_report": ("reason", "reason IS DISTINCT FROM 'file_changed'")}
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

#: Tables of a file: column names and their DuckDB types.
_Tables = dict[str, dict[str, str]]


class DiffError(Exception):
    """The files cannot be compared; the message says which one is at fault and what to do."""


def diff(old: Target, new: Target, agencies: Collection[str] | None = None) -> pl.DataFrame:
    """Count the rows that differ between two warehouse files; of facts only those of ``agencies``, if they are given.

    One row a table, agency and year with any difference; ``changed`` is NULL for tables without a key. A table or
    column that only one of the files has, or whose type differs, has a row of its own: words in ``note``, no counts.

    Raises:
        DiffError: a file is missing, is no DuckDB file, or is no warehouse.
    """
    with duckdb.connect(":memory:") as con:
        before = _attach(con, old, "old")
        if (
            isinstance(old, Path) and isinstance(new, Path) and new.is_file() and old.samefile(new)
        ):  # DuckDB opens none twice
            return pl.DataFrame(schema=SCHEMA)
        after = _attach(con, new, "new")
        if agencies is not None:
            con.execute("CREATE TEMP TABLE concerned AS SELECT unnest(?::VARCHAR[]) AS agency_id", [list(agencies)])
        try:
            found = [
                {**row, "table_name": table}
                for table in _in_order({*before, *after} - HISTORY_TABLES)
                for row in _compare(
                    con, table, before.get(table), after.get(table), agencies is not None and table in _FACTS
                )
            ]
            ids = sorted({row["agency_id"] for row in found if row.get("agency_id")})
            names = _names(con, {"old": before, "new": after}, ids)
        except duckdb.Error as error:
            raise DiffError(
                f"{old} and {new} cannot be compared, one of them may be damaged; publish it anew with `ogi ingest`: "
                f"{error}"
            ) from error
    rows = [{**row, "agency": names.get(row.get("agency_id"))} for row in found]
    place = pl.Series("place", _in_order({row["table_name"] for row in rows}), pl.String)
    return (
        pl.DataFrame(rows, schema=SCHEMA)
        .sort(
            pl.col("table_name").replace_strict(place, pl.int_range(len(place), eager=True), return_dtype=pl.Int64),
            pl.col("note").is_null(),
            "note",
            "agency",
            "agency_id",
            "year",
            nulls_last=True,
        )
        .select(list(SCHEMA))
    )


def summary(frame: pl.DataFrame) -> pl.DataFrame:
    """Totals of a result of ``diff``: one row a table, in the same order, its notes joined."""
    return frame.group_by("table_name", maintain_order=True).agg(
        *(pl.when(pl.col(name).count() > 0).then(pl.col(name).sum()) for name in _COUNTS),
        pl.when(pl.col("note").count() > 0).then(pl.col("note").drop_nulls().str.join("; ")),
    )


def _attach(con: duckdb.DuckDBPyConnection, path: Target, side: str) -> _Tables:
    """Open a warehouse for reading as a database of this name, and tell the tables it has."""
    if isinstance(path, Path) and not path.is_file():
        raise DiffError(f"there is no warehouse at {path}: run `ogi ingest` first, or give the path of another file")
    try:
        if isinstance(path, Lake):
            ducklake_connection.attach(con, path, side)
        else:
            con.execute(f"ATTACH '{str(path).replace(chr(39), chr(39) * 2)}' AS {side} (READ_ONLY, TYPE duckdb)")
        columns = con.execute(
            "SELECT table_name, column_name, data_type FROM duckdb_columns() "
            "SEMI JOIN duckdb_tables() USING (database_name, schema_name, table_name) "
            "WHERE database_name = ? AND schema_name = 'main' ORDER BY table_name, column_index",
            [side],
        ).fetchall()
    except (LakeError, FileNotFoundError) as error:
        raise DiffError(str(error)) from error
    except duckdb.Error as error:
        raise DiffError(
            f"{path}: the file cannot be opened; give a warehouse that `ogi ingest` published and that no other "
            f"program is writing: {error}"
        ) from error
    tables: _Tables = {}
    for table, column, kind in columns:
        tables.setdefault(table, {})[column] = kind
    if not tables.keys() & _KEYS.keys():
        raise DiffError(
            f"{path}: not a warehouse of this program, none of its tables is there; give a file that `ogi ingest` "
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
    con: duckdb.DuckDBPyConnection,
    table: str,
    before: dict[str, str] | None,
    after: dict[str, str] | None,
    only_concerned: bool,
) -> Iterator[dict[str, Any]]:
    """Notes on a table's shape, then its counts; only of the agencies concerned, if so wanted."""
    if before is None or after is None:
        side = "new" if before is None else "old"
        row = con.execute(f"SELECT count(*) FROM {_source(side, table, (before or after or {}).keys())}").fetchone()
        assert row is not None
        yield {"note": f"only the {side} file has this table ({row[0]} {'row' if row[0] == 1 else 'rows'})"}
        return
    shared: dict[str, bool] = {}
    for column in dict.fromkeys([*before, *after]):
        if column in HISTORY_COLUMNS:
            continue
        if column not in after:
            yield {"note": f"only the old file has the column {column}"}
        elif column not in before:
            yield {"note": f"only the new file has the column {column}"}
        else:
            shared[column] = before[column] == after[column]
            if not shared[column]:
                yield {
                    "note": f"the column {column} is {before[column]} in the old file and {after[column]} in the new; "
                    "compared as text"
                }
    if not shared:
        return
    old, new = (_source(side, table, before.keys() & after.keys()) for side in ("old", "new"))
    if only_concerned:
        old, new = (f"(FROM {source} SEMI JOIN concerned USING (agency_id))" for source in (old, new))
    columns = {c: _quoted(c) if same else f"{_quoted(c)}::VARCHAR" for c, same in shared.items()}
    if set(_REPORT) <= shared.keys():
        # Row by row only where it is of use: nearly all reports of two files that follow each other are the same.
        nested = [c for c, kind in after.items() if kind.endswith("]")]
        found = con.execute(_differing(columns, nested, old, new)).fetchone()
        if not found or not found[0]:
            return
        old, new = (
            f"(FROM {source} t SEMI JOIN differing d ON {_of_report('t', 'd', columns)})" for source in (old, new)
        )
    result = con.execute(_sql(table, columns, old, new))
    names = [column[0] for column in result.description]
    yield from (dict(zip(names, row, strict=True)) for row in result.fetchall())


#: What a report is known by.
_REPORT = ("agency_id", "year")


def _differing(columns: dict[str, str], nested: Collection[str], old: str, new: str) -> str:
    """The statement that finds, as temp table ``differing``, the reports that have other rows in a table, by hashes.

    The hash of a list knows no difference between none, an empty one and one of NULL; that of its text does.
    """
    hashed = ", ".join(f"{value}::VARCHAR" if c in nested else value for c, value in columns.items())
    report = ", ".join(f"{columns[c]} AS {c}" for c in _REPORT)
    of_file = "SELECT {report}, count(*) AS size, sum(hash({hashed})) AS content FROM {source} GROUP BY 1, 2"
    return f"""
        CREATE OR REPLACE TEMP TABLE differing AS
        SELECT agency_id, year FROM (
            {of_file.format(report=report, hashed=hashed, source=old)} UNION ALL
            {of_file.format(report=report, hashed=hashed, source=new)}
        ) GROUP BY ALL HAVING count(*) < 2 OR min(size) < max(size) OR min(content) < max(content)
    """


def _of_report(one: str, other: str, columns: dict[str, str]) -> str:
    return " AND ".join(f"{one}.{columns[c]} IS NOT DISTINCT FROM {other}.{c}" for c in _REPORT)


def _sql(table: str, columns: dict[str, str], old: str, new: str) -> str:
    """The one statement that counts what differs between a table's rows of two sources.

    ``columns`` has the columns to compare, and each one's value.
    """
    listed = ", ".join(f"{value} AS {_quoted(c)}" for c, value in columns.items())
    key = _KEYS.get(table, [])
    if not key or not set(key) <= columns.keys():
        agency, year = (c if c in columns else "NULL" for c in ("agency_id", "year"))
        return f"""
            SELECT {agency}::VARCHAR AS agency_id, TRY_CAST({year} AS INTEGER) AS year,
                sum(greatest(surplus, 0))::BIGINT AS added, sum(greatest(-surplus, 0))::BIGINT AS removed,
                NULL::BIGINT AS changed
            FROM (
                SELECT * EXCLUDE (side_of_row), sum(side_of_row) AS surplus FROM (
                    SELECT {listed}, 1 AS side_of_row FROM {new} UNION ALL SELECT {listed}, -1 FROM {old}
                ) GROUP BY ALL HAVING surplus <> 0
            ) GROUP BY 1, 2
        """
    whole = "{" + ", ".join(f"{_literal(c)}: {value}" for c, value in columns.items()) + "}"
    match = " AND ".join(f"o.{_quoted(c)} IS NOT DISTINCT FROM n.{_quoted(c)}" for c in key)
    agency, year = (f"coalesce(n.{c}, o.{c})" if c in columns else "NULL" for c in ("agency_id", "year"))
    return f"""
        SELECT {agency}::VARCHAR AS agency_id, TRY_CAST({year} AS INTEGER) AS year,
            count(*) FILTER (o.whole_row IS NULL) AS added, count(*) FILTER (n.whole_row IS NULL) AS removed,
            count(*) FILTER (o.whole_row IS NOT NULL AND n.whole_row IS NOT NULL) AS changed
        FROM (SELECT {listed}, {whole} AS whole_row FROM {old}) o
        FULL JOIN (SELECT {listed}, {whole} AS whole_row FROM {new}) n ON {match}
        WHERE o.whole_row IS DISTINCT FROM n.whole_row
        GROUP BY 1, 2
    """


def _source(side: str, table: str, columns: Collection[str]) -> str:
    """A table of one of the files, without rows that are history."""
    source = f"{side}.main.{_quoted(table)}"
    column, content = _CONTENT.get(table, (None, ""))
    return f"(FROM {source} WHERE {content})" if column in columns else source


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
