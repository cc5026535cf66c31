"""The tables of a page: which of them hold numbers, which only lay out the page, and the rows of both.

A table that holds another one lays out the page, and is read as text – unless the inner table is a part of its cell:
a few short cells with nothing else in the cell around them. Its rows then go on in the row of that cell.

Belongs here: cells and rows. Does not: the text between the tables (``page``).
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from typing import NamedTuple

from selectolax.lexbor import LexborHTMLParser, LexborNode

from pipeline.reader.document import Row
from pipeline.reader.formats.html.text import LINE, blocks, clean, mark_of_line, mark_of_table
from pipeline.reader.layouts import table_rows
from pipeline.reader.layouts.separators import are_column_numbers
from pipeline.reader.layouts.text_rows import text_rows

NAME = table_rows.HTML
#: The line of a row whose nodes have none: the one of the text before it.
NO_LINE = 0
_CELLS = ("td", "th")
#: Between a table and the table around it there are never more elements than this.
_DEEPEST = 100
#: Of a table that is a part of a cell: its rows, its text, the text of one of its cells, the text beside it.
_MOST_ROWS, _MOST_TEXT, _LONGEST_CELL, _MOST_BESIDE = 12, 1500, 120, 20
#: In a page with more tables than this, those that lay it out are read as text alone: marking each would take too long.
_MOST_TABLES = 500
#: Cells of a table that lays out the page make a row if none is longer.
_LONGEST_IN_LAYOUT = 60
#: A table of few cells lays out the page, too, if one of them has more text than any cell of the form.
_MOST_CELLS_OF_LAYOUT, _LEAST_OF_PAGE = 24, 1500

#: Of a row that is no row of a table: tags of its cells, and of what no cell has in it; its cells, its words.
_GRID_CELLS, _GRID_BLOCKS = {"div", "li", "dt", "dd"}, {"div", "ul", "ol", "dl", "p", "table"}
_LEAST_OF_GRID, _MOST_WORDS_OF_GRID = 2, 3
_NAN = {"NaN", "nan", "None", "<NA>"}
_VALUE = re.compile(r"[\d+\-—–/.,，－]+")
#: Rows above the last one of a table that show how long its rows are.
_ROWS_ABOVE = 6
#: What may stand between the two tables that a page's end parts a row into.
_PAGE_MARK = re.compile(r"[\s\d\-—–－第共页P./,，]{0,16}")


class Cell(NamedTuple):
    """A cell's text and the source line that it begins on."""

    text: str
    line: int


@dataclass(slots=True)
class _Around:
    """The table around a table, and the cell in it."""

    table: LexborNode
    cell: LexborNode | None


@dataclass(slots=True)
class Tables:
    """The rows of a page's tables, in whose place the page has marks with their numbers."""

    grids: list[list[Row]] = field(default_factory=list)

    def keep(self, rows: Iterable[Row]) -> str:
        """Keep some rows; the mark to put in their place."""
        self.grids.append(list(rows))
        return mark_of_table(len(self.grids) - 1)


def take_tables(page: LexborHTMLParser) -> Tables:
    """Take the tables out of a page, the inner ones first."""
    taken = Tables()
    tables = page.css("table")
    around = {table.mem_id: found for table in tables if (found := _around(table))}
    outer = {found.table.mem_id for found in around.values()}
    layouts: set[int] = set()
    parts: dict[int, dict[int, list[LexborNode]]] = {}
    is_part: set[int] = set()
    for table in tables if around else ():  # all of them before any is taken out
        place = around.get(table.mem_id)
        if place and place.cell and table.mem_id not in outer and _is_part(table, place.cell):
            is_part.add(table.mem_id)
            parts.setdefault(place.table.mem_id, {}).setdefault(place.cell.mem_id, []).append(table)
        elif place:
            layouts.add(place.table.mem_id)
    layouts.update(table.mem_id for table in tables if table.mem_id not in outer and _holds_page(table))
    for table in reversed(tables):
        if table.mem_id in is_part:
            continue
        if table.mem_id in layouts and len(tables) > _MOST_TABLES:
            continue
        if table.mem_id in layouts:
            _mark_rows(table, parts.get(table.mem_id, {}), taken)
        else:
            table.replace_with(taken.keep(_rows(table, parts.get(table.mem_id, {}))))
    return taken


def take_grids(page: LexborHTMLParser, taken: Tables) -> None:
    """Take the rows out of a page that makes its tables of divisions or lists: all cells of one stand in one node.

    A row has a cell that is a number or blank, and no cell but those and its few words. Beside such a row, one of
    words alone is of the same table.
    """
    nodes = reversed(page.css("div, ul, ol, dl, li"))
    found = [(node, cells) for node in nodes if (cells := _cells_of_grid(node)) is not None]
    with_values = [_has_values(cells) for _, cells in found]
    alike = {_kind_of_row(node, cells) for (node, cells), is_row in zip(found, with_values, strict=True) if is_row}
    for (node, cells), is_row in zip(found, with_values, strict=True):
        if any(cells) and (is_row or _kind_of_row(node, cells) in alike):
            node.replace_with(taken.keep([Row(NO_LINE, cells, NAME)]))


