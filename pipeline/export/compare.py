"""Compares what was read back with the warehouse: every row, every cell, every type.

Belongs here: comparing two queries. The query that reads a file back is its format's.
"""

import contextlib
from collections.abc import Iterator

import duckdb

from pipeline.export.errors import ExportError
from pipeline.export.relations import Relation


def check(con: duckdb.DuckDBPyConnection, relation: Relation, files: dict[str, str]) -> None:
    """Compare files with the relation whose rows they hold together; ``files`` has the query that reads each.

    Rows are compared as multisets: how often each occurs, not in which order. One pass over both sides; DuckDB spills
    to disk what does not fit into its memory.

    Raises:
        ExportError: they differ, or a query fails.
    """
    expected = {column.name: column.type for column in relation.columns}
    columns = ", ".join(relation.names)
    for path, query in files.items():
        with _errors_name(path):
            types = {name: kind for name, kind, *_ in con.execute(f"DESCRIBE {query}").fetchall()}
        if types != expected:
            wrong = sorted(set(types.items()) ^ set(expected.items()))
            raise ExportError(f"{path}: the columns read back are not those of {relation.name}: {wrong}")
    back = " UNION ALL ".join(f"SELECT {columns} FROM ({query})" for query in files.values())
    where = next(iter(files)) if len(files) == 1 else f"{relation.name}/"
    with _errors_name(where):
        [(differences, example)] = con.execute(
            _DIFFERENCES.format(columns=columns, stored=relation.stored, back=back, example=_example(relation))
        ).fetchall()
    if differences:
        raise ExportError(f"{where}: {differences} rows read back differ from {relation.name}, among them {example}")


@contextlib.contextmanager
def _errors_name(where: str) -> Iterator[None]:
    """Turn what fails in the block into an error that names the file."""
    try:
        yield
    except duckdb.OutOfMemoryException:
        raise
    except (duckdb.Error, UnicodeDecodeError) as error:  # DuckDB may cut a letter in two when it quotes a line
        raise ExportError(f"{where}: the file cannot be read back: {error}") from error


#: Rows that one side has more often than the other.
_DIFFERENCES = """
SELECT coalesce(sum(abs(surplus)), 0)::BIGINT, any_value({example}) FROM (
    SELECT {columns}, sum(side) AS surplus FROM (
        SELECT {columns}, 1 AS side FROM {stored} UNION ALL SELECT {columns}, -1 FROM ({back})
    ) GROUP BY {columns} HAVING surplus <> 0
)
"""


def _example(relation: Relation) -> str:
    """The SQL expression of a row in a few words: its key, or its first columns."""
    some = ", ".join(f"{name}::VARCHAR" for name in (relation.key or relation.names[:4]))
    return f"concat_ws(' ', {some})"
