"""The three official tables of a report, laid out as the form has them: heads, cells, and what is to be said of a cell.

Belongs here: from a report's facts to rows that a template prints. Where the facts come from is ``agencies``'s.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from pipeline import forms
from pipeline.cli.report_tables import number
from pipeline.forms import APPLICATIONS, PROACTIVE, REVIEW
from pipeline.site.words import NOT_STATED, Words, column, row

#: Table, row and column; row or column is None where a whole column, row or table is meant.
Place = tuple[str | None, str | None, str | None]
Value = int | Decimal | None

#: Articles of the regulation that table two is divided by.
ARTICLES = {
    "regulation": "第二十条第（一）项",
    "normative_document": "第二十条第（一）项",
    "administrative_license": "第二十条第（五）项",
    "other_service": "第二十条第（五）项",
    "administrative_penalty": "第二十条第（六）项",
    "administrative_coercion": "第二十条第（六）项",
    "administrative_fee": "第二十条第（八）项",
    "government_procurement": "第二十条第（九）项",
}
_HANDLED = Words("三、本年度办理结果", "Results of the year")


class Numbers(NamedTuple):
    """A row of a fact table: its numbers, and the lines they stand on (``lines``: each its own)."""

    values: tuple[Value, ...]
    line: int | None
    lines: Sequence[int | None] | None = None

    @property
    def all_lines(self) -> list[int]:
        """The lines, each once, in order."""
        return sorted({line for line in self.lines or [self.line] if line is not None})


class Note(NamedTuple):
    """What ``cell_note`` says of a cell."""

    state: str
    raw_text: str | None


class Mark(NamedTuple):
    """The number of an issue, to stand at its cell."""

    number: int
    severity: str
    waived: bool


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell that is not just a number: not stated, printed with words, or with issues."""

    text: str
    nil: bool = False
    raw: str = ""  # as printed, where that is more or other than the number
    marks: Sequence[Mark] = ()

    @property
    def severity(self) -> str:
        """The worst severity of its marks that no reviewer knows of; empty without one."""
        open_ = {mark.severity for mark in self.marks if not mark.waived}
        return next((each for each in ("error", "warning", "info") if each in open_), "")


class Head(NamedTuple):
    """A head of rows; ``rows`` and ``cols`` are how many it spans."""

    words: Words
    rows: int = 1
    cols: int = 1
    marks: Sequence[Mark] = ()


class Row(NamedTuple):
    """A row: its heads from the left, cells, and the lines its numbers stand on."""

    heads: list[Head]
    cells: list[str | Cell]
    lines: list[int]


class Block(NamedTuple):
    """A part of table two: its article, the names of its columns, and rows."""

    article: str
    columns: list[Words]
    rows: list[Row]


@dataclass
class Facts:
    """What the fact tables have of one report."""

    proactive: dict[tuple[str, str], Numbers] = field(default_factory=dict)
    applications: dict[str, Numbers] = field(default_factory=dict)
    review: dict[str, Numbers] = field(default_factory=dict)
    notes: dict[tuple[str, str, str], Note] = field(default_factory=dict)

    def places(self) -> set[Place]:
        """Every cell that the report's tables have."""
        return {
            *((PROACTIVE, item, measure) for item, measure in self.proactive),
            *((APPLICATIONS, item, name) for item in self.applications for name in forms.APPLICATION_COLUMNS),
            *((REVIEW, track, name) for track in self.review for name in forms.REVIEW_COLUMNS),
        }


