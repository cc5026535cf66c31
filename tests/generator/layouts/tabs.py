"""Tables as lines of cells with tabs between them: the commonest layout.

`grid` fills every span with blanks, `repeat` with the spanning text, `seed` has the miscounted spans of the collected
reports (rows that move one or two columns to the left towards the end), `loose` gives every row its own number of
leading and trailing blanks, with or without the group's label.
"""

from dataclasses import dataclass
from typing import ClassVar

from ..cells import Bearing
from ..dice import Dice
from ..sheet import Sheet
from .base import Chunks, Pager, own_row
from .grid import Grid, applications_body, applications_head, expand, proactive_grid, review_grid

SHIFTED = ("other_other", "not_processed_reissue", "total_processed")


@dataclass(frozen=True)
class Tabs:
    """Tab-separated rows."""

    shape: str
    shift_from: str
    strip: bool
    name: ClassVar[str] = "tabs"
    document: ClassVar[str] = "text"
    suffixes: ClassVar[tuple[str, ...]] = (".txt", ".txt", ".txt", ".md")

    @classmethod
    def choose(cls, dice: Dice) -> "Tabs":
        """Draw the shape of the rows."""
        shape = dice.vary("grid", "seed", "seed", "seed", "loose", "repeat", p=0.8)
        return cls(shape, dice.pick(SHIFTED), strip=dice.chance(0.12))

    @property
    def bearing(self) -> Bearing:
        """A blank is only placeable in regular grids, or between two numbers."""
        regular = self.shape in ("grid", "repeat") and not self.strip
        return Bearing("any" if regular else "interior", words=True, explained=True)

    segment = staticmethod(own_row)

    def _rows(self, grid: Grid) -> Chunks:
        return self._join(expand(grid, repeat=self.shape == "repeat"))

    def _join(self, rows: list[list[str]]) -> Chunks:
        lines = ("\t".join(row) for row in rows)
        return [[line.rstrip("\t") if self.strip else line] for line in lines]

    def proactive(self, sheet: Sheet, dice: Dice, pager: Pager) -> Chunks:
        """The proactive table: always a regular grid."""
        return self._rows(proactive_grid(sheet))

    def review(self, sheet: Sheet, dice: Dice, pager: Pager) -> Chunks:
        """Table four: always a regular grid."""
        return self._rows(review_grid(sheet))

    def applications(self, sheet: Sheet, dice: Dice, pager: Pager) -> Chunks:
        """The applications table in this report's shape."""
        if self.shape in ("grid", "repeat"):
            return self._rows(applications_head(sheet) + applications_body(sheet))
        columns = sheet.columns
        head = [
            [sheet.note, "", sheet.applicants, "", "", "", "", "", columns[6], ""],
            ["", "", columns[0], sheet.organizations, "", "", "", "", "", ""],
            ["", "", "", *columns[1:6], "", ""],
        ]
        return self._join(head + (self._seed(sheet) if self.shape == "seed" else self._loose(sheet, dice)))

    def _seed(self, sheet: Sheet) -> list[list[str]]:
        """Ten columns of which the labels take two; from some row on, the spans are over and rows move left."""
        rows = []
        shifted = False
        last_group = ""
        for number, line in enumerate(sheet.lines):
            before = [""] * min(line.level, 2)
            if line.level == 1 and sheet.lines[number - 1].level == 0:
                before = [sheet.results]
            if line.level == 2 and line.group != last_group:
                before, last_group = ["", sheet.groups[line.group]], line.group
            if line.item == self.shift_from:
                shifted = True
                row = [line.label, *([""] if line.level == 2 else []), *line.texts]
            elif shifted and line.level == 2:
                row = [*before[1:], line.label, *line.texts]
            elif shifted:
                row = [line.label, *([""] if line.level == 0 else []), *line.texts]
            elif line.level == 0:
                row = [line.label, "", *line.texts]
            else:
                row = [*before, line.label, *line.texts]
            rows.append(row + [""] * (10 - len(row)))
        return rows

    def _loose(self, sheet: Sheet, dice: Dice) -> list[list[str]]:
        """Every row with its own blanks."""
        rows = []
        for number, line in enumerate(sheet.lines):
            lead: list[str] = []
            first = line.level == 2 and sheet.lines[number - 1].group != line.group
            if line.level == 1 and sheet.lines[number - 1].level == 0:
                lead = [sheet.results]
            elif first:
                lead = [*[""] * dice.number(0, 1), sheet.groups[line.group]]
            elif line.level:
                lead = [""] * dice.number(0, 2)
                if line.level == 2 and dice.chance(0.1):
                    lead = [sheet.groups[line.group]]
            gap = [""] * (dice.number(0, 2) if line.level < 2 else 0)
            rows.append([*lead, line.label, *gap, *line.texts, *[""] * dice.number(0, 2)])
        return rows
