"""Reads the workbook back and compares every cell with the warehouse.

It uses another library than the writer (calamine, not XlsxWriter), so that no fault of one hides in both; a sheet at a
time.
"""

from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import duckdb
from python_calamine import CalamineWorkbook

from pipeline.export.errors import ExportError
from pipeline.export.formats import Segment, Segments
from pipeline.export.relations import Relation, materialized
from pipeline.export.run_record import RunRecord
from pipeline.export.xlsx import cells, sheets
from pipeline.staging.progress import Progress, silent

#: The texts of 长文本, by sheet, row and column.
_LongTexts = dict[tuple[str, int, str], str]


def check(
    con: duckdb.DuckDBPyConnection,
    relations: Sequence[Relation],
    run: RunRecord,
    path: Path,
    written: Segments,
    progress: Progress = silent,
) -> None:
    """Compare the workbook with the warehouse.

    Raises:
        ExportError: they differ; the message says where.
    """
    with CalamineWorkbook.from_path(path) as book:
        names = [segment.sheet for relation in relations for segment in written[relation.name]]
        longer = (
            [sheets.LONG] if any(segment.long_texts for segments in written.values() for segment in segments) else []
        )
        expected = [sheets.CONTENTS, sheets.DICTIONARY, sheets.GLOSSARY, *names, *longer]
        if book.sheet_names != expected:
            raise ExportError(f"{path.name}: the sheets read back are {book.sheet_names}, not {expected}")
        texts = {sheets.CONTENTS: sheets.contents(relations, written, run), **sheets.texts(relations)}
        for name, rows in texts.items():
            _check_texts(book, name, rows)
        rest = _long_texts(book) if longer else {}
        for relation in materialized(con, relations, progress, "checking"):
            _check_relation(con, book, relation, written[relation.name], rest)
        if rest:
            raise ExportError(f"{path.name}: {sheets.LONG} has texts of cells that are not there: {sorted(rest)[:3]}")


def _check_texts(book: CalamineWorkbook, name: str, rows: Sequence[Sequence[str]]) -> None:
    found = [[str(cell) for cell in row] for row in book.get_sheet_by_name(name).iter_rows()]
    width = max(map(len, rows))
    if found != [[*row, *[""] * (width - len(row))] for row in rows]:
        raise ExportError(f"{sheets.FILE}: the sheet {name} read back is not what was written")


def _long_texts(book: CalamineWorkbook) -> _LongTexts:
    """The continuation of each long text, its chunks joined."""
    found: _LongTexts = {}
    for sheet, row, column, _, text in islice(book.get_sheet_by_name(sheets.LONG).iter_rows(), 1, None):
        key = (str(sheet), int(str(row)), str(column))
        found[key] = found.get(key, "") + str(text)
    return found


def _check_relation(
    con: duckdb.DuckDBPyConnection,
    book: CalamineWorkbook,
    relation: Relation,
    segments: Sequence[Segment],
    rest: _LongTexts,
) -> None:
    rows = sheets.rows(con, relation)
    for segment in segments:
        _check_sheet(book, relation, segment, rows, rest)
    if next(rows, None) is not None:
        raise ExportError(f"{sheets.FILE}: {relation.name} has rows that are on no sheet")


def _check_sheet(
    book: CalamineWorkbook, relation: Relation, segment: Segment, rows: Iterator[tuple[Any, ...]], rest: _LongTexts
) -> None:
    """Compare a sheet with the next rows of its relation. The sheet is not kept."""
    name, names, width = segment.sheet or "", relation.names, len(relation.columns)
    read = book.get_sheet_by_name(name).iter_rows()
    if list(islice(read, sheets.HEADER_ROWS)) != sheets.headers(relation):
        raise ExportError(f"{sheets.FILE}: the head of {name} read back is not that of {relation.name}")
    count = 0
    # Rows come first in zip: when they end, no further row of the sheet has been consumed.
    for number, (row, found) in enumerate(zip(islice(rows, segment.rows), read, strict=False), sheets.HEADER_ROWS + 1):
        count += 1
        for first, value, column in zip(found, row[:width], names, strict=True):
            more = rest.pop((name, number, column), "") if rest else ""
            cell = f"{first}{more}" if more else first
            if not cells.holds(cell, value):
                where = f"{sheets.FILE}: {name}, row {number}, {column}"
                raise ExportError(f"{where}: {cell!r:.100} was read back where the warehouse has {value!r:.100}")
    if count != segment.rows or next(read, None) is not None:
        raise ExportError(f"{sheets.FILE}: {name} read back has not the {segment.rows} rows that were written")
