"""The tables of a page that no rules part into cells: rows by the lines of their numbers, cells by alignment.

A row is a line that ends in numbers; its label is the block of words beside it, whose other lines stand above and
below. Columns are where the numbers of several rows stand below each other, and where heads stand over none. What does
not fit for certain stays lines of text.

Belongs here: which lines make a table, and its rows. Heads are ``unruled_heads``'s, ruled tables ``ruled_tables``'s.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.reader.formats import unruled_heads
from pipeline.reader.formats.page_content import UNKNOWN, Box, Stroke
from pipeline.reader.formats.page_text import Line
from pipeline.reader.formats.unruled_words import Row, Words, is_tight, is_value, together, words_of

#: A row may be so far from the one before it, in heights of the type: a label between them has seven lines at most.
_MOST_BETWEEN = 9.0
#: How far a label may reach into the first column.
_OVER = 2.0
#: A piece of a number that goes on in the next line stands so near to its row, in heights of the type.
_PIECE = 1.3


@dataclass(slots=True)
class _ValueLine:
    """A line that ends in values: what stands before them, and they."""

    labels: list[Line]
    values: list[Line]

    @property
    def y(self) -> float:
        """The middle of its values."""
        box = self.values[0].box
        return (box.y0 + box.y1) / 2


def rows_of(lines: Sequence[Line], across: Sequence[Stroke]) -> list[Line | Row]:
    """The lines of a page outside its ruled tables, those of tables as their rows."""
    found: list[Line | Row] = []
    for block in _blocks(lines):
        above = found if len(block) > 1 or _is_wide(block) else None
        rows = _rows(block, above, across) if above is not None else None
        found += rows if rows is not None else block
    return found


def _is_wide(block: Sequence[Line]) -> bool:
    parted = _parted(block[0])
    return parted is not None and len(parted.values) > 1


def _parted(line: Line) -> _ValueLine | None:
    """A line's labels and the values that it ends in; None of a line that ends in none."""
    words = words_of(line)
    values: list[Line] = []
    while words and is_value(words[-1]):
        values.insert(0, words.pop())
    return _ValueLine(words, values) if values else None


def _blocks(lines: Sequence[Line]) -> list[list[Line]]:
    """The lines, those from the first to the last line of values of a table together."""
    blocks: list[list[Line]] = []
    waiting: list[Line] = []
    last: Line | None = None
    for line in lines:
        if _parted(line) is None or len(words_of(line)) < 2:
            if last is not None and not waiting and _is_piece(line, last):
                blocks[-1].append(line)
            else:
                waiting.append(line)
            continue
        is_near = last is not None and line.box.y0 - last.box.y1 <= _MOST_BETWEEN * line.height
        pieces = [each for each in waiting if _is_piece(each, line)]
        if last is not None and is_near and all(_is_label(each, last) or each in pieces for each in waiting):
            blocks[-1] += [*waiting, line]
        else:
            blocks += [[each] for each in waiting if each not in pieces]
            blocks.append([*pieces, line])
        waiting, last = [], line
    return blocks + [[each] for each in waiting]


def _is_piece(line: Line, beside: Line) -> bool:
    """Whether a line holds nothing but pieces of numbers of the row that another one is of, and has fewer than it."""
    distance = abs((line.box.y0 + line.box.y1) - (beside.box.y0 + beside.box.y1)) / 2
    if distance > _PIECE * beside.height:
        return False
    one, other = _parted(line), _parted(beside)
    return one is not None and other is not None and not one.labels and len(one.values) * 2 <= len(other.values)


def _is_label(line: Line, last: Line) -> bool:
    """Whether a line without values stands where the labels of a row stand: left of its values."""
    parted = _parted(last)
    return parted is not None and line.box.x1 <= parted.values[0].box.x0 + _OVER