def _kind_of_row(node: LexborNode, cells: list[str]) -> tuple[int, str, int] | None:
    """What the rows of one table have in common; None of what holds a sentence."""
    if node.parent is None or any("。" in text for text in cells):
        return None
    return node.parent.mem_id, node.tag or "", len(cells)


def _cells_of_grid(node: LexborNode) -> list[str] | None:
    """The texts of a row's cells; None where a node is no row."""
    cells = [child for child in node.iter(include_text=True) if not _is_blank_text(child)]
    # A page's own style, by a class, parts pieces of a list's line; other pieces only look different.
    has_pieces = node.tag == "li" and all(cell.tag == "span" and "class" in cell.attributes for cell in cells)
    if len(cells) < _LEAST_OF_GRID or not (has_pieces or all(cell.tag in _GRID_CELLS for cell in cells)):
        return None
    if any(below.is_element_node and below.tag in _GRID_BLOCKS for cell in cells for below in cell.iter()):
        return None
    found = [clean(cell.text()) for cell in cells]
    return None if any(len(text) > _LONGEST_CELL for text in found) else found


def _has_values(texts: list[str]) -> bool:
    """Whether a row has a number, and few words."""
    values = [text for text in texts if not text or text.isascii()]
    return any(text.isdecimal() for text in values) and len(texts) - len(values) <= _MOST_WORDS_OF_GRID


def _is_blank_text(node: LexborNode) -> bool:
    return not node.is_element_node and not clean(node.text())


def _holds_page(table: LexborNode) -> bool:
    """Whether a table without another in it lays out the page: one of its few cells has most of the page's text."""
    cells = table.css("td, th")
    if len(cells) > _MOST_CELLS_OF_LAYOUT:
        return False
    return any(len(cell.text()) > _LEAST_OF_PAGE and cell.css_first("p, div, li, br") is not None for cell in cells)


def _around(table: LexborNode) -> _Around | None:
    node, cell = table.parent, None
    for _ in range(_DEEPEST):
        if node is None:
            break
        if node.tag == "table":
            return _Around(node, cell)
        if cell is None and node.tag in _CELLS:
            cell = node
        node = node.parent
    return None


def _is_part(table: LexborNode, cell: LexborNode) -> bool:
    """Whether a table that holds no other is a part of a row of the table around it."""
    text = clean(table.text())
    if len(text) > _MOST_TEXT or len(clean(cell.text())) - len(text) > _MOST_BESIDE:
        return False
    rows = [_cells(tr) for tr in table.css("tr")]
    if len(rows) > _MOST_ROWS or any(len(each.text) > _LONGEST_CELL for row in rows for each in row):
        return False
    row = cell.parent
    beside = [other for other in row.iter() if other.tag in _CELLS and other.mem_id != cell.mem_id] if row else []
    inner = [other.css("table") for other in beside]
    if len(rows) == 1 or any(clean(other.text()) for other, tables in zip(beside, inner, strict=True) if not tables):
        return True
    return bool(inner) and all(len(tables) == 1 and len(tables[0].css("tr")) == len(rows) for tables in inner)


def _mark_rows(table: LexborNode, parts: dict[int, list[LexborNode]], taken: Tables) -> None:
    """Leave a table that lays out the page as text, in which its rows of short cells and all its cells are marked."""
    for tr in _own_rows(table):
        cells = [cell for cell in tr.iter() if cell.tag in _CELLS]
        has_parts = any(cell.mem_id in parts for cell in cells)
        texts = [cell.text() for cell in cells if cell.mem_id not in parts]
        is_row = len(cells) > 1 and all(len(text) <= _LONGEST_IN_LAYOUT and "\x1e" not in text for text in texts)
        if is_row:
            tr.replace_with(taken.keep(_row_with_parts(tr, parts) if has_parts else _row(_cells(tr))))
        else:
            for cell in tr.css("td, th") if has_parts else cells:
                cell.insert_before(mark_of_line(cell.attributes.get(LINE) or "1"))


def _own_rows(table: LexborNode) -> list[LexborNode]:
    """The rows of a table, without those of tables inside it."""
    sections = [node for node in table.iter() if node.tag in ("tbody", "thead", "tfoot", "tr")]
    return [tr for node in sections for tr in ([node] if node.tag == "tr" else node.iter()) if tr.tag == "tr"]


def _rows(table: LexborNode, parts: dict[int, list[LexborNode]]) -> Iterator[Row]:
    """The table's rows, each with the cells that stand in the row itself. Spans are left out: nothing needs them."""
    if not parts:
        rows = _without_numbering(list(_plain_rows(table)))
        if rows and len(rows[-1].cells) > 1 and len(rows[-1].cells[-1]) > _LONGEST_IN_LAYOUT:
            yield from chain(rows[:-1], _without_tail(table, rows[-1]))
        else:
            yield from rows
        return
    for tr in _own_rows(table):
        yield from _row_with_parts(tr, parts)


