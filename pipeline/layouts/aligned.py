"""Columns aligned with blanks, as ``pdftotext -layout`` writes them: two blanks or more part two cells."""

import re
import unicodedata

from pipeline.document import Row

NAME = "aligned"

_CELL = re.compile(r"\S+(?:[ \u00a0\u3000]\S+)*")


def row(line: str, number: int) -> Row | None:
    """The cells of a line with a wide gap in it, each with its display column."""
    stripped = line.strip()
    if "  " not in stripped and "\u3000\u3000" not in stripped:
        return None
    cells, starts = [], []
    for match in _CELL.finditer(line):
        cells.append(match[0])
        starts.append(width(line[: match.start()]))
    return Row(number, cells, NAME, starts=starts) if len(cells) > 1 else None


def width(text: str) -> int:
    """Display columns of a text: Chinese characters take two."""
    if text.isascii():
        return len(text)
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
