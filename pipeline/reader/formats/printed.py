"""A document whose format knows lines and tables – PDF, Word, OFD – as the common one: text, rows, places.

Every paragraph is a line of the text, and so is every cell: so a number is traced to its own line, and its line to a
place on a page where the format has pages.

Belongs here: records of what is printed, and the document made of them. What a file holds is its format's.
"""

from collections.abc import Iterable
from itertools import groupby
from typing import NamedTuple

from pipeline.forms import traditional
from pipeline.reader.document import Document, Place, Row, source_lines
from pipeline.reader.layouts import table_rows
from pipeline.reader.layouts.separators import plain_lines
from pipeline.reader.layouts.text_rows import text_rows

#: What ends a line or is a mark of the program's own, which no cell may hold.
_CONTROLS = dict.fromkeys({*range(0x20), 0x7F, 0x85, 0x2028, 0x2029} - {ord("\t")}, " ")


class Printed(NamedTuple):
    """A line of text or the text of a cell, where it stands, and whether it was read from a picture."""

    text: str
    place: Place | None = None
    is_seen: bool = False


class TextLine(NamedTuple):
    """A paragraph, or a line of one where the format only knows lines. Runs of blanks in it may part columns."""

    printed: tuple[Printed]

    def texts(self) -> list[str]:
        """Its text, as one line."""
        return [self.printed[0].text.translate(_CONTROLS).rstrip()]


class TableRow(NamedTuple):
    """A row of a table: a cell for each that begins in this row, also for an empty one.

    A cell that spans several rows stands in the first of them alone, and one that spans several columns stands once,
    as the cells of a page's ``tr`` do.
    """

    printed: tuple[Printed, ...]

    def texts(self) -> list[str]:
        """The text of each cell, as one line."""
        return [" ".join(each.text.translate(_CONTROLS).split()) for each in self.printed]


def document(
    content: Iterable[TextLine | TableRow], *, reader: str, title: str | None = None, damaged: int = 0
) -> Document:
    """The document of what is printed, in reading order.

    ``reader`` names the program that read the file; ``damaged`` counts characters that it could not make out.
    """
    entries = list(content)
    printed = [each for entry in entries for each in entry.printed]
    lines = [text for entry in entries for text in entry.texts()]
    text, letters = traditional.folded("\n".join(lines))
    folded = source_lines(text) if letters else lines
    rows: list[Row] = []
    at = 0
    for is_table, group in groupby(entries, lambda entry: isinstance(entry, TableRow)):
        count = 0
        for entry in group:
            first, count = at + count, count + len(entry.printed)
            if is_table and entry.printed:
                numbers = list(range(first + 1, at + count + 1))
                rows.append(Row(first + 1, folded[first : at + count], table_rows.DOCUMENT, numbers))
        if not is_table:
            rows += text_rows(plain_lines("\n".join(folded[at : at + count]), folded[at : at + count]), at + 1)
        at += count
    places = [each.place for each in printed]
    return Document(
        "\n".join(lines),
        lines,
        rows,
        title=title,
        traditional=letters,
        encoding=reader,
        damaged=damaged,
        rows_are_staged=True,
        places=places if any(places) else None,
        seen=[line for line, each in enumerate(printed, 1) if each.is_seen],
    )
