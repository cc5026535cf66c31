"""What every layout offers, and the page numbers that the layouts made from PDF files share.

A layout is drawn once a report (`choose`), so that its three tables go together, and prints each table as chunks of
lines: a chunk is a row with all that must stay together, so that noise can be put between chunks.
"""

from collections.abc import Iterable, Sequence
from typing import ClassVar, Protocol, TypeAlias

from ..cells import Bearing
from ..dice import Dice
from ..form import TRACKS
from ..sheet import Sheet
from ..truth import REVIEW

Chunks: TypeAlias = list[list[str]]


class Pager:
    """Counts the pages of a report and writes the mark at the foot of a page.

    `lone_number` allows a bare number, where it cannot be taken for a cell.
    """

    def __init__(self, dice: Dice, *, lone_number: bool = False) -> None:
        styles = ("- {} -", "— {} —", "－{}－", "P. {}", "第 {} 页", *(("{}",) if lone_number else ()))
        self.style: str = dice.vary("-{}-", *styles, p=0.6)
        self.feed = dice.noise == 0 or not dice.chance(0.15)
        self.page = 0

    def mark(self) -> str:
        """The mark of the page that ends here."""
        self.page += 1
        return self.style.format(self.page)

    def start(self, line: str) -> str:
        """The first line of a new page: pdftotext puts a form feed before it."""
        return "\f" + line if self.feed else line


class Layout(Protocol):
    """One way to put the tables of a report on paper."""

    name: ClassVar[str]
    document: ClassVar[str]
    """How the prose goes with it: text, pdf or html."""
    suffixes: ClassVar[tuple[str, ...]]

    @property
    def bearing(self) -> Bearing:
        """What this layout can show of unusual cells."""
        ...

    def segment(self, table: str, item: str) -> Iterable[str]:
        """The rows that cannot be told apart any more when a cell of `item` is lost."""
        ...

    def proactive(self, sheet: Sheet, dice: Dice, pager: Pager) -> Chunks:
        """The proactive table."""
        ...

    def applications(self, sheet: Sheet, dice: Dice, pager: Pager) -> Chunks:
        """The applications table."""
        ...

    def review(self, sheet: Sheet, dice: Dice, pager: Pager) -> Chunks:
        """Table four."""
        ...


def own_row(table: str, item: str) -> Sequence[str]:
    """The usual segment: the row itself, and in table four, which is one row of 15 cells, every track."""
    return TRACKS if table == REVIEW else (item,)
