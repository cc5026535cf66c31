"""Which values of a label run stand in which columns of the form's row.

Blank cells at both ends of a row may belong to the table's structure. In stacked text an empty line may be an empty
cell or nothing. The full rows of the same table show which (``Geometry``); where they do not, the row is not read.

Belongs here: the cells of one row of any table. Does not: which row it is (``row_labels`` and the tables' modules).
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from pipeline.forms import APPLICATION_COLUMNS
from pipeline.reader.layouts import aligned, pipes, table_rows
from pipeline.reader.tables import cell_values
from pipeline.reader.tables.cell_values import BLANK
from pipeline.reader.tables.label_runs import LabelRun
from pipeline.reader.tables.reading import FormCell, FormRow

#: Of so many gaps between stacked cells one may be out of rule.
_MOST_REGULAR = 50
#: Of so many gaps nearly all are one empty line: it parts cells and is none, whatever a few cells without it tell.
_LEAST_GAPS, _USUAL = 10, 5
#: A row of so many columns has a total at its end: it is table three's.
_SUMMED = len(APPLICATION_COLUMNS)


@dataclass(slots=True)
class Geometry:
    """Where the numbers of a table's full rows stand in the text.

    ``starts``: index of the first number, by width of the row and column of its first value.
    ``spacing``: empty lines between two neighbouring cells of stacked rows.
    ``leads``, ``tails``: empty lines between a stacked row's label and its first cell, and behind its last.
    ``empty_cells``: whether some stacked row is full only if its empty lines are cells.
    ``grid``: width of the row and column of the first number, of full rows; one pair where the table is regular.
    ``widths``: how many rows have how many cells.
    ``irregular``: empty lines between stacked cells follow no rule, so that none of them is a cell.
    ``is_apart``: the numbers of several rows stand behind one label, as where labels and numbers have come apart.
    ``after_pieces``: lines of stacked rows behind a few numbers without a gap, which may be pieces of theirs.
    """

    starts: dict[tuple[int, int], set[int]] = field(default_factory=dict)
    spacing: int = 0
    leads: Counter[int] = field(default_factory=Counter)
    tails: Counter[int] = field(default_factory=Counter)
    empty_cells: bool = False
    widths: Counter[int] = field(default_factory=Counter)
    grid: set[tuple[int, int]] = field(default_factory=set)
    irregular: bool = False
    after_pieces: set[int] = field(default_factory=set)
    is_apart: bool = False


def geometry_of(runs: Iterable[LabelRun], width: int) -> Geometry:
    """The geometry that the rows with all ``width`` numbers show."""
    geometry = Geometry()
    runs = list(runs)
    gaps: list[int] = []
    for run in runs:
        filled = run.filled
        if run.stacked:
            gaps += run.gaps[:-1] if run.words else run.gaps[1:-1]
        else:
            geometry.widths[run.width] += 1
        if len(filled) != width:
            continue
        if run.stacked:
            geometry.leads[run.gaps[0]] += 1
            geometry.tails[run.gaps[-1]] += 1
        elif filled[-1] - filled[0] == width - 1:
            geometry.grid.add((run.width, run.first_column + filled[0]))
            geometry.starts.setdefault((run.width, run.first_column), set()).add(filled[0])
    geometry.spacing = min(gaps, default=0)
    geometry.empty_cells = any(_is_full_with_empty_lines(run, width, geometry.spacing) for run in runs if run.stacked)
    step = geometry.spacing + 1
    inner = [gap - geometry.spacing for run in runs if run.stacked for gap in run.gaps[1:-1]]
    geometry.irregular = sum(gap % step != 0 for gap in inner) * _MOST_REGULAR > len(inner)
    if not geometry.spacing and len(inner) >= _LEAST_GAPS:
        geometry.irregular |= inner.count(1) * _USUAL >= len(inner) * (_USUAL - 1)
    return geometry


def _is_full_with_empty_lines(run: LabelRun, width: int, spacing: int) -> bool:
    inside = sum((gap - spacing) // (spacing + 1) for gap in run.gaps[1:-1])
    return len(run.values) < width and inside > 0 and len(run.values) + inside == width


def assign_columns(run: LabelRun, width: int, geometry: Geometry) -> list[FormCell] | None:
    """The ``width`` cells of a row; None when it cannot be told which value stands in which column."""
    filled = run.filled
    if width == _SUMMED and run.stacked and len(filled) == width and _is_loose(run, geometry):
        return None
    if run.columns_are_known or (run.item is None and len(filled) == len(run.values) == width):
        return list(map(FormCell, run.values, run.lines))
    if run.item is not None:
        return None
    if len(filled) < width and (narrow := _narrow_columns(run, width)):
        return narrow
    if len(filled) == width:
        return cells_at(run, filled)
    if len(filled) > width:
        return None
    if not filled:
        return [FormCell(BLANK, run.line)] * width
    if run.stacked:
        return _stacked_columns(run, width, geometry)
    if run.layout == aligned.NAME:
        return None  # where aligned text has its columns, only its pages tell (``page_columns``)
    start = _start(run, width, geometry)
    return None if start is None else cells_at(run, range(start, start + width))


def _is_loose(run: LabelRun, geometry: Geometry) -> bool:
    """Whether stacked numbers may be of several rows: they stand in blocks or apart from labels, and do not add up."""
    inner = run.gaps[1:-1]
    if run.columns_are_known or not geometry.is_apart:
        return False
    if run.line not in geometry.after_pieces and not (0 in inner and any(inner)):
        return False
    *parts, total = [run.values[index].number for index in run.filled]
    return None not in parts and sum(part or 0 for part in parts) != total


def cells_at(run: LabelRun, indexes: Iterable[int]) -> list[FormCell]:
    """The cells of some of a run's values."""
    return [FormCell(run.values[index], run.lines[index]) for index in indexes]


