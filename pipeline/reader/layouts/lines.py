"""One cell a line; also prose, of which the matcher takes no notice. Takes every line."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain, pairwise

from pipeline.reader.document import Row

NAME = "lines"

#: The number of a label that stands on a line of its own (2. above 重复申请), and how a label goes on.
_NUMBERING = re.compile(r"[1-9][.．、]?")
_WORDS = re.compile("[\u4e00-\u9fff]{2}")
_POINTS = (["."], ["．"])
_DOT = re.compile("[.．、][\u4e00-\u9fff]{2}")


def row(line: str, number: int) -> Row:
    """The line as one cell; no cell when it is empty."""
    stripped = line.strip()
    return Row(number, [stripped] if stripped else [], NAME)


def with_numberings(rows: Iterable[Row]) -> Iterator[Row]:
    """The rows, each number of a label that has a line of its own put before the label on the next.

    >>> [row.cells for row in with_numberings([Row(1, ["2."], NAME), Row(2, ["重复申请"], NAME), Row(3, ["2"], NAME)])]
    [['2.重复申请'], ['2']]
    """
    waiting: Row | None = None
    for each, following in pairwise(chain(rows, [None])):
        assert each is not None
        if waiting is not None:
            yield replace(each, cells=[waiting.cells[0] + each.cells[0]])
            waiting = None
        elif following is not None and _is_numbering(each, following):
            waiting = each
        else:
            yield each


def with_points(rows: list[Row]) -> list[Row]:
    """The rows, the pieces of a number whose point has a line of its own as one.

    >>> [row.cells for row in with_points([Row(n, [text], NAME) for n, text in enumerate(["14", ".", "92"], 1)])]
    [['14.92']]
    """
    points = [at for at, each in enumerate(rows) if each.layout == NAME and each.cells in _POINTS]
    for at in reversed(points):
        before = next((n for n in range(at - 1, -1, -1) if rows[n].cells), at)
        behind = next((n for n in range(at + 1, len(rows)) if rows[n].cells), at)
        pieces = [rows[before], rows[behind]]
        if all(each.layout == NAME and len(each.cells) == 1 and each.cells[0].isdecimal() for each in pieces):
            whole = replace(rows[before], cells=[f"{rows[before].cells[0]}.{rows[behind].cells[0]}"])
            rows = [*rows[:before], whole, *rows[behind + 1 :]]
    return rows


def _is_numbering(each: Row, following: Row) -> bool:
    """Whether a line is the number of the label on the following line."""
    if each.layout != NAME or len(each.cells) != 1 or not _NUMBERING.fullmatch(each.cells[0]):
        return False
    begins = _DOT if each.cells[0].isdecimal() else _WORDS
    return following.layout == NAME and len(following.cells) == 1 and begins.match(following.cells[0]) is not None
