"""The cells of one row of aligned text: which of its numbers stands in which column of the form.

Seven numbers on a line are the seven cells. Where a narrow cell has cut a number's digits, they stand below each other,
and are one number if the row's sum proves it. Fewer numbers are placed by the columns of their page.

Belongs here: numbers of one row to cells. Does not: which row they are of (``aligned_table``).
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import NamedTuple

from pipeline.reader.tables import cell_values
from pipeline.reader.tables.page_columns import WIDTH, Line, PageColumns, Token, numbers_behind
from pipeline.reader.tables.row_sums import adds_up

_USUAL_ORDER = list(range(WIDTH))


@dataclass(slots=True)
class Page:
    """Lines of the table on one page, and what is known of its columns.

    ``zone``: the text column that numbers begin at. ``has_places``: numbers stand in columns at all. ``is_full``: most
    rows have all their numbers, so that one with fewer may have lost a blank between two. ``has_more``: the headers
    name a column that the form does not have, so that seven numbers may be those of eight columns but one.
    """

    lines: list[Line]
    zone: float
    order: list[int] | None
    columns: PageColumns | None
    has_places: bool
    is_full: bool
    has_more: bool


@dataclass(slots=True)
class NumberLine:
    """What stands in the number columns of a line; ``folded``: where the line before it was cut, in no columns.

    ``alone``: no words stand on it.
    """

    number: int
    values: list[Token]
    page: Page
    folded: bool = False
    alone: bool = False


class RowCells(NamedTuple):
    """The text and the line of each of the form's cells; ``joined``: pieces of numbers were put together."""

    cells: list[tuple[str, int]]
    joined: bool = False


class _Placed(NamedTuple):
    """A value, and the number of its line."""

    token: Token
    line: int


def cells_of(lines: list[NumberLine]) -> RowCells | None:
    """The seven cells of a row; None where it is not certain which number stands in which."""
    page = lines[0].page
    if page.order is None or any(line.page is not page for line in lines):
        return None
    if any(line.folded for line in lines) and (folded := _folded(lines)):
        return folded
    if len(lines) > 1 and (not page.has_places or any(line.folded for line in lines)):
        return _joined_by_sum(lines)
    return _in_columns(lines, page) or _joined_by_sum(lines)


def _in_columns(lines: list[NumberLine], page: Page) -> RowCells | None:
    """The cells of a row whose numbers stand in columns."""
    assert page.order is not None
    columns = _columns(lines)
    if len(columns) > WIDTH and len(lines) == 1:
        columns = _beside_each_other(columns)
    if any(len(column) > 1 for column in columns):
        return _joined(columns, page) if page.order == _USUAL_ORDER else None
    values = [column[0] for column in columns]
    if len(values) == WIDTH and page.has_more:
        return None
    if len(values) == WIDTH:
        places: list[int] | None = _USUAL_ORDER
    else:
        places = page.columns.of([value.token for value in values]) if page.columns else None
        # A number glued to its neighbour leaves a cell empty that is not: then the row does not add up.
        if places and page.is_full and not (places[-1] == WIDTH - 1 and _add_up(value.token.text for value in values)):
            return None
    if places is None:
        return None
    cells = [("", lines[0].number)] * WIDTH
    for place, value in zip(places, values, strict=True):
        cells[page.order[place]] = (value.token.text, value.line)
    return RowCells(cells)


def _columns(lines: Sequence[NumberLine]) -> list[list[_Placed]]:
    """The values that stand below each other, from left to right; in each column from top to bottom."""
    values = [_Placed(token, line.number) for line in lines for token in line.values]
    columns: list[list[_Placed]] = []
    end = -1
    for value in sorted(values, key=lambda value: value.token.start):
        if columns and value.token.start < end and all(value.line != other.line for other in columns[-1]):
            columns[-1].append(value)
            end = max(end, value.token.end)
        else:
            columns.append([value])
            end = value.token.end
    return [sorted(column, key=lambda value: value.line) for column in columns]


def _beside_each_other(columns: list[list[_Placed]]) -> list[list[_Placed]]:
    """The columns, with those in one that a single blank parts: they may be pieces of a number."""
    merged = [columns[0]]
    for before, after in pairwise(columns):
        if after[0].token.start - before[0].token.end == 1:
            merged[-1] = [*merged[-1], *after]
        else:
            merged.append(after)
    return merged


def _joined(columns: list[list[_Placed]], page: Page) -> RowCells | None:
    """The cells of columns whose numbers stand in pieces, if they are seven and add up when put together.

    Where no line has a piece of each, the page must show that they are the seven columns: a sum has no order.
    """
    lines = Counter(value.line for column in columns for value in column)
    if max(lines.values()) < WIDTH and not _stand_below_a_full_line(columns, page):
        return None
    if len(columns) != WIDTH or not _add_up("".join(value.token.text for value in column) for column in columns):
        return None
    return RowCells([(" ".join(value.token.text for value in column), column[0].line) for column in columns], True)