def _rows(block: Sequence[Line], above: list[Line | Row] | None, across: Sequence[Stroke]) -> list[Line | Row] | None:
    """The rows of a table with its heads, which are taken from what is ``above``; None where its lines make none."""
    parted = [_parted(line) for line in block]
    pieces = _pieces(block, parted)
    value_lines = [each for each in parted if each is not None and not any(each is piece for piece in pieces)]
    columns = _columns(value_lines)
    tight = sum(len(each.values) == 1 and is_tight([*each.labels, *each.values]) for each in value_lines)
    if columns is None or tight * 2 > len(value_lines):
        return None
    labels = [word for each in value_lines for word in each.labels]
    labels += [word for line, each in zip(block, parted, strict=True) if each is None for word in words_of(line)]
    if any(word.box.x1 > columns[0][0] + _OVER for word in labels):
        return None
    beside = {id(word) for each in value_lines for word in each.labels}
    words = together(labels, across, beside)
    own = _own_labels(words, value_lines)
    if own is None and len(block) > 1:
        return None
    heads, columns = unruled_heads.take(above if above is not None else [], columns, value_lines[0].values[0], across)
    found: list[Line | Row] = [*heads]
    left = [each for each in words if not any(each is label for label in own or ())]
    for number, each in enumerate(value_lines):
        upper = [other for other in left if other.box.y0 < each.y]
        left = [other for other in left if not any(other is one for one in upper)]
        mine = [*upper, own[number]] if own is not None else upper
        found.append(Row([(other.text, other.box) for other in mine] + _cells(each, columns)))
    if not _add_pieces([row for row in found[len(heads) :] if isinstance(row, Row)], pieces):
        return None
    return found + [Row([(other.text, other.box)]) for other in left]


def _pieces(block: Sequence[Line], parted: Sequence[_ValueLine | None]) -> list[_ValueLine]:
    """The lines of a block that are pieces of the row on the line before or behind them."""
    found = []
    for at, each in enumerate(parted):
        beside = [block[other] for other in (at - 1, at + 1) if 0 <= other < len(block)]
        if each is not None and any(_is_piece(block[at], other) for other in beside):
            found.append(each)
    return found


def _add_pieces(rows: Sequence[Row], pieces: Sequence[_ValueLine]) -> bool:
    """Mark the cells whose numbers have more pieces on other lines: what they are together, nobody can tell."""
    for word in (word for piece in pieces for word in piece.values):
        y = (word.box.y0 + word.box.y1) / 2
        row = min(rows, key=lambda row: abs((row.cells[-1][1].y0 + row.cells[-1][1].y1) / 2 - y))
        at = next(
            (
                at
                for at, (_, box) in enumerate(row.cells)
                if at and box.x0 - _OVER < word.box.x1 and word.box.x0 < box.x1 + _OVER
            ),
            None,
        )
        if at is None:
            return False
        row.cells[at] = row.cells[at][0] + UNKNOWN + word.text, row.cells[at][1]
    return True


def _columns(value_lines: Sequence[_ValueLine]) -> list[tuple[float, float]] | None:
    """Where the values stand below each other; None where two of one line stand in one column."""
    found: list[tuple[float, float]] = []
    for begin, end in sorted((value.box.x0, value.box.x1) for each in value_lines for value in each.values):
        if found and begin < found[-1][1]:
            found[-1] = found[-1][0], max(end, found[-1][1])
        else:
            found.append((begin, end))
    for each in value_lines:
        places = [_column(value, found) for value in each.values]
        if len(set(places)) < len(places):
            return None
    return found


def _column(value: Line, columns: Sequence[tuple[float, float]]) -> int:
    middle = (value.box.x0 + value.box.x1) / 2
    return next(at for at, (begin, end) in enumerate(columns) if begin <= middle <= end)


def _cells(each: _ValueLine, columns: Sequence[tuple[float, float]]) -> list[tuple[str, Box]]:
    """The values of a row in its columns, blank where it has none."""
    by_column = {_column(value, columns): value for value in each.values}
    box = each.values[0].box
    return [
        (by_column[at].text, by_column[at].box) if at in by_column else ("", Box(begin, box.y0, end, box.y1))
        for at, (begin, end) in enumerate(columns)
    ]


def _own_labels(words: Sequence[Words], value_lines: Sequence[_ValueLine]) -> list[Words] | None:
    """The label of each row: the rightmost block beside its values that no other row has; None where one has none."""
    found: list[Words] = []
    for each in value_lines:
        height = each.values[0].height
        beside = [
            block
            for block in words
            if block.box.y0 - height / 2 <= each.y <= block.box.y1 + height / 2
            and not any(block is other for other in found)
        ]
        if not beside:
            return None
        found.append(max(beside, key=lambda block: block.box.x0))
    return found