def _start(run: LabelRun, width: int, geometry: Geometry) -> int | None:
    """Index of the value in the first column, of a row with blank cells; None when several are possible, or none."""
    first, last, size = run.filled[0], run.filled[-1], len(run.values)
    on_grid = _start_on_grid(run, geometry)
    if on_grid is not None and 0 <= on_grid <= first and last < on_grid + width <= size:
        return on_grid
    if last - first + 1 < width and not _has_usual_width(run, width, geometry):
        return None  # a row that is shorter than its neighbours may have lost a cell anywhere
    possible = list(range(max(0, last - width + 1), first + 1))
    seen = {start for starts in geometry.starts.values() for start in starts}
    if len(possible) > 1 and seen:
        # Where full rows start at several indexes, a blank at an end may be a cell of the row or not.
        of_shape = geometry.starts.get((run.width, run.first_column), set())
        possible = [start for start in possible if start in (of_shape or seen)] if len(seen) == 1 else []
    elif size >= width:
        possible = [start for start in possible if start + width <= size]
    if len(possible) != 1 or possible[0] + width > size:
        return None  # blank cells that ragged rows drop at their end are never made up
    return possible[0]


def _start_on_grid(run: LabelRun, geometry: Geometry) -> int | None:
    """Index of the value in the first column, where all full rows agree and this row has their width."""
    if len(geometry.grid) != 1:
        return None
    ((row_width, column),) = geometry.grid
    return column - run.first_column if run.width == row_width else None


def _has_usual_width(run: LabelRun, width: int, geometry: Geometry) -> bool:
    """Whether a row has as many cells as full rows that begin where it does, or else as other rows have.

    A page marks its cells itself, so that none can be lost.
    """
    if run.layout in table_rows.NAMES:
        return True
    full = {cells for cells, column in geometry.starts if column == run.first_column}
    full = full or {cells for cells, _ in geometry.starts}
    if full or geometry.widths:
        return run.width in (full or {_most_common(geometry.widths)})
    return len(run.values) == width


