"""Frames as tables in Dagster's metadata."""

from typing import Any

import polars as pl
from dagster import MetadataValue, TableColumn, TableMetadataValue, TableRecord, TableSchema

from pipeline.text import harmless

_SIMPLE = (int, float, bool, type(None))


def table(frame: pl.DataFrame, rows: int = 10) -> TableMetadataValue:
    """The first rows of a frame; what is no text or number is shown as text."""
    records = [
        TableRecord({name: _shown(value) for name, value in row.items()})
        for row in frame.head(rows).iter_rows(named=True)
    ]
    columns = [TableColumn(name, type=str(kind).lower()) for name, kind in frame.schema.items()]
    return MetadataValue.table(records=records, schema=TableSchema(columns=columns))


def _shown(value: Any) -> Any:
    """A value as the UI shows it: names and texts come from strangers, and turn no line of the page around."""
    return value if isinstance(value, _SIMPLE) else harmless(str(value))


def tables(frames: dict[str, tuple[pl.DataFrame, int]]) -> dict[str, Any]:
    """Frames by name, each with how many rows to show. Without rows they are left out: Dagster shows a bare head."""
    return {name: table(frame, rows) for name, (frame, rows) in frames.items() if not frame.is_empty()}
