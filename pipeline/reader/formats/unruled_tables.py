"""The tables of a page that no rules part into cells: rows by the lines of their numbers, cells by alignment.

A row is a line that ends in numbers; its label is the block of words beside it, whose other lines stand above and
below. Columns are where the numbers of several rows stand below each other. What does not fit stays lines of text.

Belongs here: which lines make a table, and its cells. Ruled tables are ``ruled_tables``'s.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from pipeline.reader.formats.page_content import Box, Stroke, around
from pipeline.reader.formats.page_text import Line

#: A gap wider than so many times the height of the type parts two cells; between numbers less does.
_GAP = 0.8
#: Between two texts that were drawn apart, less does.
_GAP_OF_TEXTS = 0.3
#: Words of one cell stand closer below each other than so many times their height.
_BELOW = 0.75
#: A row without numbers between two with some may be as far from them, in heights of the type.
_MOST_BETWEEN = 9.0
#: A line of values: numbers and marks for none.
_VALUE = re.compile(r"[+\-－−＋]?[\d０-９][\d０-９,，]*(?:[.．][\d０-９]+)?|[-－—–/／]+|无|�+")
#: How a label of the form begins, so that it is none's rest.
_NUMBERING = re.compile(
    r"\s*(?:[（(]\s*[一二三四五六七八九十]{1,2}\s*[)）]|[一二三四五六七八九十]{1,2}\s*、|[\d０-９]{1,2}\s*[.．、])"
)
#: A line of fewer words is no head of columns; heads stand so near above the first row, in heights of their type.
_LEAST_OF_HEAD, _ABOVE_ROWS = 2, 3.0
_LONGEST_HEAD = 12


@dataclass(slots=True)
class Words:
    """A block of words below each other: a label, or a part of one."""

    lines: list[Line]
    #: The numbers of the rows that it stands beside.
    rows: list[int] = field(default_factory=list)

    @property
    def box(self) -> Box:
        """The box around it."""
        return around([line.box for line in self.lines])

    @property
    def text(self) -> str:
        """Its text, the words of a cell in one."""
        return "".join(line.text for line in self.lines)


@dataclass(slots=True)
class Row:
    """A row of an unruled table: its cells' texts and boxes."""

    cells: list[tuple[str, Box]]
    is_head: bool = False

    @property
    def box(self) -> Box:
        """The box around it."""
        return around([box for _, box in self.cells])


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
        rows = _rows(block, across) if len(block) > 1 or _is_wide(block) else None
        if rows is not None:
            _put_heads(found, [each for each in map(_parted, block) if each is not None], across)
        found += rows if rows is not None else block
    return found


def _put_heads(found: list[Line | Row], value_lines: Sequence[_ValueLine], across: Sequence[Stroke]) -> None:
    """Make the heads right above a table rows of it, in place of their lines."""
    columns = _columns(value_lines) or []
    lines: list[Line] = []
    while found:
        last = found[-1]
        if not isinstance(last, Line) or not _is_head(last, columns[0][0]):
            break
        below = lines[0].box.y0 if lines else value_lines[0].values[0].box.y0
        if below - last.box.y1 > _ABOVE_ROWS * last.height:
            break
        lines.insert(0, last)
        found.pop()
    if not any(len(line.words(_GAP)) >= _LEAST_OF_HEAD for line in lines):
        found += lines
        return
    words = [word for line in lines for word in line.words(_GAP, _GAP_OF_TEXTS)]
    blocks = _together(sorted(words, key=lambda word: (word.box.y0, word.box.x0)), [], across)
    lowest: dict[int, Words] = {}
    for block in blocks:
        at = _nearest((block.box.x0 + block.box.x1) / 2, columns)
        if at is not None and (at not in lowest or block.box.y1 > lowest[at].box.y1):
            lowest[at] = block
    others = [block for block in blocks if not any(block is each for each in lowest.values())]
    for block in others:
        if found and isinstance(found[-1], Row) and found[-1].is_head and block.box.y0 < found[-1].box.y1 - 1:
            found[-1].cells.append((block.text, block.box))
        else:
            found.append(Row([(block.text, block.box)], is_head=True))
    if lowest:
        found.append(Row([(lowest[at].text, lowest[at].box) for at in sorted(lowest)], is_head=True))


def _is_head(line: Line, first: float) -> bool:
    """Whether a line may be one of the heads of columns: of several words, or of one that is no heading or sentence."""
    words = line.words(_GAP)
    if len(words) >= _LEAST_OF_HEAD or line.box.x1 <= first:
        return True
    return not _NUMBERING.match(line.text) and not line.text.startswith("第") and len(line.glyphs) <= _LONGEST_HEAD


def _nearest(x: float, columns: Sequence[tuple[float, float]]) -> int | None:
    """The column that a head stands over; None left of all."""
    middles = [(begin + end) / 2 for begin, end in columns]
    step = min((after - before for before, after in pairwise(middles)), default=middles[0])
    if x < middles[0] - step / 2:
        return None
    return min(range(len(middles)), key=lambda at: abs(middles[at] - x))


