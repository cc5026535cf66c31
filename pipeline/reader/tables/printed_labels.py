"""Labels that a document prints, whatever became of their numbers: a row is only absent if no label of it stands there.

Belongs here: looking for labels of rows that were not read. Does not: reading them (``row_labels`` and the tables).
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from functools import cache

from pipeline import forms
from pipeline.forms.skeleton import skeleton
from pipeline.reader.document import Row
from pipeline.reader.tables.reading import Region

#: Fewer letters of a label stand anywhere: within a table's region, and in a document.
_LEAST_INSIDE, _LEAST_ANYWHERE = 5, 6
#: So many labels are a table; prose names fewer.
LEAST_OF_TABLE = 6
_DIGITS = re.compile("[0-9]+")


class PrintedText:
    """The letters of a document's rows without digits, so that numbers inside a broken label do no harm."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self._starts: list[int] = []
        self._lines: list[int] = []
        self._pieces: dict[str, int] = {}
        parts: list[str] = []
        length = 0
        for row in rows:
            for index, cell in enumerate(row.cells):
                if " " in cell:  # a cell may have several labels, with blanks or line breaks between them
                    pieces = (_DIGITS.sub("", skeleton(piece)) for piece in cell.split())
                    self._pieces |= dict.fromkeys(pieces, row.line_of(index))
                if letters := _DIGITS.sub("", skeleton(cell)):
                    self._starts.append(length)
                    self._lines.append(row.line_of(index))
                    parts.append(letters)
                    length += len(letters)
        self._text = "".join(parts)
        self._parts = parts

    def line_of(self, label: str) -> int | None:
        """The line that a label begins on; None if it is not printed."""
        at = self._text.find(label)
        return None if at < 0 else self._lines[bisect_right(self._starts, at) - 1]

    def line_of_whole(self, label: str) -> int | None:
        """The line of the cell, or of the piece of one, that a short label fills; None if there is none."""
        return self._lines[self._parts.index(label)] if label in self._parts else self._pieces.get(label)


def printed_items(rows: Sequence[Row], missing: Iterable[str], regions: Sequence[Region]) -> dict[str, int]:
    """The line of the label of each missing row of table three that is printed in the regions of the table.

    Anywhere in the document where the table has no region.
    """
    missing = list(missing)
    if not missing:
        return {}
    inside = rows
    if regions:
        inside = [row for row in rows if any(first <= row.line <= last for first, last in regions)]
    text = PrintedText(inside)
    found: dict[str, int] = {}
    for item in missing:
        least = _LEAST_INSIDE if regions else _LEAST_ANYWHERE
        labels = [label for label in _labels()[item] if len(label) >= least]
        lines = [line for label in labels if (line := text.line_of(label)) is not None]
        if not lines and regions:
            lines = [line for label in _labels()[item] if (line := text.line_of_whole(label)) is not None]
        if lines:
            found[item] = min(lines)
    return found


@cache
def _labels() -> dict[str, list[str]]:
    """The spellings of each row without digits."""
    found: dict[str, list[str]] = {item: [] for item in forms.application_items()}
    for spelling in forms.application_spellings():
        letters = _DIGITS.sub("", spelling.text)
        if spelling.strong:
            found[spelling.item].append(letters)
    return found
