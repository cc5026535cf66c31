"""What the tables of a word processor are there for: rows of numbers, or the layout of a page.

A table that holds another one lays out the page, and is read as text – unless the inner table is a part of its cell:
a few short cells with nothing else in the cell around them. Its rows then go on in the row of that cell. So does a page
(``html.tables``), whose rules these are.

Belongs here: rows of cells and lines of text out of blocks. Which blocks there are is the format's.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from pipeline.reader.formats.printed import Printed, TableRow, TextLine

#: Of a table that is a part of a cell: its rows, its text, the text of one of its cells, the text beside it.
_MOST_ROWS, _MOST_TEXT, _LONGEST_CELL, _MOST_BESIDE = 12, 1500, 120, 20
#: Tables in a cell, and cells of a row, beyond which nothing is a part of anything.
_MOST_TABLES, _WIDEST = 12, 100
#: Cells of a table that lays out the page make a row if none is longer.
_LONGEST_IN_LAYOUT = 60
#: A table of few cells lays out the page, too, if one of them has more text than any cell of the form.
_MOST_CELLS_OF_LAYOUT, _LEAST_OF_PAGE = 24, 1500


class Line(NamedTuple):
    """A line of a paragraph, and what is struck out in the paragraph."""

    text: str
    struck: str = ""


@dataclass(slots=True)
class Cell:
    """A cell with all that stands in it."""

    blocks: list["Block"]

    @property
    def tables(self) -> list["Table"]:
        """The tables in it."""
        return [block for block in self.blocks if isinstance(block, Table)]

    @property
    def own_text(self) -> str:
        """The text beside its tables. Where nothing else is printed, what is struck out stands between tildes."""
        lines = [block for block in self.blocks if isinstance(block, Line)]
        text = " ".join([line.text for line in lines]).strip()
        if not text and (struck := "".join(line.struck for line in lines).strip()):
            return f"~~{struck}~~"
        return text

    @property
    def text(self) -> str:
        """All of its text."""
        return " ".join([self.own_text, *(table.text for table in self.tables)]).strip()


@dataclass(slots=True)
class Table:
    """A table: in each row the cells that begin in it."""

    rows: list[list[Cell]]

    @property
    def text(self) -> str:
        """All of its text."""
        return " ".join(cell.text for row in self.rows for cell in row)


Block: TypeAlias = Line | Table


def content(blocks: Iterable[Block]) -> Iterator[TextLine | TableRow]:
    """Lines of text and rows of tables, in reading order."""
    for block in blocks:
        if isinstance(block, Line):
            yield TextLine((Printed(block.text),))
        elif _lays_out_page(block):
            yield from _laid_out(block)
        else:
            yield from (row for cells in block.rows for row in _rows(cells))


def _lays_out_page(table: Table) -> bool:
    has_inner = False
    for row in table.rows:
        for cell in row:
            if cell.tables:
                has_inner = True
                if not _has_parts(cell, row):
                    return True
    return not has_inner and _holds_page(table)


def _has_parts(cell: Cell, row: list[Cell]) -> bool:
    """Whether the tables in a cell are parts of its row."""
    tables = cell.tables
    if len(tables) > _MOST_TABLES or len(row) > _WIDEST or len(cell.own_text) > _MOST_BESIDE:
        return False
    return all(_is_part(table, cell, row) for table in tables)


def _is_part(table: Table, cell: Cell, row: list[Cell]) -> bool:
    if any(inner.tables for cells in table.rows for inner in cells):
        return False
    if len(table.rows) > _MOST_ROWS or len(table.text) > _MOST_TEXT:
        return False
    if any(len(inner.text) > _LONGEST_CELL for cells in table.rows for inner in cells):
        return False
    beside = [other for other in row if other is not cell]
    if len(table.rows) == 1 or any(other.text for other in beside if not other.tables):
        return True
    return bool(beside) and all(
        len(other.tables) == 1 and len(other.tables[0].rows) == len(table.rows) for other in beside
    )


def _holds_page(table: Table) -> bool:
    """Whether one of a table's few cells has a page in it."""
    cells = [cell for row in table.rows for cell in row]
    return len(cells) <= _MOST_CELLS_OF_LAYOUT and any(
        len(cell.blocks) > 1 and len(cell.own_text) > _LEAST_OF_PAGE for cell in cells
    )


def _laid_out(table: Table) -> Iterator[TextLine | TableRow]:
    """A table that lays out the page: its rows of short cells are rows, all other cells text."""
    for row in table.rows:
        others = [cell for cell in row if not (cell.tables and _has_parts(cell, row))]
        is_row = len(row) > 1 and all(not cell.tables and len(cell.own_text) <= _LONGEST_IN_LAYOUT for cell in others)
        if is_row:
            yield from _rows(row)
        else:
            for cell in row:
                yield from content(cell.blocks)


def _rows(cells: list[Cell]) -> Iterator[TableRow]:
    """A row, and below it the rows that the tables in its cells have beyond their first.

    Tables with other numbers of rows stand in rows of their own.
    """
    inner = {at: [row for table in cell.tables for row in table.rows] for at, cell in enumerate(cells) if cell.tables}
    if not inner:
        yield from _row(cells)
        return
    if len({len(rows) for rows in inner.values()}) > 1:
        yield from _row([cell for at, cell in enumerate(cells) if at not in inner])
        for rows in inner.values():
            for row in rows:
                yield from _row(row)
        return
    first: list[Cell] = []
    for at, cell in enumerate(cells):
        if at in inner:
            first += _beside(cell)
            first += inner[at][0] if inner[at] else []
        else:
            first.append(cell)
    yield from _row(first)
    for below in zip(*(rows[1:] for rows in inner.values()), strict=True):
        yield from _row([cell for row in below for cell in row])


def _beside(cell: Cell) -> list[Cell]:
    """What stands in a cell beside its table, if anything does, as a cell of its own."""
    return [Cell([Line(cell.own_text)])] if cell.own_text else []


def _row(cells: list[Cell]) -> Iterator[TableRow]:
    if cells:
        yield TableRow(tuple([Printed(cell.own_text) for cell in cells]))
