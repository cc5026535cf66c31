"""The columns of table three on one page of aligned text: where its numbers begin, and where each column stands.

A program that lays out text chooses the width of a page's columns anew for each page, so that nothing is known of a
page's columns but what stands on it: its lines with all numbers, or its headers.

Belongs here: text columns of one page. Does not: which row a line is of (``aligned_table``).
"""

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from statistics import fmean
from typing import NamedTuple

from pipeline import forms

WIDTH = len(forms.APPLICATION_COLUMNS)
#: What only one column header begins with, in the form's order. Narrow columns leave no more than two characters.
_HEADERS = ("自然", "商业", "科研", "社会", "法律", "其他", "总计")
#: A number is in a column if it stands at least so many times nearer to it than to any other.
_CLEARLY = 2.0
_TOKEN = re.compile(r"\S+")
#: What stands in a number's cell: a number, with a sign, separators or a unit, or a mark for none.
_NUMBER = re.compile(r"[+\-－]?[\d０-９][\d０-９,，]*(?:[.．][\d０-９]+)?[件条人项个份次]?|[-—–－/／]+|无")


class Token(NamedTuple):
    """Characters without a blank, and the text columns that they begin at and end before."""

    text: str
    start: int
    end: int

    @property
    def centre(self) -> float:
        """The text column of the middle."""
        return (self.start + self.end) / 2


class Line(NamedTuple):
    """A line of the text, and its tokens."""

    number: int
    tokens: list[Token]


def tokens(text: str, wide: bool) -> list[Token]:
    """The tokens of a line; ``wide``: a Chinese character takes up two text columns, as on a terminal."""
    if not wide:
        return [Token(match[0], match.start(), match.end()) for match in _TOKEN.finditer(text)]
    found = []
    for match in _TOKEN.finditer(text):
        start = _width(text[: match.start()])
        found.append(Token(match[0], start, start + _width(match[0])))
    return found


def _width(text: str) -> int:
    return len(text) + sum(character >= "\u2e80" for character in text)


def is_number(token: Token) -> bool:
    """Whether a token is what stands in a number's cell."""
    return _NUMBER.fullmatch(token.text) is not None


def numbers_behind(line: Line) -> list[Token]:
    """The tokens at a line's end that are all numbers."""
    found: list[Token] = []
    for token in reversed(line.tokens):
        if not is_number(token):
            break
        found.append(token)
    return found[::-1]


def zone_of(lines: Iterable[Line]) -> float:
    """The text column that the numbers of a page begin at; infinite where it has none."""
    runs = [run for line in lines if (run := numbers_behind(line))]
    for least in (WIDTH, 2, 1):
        if starts := [run[-WIDTH:][0].start for run in runs if len(run) >= least]:
            return min(starts)
    return float("inf")


def spread(lines: Iterable[Line]) -> float:
    """How far apart the middles of the first number of full lines stand, at the most."""
    centres = [run[0].centre for line in lines if len(run := numbers_behind(line)) == WIDTH]
    return max(centres) - min(centres) if centres else 0.0


def header_centres(lines: Sequence[Line]) -> dict[int, float]:
    """The middle of each column's header by the column's position on the form; those that stand there just once."""
    found: dict[int, list[Token]] = {}
    for line in lines:
        for token in line.tokens:
            for position, header in enumerate(_HEADERS):
                if token.text.startswith(header):
                    found.setdefault(position, []).append(token)
    return {position: each[0].centre for position, each in found.items() if len(each) == 1}


def printed_order(headers: dict[int, float]) -> list[int] | None:
    """Positions on the form of the columns from left to right; None where some stand elsewhere, but not all are known.

    The form's own order where no header says otherwise.
    """
    order = sorted(headers, key=lambda position: headers[position])
    if order == sorted(order):
        return list(range(WIDTH))
    return order if len(order) == WIDTH else None


def centres_of(full: Sequence[Sequence[Token]], headers: dict[int, float], order: Sequence[int]) -> list[float]:
    """The middles of the columns from left to right: of full lines, else of headers; empty if unknown."""
    if full:
        return [fmean(token.centre for token in column) for column in zip(*full, strict=True)]
    if len(headers) == WIDTH:
        return [headers[position] for position in order]
    return []


def columns_of(values: Sequence[Token], centres: Sequence[float]) -> list[int] | None:
    """The column of each value, from left to right; None unless each stands clearly in a column of its own."""
    if not centres:
        return None
    columns = []
    for value in values:
        distances = sorted((abs(value.centre - centre), column) for column, centre in enumerate(centres))
        (nearest, column), (second, _) = distances[:2]
        if nearest * _CLEARLY > second:
            return None
        columns.append(column)
    return columns if all(before < after for before, after in pairwise(columns)) else None
