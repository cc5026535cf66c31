"""Readers that turn any text into rows of cells (``document.Row``).

One module a layout family. A reader of text lines has a ``NAME`` and ``row(line, number)``, which
returns a row or None when the line is not of its kind; ``LINE_READERS`` asks them in turn, so that a
report may change its layout from table to table, and real ones do. HTML has a structure of its own
and is read as a page. To add a layout, add a module, name it here, and give it a folder of cases
under ``tests/cases``.

Belongs here: where a cell begins and ends. Does not: what a cell means (``match``).
"""

import re
from collections.abc import Callable

from pipeline.document import Document, Row
from pipeline.layouts import aligned, flat, html, lines, markdown, pipes, tabs

LineReader = Callable[[str, int], Row | None]

#: Asked in this order; the last one takes every line.
LINE_READERS: list[LineReader] = [tabs.row, pipes.row, markdown.row, aligned.row, flat.row, lines.row]

#: Unicode and ASCII controls that some editors count as line ends and no ``sed -n 12p`` does are left alone.
_LINE_END = re.compile(r"\r\n|\n|\r")


def split_lines(text: str) -> list[str]:
    """The text's lines, as an editor numbers them: ended by LF, CRLF or CR."""
    return _LINE_END.split(text)


def read(text: str) -> Document:
    """Rows of cells of a text; HTML is recognised by its tags, whatever the file is called."""
    if html.claims(text):
        return html.read(text)
    source = split_lines(text)
    return Document(rows=text_rows(source), lines=source)


def text_rows(source: list[str], first: int = 1) -> list[Row]:
    """Rows of plain text lines, the first of which has the number ``first``."""
    rows = []
    for number, line in enumerate(source, first):
        for reader in LINE_READERS:
            row = reader(line, number)
            if row is not None:
                rows.append(row)
                break
    return rows
