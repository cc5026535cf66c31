"""Table two where its rows are rows of cells: tabs, markdown, pages. A value stands under its header.

Belongs here: rows of several cells under a row of headers. Does not: one cell a line, aligned and flattened text
(``disclosure``), what one cell says (``disclosure_labels``).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from pipeline import forms
from pipeline.forms import Measure
from pipeline.reader.document import Row
from pipeline.reader.layouts import markdown, table_rows, tabs
from pipeline.reader.tables import cell_values
from pipeline.reader.tables.cell_values import BLANK, CellValue
from pipeline.reader.tables.disclosure_labels import THIS_YEAR, Header, headers_of, item_of, measure_in_row
from pipeline.reader.tables.reading import FormCell

#: Layouts whose rows have all their cells, blank ones too.
LAYOUTS = frozenset({*table_rows.NAMES, markdown.NAME, tabs.NAME})


class GridColumn(NamedTuple):
    """A column by its distance from the label's cell, up to the next one; None as measure: no column of the form's."""

    start: int
    measure: Measure | None


@dataclass(frozen=True, slots=True)
class GridHead:
    """A row of headers: its columns, and how many cells stand behind the label's cell."""

    columns: list[GridColumn]
    width: int

    @property
    def measures(self) -> list[Measure]:
        """The form's columns among them."""
        return [column.measure for column in self.columns if column.measure is not None]


class GridRow(NamedTuple):
    """A row whose label is on the form, and its cells by measure."""

    item: str
    label: str
    row: Row
    cells: dict[str, FormCell]


@dataclass(slots=True)
class Grid:
    """The rows that were read, and the heads above them."""

    rows: list[GridRow] = field(default_factory=list)
    heads: list[GridHead] = field(default_factory=list)


def read_grid(rows: Iterable[Row]) -> Grid:
    """The rows of table two among rows of cells."""
    grid = Grid()
    head: GridHead | None = None
    #: The last row, if the next may stand beside its cells.
    last: GridRow | None = None
    for row in rows:
        if row.layout not in LAYOUTS or len(row.cells) < 2:
            if last is not None and row.layout in table_rows.NAMES and row.cells and (item := item_of(row.cells[0])):
                _add_merged(grid, last, item, row)
            last = None
            continue
        last = None
        if found := head_of(tuple(row.cells)):
            head = found
            continue
        if _names_content(row.cells):
            head = None  # headers that the form does not have
        label = _label_of(row.cells)
        if head is None or label is None:
            continue
        item, index = label
        cells = read_row(item, row, index, head)
        if cells is not None:
            last = GridRow(item, row.cells[index], row, cells)
            grid.rows.append(last)
            if head not in grid.heads:
                grid.heads.append(head)
    return grid


def _add_merged(grid: Grid, above: GridRow, item: str, row: Row) -> None:
    """Add a row of a page that has no cell but its label: the one above spans both, and its number is of neither."""
    merged = {code: FormCell(cell_values.unreadable(cell.value.raw), cell.line) for code, cell in above.cells.items()}
    own = {code: cell for code, cell in merged.items() if (item, code) in forms.disclosure_items()}
    if item != above.item and own and any(cell.value.raw for cell in above.cells.values()):
        grid.rows[-1] = above._replace(cells=merged)
        grid.rows.append(GridRow(item, row.cells[0], row, own))


@lru_cache(maxsize=4096)  # the same headers in report after report
def head_of(cells: tuple[str, ...]) -> GridHead | None:
    """The head that a row is; None when none of its cells is a header of the form's."""
    headers = headers_of(cells)
    first = next((index for index, header in enumerate(headers) if header is not None), None)
    if first is None or any(item_of(cell) for cell in cells[:first]):
        return None
    if all(header is None or header.measure in (None, THIS_YEAR) for header in headers) and not _names_content(cells):
        return None
    # The label's cell is the last one before the headers that has words.
    label = max((index for index in range(first) if cells[index]), default=first - 1)
    for index in range(label + 1):
        if "信息内容" in cells[index]:
            label = index
    columns: list[GridColumn] = []
    for index in range(label + 1, len(cells)):
        header = headers[index]
        if cells[index] and (index == label + 1 or (cells[index], header) != (cells[index - 1], headers[index - 1])):
            columns.append(GridColumn(index - label, header.measure if header else None))
    return GridHead(
        _of_this_year(columns, [headers[label + column.start] for column in columns]), len(cells) - label - 1
    )


