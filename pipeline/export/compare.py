"""Whether what was read back is what the warehouse has: every row, every cell, every type.

Belongs here: comparing two queries. How a file becomes a query again is each format's affair.
"""

import contextlib
from collections.abc import Iterator

import duckdb

from pipeline.export.errors import ExportError
from pipeline.export.relations import Relation


def same(con: duckdb.DuckDBPyConnection, relation: Relation, files: dict[str, str]) -> None:
    """Compare files, each with the query that reads it, with the relation whose rows they have together.

    Rows are counted as many times as they come; their order is not looked at. One pass over both sides; DuckDB puts
    aside on the disk what does not fit into its memory.

    Raises:
        ExportError: they differ, or a query fails.
    """
    expected = {column.name: column.type for column in relation.columns}
    columns = ", ".join(relation.names)
    for path, query in files.items():
        with _told(path):
            types = {name: kind for name, kind, *_ in con.execute(f"DESCRIBE {query}").fetchall()}
        if types != expected:
            wrong = sorted(set(types.items()) ^ set(expected.items()))
            raise ExportError(f"{path}: the columns read back are not those of {relation.name}: {wrong}")
    back = " UNION ALL ".join(f"SELECT {columns} FROM ({query})" for query in files.values())
    where = next(iter(files)) if len(files) == 1 else f"{relation.name}/"
    with _told(where):
        row = con.execute(
            _SURPLUS.format(columns=columns, stored=relation.stored, back=back, shown=_shown(relation))
        ).fetchone()
    if row and row[0]:
        raise ExportError(f"{where}: {row[0]} rows read back differ from {relation.name}, among them {row[1]}")


@contextlib.contextmanager
def _told(where: str) -> Iterator[None]:
    """Say of what fails in which file it does."""
    try:
        yield
    except duckdb.OutOfMemoryException:
        raise
    except (duckdb.Error, UnicodeDecodeError) as error:  # DuckDB may cut a letter in two when it quotes a line
        raise ExportError(f"{where}: the file cannot be read back: {error}") from error


#: Rows that one side has more often than the other.
_SURPLUS = """
SELECT coalesce(sum(abs(surplus)), 0)::BIGINT, any_value({shown}) FROM (
    SELECT {columns}, sum(side) AS surplus FROM (
        SELECT {columns}, 1 AS side FROM {stored} UNION ALL SELECT {columns}, -1 FROM ({back})
    ) GROUP BY {columns} HAVING surplus <> 0
)
"""


def _shown(relation: Relation) -> str:
    """A row in a few words."""
    some = ", ".join(f"{name}::VARCHAR" for name in (relation.key or relation.names[:4]))
    return f"concat_ws(' ', {some})"
