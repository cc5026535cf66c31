"""Table three of text with cells (tab rows, pipes, pages): its columns, told by the whole table and not row by row.

A row is placed by its label's cell, by the table's header and by the number of its cells. Whatever stands in a cell
stays in its column: words or marks where a number belongs are an unreadable cell and never move its neighbours. A table
whose columns are not certain is left to the reading row by row.

Belongs here: cells to columns of the form (``Row.item``). Does not: which row a label names (``row_labels``), what
headers say (``applicant_headers``).
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from pipeline.forms.skeleton import skeleton
from pipeline.reader.document import Row
from pipeline.reader.layouts import lines, tabs
from pipeline.reader.tables import applicant_headers, cell_values, grid_header, row_labels
from pipeline.reader.tables.applicant_headers import WIDTH
from pipeline.reader.tables.broken_rows import LAYOUTS, is_page_mark, whole_rows
from pipeline.reader.tables.grid_header import USUAL
from pipeline.reader.tables.label_runs import UNKNOWN_ROW
from pipeline.reader.tables.row_sums import adds_up
from pipeline.reader.tables.wrapped_labels import is_of_group

#: Layouts of the rows of a table of tabs; the last is one without any.
_OF_TABS = (tabs.NAME, lines.NAME)
#: A table has so many rows of the form at least, and its headers stand within so many rows before the first.
_LEAST_ROWS, _HEADER_ROWS = 3, 8
#: A header has so many rows at the most.
_MOST_HEADERS = 3
#: A row that only has a part of a label has no more cells with words.
_MOST_LABELS = 3
#: Two rows of a table have no more rows without cells, such as page numbers, between them.
_MOST_BETWEEN = 6
#: What headers of table four begin with.
_REVIEW_HEADER = re.compile("结果|其他结果|尚未|总计|行政复议|行政诉讼|未经复议|复议后")
#: Words, not a mark in a number's cell.
_WORDS = re.compile("[\u4e00-\u9fff]{2}|[。；]")
_LAST_ROW = "carried_forward"
#: So many numbers are most of a row.
_MOST_OF_ROW = 5
#: So many rows that are numbered one after the other have numbers of rows, not of applications.
_LEAST_NUMBERED = 6
#: Longer numbers are none that a cell may have.
_MOST_DIGITS = 12


@dataclass(slots=True)
class _DataRow:
    """A row with a label: its index among the document's rows, the index of its label's cell, and its item.

    ``begin`` is the index of the first cell that may be a column of the form's.
    """

    index: int
    cells: list[str]
    label: int
    item: str
    layout: str
    begin: int = 0

    def __post_init__(self) -> None:
        self.begin = self.begin or self.label + 1


class _Columns:
    """Index of the cell of each column of the form, counted from the row's first cell or from behind its label."""

    def __init__(self, indexes: list[int | None], *, behind_label: bool) -> None:
        self.indexes = indexes
        self.behind_label = behind_label
        known = [index for index in indexes if index is not None]
        #: Whether the columns stand in another order than the form's.
        self.is_reordered = known != sorted(known)

    def of(self, row: _DataRow) -> list[int | None]:
        """Index in the row of each column's cell; None for a column that the table does not have."""
        offset = row.begin if self.behind_label else 0
        return [None if index is None else index + offset for index in self.indexes]


def place_grid_rows(rows: list[Row]) -> list[Row]:
    """The rows, those of each table three whose columns are certain with their items and the form's columns."""
    found: dict[int, Row | None] = {}
    rows = whole_rows(rows)
    for table in map(_numbered, _tables(rows)):
        header = _header_before(rows, table)
        usual, columns = _usual_rows(table, header)
        if columns is None:
            is_usual = grid_header.orders(header, _first(header, table)) == [USUAL] and not grid_header.has_more(header)
            if len(table) >= _LEAST_ROWS and (not is_usual or _is_wider(table)):
                regular = _is_regular(table)
                unclear = [row for row in table if not is_usual or not _is_full(row, regular=regular)]
                found |= {row.index: _unknown_columns(rows[row.index], row) for row in unclear}
            continue
        found |= {row.index: _placed(rows[row.index], row, columns) for row in usual}
        widths = {len(row.cells) for row in usual}
        for row in table:
            if row.index not in found:
                found |= _unusual(rows, row, columns, grid_header.by_header(header, len(row.cells)))
        for index in range(table[0].index + 1, table[-1].index):
            if index not in found and len(rows[index].cells) in widths and not _is_head(_shape(rows[index].cells)):
                found |= _without_label(rows[index], index, columns)
        found |= _without_cells(rows, table, found)
    placed = (found.get(index, row) for index, row in enumerate(rows))
    return [row for row in placed if row is not None] if found else rows


