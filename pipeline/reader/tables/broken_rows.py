"""Rows of cells that a page's end has broken in two: the second has the rest of the label, and else nothing.

Belongs here: two rows that are one, in text with cells. Does not: labels and numbers on many lines
(``wrapped_labels``).
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from pipeline import forms
from pipeline.forms.skeleton import skeleton
from pipeline.reader.document import Row
from pipeline.reader.layouts import markdown, table_rows, tabs
from pipeline.reader.tables import cell_values
from pipeline.reader.tables.label_runs import PAGE_MARK

LAYOUTS = frozenset({*table_rows.NAMES, markdown.NAME, tabs.NAME})
#: A page mark has no more cells, where blanks part it: - 3 -.
_MOST_OF_MARK = 5
#: Between two halves of a row stand no more rows, such as page numbers.
_MOST_BETWEEN = 8
#: So many cells has a row of the table at the least, and so many of those may have words.
_LEAST_CELLS, _MOST_LABELS = 8, 3


def is_page_mark(row: Row) -> bool:
    """Whether a row is a page number."""
    return 0 < len(row.cells) <= _MOST_OF_MARK and PAGE_MARK.fullmatch(" ".join(row.cells)) is not None


def whole_rows(rows: list[Row]) -> list[Row]:
    """The rows, with the two halves of a broken one put together on the line of the first."""
    found: dict[int, Row] = {}
    dropped: set[int] = set()
    for at, row in enumerate(rows):
        if row.layout not in LAYOUTS or len(row.cells) < _LEAST_CELLS or not _is_rest(row):
            continue
        before = _before(rows, at)
        if before >= 0 and before not in dropped and (whole := _joined(found.get(before, rows[before]), row)):
            found[before] = whole
            dropped.add(at)
    return [found.get(at, row) for at, row in enumerate(rows) if at not in dropped] if found else rows


def _is_rest(row: Row) -> bool:
    """Whether a row has words in a cell or two, and nothing in any other."""
    filled = [cell for cell in row.cells if cell]
    return 0 < len(filled) <= _MOST_LABELS and all(cell_values.parse(cell) is None for cell in filled)


def _before(rows: Sequence[Row], at: int) -> int:
    """The index of the row before one, without empty lines and page numbers; -1 if there is none near."""
    for before in range(at - 1, max(-1, at - 2 - _MOST_BETWEEN), -1):
        if rows[before].cells and not is_page_mark(rows[before]):
            return before
    return -1


def _joined(first: Row, rest: Row) -> Row | None:
    """The row that two halves make, if the last words of both are together a label of the form, and alone none."""
    if first.layout != rest.layout or len(first.cells) != len(rest.cells):
        return None
    at = max(index for index, cell in enumerate(rest.cells) if cell)
    texts = skeleton(first.cells[at]), skeleton(rest.cells[at])
    if not all(texts) or any(_is_label(text) for text in texts) or not _is_label("".join(texts)):
        return None
    return replace(first, cells=[a + b for a, b in zip(first.cells, rest.cells, strict=True)])


def _is_label(text: str) -> bool:
    return text in _labels() or text.lstrip("123456789") in _labels()


@cache
def _labels() -> frozenset[str]:
    return frozenset(spelling.text for spelling in forms.application_spellings())
