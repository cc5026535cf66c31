"""CSV that Excel opens rightly and that loses nothing: UTF-8 with a byte order mark, comma, ``"`` doubled, LF.

- NULL is nothing between the commas, an empty text is ``""``: texts are always quoted.
- Lists are JSON, moments ISO 8601 with a ``T``, numbers as they are (-3 is a number and stays one).
- A text that a spreadsheet might run as a formula has an apostrophe before it (``FORMULA``). Reading, one apostrophe is
  taken off a text where what is behind it is such a text.
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

#: Texts that get an apostrophe, as OWASP advises: those whose first letter, blanks and apostrophes aside, is one that
#: formulas begin with (in full width too), and those that begin with a tab or the end of a line. Apostrophes are looked
#: past so that there is one way back: '=1 becomes ''=1.
FORMULA = r"^(?:[\s'\x{A0}\x{3000}]*[=+\-@＝＋－＠]|'*[\t\r\n])"

_TEXT = {"VARCHAR", "VARCHAR[]", "INTEGER[]"}
#: How a value is written, and how it is made of what stands there; types that are not here stand as DuckDB prints them.
_WRITTEN = {
    "VARCHAR": f"if(regexp_matches(VALUE, {literal(FORMULA)}), concat('''', VALUE), VALUE)",
    "VARCHAR[]": "to_json(VALUE)::VARCHAR",
    "INTEGER[]": "to_json(VALUE)::VARCHAR",
    "TIMESTAMP": "strftime(VALUE, '%Y-%m-%dT%H:%M:%S.%f')",
}
_BACK = {
    "VARCHAR": f"if(starts_with(VALUE, '''') AND regexp_matches(VALUE[2:], {literal(FORMULA)}), VALUE[2:], VALUE)",
    "VARCHAR[]": "VALUE::JSON::VARCHAR[]",
    "INTEGER[]": "VALUE::JSON::INTEGER[]",
}


def write(con: duckdb.DuckDBPyConnection, relations: Sequence[Relation], folder: Path) -> Segments:
    """Write every relation under the folder, read it back and compare it with the warehouse.

    Raises:
        ExportError: they differ.
    """
    written: Segments = {}
    for relation in materialized(con, relations):
        written[relation.name] = [_write(con, relation, folder)]
        _check(con, relation, folder / written[relation.name][0].path)
    return written


def _check(con: duckdb.DuckDBPyConnection, relation: Relation, path: Path) -> None:
    with path.open("rb") as file:
        if file.readline() != _head(relation):
            raise ExportError(f"{path.name}: the head is not the columns of {relation.name}")
    compare.check(con, relation, {path.name: _reading(con, relation, path)})


def _head(relation: Relation) -> bytes:
    return codecs.BOM_UTF8 + f"{','.join(relation.names)}\n".encode()


def _write(con: duckdb.DuckDBPyConnection, relation: Relation, folder: Path) -> Segment:
    path = folder / f"{relation.name}.csv"
    body = folder / f".{relation.name}.body"
    columns = ", ".join(f"{_as(_WRITTEN, column)} AS {column.name}" for column in relation.columns)
    texts = ", ".join(column.name for column in relation.columns if column.type in _TEXT)
    row = con.execute(
        f"COPY ({relation.select(columns)}) TO {literal(body)} (FORMAT csv, HEADER false, DELIMITER ',', QUOTE '\"', "
        f"ESCAPE '\"', FORCE_QUOTE ({texts}))"
    ).fetchone()
    assert row is not None
    with body.open("rb") as source, path.open("wb") as target:
        target.write(_head(relation))
        shutil.copyfileobj(source, target, 1 << 20)
    body.unlink()
    return Segment(path.name, row[0])


def _reading(con: duckdb.DuckDBPyConnection, relation: Relation, path: Path) -> str:
    """The query that reads a file as its conventions say. Only with room for the longest row does DuckDB read it."""
    # Each byte may be a quote, which is doubled; in JSON it has a backslash before it too.
    texts = [f"coalesce({3 if c.type.endswith('[]') else 2} * strlen({c.name}::VARCHAR), 0)" for c in relation.columns]
    row = con.execute(f"SELECT coalesce(max({' + '.join(texts)}), 0) FROM {relation.stored}").fetchone()
    assert row is not None
    longest = max(2 << 20, row[0] + 16 * len(texts))
    columns = ", ".join(f"{_as(_BACK, column)}::{column.type} AS {column.name}" for column in relation.columns)
    types = ", ".join(f"{literal(name)}: 'VARCHAR'" for name in relation.names)
    return (
        f"SELECT {columns} FROM read_csv({literal(path)}, auto_detect = false, header = true, columns = {{{types}}}, "
        "delim = ',', quote = '\"', escape = '\"', nullstr = '', allow_quoted_nulls = false, parallel = false, "
        f"max_line_size = {longest}, hive_partitioning = false)"
    )


def _as(how: dict[str, str], column: Column) -> str:
    return how.get(column.type, "VALUE").replace("VALUE", column.name)
