"""HTML pages: tables on a grid, text by block, navigation and scripts left out.

Parsing is the HTML5 algorithm of Lexbor, which mends broken pages as browsers do. It keeps no
source positions, so each cell and block is marked with its line before it is parsed.
"""

import re

from selectolax.lexbor import LexborHTMLParser, LexborNode

from pipeline.document import Document, Row

NAME = "html"

_CLAIM = re.compile(r"<(?:!doctype\s+html|html|table|t[dr]|body|p|div)\b[^>]*>", re.IGNORECASE)
_MARKED = re.compile(
    r"\n|<(?P<cell>t[dh])\b|</?(?:p|div|h[1-6]|li|ul|ol|dl|dt|dd|br|hr|section|article|center|body|title)\b",
    re.IGNORECASE,
)
_MARK = re.compile("\x1f(\\d*)\x1f")
_PART = re.compile("(\x1f\\d*\x1f|\x1eT\\d+\x1e)")
_NOT_TEXT = ["script", "style", "noscript", "template", "iframe", "select", "button", "nav", "footer", "aside", "svg"]
_LINE = "data-ogi-line"
_LARGEST_SPAN = 64
#: Elements nested deeper than this are line breaks: no page needs them, and parsing them takes quadratic time.
_DEEPEST_PAGE = 1000
#: Between a table and the one it stands in there are never more elements than this.
_DEEPEST = 100


def claims(text: str) -> bool:
    """Whether the text is a page or a piece of one."""
    return "<" in text and _CLAIM.search(text) is not None


def read(text: str) -> Document:
    """The page's text blocks and the rows of its innermost tables, in their order."""
    from pipeline.layouts import split_lines, text_rows

    source = split_lines(text)
    page = LexborHTMLParser(_with_lines("\n".join(source)))
    titles = [_clean(node.text()) for node in page.css("title")]
    page.strip_tags(_NOT_TEXT)
    tables = _innermost(page.css("table"))
    grids = [_grid(table) for table in tables]
    for number, table in enumerate(tables):
        table.replace_with(f"\x1eT{number}\x1e")
    rows: list[Row] = []
    line = 1
    body = page.body
    for part in _PART.split(body.text(deep=True) if body else ""):
        if mark := _MARK.fullmatch(part):
            line = int(mark[1] or line)
        elif part.startswith("\x1eT"):
            rows += grids[int(part[2:-1])]
        elif block := _clean(part):
            rows += text_rows([block], line)
    return Document(rows=rows, title=next((title for title in titles if title), None), lines=source)


def _innermost(tables: list[LexborNode]) -> list[LexborNode]:
    """The tables that hold no other table: those that lay out the page are text, too."""
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
    """The page with the source line of each cell as an attribute and of each block as a mark in its text."""
    line, at, depth, out = 1, 0, 0, []
    for match in _MARKED.finditer(text):
        found = match[0]
        if found == "\n":
            line += 1
            continue
        if not match["cell"] and found[-1] not in "prRP":  # p, br and hr hold no blocks
            depth = max(0, depth - 1) if found[1] == "/" else depth + 1
            if depth > _DEEPEST_PAGE:
                found = "<br"
        out.append(text[at : match.start()])
        out.append(f'{found} {_LINE}="{line}"' if match["cell"] else f"\x1f{line}\x1f{found}")
        at = match.end()
    out.append(text[at:])
    return "".join(out)


def _grid(table: LexborNode) -> list[Row]:
    """The table's rows: cells that stand in the row itself, with their columns after all spans are resolved."""
    rows: list[Row] = []
    covered: dict[int, int] = {}  # column → how many further rows a cell from above covers
    for tr in table.css("tr"):
        column, cells, lines, starts = 0, [], [], []
        below: dict[int, int] = {}
        for cell in tr.iter():
            if cell.tag not in ("td", "th"):
                continue
            while covered.get(column, 0) > 0:
                column += 1
            cells.append(_clean(cell.text(deep=True)))
            lines.append(int(cell.attributes.get(_LINE) or 1))
            starts.append(column)
            columns, down = _span(cell, "colspan"), _span(cell, "rowspan")
            for _ in range(columns):
                below[column] = down
                column += 1
        covered = {c: n - 1 for c, n in {**covered, **below}.items() if n > 1}
        if cells:
            same = all(line == lines[0] for line in lines)
            rows.append(Row(lines[0], cells, NAME, None if same else lines, starts))
    return rows


def _span(cell: LexborNode, name: str) -> int:
    digits = re.match(r"\s*(\d{1,4})", cell.attributes.get(name) or "")
    return min(max(int(digits[1]), 1), _LARGEST_SPAN) if digits else 1


def _clean(text: str | None) -> str:
    """Text as a browser shows it: runs of blanks are one, marks are blanks."""
    return " ".join(_MARK.sub(" ", text or "").split())
