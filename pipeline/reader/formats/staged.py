"""A document as it is kept between the steps: its text, and its rows where finding them costs more than loading them.

Belongs here: the two columns ``text`` and ``page`` of a staged raw report, and a document made of them again. Rows of
plain text are found in the text anew. Those of a page, which take ten times as long to find, are staged as texts with
separators: they come as four columns – lines, layouts, cells, and the lines and starts of cells that have their own.
"""

from itertools import starmap

from pipeline.encoding import Decoded
from pipeline.reader.document import Document, Row, source_lines
from pipeline.reader.formats import text as plain_text

#: Between columns, rows, cells. No cell has one of them: in a text that was decoded control characters are blanks.
_COLUMN, _ROW, _CELL = "\x1d", "\x1e", "\x1f"
_SEPARATORS = dict.fromkeys(map(ord, (_COLUMN, _ROW, _CELL)), " ")
#: Instead of the cells of a row that has none.
_NO_CELL = "\x1c"


def dumps(document: Document) -> tuple[str, str | None]:
    """A document's text, and its rows with separators, or None where the text alone tells them."""
    if not document.rows_are_staged:
        return document.text, None
    rows = document.rows
    cells = _ROW.join([_CELL.join(row.cells) if row.cells else _NO_CELL for row in rows])
    own = [
        f"{at}:{','.join(map(str, row.lines or ()))}:{','.join(map(str, row.starts or ()))}"
        for at, row in enumerate(rows)
        if row.lines or row.starts
    ]
    lines = [str(row.line) for row in rows]
    return document.text, _COLUMN.join([" ".join(lines), " ".join([row.layout for row in rows]), cells, " ".join(own)])


def loads(text: str, page: str | None) -> Document:
    """The document that ``dumps`` wrote, with its rows."""
    if page is None:
        return plain_text.from_text(Decoded(text, ""))
    return Document(text, source_lines(text), _rows(page), rows_are_staged=True)


def _rows(page: str) -> list[Row]:
    lines, layouts, cells, own = page.split(_COLUMN)
    texts = [[] if row == _NO_CELL else row.split(_CELL) for row in cells.split(_ROW)] if lines else []
    rows = list(map(Row, map(int, lines.split()), texts, layouts.split()))
    for entry in own.split():
        at, of_cells, starts = entry.split(":")
        row = rows[int(at)]
        row.lines, row.starts = _numbers(of_cells), _numbers(starts)
    return rows


def _numbers(text: str) -> list[int] | None:
    return list(map(int, text.split(","))) if text else None
