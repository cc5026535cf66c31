"""The heads of a table without rules: which lines above its first row they are, and over which column each stands.

Heads are told only where each column has one; a head over no column is that of a blank one where there is room for it.
Otherwise they stay lines, and nothing is said of the columns.

Belongs here: heads. Rows are ``unruled_tables``'s.
"""

from collections.abc import Sequence
from itertools import pairwise

from pipeline.reader.formats.page_content import Box, Stroke
from pipeline.reader.formats.page_text import Line
from pipeline.reader.formats.unruled_words import NUMBERING, Row, Words, is_value, together, words_of

#: Heads have a line of so many words at least, and stand so near above the first row, in heights of their type.
_LEAST_WORDS, _ABOVE_ROWS = 2, 3.0
#: A longer line of one word is no head, but a sentence.
_LONGEST = 12
#: A gap that parts two heads.
_GAP = 0.35
#: A blank column has room where those beside it are so many steps apart.
_ROOM = 1.5

Columns = list[tuple[float, float]]


def take(above: list[Line | Row], columns: Columns, first: Line, across: Sequence[Stroke]) -> tuple[list[Row], Columns]:
    """Take the heads of a table, whose first value is ``first``, from what stands above; and its columns."""
    lines = _lines(above, columns, first)
    rows: list[Row] = []
    if any(len(words_of(line)) >= _LEAST_WORDS for line in lines):
        blocks = together((word for line in lines for word in line.words(_GAP)), across)
        left = columns[0][0] - _step(columns)
        over = [block for block in blocks if (block.box.x0 + block.box.x1) / 2 > left]
        heads = _heads(over, columns)
        if heads is not None:
            columns = _with_empty(columns, heads)
            taken = {id(block) for head in heads for block in head}
            rows = _rows([block for block in blocks if id(block) not in taken], heads)
    if not rows:
        above += lines
    return rows, columns


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


def _heads(over: Sequence[Words], columns: Columns) -> list[list[Words]] | None:
    """The lowest heads, from left to right, each with its parts; None where not each column has one of its own.

    Of two beside each other that are nearest to one column, both are parts of its head.
    """
    lowest = [
        block
        for block in over
        if not any(
            other.box.y0 >= block.box.y1 - 1 and other.box.x0 < block.box.x1 and block.box.x0 < other.box.x1
            for other in over
        )
    ]
    lowest.sort(key=lambda block: block.box.x0)
    middles = [(begin + end) / 2 for begin, end in columns]
    heads: dict[int, list[Words]] = {}
    spare: list[list[Words]] = []
    for block in lowest:
        middle = (block.box.x0 + block.box.x1) / 2
        at = min(range(len(middles)), key=lambda each: abs(middles[each] - middle))
        if _is_between(middle, middles, at):
            spare.append([block])
        else:
            heads.setdefault(at, []).append(block)
    if len(heads) < len(columns):
        return None
    return sorted([*heads.values(), *spare], key=lambda head: head[0].box.x0)


def _is_between(middle: float, middles: Sequence[float], at: int) -> bool:
    """Whether a head stands where a blank column has room: between two columns, or behind the last one."""
    step = min((after - before for before, after in pairwise(middles)), default=0.0)
    if step == 0 or abs(middle - middles[at]) < step * (_ROOM - 1):
        return False
    other = at + 1 if middle > middles[at] else at - 1
    if not 0 <= other < len(middles):
        return abs(middle - middles[at]) > step * 0.75
    return abs(middles[other] - middles[at]) >= _ROOM * step


def _step(columns: Columns) -> float:
    middles = [(begin + end) / 2 for begin, end in columns]
    return min((after - before for before, after in pairwise(middles)), default=columns[0][0]) / 2


def _box(head: Sequence[Words]) -> Box:
    boxes = [block.box for block in head]
    return Box(
        min(box.x0 for box in boxes),
        min(box.y0 for box in boxes),
        max(box.x1 for box in boxes),
        max(box.y1 for box in boxes),
    )


def _with_empty(columns: Columns, heads: Sequence[list[Words]]) -> Columns:
    """The columns, and those of which only the head is printed."""
    boxes = [_box(head) for head in heads]
    middles = [(begin + end) / 2 for begin, end in columns]
    nearest = {min(range(len(boxes)), key=lambda at: abs((boxes[at].x0 + boxes[at].x1) / 2 - each)) for each in middles}
    if len(nearest) < len(columns):
        return columns
    empty = [(box.x0, box.x1) for at, box in enumerate(boxes) if at not in nearest]
    return sorted([*columns, *empty])


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