def _names_content(cells: Sequence[str]) -> bool:
    """Whether a row has the header of the labels' column."""
    return any("信息内容" in cell for cell in cells)


def _of_this_year(columns: list[GridColumn], headers: list[Header | None]) -> list[GridColumn]:
    """The columns, of which those of an earlier year are none of the form's; of equal ones none is."""
    latest = max((header.year for header in headers if header and header.year), default=None)
    kept = [
        column._replace(measure=None) if header and header.year and header.year != latest else column
        for column, header in zip(columns, headers, strict=True)
    ]
    codes = [column.measure.measure for column in kept if column.measure]
    return [
        column._replace(measure=None) if column.measure and codes.count(column.measure.measure) > 1 else column
        for column in kept
    ]


def _label_of(cells: list[str]) -> tuple[str, int] | None:
    """The row of the form that a row's label names, and the cell that it stands in."""
    for index, cell in enumerate(cells):
        if not cell:
            continue
        if item := item_of(cell):
            return item, index
        if cell_values.parse(cell) is None and index > 1:
            return None
    return None


def read_row(item: str, row: Row, index: int, head: GridHead) -> dict[str, FormCell] | None:
    """A row's cells by measure; None where the head has no column for it, or no cell stands behind the label."""
    codes = [column.measure and measure_in_row(item, column.measure) for column in head.columns]
    codes = [code if (item, code or "") in forms.disclosure_items() else None for code in codes]
    while index + 1 < len(row.cells) and row.cells[index + 1] == row.cells[index]:
        index += 1  # a label that is repeated over the cells that it spans
    rest = row.cells[index + 1 :]
    if not any(codes) or not rest:
        return None
    values = _values_under(rest, head)
    found: dict[str, FormCell] = {}
    for place, code in enumerate(codes):
        if code and values is None:
            found[code] = FormCell(cell_values.unreadable(" ".join(filter(None, rest))), row.line_of(index + 1))
        elif code and values is not None:
            value, at = values[place]
            found[code] = FormCell(value, row.line_of(index + 1 + at))
    return found | _under_unknown(item, rest, head, row.line_of(index)) if len(found) > 1 else found


def _under_unknown(item: str, rest: list[str], head: GridHead, line: int) -> dict[str, FormCell]:
    """The cells of a row whose header is not there, where numbers stand under headers that are not known."""
    known = {measure.measure for measure in head.measures}
    forms_of = {measure.form for measure in head.measures}
    lost = [code for row, code in forms.disclosure_cells(next(iter(forms_of))) if row == item and code not in known]
    unknown = [column.start - 1 for column in head.columns if column.measure is None]
    texts = [rest[at] for at in unknown if at < len(rest) and rest[at]]
    if len(forms_of) > 1 or not lost or not any(text[0].isdigit() for text in texts):
        return {}
    return {code: FormCell(cell_values.unreadable(" ".join(texts)), line) for code in lost}


def _values_under(rest: list[str], head: GridHead) -> list[tuple[CellValue, int]] | None:
    """The value under each column of a head and its cell's index; None when it cannot be told which is under which."""
    starts = [column.start - 1 for column in head.columns]
    filled = [at for at, cell in enumerate(rest) if cell]
    is_whole = len(rest) > starts[-1] and not any(rest[: starts[0]])
    is_wider = len(starts) > 1 and any(rest[head.width :])
    if not is_whole or is_wider:
        if filled and len(filled) == len(starts):
            return [(cell_values.parse_in_column(rest[at]), at) for at in filled]
        return None
    ends = [*starts[1:], len(rest)]
    firsts = [
        next((at for at in range(start, end) if rest[at]), start) for start, end in zip(starts, ends, strict=True)
    ]
    values = [_value_of(rest[start:end]) for start, end in zip(starts, ends, strict=True)]
    return list(zip(values, firsts, strict=True))


def _value_of(cells: list[str]) -> CellValue:
    """The value of the cells that one header spans; a number that is repeated in them is one."""
    printed = list(dict.fromkeys(cell for cell in cells if cell))
    if not printed:
        return BLANK
    values = [cell_values.parse(cell) for cell in printed]
    if len(printed) == 1:
        return cell_values.parse_in_column(printed[0])
    first, *others = values
    if first is not None and first.number is not None and not any(others):
        return first  # the other cells are a remark in words
    return cell_values.unreadable(" ".join(printed))
