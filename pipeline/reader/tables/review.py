"""Table four (政府信息公开行政复议、行政诉讼情况): its rows by track.

Belongs here: the table as a whole. ``review_block`` finds it, ``review_head`` reads its head, ``review_places`` places
its numbers, and ``review_section`` says what a section without such a table has.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from pipeline.reader.document import Row
from pipeline.reader.tables.cell_values import BLANK
from pipeline.reader.tables.label_runs import PageMark
from pipeline.reader.tables.reading import FormRow, Region, TableReading
from pipeline.reader.tables.review_block import Block, find_blocks
from pipeline.reader.tables.review_places import place
from pipeline.reader.tables.review_section import has_numbers, read_section
from pipeline.reader.tables.review_work import Placed


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewReading(TableReading):
    """Table four: its rows by track."""

    rows: dict[str, FormRow] = field(default_factory=dict)


def read_review(rows: Sequence[Row], page_marks: Sequence[PageMark], source: Sequence[str]) -> ReviewReading:
    """Read table four from rows of the document; ``source`` are the lines of its text.

    Where several tables could be it, the first with numbers is; a blank one only where none has any, and where its
    section has none either.
    """
    marks = {(line, text) for line, text in page_marks}
    others: list[Block] = []
    for block in find_blocks(rows, marks, source):
        placed = place(block) if block.filled else None
        if placed is not None and _has_numbers(placed):
            return _reading(block, placed)
        others.append(block)
    read = ((block, place(block)) for block in others)
    found = next((_reading(block, placed) for block, placed in read if placed is not None), None)
    if found is not None and not (_is_blank(found) and has_numbers(rows, marks)):
        return found
    by_section = read_section(rows, marks)
    if by_section is None:
        return found or ReviewReading()
    lines = [cell.line for row in by_section.table.values() for cell in row.cells.values() if cell.line is not None]
    return ReviewReading(rows=by_section.table, findings=by_section.findings, regions=[Region(min(lines), max(lines))])


def _reading(block: Block, placed: Placed) -> ReviewReading:
    lines = [cell.line for piece in block.pieces for cell in piece.cells if cell.line is not None]
    return ReviewReading(
        rows=placed.table,
        findings=placed.findings,
        layouts=frozenset(strip.row.layout for piece in block.pieces for strip in piece.strips),
        regions=[Region(min(lines, default=block.lines[0]), max(lines, default=block.lines[-1]))],
    )


def _has_numbers(placed: Placed) -> bool:
    return any(cell.value.number is not None for row in placed.table.values() for cell in row.cells.values())


def _is_blank(reading: ReviewReading) -> bool:
    return all(cell.value is BLANK for row in reading.rows.values() for cell in row.cells.values())
