"""Which row of table three each line of numbers is of, in aligned text.

A line of numbers is of the row whose label's lines it is among. A narrow cell may cut a number's digits, so that some
stand on a line of their own above or below the row's: they belong to the neighbour whose sum they make right.

Belongs here: lines to rows. Does not: labels (``wrapped_labels``), columns (``aligned_cells``).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import product

from pipeline.reader.tables.aligned_cells import NumberLine, add_up, may_add_up
from pipeline.reader.tables.page_columns import WIDTH
from pipeline.reader.tables.wrapped_labels import LabelSpan

#: No more ways to share pieces among rows are tried.
_MOST_WAYS = 256


@dataclass(slots=True)
class OwnedLines:
    """The lines of each row by its index, the rows whose lines are not certain, and the lines that are of no row.

    ``beside_labels`` are all lines that stand among no label's lines, also those that are of a row for certain.
    """

    lines: dict[int, list[NumberLine]] = field(default_factory=dict)
    doubtful: set[int] = field(default_factory=set)
    loose: list[NumberLine] = field(default_factory=list)
    beside_labels: list[NumberLine] = field(default_factory=list)
    #: The ways to share the pieces between doubtful rows, for each group of them: the lines of its rows.
    ways: list[list[dict[int, list[NumberLine]]]] = field(default_factory=list)


def own_lines(spans: Sequence[LabelSpan], numbers: Sequence[NumberLine]) -> OwnedLines:
    """The lines of numbers by the row that they are of."""
    owned = OwnedLines()
    rows_at: dict[int, int] = {}
    for row, span in enumerate(spans):
        for number in range(span.first, span.last + 1):
            rows_at[number] = -1 if number in rows_at else row
    for line in numbers:
        row = rows_at.get(line.number, -1)
        if row < 0:
            owned.loose.append(line)
        else:
            owned.lines.setdefault(row, []).append(line)
    owned.beside_labels = list(owned.loose)
    if owned.loose:
        _share_pieces(owned)
    return owned


def _share_pieces(owned: OwnedLines) -> None:
    """Give each line that may be a piece of a row to that row, where only one way to do so makes all rows add up."""
    row_of_line = {line.number: row for row, lines in owned.lines.items() for line in lines}
    pieces: list[tuple[NumberLine, list[int]]] = []
    for line in owned.loose:
        beside = {row_of_line[at] for at in (line.number - 1, line.number + 1) if at in row_of_line}
        rows = [row for row in sorted(beside) if any(each.page is line.page for each in owned.lines[row])]
        if rows and (line.alone or len(line.values) < WIDTH):
            pieces.append((line, rows))
    for group in _groups(pieces):
        concerned = {row for _, possible in group for row in possible}
        ways = _ways(owned, group, add_up) or _ways(owned, group, may_add_up)
        if len(ways) == 1:
            for (line, _), row in zip(group, ways[0], strict=True):
                owned.lines[row] = sorted([*owned.lines[row], line], key=lambda each: each.number)
            taken = {line.number for line, _ in group}
            owned.loose = [line for line in owned.loose if line.number not in taken]
        else:  # the lines stay loose: a row without any beside them may be theirs
            owned.doubtful |= concerned
            owned.ways.append([_shared(owned, group, way) for way in ways])


def _groups(pieces: list[tuple[NumberLine, list[int]]]) -> list[list[tuple[NumberLine, list[int]]]]:
    """The pieces in groups that have no row in common."""
    groups: list[list[tuple[NumberLine, list[int]]]] = []
    for piece in pieces:
        if groups and any(set(piece[1]) & set(rows) for _, rows in groups[-1]):
            groups[-1].append(piece)
        else:
            groups.append([piece])
    return groups


def _ways(
    owned: OwnedLines, group: list[tuple[NumberLine, list[int]]], holds: Callable[[list[NumberLine]], bool]
) -> list[tuple[int, ...]]:
    """The ways to give each piece of a group to one of its rows so that all of these rows add up."""
    found = []
    for number, way in enumerate(product(*(possible for _, possible in group))):
        if number >= _MOST_WAYS:
            return []
        if all(map(holds, _shared(owned, group, way).values())):
            found.append(way)
    return found


def _shared(
    owned: OwnedLines, group: list[tuple[NumberLine, list[int]]], way: tuple[int, ...]
) -> dict[int, list[NumberLine]]:
    """The lines of each row of a group, if its pieces are shared in a way."""
    rows = {row for _, possible in group for row in possible}
    lines = {row: [*owned.lines[row]] for row in rows}
    for (line, _), row in zip(group, way, strict=True):
        lines[row].append(line)
    return {row: sorted(each, key=lambda line: line.number) for row, each in lines.items()}
