"""Writes the workbook: frozen headers, filters, widths, and number formats by unit.

Belongs here: how sheets look. Texts are written as texts, whatever they look like; a cell that the library refuses is
an error.
"""

import datetime
from collections.abc import Iterable, Sequence
from itertools import takewhile
from pathlib import Path
from typing import Any

import duckdb
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from pipeline.export.errors import ExportError
from pipeline.export.formats import Segment, Segments
from pipeline.export.relations import Column, Relation, materialized
from pipeline.export.run_record import RunRecord
from pipeline.export.xlsx import cells, sheets
from pipeline.numbers import plain
from pipeline.staging.progress import Progress, silent
from schemas.labels import UNITS

_WIDEST, _NARROWEST = 60, 8
_WIDTHS = {
    sheets.CONTENTS: (34, 34, 12, 80, 80),
    sheets.DICTIONARY: (34, 24, 30, 22, 16, 12, 60, 60),
    sheets.GLOSSARY: (28, 40, 60, 60),
    sheets.LONG: (24, 10, 24, 6, 60),
}
#: Columns that are frozen where a sheet begins with them.
_FROZEN = ("agency_id", "year", "name")
#: Number formats by unit: % is for numbers that are per cent already, 比例 for fractions.
_FORMAT_BY_UNIT = {**dict.fromkeys(UNITS, "#,##0"), "万元": "#,##0.00####", "%": "0.0#####", "比例": "0.0%"}
#: Number formats by type, for columns without a unit: years, lines and sort orders are no counts.
_FORMAT_BY_TYPE = {
    "INTEGER": "0",
    "BIGINT": "0",
    "DOUBLE": "0.0###",
    "DECIMAL(18,6)": "0.0#####",
    "TIMESTAMP": "yyyy-mm-dd hh:mm:ss",
    "DATE": "yyyy-mm-dd",
}
_OPTIONS = {
    "constant_memory": True,
    "use_zip64": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


def write(
    con: duckdb.DuckDBPyConnection,
    relations: Sequence[Relation],
    run: RunRecord,
    folder: Path,
    progress: Progress = silent,
) -> Segments:
    """Write the workbook into a folder."""
    with xlsxwriter.Workbook(str(folder / sheets.FILE), {**_OPTIONS, "tmpdir": str(folder)}) as opened:
        book = _WorkbookWriter(opened)
        opened.set_properties({"title": "政府信息公开工作年度报告", "created": run.finished_at})
        first = opened.add_worksheet(sheets.CONTENTS)
        for name, rows in sheets.texts(relations).items():
            book.texts(name, rows)
        found = materialized(con, relations, progress)
        written = {relation.name: book.relation(con, relation) for relation in found}
        if book.long_texts:
            book.texts(sheets.LONG, [sheets.LONG_HEADER, *book.long_texts])
        book.contents(first, sheets.contents(relations, written, run))
    return written


class _WorkbookWriter:
    """Writes the sheets of a workbook; ``long_texts`` collects the chunks that did not fit into their cells."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self._book = book
        self.long_texts: list[tuple[str, ...]] = []
        self._title = book.add_format({"bold": True, "font_size": 16})
        self._bold = book.add_format({"bold": True, "bottom": 1})
        self._header = book.add_format({"bold": True, "bg_color": "#DDE8F3", "text_wrap": True, "valign": "top"})
        self._code = book.add_format({"font_color": "#595959", "bg_color": "#F2F2F2", "bottom": 1})
        self._wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        self._top = book.add_format({"valign": "top"})
        self._link = book.add_format({"font_color": "#0B57A4", "underline": 1, "valign": "top"})
        self._long = book.add_format({"bg_color": "#FFF2CC"})
        #: A text that looks like a formula stays a text even when somebody edits it.
        self._quoted = book.add_format({"quote_prefix": True})
        self._number_formats: dict[str, Format] = {}

    def texts(self, name: str, rows: Sequence[Sequence[str]]) -> None:
        """Write a sheet of texts, the header first."""
        sheet = self._book.add_worksheet(name)
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, len(rows) - 1, len(rows[0]) - 1)
        self._set_widths(sheet, _WIDTHS[name])
        for row, values in enumerate(rows):
            for col, text in enumerate(values):
                if text:
                    _write(sheet, row, col, text, self._wrapped if row else self._header)

    def contents(self, sheet: Worksheet, rows: Sequence[Sequence[str]]) -> None:
        """Write the first sheet, with links to the others."""
        self._set_widths(sheet, _WIDTHS[sheet.name])
        others = {other.name for other in self._book.worksheets()}
        for row, values in enumerate(rows):
            heading = row == 0 or values[:1] in [(name,) for name in sheets.HEADINGS]
            for col, text in enumerate(values):
                if not text:
                    continue
                if col == 0 and text in others and not heading:
                    _check(
                        sheet.write_url(row, col, f"internal:'{text}'!A1", self._link, text),
                        sheet,
                        row,
                    )
                else:
                    style = self._wrapped if col > 2 else self._top
                    _write(
                        sheet,
                        row,
                        col,
                        text,
                        self._title if row == 0 else self._bold if heading else style,
                    )

    def relation(self, con: duckdb.DuckDBPyConnection, relation: Relation) -> list[Segment]:
        """Write the sheets of a relation: one, or as many as its rows need."""
        widths = _widths(con, relation)
        names, usual = relation.names, [self._number_format(_shown(column)) for column in relation.columns]
        mixed_units = [relation.columns.index(column) for column in sheets.mixed_unit_columns(relation)]
        segments: list[Segment] = []
        sheet, row, before = self._sheet(relation, 1, widths), sheets.HEADER_ROWS, 0
        for values in sheets.rows(con, relation):
            if row == sheets.SHEET_ROWS:
                segments.append(self._segment(sheet, relation, row, before))
                before = len(self.long_texts)
                sheet, row = self._sheet(relation, len(segments) + 1, widths), sheets.HEADER_ROWS
            styles = usual
            if mixed_units:
                styles = list(usual)
                for col, unit in zip(mixed_units, values[len(usual) :], strict=True):
                    styles[col] = self._number_format(_FORMAT_BY_UNIT[unit])
            for col, (value, style) in enumerate(zip(values, styles, strict=False)):
                if value is not None:
                    self._cell(sheet, row, col, value, style, names[col])
            row += 1
        return [*segments, self._segment(sheet, relation, row, before)]

    def _sheet(self, relation: Relation, number: int, widths: Iterable[float]) -> Worksheet:
        """A new sheet with its header."""
        sheet = self._book.add_worksheet(relation.label.label_zh + (f" {number}" if number > 1 else ""))
        frozen = list(takewhile(lambda name: name in _FROZEN, relation.names))
        sheet.freeze_panes(sheets.HEADER_ROWS, len(frozen))
        self._set_widths(sheet, widths)
        for row, (header, style) in enumerate(zip(sheets.headers(relation), (self._header, self._code), strict=True)):
            for col, text in enumerate(header):
                _write(sheet, row, col, text, style)
        return sheet

    def _segment(self, sheet: Worksheet, relation: Relation, rows: int, before: int) -> Segment:
        """Finish a sheet and describe it."""
        sheet.autofilter(1, 0, rows - 1, len(relation.columns) - 1)
        cells = {chunk[:3] for chunk in self.long_texts[before:] if chunk[0] == sheet.name}
        return Segment(sheets.FILE, rows - sheets.HEADER_ROWS, sheet.name, len(cells))

    def _set_widths(self, sheet: Worksheet, widths: Iterable[float]) -> None:
        """Set the widths, and no green corners at codes of digits."""
        sheet.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})
        for col, width in enumerate(widths):
            sheet.set_column(col, col, width)

    def _cell(self, sheet: Worksheet, row: int, col: int, value: Any, style: Format | None, column: str) -> None:
        match value:
            case bool():
                _check(sheet.write_boolean(row, col, value), sheet, row)
            case str():
                first, *rest = cells.chunks(value)
                shown = self._long if rest else self._quoted if cells.like_formula(value) else None
                if first:
                    _write(sheet, row, col, first, shown)
                for number, chunk in enumerate(rest, 2):
                    self.long_texts.append((sheet.name, str(row + 1), column, str(number), chunk))
            case datetime.date():
                _check(sheet.write_datetime(row, col, value, style), sheet, row)
            case _ if cells.fits(value):
                _check(sheet.write_number(row, col, value, style), sheet, row)
            case _:
                _write(sheet, row, col, plain(value))

    def _number_format(self, shown: str | None) -> Format | None:
        """The workbook's format for a number format string; each is added once."""
        if shown is None:
            return None
        if shown not in self._number_formats:
            self._number_formats[shown] = self._book.add_format({"num_format": shown})
        return self._number_formats[shown]


def _shown(column: Column) -> str | None:
    return _FORMAT_BY_UNIT.get(column.label.unit) or _FORMAT_BY_TYPE.get(column.type)


def _write(sheet: Worksheet, row: int, col: int, text: str, style: Format | None = None) -> None:
    _check(sheet.write_string(row, col, text, style), sheet, row)


def _check(code: int, sheet: Worksheet, row: int) -> None:
    """Raise if the library did not write the cell."""
    if code:
        raise ExportError(f"{sheets.FILE}: a cell of row {row + 1} of {sheet.name} cannot be written ({code})")


def _widths(con: duckdb.DuckDBPyConnection, relation: Relation) -> list[float]:
    """Widths of the columns in letters; a Chinese character is as wide as two, and has three bytes."""
    measures = [f"left({name}::VARCHAR, {_WIDEST})" for name in relation.names]
    [longest] = con.execute(
        f"SELECT {', '.join(f'coalesce(max((length({m}) + strlen({m})) / 2), 0)' for m in measures)} "
        f"FROM {relation.stored}"
    ).fetchall()
    headers = [max(2 * len(column.label.heading), len(column.name)) + 4 for column in relation.columns]
    return [min(_WIDEST, max(_NARROWEST, header, text + 2)) for header, text in zip(headers, longest, strict=True)]
