"""Tables as pdftotext -raw gives them: a row is one line, label and numbers with single blanks between.

A wrapped label takes lines of its own; its numbers follow on the next line, stand between its lines, or go with its
last line. The group's label stands on lines of its own before the first row or leads its line; 三、本年度办理结果 may
come one character a line; a page may end inside the table, and inside a group's label.
"""

from dataclasses import dataclass
from typing import ClassVar

from ..cells import Bearing
from ..dice import Dice
from ..sheet import Line, Sheet
from .base import Chunks, Pager, own_row
from .paper import wrap


@dataclass(frozen=True)
class Flat:
    """Flattened rows."""

    break_page: bool
    width: int
    values: str
    results: str
    groups: str
    name: ClassVar[str] = "flat"
    document: ClassVar[str] = "pdf"
    suffixes: ClassVar[tuple[str, ...]] = (".txt",)

    @classmethod
    def choose(cls, dice: Dice) -> "Flat":
        """Draw the paper."""
        return cls(
            break_page=dice.chance(0.65),
            width=dice.vary(17, 14, 20, 26, p=0.7),
            values=dice.vary("after", "between", "last line", p=0.5),
            results=dice.vary("characters", "line", "lead", p=0.5),
            groups=dice.vary("wrapped", "line", "lead", p=0.5),
        )

    @property
    def bearing(self) -> Bearing:
        """A blank cell leaves nothing; a nil mark is seen."""
        return Bearing("marks")

    segment = staticmethod(own_row)

    def proactive(self, sheet: Sheet, dice: Dice, pager: Pager) -> Chunks:
        """The proactive table."""
        chunks: Chunks = []
        break_at = dice.number(1, len(sheet.articles)) if self.break_page and dice.chance(0.4) else 0
        for number, article in enumerate(sheet.articles):
            if number and number == break_at:
                chunks += [[article.title], [pager.mark(), pager.start(" ".join(article.head))]]
            else:
                chunks += [[article.title], [" ".join(article.head)]]
            chunks += [[_joined((line.label, *line.texts))] for line in article.lines]
        return chunks

    def applications(self, sheet: Sheet, dice: Dice, pager: Pager) -> Chunks:
        """The applications table."""
        chunks: Chunks = [[line] for line in self._head(sheet, dice)]
        cut = dice.number(6, len(sheet.lines) - 2) if self.break_page else -1
        torn = ""
        page_starts = -1
        for number, line in enumerate(sheet.lines):
            lead = ""
            before = sheet.lines[number - 1]
            if line.level == 1 and before.level == 0:
                lead = self._results(sheet, chunks)
            if number == cut:
                chunks.append([pager.mark()])
                page_starts = len(chunks)
                lead = torn + " " if torn else ""
            if line.level == 2 and line.group != before.group:
                lead, torn = self._group(sheet, line, chunks, cut - number)
            chunks.append(self._row(line, lead))
        if page_starts > 0:
            chunks[page_starts][0] = pager.start(chunks[page_starts][0])
        return chunks

    def _head(self, sheet: Sheet, dice: Dice) -> list[str]:
        lines = [*wrap(sheet.note, dice.number(20, 24)), sheet.applicants, sheet.columns[0], sheet.organizations]
        lines.append(sheet.columns[6])
        for label in sheet.columns[1:6]:
            pieces = wrap(label.replace(" ", ""), 4 if len(label) > 4 else 3)
            lines += [" ".join(piece) if dice.chance(0.2) else piece for piece in pieces]
        return lines

    def _results(self, sheet: Sheet, chunks: Chunks) -> str:
        """Print 三、本年度办理结果; the answer leads the line of the next row."""
        if self.results == "lead":
            return sheet.results + " "
        chunks.append(["三、", *sheet.results[2:]] if self.results == "characters" else [sheet.results])
        return ""

    def _group(self, sheet: Sheet, line: Line, chunks: Chunks, rows_left: int) -> tuple[str, str]:
        """Print the group's label; the answers lead the next row, and the first row of the next page."""
        label = sheet.groups[line.group]
        if self.groups == "lead":
            return label + " ", ""
        pieces = wrap(label, 4) if self.groups == "wrapped" else [label]
        size = sum(other.group == line.group for other in sheet.lines)
        if len(pieces) > 1 and 0 < rows_left < size:
            chunks.append(pieces[:1])
            return "", "".join(pieces[1:])
        chunks.append(pieces)
        return "", ""

    def _row(self, line: Line, lead: str) -> list[str]:
        pieces = wrap(line.label, self.width)
        numbers = _joined(line.texts)
        if len(pieces) == 1 or self.values == "last line":
            pieces[-1] = _joined((pieces[-1], numbers))
        else:
            pieces.insert(1 if self.values == "between" else len(pieces), numbers)
        pieces[0] = lead + pieces[0]
        return [piece for piece in pieces if piece]

    def review(self, sheet: Sheet, dice: Dice, pager: Pager) -> Chunks:
        """Table four: headings in any state, then 15 numbers on a line."""
        lines: list[str] = []
        if sheet.review_header:
            review, litigation, direct, after = sheet.review_titles
            outcomes = [label.replace(" ", "") for label in sheet.outcomes]
            stacked = [piece for label in outcomes for piece in wrap(label, dice.pick([2, 2, 3]))]
            lines = [f"{review} {litigation}", *stacked, f"{direct} {after}", *stacked, *stacked]
            if dice.chance(0.4):
                lines = [f"{review} {litigation}", f"{direct} {after}", " ".join(outcomes * 3)]
            elif dice.chance(0.2):
                tops, bottoms = [label[:2] for label in outcomes[:4]], [label[2:] for label in outcomes[:4]]
                lines = [f"{review} {litigation}", f"{direct} {after}", " ".join([*tops, outcomes[4]] * 3)]
                lines.append(" ".join(bottoms * 3))
        return [[line] for line in [*lines, _joined(sheet.review)]]


def _joined(texts: tuple[str, ...]) -> str:
    return " ".join(text for text in texts if text)
