"""The columns of table three on one page of aligned text: where its numbers begin, and where each column stands.

A program that lays out text chooses the width of a page's columns anew for each page, so that nothing is known of a
page's columns but what stands on it: its lines with all numbers, or its headers.

Belongs here: text columns of one page. Does not: which row a line is of (``aligned_table``).
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import fmean, median
from typing import NamedTuple

from pipeline import forms

WIDTH = len(forms.APPLICATION_COLUMNS)
#: What only one column header begins with, in the form's order. Narrow columns leave no more than two characters.
_HEADERS = ("自然", "商业", "科研", "社会", "法律", "其他", "总计")
#: A piece of a header that a narrow column has cut has no more letters.
_LONGEST_PIECE = 4
#: A header of numbers that the form does not have, and how long one is: prose says 较上年同期 in a sentence.
_OTHER_NUMBERS, _LONGEST_HEADER = re.compile("上一?年|去年|同期|同比|增减|增长|环比|小计"), 8
#: Middles that are so near to each other are one place.
_SAME_PLACE = 3
#: On pages of the same columns numbers stand no farther from them than this, on the average.
_SAME_COLUMN = 1.0
#: A number is in a column if it stands at least so many times nearer to it than to any other.
_CLEARLY = 2.0
#: A number stands no farther from its column than so much of the distance between two columns.
_NEAR = 0.3
#: So many totals show how far numbers stand from their headers.
_LEAST_TOTALS = 3
_TOKEN = re.compile(r"\S+")
#: What stands in a number's cell: a number, with a sign, separators or a unit, or a mark for none.
_NUMBER = re.compile(r"[+\-－]?[\d０-９][\d０-９,，]*(?:[.．][\d０-９]+)?[件条人项个份次]?|[-—–－/／]+|NaN|None")


#: What programs print for an empty cell.
NOTHING = frozenset({"NaN", "None"})
#: A label that has lost the blank behind it: 部分公开0 0 0 0 0 0 0.
_GLUED_BEHIND = re.compile("([0-9]+)([\u4e00-\u9fff])")
_GLUED = re.compile(r"(.*[\u4e00-\u9fff）)”\"】」])(\d+)")
#: A word that stands for no number; it is also a letter of a label.
_NIL = "无"
_WORD = re.compile("[\u4e00-\u9fff、，。；：（）()“”《》]")

_NUMBERING = re.compile("[1-9][.．、]")

Edge = Callable[["Token"], float]


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


def _start(token: Token) -> float:
    return token.start


def _centre(token: Token) -> float:
    return token.centre


def _end(token: Token) -> float:
    return token.end


def _wide_centre(token: Token) -> float:
    return token.start + _width(token.text) / 2


def _wide_end(token: Token) -> float:
    return token.start + _width(token.text)


#: Numbers are aligned by their beginnings, their middles or their ends.
_EDGES: tuple[Edge, ...] = (_centre, _start, _end)
#: The edges of numbers, and those of the headers above them: a Chinese character may be drawn two columns wide, and
#: written into one.
_EDGES_OF_HEADERS: tuple[tuple[Edge, Edge], ...] = (
    (_centre, _centre),
    (_centre, _wide_centre),
    (_start, _start),
    (_end, _end),
    (_end, _wide_end),
)


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
    return _without_label(found[::-1])


def _without_label(values: list[Token]) -> list[Token]:
    """Values without those that a program has printed for the empty cells of a label, or for the first of the row."""
    while values and values[0].text in NOTHING and len(values) != WIDTH:
        values = values[1:]
    return values


def split_line(line: Line, zone: float) -> tuple[list[Token], list[Token]]:
    """The words of a line, and the tokens at its end that stand in number columns: numbers, and what else is no word.

    Words may stand there too, where a label's line is longer than those of others. A number may be glued to one.
    """
    tail: list[Token] = []
    if line.tokens and (behind := _GLUED_BEHIND.fullmatch(line.tokens[-1].text)):
        *others, last = line.tokens
        is_beside_numbers = others and is_number(others[-1]) and others[-1].start >= zone - 1
        if is_beside_numbers or (len(others) >= WIDTH - 1 and all(map(is_number, others[1 - WIDTH :]))):
            end = last.start + len(behind[1])  # a letter of a group's label has run into the total
            line = Line(line.number, [*others, Token(behind[1], last.start, end)])
            tail = [Token(behind[2], end, last.end)]
    values: list[Token] = []
    for token in reversed(line.tokens):
        if not is_number(token) and (token.start < zone - 1 or _is_word(token.text)):
            break
        values.append(token)
    values = _without_label(values[::-1])
    if [token.text for token in values] == [_NIL]:
        values = []
    words = [*line.tokens[: len(line.tokens) - len(values)], *tail]
    glued = _GLUED.fullmatch(words[-1].text) if words and len(values) == WIDTH - 1 else None
    if glued:
        last = words[-1]
        start = last.end - len(glued[2])
        words = [*words[:-1], Token(glued[1], last.start, start)]
        values = [Token(glued[2], start, last.end), *values]
    return words, values


def _is_word(text: str) -> bool:
    """Whether a token is a piece of a label: words, or its number (4. in front of 无正当理由)."""
    return text != _NIL and (_WORD.search(text) is not None or _NUMBERING.fullmatch(text) is not None)


def zone_of(lines: Iterable[Line]) -> float:
    """The text column that the numbers of a page begin at; infinite where it has none."""
    lines = list(lines)
    beside_words = [line for line in lines if not is_number(line.tokens[0])]
    runs = [run for line in beside_words if (run := numbers_behind(line))]
    runs = runs or [run for line in lines if (run := numbers_behind(line))]
    for least in (WIDTH, 2, 1):
        if starts := [run[-WIDTH:][0].start for run in runs if len(run) >= least]:
            return min(starts)
    return float("inf")


def places(lines: Iterable[Line]) -> int:
    """How many places numbers stand at, by their middles: the fewer, the better the text columns are counted."""
    runs = (run for line in lines if len(run := numbers_behind(line)) > 1)
    return len({round(token.centre / _SAME_PLACE) for run in runs for token in run})


def headers_of(lines: Iterable[Line]) -> dict[int, Token]:
    """The headers by their columns' positions on the form; those that stand in one place only."""
    lines = list(lines)
    found = _named((token.text, token) for line in lines for token in line.tokens)
    if len(found) < WIDTH:
        found = _named(_stacked(lines)) | found
    return {position: each[0] for position, each in found.items() if len({token.end for token in each}) == 1}


