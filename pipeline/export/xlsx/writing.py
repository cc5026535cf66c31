"""Writes the workbook: frozen heads, filters, widths, and number formats by unit.

Belongs here: how sheets look. Texts are always written as texts, whatever they look like, and what the library would
leave out is an error.
"""

import datetime
from collections.abc import Iterable, Sequence
from decimal import Decimal
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
from schemas.labels import UNITS

_WIDEST, _NARROWEST = 60, 8
_WIDTHS = {
    sheets.CONTENTS: (34, 34, 12, 80, 80),
    sheets.DICTIONARY: (34, 24, 30, 22, 16, 12, 60, 60),
    sheets.GLOSSARY: (28, 40, 60, 60),
    sheets.LONG: (24, 10, 24, 6, 60),
}
#: Columns that stay in sight where a sheet begins with them.
_FROZEN = ("agency_id", "year", "name")
#: How numbers are shown, by unit: % is of numbers that are per cent already, 比例 of fractions.
_BY_UNIT = {**dict.fromkeys(UNITS, "#,##0"), "万元": "#,##0.00####", "%": "0.0#####", "比例": "0.0%"}
#: And where they have none: years, lines and places are no counts.
_BY_TYPE = {
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


def write(con: duckdb.DuckDBPyConnection, relations: Sequence[Relation], run: RunRecord, folder: Path) -> Segments:
    """Write the workbook into a folder."""
    with xlsxwriter.Workbook(str(folder / sheets.FILE), {**_OPTIONS, "tmpdir": str(folder)}) as opened:
        book = _Book(opened)
        opened.set_properties({"title": "政府信息公开工作年度报告", "created": made.finished_at})
        first = opened.add_worksheet(sheets.CONTENTS)
        for name, rows in sheets.texts(relations).items():
            book.texts(name, rows)
        written = {relation.name: book.relation(con, relation) for relation in materialized(con, relations)}
        if book.longer:
            book.texts(sheets.LONG, [sheets.LONG_HEAD, *book.longer])
        book.contents(first, sheets.contents(relations, written, made))
    return written


class _Book:
    """A workbook in the making, with its formats; ``longer`` are the pieces of texts that cells had no room for."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self._book = book
        self.longer: list[tuple[str, ...]] = []
        self._title = book.add_format({"bold": True, "font_size": 16})
        self._bold = book.add_format({"bold": True, "bottom": 1})
        self._head = book.add_format({"bold": True, "bg_color": "#DDE8F3", "text_wrap": True, "valign": "top"})
        self._code = book.add_format({"font_color": "#595959", "bg_color": "#F2F2F2", "bottom": 1})
        self._wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        self._top = book.add_format({"valign": "top"})
        self._link = book.add_format({"font_color": "#0B57A4", "underline": 1, "valign": "top"})
        self._long = book.add_format({"bg_color": "#FFF2CC"})
        #: What looks like a formula stays a text even when somebody edits it.
        self._quoted = book.add_format({"quote_prefix": True})
        self._shown: dict[str, Format] = {}

    def texts(self, name: str, rows: Sequence[Sequence[str]]) -> None:
        """A sheet of texts alone, the head first."""
        sheet = self._book.add_worksheet(name)
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, len(rows) - 1, len(rows[0]) - 1)
        self._dress(sheet, _WIDTHS[name])
        for at, row in enumerate(rows):
            for place, text in enumerate(row):
                if text:
                    _write(sheet, at, place, text, self._wrapped if at else self._head)

    def contents(self, sheet: Worksheet, rows: Sequence[Sequence[str]]) -> None:
        """The first sheet, with links to the others."""
        self._dress(sheet, _WIDTHS[sheet.name])
        others = {other.name for other in self._book.worksheets()}
        for at, row in enumerate(rows):
            heading = at == 0 or row[:1] in [(name,) for name in sheets.HEADINGS]
            for place, text in enumerate(row):
                if not text:
                    continue
                if place == 0 and text in others and not heading:
                    _done(sheet.write_url(at, place, f"internal:'{text}'!A1", self._link, text), sheet, at)
                else:
                    style = self._wrapped if place > 2 else self._top
                    _write(sheet, at, place, text, self._title if at == 0 else self._bold if heading else style)

    def relation(self, con: duckdb.DuckDBPyConnection, relation: Relation) -> list[Segment]:
        """The sheets of a relation: one, or as many as its rows need."""
        widths = _widths(con, relation)
        names, usual = relation.names, [self._number(_shown(column)) for column in relation.columns]
        differing = [relation.columns.index(column) for column in sheets.differing(relation)]
        parts: list[Segment] = []
        sheet, at, before = self._sheet(relation, 1, widths), sheets.HEAD_ROWS, 0
        for row in sheets.rows(con, relation):
            if at == sheets.SHEET_ROWS:
                parts.append(self._part(sheet, relation, at, before))
                before = len(self.longer)
                sheet, at = self._sheet(relation, len(parts) + 1, widths), sheets.HEAD_ROWS
            styles = usual
            if differing:
                styles = list(usual)
                for place, unit in zip(differing, row[len(usual) :], strict=True):
                    styles[place] = self._number(_BY_UNIT[unit])
            for place, (value, style) in enumerate(zip(row, styles, strict=False)):
                if value is not None:
                    self._cell(sheet, at, place, value, style, names[place])
            at += 1
        return [*parts, self._part(sheet, relation, at, before)]

    def _sheet(self, relation: Relation, number: int, widths: Iterable[float]) -> Worksheet:
        """A new sheet with its head."""
        sheet = self._book.add_worksheet(relation.label.label_zh + (f" {number}" if number > 1 else ""))
        frozen = list(takewhile(lambda name: name in _FROZEN, relation.names))
        sheet.freeze_panes(sheets.HEAD_ROWS, len(frozen))
        self._dress(sheet, widths)
        for at, (head, style) in enumerate(zip(sheets.heads(relation), (self._head, self._code), strict=True)):
            for place, text in enumerate(head):
                _write(sheet, at, place, text, style)
        return sheet

    def _part(self, sheet: Worksheet, relation: Relation, rows: int, before: int) -> Segment:
        """What a sheet has, now that it is full."""
        sheet.autofilter(1, 0, rows - 1, len(relation.columns) - 1)
        longer = {place[:3] for place in self.longer[before:] if place[0] == sheet.name}
        return Segment(sheets.FILE, rows - sheets.HEAD_ROWS, sheet.name, len(longer))

    def _dress(self, sheet: Worksheet, widths: Iterable[float]) -> None:
        """Widths, and no green corners at codes of digits."""
        sheet.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})
        for place, width in enumerate(widths):
            sheet.set_column(place, place, width)

    def _cell(self, sheet: Worksheet, at: int, place: int, value: Any, style: Format | None, column: str) -> None:
        match value:
            case bool():
                _done(sheet.write_boolean(at, place, value), sheet, at)
            case str():
                first, *rest = cells.pieces(value)
                shown = self._long if rest else self._quoted if cells.like_formula(value) else None
                if first:
                    _write(sheet, at, place, first, shown)
                for number, piece in enumerate(rest, 2):
                    self.longer.append((sheet.name, str(at + 1), column, str(number), piece))
            case datetime.date():
                _done(sheet.write_datetime(at, place, value, style), sheet, at)
            case _ if cells.fits(value):
                _done(sheet.write_number(at, place, value, style), sheet, at)
            case _:
                _write(sheet, at, place, cells.plain(value) if isinstance(value, Decimal) else str(value))

    def _number(self, shown: str | None) -> Format | None:
        """The format of numbers that are shown in some way, made once."""
        if shown is None:
            return None
        if shown not in self._shown:
            self._shown[shown] = self._book.add_format({"num_format": shown})
        return self._shown[shown]


def _shown(column: Column) -> str | None:
    return _BY_UNIT.get(column.label.unit) or _BY_TYPE.get(column.type)


def _write(sheet: Worksheet, at: int, place: int, text: str, style: Format | None = None) -> None:
    _done(sheet.write_string(at, place, text, style), sheet, at)


def _done(code: int, sheet: Worksheet, at: int) -> None:
    """Raise if the library left out what it was to write."""
    if code:
        raise ExportError(f"{sheets.FILE}: a cell of row {at + 1} of {sheet.name} cannot be written ({code})")


def _widths(con: duckdb.DuckDBPyConnection, relation: Relation) -> list[float]:
    """Widths of the columns in letters. A Chinese one takes the room of two, and has three bytes."""
    measures = [f"left({name}::VARCHAR, {_WIDEST})" for name in relation.names]
    longest = con.execute(
        f"SELECT {', '.join(f'coalesce(max((length({m}) + strlen({m})) / 2), 0)' for m in measures)} "
        f"FROM {relation.stored}"
    ).fetchone()
    assert longest is not None
    heads = [max(2 * len(column.label.heading), len(column.name)) + 4 for column in relation.columns]
    return [min(_WIDEST, max(_NARROWEST, head, text + 2)) for head, text in zip(heads, longest, strict=True)]
