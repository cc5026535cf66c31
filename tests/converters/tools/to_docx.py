"""Word documents by python-docx from blocks of JSON: ``[kind, text]`` or ``["table", width, rows]``.

A row is a list of cells, each of text, columns and rows that it spans.
"""

import json
from pathlib import Path

import docx
from docx.document import Document


def write(source: Path, target: Path) -> None:
    """Write the document of a JSON file."""
    document = docx.Document()
    for kind, *block in json.loads(source.read_text(encoding="utf-8")):
        if kind == "table":
            _add_table(document, *block)
        elif kind == "text":
            document.add_paragraph(block[0])
        else:
            document.add_heading(block[0], 0 if kind == "title" else 1)
    document.save(str(target))


def _add_table(document: Document, width: int, rows: list[list[tuple[str, int, int]]]) -> None:
    table = document.add_table(len(rows), width, style="Table Grid")
    places = [row.cells for row in table.rows]
    taken: set[tuple[int, int]] = set()
    for at, cells in enumerate(rows):
        column = 0
        for text, cols, spanned in cells:
            while (at, column) in taken:
                column += 1
            cell = places[at][column]
            if cols > 1 or spanned > 1:
                cell = cell.merge(places[at + spanned - 1][column + cols - 1])
            cell.text = text
            taken |= {(at + down, column + right) for down in range(spanned) for right in range(cols)}
            column += cols


WRITERS = {"python-docx": write}