def _named(words: Iterable[tuple[str, Token]]) -> dict[int, list[Token]]:
    """The places of words that are headers, by their columns' positions."""
    found: dict[int, list[Token]] = {}
    for text, token in words:
        for position, header in enumerate(_HEADERS):
            if text.startswith(header):
                found.setdefault(position, []).append(token)
    return found


def names_more(lines: Iterable[Line]) -> bool:
    """Whether headers name a column of other numbers than the form's, like 上年总计."""
    words = (token.text for line in lines for token in line.tokens)
    return any(len(word) <= _LONGEST_HEADER and _OTHER_NUMBERS.match(word) for word in words)


def _stacked(lines: Iterable[Line]) -> Iterator[tuple[str, Token]]:
    """Words that narrow columns have cut to pieces below each other, each with its first piece."""
    stacks: list[list[Token]] = []
    for line in lines:
        for token in line.tokens:
            if len(token.text) > _LONGEST_PIECE:
                continue
            stack = next((each for each in stacks if abs(_wide_centre(each[0]) - _wide_centre(token)) <= 1), None)
            if stack is None:
                stacks.append([token])
            else:
                stack.append(token)
    for stack in stacks:
        if len(stack) > 1:
            yield "".join(piece.text for piece in stack), stack[0]


def printed_order(lines: Iterable[Line], headers: dict[int, Token]) -> list[int] | None:
    """Positions on the form of the columns from left to right; None where some stand elsewhere, but not all are known.

    The form's own order where no line says otherwise: programs that lay out text move whole lines, so that only words
    of one line can be compared.
    """
    positions = {id(token): position for position, token in headers.items()}
    for line in lines:
        found = [positions[id(token)] for token in line.tokens if id(token) in positions]
        if found != sorted(found):
            order = sorted(headers, key=lambda position: headers[position].centre)
            return order if len(order) == WIDTH else None
    return list(range(WIDTH))