class Sheet:
    """The tables of a report, with marks at the cells, rows and tables that issues are about."""

    def __init__(self, facts: Facts, issues: Iterable[tuple[Place, Mark]]) -> None:
        self._facts = facts
        self._marks: dict[Place, list[Mark]] = defaultdict(list)
        there = facts.places()
        for place, mark in issues:
            if found := _position(place, there):
                self._marks[found].append(mark)
        self.marked = {mark.number for marks in self._marks.values() for mark in marks}
        self.title_marks = {
            table: self._marks.get((table, None, None), []) for table in (PROACTIVE, APPLICATIONS, REVIEW)
        }
        self.proactive = self._proactive()
        self.applications = self._applications()
        self.review = self._review()

    def _cell(self, table: str, item: str, name: str, value: Value) -> str | Cell:
        marks = self._marks.get((table, item, name), ())
        note = self._facts.notes.get((table, item, name)) or self._facts.notes.get((table, item, "*"))
        if value is not None and note is None and not marks:
            return number(value)
        raw = note.raw_text or "" if note else ""
        if value is not None:
            return Cell(number(value), raw=raw, marks=marks)
        if note and note.state == "nil_mark" and raw:
            return Cell(f"“{raw}”", nil=True, marks=marks)
        return Cell(NOT_STATED[note.state if note and note.state in NOT_STATED else None].zh, True, raw, marks)

    def _row(self, table: str, item: str, names: Sequence[str], heads: list[Head], numbers: Numbers) -> Row:
        cells = [self._cell(table, item, name, value) for name, value in zip(names, numbers.values, strict=True)]
        return Row(heads, cells, numbers.all_lines)

    def _head(self, table: str, item: str, words: Words, cols: int = 1) -> Head:
        return Head(words, 1, cols, self._marks.get((table, item, None), ()))

    def _proactive(self) -> list[Block]:
        measures: dict[str, list[str]] = {}
        for item, measure in forms.disclosure_items():
            if (item, measure) in self._facts.proactive:
                measures.setdefault(item, []).append(measure)
        blocks: list[Block] = []
        for item, names in measures.items():
            columns = [_measure(item, name, names) for name in names]
            parts = [self._facts.proactive[item, name] for name in names]
            numbers = Numbers(tuple(part.values[0] for part in parts), None, [p.line for p in parts if p.line])
            line = self._row(PROACTIVE, item, names, [self._head(PROACTIVE, item, row(PROACTIVE, item))], numbers)
            last = blocks[-1] if blocks else None
            same = last and last.article == ARTICLES[item] and [c.zh for c in last.columns] == [c.zh for c in columns]
            if last and same:
                last.rows.append(line)
            else:
                blocks.append(Block(ARTICLES[item], columns, [line]))
        return blocks

    def _applications(self) -> list[Row]:
        there = [item for item in forms.application_items() if item in self._facts.applications]
        titles = [_title(item) for item in there]
        rows = []
        for place, (item, (top, group, own)) in enumerate(zip(there, titles, strict=True)):
            heads = []
            before = titles[place - 1] if place else None
            if top and (before is None or before[0] != top):
                heads.append(Head(top, sum(title[0] == top for title in titles)))
            if group and (before is None or before[1] != group):
                heads.append(Head(group, sum(title[1] == group for title in titles)))
            heads.append(self._head(APPLICATIONS, item, own, 3 - bool(top) - bool(group)))
            numbers = self._facts.applications[item]
            rows.append(self._row(APPLICATIONS, item, forms.APPLICATION_COLUMNS, heads, numbers))
        return rows

    def _review(self) -> list[Row]:
        there = [track for track in forms.TRACKS if track in self._facts.review]
        return [
            self._row(
                REVIEW,
                track,
                forms.REVIEW_COLUMNS,
                [self._head(REVIEW, track, row(REVIEW, track))],
                self._facts.review[track],
            )
            for track in there
        ]


def _measure(item: str, name: str, beside: Sequence[str]) -> Words:
    """The head of a column: the two forms say 处理决定数量 with and without 本年."""
    zh, en = column(PROACTIVE, item, name)
    return Words(zh.replace("（本年）", "" if "prior_year_items" in beside else "本年"), en)


def _position(place: Place, there: set[Place]) -> Place | None:
    """Where an issue's mark stands: at its cell or row, at the total of a whole column, else at the table's title.

    None for what is about the whole report.
    """
    table, item, name = place
    if table is None or (item is None and name is None):
        return place if table else None
    if item is None:
        total = (table, "total_processed", name)
        return total if total in there else (table, None, None)
    if name is None:
        return place if any(cell[:2] == (table, item) for cell in there) else (table, None, None)
    return place if place in there else (table, None, None)


def _title(item: str) -> tuple[Words | None, Words | None, Words]:
    """What stands at the left of a row of table three: the part, the group, the row's own label.

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
