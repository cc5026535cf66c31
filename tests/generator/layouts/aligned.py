"""Tables as pdftotext -layout gives them: columns aligned with blanks, every cell where it stands on the page.

A label too long for its column is wrapped, with the numbers on the line in its middle (between the two lines, if it
has two). The group's label is centred beside its rows, 三、本年度办理结果 runs down the page one character a line, and
a page may end inside the table, and inside a group's label. Columns differ from page to page.
"""

from dataclasses import dataclass
from typing import ClassVar

from ..cells import Bearing
from ..dice import Dice
from ..sheet import Line, Sheet
from .base import Chunks, Pager, own_row
from .paper import Canvas, wrap


@dataclass
class _Page:
    """The columns of one page and the place that the next row takes."""

    canvas: Canvas
    group_left: int
    item_left: int
    values_left: int
    step: int
    gap: int
    top: int = 0

    def put_values(self, top: int, texts: tuple[str, ...]) -> None:
        for number, text in enumerate(texts):
            if text:
                self.canvas.centred(self.middle(number), top, text)

    def middle(self, number: int) -> int:
        return self.values_left + self.step * number + self.step // 2

    def put_row(self, line: Line) -> int:
        """Place a row; the answer is the line its numbers stand on."""
        left = (0, self.group_left, self.item_left)[line.level]
        pieces = wrap(line.label, self.values_left - left - 1)
        if len(pieces) == 2:
            tops = [self.top, self.top + 2]
            values = self.top + 1
        else:
            tops = [self.top + offset for offset in range(len(pieces))]
            values = self.top + len(pieces) // 2
        for top, piece in zip(tops, pieces, strict=True):
            self.canvas.put(left, top, piece)
        self.put_values(values, line.texts)
        self.top = tops[-1] + 1 + (max(1, self.gap) if len(pieces) > 1 else self.gap)
        return values