def _without_cells(
    rows: Sequence[Row], table: Sequence[_DataRow], found: Mapping[int, Row | None]
) -> dict[int, Row | None]:
    """Rows between those of a table of tabs that end behind their labels: a program has cut their blank cells off.

    The label is whole and no other row's, and the row behind has a label of its own, so that no cells follow.
    """
    if table[0].layout != tabs.NAME:
        return {}
    known = {row.item for row in table}
    blank: dict[int, Row | None] = {}
    for index in range(table[-1].index, table[0].index, -1):
        row = rows[index]
        if index in found or row.layout not in _OF_TABS or not row.cells or "" in row.cells[-1:]:
            continue
        named = _label_of(_shape(row.cells), "", "")
        if named is None or named[0] != len(row.cells) - 1 or named[1] in known:
            continue
        if row_labels.has_words_behind(row.cells[-1]):
            continue
        if index + 1 in found or index + 1 in blank:
            label = row.cells[-1]
            blank[index] = replace(row, cells=[label, *[""] * WIDTH], item=named[1], columns_are_known=True)
    return blank


def _is_regular(table: Sequence[_DataRow]) -> bool:
    """Whether all rows have as many cells, or as many behind their labels."""
    return 1 in (len({len(row.cells) for row in table}), len({len(row.cells) - row.begin for row in table}))


def _is_full(row: _DataRow, *, regular: bool) -> bool:
    """Whether a row has just seven cells from its first number to its last, most of them filled, that add up.

    Where all rows have more cells, one of seven numbers may be none of the form's: a row's number, and no total.
    """
    filled = list(_contents(row, 0))
    if not filled or filled[-1] - filled[0] + 1 != WIDTH:
        return False
    values = [cell_values.parse(row.cells[index]) for index in filled]
    numbers = [value.number for value in values if value is not None and value.number is not None]
    return (not regular and len(filled) == WIDTH) or (len(numbers) >= _MOST_OF_ROW and adds_up(numbers))


def _is_wider(table: Sequence[_DataRow]) -> bool:
    """Whether rows of one shape have more columns filled than the form has: which of them are the form's?"""
    for behind_label in (False, True):
        sizes = [len(row.cells) - row.begin * behind_label for row in table]
        usual = Counter(sizes).most_common(1)[0][0]
        rows = [row for row, size in zip(table, sizes, strict=True) if size == usual]
        if len(_filled(rows, behind_label=behind_label)) > WIDTH:
            return True
    return False


def _without_label(row: Row, index: int, columns: _Columns) -> dict[int, Row | None]:
    """A row of the table that names no row of the form: a group's subtotals go, any other has its cells at least."""
    words = [at for at, cell in enumerate(row.cells) if cell_values.parse(cell) is None and skeleton(cell)]
    if not words or not any(char.isdigit() for cell in row.cells for char in cell):
        return {}
    if all(is_of_group(skeleton(row.cells[at])) for at in words):
        return {index: None}
    first = next((at for at, following in zip(words, [*words[1:], -1], strict=True) if following != at + 1), words[0])
    data = _DataRow(index, row.cells, first, UNKNOWN_ROW, row.layout)
    if any(at is not None and at >= len(row.cells) for at in columns.of(data)):
        return {index: _unknown_columns(row, data)}
    return {index: _placed(row, data, columns)}


