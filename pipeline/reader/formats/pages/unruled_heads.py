"""The heads of a table without rules: which lines above its first row they are, and over which column each stands.

Where some cells are blank, only heads tell which columns there are. They do where each number stands under one of its
own, and there are as many as a table of the form has columns; otherwise they stay lines and nothing is said of them.

Belongs here: heads. Rows are ``unruled_tables``'s.
"""

from collections.abc import Sequence
from itertools import pairwise

from pipeline.reader.formats.pages.content import Box, Stroke
from pipeline.reader.formats.pages.text import Line
from pipeline.reader.formats.pages.unruled_words import NUMBERING, Row, Words, is_value, together, words_of

#: Heads have a line of so many words at least, and stand so near above the first row, in heights of their type.
_LEAST_WORDS, _ABOVE_ROWS = 2, 3.0
#: A longer line of one word is no head, but a sentence.
_LONGEST = 12
#: A gap that parts two heads; one that single letters of one head may have.
_GAP, _GAP_OF_LETTERS = 0.35, 1.6
#: How many columns of numbers the tables of the form have: table two up to three, table three, table four.
_COLUMNS_OF_FORM = {1, 2, 3, 7, 15}

Columns = list[tuple[float, float]]


def take(
    above: list[Line | Row], columns: Columns, first: Line, across: Sequence[Stroke]
) -> tuple[list[Row], Columns | None]:
    """Take the heads of a table, whose first value is ``first``, from what stands above.

    The columns are those of the heads, also of such as stand over no number; None where they are not certain.
    """
    lines = _lines(above, columns, first)
    if any(len(words_of(line)) >= _LEAST_WORDS for line in lines):
        blocks = together((word for line in lines for word in line.words(_GAP)), across)
        left = columns[0][0] - 3 * first.height
        heads = _heads([block for block in blocks if (block.box.x0 + block.box.x1) / 2 > left])
        boxes = [_box(head) for head in heads]
        if len(heads) in _COLUMNS_OF_FORM and column_of(columns, [(box.x0, box.x1) for box in boxes]) is not None:
            taken = {id(block) for head in heads for block in head}
            others = [block for block in blocks if id(block) not in taken]
            return _rows(others, heads), [(box.x0, box.x1) for box in boxes]
    above += lines
    return [], None


def column_of(values: Sequence[tuple[float, float]], columns: Columns) -> list[int] | None:
    """In which column each of some places from left to right is; None where two are in one, or one in none."""
    middles = [(begin + end) / 2 for begin, end in columns]
    step = min((after - before for before, after in pairwise(middles)), default=columns[0][1] - columns[0][0] + 200)
    found: list[int] = []
    for begin, end in values:
        middle = (begin + end) / 2
        at = min(range(len(middles)), key=lambda each: abs(middles[each] - middle))
        touches = begin <= columns[at][1] and columns[at][0] <= end
        if not touches and abs(middles[at] - middle) > step / 2:
            return None
        found.append(at)
    return found if len(set(found)) == len(found) else None


def _lines(above: list[Line | Row], columns: Columns, first: Line) -> list[Line]:
    lines: list[Line] = []
    while above:
        last = above[-1]
        if not isinstance(last, Line) or not _is_head(last, columns[0][0]):
            break
        below = lines[0].box if lines else first.box
        if below.y0 - last.box.y1 > _ABOVE_ROWS * last.height:
            break
        lines.insert(0, last)
        above.pop()
    return lines


def _is_head(line: Line, begin: float) -> bool:
    """Whether a line may be one of the heads: of several words, left of the columns, or a word that is no heading."""
    words = words_of(line)
    if is_value(words[-1]):
        return False
    if len(words) >= _LEAST_WORDS or line.box.x1 <= begin:
        return True
    return not NUMBERING.match(line.text) and not line.text.startswith("第") and len(line.glyphs) <= _LONGEST


def _heads(over: Sequence[Words]) -> list[list[Words]]:
    """The lowest heads, from left to right, each with its parts: single letters beside each other are one head."""
    lowest = [
        block
        for block in over
        if not any(
            other.box.y0 >= block.box.y1 - 1 and other.box.x0 < block.box.x1 and block.box.x0 < other.box.x1
            for other in over
        )
    ]
    heads: list[list[Words]] = []
    for block in sorted(lowest, key=lambda block: block.box.x0):
        before = heads[-1][-1] if heads else None
        if before is not None and len(before.text) == 1 == len(block.text):
            height = block.lines[0].height
            is_beside = abs(before.box.y0 - block.box.y0) < height / 2
            if is_beside and block.box.x0 - before.box.x1 < _GAP_OF_LETTERS * height:
                heads[-1].append(block)
                continue
        heads.append([block])
    return heads


def _box(head: Sequence[Words]) -> Box:
    boxes = [block.box for block in head]
    return Box(
        min(box.x0 for box in boxes),
        min(box.y0 for box in boxes),
        max(box.x1 for box in boxes),
        max(box.y1 for box in boxes),
    )


def _rows(others: Sequence[Words], heads: Sequence[list[Words]]) -> list[Row]:
    """The heads of groups of columns, those of one line in one row, and the heads of the columns."""
    cells = [("".join(block.text for block in head), _box(head)) for head in heads]
    top = min(box.y0 for _, box in cells)
    rows: list[Row] = []
    for block in others:
        cell = block.text, block.box
        if block.box.x1 <= cells[0][1].x0 and block.box.y1 > top:
            cells.insert(0, cell)
        elif rows and block.box.y0 < rows[-1].box.y1 - 1:
            rows[-1].cells.append(cell)
        else:
            rows.append(Row([cell]))
    for row in rows:
        row.cells.sort(key=lambda each: each[1].x0)
    return [*rows, Row(cells)]