def _plain_rows(table: LexborNode) -> Iterator[Row]:
    for tr in table.css("tr"):
        found = [(cell, marked[LINE]) for cell in tr.iter() if LINE in (marked := cell.attributes)]
        if found:
            # Letters and digits alone are clean.
            texts = [text if (text := cell.text()).isalnum() else clean(text) for cell, _ in found]
            lines = [line for _, line in found]
            same = lines.count(lines[0]) == len(lines)
            yield Row(int(lines[0] or 1), texts, NAME, None if same else [int(line or 1) for line in lines])


def _without_numbering(rows: list[Row]) -> list[Row]:
    """The rows without the numbers that a program gave columns and rows, from 0 on."""
    columns = bool(rows) and are_column_numbers(rows[0].cells)
    numbered = rows[1:] if columns else rows
    skipped = 0 if columns or not rows or rows[0].cells[0] else 1
    indexed = [row.cells[0] == str(number) for number, row in enumerate(numbered[skipped:])]
    if indexed and all(indexed) and (columns or _have_words(numbered, max(_ROWS_ABOVE, len(indexed) * 3 // 4))):
        for row in numbered:
            row.cells = ["" if text in _NAN else text for text in row.cells[1:]]
            row.lines = row.lines and row.lines[1:]
    return numbered


def _have_words(rows: list[Row], most: int) -> bool:
    """Whether more rows than so many have words behind their first cell."""
    return sum(len(row.cells) > 1 and not all(map(_is_value, row.cells[1:])) for row in rows) > most


def _without_tail(table: LexborNode, row: Row) -> Iterator[Row]:
    """The last row of a table whose end is missing, and the rest of the page, which its last cell took up."""
    begin = row.line_of(len(row.cells) - 1)
    first, *rest = list(blocks(table.css("td, th")[-1].text(), begin)) or [("", begin)]
    yield Row(row.line, [*row.cells[:-1], first[0]], NAME, row.lines)
    for text, line in rest:
        yield from text_rows([text], line)


def _cells(tr: LexborNode) -> list[Cell]:
    found = []
    for cell in tr.iter():
        attributes = cell.attributes
        if LINE in attributes:
            # Letters and digits alone are clean.
            text = cell.text()
            found.append(Cell(text if text.isalnum() else clean(text), int(attributes[LINE] or 1)))
    return found


def _row(cells: list[Cell]) -> Iterator[Row]:
    if cells:
        texts, lines = [cell.text for cell in cells], [cell.line for cell in cells]
        same = lines.count(lines[0]) == len(lines)
        yield Row(lines[0], texts, NAME, None if same else lines)


def _row_with_parts(tr: LexborNode, parts: dict[int, list[LexborNode]]) -> Iterator[Row]:
    """A row some of whose cells hold tables: their first rows stand in it, their other rows below it.

    Tables with other numbers of rows stand in rows of their own.
    """
    nodes = [cell for cell in tr.iter() if LINE in cell.attributes]
    inner = [_rows_of_parts(parts[node.mem_id]) for node in nodes if node.mem_id in parts]
    if len({len(rows) for rows in inner}) > 1:
        yield from _row([cell for node in nodes if node.mem_id not in parts for cell in _cell(node)])
        for rows in inner:
            for row in rows:
                yield from _row(row)
        return
    remaining = iter(inner)
    first: list[Cell] = []
    for node in nodes:
        first += next(next(remaining).__iter__(), []) if node.mem_id in parts else _cell(node)
    yield from _row(first)
    for below in zip(*(rows[1:] for rows in inner), strict=True):
        yield from _row([cell for row in below for cell in row])


def _cell(node: LexborNode) -> list[Cell]:
    return [Cell(clean(node.text()), int(node.attributes[LINE] or 1))]


def _rows_of_parts(tables: list[LexborNode]) -> list[list[Cell]]:
    return [row for table in tables for tr in table.css("tr") if (row := _cells(tr))]


def join_split_row(rows: list[Row], first: Row) -> bool:
    """Whether the last row goes on in the first of the next table; it then gets the cells of that one.

    It does where it is shorter than the rows before it, the other row has no words, and both together are as long as
    those. Only a page mark may stand between the two.
    """
    at = next((at for at in range(len(rows) - 1, -1, -1) if not _is_page_mark(rows[at])), -1)
    if at < 0 or rows[at].layout != NAME or first.layout != NAME:
        return False
    last = rows[at]
    widths = {len(row.cells) for row in rows[max(0, at - _ROWS_ABOVE) : at] if row.layout == NAME}
    whole = len(last.cells) + len(first.cells)
    if len(last.cells) in widths or whole not in widths or not all(map(_is_value, first.cells)):
        return False
    if _is_value(last.cells[0]) and len(last.cells) > 1 and _is_value(last.cells[1]):
        return False
    lines = [row.line_of(index) for row in (last, first) for index in range(len(row.cells))]
    rows[at] = Row(last.line, [*last.cells, *first.cells], NAME, lines)
    return True


def _is_page_mark(row: Row) -> bool:
    return row.layout != NAME and _PAGE_MARK.fullmatch(" ".join(row.cells)) is not None


def _is_value(text: str) -> bool:
    return not text or text == "无" or _VALUE.fullmatch(text) is not None
