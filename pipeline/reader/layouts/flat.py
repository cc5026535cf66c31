"""Flattened rows, as ``pdftotext -raw`` writes them: labels and numbers with single blanks between.

A line belongs here when it ends in a number, has two numbers side by side or a mark for nothing in every column; then
its words and numbers take turns as cells, however many rows of a table were run together in it.
"""

import re
from itertools import pairwise

from pipeline.reader.document import Row

NAME = "flat"

_NUMBER = re.compile(
    r"[+\-－−＋]?[\d０-９](?:[\d０-９,，]*[\d０-９])?(?:[.．][\d０-９]+)?(?:亿元|万元|元|[件项个条次份宗])?|[-－—–/／]+|[?？�]|无"
)
#: Of the tables in which numbers stand side by side, one has three columns and one has seven.
_FEWEST_COLUMNS, _MOST_COLUMNS = 3, 7
#: A number that lost the blank before it: 行政处罚0 0 0.
_GLUED = re.compile(r"(.*[\u4e00-\u9fff）)”\"】」])([+-]?\d[\d,]*(?:\.\d+)?)")


def row(line: str, number: int) -> Row | None:
    """Words and numbers of a line in turn."""
    if " " not in line and "\u00a0" not in line:
        return None
    pieces = line.split()
    numbers = _numbers(pieces)
    if True not in numbers:
        return None
    pieces = _unglued(pieces, numbers)
    numbers = _numbers(pieces)
    if not (numbers[-1] or any(a and b for a, b in pairwise(numbers))):
        return None
    has_digits = any(
        is_number and any(map(str.isdigit, piece)) for is_number, piece in zip(numbers, pieces, strict=True)
    )
    if not (has_digits or _is_row_of_marks(pieces, numbers)):
        return None
    cells: list[str] = []
    words: list[str] = []
    for piece, is_number in zip(pieces, numbers, strict=True):
        if not is_number:
            words.append(piece)
            continue
        if words:
            cells.append(" ".join(words))
            words = []
        cells.append(piece)
    if words:
        cells.append(" ".join(words))
    return Row(number, cells, NAME) if len(cells) > 1 else None


def _is_row_of_marks(pieces: list[str], numbers: list[bool]) -> bool:
    """Whether words are followed by marks for nothing alone, one for each column of a table.

    Without words they are as many as the columns of table three, whose labels are often broken over lines.
    """
    first = numbers.index(True)
    marks = pieces[first:]
    is_wide_enough = len(marks) >= _FEWEST_COLUMNS if first else len(marks) == _MOST_COLUMNS
    return is_wide_enough and all(numbers[first:]) and len(set(marks)) == 1


def _numbers(pieces: list[str]) -> list[bool]:
    return [_NUMBER.fullmatch(piece) is not None for piece in pieces]


def _unglued(pieces: list[str], numbers: list[bool]) -> list[str]:
    """Pieces with a number parted from the word before it where more numbers follow."""
    out: list[str] = []
    for piece, before_number in zip(pieces, [*numbers[1:], False], strict=True):
        match = _GLUED.fullmatch(piece) if before_number else None
        out += [match[1], match[2]] if match else [piece]
    return out