def split_narrow_columns(run: LabelRun, width: int) -> LabelRun:
    """The run with each number of its narrow columns as a value of its own, where that makes the row full."""
    cells = None if run.stacked or len(run.filled) >= width else _narrow_columns(run, width)
    if cells is None:
        return run
    values, lines = [cell.value for cell in cells], [cell.line or run.line for cell in cells]
    return replace(run, values=values, lines=lines, width=0)


def _narrow_columns(run: LabelRun, width: int) -> list[FormCell] | None:
    """Cells of narrow columns, where several numbers look like one cell; None unless they fill all columns."""
    cells: list[FormCell] = []
    for index in run.filled if run.layout == aligned.NAME else ():
        parts = [cell_values.parse(part) for part in run.values[index].raw.split()]
        readable = [part for part in parts if part is not None and part.state != "unreadable"]
        if len(readable) != len(parts):
            return None
        cells += [FormCell(part, run.lines[index]) for part in readable]
    return cells if len(cells) == width else None


def _stacked_columns(run: LabelRun, width: int, geometry: Geometry) -> list[FormCell] | None:
    """Cells of which each has a line of its own: empty lines beyond the usual spacing are empty cells."""
    step = geometry.spacing + 1
    inner = [gap - geometry.spacing for gap in run.gaps[1:-1]]
    if any(gap < 0 or gap % step for gap in inner):
        return None
    cells: list[FormCell] = []
    for index, (value, line) in enumerate(zip(run.values, run.lines, strict=True)):
        if index:
            cells += [FormCell(BLANK, line - 1)] * (inner[index - 1] // step)
        cells.append(FormCell(value, line))
    missing = width - len(cells)
    if width == _SUMMED and geometry.irregular and len(cells) > len(run.values):
        return None
    if width == _SUMMED and not missing and not _has_usual_ends(run, geometry):
        return None  # an empty line before or behind the row may be a cell too
    if missing <= 0 or not geometry.empty_cells:
        is_certain = width != _SUMMED or _is_proved(cells) or _marks_each_cell(run, geometry)
        return cells if missing == 0 and is_certain else None
    # Empty lines before and behind the row count as cells only as far as they are more than in full rows.
    ahead = max(0, run.gaps[0] - (_most_common(geometry.leads) or geometry.spacing)) // step
    behind = max(0, run.gaps[-1] - (_most_common(geometry.tails) or geometry.spacing)) // step
    if ahead + behind != missing:
        return None
    first, last = run.lines[0], run.lines[-1]
    cells = [*[FormCell(BLANK, first - 1)] * ahead, *cells, *[FormCell(BLANK, last + 1)] * behind]
    return cells if width != _SUMMED or _is_proved(cells) else None


def _has_usual_ends(run: LabelRun, geometry: Geometry) -> bool:
    """Whether a stacked row has no more empty lines before it and behind it than full rows usually have."""
    if not geometry.leads:
        return True
    step = geometry.spacing + 1
    ahead = run.gaps[0] - _most_common(geometry.leads)
    behind = run.gaps[-1] - max(geometry.tails)
    return ahead < step and behind < step


def _marks_each_cell(run: LabelRun, geometry: Geometry) -> bool:
    """Whether a stacked row has pipes for its empty cells, and begins and ends as all full rows do."""
    if run.layout != pipes.NAME:
        return False
    return list(geometry.leads) == [run.gaps[0]] and run.gaps[-1] <= max(geometry.tails)


def _is_proved(cells: Sequence[FormCell]) -> bool:
    """Whether the total of a row that empty lines have placed is printed, and is the sum of what else is printed."""
    *parts, total = [cell.value.number for cell in cells]
    return total is not None and sum(part for part in parts if part is not None) == total


def _most_common(counts: Counter[int]) -> int:
    return counts.most_common(1)[0][0] if counts else 0


def form_row(item: str, run: LabelRun, cells: list[FormCell] | None, columns: Sequence[str]) -> FormRow:
    """A row of the form; unreadable as a whole when its cells are not known."""
    if cells is None:
        whole = cell_values.unreadable(run.text)
        return FormRow(item, {column: FormCell(whole, run.line) for column in columns})
    return FormRow(item, dict(zip(columns, cells, strict=True)))
