"""Tables as plain pdftotext gives them: one cell a line, and the labels of tall rows torn from their numbers.

The damage is that of one real report: the rows with wrapped labels stand as bare numbers, in the form's order, and
their labels follow at the end of the page together with those of the groups; the numbers of table four may come in
the order of the page's columns, which only their sums could undo.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from ..cells import Bearing
from ..dice import Dice
from ..sheet import Sheet
from ..truth import APPLICATIONS
from .base import Chunks, Pager, own_row
from .paper import wrap

_OTHERS = ("other_no_correction", "other_fee_unpaid", "other_other", "other_processing")
_RUNS = {
    "first": ("carried_over", "granted", "partially_granted"),
    "last": ("not_processed_excessive", "not_processed_reissue", *_OTHERS),
}
"""Runs of rows: one with its label, and after it those that lost theirs."""
_FIRST_PAGE_ENDS = "unavailable_not_held"


@dataclass(frozen=True)
class Detached:
    """One cell a line, some labels moved away."""

    runs: tuple[str, ...]
    review_torn: bool
    name: ClassVar[str] = "detached"
    document: ClassVar[str] = "pdf"
    suffixes: ClassVar[tuple[str, ...]] = (".txt",)

    @classmethod
    def choose(cls, dice: Dice) -> "Detached":
        """Draw which labels are lost."""
        return cls(
            dice.vary(("first", "last"), ("first",), ("last",), p=0.4),
            review_torn=dice.chance(0.5),
        )

    @property
    def bearing(self) -> Bearing:
        """Only the order of the numbers is left, so none may be missing."""
        return Bearing("none", lost_review=self.review_torn)

    def segment(self, table: str, item: str) -> Iterable[str]:
        """All rows up to the next label that stands before its numbers."""
        for run in self.runs:
            if table == APPLICATIONS and item in _RUNS[run]:
                return _RUNS[run]
        return own_row(table, item)

    def proactive(self, sheet: Sheet, dice: Dice, pager: Pager) -> Chunks:
        """The proactive table in reading order."""
        chunks: Chunks = []
        break_at = dice.number(1, len(sheet.articles)) if dice.chance(0.5) else 0
        for number, article in enumerate(sheet.articles):
            chunks.append([article.title, ""])
            head = list(article.head)
            if number and number == break_at:
                chunks.append([pager.mark(), ""])
                head[0] = pager.start(head[0])
            chunks.append(_spaced(head))
            chunks += [_spaced([line.label, *line.texts]) for line in article.lines]
        return chunks

    def applications(self, sheet: Sheet, dice: Dice, pager: Pager) -> Chunks:
        """The applications table: numbers in order, labels as they come."""
        chunks = self._head(sheet)
        late: dict[str, str] = {}
        shown: set[str] = set()
        for line in sheet.lines:
            if any(line.item in _RUNS[run][1:] for run in self.runs):
                late[line.item] = line.label
                chunks.append(_spaced(line.texts))
            else:
                chunks.append(_spaced([line.label, *line.texts]))
            if line.item == _FIRST_PAGE_ENDS:
                chunks += self._page_end(sheet, late, pager)
                shown, late = {"三", "四"}, {}
        for label in late.values():
            group = "五" if "五" not in shown else "六"
            if group in sheet.groups and group not in shown:
                chunks.append([*wrap(sheet.groups[group], 4), ""])
            shown.add(group)
            chunks.append([*wrap(label, 14), ""])
        chunks += [[*wrap(label, 4), ""] for group, label in sheet.groups.items() if group not in shown]
        return chunks

    def _head(self, sheet: Sheet) -> Chunks:
        natural, *organizations, total = sheet.columns
        wrapped = [wrap(label.replace(" ", ""), 4 if len(label) > 4 else 3) for label in organizations]
        lines = [sheet.applicants, *wrap(sheet.note, 23), "", sheet.organizations, natural, ""]
        for pieces in wrapped[:3]:
            lines += [*pieces, ""]
        return [[*lines, total, "", wrapped[3][0], *wrapped[4], "", *wrapped[3][1:], ""]]

    def _page_end(self, sheet: Sheet, late: dict[str, str], pager: Pager) -> Chunks:
        """The labels that were left over, and the foot of the page in the middle of 无法提供."""
        lines: list[str] = []
        for label in late.values():
            lines += wrap(label, 20)
        lines += ["", "三、", *sheet.results[2:7], "", *wrap(sheet.groups["三"], 4), "", *sheet.results[7:], ""]
        first, *rest = wrap(sheet.groups["四"], 4)
        return [[*lines, first, "", pager.mark(), "", pager.start("".join(rest)), ""]]

    def review(self, sheet: Sheet, dice: Dice, pager: Pager) -> Chunks:
        """Table four, in order or by columns of the page."""
        review, litigation, direct, after = sheet.review_titles
        texts = list(sheet.review)
        tops, bottoms = ["结果", "结果", "其他", "尚未"], ["维持", "纠正", "结果", "审结"]
        if not self.review_torn:
            heads = [review, litigation, direct, after, *(tops + bottoms + ["总计"]) * 3]
            return [_spaced(heads if sheet.review_header else []), _spaced(texts)]
        return [
            _spaced([review, litigation, direct, *tops, *bottoms, "总计", *texts[:4], *tops[:3], after]),
            _spaced([tops[3], *tops, *bottoms, *texts[10:14], "总计", texts[4], "总计", *bottoms]),
            _spaced([*texts[5:10], "总计", texts[14]]),
        ]


def _spaced(texts: Iterable[str]) -> list[str]:
    """Every text on a line of its own with an empty line after it; a lost cell leaves nothing."""
    return [line for text in texts if text for line in (text, "")]
