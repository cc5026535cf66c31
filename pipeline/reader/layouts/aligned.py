"""Columns aligned with blanks, as ``pdftotext -layout`` writes them: two blanks or more part two cells.

Columns are counted in characters, as that program does: a Chinese one is as wide as a digit.
"""

import re

from pipeline.reader.document import Row

NAME = "aligned"

_CELL = re.compile(r"\S+(?:[ \u00a0\u3000]\S+)*")
#: Narrow columns have single blanks between their numbers, and before the first one.
_NUMBER = r"[+-]?[\d０-９][\d０-９,，]*(?:[.．][\d０-９]+)?|[-—/]"
_NARROW = re.compile(rf"(?P<label>.*[^\s\d０-９.,+\-—/]\s+)?(?P<numbers>(?:{_NUMBER})(?:\s(?:{_NUMBER}))*)")


def row(line: str, number: int) -> Row | None:
    """The cells of a line with a wide gap in it, each with the column it begins at."""
    stripped = line.strip()
    if "  " not in stripped and "\u3000\u3000" not in stripped:
        return None
    cells: list[str] = []
    starts: list[int] = []
    for match in _CELL.finditer(line):
        for text, start in _narrow(match[0], match.start(), bool(cells)):
            cells.append(text)
            starts.append(start)
    return Row(number, cells, NAME, starts=starts) if len(cells) > 1 else None


def _narrow(cell: str, start: int, behind: bool) -> list[tuple[str, int]]:
    """A cell, or its label and the numbers that only a single blank parts from it, each with its place in the line.

    Numbers that single blanks part stay together: whether they are several or the pieces of one is told by the row.
    """
    match = _NARROW.fullmatch(cell) if " " in cell else None
    if match is None or not match["label"] or (" " not in match["numbers"] and not behind):
        return [(cell, start)]
    return [(match["label"].strip(), start), (match["numbers"], start + len(match["label"]))]
