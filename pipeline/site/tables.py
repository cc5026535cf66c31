"""The three official tables of a report, laid out as the form has them: heads, cells, notes and marks.

Belongs here: from a report's facts to rows that a template prints. Reading the facts is ``agencies``'s.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from pipeline import forms
from pipeline.forms import APPLICATIONS, PROACTIVE, REVIEW
from pipeline.numbers import plain
from pipeline.site.words import ARTICLES, NOT_STATED, Words, column, row

#: Table, row and column; row or column is None where a whole column, row or table is meant.
CellAddress = tuple[str | None, str | None, str | None]
Value = int | Decimal | None

_HANDLED = Words("三、本年度办理结果", "Results of the year")


class FactRow(NamedTuple):
    """A row of a fact table: its numbers and their source line, or each number's own in ``lines``."""

    values: tuple[Value, ...]
    line: int | None
    lines: Sequence[int | None] | None = None

    @property
    def all_lines(self) -> list[int]:
        """The lines, each once, in order."""
        return sorted({line for line in self.lines or [self.line] if line is not None})


class CellNote(NamedTuple):
    """What ``cell_note`` says of a cell."""

    state: str
    raw_text: str | None


class IssueMark(NamedTuple):
    """The number of an issue, printed at its cell."""

    number: int
    severity: str
    waived: bool


@dataclass(frozen=True, slots=True)
class MarkedCell:
    """A cell that is more than a number: not stated, annotated, or marked with issues.

    Where no number is stated, the text is what is printed instead, or why nothing is.
    """

    text: str | Words
    nil: bool = False
    raw: str = ""  # as printed, where that is more or other than the number
    marks: Sequence[IssueMark] = ()

    @property
    def severity(self) -> str:
        """The worst severity of its marks, waived issues aside; empty without one."""
        open_ = {mark.severity for mark in self.marks if not mark.waived}
        return next((each for each in ("error", "warning", "info") if each in open_), "")


class RowHead(NamedTuple):
    """The head of one or more rows; ``rows`` and ``cols`` are its spans."""

    words: Words
    rows: int = 1
    cols: int = 1
    marks: Sequence[IssueMark] = ()


class TableRow(NamedTuple):
    """A printed row: its heads from the left, its cells, and the source lines of its numbers."""

    heads: list[RowHead]
    cells: list[str | MarkedCell]
    lines: list[int]


class DisclosureBlock(NamedTuple):
    """Rows of table two under one article with the same columns."""

    article: Words
    columns: list[Words]
    rows: list[TableRow]


@dataclass
class ReportFacts:
    """The rows of one report in the fact tables."""

    proactive: dict[tuple[str, str], FactRow] = field(default_factory=dict)
    applications: dict[str, FactRow] = field(default_factory=dict)
    review: dict[str, FactRow] = field(default_factory=dict)
    notes: dict[tuple[str, str, str], CellNote] = field(default_factory=dict)

    def addresses(self) -> set[CellAddress]:
        """Every cell of the report's tables."""
        return {
            *((PROACTIVE, item, measure) for item, measure in self.proactive),
            *((APPLICATIONS, item, name) for item in self.applications for name in forms.APPLICATION_COLUMNS),
            *((REVIEW, track, name) for track in self.review for name in forms.REVIEW_COLUMNS),
        }


