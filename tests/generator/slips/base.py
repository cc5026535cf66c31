"""What a slip is: one thing that goes wrong in an otherwise tidy report, at each step of the report's making."""

import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

from ..cells import Cells, Place
from ..dice import Dice
from ..form import COLUMNS, OUTCOMES
from ..layouts import Chunks, Layout, Pager
from ..sheet import Sheet
from ..truth import APPLICATIONS, PROACTIVE, Truth

GRIDS = ("tabs", "markdown", "html")
#: Every layout whose cells may hold more than a number.
WORDS = ("tabs", "markdown", "html", "lines", "pipes")

CellsChange: TypeAlias = Callable[[Truth, Cells, random.Random], None]
SheetChange: TypeAlias = Callable[[Sheet, Truth, random.Random], Sheet]
#: The table's name, its chunks, the truth; chunks are lines of tabs, of Markdown, or rows of HTML.
TableChange: TypeAlias = Callable[[str, Chunks, Truth, random.Random], Chunks]
TextChange: TypeAlias = Callable[[str, random.Random], str]


@dataclass(frozen=True)
class Slip:
    """What it changes: the texts of cells, labels and rows, the lines of a table, or the whole text.

    Each step may change the truth, where a careful reader finds another number, or none.
    """

    layouts: tuple[str, ...]
    cells: CellsChange | None = None
    sheet: SheetChange | None = None
    table: TableChange | None = None
    text: TextChange | None = None
    blanks: float = 0.0


def numbers(cells: Cells, table: str, *, least: int = 0) -> Iterator[Place]:
    """The cells of a table with a plain number of at least this size."""
    for place, text in cells.texts.items():
        if place[0] == table and place[2] != "amount" and text.isascii() and text.isdecimal() and int(text) >= least:
            yield place


def unstated(truth: Truth, place: Place) -> None:
    """The report does not print this number."""
    table, item, column = place
    if table == PROACTIVE:
        truth.proactive[item, column] = None
    else:
        rows, names = (truth.applications, COLUMNS) if table == APPLICATIONS else (truth.review, OUTCOMES)
        rows[item][names.index(column)] = None


def split(line: str) -> list[str] | None:
    """The cells of a row of tabs, of Markdown or of HTML; None for any other line."""
    if line.startswith("<tr"):
        return re.findall(r"<t[dh][^>]*>.*?</t[dh]>", line, re.DOTALL)
    if line.startswith("|"):
        return None if set(line) <= set("|-: ") and "-" in line else [cell.strip() for cell in line[1:-1].split("|")]
    return line.split("\t") if "\t" in line else None


def join(like: str, cells: list[str]) -> str:
    """The row written as ``like`` was."""
    if like.startswith("<tr"):
        return "<tr>" + "".join(cell if cell.startswith("<t") else f"<td>{cell}</td>" for cell in cells) + "</tr>"
    return "| " + " | ".join(cells) + " |" if like.startswith("|") else "\t".join(cells)


def each_row(chunks: Chunks, change: Callable[[int, list[str]], list[str]]) -> Chunks:
    """Every row changed; ``change`` gets its number in the table. A Markdown rule is as wide as the row above it."""
    made: Chunks = []
    number = 0
    for chunk in chunks:
        lines = []
        for line in chunk:
            cells = split(line)
            if cells is not None:
                lines.append(join(line, change(number, cells)))
                number += 1
            elif lines and line.startswith("|"):
                lines.append("|" + "---|" * len(split(lines[-1]) or ()))
            else:
                lines.append(line)
        made.append(lines)
    return made


def plain(cell: str) -> str:
    """A cell's text without tags."""
    return re.sub(r"<[^>]*>", "", cell).replace("&nbsp;", "").strip()


@dataclass(frozen=True)
class Slipped:
    """A layout whose tables are changed after they are printed."""

    layout: Layout
    change: TableChange
    truth: Truth
    rng: random.Random

    def __getattr__(self, name: str) -> Any:
        return getattr(self.layout, name)

    def proactive(self, sheet: Sheet, dice: Dice, pager: Pager) -> Chunks:
        """The proactive table."""
        return self.change("proactive", self.layout.proactive(sheet, dice, pager), self.truth, self.rng)

    def applications(self, sheet: Sheet, dice: Dice, pager: Pager) -> Chunks:
        """The applications table."""
        return self.change("applications", self.layout.applications(sheet, dice, pager), self.truth, self.rng)

    def review(self, sheet: Sheet, dice: Dice, pager: Pager) -> Chunks:
        """Table four."""
        return self.change("review", self.layout.review(sheet, dice, pager), self.truth, self.rng)
