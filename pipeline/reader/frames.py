"""Rows of reports as Polars frames, one a table.

Belongs here: rows to columns. What the rows are is ``report_rows``'.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import polars as pl
import pyarrow as pa

from pipeline.reader.extraction import Extraction
from schemas import base
from schemas.records import Row
from schemas.staged import REPORT_TABLES, staged_schema

_SCHEMAS = {base.name(table): staged_schema(table) for table in REPORT_TABLES}
_LISTS = {pl.List(pl.Int32): pa.list_(pa.int32()), pl.List(pl.String): pa.list_(pa.string())}


def frames(extractions: Iterable[Extraction]) -> dict[str, pl.DataFrame]:
    """One frame a table from many reports."""
    rows: dict[str, list[Row]] = {name: [] for name in _SCHEMAS}
    for extraction in extractions:
        for name, of_report in extraction.rows.items():
            rows[name] += of_report
    return {name: _frame(rows[name], schema) for name, schema in _SCHEMAS.items()}


def _frame(rows: Sequence[Row], schema: Mapping[str, Any]) -> pl.DataFrame:
    """Rows as a frame; made by columns, which takes half the time of making it by rows."""
    columns = zip(*rows, strict=True) if rows else ((),) * len(schema)
    return pl.DataFrame(
        [_column(name, kind, values) for (name, kind), values in zip(schema.items(), columns, strict=True)]
    )


def _column(name: str, kind: Any, values: Sequence[Any]) -> pl.Series:
    if kind in _LISTS:  # nearly all of them are NULL, at which Arrow is quicker
        return pl.Series(name, pa.array(values, _LISTS[kind]), kind)
    return pl.Series(name, values, kind)
