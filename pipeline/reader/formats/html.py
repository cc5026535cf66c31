"""HTML pages: tables row by row, text by block, navigation and scripts left out.

Parsing is the HTML5 algorithm of Lexbor, which mends broken pages as browsers do. It keeps no source positions, so
each cell and block is marked with its line before the page is parsed.
"""

import re
from collections.abc import Iterator
from itertools import accumulate, repeat

from selectolax.lexbor import LexborHTMLParser, LexborNode

from pipeline.reader.document import Document, Row, source_lines
from pipeline.reader.formats.raw_file import TEXT_SUFFIXES, RawFile
from pipeline.reader.layouts.text_rows import text_rows

NAME = "html"
SUFFIXES = TEXT_SUFFIXES

_TAG_OF_A_PAGE = re.compile(r"<(?:!doctype\s+html|html|table|t[dr]|body|p|div)\b[^>]*>", re.IGNORECASE)
#: Tags in any case, letter by letter: with ``IGNORECASE`` the search takes twice the time. İ, ı and ſ count as i and s.
_MARKED = re.compile(
    r"(<(?:[tT][dDhH]|/?(?:[pP]|[dD](?:[dDlLtT]|[iIİı][vV])|[hH][1-6rR]|[lL][iIİı]|[uUoO][lL]|[bB](?:[rR]|[oO][dD][yY])|"
    r"[tT][iIİı][tT][lL][eE]|[sSſ][eE][cC][tT][iIİı][oO][nN]|[aA][rR][tT][iIİı][cC][lL][eE]|[cC][eE][nN][tT][eE][rR]))\b)"
)
_CELLS = {"<td", "<th", "<TD", "<TH", "<Td", "<Th", "<tD", "<tH"}
_MARK = re.compile("\x1f(\\d*)\x1f")
_MARK_OR_TABLE = re.compile("\x1f(\\d*)\x1f|\x1eT(\\d+)\x1e")
_NOT_TEXT = "script, style, noscript, template, iframe, select, button, nav, footer, aside, svg"
#: The attribute with a cell's source line, which ``_with_lines`` adds.
_LINE = "data-ogi-line"
#: Elements nested deeper than this become line breaks: no page needs them, and parsing them takes quadratic time.
_DEEPEST_PAGE = 1000
#: Between a table and the table around it there are never more elements than this.
_DEEPEST = 100


def claims(file: RawFile) -> bool:
    """Whether a text is a page or a fragment of one, whatever the file is called: its tags say so."""
    return file.is_text and "<" in file.decoded.text and _TAG_OF_A_PAGE.search(file.decoded.text) is not None


def read(file: RawFile) -> Document:
    """The document of a page: its title, and the rows of its text blocks and innermost tables in order."""
    decoded = file.decoded
    lines = source_lines(decoded.text)
    page = LexborHTMLParser(_with_lines("\n".join(lines)))
    titles = (_clean(node.text()) for node in page.css("title"))
    title = next((title for title in titles if title), None)
    for node in page.css(_NOT_TEXT):
        node.decompose(recursive=False)
    return Document(
        decoded.text,
        lines,
        list(_rows(page)),
        title=title,
        encoding=decoded.encoding,
        damaged=decoded.damaged,
        rows_are_staged=True,
    )


def _rows(page: LexborHTMLParser) -> Iterator[Row]:
    tables = _innermost(page.css("table"))
    for number, table in enumerate(tables):
        table.replace_with(f"\x1eT{number}\x1e")
    body = page.body
    _, *parts = _MARK_OR_TABLE.split("\x1f1\x1f" + (body.text() if body else ""))
    line = 1
    for mark, table_mark, block in zip(parts[::3], parts[1::3], parts[2::3], strict=True):
        if table_mark:
            yield from _grid(tables[int(table_mark)])
        elif mark:
            line = int(mark)
        if text := _clean(block):
            yield from text_rows([text], line)


def _innermost(tables: list[LexborNode]) -> list[LexborNode]:
    """The tables that hold no other table. The others lay out the page, and are read as text."""
    outer = set()
    for table in tables:
        node = table.parent
        for _ in range(_DEEPEST):
            if node is None:
                break
            if node.tag == "table":
                outer.add(node.mem_id)
                break
            node = node.parent
    return [table for table in tables if table.mem_id not in outer]


def _with_lines(text: str) -> str:
    """The page with the source line of each cell as an attribute, and of each block as a mark in its text."""
    parts = _MARKED.split(text)
    tags = parts[1::2]
    if len(tags) > _DEEPEST_PAGE:
        tags = _flattened(tags)
    lines = accumulate(map(str.count, parts[:-1:2], repeat("\n")))
    parts[1::2] = [
        f'{tag} {_LINE}="{line + 1}"' if tag in _CELLS else f"\x1f{line + 1}\x1f{tag}"
        for tag, line in zip(tags, lines, strict=True)
    ]
    return "".join(parts)


def _flattened(tags: list[str]) -> list[str]:
    """The tags, with a line break instead of each that would be nested too deep."""
    depth, flat = 0, []
    for tag in tags:
        if tag in _CELLS or tag[-1] in "prRP":  # p, br and hr hold no blocks
            flat.append(tag)
            continue
        depth = max(0, depth - 1) if tag[1] == "/" else depth + 1
        flat.append("<br" if depth > _DEEPEST_PAGE else tag)
    return flat


def _grid(table: LexborNode) -> Iterator[Row]:
    """The table's rows, each with the cells that stand in the row itself. Spans are left out: nothing needs them."""
    for tr in table.css("tr"):
        found = [(cell, marked[_LINE]) for cell in tr.iter() if _LINE in (marked := cell.attributes)]
        if found:
            # Letters and digits alone are clean.
            cells = [text if (text := cell.text()).isalnum() else _clean(text) for cell, _ in found]
            lines = [line for _, line in found]
            same = lines.count(lines[0]) == len(lines)
            yield Row(int(lines[0] or 1), cells, NAME, None if same else [int(line or 1) for line in lines])


def _clean(text: str | None) -> str:
    """Text as a browser shows it: runs of blanks become one, marks become blanks."""
    if not text:
        return ""
    return " ".join((_MARK.sub(" ", text) if "\x1f" in text else text).split())
