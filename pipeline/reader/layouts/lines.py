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


def _is_numbering(each: Row, following: Row) -> bool:
    """Whether a line is the number of the label on the following line."""
    if each.layout != NAME or len(each.cells) != 1 or not _NUMBERING.fullmatch(each.cells[0]):
        return False
    begins = _DOT if each.cells[0].isdecimal() else _WORDS
    return following.layout == NAME and len(following.cells) == 1 and begins.match(following.cells[0]) is not None
