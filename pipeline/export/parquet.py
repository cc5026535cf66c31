"""Parquet: one file a table, or one a year in folders as Hive names them (``TABLE/year=2024/part-0.parquet``).

The year is the folder's name and not in the file: pandas and Arrow refuse a column that is both. They refuse a folder
without a year too (``year=__HIVE_DEFAULT_PARTITION__``), so that a table whose rows need not have one is one file. A
table with a year but without a row is one file, ``TABLE/empty.parquet``, so that its columns are known. Comments,
Chinese names and units are in each file's key-value metadata.

Belongs here: Parquet. What other formats share is ``formats``'s, ``relations``'s and ``compare``'s.
"""

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path, PurePosixPath

import duckdb

import schemas
from pipeline.export import compare
from pipeline.export.formats import Segment, Segments
from pipeline.export.relations import Relation, materialized
from pipeline.sql import literal, scalar
from pipeline.staging.progress import Progress, silent
from schemas import base

PARTITION = "year"
EMPTY = "empty.parquet"


def write(
    con: duckdb.DuckDBPyConnection, relations: Sequence[Relation], folder: Path, progress: Progress = silent
) -> Segments:
    """Write every relation under the folder, read it back and compare it with the warehouse.

    Raises:
        ExportError: they differ.
    """
    written: Segments = {}
    for relation in materialized(con, relations, progress):
        written[relation.name] = _write(con, relation, folder)
        _check(con, relation, folder, written[relation.name])
    return written


def _check(con: duckdb.DuckDBPyConnection, relation: Relation, folder: Path, segments: Sequence[Segment]) -> None:
    compare.check(con, relation, {segment.path: _read_query(folder, segment) for segment in segments})


def _read_query(folder: Path, segment: Segment) -> str:
    """The query that reads a file, with the year of its folder.

    DuckDB's own Hive partitioning would take ``NAME=VALUE`` of the folders above for columns too.
    """
    source = f"FROM read_parquet({literal(folder / segment.path)}, hive_partitioning = false)"
    if not is_partition(segment.path):
        return source
    year = PurePosixPath(segment.path).parent.name.removeprefix(f"{PARTITION}=")
    return f"SELECT *, {year}::INTEGER AS {PARTITION} {source}"


def is_partition(path: str) -> bool:
    """Whether a file is one of those that a table has by year."""
    return f"/{PARTITION}=" in path


@cache
def _tables_with_rows_of_no_year() -> set[str]:
    columns = {base.name(table): table.to_schema().columns for table in schemas.TABLES}
    return {name for name, specs in columns.items() if PARTITION in specs and specs[PARTITION].nullable}


def _write(con: duckdb.DuckDBPyConnection, relation: Relation, folder: Path) -> list[Segment]:
    if PARTITION not in relation.names or relation.name in _tables_with_rows_of_no_year():
        return [_copy(con, relation, folder, f"{relation.name}.parquet", relation.select())]
    years = con.execute(f"SELECT DISTINCT {PARTITION} FROM {relation.stored} ORDER BY 1").fetchall()
    if not years:
        return [_copy(con, relation, folder, f"{relation.name}/{EMPTY}", relation.select())]
    return [
        _copy(
            con,
            relation,
            folder,
            f"{relation.name}/{PARTITION}={year}/part-0.parquet",
            relation.select(f"* EXCLUDE ({PARTITION})", f"{PARTITION} = {year}"),
        )
        for (year,) in years
    ]


def _copy(con: duckdb.DuckDBPyConnection, relation: Relation, folder: Path, name: str, select: str) -> Segment:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = scalar(
        con,
        f"COPY ({select}) TO {literal(path)} (FORMAT parquet, COMPRESSION zstd, KV_METADATA {_metadata(relation)})",
    )
    return Segment(name, rows)


def _metadata(relation: Relation) -> str:
    columns = {
        column.name: {
            "title": column.label.label_zh,
            "description": column.comment,
            "description_zh": column.label.meaning_zh,
            "unit": column.label.unit,
        }
        for column in relation.columns
    }
    metadata = {
        "name": relation.name,
        "title": relation.label.label_zh,
        "description": relation.comment,
        "description_zh": relation.label.meaning_zh,
        "columns": json.dumps(columns, ensure_ascii=False),
    }
    return "{" + ", ".join(f"{key}: {literal(text)}" for key, text in metadata.items()) + "}"
