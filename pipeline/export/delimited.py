"""CSV that Excel opens rightly and that loses nothing: UTF-8 with a byte order mark, comma, ``"`` doubled, LF.

- NULL is nothing between the commas, an empty text is ``""``: texts are always quoted.
- Lists are JSON, moments ISO 8601 with a ``T``, numbers as they are (-3 is a number and stays one).
- A text that a spreadsheet might run as a formula gets an apostrophe before it (``FORMULA``). Reading removes one
  apostrophe where such a text follows it.

Belongs here: CSV. What other formats share is ``formats``'s, ``relations``'s and ``compare``'s.
"""

import codecs
import shutil
from collections.abc import Sequence
from pathlib import Path

import duckdb

from pipeline.export import compare
from pipeline.export.errors import ExportError
from pipeline.export.formats import Segment, Segments
from pipeline.export.relations import Column, Relation, materialized
from pipeline.sql import literal, scalar
from pipeline.staging.progress import Progress, silent

#: Texts that get an apostrophe, as OWASP advises: those whose first letter, blanks and apostrophes aside, begins a
#: formula (in full width too), and those that begin with a tab or a line break. Apostrophes are skipped so that reading
#: is unambiguous: '=1 becomes ''=1.
FORMULA = r"^(?:[\s'\x{A0}\x{3000}]*[=+\-@＝＋－＠]|'*[\t\r\n])"

_TEXT = {"VARCHAR", "VARCHAR[]", "INTEGER[]"}
#: SQL from a value to its text and back, by type; other types are written as DuckDB prints them.
_TO_TEXT = {
    "VARCHAR": f"if(regexp_matches(VALUE, {literal(FORMULA)}), concat('''', VALUE), VALUE)",
    "VARCHAR[]": "to_json(VALUE)::VARCHAR",
    "INTEGER[]": "to_json(VALUE)::VARCHAR",
    "TIMESTAMP": "strftime(VALUE, '%Y-%m-%dT%H:%M:%S.%f')",
}
_FROM_TEXT = {
    "VARCHAR": f"if(starts_with(VALUE, '''') AND regexp_matches(VALUE[2:], {literal(FORMULA)}), VALUE[2:], VALUE)",
    "VARCHAR[]": "VALUE::JSON::VARCHAR[]",
    "INTEGER[]": "VALUE::JSON::INTEGER[]",
}


def write(
    con: duckdb.DuckDBPyConnection, relations: Sequence[Relation], folder: Path, progress: Progress = silent
) -> Segments:
    """Write every relation under the folder, read it back and compare it with the warehouse.

    Raises:
        ExportError: they differ.
    """
    written: Segments = {}
    for relation in materialized(con, relations, progress):
        written[relation.name] = [_write(con, relation, folder)]
        _check(con, relation, folder / written[relation.name][0].path)
    return written


def _check(con: duckdb.DuckDBPyConnection, relation: Relation, path: Path) -> None:
    with path.open("rb") as file:
        if file.readline() != _header(relation):
            raise ExportError(f"{path.name}: the head is not the columns of {relation.name}")
    compare.check(con, relation, {path.name: _read_query(con, relation, path)})


def _header(relation: Relation) -> bytes:
    return codecs.BOM_UTF8 + f"{','.join(relation.names)}\n".encode()


def _write(con: duckdb.DuckDBPyConnection, relation: Relation, folder: Path) -> Segment:
    path = folder / f"{relation.name}.csv"
    body = folder / f".{relation.name}.body"
    columns = ", ".join(f"{_expression(_TO_TEXT, column)} AS {column.name}" for column in relation.columns)
    texts = ", ".join(column.name for column in relation.columns if column.type in _TEXT)
    rows = scalar(
        con,
        f"COPY ({relation.select(columns)}) TO {literal(body)} (FORMAT csv, HEADER false, DELIMITER ',', QUOTE '\"', "
        f"ESCAPE '\"', FORCE_QUOTE ({texts}))",
    )
    with body.open("rb") as source, path.open("wb") as target:
        target.write(_header(relation))
        shutil.copyfileobj(source, target, 1 << 20)
    body.unlink()
    return Segment(path.name, rows)


def _read_query(con: duckdb.DuckDBPyConnection, relation: Relation, path: Path) -> str:
    """The query that reads a file back. DuckDB must be told the length of the longest row, or it refuses it."""
    # Each byte may be a quote, which is doubled; in JSON a backslash precedes it too.
    texts = [f"coalesce({3 if c.type.endswith('[]') else 2} * strlen({c.name}::VARCHAR), 0)" for c in relation.columns]
    longest_row = scalar(con, f"SELECT coalesce(max({' + '.join(texts)}), 0) FROM {relation.stored}")
    max_line_size = max(2 << 20, longest_row + 16 * len(texts))
    columns = ", ".join(
        f"{_expression(_FROM_TEXT, column)}::{column.type} AS {column.name}" for column in relation.columns
    )
    types = ", ".join(f"{literal(name)}: 'VARCHAR'" for name in relation.names)
    return (
        f"SELECT {columns} FROM read_csv({literal(path)}, auto_detect = false, header = true, columns = {{{types}}}, "
        "delim = ',', quote = '\"', escape = '\"', nullstr = '', allow_quoted_nulls = false, parallel = false, "
        f"max_line_size = {max_line_size}, hive_partitioning = false)"
    )


def _expression(by_type: dict[str, str], column: Column) -> str:
    return by_type.get(column.type, "VALUE").replace("VALUE", column.name)
