"""Tables as one cell a line: what copying from a page without its borders gives.

Rows are only told by their labels. There may be an empty line after every cell or after every row; in a cell without
a text nothing is printed, so that a lost cell leaves no trace.
"""

from dataclasses import dataclass
from typing import ClassVar

from ..cells import Bearing
from ..dice import Dice
from ..sheet import Sheet
from .base import Chunks, Pager, own_row
from .grid import Grid, applications_body, applications_head, proactive_grid, review_grid


@dataclass(frozen=True)
class Lines:
    """One cell a line."""

    empty_after: str
    indent: str
    split_marker: bool
    name: ClassVar[str] = "lines"
    document: ClassVar[str] = "text"
    suffixes: ClassVar[tuple[str, ...]] = (".txt",)

    @classmethod
    def choose(cls, dice: Dice) -> "Lines":
        """Draw where empty lines stand."""
        return cls(
            empty_after=dice.vary("nothing", "cell", "cell", "row", p=0.6),
            indent=dice.vary("", " ", "\u3000", p=0.15),
            split_marker=dice.chance(0.15),
        )

    @property
    def bearing(self) -> Bearing:
        """An empty cell leaves nothing; a nil mark is a line like any other."""
        return Bearing("marks", words=True, explained=True)

    segment = staticmethod(own_row)

    def _rows(self, grid: Grid) -> Chunks:
        chunks = []
        for row in grid:
            lines: list[str] = []
            for cell in row:
                text = cell.text
                if not text:
                    continue
                marker = text.find("）") + 1 or text.find(")") + 1
                if self.split_marker and cell.rows > 1 and cell.kind == "label" and 0 < marker <= 4:
                    lines.append(self.indent + text[:marker])
                    text = text[marker:].strip()
                lines.append(self.indent + text)
                if self.empty_after == "cell":
                    lines.append("")
            if self.empty_after == "row":
                lines.append("")
            chunks.append(lines)
        return chunks

    def proactive(self, sheet: Sheet, dice: Dice, pager: Pager) -> Chunks:
        """The proactive table."""
        return self._rows(proactive_grid(sheet))

    def applications(self, sheet: Sheet, dice: Dice, pager: Pager) -> Chunks:
        """The applications table."""
        return self._rows(applications_head(sheet) + applications_body(sheet))

    def review(self, sheet: Sheet, dice: Dice, pager: Pager) -> Chunks:
        """Table four."""
        return self._rows(review_grid(sheet))
