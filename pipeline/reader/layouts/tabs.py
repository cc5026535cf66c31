"""Tab rows: a table row a line, cells between tabs, ragged at both ends.

Some programs put a tab around each cell and each cell on a line of its own: such lines are a stack of cells, and their
tabs mean nothing.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from pipeline.reader.document import Row
from pipeline.reader.layouts import lines

NAME = "tabs"

#: So many lines in a row with a cell at the most, and so many empty cells around it, are a stack.
_LEAST_STACKED, _MOST_CELLS = 8, 3


def row(line: str, number: int) -> Row | None:
    """The cells of a line that has a tab in it."""
    if "\t" not in line:
        return None
    cells = [cell.strip() for cell in line.split("\t")]
    return Row(number, cells, NAME)


def unstacked(rows: Iterable[Row]) -> Iterator[Row]:
    """The rows, those of stacks of cells as rows of one cell, or of none."""
    stack: list[Row] = []
    for each in rows:
        if each.layout == NAME and len(each.cells) <= _MOST_CELLS and sum(map(bool, each.cells)) <= 1:
            stack.append(each)
            continue
        yield from _flat(stack)
        stack = []
        yield each
    yield from _flat(stack)


def _flat(stack: list[Row]) -> Iterable[Row]:
    if len(stack) < _LEAST_STACKED:
        return stack
    return (replace(each, cells=[cell for cell in each.cells if cell], layout=lines.NAME) for each in stack)
