"""A document as it is kept between the steps: its text, and its rows where finding them costs more than loading them.

Belongs here: the two columns ``text`` and ``page`` of a staged raw report, and a document made of them again. Rows of
plain text are found in the text anew; those of a page, which take ten times as long to find, are staged as JSON.
"""

import json

from pipeline.encoding import Decoded
from pipeline.reader.document import Document, Row, source_lines
from pipeline.reader.formats import text as plain_text


def dumps(document: Document) -> tuple[str, str | None]:
    """A document's text, and its rows as JSON, or None where the text alone tells them."""
    if not document.rows_are_staged:
        return document.text, None
    rows = [[row.line, row.cells, row.layout, row.lines, row.starts] for row in document.rows]
    return document.text, json.dumps(rows, ensure_ascii=False)


def loads(text: str, page: str | None) -> Document:
    """The document that ``dumps`` wrote, with its rows."""
    if page is None:
        return plain_text.from_text(Decoded(text, ""))
    return Document(text, source_lines(text), [Row(*row) for row in json.loads(page)], rows_are_staged=True)
