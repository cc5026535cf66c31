"""What pages show, in reading order: paragraphs, and the rows of tables.

Belongs here: the order of what stands on the pages, and lines that make a paragraph. Tables, marks of pages and joins
over their ends are in modules of their own.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from pipeline.reader.document import Document
from pipeline.reader.formats import printed
from pipeline.reader.formats.pages import joins, marks, ruled_tables, unruled_tables
from pipeline.reader.formats.pages.content import UNKNOWN, PageContent, around
from pipeline.reader.formats.pages.ruled_tables import Table
from pipeline.reader.formats.pages.text import Line, lines_of
from pipeline.reader.formats.pages.unruled_words import Row
from pipeline.reader.formats.printed import Printed, TableRow, TextLine

#: A line goes on in the next one if it ends so near to the right margin, in heights of its type.
_NEAR_MARGIN = 1.6
#: Lines of fewer characters say nothing about the margins.
_LONG_LINE = 15
#: Lines of one paragraph begin so near to the left margin, have types so alike, and stand so near below each other.
_INDENT, _ALIKE, _BELOW = 0.8, 0.3, 2.4


@dataclass(slots=True)
class _Entry:
    """A line, a table or a row of an unruled one, and the page that it stands on."""

    page: PageContent
    what: Line | Table | Row


def document(pages: Sequence[PageContent], *, reader: str) -> Document:
    """The document that some pages make."""
    entries = _entries(pages)
    for above, below in pairwise(entries):
        if (
            below.page.number == above.page.number + 1
            and isinstance(above.what, Table)
            and isinstance(below.what, Table)
        ):
            joins.join(above.what, below.what)
    content = list(_content(entries, _right_margin(entries)))
    damaged = sum(each.text.count(UNKNOWN) for entry in content for each in entry.printed if not each.is_seen)
    return printed.document(content, reader=reader, damaged=damaged)


def _entries(pages: Sequence[PageContent]) -> list[_Entry]:
    """Lines and tables of all pages in reading order, without the marks of the pages."""
    tables, lines = [], []
    for page in pages:
        found, outside = ruled_tables.tables(page)
        tables.append(found)
        lines.append(lines_of(outside))
    of_pages = marks.are_marks(pages, lines)
    entries = []
    columns = None
    for page, found, outside_lines in zip(pages, tables, lines, strict=True):
        text = [line for line in outside_lines if id(line) not in of_pages]
        rows, columns = unruled_tables.rows_of(text, page.across, columns)
        here: list[Line | Table | Row] = [*found, *rows]
        here.sort(key=lambda what: (what.box.y0, what.box.x0))
        entries += [_Entry(page, what) for what in here]
    return entries


def _right_margin(entries: Sequence[_Entry]) -> float:
    ends = sorted(entry.what.box.x1 for entry in entries if _is_long(entry))
    return ends[len(ends) * 9 // 10] if ends else 0.0


def _is_long(entry: _Entry) -> bool:
    return isinstance(entry.what, Line) and len(entry.what.glyphs) >= _LONG_LINE


def _content(entries: Sequence[_Entry], right: float) -> Iterator[TextLine | TableRow]:
    paragraph: list[_Entry] = []
    left = min((entry.what.box.x0 for entry in entries if _is_long(entry)), default=0.0)
    for entry in entries:
        if paragraph and not (isinstance(entry.what, Line) and _goes_on(paragraph[-1], entry, left, right)):
            yield _paragraph(paragraph)
            paragraph = []
        if isinstance(entry.what, Line):
            paragraph.append(entry)
        elif isinstance(entry.what, Row):
            yield TableRow(
                tuple(Printed(text, entry.page.place(box), entry.page.is_seen) for text, box in entry.what.cells)
            )
        else:
            yield from _rows(entry.what, entry.page)
    if paragraph:
        yield _paragraph(paragraph)


def _goes_on(above: _Entry, below: _Entry, left: float, right: float) -> bool:
    """Whether a line goes on in the next one."""
    first, second = above.what, below.what
    if not (isinstance(first, Line) and isinstance(second, Line)):
        return False
    height = first.height
    if first.box.x1 < right - _NEAR_MARGIN * height or second.box.x0 > left + _INDENT * height:
        return False
    if abs(first.height - second.height) > _ALIKE * height or len(second.words(1.5)) > 1:
        return False
    return above.page is not below.page or second.box.y0 - first.box.y0 < _BELOW * height


def _paragraph(lines: Sequence[_Entry]) -> TextLine:
    text = ""
    for entry in lines:
        assert isinstance(entry.what, Line)
        added = entry.what.text
        has_blank = text[-1:].isascii() and text[-1:].isalnum() and added[:1].isascii() and added[:1].isalnum()
        text += " " + added if has_blank else added
    first = [entry.what.box for entry in lines if entry.page is lines[0].page]
    is_seen = any(entry.page.is_seen for entry in lines)
    return TextLine((Printed(text, lines[0].page.place(around(first)), is_seen),))


def _rows(table: Table, page: PageContent) -> Iterator[TableRow]:
    for row in table.rows():
        own = tuple(Printed(cell.text, page.place(cell.box), cell.is_seen) for cell in row if cell.rest_of is None)
        if own:
            yield TableRow(own)
