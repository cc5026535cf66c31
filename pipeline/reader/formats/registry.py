"""TODO"""

from collections.abc import Iterable

from pipeline.reader.document import Document, Row, loads
from pipeline.reader.formats import html
from pipeline.reader.layouts.text_rows import text_rows


def read(text: str, page: str | None = None) -> Document:
    """Rows of cells of a text; HTML is recognised by its tags, whatever the file is called.

    ``page`` are the rows of a page, as ``begin`` found them before and ``document.dumps`` wrote them.

    Lines are counted as an editor numbers them: ended by LF, CRLF or CR. Unicode and ASCII controls that some editors
    count as line ends and no ``sed -n 12p`` does are left alone.
    """
    text = _with_one_line_end(text)
    source = text.split("\n")
    if page is not None:
        return Document(rows=loads(page), lines=source)
    title, rows = html.read(text) if html.claims(text) else (None, text_rows(source))
    return Document(rows=list(rows), title=title, lines=source)


def begin(text: str) -> tuple[str | None, Iterable[Row]]:
    """The title and the rows that ``read`` finds: a list of a page's, else each row is read when it is asked for."""
    text = _with_one_line_end(text)
    if not html.claims(text):
        return None, text_rows(text.split("\n"))
    title, rows = html.read(text)
    return title, list(rows)


def _with_one_line_end(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text
