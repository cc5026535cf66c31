"""Which cells of a run are the columns of a row.

Blank cells at both ends may belong to the table's structure, and in stacked text an empty line may be an empty cell or
nothing; the full rows of the same table say which. Where they do not, the row is not read.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import combinations

from pipeline.reader.formats import html
from pipeline.reader.layouts import aligned
from pipeline.reader.tables.cell_values import BLANK, Value, parse
from pipeline.reader.tables.label_runs import Run
from pipeline.reader.tables.reading import Cell, Line

#: More pieces than this are no split numbers any more, but another table.
_MOST_SPLITS = 3


@dataclass(slots=True)
class Habits:
    """How the full rows of a table stand in their text.

    ``offsets``: index of the first number by width of the row and column of its first value cell.
    ``spacing``: empty lines between two neighbouring cells of stacked rows.
    ``leads``, ``tails``: empty lines between a stacked row's label and its first cell, and behind its last.
    ``empty_cells``: whether some stacked row shows that an empty line is a cell: with those inside it, it is full.
    ``grid``: cells of the row and column of the first number, in full rows; one pair where the table is regular.
    ``widths``: how many rows have how many cells.
    ``centres``: column of each table column, where the text aligns them.
    """

    offsets: dict[tuple[int, int], set[int]] = field(default_factory=dict)
    spacing: int = 0
    leads: Counter[int] = field(default_factory=Counter)
    tails: Counter[int] = field(default_factory=Counter)
    empty_cells: bool = False
    widths: Counter[int] = field(default_factory=Counter)
    grid: set[tuple[int, int]] = field(default_factory=set)
    centres: list[float] = field(default_factory=list)


def habits(runs: Iterable[Run], width: int) -> Habits:
    """What the rows with all ``width`` numbers show."""
    found = Habits()
    runs = list(runs)
    gaps: list[int] = []
    centres: list[list[float]] = [[] for _ in range(width)]
    for run in runs:
        filled = run.filled
        if run.stacked:
            gaps += run.gaps[:-1] if run.words else run.gaps[1:-1]
        else:
            found.widths[run.width] += 1
        if len(filled) != width:
            continue
        if run.stacked:
            found.leads[run.gaps[0]] += 1
            found.tails[run.gaps[-1]] += 1
        elif filled[-1] - filled[0] == width - 1:
            found.grid.add((run.width, run.first_column + filled[0]))
            found.offsets.setdefault((run.width, run.first_column), set()).add(filled[0])
            for column, index in enumerate(filled if run.centres else ()):
                centres[column].append(run.centres[index])
    found.spacing = min(gaps, default=0)
    found.empty_cells = any(_completed(run, width, found.spacing) for run in runs if run.stacked)
    if all(centres):
        found.centres = [sum(column) / len(column) for column in centres]
    return found


def _completed(run: Run, width: int, spacing: int) -> bool:
    inside = sum((gap - spacing) // (spacing + 1) for gap in run.gaps[1:-1])
    return len(run.cells) < width and inside > 0 and len(run.cells) + inside == width


#: What only one column header of table three begins with, in the columns' order.
_HEADER = ("自然人", "商业", "科研", "社会", "法律", "其他", "总计")


def header_centres(words: list[str], centres: list[float]) -> list[float]:
    """Columns of the headers 自然人 … 总计 of aligned text; empty unless all are there, in order."""
    found = []
    for header in _HEADER:
        places = [c for word, c in zip(words, centres, strict=True) if c and word.replace(" ", "").startswith(header)]
        if len(places) != 1:
            return []
        found.append(places[0])
    return found if found == sorted(found) else []


def fit(run: Run, width: int, known: Habits) -> list[Cell] | None:
    """The ``width`` cells of a row; None when it cannot be told which is which."""
    filled = run.filled
    if len(filled) == len(run.cells) == width:
        return list(map(Cell, run.cells, run.lines))
    if len(filled) < width and (apart := _apart(run, width)):
        return apart
    if len(filled) == width:
        return [Cell(run.cells[index], run.lines[index]) for index in filled]
    if len(filled) > width:
        return None
    if not filled:
        return [Cell(BLANK, run.line)] * width
    if run.stacked:
        return _fit_stack(run, width, known)
    if run.layout == aligned.NAME:
        return _fit_columns(run, width, known)
    first, last, size = filled[0], filled[-1], len(run.cells)
    if len(known.grid) == 1:
        ((cells, column),) = known.grid
        start = column - run.first_column
        if run.width == cells and 0 <= start <= first and last < start + width <= size:
            return [Cell(run.cells[index], run.lines[index]) for index in range(start, start + width)]
    if last - first + 1 < width and not _has_usual_width(run, width, known):
        return None  # a row that is shorter than its neighbours may have lost a cell anywhere
    offsets = list(range(max(0, last - width + 1), first + 1))
    same_shape = known.offsets.get((run.width, run.first_column), set())
    anywhere = {offset for some in known.offsets.values() for offset in some}
    if len(offsets) > 1 and anywhere:
        # In a table whose rows begin now here, now there, a blank at an end may be either.
        offsets = [offset for offset in offsets if offset in (same_shape or anywhere)] if len(anywhere) == 1 else []
    elif size >= width:
        offsets = [offset for offset in offsets if offset + width <= size]
    if len(offsets) != 1 or offsets[0] + width > size:
        return None  # blank cells that ragged rows drop at their end are never made up
    start = offsets[0]
    return [Cell(run.cells[index], run.lines[index]) for index in range(start, start + width)]


def expanded(run: Run, width: int) -> Run:
    """The run with the numbers of narrow columns as cells of their own, where that makes the row full."""
    cells = None if run.stacked or len(run.filled) >= width else _apart(run, width)
    if cells is None:
        return run
    values, lines = [cell.value for cell in cells], [cell.line or run.line for cell in cells]
    return replace(run, cells=values, lines=lines, width=0, centres=[])


def _has_usual_width(run: Run, width: int, known: Habits) -> bool:
    """Whether a row has as many cells as full rows that begin where it does, or else as other rows have."""
    full = {cells for cells, column in known.offsets if column == run.first_column}
    full = full or {cells for cells, _ in known.offsets}
    if run.layout == html.NAME:
        return True
    if full or known.widths:
        return run.width in (full or {_usual(known.widths)})
    return len(run.cells) == width


def _apart(run: Run, width: int) -> list[Cell] | None:
    """Cells of narrow columns, where several numbers look like one cell: if they are as many as the columns."""
    cells: list[Cell] = []
    for index in run.filled if run.layout == aligned.NAME else ():
        parts = [parse(part) for part in run.cells[index].raw.split()]
        known = [part for part in parts if part is not None and part.state != "unreadable"]
        if len(known) != len(parts):
            return None
        cells += [Cell(part, run.lines[index]) for part in known]
    return cells if len(cells) == width else None


def _fit_stack(run: Run, width: int, known: Habits) -> list[Cell] | None:
    """Cells of which each has a line of its own: empty lines beyond the usual spacing are empty cells."""
    step = known.spacing + 1
    inner = [gap - known.spacing for gap in run.gaps[1:-1]]
    if any(gap < 0 or gap % step for gap in inner):
        return None
    lead, tail = run.gaps[0], run.gaps[-1]
    entries: list[Cell] = []
    for index, (value, line) in enumerate(zip(run.cells, run.lines, strict=True)):
        if index:
            entries += [Cell(BLANK, line - 1)] * (inner[index - 1] // step)
        entries.append(Cell(value, line))
    missing = width - len(entries)
    if missing <= 0 or not known.empty_cells:
        return entries if missing == 0 else None
    # Empty lines before and behind the row count as cells only as far as they are more than in full rows.
    ahead = max(0, lead - (_usual(known.leads) or known.spacing)) // step
    behind = max(0, tail - (_usual(known.tails) or known.spacing)) // step
    if ahead + behind != missing:
        return None
    first, last = run.lines[0], run.lines[-1]
    return [*[Cell(BLANK, first - 1)] * ahead, *entries, *[Cell(BLANK, last + 1)] * behind]


def _usual(seen: Counter[int]) -> int:
    return seen.most_common(1)[0][0] if seen else 0


def _fit_columns(run: Run, width: int, known: Habits) -> list[Cell] | None:
    """Cells placed by where they stand: each nearest to one column, and clearly so."""
    if not known.centres or not run.centres:
        return None
    cells = [Cell(BLANK, run.line)] * width
    for index in run.filled:
        distances = sorted((abs(run.centres[index] - centre), column) for column, centre in enumerate(known.centres))
        (near, column), (next_near, _) = distances[0], distances[1]
        if near * 2 > next_near or cells[column].value is not BLANK:
            return None
        cells[column] = Cell(run.cells[index], run.lines[index])
    # Only the sum shows that the page's columns have not moved: the last number is the total of the others.
    *parts, total = [cell.value.number for cell in cells]
    known_parts = [part for part in parts if part is not None]
    return cells if total is not None and sum(known_parts) == total else None


def line_of(item: str, run: Run, cells: list[Cell] | None, columns: Sequence[str]) -> Line:
    """A row of the form; unreadable as a whole when its cells could not be told apart."""
    if cells is None:
        whole = Value(run.text, state="unreadable")
        return Line(item, {column: Cell(whole, run.line) for column in columns})
    return Line(item, dict(zip(columns, cells, strict=True)))


def mended(run: Run, groups: int, width: int) -> list[Cell] | None:
    """The cells that come of putting split numbers together, where the sums prove just one way of doing so.

    ``1 2 0 0 0 0 0 12`` are seven numbers that add up only as 12, 0 … 12. The row has ``groups`` times ``width``
    numbers, and in each group the last is the sum of the others.
    """
    values = [(run.cells[index].raw.strip(), run.lines[index]) for index in run.filled]
    extra = len(values) - groups * width
    if not 0 <= extra <= _MOST_SPLITS:
        return None
    found: dict[tuple[Decimal, ...], list[Cell]] = {}
    for joints in combinations(range(1, len(values)), extra):
        pieces: list[tuple[str, int]] = []
        for index, (raw, line) in enumerate(values):
            if index in joints:
                pieces[-1] = (f"{pieces[-1][0]} {raw}", pieces[-1][1])
            else:
                pieces.append((raw, line))
        numbers = [_glued(raw) for raw, _ in pieces]
        if any(number is None for number in numbers):
            continue
        whole = tuple(number for number in numbers if number is not None)
        parts = [whole[start : start + width] for start in range(0, len(whole), width)]
        if all(sum(part[:-1]) == part[-1] for part in parts):
            found.setdefault(
                whole,
                [
                    Cell(Value(raw, number, "annotated" if " " in raw else None), line)
                    for (raw, line), number in zip(pieces, whole, strict=True)
                ],
            )
    return next(iter(found.values())) if len(found) == 1 else None


def _glued(raw: str) -> Decimal | None:
    digits = "".join(raw.split())
    if not digits.isdigit() or (len(digits) > 1 and digits[0] == "0"):
        return None
    return Decimal(digits)