@dataclass(frozen=True, slots=True)
class PageColumns:
    """Where the columns stand from left to right, and by which edge (start, centre or end) numbers are aligned."""

    edge: Edge
    places: list[float]

    def has(self, values: Iterable[Token]) -> bool:
        """Whether all values stand near a column; where some do not, the page's lines have moved against each other."""
        pitch = min(behind - before for before, behind in pairwise(self.places))
        return all(min(abs(self.edge(value) - place) for place in self.places) <= _NEAR * pitch for value in values)

    def of(self, values: Sequence[Token]) -> list[int] | None:
        """The column of each value; None unless each stands clearly in a column of its own."""
        columns = []
        for value in values:
            distances = sorted((abs(self.edge(value) - place), column) for column, place in enumerate(self.places))
            (nearest, column), (second, _) = distances[:2]
            if nearest * _CLEARLY > second:
                return None
            columns.append(column)
        return columns if all(before < after for before, after in pairwise(columns)) else None


def columns_from(lines: Sequence[Line], headers: dict[int, Token], order: Sequence[int]) -> PageColumns | None:
    """The columns of a page: those of its full lines, else of its headers; None where neither stands on it."""
    runs = [run for line in lines if (run := numbers_behind(line))]
    found: list[PageColumns] = []
    if full := [run for run in runs if len(run) == WIDTH]:
        columns = list(zip(*full, strict=True))
        found = [PageColumns(edge, [fmean(map(edge, column)) for column in columns]) for edge in _EDGES]
    elif len(headers) == WIDTH:
        for edge, of_header in _EDGES_OF_HEADERS:
            places = [of_header(headers[position]) for position in order]
            found.append(PageColumns(edge, places))
            moved = _moved(runs, edge, places) if order[-1] == WIDTH - 1 else 0
            if moved:
                found.append(PageColumns(edge, [place + moved for place in places]))
    if not found:
        return None
    best = min(found, key=lambda each: _distance(each, runs))
    return best if all(best.has(run) for run in runs) else None


def _moved(runs: Iterable[Sequence[Token]], edge: Edge, places: Sequence[float]) -> float:
    """How far the totals of a page's rows, which are the sums of what stands before them, are from their header.

    0 where they are farther than the next column's numbers may be, or too few to tell.
    """
    totals = [edge(run[-1]) - places[-1] for run in runs if len(run) > 1 and _is_total(run)]
    moved = median(totals) if len(totals) >= _LEAST_TOTALS else 0
    return moved if abs(moved) <= _NEAR * min(behind - before for before, behind in pairwise(places)) else 0


def _is_total(run: Sequence[Token]) -> bool:
    if not all(token.text.isdecimal() for token in run):
        return False
    *parts, total = (int(token.text) for token in run)
    return sum(parts) == total


def _distance(columns: PageColumns, runs: Iterable[Sequence[Token]]) -> float:
    """How far all numbers of a page stand from the columns that are nearest to them."""
    return sum(min(abs(columns.edge(token) - place) for place in columns.places) for run in runs for token in run)


def continues(columns: PageColumns, before: Sequence[Line], lines: Sequence[Line]) -> bool:
    """Whether a page's columns are those of the page before: its labels and its last column stand at the same places.

    Two places that have not moved leave no room for others that have.
    """
    labels = [label_place(each) for each in (before, lines)]
    runs = [run for line in lines if (run := numbers_behind(line))]
    if None in labels or labels[0] != labels[1] or not runs:
        return False
    found = [columns.of(run) for run in runs]
    if any(each is None for each in found) or not any(each and each[-1] == WIDTH - 1 for each in found):
        return False
    return _distance(columns, runs) <= _SAME_COLUMN * sum(map(len, runs))


def label_place(lines: Iterable[Line]) -> int | None:
    """The text column at which most of the labels nearest to the numbers begin."""
    starts: Counter[int] = Counter()
    for line in lines:
        words = [token for token in line.tokens if not is_number(token)]
        if words:
            starts[words[-1].start] += 1
    return starts.most_common(1)[0][0] if starts else None
