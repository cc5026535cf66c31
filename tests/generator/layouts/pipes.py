"""Tables as `cell |` lines: what is left when a pipe table's cells held paragraphs.

A cell stands on a line of its own, closed by a pipe; rows are closed by the pipes of the columns that a span covers,
at the end of the last cell or on a line of their own. A lone pipe opens a row, and may stand between cells.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from ..cells import Bearing
from ..dice import Dice
from ..sheet import Sheet
from .base import Chunks, Pager, own_row
from .grid import Cell, Grid, applications_body, applications_head, proactive_grid, review_grid


@dataclass(frozen=True)
class Pipes:
    """One cell a line, with pipes."""

    opening: bool
    closing: str
    apart: bool
    broken_heads: bool
    name: ClassVar[str] = "pipes"
    document: ClassVar[str] = "text"
    suffixes: ClassVar[tuple[str, ...]] = (".txt", ".txt", ".md")

    @classmethod
    def choose(cls, dice: Dice) -> "Pipes":
        """Draw where the pipes stand."""
        return cls(
            opening=not dice.chance(0.2),
            closing=dice.vary("same line", "own line", "own line", "none", p=0.5),
            apart=dice.chance(0.15),
            broken_heads=dice.chance(0.4),
        )

    @property
    def bearing(self) -> Bearing:
        """With pipes on lines of their own between the cells, a blank cannot be told from a separator."""
        return Bearing("marks" if self.apart else "interior", words=True, explained=True)

    segment = staticmethod(own_row)

    def _row(self, cells: Sequence[Cell], width: int) -> list[str]:
        lines = ["|"] if self.opening else []
        for cell in cells:
            if self.apart:
                lines += [cell.text, "|"]
            else:
                lines.append(f"{cell.text} |" if cell.text else "|")
        pads = "|" * max(0, width - len(cells))
        if pads and self.closing == "same line":
            lines[-1] += " " + pads
        elif pads and self.closing == "own line":
            lines.append(pads + "|" * (len(pads) == 1))
        return lines

    def _rows(self, grid: Grid, width: int) -> Chunks:
        return [self._row(row, width) for row in grid]

    def proactive(self, sheet: Sheet, dice: Dice, pager: Pager) -> Chunks:
        """The proactive table."""
        return self._rows(proactive_grid(sheet), sheet.width)

    def applications(self, sheet: Sheet, dice: Dice, pager: Pager) -> Chunks:
        """The applications table."""
        return self._rows(applications_head(sheet) + applications_body(sheet), 10)

    def review(self, sheet: Sheet, dice: Dice, pager: Pager) -> Chunks:
        """Table four; its headings often kept only the first of their two lines."""
        grid = review_grid(sheet)
        if self.broken_heads:
            grid = [[Cell(self._cut(cell), cell.cols, cell.rows, cell.kind) for cell in row] for row in grid]
        return self._rows(grid, 15)

    @staticmethod
    def _cut(cell: Cell) -> str:
        words = ("结果维持", "结果纠正", "其他结果", "尚未审结")
        return cell.text[:2] if cell.kind == "head" and cell.text.replace(" ", "") in words else cell.text