def _unusual(
    rows: Sequence[Row], row: _DataRow, columns: _Columns, by_header: dict[int, int | None] | None
) -> dict[int, Row | None]:
    """A row with more or fewer cells than its table's others: its numbers if there are just seven, also in pieces.

    Or where the header has a cell above each of the row's.
    """
    source = rows[row.index]
    behind = [(index, row.cells[index]) for index in range(row.begin, len(row.cells))]
    width = sum(index is not None for index in columns.indexes)
    if width != WIDTH or columns.is_reordered:
        return {row.index: _unknown_columns(source, row)}
    filled = [(source.line_of(index), text) for index, text in behind if text]
    if len(filled) >= WIDTH or len(behind) >= WIDTH:
        if len(filled) == WIDTH:
            return {row.index: _as_placed(source, row, filled)}
        indexes = [index for index, text in behind if text]
        if indexes and indexes[-1] - indexes[0] + 1 == WIDTH:
            span = [(source.line_of(index), row.cells[index]) for index in range(indexes[0], indexes[-1] + 1)]
            return {row.index: _as_placed(source, row, span)}
        placed = by_header and _under_header([row], by_header)
        return {row.index: _placed(source, row, placed) if placed else _unknown_columns(source, row)}
    pieces = [(source.line_of(index), text) for index, text in behind]
    removed: dict[int, Row | None] = {}
    for index in range(row.index + 1, min(row.index + _MOST_BETWEEN, len(rows))):
        following = rows[index]
        if not following.cells or is_page_mark(following):
            continue
        if any(cell_values.parse(cell) is None for cell in following.cells) or len(pieces) >= WIDTH:
            break
        pieces += [(following.line_of(at), text) for at, text in enumerate(following.cells)]
        removed[index] = None
    numbers = [value.number for _, text in pieces if (value := cell_values.parse(text)) is not None]
    if len(pieces) == WIDTH and None not in numbers and len(numbers) == WIDTH and adds_up(numbers):
        return {row.index: _as_placed(source, row, pieces), **removed}
    return {row.index: _unknown_columns(source, row)}


def _as_placed(source: Row, row: _DataRow, pieces: Sequence[tuple[int, str]]) -> Row:
    lines, cells = [line for line, _ in pieces], [text for _, text in pieces]
    return replace(
        source,
        cells=[row.cells[row.label], *cells],
        lines=[source.line_of(row.label), *lines],
        starts=None,
        item=row.item,
        columns_are_known=True,
    )


def _unknown_columns(source: Row, row: _DataRow) -> Row:
    """The row with its item; which of its numbers stands in which column is not known."""
    return replace(
        source,
        cells=source.cells[row.label :],
        lines=[source.line_of(index) for index in range(row.label, len(source.cells))],
        starts=None,
        item=row.item,
    )


def _tables(rows: Sequence[Row]) -> Iterator[list[_DataRow]]:
    """The rows with labels of each table, without those that only have a label."""
    table: list[_DataRow] = []
    for index, row in enumerate(rows):
        if row.layout not in LAYOUTS or len(row.cells) < 2 or row.item is not None:
            continue
        shape = _shape(row.cells)
        if _is_head(shape):
            continue
        named = _label_of(shape, *_label_around(rows, index))
        if named is None or (len(row.cells) < WIDTH and not any(row.cells[named[0] + 1 :])):
            continue
        if _is_prose(shape[named[0] + 1 :]):
            continue
        if table and (
            row.layout != table[-1].layout
            or (table[-1].item == _LAST_ROW and len(table) > _LEAST_ROWS)
            or _is_interrupted(rows, table[-1].index, index)
        ):
            yield table
            table = []
        table.append(_DataRow(index, row.cells, *named, row.layout))
    if table:
        yield table


def _shape(cells: Sequence[str]) -> tuple[str, ...]:
    """The cells with 0 for each number: what depends on no value is found out once for all rows that differ in them."""
    return tuple(["0" if cell.isdecimal() and cell.isascii() and len(cell) <= _MOST_DIGITS else cell for cell in cells])


@lru_cache(maxsize=8192)
def _is_prose(cells: tuple[str, ...]) -> bool:
    """Whether words stand between numbers, as in a sentence whose pieces tabs part."""
    values = [cell_values.parse(cell) for cell in cells]
    last = max((at for at, value in enumerate(values) if value is not None and value.number is not None), default=0)
    return any(value is None and _WORDS.search(cell) for value, cell in zip(values[:last], cells[:last], strict=True))


@lru_cache(maxsize=8192)
def _is_head(cells: tuple[str, ...]) -> bool:
    """Whether a row's cells are headers, of this table or of table four."""
    return applicant_headers.is_header(cells) or sum(bool(_REVIEW_HEADER.match(cell)) for cell in cells) > 1


def names_row(cells: tuple[str, ...]) -> bool:
    """Whether a row with 0 for each number may be one of table three, or of a head."""
    return _is_head(cells) or _label_of(cells, "", "") is not None


def _is_interrupted(rows: Sequence[Row], before: int, behind: int) -> bool:
    """Whether another table's header, or too much else, stands between two rows."""
    between = rows[before + 1 : behind]
    return len(between) > _MOST_BETWEEN or any(applicant_headers.is_header(row.cells) for row in between)


