"""A report as rows of cells: what every format gives, and all that is behind it works on.

Belongs here: the shapes that formats, layouts and the matcher share. A cell is its text; its line is the row's, or
its own where a row's cells stand on several lines.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, NamedTuple


class Place(NamedTuple):
    """Where something stands in a document of pages: the page, counted from 1, and a box on it.

    The box is in points (1/72 inch) from the page's upper left corner, as the page is shown.
    """

    page: int
    x0: float
    y0: float
    x1: float
    y1: float


@dataclass(slots=True)
class Row:
    """Cells that stand beside each other; no cell at all is an empty line.

    ``line`` counts source lines from 1; ``lines`` has one entry a cell where they differ.
    ``starts`` has each cell's first column where the layout aligns by columns.
    ``item`` is the row of table three that the row is known to be. Its cells are then the label and all of the form's
    columns in order, if ``columns_are_known``, else the label and whatever stands in its columns. ``joined``: blanks
    part the pieces of a number, which the row's sum has proved. ``by_order``: the label stands elsewhere.
    """

    line: int
    cells: list[str]
    layout: str
    lines: list[int] | None = None
    starts: list[int] | None = None
    item: str | None = None
    columns_are_known: bool = False
    joined: bool = False
    by_order: bool = False

    def line_of(self, index: int) -> int:
        """Source line of the cell with that index."""
        return self.lines[index] if self.lines else self.line


#: The fields of a row, as a tuple.
_fields_of_row = attrgetter(*Row.__slots__)


class Document:
    """A report's text, its lines, and its rows of cells, which are found once.

    ``rows`` may be an iterator: its rows are then found as they are asked for, and kept. To know whose a report is,
    iterate over the document: the first rows are enough for nearly all.
    """

    def __init__(
        self,
        text: str,
        lines: list[str],
        rows: Iterable[Row],
        *,
        plain: list[str] | None = None,
        title: str | None = None,
        description: str | None = None,
        traditional: int = 0,
        encoding: str = "",
        damaged: int = 0,
        rows_are_staged: bool = False,
        places: list[Place | None] | None = None,
        seen: Iterable[int] = (),
    ) -> None:
        #: The text as decoded.
        self.text = text
        #: Its lines; line n of the source is the entry n - 1.
        self.lines = lines
        #: The lines in the form in which their rows were found: in one script, with common separators between cells.
        self.plain = lines if plain is None else plain
        #: What the document calls itself outside its text (the title of a page).
        self.title = title
        #: What it tells search engines about itself.
        self.description = description
        #: How many letters were traditional and are simplified in its rows.
        self.traditional = traditional
        #: The codec of the text, and how many bytes it could not decode.
        self.encoding = encoding
        self.damaged = damaged
        #: Whether the rows are staged beside the text, because finding them there again costs more than loading them.
        self.rows_are_staged = rows_are_staged
        #: Where each line stands, in a document of pages, whose cells each have a line of their own.
        self.places = places
        #: Its lines that were read from a picture, by OCR.
        self.seen = list(seen)
        #: The name of the format that read it.
        self.format = ""
        self._found: list[Row] = []
        self._rest = iter(rows)

    def __getstate__(self) -> dict[str, Any]:
        """What is sent to another process: all rows, as tuples, which takes a third of the time of objects."""
        places = None if self.places is None else [None if place is None else (*place,) for place in self.places]
        return {**self.__dict__, "_found": list(map(_fields_of_row, self.rows)), "_rest": (), "places": places}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state, _rest=iter(()))
        self._found = [Row(*fields) for fields in state["_found"]]
        if self.places is not None:
            self.places = [place and Place(*place) for place in self.places]

    def __iter__(self) -> Iterator[Row]:
        """The rows, found only as far as they are asked for."""
        yield from self._found
        for row in self._rest:
            self._found.append(row)
            yield row

    @property
    def rows(self) -> list[Row]:
        """All rows."""
        self._found.extend(self._rest)
        return self._found


def source_lines(text: str) -> list[str]:
    """The lines of a text as an editor numbers them: ended by LF, CRLF or CR.

    Unicode and ASCII controls that some editors count as line ends and no ``sed -n 12p`` does are left alone.
    """
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text.split("\n")
