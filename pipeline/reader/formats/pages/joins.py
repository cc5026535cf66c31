"""Tables that go on over the end of a page: cells and rows that the end has cut in two are one again.

Belongs here: which cell of a page's first row is the rest of which cell of the last row before it.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from pipeline.reader.formats.pages.ruled_tables import Cell, Table
from pipeline.reader.formats.pages.text import text_of

#: How far the rules of two pages may be from each other and be those of one column.
_SAME_COLUMN = 5.0
#: How a label of the form begins: no rest of one does.
_NUMBERING = re.compile(r"\s*[（(]?\s*(?:[一二三四五六七八九十]{1,2}|\d{1,2}|[０-９])\s*[)）、.．,，]|\s*第")

#: The head of table three has three rows.
_MOST_OF_HEAD = 5


class _Pair(NamedTuple):
    """A cell at the end of a page and the one below it on the next page."""

    above: Cell
    below: Cell

    @property
    def is_single(self) -> bool:
        """Whether both are cells of one row."""
        return self.above.rows == 1 and self.below.rows == 1


def join(above: Table, below: Table) -> None:
    """Give the rests of cells at the begin of a table to the cells at the end of the table on the page before.

    The rows of the head that stand on every page are left out where they stand again.
    """
    skipped = _repeated_rows(_first(above), below)
    last, first = _bottom(above), [cell for cell in below.cells if cell.row == skipped]
    pairs = [_Pair(one, other) for other in first for one in last if _in_one_column(one, other)]
    if not skipped and len(pairs) < min(len(first), 2):
        return
    below.goes_on = above
    if pairs and len(pairs) == len(first) and _is_row_cut(pairs, above):
        for pair in pairs:
            _give(pair, above)
        return
    for pair in pairs:
        if not pair.is_single and _is_rest(pair, above):
            _give(pair, above)


def _first(table: Table) -> Table:
    while table.goes_on is not None:
        table = table.goes_on
    return table


def _repeated_rows(head: Table, below: Table) -> int:
    """How many rows of a table are those that its first page began with; their cells are left out."""
    count, pairs = 0, []
    for row in range(min(_MOST_OF_HEAD, len(below.ys) - 1)):
        here = [cell for cell in below.cells if cell.row == row]
        again = [_Pair(one, cell) for cell in here for one in head.cells if _is_again(one, cell)]
        if len(again) < len(here):
            break
        pairs += again
        count = row + 1
    while count and any(cell.row < count < cell.row + cell.rows for cell in below.cells):
        count -= 1
    for pair in pairs:
        if pair.below.row < count:
            pair.below.rest_of = pair.above
    return count


def _is_again(one: Cell, again: Cell) -> bool:
    """Whether a cell of a head stands on the next page again, where it may be cut."""
    if (one.row, one.column, one.rows, one.columns) != (again.row, again.column, again.rows, again.columns):
        return False
    return again.text != "" and not _is_number(again.text) and one.text.startswith(again.text)


def _bottom(table: Table) -> list[Cell]:
    end = len(table.ys) - 1
    return [cell for cell in table.cells if cell.row + cell.rows == end]


def _in_one_column(one: Cell, other: Cell) -> bool:
    return abs(one.box.x0 - other.box.x0) <= _SAME_COLUMN and abs(one.box.x1 - other.box.x1) <= _SAME_COLUMN


def _root(cell: Cell) -> Cell:
    while cell.rest_of is not None:
        cell = cell.rest_of
    return cell


def _is_full(cell: Cell, below: Cell, padding: float) -> bool:
    """Whether the last line of a cell had no room for what the next one begins with."""
    if not cell.lines or not below.lines:
        return False
    first = below.lines[0].glyphs[0]
    return cell.box.width - 2 * padding - cell.lines[-1].box.width < first.x1 - first.x0


def _is_rest(pair: _Pair, table: Table) -> bool:
    """Whether a cell is the rest of the one above it: it is empty, goes on with its words, or has all of them."""
    if not pair.below.text or not _root(pair.above).text:
        return True
    if _NUMBERING.match(pair.below.text) or _is_number(pair.below.text) != _is_number(_root(pair.above).text):
        return False
    return _is_full(pair.above, pair.below, table.padding)


def _is_number(text: str) -> bool:
    return not any(letter.isalpha() for letter in text)


def _is_row_cut(pairs: Sequence[_Pair], table: Table) -> bool:
    """Whether the first row of a page is the rest of the last one before it.

    In no column of numbers may both have one, unless the number was cut; the label must go on.
    """
    singles = [pair for pair in pairs if pair.is_single]
    if not singles or singles[0].above.text == "" or _NUMBERING.match(singles[0].below.text):
        return False
    if not any(pair.below.text for pair in pairs):
        return True
    return all(_is_rest(pair, table) for pair in pairs)


def _give(pair: _Pair, table: Table) -> None:
    root = _root(pair.above)
    pair.below.rest_of = pair.above
    if not pair.below.text:
        return
    root.is_seen |= pair.below.is_seen
    root.is_unsure |= pair.below.is_unsure
    if pair.above.lines:
        lines = [pair.above.lines[-1], *pair.below.lines]
        rest = text_of(lines, pair.above.box.width, table.padding)
        root.text = root.text.removesuffix(pair.above.lines[-1].text) + rest
    else:
        root.text += pair.below.text
