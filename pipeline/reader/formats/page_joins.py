"""Tables that go on over the end of a page: cells and rows that the end has cut in two are one again.

Belongs here: which cell of a page's first row is the rest of which cell of the last row before it.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from pipeline.reader.formats.page_text import text_of
from pipeline.reader.formats.ruled_tables import Cell, Table

#: How far the rules of two pages may be from each other and be those of one column.
_SAME_COLUMN = 5.0
#: How a label of the form begins: no rest of one does.
_NUMBERING = re.compile(r"\s*[（(]?\s*(?:[一二三四五六七八九十]{1,2}|\d{1,2}|[０-９])\s*[)）、.．,，]|\s*第")


class _Pair(NamedTuple):
    """A cell at the end of a page and the one below it on the next page."""

    above: Cell
    below: Cell

    @property
    def is_single(self) -> bool:
        """Whether both are cells of one row."""
        return self.above.rows == 1 and self.below.rows == 1


def join(above: Table, below: Table) -> None:
    """Give the rests of cells at the begin of a table to the cells at the end of the table on the page before."""
    last, first = _bottom(above), _top(below)
    pairs = [_Pair(one, other) for other in first for one in last if _in_one_column(one, other)]
    if len(pairs) < min(len(first), 2):
        return
    if len(pairs) == len(first) and _is_row_cut(pairs, above):
        for pair in pairs:
            _give(pair, above)
        return
    for pair in pairs:
        if not pair.is_single and _is_rest(pair, above):
            _give(pair, above)


def _bottom(table: Table) -> list[Cell]:
    end = len(table.ys) - 1
    return [cell for cell in table.cells if cell.row + cell.rows == end]


def _top(table: Table) -> list[Cell]:
    return [cell for cell in table.cells if cell.row == 0]


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
    return not _NUMBERING.match(pair.below.text) and _is_full(pair.above, pair.below, table.padding)


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
    root.is_unsure |= pair.below.is_unsure
    if pair.above.lines:
        lines = [pair.above.lines[-1], *pair.below.lines]
        rest = text_of(lines, pair.above.box.width, table.padding)
        root.text = root.text.removesuffix(pair.above.lines[-1].text) + rest
    else:
        root.text += pair.below.text