@dataclass(frozen=True)
class Aligned:
    """Columns aligned with blanks."""

    break_page: bool
    vertical: bool
    gap: int
    name: ClassVar[str] = "aligned"
    document: ClassVar[str] = "pdf"
    suffixes: ClassVar[tuple[str, ...]] = (".txt",)

    @classmethod
    def choose(cls, dice: Dice) -> "Aligned":
        """Draw the paper."""
        return cls(break_page=dice.chance(0.65), vertical=not dice.chance(0.25), gap=dice.vary(1, 0, 2, p=0.4))

    @property
    def bearing(self) -> Bearing:
        """A blank is only a wider gap; a nil mark is seen."""
        return Bearing("marks")

    segment = staticmethod(own_row)

    def proactive(self, sheet: Sheet, dice: Dice, pager: Pager) -> Chunks:
        """The proactive table: label, then columns under their headings."""
        chunks: Chunks = []
        break_at = dice.number(1, len(sheet.articles)) if self.break_page and dice.chance(0.4) else 0
        for number, article in enumerate(sheet.articles):
            if number and number == break_at:
                chunks += [["", pager.mark().rjust(dice.number(8, 60))], [pager.start(article.title)]]
            else:
                chunks.append([article.title])
            lefts = self._lefts(article.head, dice)
            rows = [article.head, *((line.label, *line.texts) for line in article.lines)]
            for row in rows:
                canvas = Canvas()
                for left, head, text in zip(lefts, article.head, row, strict=True):
                    shift = 0 if row is article.head or left == 0 else min(3, len(head) // 2)
                    if text:
                        canvas.put(left + shift, 0, text)
                chunks.append([*[""] * self.gap, *canvas.lines()])
            chunks.append([""] * max(1, self.gap))
        return chunks

    @staticmethod
    def _lefts(head: tuple[str, ...], dice: Dice) -> list[int]:
        lefts = [0]
        for text in ("其他对外管理服务事项", *head[1:])[: len(head) - 1]:
            lefts.append(lefts[-1] + len(text) + 6 + dice.number(0, 3))
        return lefts

    def applications(self, sheet: Sheet, dice: Dice, pager: Pager) -> Chunks:
        """The applications table on one page or two."""
        cut = dice.number(9, len(sheet.lines) - 3) if self.break_page else len(sheet.lines)
        first = self._page(sheet, dice)
        self._head(sheet, first)
        before, after = sheet.lines[:cut], sheet.lines[cut:]
        torn = after[0].group if after and after[0].group == before[-1].group else ""
        self._rows(sheet, first, before, torn_after=torn)
        chunks = [[line] for line in first.canvas.lines()]
        if after:
            second = self._page(sheet, dice)
            self._rows(sheet, second, after, torn_before=torn)
            lines = second.canvas.lines()
            side = dice.pick([0, 10, 45])
            chunks += [["", " " * side + pager.mark(), pager.start(lines[0])], *([line] for line in lines[1:])]
        return chunks

    def _page(self, sheet: Sheet, dice: Dice) -> _Page:
        widest = max(len(text) for line in sheet.lines for text in line.texts)
        group_left = dice.number(5, 7)
        item_left = group_left + dice.number(6, 8)
        values_left = item_left + dice.number(14, 21)
        return _Page(Canvas(), group_left, item_left, values_left, max(7, widest + dice.number(2, 4)), self.gap)

    def _head(self, sheet: Sheet, page: _Page) -> None:
        canvas = page.canvas
        canvas.centred(page.middle(3), 0, sheet.applicants)
        for offset, piece in enumerate(wrap(sheet.note, page.values_left - 3)):
            canvas.put(0, 2 + offset, piece)
        canvas.centred(page.middle(3), 2, sheet.organizations)
        for number, label in enumerate(sheet.columns):
            pieces = wrap(label.replace(" ", ""), 4 if len(label) > 4 else 3)
            top = 4 if len(pieces) > 1 else 5
            for offset, piece in enumerate(pieces):
                canvas.centred(page.middle(number), top + 2 * offset, piece)
        page.top = 8

    def _rows(
        self, sheet: Sheet, page: _Page, lines: tuple[Line, ...], torn_before: str = "", torn_after: str = ""
    ) -> None:
        """Place the rows of a page and, beside them, the labels of their groups."""
        tops = {line.item: page.put_row(line) for line in lines}
        for group, label in sheet.groups.items():
            own = [tops[line.item] for line in lines if line.group == group]
            pieces = wrap(label, 4)
            if group == torn_before:
                pieces, middle = pieces[1:], own[0]
            elif group == torn_after:
                pieces, middle = pieces[:1], own[-1] + 1
            elif own:
                middle = (own[0] + own[-1]) // 2
            else:
                continue
            for offset, piece in enumerate(pieces):
                page.canvas.put(page.group_left, middle + offset, piece)
        under = [tops[line.item] for line in lines if line.level]
        if under and lines[0].level == 0:
            pieces = ["三、", *sheet.results[2:]]
            spread = (under[-1] - under[0]) / len(pieces)
            first = under[0] + spread / 2
            if not self.vertical or spread < 1:
                pieces, spread = wrap(sheet.results, 4), 1
                first = (under[0] + under[-1]) // 2 - 1
            for number, piece in enumerate(pieces):
                page.canvas.put(0, int(first + spread * number), piece)

    def review(self, sheet: Sheet, dice: Dice, pager: Pager) -> Chunks:
        """Table four: stacked headings, then its 15 numbers."""
        step = max(6, max(len(text) for text in sheet.review) + 2)
        canvas = Canvas()
        top = 0
        if sheet.review_header:
            review, litigation, direct, after = sheet.review_titles
            canvas.put(0, 0, review)
            canvas.put(step * 5, 0, litigation)
            canvas.put(step * 5 + 1, 2, direct)
            canvas.put(step * 10 + 1, 2, after)
            for number in range(15):
                label = sheet.outcomes[number % 5].replace(" ", "")
                pieces = wrap(label, dice.pick([2, 2, 3]))
                if number % 5 == 4:
                    canvas.put(step * number, 5, label)
                    continue
                for offset, piece in enumerate(pieces):
                    canvas.put(step * number, 4 + 2 * offset, piece)
            top = 8
        for number, text in enumerate(sheet.review):
            if text:
                canvas.put(step * number, top, text)
        return [[line] for line in canvas.lines()] + [[""]]
