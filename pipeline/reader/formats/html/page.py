"""HTML pages: tables row by row, text by block, navigation and scripts left out.

Parsing is the HTML5 algorithm of Lexbor, which mends broken pages as browsers do. It keeps no source positions, so
each cell and block is marked with its line before the page is parsed (``text``).

Belongs here: the order of the steps. What a page shows is ``shown``'s, what stands inside a cell
``inline``'s, cells and rows are ``tables``'.
"""

import re

from selectolax.lexbor import LexborHTMLParser

from pipeline.forms import traditional
from pipeline.reader.document import Document, Row, source_lines
from pipeline.reader.formats.html import inline, shown, tables
from pipeline.reader.formats.html.text import (
    MARK_OR_TABLE,
    clean,
    is_mixed,
    with_letters,
    with_line_marks,
    with_lines,
    with_marked_lines_of_pre,
)
from pipeline.reader.formats.raw_file import RawFile
from pipeline.reader.layouts.separators import plain_lines
from pipeline.reader.layouts.text_rows import text_rows
from pipeline.sources.files import TEXT_SUFFIXES

NAME = tables.NAME
SUFFIXES = TEXT_SUFFIXES
IS_DOCUMENT = False

_TAG_OF_A_PAGE = re.compile(r"<(?:!doctype\s+html|html|table|t[dr]|body|p|div)\b[^>]*>", re.IGNORECASE)
_DESCRIPTION = 'meta[name="description" i], meta[name="keywords" i]'
#: Words of the heads of the form's tables: where they stand outside all tables, the page makes its tables otherwise.
_TABLE_HEADS = ("信息内容", "本年新收", "结果维持")


def claims(file: RawFile) -> bool:
    """Whether a text is a page or a fragment of one, whatever the file is called: its tags say so."""
    return file.is_text and "<" in file.decoded.text and _TAG_OF_A_PAGE.search(file.decoded.text) is not None


def read(file: RawFile) -> Document:
    """The document of a page: its title, and the rows of its text blocks and tables in order."""
    decoded = file.decoded
    lines = source_lines(decoded.text)
    text, letters = traditional.folded(with_letters("\n".join(lines) if "\r" in decoded.text else decoded.text))
    if is_mixed(text):
        text = with_line_marks(text)
    elif "<pre" in text or "<PRE" in text:
        text = with_marked_lines_of_pre(text)
    page = LexborHTMLParser(with_lines(text))
    titles = (clean(node.text()) for node in page.css("title"))
    title = next((title for title in titles if title), None)
    description = " ".join(node.attributes.get("content") or "" for node in page.css(_DESCRIPTION))
    shown.mark_styled(page)
    inline.make_plain(page)
    shown.leave_shown(page)
    return Document(
        decoded.text,
        lines,
        _rows(page),
        title=title,
        description=description,
        traditional=letters,
        encoding=decoded.encoding,
        damaged=decoded.damaged,
        rows_are_staged=True,
    )


def _rows(page: LexborHTMLParser) -> list[Row]:
    found = tables.take_tables(page)
    body = page.body
    text = body.text() if body else ""
    if body and any(head in text for head in _TABLE_HEADS):
        tables.take_grids(page, found)
        text = body.text()
    _, *parts = MARK_OR_TABLE.split("\x1f1\x1f" + text)
    rows: list[Row] = []
    line = 1
    for mark, is_line, table_mark, block in zip(parts[::4], parts[1::4], parts[2::4], parts[3::4], strict=True):
        if table_mark and (grid := found.grids[int(table_mark)]):
            for row in grid:
                row.line = row.line or line
            joined = tables.join_split_row(rows, grid[0])
            rows += grid[1:] if joined else grid
            line = rows[-1].line_of(-1)
        elif mark:
            line = int(mark)
        if is_line:
            rows += text_rows(plain_lines(block, block.strip("\n").split("\n")), line)
        elif not block.isspace() and (text := clean(block)):
            rows += text_rows([text], line)
    return rows