def _joined_by_sum(lines: list[NumberLine]) -> RowCells | None:
    """The cells of lines that stand in no columns, some of which have pieces of numbers.

    Only where the digits make the row add up in just one way, and no number is two: a row from which a cell was left
    out may add up so, too, and only the whole table tells (``proved_rows``).
    """
    choices = choices_of(lines)
    return choices[0] if len(choices) == 1 and not _has_one_too_few(lines) else None


def _has_one_too_few(lines: Sequence[NumberLine]) -> bool:
    return [len(line.values) for line in lines] == [WIDTH - 1]


def choices_of(lines: list[NumberLine]) -> list[RowCells]:
    """All ways to put together a row whose numbers narrow cells have cut, that make it add up.

    One of two lines has all cells, the other the digits above or below some of them. Or numbers of one line stand in
    the middle beside those of which the lines above and below have the halves. Or two numbers of one line, on a page
    that prints all zeros, are written without a blank between.
    """
    counts = [len(line.values) for line in lines]
    page = lines[0].page
    if page.order != _USUAL_ORDER or any(line.page is not page for line in lines):
        return []
    if len(lines) == 2 and max(counts) == WIDTH:
        ways = _beside_all(*lines)
    elif len(lines) == 3 and counts[0] == counts[2] == WIDTH - counts[1]:
        ways = _around_middle(*lines)
    elif _has_one_too_few(lines) and page.is_full:
        ways = _parted(*lines)
    else:
        return []
    number = max(lines, key=lambda line: len(line.values)).number
    found = dict.fromkeys(tuple(way) for way in ways if _add_up("".join(text.split()) for text in way))
    return [RowCells([(text, number) for text in texts], joined=True) for texts in found]


def _beside_all(first: NumberLine, second: NumberLine) -> Iterator[list[str]]:
    """The texts of cells, where the line with fewer numbers has the digits above or below any of the other's."""
    whole, pieces = sorted((first, second), key=lambda line: -len(line.values))
    for places in combinations(range(WIDTH), len(pieces.values)):
        texts = [token.text for token in whole.values]
        for place, token in zip(places, pieces.values, strict=True):
            parts = (texts[place], token.text) if whole is first else (token.text, texts[place])
            texts[place] = " ".join(parts)
        yield texts


def _parted(line: NumberLine) -> Iterator[list[str]]:
    """The texts of cells, where any of the numbers is two."""
    texts = [token.text for token in line.values]
    for at, text in enumerate(texts):
        for length in range(1, len(text)):
            yield [*texts[:at], text[:length], text[length:], *texts[at + 1 :]]


def _around_middle(above: NumberLine, middle: NumberLine, below: NumberLine) -> Iterator[list[str]]:
    """The texts of cells, where those of the middle line stand anywhere among the numbers in two halves."""
    halves = [f"{up.text} {down.text}" for up, down in zip(above.values, below.values, strict=True)]
    for places in combinations(range(WIDTH), len(halves)):
        whole, cut = iter(token.text for token in middle.values), iter(halves)
        yield [next(cut) if place in places else next(whole) for place in range(WIDTH)]


def _stand_below_a_full_line(columns: list[list[_Placed]], page: Page) -> bool:
    """Whether each column stands nearest to the same column of the nearest line that has all numbers."""
    full = [(line.number, run) for line in page.lines if len(run := numbers_behind(line)) == WIDTH]
    if not full or len(columns) != WIDTH:
        return False
    _, run = min(full, key=lambda each: abs(each[0] - columns[0][0].line))
    centres = [token.centre for token in run]
    nearest = [
        min(range(WIDTH), key=lambda at, x=column[0].token.centre: abs(centres[at] - x))  # type: ignore[misc]
        for column in columns
    ]
    return nearest == _USUAL_ORDER


def _folded(lines: list[NumberLine]) -> RowCells | None:
    """The cells of a row whose line was cut and goes on in the next: if they are seven, and add up."""
    cells = [(token.text, line.number) for line in lines for token in line.values]
    is_usual = lines[0].page.order == _USUAL_ORDER
    return RowCells(cells) if is_usual and len(cells) == WIDTH and _add_up(text for text, _ in cells) else None


def _add_up(texts: Iterable[str]) -> bool:
    """Whether texts are numbers, none of which begins with a zero, and the last is the sum of the others."""
    texts = list(texts)
    values = [cell_values.parse(text) for text in texts]
    numbers = [value.number for value in values if value is not None and value.number is not None]
    if len(numbers) != len(texts) or any(len(text) > 1 and text.startswith("0") for text in texts):
        return False
    return adds_up(numbers)


def add_up(lines: list[NumberLine]) -> bool:
    """Whether the numbers of a row's lines can be placed, and its total is the sum of the others."""
    found = cells_of(lines)
    return found is not None and _add_up("".join(text.split()) for text, _ in found.cells if text)


def may_add_up(lines: list[NumberLine]) -> bool:
    """The same, where the numbers may be put together in several ways."""
    return add_up(lines) or bool(choices_of(lines))
