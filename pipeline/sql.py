"""Values and names as SQL text, for the parts of statements that cannot be parameters.

Belongs here: quoting, and fetching one value. Statements are written where they are used.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb


def literal(value: str | int | Path | None) -> str:
    """A value as SQL text.

    >>> literal("O'Brien"), literal(7), literal(None)
    ("'O''Brien'", '7', 'NULL')
    """
    if value is None:
        return "NULL"
    return str(value) if isinstance(value, int) else "'" + str(value).replace("'", "''") + "'"


def identifier(name: str) -> str:
    """The name of a table or column as SQL text.

    >>> identifier('a"b')
    '"a""b"'
    """
    return '"' + name.replace('"', '""') + '"'


def scalar(
    con: duckdb.DuckDBPyConnection, statement: str, parameters: Sequence[Any] | Mapping[str, Any] | None = None
) -> Any:
    """The first value of the first row of a query that has one.

    Raises:
        LookupError: the query returned no row.
    """
    row = con.execute(statement, parameters).fetchone()
    if row is None:
        raise LookupError(f"no row: {statement}")
    return row[0]
