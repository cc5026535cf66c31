"""The tables of a page whose cells are ruled: from its straight lines to cells with their spans.

A rule may be drawn in pieces, twice, or as a thin area; a table may lack the rules of its sides, as one that goes on
over the page does. Two fields of the grid are one cell where no rule parts them.

Belongs here: which cells there are, and which characters stand in which. What stands beside a table is
``layout``'s.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from pipeline.reader.formats.pages.content import UNKNOWN, Box, Glyph, PageContent, Stroke, around
from pipeline.reader.formats.pages.text import Line, lines_of, padding_of, text_of

#: Pieces of one rule may lie so far beside each other, and have such gaps between them.
_BESIDE, _BETWEEN = 1.0, 3.5
#: No side of a cell is shorter than this.
_SHORTEST = 4.5
#: Rules closer than this are one, drawn twice: no row or column is as narrow.
_ONE_RULE = 3.0
#: Two rules meet where the end of one is so near to the other.
_NEAR = 3.0
#: A rule parts two fields where it is drawn along so much of their side.
_LEAST_DRAWN = 0.55
#: A character that overlaps a rule by more than this share of its width stands across it.
_ACROSS = 0.25


@dataclass(slots=True)
class Cell:
    """A cell: where it is in the grid, how many rows and columns it spans, its box, its text."""

    row: int
    column: int
    rows: int
    columns: int
    box: Box
    glyphs: list[Glyph] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    text: str = ""
    #: Something stands across its rules: what is its own, nobody can tell.
    is_unsure: bool = False
    #: It, or a rest of it, was read from a picture.
    is_seen: bool = False
    #: The cell on the page before that it is the rest of.
    rest_of: "Cell | None" = None


@dataclass(slots=True)
class Table:
    """A table on one page; ``xs`` and ``ys`` are the places of its rules."""

    box: Box
    xs: list[float]
    ys: list[float]
    cells: list[Cell]
    padding: float = 0.0
    #: The table on a page before that it goes on with.
    goes_on: "Table | None" = None

    def rows(self) -> list[list[Cell]]:
        """The cells that begin in each row, from left to right."""
        found: dict[int, list[Cell]] = defaultdict(list)
        for cell in sorted(self.cells, key=lambda cell: (cell.row, cell.column)):
            found[cell.row].append(cell)
        return [found[row] for row in sorted(found)]


def grids(page: PageContent) -> list[Table]:
    """The tables that the lines of a page make, without what stands in them."""
    return _grids(page.across, page.down)


def tables(page: PageContent) -> tuple[list[Table], list[Glyph]]:
    """The ruled tables of a page with their text, and the characters outside them."""
    found = grids(page)
    frames = [_frame(box) for box in page.fills if not any(_overlap(box, table.box) for table in found)]
    if frames:
        across = [stroke for pair, _ in frames for stroke in pair]
        down = [stroke for _, pair in frames for stroke in pair]
        found += _grids(page.across + across, page.down + down, instead_of=found)
    outside = _fill(found, page.glyphs)
    empty = [table for table in found if not any(cell.glyphs for cell in table.cells)]
    kept = [table for table in found if table not in empty]
    for table in kept:
        _write(table)
        for cell in table.cells:
            cell.is_seen = page.is_seen
    return sorted(kept, key=lambda table: (table.box.y0, table.box.x0)), outside


def _frame(box: Box) -> tuple[list[Stroke], list[Stroke]]:
    return (
        [Stroke(box.y0, box.x0, box.x1), Stroke(box.y1, box.x0, box.x1)],
        [Stroke(box.x0, box.y0, box.y1), Stroke(box.x1, box.y0, box.y1)],
    )


def _overlap(one: Box, other: Box) -> bool:
    return one.x0 < other.x1 and other.x0 < one.x1 and one.y0 < other.y1 and other.y0 < one.y1


def _grids(across: Sequence[Stroke], down: Sequence[Stroke], instead_of: Sequence[Table] = ()) -> list[Table]:
    """A table for each group of rules that meet and part columns."""
    found = []
    # Shorter ones are the dots of a dotted rule, which go on in the other direction.
    long = [[each for each in _joined(some) if each.end - each.begin >= _SHORTEST] for some in (across, down)]
    for some_across, some_down in _groups(*long):
        table = _table(some_across, some_down)
        if table is not None and not any(_overlap(table.box, other.box) for other in instead_of):
            found.append(table)
    return found


def _joined(strokes: Iterable[Stroke], beside: float = _BESIDE) -> list[Stroke]:
    """Strokes with those that go on in each other as one."""
    groups: list[list[Stroke]] = []
    for stroke in sorted(strokes):
        if groups and stroke.at - groups[-1][0].at <= beside:
            groups[-1].append(stroke)
        else:
            groups.append([stroke])
    return [stroke for group in groups for stroke in _intervals(group)]


def _intervals(group: list[Stroke]) -> list[Stroke]:
    at = sum(stroke.at for stroke in group) / len(group)
    found: list[list[float]] = []
    for _, begin, end in sorted(group, key=lambda stroke: stroke.begin):
        if found and begin - found[-1][1] <= _BETWEEN:
            found[-1][1] = max(found[-1][1], end)
        else:
            found.append([begin, end])
    return [Stroke(at, begin, end) for begin, end in found]


def _groups(across: list[Stroke], down: list[Stroke]) -> list[tuple[list[Stroke], list[Stroke]]]:
    """Rules that meet, directly or by others."""
    group_of = list(range(len(across) + len(down)))

    def head(number: int) -> int:
        while group_of[number] != number:
            group_of[number] = number = group_of[group_of[number]]
        return number

    for row, (y, left, right) in enumerate(across):
        for column, (x, top, bottom) in enumerate(down, len(across)):
            if left - _NEAR <= x <= right + _NEAR and top - _NEAR <= y <= bottom + _NEAR:
                group_of[head(row)] = head(column)
    groups: dict[int, tuple[list[Stroke], list[Stroke]]] = defaultdict(lambda: ([], []))
    for number, stroke in enumerate([*across, *down]):
        groups[head(number)][number >= len(across)].append(stroke)
    return [group for group in groups.values() if group[0] and group[1]]


def _table(across: list[Stroke], down: list[Stroke]) -> Table | None:
    """The cells of a group of rules; None where they part no columns."""
    ys = _places(across, [stroke.begin for stroke in down] + [stroke.end for stroke in down])
    xs = _places(down, [stroke.begin for stroke in across] + [stroke.end for stroke in across])
    if len(xs) < 3 or len(ys) < 2:
        return None
    cells = _cells(xs, ys, _walls(down, xs, ys), _walls(across, ys, xs))
    if len(cells) < 2 or all(cell.columns == len(xs) - 1 for cell in cells):
        return None
    return Table(Box(xs[0], ys[0], xs[-1], ys[-1]), xs, ys, cells)


def _places(strokes: list[Stroke], ends: list[float]) -> list[float]:
    """The places of rules, those drawn twice as one; and the ends of the crossing ones, if they reach further."""
    groups: list[list[float]] = []
    for at in sorted(stroke.at for stroke in strokes):
        if groups and at - groups[-1][0] <= _ONE_RULE:
            groups[-1].append(at)
        else:
            groups.append([at])
    places = [sum(group) / len(group) for group in groups]
    if min(ends) < places[0] - _ONE_RULE:
        places.insert(0, min(ends))
    if max(ends) > places[-1] + _ONE_RULE:
        places.append(max(ends))
    return places


def _walls(strokes: list[Stroke], places: list[float], steps: list[float]) -> list[list[bool]]:
    """Whether the rule at each place is drawn along each step of the other direction; at both sides it always is."""
    drawn = [[0.0] * (len(steps) - 1) for _ in places]
    for at, group in _by_place(strokes, places).items():
        for _, begin, end in _joined(group, _ONE_RULE * 2):
            for step in range(len(steps) - 1):
                common = min(end, steps[step + 1]) - max(begin, steps[step])
                drawn[at][step] += max(0.0, common)
    walls = [
        [length >= _LEAST_DRAWN * (steps[step + 1] - steps[step]) for step, length in enumerate(row)] for row in drawn
    ]
    walls[0] = walls[-1] = [True] * (len(steps) - 1)
    return walls


def _by_place(strokes: list[Stroke], places: list[float]) -> dict[int, list[Stroke]]:
    found: dict[int, list[Stroke]] = defaultdict(list)
    for stroke in strokes:
        found[min(range(len(places)), key=lambda at: abs(places[at] - stroke.at))].append(stroke)
    return found


def _cells(xs: list[float], ys: list[float], upright: list[list[bool]], level: list[list[bool]]) -> list[Cell]:
    """The rectangles of fields that no rule parts, each as large as it can be."""
    taken = [[False] * (len(xs) - 1) for _ in range(len(ys) - 1)]
    cells = []
    for row in range(len(ys) - 1):
        for column in range(len(xs) - 1):
            if taken[row][column]:
                continue
            right = column + 1
            while right < len(xs) - 1 and not upright[right][row] and not taken[row][right]:
                right += 1
            low = row + 1
            while low < len(ys) - 1 and _goes_on(low, column, right, upright, level, taken):
                low += 1
            for each in range(row, low):
                taken[each][column:right] = [True] * (right - column)
            box = Box(xs[column], ys[row], xs[right], ys[low])
            cells.append(Cell(row, column, low - row, right - column, box))
    return cells


def _goes_on(
    row: int, left: int, right: int, upright: list[list[bool]], level: list[list[bool]], taken: list[list[bool]]
) -> bool:
    """Whether a cell from ``left`` to ``right`` goes on into a row."""
    if any(level[row][column] or taken[row][column] for column in range(left, right)):
        return False
    if any(upright[column][row] for column in range(left + 1, right)):
        return False
    return upright[left][row] and upright[right][row]


def _fill(found: list[Table], glyphs: Sequence[Glyph]) -> list[Glyph]:
    """Give each character to the cell that it stands in, the innermost one; the answer is what stands in none."""
    order = sorted(found, key=lambda table: table.box.width * table.box.height)
    fields = {id(table): _fields(table) for table in order}
    outside = []
    for word in _words(glyphs):
        box = around(word)
        x, y = (box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2
        table = next((table for table in order if table.box.holds(x, y)), None)
        if table is None:
            outside += word
            continue
        cells = [_at(table, fields[id(table)], glyph.x, y) for glyph in word]
        if all(cell is cells[0] for cell in cells) or not _is_one_number(word):
            for glyph, cell in zip(word, cells, strict=True):
                cell.glyphs.append(glyph)
        else:
            _put_across(table, fields[id(table)], word, box, y)
    return outside


def _words(glyphs: Sequence[Glyph]) -> list[list[Glyph]]:
    """Characters that were drawn at once and stand close beside each other; digits that do are one number."""
    words: list[list[Glyph]] = []
    before: Glyph | None = None
    for glyph in glyphs:
        is_next = (
            before is not None
            and glyph.run == before.run
            and abs(glyph.x0 - before.x1) <= 0.05 * glyph.height
            and abs(glyph.y - before.y) <= 0.1 * glyph.height
        )
        if is_next and glyph.text.isascii() and not glyph.text.isspace():
            words[-1].append(glyph)
        else:
            words.append([glyph])
        before = glyph
    return words


def _is_one_number(word: list[Glyph]) -> bool:
    return len(word) > 1 and any(glyph.text.isdecimal() for glyph in word)


def _put_across(table: Table, fields: list[list[Cell]], word: list[Glyph], box: Box, y: float) -> None:
    """A number that stands across a rule: all of it goes where its middle is, and no cell that it touches is sure."""
    middle = _at(table, fields, (box.x0 + box.x1) / 2, y)
    middle.glyphs += word
    for glyph in word:
        touched = _at(table, fields, glyph.x, y)
        inside = min(glyph.x1, touched.box.x1) - max(glyph.x0, touched.box.x0)
        if touched is not middle and inside > _ACROSS * (glyph.x1 - glyph.x0):
            touched.is_unsure = middle.is_unsure = True


def _fields(table: Table) -> list[list[Cell]]:
    """The cell of each field of the grid."""
    grid: list[list[Cell]] = [[table.cells[0]] * (len(table.xs) - 1) for _ in range(len(table.ys) - 1)]
    for cell in table.cells:
        for row in range(cell.row, cell.row + cell.rows):
            for column in range(cell.column, cell.column + cell.columns):
                grid[row][column] = cell
    return grid


def _at(table: Table, fields: list[list[Cell]], x: float, y: float) -> Cell:
    row = min(max(bisect_right(table.ys, y) - 1, 0), len(fields) - 1)
    column = min(max(bisect_right(table.xs, x) - 1, 0), len(fields[0]) - 1)
    return fields[row][column]


def _write(table: Table) -> None:
    """The text of each cell."""
    for cell in table.cells:
        cell.lines = lines_of(cell.glyphs)
    table.padding = padding_of((cell.box.width, cell.lines) for cell in table.cells)
    for cell in table.cells:
        cell.text = text_of(cell.lines, cell.box.width, table.padding) + UNKNOWN * cell.is_unsure