def _usual_rows(table: list[_DataRow], header: list[list[str]]) -> tuple[list[_DataRow], _Columns | None]:
    """The rows that have as many cells as most, or as many behind their labels; and their columns."""
    if len(table) < _LEAST_ROWS and not _is_whole_row(table):
        return [], None
    width = Counter(len(row.cells) for row in table).most_common(1)[0][0]
    behind = Counter(len(row.cells) - row.begin for row in table).most_common(1)[0][0]
    same_width = [row for row in table if len(row.cells) == width]
    same_behind = [row for row in table if len(row.cells) - row.begin == behind]
    both = [same_width, same_behind] if len(same_width) >= len(same_behind) else [same_behind, same_width]
    for usual in both:
        columns = _columns(usual, header) if _is_usual(usual, table, header) else None
        if columns is not None:
            return usual, columns
    return [], None


def _label_around(rows: Sequence[Row], index: int) -> tuple[str, str]:
    """The words in the rows before and behind one that have no numbers, in which its label may begin or go on."""
    around = []
    for step in (-1, 1):
        neighbour = index + step
        while 0 <= neighbour < len(rows) and (not rows[neighbour].cells or is_page_mark(rows[neighbour])):
            neighbour += step
        words = [cell for cell in rows[neighbour].cells if cell] if 0 <= neighbour < len(rows) else []
        whole = words and len(words) <= _MOST_LABELS and all(cell_values.parse(word) is None for word in words)
        around.append(skeleton(words[-1] if step < 0 else words[0]) if whole else "")
    return around[0], around[1]


@lru_cache(maxsize=8192)
def _label_of(cells: tuple[str, ...], before: str, behind: str) -> tuple[int, str] | None:
    """Index of the cell with a row's label, and the row of the form that it names; None if there is none.

    The label is the last cell that names a row: before it stand the labels of groups, behind it the row's numbers.
    ``before`` and ``behind`` are words on the lines around, where a broken label has its beginning or its end.
    """
    found = None
    for index, cell in enumerate(cells):
        if cell_values.parse(cell) is not None:
            if found is not None and cell:
                break
            continue
        words = skeleton(cell)
        if not words:
            if found is not None:
                break
            continue
        label = row_labels.match_label(words, (words,))
        if label is None or label.rest:
            whole = row_labels.match_ending(before + words)
            if whole is not None and whole.strong:
                label = whole
            elif label is not None and not (
                row_labels.is_nearly_complete(label) or row_labels.continues([behind], label.rest)
            ):
                label = None
        if label is not None:
            found = (index, label.item)
        elif found is not None and not is_of_group(words):
            if found[1] in row_labels.GROUP_ITEMS:
                found = None  # it is the group's label, and the row's own is not known
            break
        before = words
    return found


def _header_before(rows: Sequence[Row], table: Sequence[_DataRow]) -> list[list[str]]:
    """The rows of the table's header, of the table's layout, before its first row."""
    first = table[0].index
    near = rows[max(0, first - _HEADER_ROWS) : first]
    found = [row.cells for row in near if row.layout == table[0].layout and _has_header(row.cells)]
    return found[-_MOST_HEADERS:]


def _has_header(cells: Sequence[str]) -> bool:
    return any(applicant_headers.position_of(cell) is not None or applicant_headers.is_group(cell) for cell in cells)


def _first(header: list[list[str]], table: Sequence[_DataRow]) -> int | None:
    """Index from which a header's cells are those of columns, where it is as wide as the table's rows; else None."""
    is_as_wide = {len(cells) for cells in header} == {len(row.cells) for row in table}
    return max(row.begin for row in table) if is_as_wide else None


def _columns(table: Sequence[_DataRow], header: list[list[str]]) -> _Columns | None:
    """The columns of a table; None where they are not certain."""
    widths = {len(row.cells) for row in table}
    behind = {len(row.cells) - row.begin for row in table}
    first = max(row.begin for row in table)
    by_header = grid_header.by_header(header, widths.pop()) if len(widths) == 1 else None
    if by_header is not None and (under := _under_header(table, by_header)) is not None:
        return under
    begin = _first(header, table)
    names, orders = grid_header.names(header, begin), grid_header.orders(header, begin)
    if len({len(row.cells) for row in table}) == 1:
        filled = _filled(table)
        if not filled or min(filled) >= first:
            found = _by_contents(filled, len(table[0].cells) - first, first, names, orders)
            if found is not None:
                return _Columns(found, behind_label=False)
    if len(behind) == 1:
        filled = _filled(table, behind_label=True)
        found = _by_contents(filled, behind.pop(), 0, names, orders)
        return None if found is None else _Columns(found, behind_label=True)
    return None