class OfficialTables:
    """The tables of a report, with marks at the cells, rows and tables that issues are about."""

    def __init__(self, facts: ReportFacts, issues: Iterable[tuple[CellAddress, IssueMark]]) -> None:
        self._facts = facts
        self._marks: dict[CellAddress, list[IssueMark]] = defaultdict(list)
        cells = facts.addresses()
        for address, mark in issues:
            if found := _mark_address(address, cells):
                self._marks[found].append(mark)
        self.marked = {mark.number for marks in self._marks.values() for mark in marks}
        self.title_marks = {
            table: self._marks.get((table, None, None), []) for table in (PROACTIVE, APPLICATIONS, REVIEW)
        }
        self.proactive = self._proactive()
        self.applications = self._applications()
        self.review = self._review()

    def _cell(self, table: str, item: str, name: str, value: Value) -> str | MarkedCell:
        marks = self._marks.get((table, item, name), ())
        note = self._facts.notes.get((table, item, name)) or self._facts.notes.get((table, item, "*"))
        if value is not None and note is None and not marks:
            return plain(value)
        raw = note.raw_text or "" if note else ""
        if value is not None:
            return MarkedCell(plain(value), raw=raw, marks=marks)
        if note and note.state == "nil_mark" and raw:
            return MarkedCell(raw, nil=True, marks=marks)
        return MarkedCell(NOT_STATED[note.state if note and note.state in NOT_STATED else None], True, raw, marks)

    def _row(self, table: str, item: str, names: Sequence[str], heads: list[RowHead], numbers: FactRow) -> TableRow:
        cells = [self._cell(table, item, name, value) for name, value in zip(names, numbers.values, strict=True)]
        return TableRow(heads, cells, numbers.all_lines)

    def _head(self, table: str, item: str, words: Words, cols: int = 1) -> RowHead:
        return RowHead(words, 1, cols, self._marks.get((table, item, None), ()))

    def _proactive(self) -> list[DisclosureBlock]:
        measures: dict[str, list[str]] = {}
        for item, measure in forms.disclosure_items():
            if (item, measure) in self._facts.proactive:
                measures.setdefault(item, []).append(measure)
        blocks: list[DisclosureBlock] = []
        for item, names in measures.items():
            columns = [_measure(item, name, names) for name in names]
            facts = [self._facts.proactive[item, name] for name in names]
            numbers = FactRow(tuple(fact.values[0] for fact in facts), None, [f.line for f in facts if f.line])
            printed = self._row(PROACTIVE, item, names, [self._head(PROACTIVE, item, row(PROACTIVE, item))], numbers)
            last = blocks[-1] if blocks else None
            same = last and last.article == ARTICLES[item] and [c.zh for c in last.columns] == [c.zh for c in columns]
            if last and same:
                last.rows.append(printed)
            else:
                blocks.append(DisclosureBlock(ARTICLES[item], columns, [printed]))
        return blocks

    def _applications(self) -> list[TableRow]:
        items = [item for item in forms.application_items() if item in self._facts.applications]
        titles = [_title(item) for item in items]
        rows = []
        for index, (item, (top, group, own)) in enumerate(zip(items, titles, strict=True)):
            heads = []
            before = titles[index - 1] if index else None
            if top and (before is None or before[0] != top):
                heads.append(RowHead(top, sum(title[0] == top for title in titles)))
            if group and (before is None or before[1] != group):
                heads.append(RowHead(group, sum(title[1] == group for title in titles)))
            heads.append(self._head(APPLICATIONS, item, own, 3 - bool(top) - bool(group)))
            numbers = self._facts.applications[item]
            rows.append(self._row(APPLICATIONS, item, forms.APPLICATION_COLUMNS, heads, numbers))
        return rows

    def _review(self) -> list[TableRow]:
        tracks = [track for track in forms.TRACKS if track in self._facts.review]
        return [
            self._row(
                REVIEW,
                track,
                forms.REVIEW_COLUMNS,
                [self._head(REVIEW, track, row(REVIEW, track))],
                self._facts.review[track],
            )
            for track in tracks
        ]


def _measure(item: str, name: str, beside: Sequence[str]) -> Words:
    """The head of a column: of the two forms one prints 处理决定数量 with 本年, one without."""
    zh, en = column(PROACTIVE, item, name)
    return Words(zh.replace("（本年）", "" if "prior_year_items" in beside else "本年"), en)


def _mark_address(issue: CellAddress, cells: set[CellAddress]) -> CellAddress | None:
    """Where the mark of an issue is printed: at its cell or row, at the total of a whole column, else at the title.

    None for an issue of the whole report.
    """
    table, item, name = issue
    title = (table, None, None)
    if table is None:
        return None
    if item is None and name is None:
        return title
    if item is None:
        total = (table, "total_processed", name)
        return total if total in cells else title
    if name is None:
        return issue if any(cell[:2] == (table, item) for cell in cells) else title
    return issue if issue in cells else title


def _title(item: str) -> tuple[Words | None, Words | None, Words]:
    """The heads at the left of a row of table three: the part, the group, the row's own label.

    >>> [words and words.zh for words in _title("denied_state_secret")]
    ['三、本年度办理结果', '（三）不予公开', '1.属于国家秘密']
    """
    spec = forms.application_items()[item]
    if not spec.label_zh.startswith("三（"):
        return None, None, Words(spec.label_zh, spec.label_en)
    group, _, own = spec.label_zh.removeprefix("三").partition(" ")
    if not own:
        return _HANDLED, None, Words(group, spec.label_en)
    of_group, _, of_own = spec.label_en.partition(": ")
    return _HANDLED, Words(group, of_group), Words(own, of_own)
