"""Which cell of table three each number of a stream is, where the numbers stand apart from their labels.

A text is put out so that each cell comes behind the one above it and the one to its left. All orders are looked for
that keep to this, in which blocks of numbers are pieces of columns or rows, and under which the whole form adds up:
each row to its total, each column's outcomes to 总计, new and carried over to handled and carried forward. Where a
block does not go on where the one before it lets expect, this is a jump: orders with few jumps are looked at first,
and then those with one more, which must not contradict them (but where there are too many to look at, and the order
needs no jump at all). A cell that not all of them agree about is not known.

Belongs here: numbers to cells. Does not: which numbers there are (``number_stream``), which rows (``detached_table``).
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from pipeline import forms
from pipeline.reader.tables.number_stream import APART, BEHIND, BELOW, BESIDE, FOREIGN, OWN, StreamNumber

WIDTH = len(forms.APPLICATION_COLUMNS)
_TOTAL = WIDTH - 1
#: So many numbers table four has.
_OF_TABLE_FOUR = len(forms.TRACKS) * len(forms.REVIEW_COLUMNS)
#: Orders with more jumps are not looked for. More states at one number are too many to be looked at.
_MOST_JUMPS, _MOST_STATES = 2, 2000
#: So many numbers may be cut in two by their narrow cells.
_MOST_CUT = 6
#: In so many rows two parts or more make up the total, or sums prove little and each other order must be looked at.
_MUCH = 6
_MOST_STEPS = 40_000
#: The way in which a block goes on: not known yet, down a column, along a row; either where headers stand above it.
_OPEN, _DOWN, _ALONG, _EITHER = range(4)

#: The cell (row, column) of a number.
Cell = tuple[int, int]
#: The cells of the numbers placed so far, the last one first: cell, index of the number, how many texts make it up.
_Chain = tuple[Cell, int, int, Any]


class _Block(NamedTuple):
    """A block of numbers: its way, its first cell, and its size across once that is known."""

    way: int
    row: int
    column: int
    size: int


class _Ties(NamedTuple):
    """Rows that stand so close to the next one that their cells are one block, and rows that do not: a bit for each.

    All columns show the same, but for those whose last number stands right behind words (``glued``).
    """

    close: int = 0
    apart: int = 0
    glued: int = 0


class _State(NamedTuple):
    """What counts of the numbers placed so far.

    ``filled``: the number of rows filled in each column. ``block`` and ``last``: the block that is open, and its last
    cell. ``others``: how many numbers are table four's. ``mixed``: whether the tables' numbers stand among each other.
    ``cut``: how many numbers were put together. ``key`` stands for the values of all cells. ``ties``: which rows stand
    close together.
    """

    filled: tuple[int, ...]
    block: _Block | None
    last: Cell | None
    others: int
    mixed: bool
    cut: int
    key: int
    ties: _Ties


_START = _State((0,) * WIDTH, None, None, 0, mixed=False, cut=0, key=0, ties=_Ties())
#: The states that can be reached, with the jumps that it takes and how.
_Layer = dict[_State, tuple[int, _Chain | None]]


@dataclass(frozen=True, slots=True)
class PlacedNumber:
    """A cell's text and line; ``joined``: it was cut in two. ``others`` are the numbers that it may be as well."""

    text: str
    line: int
    joined: bool = False
    others: tuple[int, ...] = ()


def place_numbers(numbers: Sequence[StreamNumber], height: int) -> list[list[PlacedNumber]]:
    """The rows of a table of that height; empty where it is not certain which number is which cell."""
    if not any(number.value for number in numbers if not number.may_be_page):
        return _zeros(numbers, height)
    search = _Search(numbers, height)
    for jumps in range(_MOST_JUMPS + 1):
        found = search.orders(jumps)
        if found is None:
            return []
        if found:
            if len(found) == 1 and search.proves_much(next(iter(found))):
                return _table(numbers, height, search, found)
            more = search.orders(jumps + 1)
            if more is None and jumps:
                return []
            return _table(numbers, height, search, found if more is None else more)
    return []


def _zeros(numbers: Sequence[StreamNumber], height: int) -> list[list[PlacedNumber]]:
    """The rows of a table in which no number but 0 stands, if there are just as many as cells."""
    zeros = [number for number in numbers if not number.may_be_page]
    own = [number for number in zeros if number.zone == OWN]
    if len(own) != height * WIDTH and len(zeros) != height * WIDTH + _OF_TABLE_FOUR:
        return []
    cells = [PlacedNumber(number.text, number.line) for number in zeros[: height * WIDTH]]
    return [cells[at : at + WIDTH] for at in range(0, len(cells), WIDTH)]


