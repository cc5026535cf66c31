"""What every layout reader returns: rows of cells, each with its place in the source.

Belongs here: the shapes that readers and matcher share. A cell is its text; its line is the row's,
or its own where a row's cells stand on several lines.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(slots=True)
class Row:
    """Cells that stand beside each other; no cell at all is an empty line.

    ``line`` counts source lines from 1; ``lines`` has one entry a cell where they differ.
    ``starts`` has each cell's first column where the layout aligns by columns.
    """

    line: int
    cells: list[str]
    layout: str
    lines: list[int] | None = None
    starts: list[int] | None = None

    def line_of(self, index: int) -> int:
        """Source line of the cell with that index."""
        return self.lines[index] if self.lines else self.line


@dataclass(slots=True)
class Document:
    """A report as rows of cells. ``title`` is the page's own (HTML), where it has one."""

    rows: list[Row]
    title: str | None = None
    lines: list[str] = field(default_factory=list)


def dumps(rows: Iterable[Row]) -> str:
    """Rows as JSON, to be staged where finding them in the text costs more than reading them from there."""
    return json.dumps([[row.line, row.cells, row.layout, row.lines, row.starts] for row in rows], ensure_ascii=False)


def loads(text: str) -> list[Row]:
    """The rows that ``dumps`` wrote."""
    return [Row(*row) for row in json.loads(text)]
