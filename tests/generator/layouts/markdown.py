"""Tables as Markdown: one pipe row a line.

Spans are empty cells or repeat their text. A converter that works page by page cuts a table into fragments and gives
each a heading again: its own, an empty one, or by mistake that of another table.
"""

from dataclasses import dataclass
from typing import ClassVar

from ..cells import Bearing
from ..dice import Dice
from ..sheet import Sheet
from .base import Chunks, Pager, own_row
from .grid import applications_body, applications_head, article_grid, expand, proactive_grid, review_grid


@dataclass(frozen=True)
class Markdown:
    """Pipe tables."""

    repeat: bool
    tight: bool
    rule: str
    fragments: bool
    foreign_head: bool
    by_article: bool
    breaks: bool
    name: ClassVar[str] = "markdown"
    document: ClassVar[str] = "text"
    suffixes: ClassVar[tuple[str, ...]] = (".md", ".md", ".txt")

    @classmethod
    def choose(cls, dice: Dice) -> "Markdown":
        """Draw the dialect."""
        return cls(
            repeat=dice.chance(0.25),
            tight=dice.chance(0.25),
            rule=dice.vary("---", ":---:", "-----", " --- ", p=0.5),
            fragments=dice.chance(0.25),
            foreign_head=dice.chance(0.3),
            by_article=dice.chance(0.4),
            breaks=dice.chance(0.15),
        )

    @property
    def bearing(self) -> Bearing:
        """Every cell has its place between two pipes."""
        return Bearing("any", words=True, explained=True)

    segment = staticmethod(own_row)

    def _row(self, cells: list[str]) -> list[str]:
        return ["|" + "|".join(cells) + "|"] if self.tight else ["| " + " | ".join(cells) + " |"]

    def _table(self, rows: list[list[str]]) -> Chunks:
        """A table whose first row is the heading; the heading and its rule stay together."""
        rule = "|" + "|".join([self.rule] * len(rows[0])) + "|"
        return [[*self._row(rows[0]), rule], *(self._row(row) for row in rows[1:])]

    def proactive(self, sheet: Sheet, dice: Dice, pager: Pager) -> Chunks:
        """The proactive table, whole or one table a 项."""
        if not self.by_article:
            return self._table(expand(proactive_grid(sheet), repeat=self.repeat))
        chunks: Chunks = []
        for article in sheet.articles:
            chunks += [*self._table(expand(article_grid(article, sheet.width), repeat=self.repeat)), [""]]
        return chunks[:-1]

    def applications(self, sheet: Sheet, dice: Dice, pager: Pager) -> Chunks:
        """The applications table, whole or in fragments."""
        rows = expand(applications_head(sheet) + applications_body(sheet), repeat=self.repeat)
        if self.breaks:
            rows = [[self._broken(text) for text in row] for row in rows]
        if not self.fragments:
            return self._table(rows)
        cut = dice.number(8, len(rows) - 3)
        head = rows[0]
        if self.foreign_head:
            head = [*sheet.articles[0].head, *[""] * (10 - len(sheet.articles[0].head))]
        return [*self._table(rows[:cut]), [""], *self._table([head, *rows[cut:]])]

    def review(self, sheet: Sheet, dice: Dice, pager: Pager) -> Chunks:
        """Table four; without its heading the empty heading that Markdown demands."""
        rows = expand(review_grid(sheet), repeat=self.repeat)
        return self._table(rows if sheet.review_header else [[""] * 15, *rows])

    @staticmethod
    def _broken(text: str) -> str:
        """A long label with the line break that its cell had."""
        return f"{text[:8]}<br>{text[8:]}" if len(text) > 16 and not text.isdecimal() else text