def _table(
    numbers: Sequence[StreamNumber], height: int, search: "_Search", orders: dict[int, _Chain | None]
) -> list[list[PlacedNumber]]:
    cells: dict[Cell, PlacedNumber] = {}
    chain = next(iter(orders.values()))
    while chain is not None:
        (row, column), index, count, chain = chain
        values = sorted({search.values[order][WIDTH * row + column] for order in orders})
        text = "".join(number.text for number in numbers[index : index + count])
        others = tuple(values) if len(values) > 1 else ()
        cells[row, column] = PlacedNumber(text, numbers[index].line, joined=count > 1, others=others)
    return [[cells[row, column] for column in range(WIDTH)] for row in range(height)]


class _Search:
    """The orders of some numbers under which a table of that height adds up."""

    def __init__(self, numbers: Sequence[StreamNumber], height: int) -> None:
        self._numbers = numbers
        self._height = height
        #: The values of all cells by the key that a state has for them.
        self.values: dict[int, tuple[int, ...]] = {0: (0,) * (WIDTH * height)}
        self._tables = {values: key for key, values in self.values.items()}
        #: The key that another has with one value more: by that key, the cell's index and its value.
        self._keys: dict[tuple[int, int, int], int] = {}
        surplus = len(numbers) - height * WIDTH - _OF_TABLE_FOUR
        self._most_cut = surplus if 0 < surplus <= _MOST_CUT else 0
        #: No row above a page's end stands below it: what fills a column there is bounded by the numbers so far.
        pages = [number.page for number in numbers if number.zone != FOREIGN]
        self._bounds = {page: min(height, sum(each <= page for each in pages) // WIDTH) for page in set(pages)}
        self._steps = 0

    def proves_much(self, key: int) -> bool:
        """Whether enough rows have a total that is made up of several numbers."""
        values = self.values[key]
        rows = (values[at : at + _TOTAL] for at in range(0, len(values), WIDTH))
        return sum(sum(map(bool, row)) > 1 for row in rows) >= _MUCH

    def orders(self, jumps: int) -> dict[int, _Chain | None] | None:
        """The tables that add up, with one way to each, with so many jumps at the most; None if there are too many."""
        layers: list[_Layer] = [{} for _ in range(len(self._numbers) + 2)]
        layers[0][_START] = (0, None)
        for index in range(len(self._numbers)):
            self._steps += len(layers[index])
            if len(layers[index]) > _MOST_STATES or self._steps > _MOST_STEPS:
                return None
            for state, (cost, chain) in layers[index].items():
                for count, following, more, link in self._following(index, state, jumps - cost):
                    reached = layers[index + count]
                    if following not in reached or reached[following][0] > cost + more:
                        reached[following] = (cost + more, (*link, chain) if link else chain)
            layers[index] = {}
        full = (self._height,) * WIDTH
        return {
            state.key: chain
            for state, (_, chain) in layers[len(self._numbers)].items()
            if state.filled == full and not (state.mixed and state.others != _OF_TABLE_FOUR)
        }

    def _following(self, index: int, state: _State, jumps: int) -> Iterator[tuple[int, _State, int, Any]]:
        """What may become of a number: how many numbers it takes, the state, the jumps that it is, and its cell."""
        number = self._numbers[index]
        if number.begins_page and len(set(state.filled)) > 1:
            return
        yield from _left_out(number, state, jumps)
        if number.zone == FOREIGN:
            return
        values = self._values(index, state.cut)
        for cell, block, jump in _cells(number, state, jumps):
            row, column = cell
            if row >= self._bounds[number.page]:
                continue
            ties, is_odd = (state.ties, False) if self._most_cut else _tied(number, state, cell)
            cost = jump + is_odd
            if cost > jumps:
                continue
            for count, value in values:
                key = self._with(state.key, cell, value)
                filled = (*state.filled[:column], row + 1, *state.filled[column + 1 :])
                if self._adds_up(self.values[key], state.filled, filled, cell):
                    mixed, cut = state.mixed or number.zone == BEHIND, state.cut + count - 1
                    following = _State(filled, block, cell, state.others, mixed, cut, key, ties)
                    yield count, following, cost, (cell, index, count)

    def _with(self, key: int, cell: Cell, value: int) -> int:
        """The key of the values with one more."""
        if not value:
            return key
        step = (key, WIDTH * cell[0] + cell[1], value)
        if step not in self._keys:
            values, at = self.values[key], step[1]
            values = (*values[:at], value, *values[at + 1 :])
            self._keys[step] = self._tables.setdefault(values, len(self.values))
            self.values.setdefault(self._keys[step], values)
        return self._keys[step]

    def _values(self, index: int, cut: int) -> list[tuple[int, int]]:
        """The values that a number may have: its own, or that which it makes with the digits below it."""
        number = self._numbers[index]
        values = [(1, number.value)]
        if cut < self._most_cut and number.value and index + 1 < len(self._numbers):
            below = self._numbers[index + 1]
            if below.before == BELOW and len(below.text) <= len(number.text):
                values.append((2, int(number.text + below.text)))
        return values

    def _adds_up(self, values: tuple[int, ...], before: tuple[int, ...], filled: tuple[int, ...], cell: Cell) -> bool:
        """Whether the row that a number has filled adds up, and its column as far as its end is reached."""
        full = min(before)
        if min(filled) > full:
            at = WIDTH * full
            if sum(values[at : at + _TOTAL]) != values[at + _TOTAL]:
                return False
        row, column = cell
        if row < self._height - 2:
            return True
        new, over, *outcomes = values[column : WIDTH * row + column + 1 : WIDTH]
        if row == self._height - 2:
            return sum(outcomes[:-1]) == outcomes[-1]
        return new + over == outcomes[-2] + outcomes[-1]


#: The place of a number that was taken for table four's.
_NOWHERE: Cell = (-1, -1)


def _left_out(number: StreamNumber, state: _State, jumps: int) -> Iterator[tuple[int, _State, int, Any]]:
    """The states in which the number is a page's, or table four's."""
    if number.may_be_page:
        yield 1, state._replace(block=None, last=None), 0, None
    others = state.others + 1
    if number.zone != OWN:
        yield 1, state._replace(block=None, last=None, others=others), 0, None
    elif others <= _OF_TABLE_FOUR:
        cost = 0 if state.last == _NOWHERE and number.before <= BELOW else 1
        if cost <= jumps:
            yield 1, state._replace(block=None, last=_NOWHERE, others=others, mixed=True), cost, None


def _cells(number: StreamNumber, state: _State, jumps: int) -> Iterator[tuple[Cell, _Block, int]]:
    """The cells in which the number may be, each with its block and the jumps that it is."""
    free = _expected(number, state)
    after_gap = 0
    if number.zone == BEHIND and not (number.before <= BELOW and state.block is not None):
        after_gap = 1
    for column, row in enumerate(state.filled):
        cell = (row, column)
        is_expected = cell in free
        cost = after_gap + (0 if is_expected else 1)
        if cost > jumps or (number.before == BESIDE and not is_expected):
            continue
        if column == 0 or state.filled[column - 1] > row or column in number.headers:
            is_next = True
        else:
            is_next = number.before == BELOW and is_expected
        if is_next:
            way = _EITHER if number.before > APART else _OPEN
            yield cell, free.get(cell) or _Block(way, row, column, 0), cost


def _tied(number: StreamNumber, state: _State, cell: Cell) -> tuple[_Ties, bool]:
    """What is known of the rows with a number in a cell, and whether that contradicts what was known."""
    close, apart, glued = state.ties
    row, column = cell
    bit, above = 1 << column, 1 << (row - 1) if row else 0
    was_glued = glued & bit
    if number.before >= APART:
        is_glued = number.before > APART
    else:
        is_glued = bool(state.last and state.last != _NOWHERE and glued & 1 << state.last[1])
    if above and not was_glued and not is_glued:
        if number.before == BELOW and state.last == (row - 1, column):
            close |= above
        elif number.before == APART:
            apart |= above
    is_odd = bool(close & apart & above)
    if is_odd:
        close, apart = state.ties.close, state.ties.apart
    return _Ties(close, apart, glued | bit if is_glued else glued & ~bit), is_odd


def _expected(number: StreamNumber, state: _State) -> dict[Cell, _Block | None]:
    """The cells where a number is no jump, each with the block that goes on there; None for a block of its own."""
    last = None if state.block is None else state.last
    if number.before <= BELOW and last is not None and state.block is not None:
        return dict(_AFTER[number.before](state.block, last))
    filled = state.filled
    top = min(filled)
    free: dict[Cell, _Block | None] = {(top, filled.index(top)): None}
    if last is not None and state.block is not None:
        row, column = last
        if number.before > APART:
            free[row + 1, column] = None
        elif state.block.way == _DOWN:
            free[state.block.row, column + 1] = None
        else:
            free[row, column + 1] = None
        if column == _TOTAL and number.before <= APART:
            free[filled[0], 0] = None
    for column in number.headers:
        free[filled[column], column] = None
    return free


def _beside(block: _Block, last: Cell) -> Iterator[tuple[Cell, _Block]]:
    """The cell beside the last number on its line."""
    row, column = last
    yield (row, column + 1), _Block(_ALONG, row, column, 0) if block.way == _DOWN else block._replace(way=_ALONG)


def _below(block: _Block, last: Cell) -> Iterator[tuple[Cell, _Block]]:
    """The cells in which a block goes on: down, along, or across where all its columns or rows have one length."""
    way, first_row, first_column, size = block
    row, column = last
    down, along = row - first_row + 1, column - first_column + 1
    if way != _ALONG and (not size or down < size):
        yield (row + 1, column), block._replace(way=_DOWN)
    if way in (_ALONG, _EITHER) and (not size or along < size):
        yield (row, column + 1), block._replace(way=_ALONG)
    if way == _DOWN and size in (0, down):
        yield (first_row, column + 1), block._replace(size=down)
    if way == _ALONG and size in (0, along):
        yield (row + 1, first_column), block._replace(size=along)


_AFTER: dict[int, Callable[[_Block, Cell], Iterator[tuple[Cell, _Block]]]] = {BESIDE: _beside, BELOW: _below}
