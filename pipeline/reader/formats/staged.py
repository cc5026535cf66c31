"""A document as it is kept between the steps: its text, and its rows where finding them costs more than loading them.

Belongs here: the two columns ``text`` and ``page`` of a staged raw report, and a document made of them again. Rows of
plain text are found in the text anew. Those of a page, which take ten times as long to find, are staged as texts with
separators: they come as six columns – lines, layouts, cells, the lines and starts of cells that have their own, where
each line stands in a document of pages, and which lines were read from a picture.
"""

from pipeline.encoding import Decoded
from pipeline.reader.document import Document, Place, Row, source_lines
from pipeline.reader.formats import text as plain_text

#: Between columns, rows, cells; and instead of the cells of a row that has none.
_SEPARATORS = _COLUMN, _ROW, _CELL, _NO_CELL = "\x1d", "\x1e", "\x1f", "\x1c"
#: Instead of the place of a line that has none.
_NOWHERE = "-"
#: In a decoded text control characters are blanks, and so they are should an entity have made one.
_BLANKS = dict.fromkeys(map(ord, _SEPARATORS), " ")


def dumps(document: Document) -> tuple[str, str | None]:
    """A document's text, and its rows with separators, or None where the text alone tells them."""
    if not document.rows_are_staged:
        return document.text, None
    rows = document.rows
    texts = [row.cells for row in rows]
    all_text = "".join(map("".join, texts))
    if any(separator in all_text for separator in _SEPARATORS):
        texts = [[cell.translate(_BLANKS) for cell in cells] for cells in texts]
    own = [
        f"{at}:{','.join(map(str, row.lines or ()))}:{','.join(map(str, row.starts or ()))}"
        for at, row in enumerate(rows)
        if row.lines or row.starts
    ]
    columns = (
        " ".join([str(row.line) for row in rows]),
        " ".join([row.layout for row in rows]),
        _ROW.join([_CELL.join(cells) if cells else _NO_CELL for cells in texts]),
        " ".join(own),
        " ".join([_place(place) for place in document.places or ()]),
        " ".join(map(str, document.seen)),
    )
    return document.text, _COLUMN.join(columns)


def loads(text: str, page: str | None) -> Document:
    """The document that ``dumps`` wrote, with its rows."""
    if page is None:
        return plain_text.from_text(Decoded(text, ""))
    *columns, places, seen = page.split(_COLUMN)
    return Document(
        text,
        source_lines(text),
        _rows(*columns),
        rows_are_staged=True,
        places=_places(places),
        seen=map(int, seen.split()),
    )


def _rows(lines: str, layouts: str, cells: str, own: str) -> list[Row]:
    texts = [[] if row == _NO_CELL else row.split(_CELL) for row in cells.split(_ROW)] if lines else []
    rows = list(map(Row, map(int, lines.split()), texts, layouts.split()))
    for entry in own.split():
        at, of_cells, starts = entry.split(":")
        row = rows[int(at)]
        row.lines, row.starts = _numbers(of_cells), _numbers(starts)
    return rows


def _numbers(text: str) -> list[int] | None:
    return list(map(int, text.split(","))) if text else None


def _place(place: Place | None) -> str:
    return ":".join(f"{number:.6g}" for number in place) if place else _NOWHERE


def _places(text: str) -> list[Place | None] | None:
    return [None if entry == _NOWHERE else _place_of(entry) for entry in text.split()] or None


def _place_of(entry: str) -> Place:
    page, *box = entry.split(":")
    return Place(int(page), *map(float, box))
