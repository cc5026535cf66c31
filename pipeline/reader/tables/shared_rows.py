"""Rows of a grid that hold several rows of table three: line breaks part the labels in a cell, and the numbers.

Such a row is cut if its cell of labels has as many pieces as each of its seven cells of numbers, and every piece names
another row of the form. Otherwise it stays, and its numbers are unreadable.

Belongs here: one row of the source that is several of the form. Does not: rows on several lines (``layouts``).
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from pipeline.forms.skeleton import skeleton
from pipeline.reader.document import Row
from pipeline.reader.layouts import markdown, table_rows
from pipeline.reader.tables import row_labels
from pipeline.reader.tables.applicant_headers import WIDTH

_LAYOUTS = frozenset({*table_rows.NAMES, markdown.NAME})


def split_shared_rows(rows: list[Row]) -> list[Row]:
    """The rows, those that hold several rows of the form as one for each."""
    if not any(map(_may_be_shared, rows)):
        return rows
    return [each for row in rows for each in (_split(row) if _may_be_shared(row) else (row,))]


def _may_be_shared(row: Row) -> bool:
    return len(row.cells) > WIDTH and " " in row.cells[-1] and row.layout in _LAYOUTS


def _split(row: Row) -> Iterator[Row]:
    """The rows that share one; the words before its labels stand in the first of them."""
    *before, label = row.cells[:-WIDTH]
    labels = label.split()
    numbers = [cell.split() for cell in row.cells[-WIDTH:]]
    if not _are_rows(labels) or any(len(each) != len(labels) or not all(map(_is_number, each)) for each in numbers):
        yield row
        return
    for name, *values in zip(labels, *numbers, strict=True):
        yield replace(row, cells=[*before, name, *values])
        before = [""] * len(before)


def _are_rows(labels: Sequence[str]) -> bool:
    """Whether several labels name a row of the form each, and no two of them the same."""
    found = [row_labels.match_label(words, (words,)) for words in map(skeleton, labels)]
    items = {match.item for match in found if match is not None and not match.rest}
    return len(items) == len(labels) > 1


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit()