def _under_header(table: Sequence[_DataRow], by_header: dict[int, int | None]) -> _Columns | None:
    """The columns under the cells of a header; None where cells are filled that stand under none of them."""
    filled = _filled(table)
    indexes = {position: index for index, position in by_header.items() if position is not None}
    outside = filled - by_header.keys()  # columns behind the total are none of the form's
    if any(index <= max(indexes.values()) for index in outside):
        return None
    unknown = {index for index in filled if by_header.get(index, 0) is None and index < max(indexes.values())}
    if unknown and not indexes.keys() >= set(range(WIDTH - 1)):
        return None  # a column that the form has may stand under other words
    for row in table:  # a row's own seven numbers that reach behind the header do not stand below it
        contents = set(_contents(row, 0))
        if contents & outside and len(contents) <= WIDTH:
            return None
    if min(indexes.values()) < max(row.begin for row in table):
        return None
    return _Columns([indexes.get(position) for position in range(WIDTH)], behind_label=False)


def _is_whole_row(table: list[_DataRow]) -> bool:
    """Whether a single row is a label and seven cells with numbers, or none."""
    behind = table[0].cells[table[0].label + 1 :]
    return len(table) == 1 and len(behind) == WIDTH and all(cell_values.parse(cell) is not None for cell in behind)


def _is_usual(usual: Sequence[_DataRow], table: Sequence[_DataRow], header: list[list[str]]) -> bool:
    """Whether rows of one shape are most of a table, or at least some of one whose header names all columns."""
    named = set(range(WIDTH)) <= set(grid_header.names(header))
    return len(usual) * 2 > len(table) or (named and len(usual) >= _LEAST_ROWS)


def _contents(row: _DataRow, begin: int) -> Iterator[int]:
    """Indexes, counted from ``begin``, of the cells behind the label that are not empty."""
    return (index - begin for index in range(row.begin, len(row.cells)) if row.cells[index])


def _filled(table: Sequence[_DataRow], *, behind_label: bool = False) -> set[int]:
    """Indexes of the cells that are not empty, counted from the rows' first cells or from behind the labels."""
    return {index for row in table for index in _contents(row, row.begin if behind_label else 0)}


def _numbered(table: list[_DataRow]) -> list[_DataRow]:
    """The rows; where the column behind the labels is none of the form's, their cells begin behind it."""
    if len(table) < _LEAST_NUMBERED or not _is_no_column(
        ["".join(row.cells[row.begin : row.begin + 1]) for row in table]
    ):
        return table
    return [replace(row, begin=row.begin + 1) for row in table]


def _is_no_column(cells: Sequence[str]) -> bool:
    """Whether the cells below each other are numbers of rows, 1, 2, 3 and so on, or words."""
    values = [cell_values.parse(cell) for cell in cells]
    if not any(values):
        return "" not in cells
    numbers = [None if value is None else value.count for value in values]
    first = numbers[0]
    return first is not None and numbers == list(range(first, first + len(numbers)))


def _by_contents(
    filled: set[int], width: int, first: int, names: list[int | None], orders: list[list[int]]
) -> list[int | None] | None:
    """Index of each column by what stands in the table: its columns are all of the cells, or all that are filled."""
    if len(names) == width and set(range(WIDTH - 1)) <= set(names) and orders:  # each header has its cell
        indexes = {position: first + index for index, position in enumerate(names) if position is not None}
        return [indexes.get(position) for position in range(WIDTH)]
    ways = []
    for order in orders:
        begin = None
        if width == len(order) and (filled or names):
            begin = first
        elif filled and max(filled) - min(filled) + 1 == len(order):
            begin = min(filled)
        if begin is not None:
            indexes = {position: begin + index for index, position in enumerate(order)}
            ways.append([indexes.get(position) for position in range(WIDTH)])
    return ways[0] if len(ways) == 1 else None


def _placed(row: Row, data: _DataRow, columns: _Columns) -> Row:
    """The row with its item, its label, and the cells of the form's columns in order."""
    indexes = columns.of(data)
    cells = ["" if index is None else row.cells[index] for index in indexes]
    label = row.line_of(data.label)
    lines = [label if index is None else row.line_of(index) for index in indexes]
    return replace(
        row,
        cells=[row.cells[data.label], *cells],
        lines=[label, *lines],
        starts=None,
        item=data.item,
        columns_are_known=True,
    )