def _is_wide(block: Sequence[Line]) -> bool:
    parted = _parted(block[0])
    return parted is not None and len(parted.values) > 1


def _parted(line: Line) -> _ValueLine | None:
    """A line's labels and the values that it ends in; None of a line that ends in none."""
    words = line.words(_GAP)
    values: list[Line] = []
    while words and _VALUE.fullmatch(words[-1].text):
        values.insert(0, words.pop())
    return _ValueLine(words, values) if values else None


def _blocks(lines: Sequence[Line]) -> list[list[Line]]:
    """The lines, those from the first to the last line of values of a table together."""
    blocks: list[list[Line]] = []
    waiting: list[Line] = []
    last: Line | None = None
    for line in lines:
        if _parted(line) is None or len(line.words(_GAP)) < 2:
            waiting.append(line)
            continue
        is_near = last is not None and line.box.y0 - last.box.y1 <= _MOST_BETWEEN * line.height
        if last is not None and is_near and all(_is_label(each, last) for each in waiting):
            blocks[-1] += [*waiting, line]
        else:
            blocks += [[each] for each in waiting]
            blocks.append([line])
        waiting, last = [], line
    return blocks + [[each] for each in waiting]


def _is_label(line: Line, last: Line) -> bool:
    """Whether a line without values stands where the labels of a row stand: left of its values."""
    parted = _parted(last)
    return parted is not None and line.box.x1 <= parted.values[0].box.x0


def _rows(block: Sequence[Line], across: Sequence[Stroke]) -> list[Line | Row] | None:
    """The rows of a table; None where its lines make none."""
    parted = [_parted(line) for line in block]
    value_lines = [each for each in parted if each is not None]
    columns = _columns(value_lines)
    if columns is None:
        return None
    labels = [word for each in value_lines for word in each.labels]
    labels += [word for line, each in zip(block, parted, strict=True) if each is None for word in line.words(_GAP)]
    words = _together(sorted(labels, key=lambda word: (word.box.y0, word.box.x0)), value_lines, across)
    own = _own_labels(words, value_lines)
    if own is None:
        return [Row([(value.text, value.box) for value in value_lines[0].values])] if len(block) == 1 else None
    found: list[Line | Row] = []
    left = [each for each in words if not any(each is label for label in own)]
    for number, (each, label) in enumerate(zip(value_lines, own, strict=True)):
        upper = [other for other in left if other.box.y0 < each.y and not other.rows]
        for other in upper:
            other.rows.append(number)
        cells = [(other.text, other.box) for other in upper] + [(label.text, label.box)]
        cells += _cells(each, columns, label.box)
        found.append(Row(cells))
    found += [Row([(other.text, other.box)]) for other in left if not other.rows]
    return found


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


def _cells(each: _ValueLine, columns: Sequence[tuple[float, float]], label: Box) -> list[tuple[str, Box]]:
    """The values of a row in its columns, blank where it has none."""
    by_column = {_column(value, columns): value for value in each.values}
    box = each.values[0].box
    return [
        (by_column[at].text, by_column[at].box) if at in by_column else ("", Box(begin, box.y0, end, box.y1))
        for at, (begin, end) in enumerate(columns)
    ]


def _together(labels: Sequence[Line], value_lines: Sequence[_ValueLine], across: Sequence[Stroke]) -> list[Words]:
    """Words that stand below each other, as the blocks that they make."""
    found: list[Words] = []
    beside = {id(word): number for number, each in enumerate(value_lines) for word in each.labels}
    for word in labels:
        above = next((each for each in reversed(found) if _goes_on(each, word, across)), None)
        taken = above is not None and id(word) in beside and any(id(line) in beside for line in above.lines)
        if above is None or taken or _NUMBERING.match(word.text):
            found.append(Words([word]))
        else:
            above.lines.append(word)
    return found


def _goes_on(above: Words, word: Line, across: Sequence[Stroke]) -> bool:
    """Whether a word stands right below a block, with no rule between."""
    upper, lower = above.lines[-1].box, word.box
    overlap = min(above.box.x1, lower.x1) - max(above.box.x0, lower.x0)
    if overlap <= 0.3 * min(above.box.width, lower.width) or lower.y0 - upper.y1 > _BELOW * word.height:
        return False
    middle = (lower.x0 + lower.x1) / 2
    return not any(
        upper.y1 - 1 <= stroke.at <= lower.y0 + 1 and stroke.begin <= middle <= stroke.end for stroke in across
    )


def _own_labels(words: Sequence[Words], value_lines: Sequence[_ValueLine]) -> list[Words] | None:
    """The label of each row: the rightmost block beside its values that no other row has; None where one has none."""
    found: list[Words] = []
    for each in value_lines:
        height = each.values[0].height
        beside = [
            block
            for block in words
            if block.box.y0 - height / 2 <= each.y <= block.box.y1 + height / 2
            and block.box.x0 < each.values[0].box.x0
            and not any(block is other for other in found)
        ]
        if not beside:
            return None
        found.append(max(beside, key=lambda block: block.box.x0))
    return found
