"""Paragraphs and tables of a Word document in reading order, each table as rows of cells.

Belongs here: which cells a row has. A cell that goes on from the row above or from its left neighbour is none of the
row; rows and cells that are deleted with tracked changes are gone. What a table is there for is ``word_tables``'.
"""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from pipeline.reader.formats.office.docx_names import (
    AROUND,
    CELL,
    COMPATIBLE,
    PARAGRAPH,
    ROW,
    TABLE,
    W,
    is_on,
    number,
    properties_of,
    value,
)
from pipeline.reader.formats.office.docx_numbering import Numbering
from pipeline.reader.formats.office.docx_runs import Pieces, Runs
from pipeline.reader.formats.office.docx_styles import NO_LIST, Effects, ListPlace, list_place, own_effects
from pipeline.reader.formats.office.word_tables import Block, Cell, Line, Table

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_PROPERTIES, _STYLE, _LIST, _OF_MARK = (f"{W}{name}" for name in ("pPr", "pStyle", "numPr", "rPr"))
_ROW_PROPERTIES, _COLUMNS_BEFORE, _CELL_PROPERTIES = (f"{W}{name}" for name in ("trPr", "gridBefore", "tcPr"))
_SPAN, _MERGED_DOWN, _MERGED_RIGHT, _DELETED_CELL = (
    f"{W}{name}" for name in ("gridSpan", "vMerge", "hMerge", "cellDel")
)
_DELETED = (f"{W}del", f"{W}moveFrom")
_CHOICE = f"{COMPATIBLE}AlternateContent"
#: Of a row's properties: it is not shown.
_NO_ROW = (f"{W}del", f"{W}hidden")
#: A table has fewer columns, and so has each span.
_MOST_COLUMNS = 1000


class Body:
    """Reads the blocks of a document, whose paragraphs share lists."""

    def __init__(self, runs: Runs, numbering: Numbering) -> None:
        self._runs = runs
        self._numbering = numbering

    def blocks(self, container: "Element", *, in_cell: bool = False) -> Iterator[Block]:
        """Paragraphs and tables of the document, a cell, a text box or a note."""
        going_on: Pieces | None = None
        for node in _inner(container):
            if node.tag == PARAGRAPH:
                pieces = going_on or Pieces()
                going_on = pieces if self._read_paragraph(node, pieces) else None
                if going_on is None:
                    yield from self._lines(pieces, in_cell=in_cell)
            elif node.tag == TABLE:
                if going_on is not None and not going_on.is_empty:
                    yield from self._lines(going_on, in_cell=in_cell)
                going_on = None
                yield self._table(node)
        if going_on is not None and not going_on.is_empty:
            yield from self._lines(going_on, in_cell=in_cell)

    def _read_paragraph(self, node: "Element", pieces: Pieces) -> bool:
        """Add a paragraph's text; whether the next one goes on in it, as its own end is deleted or hidden.

        Of paragraphs that are one, the last says which list it is in.
        """
        style, place, mark = None, NO_LIST, None
        for each in properties_of(node, _PROPERTIES):
            tag = each.tag
            if tag == _STYLE:
                style = value(each)
            elif tag == _LIST:
                place = list_place(each)
            elif tag == _OF_MARK:
                mark = each
        effects = self._runs.styles.of_paragraph(style)
        is_open = effects.hidden if mark is None else _has_no_end(mark, effects)
        if not is_open:
            pieces.lead = self._number(place, style)
        self._runs.read(node, effects, pieces)
        return is_open

    def _number(self, place: ListPlace, style: str | None) -> str:
        """The number in front of a paragraph: its own properties say more than its style's."""
        of_style = self._runs.styles.list_place(style)
        if place.number_id is None:
            place = of_style if place.level is None else of_style._replace(level=place.level)
        return self._numbering.shown(place, style) if place.number_id else ""

    def _lines(self, pieces: Pieces, *, in_cell: bool) -> Iterator[Block]:
        struck = pieces.struck
        for at, text in enumerate(pieces.text(in_cell=in_cell).split("\n")):
            yield Line(text, "" if at else struck)
        for box in pieces.boxes:
            if isinstance(box, str):
                yield Line(box)
            else:
                yield from self.blocks(box, in_cell=in_cell)

    def _table(self, table: "Element") -> Table:
        found = Table([])
        merged: set[int] = set()
        for row in _wrapped(table, ROW):
            column, is_row = 0, True
            for each in properties_of(row, _ROW_PROPERTIES):
                if each.tag in _NO_ROW and is_on(each):
                    is_row = False
                elif each.tag == _COLUMNS_BEFORE:
                    column = _columns(each, 0)
            if not is_row:
                continue
            cells, merged = self._cells(row, column, merged)
            found.rows.append(cells)
        return found

    def _cells(self, row: "Element", column: int, above: set[int]) -> tuple[list[Cell], set[int]]:
        """The cells that begin in a row, and the columns where cells may go on below.

        ``above`` are those of the row above. A cell that says it goes on where none does is one of its own.
        """
        cells: list[Cell] = []
        merged: set[int] = set()
        goes_on_right = False
        for node in _wrapped(row, CELL):
            span, down, right, is_deleted = _merges(properties_of(node, _CELL_PROPERTIES))
            if is_deleted:
                continue
            if down:
                merged.add(column)
            is_none = (down == "continue" and column in above) or (right == "continue" and goes_on_right)
            if not is_none:
                cells.append(Cell(list(self.blocks(node, in_cell=True))))
            goes_on_right = right != "" and (goes_on_right or right == "restart")
            column += span
        return cells, merged


def _merges(properties: Iterable["Element"]) -> tuple[int, str, str, bool]:
    """The columns that a cell takes up, how it is merged downwards and to the right, and whether it is deleted."""
    span, down, right, is_deleted = 1, "", "", False
    for node in properties:
        tag = node.tag
        if tag == _SPAN:
            span = _columns(node, 1)
        elif tag == _MERGED_DOWN:
            down = value(node) or "continue"
        elif tag == _MERGED_RIGHT:
            right = value(node) or "continue"
        elif tag == _DELETED_CELL:
            is_deleted = True
    return span, down, right, is_deleted


def _columns(node: "Element | None", least: int) -> int:
    return min(max(number(node, least), least), _MOST_COLUMNS)


def _has_no_end(mark: "Element", of_style: Effects) -> bool:
    if any(node.tag in _DELETED for node in mark):
        return True
    return own_effects(mark)[0].get("hidden", of_style.hidden)


def _inner(container: "Element") -> Iterator["Element"]:
    """The elements of a container, also those around which there is something else."""
    for node in container:
        if node.tag in AROUND:
            yield from _inner(node)
        elif node.tag == _CHOICE and len(node):
            yield from _inner(node[0])
        else:
            yield node


def _wrapped(node: "Element", tag: str) -> Iterator["Element"]:
    for child in node:
        if child.tag == tag:
            yield child
        elif child.tag in AROUND:
            yield from _wrapped(child, tag)
