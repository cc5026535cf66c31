"""Spreadsheets (.xlsx, .xls, .ods): each sheet that is not hidden is a table of its rows.

Belongs here: cells and rows of sheets. python-calamine reads the files.
"""

import re
from collections.abc import Iterable, Iterator
from io import BytesIO
from itertools import groupby
from operator import attrgetter
from typing import Any, NamedTuple

from pipeline.reader.document import Document
from pipeline.reader.formats import printed
from pipeline.reader.formats.office import kinds
from pipeline.reader.formats.office.package import Package, damaged
from pipeline.reader.formats.printed import Printed, TableRow, TextLine
from pipeline.reader.formats.raw_file import RawFile
from pipeline.sources.fetch import RejectedError

NAME = "sheet"
SUFFIXES = frozenset({".xlsx", ".xlsm", ".xls", ".ods"})
IS_DOCUMENT = True

_KINDS = frozenset({kinds.XLSX, kinds.XLS, kinds.ODS})
#: A sheet whose used part is larger is refused: nobody prints it.
_MOST_CELLS = 1_000_000
_END_OF_SENTENCE = "。"
#: Fewer rows do not show how wide their table is.
_LEAST_OF_TABLE = 3
#: Digits of a number that a spreadsheet shows at most.
_DIGITS = 15
#: The place of a cell: its column in letters, its row.
_PLACE = re.compile(rb"<(?:\w+:)?c\b[^<>]*?\br=[\"']([A-Z]{1,3})([0-9]{1,7})[\"']")
#: A formula in a cell, and no value behind it: a program wrote it that does not calculate.
_WITHOUT_VALUE = re.compile(
    rb"<(?:\w+:)?f\b[^<>]*(?:/>|>[^<]*</(?:\w+:)?f>)\s*(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>|</(?:\w+:)?c>)"
)


def claims(file: RawFile) -> bool:
    """Whether the file is a spreadsheet."""
    return kinds.kind(file) in _KINDS


def read(file: RawFile) -> Document:
    """The document of a spreadsheet.

    Raises:
        RejectedError: encrypted, damaged_document, too_large, empty or unsupported_format.
    """
    import python_calamine

    if kinds.kind(file) != kinds.XLS:
        _check_parts(Package(file.data, file.max_parts))
    try:
        with python_calamine.load_workbook(BytesIO(file.data)) as book:
            content = list(_content(book, file.max_parts))
    except python_calamine.PasswordError as error:
        raise RejectedError("encrypted", "the file is locked with a password") from error
    except python_calamine.CalamineError as error:
        raise damaged(f"its sheets cannot be read: {error}") from error
    if not any(each.text for entry in content for each in entry.printed):
        raise RejectedError("empty", "the sheets have no text in them")
    return printed.document(content, reader="python-calamine")


def _check_parts(package: Package) -> None:
    """That all parts which hold text are within the limits, and every formula has its result.

    Raises:
        RejectedError: too_large, encrypted, damaged_document or unsupported_format.
    """
    for name in package.names:
        if name.endswith((".xml", ".bin")):
            data = package.part(name) or b""
            if name.startswith("xl/worksheets/"):
                _check_sheet(data)


def _check_sheet(data: bytes) -> None:
    """That a sheet has no more places for cells than there is room for, and its formulas have their results."""
    places = _PLACE.findall(data)
    columns = max((_column(letters) for letters, _ in places), default=0)
    rows = max((int(row) for _, row in places), default=0)
    if columns * rows > _MOST_CELLS:
        raise RejectedError(
            "too_large", f"a sheet has {rows} rows of {columns} columns; the limit is {_MOST_CELLS} cells"
        )
    if _WITHOUT_VALUE.search(data):
        raise RejectedError(
            "unsupported_format", "its formulas have no results; open it in a spreadsheet program and save it again"
        )


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number


def _content(book: Any, max_parts: int) -> Iterator[TextLine | TableRow]:
    from python_calamine import SheetTypeEnum, SheetVisibleEnum

    left = max_parts
    for sheet in book.sheets_metadata:
        if sheet.typ != SheetTypeEnum.WorkSheet or sheet.visible != SheetVisibleEnum.Visible:
            continue
        found = book.get_sheet_by_name(sheet.name)
        covered = _covered(found.merged_cell_ranges or ())
        first_row, first_column = found.start or (0, 0)
        rows: list[_SheetRow] = []
        for at, cells in enumerate(found.to_python(skip_empty_area=True), first_row):
            places = {column: _text(cell) for column, cell in enumerate(cells, first_column)}
            left -= sum(len(text.split()) + 1 for text in places.values())
            if left < 0:
                raise RejectedError("too_large", f"more than {max_parts} words and cells (setting OGI_MAX_PARTS)")
            used = [column for column, text in places.items() if text or (at, column) in covered]
            begins = {column: text for column, text in places.items() if (at, column) not in covered}
            if used:
                rows.append(_SheetRow(begins, used[-1], len(used) == 1))
        for row, last in zip(rows, _last_columns(rows), strict=True):
            yield from _row([text for column, text in row.texts.items() if column <= last])


class _SheetRow(NamedTuple):
    """The texts of the cells that begin in a row, its last column in use, and whether one cell alone is in use."""

    texts: dict[int, str]
    last: int
    is_single: bool


def _last_columns(rows: list[_SheetRow]) -> list[int]:
    """The last column of each row's table: what is blank behind it is of a wider table elsewhere on the sheet.

    Rows of several cells that follow each other are of one table. A row of one cell may be a heading between two, or
    a row of either whose values are all blank: it goes as far as the wider one. So do a few rows between two such.
    """
    runs = [list(group) for _, group in groupby(rows, attrgetter("is_single"))]
    own = [-1 if run[0].is_single else max(row.last for row in run) for run in runs]
    found: list[int] = []
    for at, run in enumerate(runs):
        is_short = run[0].is_single or len(run) < _LEAST_OF_TABLE
        near = 1 if run[0].is_single else 2
        widest = max(own[max(0, at - near) : at + near + 1]) if is_short else own[at]
        found += [max(row.last, widest) for row in run]
    return found


def _row(texts: list[str]) -> Iterator[TextLine | TableRow]:
    """A row of the table, or prose that stands alone in one."""
    if not texts:
        return
    if _END_OF_SENTENCE in texts[0] and not any(texts[1:]):
        for line in texts[0].split("\n"):
            yield TextLine((Printed(line),))
    else:
        yield TableRow(tuple([Printed(text) for text in texts]))


def _covered(merged: Iterable[tuple[tuple[int, int], tuple[int, int]]]) -> set[tuple[int, int]]:
    """The cells that merged ones cover, without the first of each, which has the text."""
    found: set[tuple[int, int]] = set()
    places = 0
    for (top, left), (bottom, right) in merged:
        places += (bottom - top + 1) * (right - left + 1)
        if places > _MOST_CELLS:
            raise RejectedError("too_large", f"its merged cells cover more than {_MOST_CELLS} places")
        found.update((row, column) for row in range(top, bottom + 1) for column in range(left, right + 1))
        found.discard((top, left))
    return found


def _text(value: object) -> str:
    """The text of a cell: a number with the digits that a spreadsheet shows."""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float):
        return f"{value:.{_DIGITS}g}" if value != int(value) or abs(value) >= 10**_DIGITS else str(int(value))
    return str(value).strip()
