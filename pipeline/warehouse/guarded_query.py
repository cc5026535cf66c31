"""Queries of people and programs that nobody knows: they read the warehouse and nothing else, and they end.

DuckDB itself refuses what would leave the warehouse (``connection.confine``: files, other databases, extensions); here
is what it leaves to its callers: which statements are run at all, and bounds of rows, letters, memory and time.

Belongs here: running such a query. What is said of an error, and how an answer looks, is the caller's.
"""

import json
import threading
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import duckdb

from pipeline import sql
from pipeline.plain_values import plain_value
from pipeline.warehouse.connection import confine

#: What answers without changing anything.
_QUERIES = frozenset({duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN})
#: Rows that are taken from DuckDB at once: none of them is wanted once the answer is long enough.
_ROWS_AT_ONCE = 100
#: What a query may spill to disk, for each MB of memory that it may take.
_SPILLED = 2


class NotAQueryError(Exception):
    """The text is not one query; the message says what it is."""


class LimitError(Exception):
    """A bound ended the query; the message says which, and what to do."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """What one query may take: rows and letters (as JSON) of its answer, seconds, and MB of memory."""

    rows: int = 200
    letters: int = 100_000
    seconds: float = 30
    memory_mb: int = 800


@dataclass(frozen=True, slots=True)
class Answer:
    """Rows as JSON has their values, by unique names of columns; ``is_cut`` where the bounds leave some out."""

    columns: list[str]
    rows: list[dict[str, Any]]
    is_cut: bool
    #: Tables and views that the query names.
    tables: list[str]


def expect_query(
    con: duckdb.DuckDBPyConnection, statement: str, kinds: Collection[duckdb.StatementType] = _QUERIES
) -> None:
    """Refuse what is not exactly one query.

    Raises:
        NotAQueryError: so it is.
        duckdb.Error: it is no SQL.
    """
    statements = con.extract_statements(statement)
    if other := [each.type.name for each in statements if each.type not in kinds]:
        raise NotAQueryError(f"only queries can be run; {', '.join(other)} is none")
    if len(statements) != 1:
        raise NotAQueryError(f"give one query; these are {len(statements)}")


def bind(con: duckdb.DuckDBPyConnection, bounds: Bounds) -> None:
    """Confine a connection to its warehouse and to the bounds of memory, for good."""
    confine(con)
    con.execute(f"SET memory_limit = '{bounds.memory_mb}MB'")
    con.execute(f"SET max_temp_directory_size = '{bounds.memory_mb * _SPILLED}MB'")
    con.execute("SET lock_configuration = true")


def ask(con: duckdb.DuckDBPyConnection, statement: str, bounds: Bounds) -> Answer:
    """Run a query on a connection that is bound.

    Raises:
        NotAQueryError: it is none, or gives several columns one name.
        LimitError: it takes too long, or a single row is longer than a whole answer may be.
        duckdb.Error: it is wrong, or a value stops it.
    """
    expect_query(con, statement)
    with _in_time(con, bounds.seconds):
        tables = _tables(con, statement)
        result = con.execute(statement)
        columns = [column[0] for column in result.description or []]
        if len(set(columns)) < len(columns):
            raise NotAQueryError("several columns have the same name; give each a name of its own (AS …)")
        rows, is_cut = _taken(result, columns, bounds)
    return Answer(columns, rows, is_cut, tables)


def _tables(con: duckdb.DuckDBPyConnection, statement: str) -> list[str]:
    """The tables and views that a query names. (``get_table_names`` binds them, and fails on JOIN … USING.)"""
    tree = json.loads(sql.scalar(con, "SELECT json_serialize_sql(?::VARCHAR)", [statement]))
    found: set[str] = set()
    left: list[Any] = [tree]
    while left:
        node = left.pop()
        if isinstance(node, dict):
            if node.get("type") == "BASE_TABLE":
                found.add(node["table_name"])
            left += node.values()
        elif isinstance(node, list):
            left += node
    return sorted(found)


def _taken(result: duckdb.DuckDBPyConnection, columns: list[str], bounds: Bounds) -> tuple[list[dict[str, Any]], bool]:
    """As many rows as the bounds allow, and whether there are more."""
    rows: list[dict[str, Any]] = []
    letters = 0
    while taken := result.fetchmany(_ROWS_AT_ONCE):
        for values in taken:
            row = dict(zip(columns, map(plain_value, values), strict=True))
            letters += len(json.dumps(row, ensure_ascii=False))
            if len(rows) == bounds.rows or (letters > bounds.letters and rows):
                return rows, True
            if letters > bounds.letters:
                raise LimitError(
                    f"the first row has {letters} letters, and an answer has room for {bounds.letters}; "
                    "select fewer columns, or left(column, 200)"
                )
            rows.append(row)
    return rows, False


@contextmanager
def _in_time(con: duckdb.DuckDBPyConnection, seconds: float) -> Iterator[None]:
    """Interrupt a query that takes longer."""
    is_over = threading.Event()

    def end() -> None:
        is_over.set()
        con.interrupt()

    timer = threading.Timer(seconds, end)
    timer.daemon = True
    timer.start()
    try:
        yield
    except duckdb.Error as error:
        if is_over.is_set():
            raise LimitError(
                f"the query was ended after {seconds:g} s; narrow it (WHERE year = …), or sum up less at once"
            ) from error
        raise
    finally:
        timer.cancel()
