"""The tables of a page that no rules part into cells: rows by the lines of their numbers, cells by alignment.

A row is a line that ends in numbers; its label is the block of words beside it, whose other lines stand above and
below. Columns are where the numbers of several rows stand below each other, and where heads stand over none. What does
not fit for certain stays lines of text.

Belongs here: which lines make a table, and its rows. Heads are ``unruled_heads``'s, ruled tables ``ruled_tables``'s.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.reader.formats.pages import unruled_heads
from pipeline.reader.formats.pages.content import UNKNOWN, Box, Stroke
from pipeline.reader.formats.pages.text import Line
from pipeline.reader.formats.pages.unruled_heads import Columns
from pipeline.reader.formats.pages.unruled_words import Row, Words, is_tight, is_value, together, words_of

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


def rows_of(
    lines: Sequence[Line], across: Sequence[Stroke], known: Columns | None = None
) -> tuple[list[Line | Row], Columns | None]:
    """The lines of a page outside its ruled tables, those of tables as their rows; and the columns of the last one.

    ``known`` are the columns of the last table on the page before, which may go on without heads.
    """
    found: list[Line | Row] = []
    for block in _blocks(lines):
        table = _Table(block, across) if len(block) > 1 or _is_wide(block) else None
        rows, columns = table.rows(found, known) if table is not None else (None, None)
        found += rows if rows is not None else block
        known = columns or known
    return found, known


def _is_wide(block: Sequence[Line]) -> bool:
    parted = _parted(block[0])
    return parted is not None and len(parted.values) > 1


def _parted(line: Line) -> _ValueLine | None:
    """A line's labels and the values that it ends in; None of a line that ends in none."""
    words = list(words_of(line))
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


class _Table:
    """The lines of a table while its rows are made."""

    def __init__(self, block: Sequence[Line], across: Sequence[Stroke]) -> None:
        parted = [_parted(line) for line in block]
        self._across = across
        self._pieces = _pieces(block, parted)
        self._lines = [each for each in parted if each is not None and not any(each is one for one in self._pieces)]
        self._columns = _columns(self._lines)
        labels = [word for each in self._lines for word in each.labels]
        labels += [word for line, each in zip(block, parted, strict=True) if each is None for word in words_of(line)]
        beside = {id(word) for each in self._lines for word in each.labels}
        self._words = together(labels, across, beside)
        self._own = _own_labels(self._words, self._lines)
        self._is_one_line = len(block) == 1

    def rows(self, above: list[Line | Row], known: Columns | None) -> tuple[list[Line | Row] | None, Columns | None]:
        """The rows with the heads, which are taken from what is ``above``, and the columns if heads tell them.

        None where the lines make no rows for certain: where cells are blank, heads must tell the columns.
        """
        columns, own = self._columns, self._own
        if columns is None or (own is None and not self._is_one_line) or not self._is_parted(columns):
            return None, None
        left = [each for each in self._words if not any(each is label for label in own or ())]
        groups = [each for each in left if own is None or any(_is_beside(each, label) for label in own)]
        blank = [each for each in left if not any(each is one for one in groups)]
        heads, told = unruled_heads.take(above, columns, self._lines[0].values[0], self._across)
        columns = told or (known if known and self._fits(known) else columns)
        is_complete = not blank and all(len(each.values) == len(columns) for each in self._lines)
        if not is_complete and told is None and columns is not known:
            return None, None
        found: list[Row] = []
        for number, each in enumerate(self._lines):
            upper = [other for other in groups if other.box.y0 < each.y]
            groups = [other for other in groups if not any(other is one for one in upper)]
            mine = [*upper, own[number]] if own is not None else upper
            found.append(Row([(other.text, other.box) for other in mine] + _cells(each, columns)))
        if not _add_pieces(found, self._pieces):
            above += heads
            return None, None
        found += [Row([(each.text, each.box), *_blanks(each, columns)]) for each in blank]
        found += [Row([(each.text, each.box)]) for each in groups]
        return [*heads, *sorted(found, key=lambda row: row.cells[-1][1].y0)], told or (columns if known else None)

    def _is_parted(self, columns: Columns) -> bool:
        """Whether labels and values stand apart: labels left of the columns, and not as near as words of a sentence."""
        tight = sum(len(each.values) == 1 and is_tight([*each.labels, *each.values]) for each in self._lines)
        reach = max((word.box.x1 for block in self._words for word in block.lines), default=0.0)
        return tight * 2 <= len(self._lines) and reach <= columns[0][0] + _OVER

    def _fits(self, known: Columns) -> bool:
        return all(
            unruled_heads.column_of([(value.box.x0, value.box.x1) for value in each.values], known) is not None
            for each in self._lines
        )


def _is_beside(block: Words, label: Words) -> bool:
    """Whether a block stands beside a label, as that of a group does: what stands above and below it has no row."""
    return block.box.y0 < label.box.y1 - _OVER and label.box.y0 < block.box.y1 - _OVER


def _blanks(label: Words, columns: Columns) -> list[tuple[str, Box]]:
    return [("", Box(begin, label.box.y0, end, label.box.y1)) for begin, end in columns]


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


def _columns(value_lines: Sequence[_ValueLine]) -> Columns | None:
    """Where the values stand below each other; None where two of one line stand in one column."""
    found: Columns = []
    for begin, end in sorted((value.box.x0, value.box.x1) for each in value_lines for value in each.values):
        if found and begin < found[-1][1]:
            found[-1] = found[-1][0], max(end, found[-1][1])
        else:
            found.append((begin, end))
    for each in value_lines:
        if unruled_heads.column_of([(value.box.x0, value.box.x1) for value in each.values], found) is None:
            return None
    return found


def _cells(each: _ValueLine, columns: Columns) -> list[tuple[str, Box]]:
    """The values of a row in its columns, blank where it has none."""
    places = unruled_heads.column_of([(value.box.x0, value.box.x1) for value in each.values], columns) or []
    by_column = dict(zip(places, each.values, strict=False))
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
