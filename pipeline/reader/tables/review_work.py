"""What the ways to place the numbers of table four share: the block at hand, and the rows that they make.

Belongs here: records and what makes them. Does not: the ways themselves (``review_named``, ``review_ordered``).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from pipeline.forms import REVIEW, REVIEW_COLUMNS, TRACKS
from pipeline.reader.findings import Finding, Where
from pipeline.reader.tables.cell_values import BLANK, CellValue
from pipeline.reader.tables.reading import FormCell, FormRow
from pipeline.reader.tables.review_block import Block, Piece
from pipeline.reader.tables.review_head import TOTAL, Head, Place
from pipeline.reader.tables.review_sums import WIDTH, adds_up

Table = dict[str, FormRow]
#: A column of this result is not printed.
_NOT_PRINTED = FormCell(CellValue("", state="absent_row"), None)


class Placed(NamedTuple):
    """The table's rows by track, and how they were found where that is worth saying."""

    table: Table
    findings: list[Finding]


@dataclass(slots=True)
class Work:
    """A block, its head, and the pieces that have numbers."""

    block: Block
    head: Head
    pieces: list[Piece]
    #: Places in the order of the numbers; None where the head is not clear.
    order: list[Place] | None
    #: Whether the order of the results is known.
    knows_results: bool = True

    @property
    def width(self) -> int:
        """How many cells a track has."""
        return len(self.head.results)

    @property
    def total_at(self) -> int:
        """The place of the total among a track's cells."""
        return self.head.results.index(TOTAL) if TOTAL in self.head.results else WIDTH - 1

    def adds_up(self, cells: Sequence[FormCell]) -> bool:
        """Whether all totals hold."""
        return adds_up(cells, self.total_at)


def table_of(cells: dict[Place, FormCell]) -> Table:
    """The rows of placed cells; a column that no track has is not printed."""
    return {
        track: FormRow(track, {column: cells.get((track, column), _NOT_PRINTED) for column in REVIEW_COLUMNS})
        for track in TRACKS
        if any(place[0] == track for place in cells)
    }


def in_order(work: Work, cells: Sequence[FormCell]) -> Table:
    """The table of cells that stand in the head's order."""
    assert work.order is not None
    return table_of(dict(zip(work.order, cells, strict=True)))


def said(rule: str, work: Work) -> list[Finding]:
    """A finding that says how the table was read."""
    first = work.pieces[0]
    return [Finding(rule, Where(REVIEW, line=first.cells[0].line), REVIEW, actual=work.block.text)]


def trimmed(cells: Sequence[FormCell], size: int) -> list[FormCell] | None:
    """The cells from the first number to the last, if they are so many."""
    filled = [at for at, cell in enumerate(cells) if cell.value is not BLANK]
    if not filled or len(filled) > size:
        return None
    if len(filled) == size:
        return [cells[at] for at in filled]
    return list(cells) if len(cells) == size else None
