"""The three tables where a report prints them just as the form does: read in one pass over its rows.

That is so where every header and label is whole and in the form's order, each row has a whole number in each of its
cells, all sums that the form asks for hold, and nothing else stands among them. There, the general reading
(``matcher``) can find nothing else, and it takes many times as long. What differs from the form in anything is left to
it: this one reads all or nothing. ``OGI_VERIFY=1`` reads everything both ways and compares.

Belongs here: the order of rows, and what is read from them. Does not: what one row is (``exact_rows``).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import IntEnum
from itertools import chain, repeat
from operator import add
from typing import NamedTuple

from pipeline import forms
from pipeline.forms import APPLICATION_COLUMNS, REVIEW_COLUMNS, TRACKS
from pipeline.reader.document import Document, Row
from pipeline.reader.layouts import table_rows, tabs
from pipeline.reader.layouts.page_numbers import page_numbers
from pipeline.reader.tables.applications import ApplicationsReading
from pipeline.reader.tables.disclosure import Cells, DisclosureReading, forms_of_headers
from pipeline.reader.tables.disclosure_amounts import in_ten_thousands
from pipeline.reader.tables.disclosure_grid import GridHead
from pipeline.reader.tables.disclosure_printed import add_printed, rows_of_table_at
from pipeline.reader.tables.exact_rows import (
    APPLICANTS,
    LAYOUTS,
    REVIEW_HEADS,
    REVIEW_WIDTH,
    WIDTH,
    Kind,
    Sort,
    cells_under,
    is_clear,
    is_heading,
    is_strange,
    kind_of_line,
    sort_of,
)
from pipeline.reader.tables.exact_stacks import LAYOUTS as STACKS
from pipeline.reader.tables.exact_stacks import Indexed, is_stacked, unstacked
from pipeline.reader.tables.label_runs import PageMark, is_page_mark, is_repeated_title
from pipeline.reader.tables.reading import FormCell, FormRow, Region
from pipeline.reader.tables.review import ReviewReading
from pipeline.reader.tables.unused_numbers import NumberCount, skipped_marks

#: More empty lines may be blank cells, or part a table from its header.
_MOST_EMPTY, _MOST_EMPTY_INSIDE = 6, 3
#: A page mark has no more cells, where blanks part it.
_MOST_OF_MARK = 5
#: Tables three and four have so many rows of headers.
_HEAD_ROWS = 3
_RESULTS = len(REVIEW_COLUMNS)


class _Stage(IntEnum):
    """How far the tables have been read."""

    BEFORE = 0
    DISCLOSURE = 1
    #: Behind table two; within table three's head, its rows; behind it.
    BEHIND_DISCLOSURE = 2
    APPLICANTS = 3
    APPLICATIONS = 4
    BEHIND_APPLICATIONS = 5
    #: Within table four's head; its numbers are the last row; behind it.
    REVIEW_HEAD = 6
    REVIEW = 7
    BEHIND = 8


_INSIDE = frozenset({_Stage.APPLICANTS, _Stage.APPLICATIONS, _Stage.REVIEW_HEAD})
#: Stages in which other lines, and other rows of cells, may stand.
_BETWEEN = frozenset({_Stage.BEFORE, _Stage.BEHIND_DISCLOSURE, _Stage.BEHIND_APPLICATIONS, _Stage.BEHIND})
#: Tables in which notes may stand.
_NOTED = frozenset({_Stage.DISCLOSURE, _Stage.APPLICATIONS})
_AROUND = frozenset({_Stage.BEFORE, _Stage.BEHIND})
_ROWS = {form: forms.application_rows(form) for form in ("2021", "2019")}
_CELLS = {form: forms.disclosure_cells(form) for form in ("2021", "2019")}


class Tables(NamedTuple):
    """The tables, their numbers, and the page marks of the text."""

    applications: ApplicationsReading
    disclosure: DisclosureReading
    review: ReviewReading
    numbers: NumberCount
    page_marks: list[PageMark]


class _NotExactError(Exception):
    """Something is printed in another way than the form's."""


def read_exact(document: Document) -> Tables | None:
    """The tables of a report that prints them all just as the form does; None for any other."""
    if "\f" in document.text or (not document.rows_are_staged and page_numbers(document.lines)):
        return None
    try:
        return _Reader(document).read()
    except _NotExactError:
        return None


@dataclass(slots=True)
class _Reader:
    """Reads row by row, and gives up at the first that is not as the form has it."""

    document: Document
    stage: _Stage = _Stage.BEFORE
    page_marks: list[PageMark] = field(default_factory=list)
    #: Titles of the report that were met; one that is repeated is a page's.
    titles: set[str] = field(default_factory=set)
    #: Whether the last line but for sentences was a title of table four, below which any number may be the table's.
    titled: bool = False
    #: Whether the tables' cells have a line each.
    stacked: bool = False
    #: The index of the row with which each stage began.
    begins: dict[_Stage, int] = field(default_factory=dict)
    #: The head of table two's next rows, and all its heads.
    head: tuple[str, ...] = ()
    heads: list[GridHead] = field(default_factory=list)
    disclosure: Cells = field(default_factory=dict)
    #: The headers of table three, or of four, as far as they were read.
    words: tuple[str, ...] = ()
    head_rows: int = 0
    head_size: int = 0
    #: What the rows of tables three and four are.
    sorts: list[Sort] = field(default_factory=list)
    applications: dict[str, FormRow] = field(default_factory=dict)
    review: dict[str, FormRow] = field(default_factory=dict)
    #: The source rows of each table's numbers.
    rows: tuple[list[Row], list[Row], list[Row]] = field(default_factory=lambda: ([], [], []))

    def read(self) -> Tables:
        empty = 0
        for at, row in self._rows():
            cells = row.cells
            if not cells or cells == [""]:
                empty += 1
                continue
            if empty > _MOST_EMPTY_INSIDE and (empty > _MOST_EMPTY or self.stage in _INSIDE):
                raise _NotExactError
            empty = 0
            stage = self.stage
            if len(cells) == 1:
                self._add_line(row, cells[0])
            else:
                self._add_row(row, sort_of(tuple(cells)))
            if self.stage is not stage:
                self.begins.setdefault(self.stage, at)
        if self.stage < _Stage.REVIEW:
            raise _NotExactError
        return self._tables()

    def _rows(self) -> Iterable[Indexed]:
        rows = self.document.rows
        self.stacked = not self.document.rows_are_staged and is_stacked(rows)
        return unstacked(rows) if self.stacked else enumerate(rows)

    def _add_line(self, row: Row, text: str) -> None:
        kind = kind_of_line(text)
        if text.rstrip()[-1:] == "告" and is_repeated_title(text, self.titles):
            kind = Kind.PAGE_MARK
        if kind is Kind.ARTICLE:
            self._add_disclosure(row, Sort(kind))
        elif kind is Kind.PAGE_MARK and self.stage is not _Stage.REVIEW_HEAD:
            self.page_marks.append(PageMark(row.line, text))
        elif kind is Kind.TITLE:
            self._leave(text)
            self.titled = True
        elif kind is Kind.OTHER:
            self._leave(text)
        else:
            raise _NotExactError

    def _leave(self, text: str) -> None:
        """Go on behind the table that a line of words ends, if it is whole; a note ends none."""
        stage = self.stage
        if self.titled:
            self.titled = not is_heading(text)
            if self.titled and not is_strange(text):
                raise _NotExactError
        if stage is _Stage.DISCLOSURE and not text.startswith("注"):
            self.stage = _Stage.BEHIND_DISCLOSURE
        elif stage is _Stage.REVIEW and (is_heading(text) or is_strange(text)):
            self.stage = _Stage.BEHIND
        elif stage not in _BETWEEN and not (stage in _NOTED and text.startswith("注")):
            raise _NotExactError

    def _add_row(self, row: Row, sort: Sort) -> None:
        kind = sort.kind
        if kind is Kind.OTHER:
            is_alone = not sort.filled or row.layout in table_rows.NAMES
            if self.stage not in _AROUND or row.layout == tabs.NAME or not is_alone or self.titled:
                raise _NotExactError
        elif kind is Kind.UNCLEAR and len(row.cells) <= _MOST_OF_MARK and is_page_mark(" ".join(row.cells)):
            self._add_line(row, " ".join(row.cells))
        elif row.layout not in (STACKS if self.stacked else LAYOUTS):
            raise _NotExactError
        elif kind is Kind.APPLICATION:
            self._add_application(row, sort)
        elif kind is Kind.REVIEW:
            self._add_review(row, sort)
        elif kind in (Kind.ARTICLE, Kind.DISCLOSURE_HEAD, Kind.DISCLOSURE):
            self._add_disclosure(row, sort)
        else:
            self._add_head(row, sort)

    def _add_head(self, row: Row, sort: Sort) -> None:
        """Add a row of the head of table three, or of four."""
        stage = self.stage
        if sort.kind is Kind.APPLICANTS and stage <= _Stage.APPLICANTS and self.disclosure and not self.titled:
            self.stage = _Stage.APPLICANTS
        elif sort.kind is Kind.REVIEW_HEAD and _Stage.BEHIND_APPLICATIONS <= stage <= _Stage.REVIEW_HEAD:
            self.words = self.words if stage is _Stage.REVIEW_HEAD else ()
            self.stage = _Stage.REVIEW_HEAD
        else:
            raise _NotExactError
        self.words += sort.words
        self.head_size = len(row.cells)
        self.head_rows = 1 if self.stage is not stage else self.head_rows + 1
        self.titled = False

    def _add_disclosure(self, row: Row, sort: Sort) -> None:
        """Add a row of table two: its numbers stand below its headers, and nowhere else."""
        if self.stage > _Stage.DISCLOSURE or self.titled:
            raise _NotExactError
        self.stage = _Stage.DISCLOSURE
        if sort.kind is not Kind.DISCLOSURE:
            if self.stacked and sort.head is not None and len(sort.head.columns) != sort.head.width:
                raise _NotExactError  # a header that is repeated
            self.head = sort.words
            self.heads += [sort.head] if sort.head is not None and sort.head not in self.heads else []
            return
        cells = cells_under(self.head, tuple(row.cells))
        keys = [(sort.item, measure) for measure, _, _ in cells]
        if not cells or not self.disclosure.keys().isdisjoint(keys):
            raise _NotExactError
        for key, (_, value, at) in zip(keys, cells, strict=True):
            self.disclosure[key] = FormCell(value, row.line_of(at))
        self.rows[0].append(row)

    def _add_application(self, row: Row, sort: Sort) -> None:
        if self.stage is _Stage.APPLICANTS:
            words = tuple(dict.fromkeys(self.words))
            if self.head_rows != (1 if self.stacked else _HEAD_ROWS) or words not in (
                APPLICANTS[:1] if self.stacked else APPLICANTS
            ):
                raise _NotExactError
            self.stage = _Stage.APPLICATIONS
        elif self.stage is not _Stage.APPLICATIONS or sort.item in self.applications:
            raise _NotExactError
        cells = _cells(row, sort)
        self.applications[sort.item] = FormRow(sort.item, dict(zip(APPLICATION_COLUMNS, cells, strict=True)))
        self.rows[1].append(row)
        self.sorts.append(sort)
        if sort.item == "carried_forward":
            is_whole = list(self.applications) in _ROWS.values() and _holds([sort.counts for sort in self.sorts])
            if not is_whole or not self._are_columns():
                raise _NotExactError
            self.stage = _Stage.BEHIND_APPLICATIONS

    def _are_columns(self) -> bool:
        """Whether each row's cells are the form's columns: all are filled, or all rows have the same columns."""
        rows, sorts = self.rows[1], self.sorts
        if all(sort.is_exact and len(sort.filled) == WIDTH for sort in sorts):
            return True
        if self.stacked or any(sort.first != len(row.cells) - WIDTH for row, sort in zip(rows, sorts, strict=True)):
            return False
        behind = {len(row.cells) - sort.label for row, sort in zip(rows, sorts, strict=True)}
        filled = {index for sort in sorts for index in sort.filled}
        return behind == {WIDTH + 1} or (len({len(row.cells) for row in rows}) == 1 and len(filled) == WIDTH)

    def _add_review(self, row: Row, sort: Sort) -> None:
        is_whole = len(row.cells) == REVIEW_WIDTH
        if self.stage is _Stage.BEHIND_APPLICATIONS:  # a report may leave the head out
            is_below = self.titled and not self.stacked and is_whole and len(sort.filled) == REVIEW_WIDTH
        else:
            is_below = self.stage is _Stage.REVIEW_HEAD and self.words in REVIEW_HEADS and self.head_rows <= _HEAD_ROWS
        is_wide = len(row.cells) > REVIEW_WIDTH and len(row.cells) != self.head_size  # its first may be a row's number
        if not is_below or not sort.filled or is_wide or not (is_whole or row.lines is None):
            raise _NotExactError
        cells = _cells(row, sort)
        for number, track in enumerate(TRACKS):
            of_track = cells[number * _RESULTS : (number + 1) * _RESULTS]
            self.review[track] = FormRow(track, dict(zip(REVIEW_COLUMNS, of_track, strict=True)))
        self.rows[2].append(row)
        self.sorts.append(sort)
        self.stage = _Stage.REVIEW

    def _check_disclosure(self, table_rows: Sequence[Row]) -> None:
        """Check that table two has rows of one form in its order, and that those it lacks are printed nowhere."""
        keys = list(self.disclosure)
        if keys in _CELLS.values():
            return
        printed = dict(self.disclosure)
        add_printed(printed, table_rows, [], "2019" if "2019" in self._forms() else "2021")
        in_order = any(keys == [key for key in cells if key in self.disclosure] for cells in _CELLS.values())
        if not keys or not in_order or len(printed) > len(keys):
            raise _NotExactError

    def _forms(self) -> set[str]:
        return forms_of_headers([head.measures for head in self.heads])

    def _tables(self) -> Tables:
        """What was read, as the readings of the single tables have it."""
        disclosure, applications, review = map(_region, self.rows)
        layouts = [frozenset(row.layout for row in rows) for rows in self.rows]
        rows = self.document.rows
        first, end = self.begins[_Stage.DISCLOSURE], self.begins[_Stage.APPLICANTS]
        if max(disclosure.last, rows[end].line) >= applications.first or applications.last >= review.first:
            raise _NotExactError  # several tables on one line
        table_rows = rows_of_table_at(rows[: end + 1], first)
        self._check_disclosure(table_rows)
        findings = []
        for key, cell in self.disclosure.items():
            if forms.disclosure_items()[key].unit == "万元":
                self.disclosure[key], found = in_ten_thousands(key[0], cell, table_rows)
                findings += found
                if not is_clear(self.disclosure[key].value):
                    raise _NotExactError
        count = sum(sort.printed for sort in self.sorts)
        count += sum(cell.value.number is not None for cell in self.disclosure.values())
        regions = [applications, disclosure, review]
        return Tables(
            ApplicationsReading(rows=self.applications, layouts=layouts[1], regions=[applications]),
            DisclosureReading(
                cells=self.disclosure,
                header_forms=self._forms(),
                findings=findings,
                layouts=layouts[0],
                regions=[disclosure],
            ),
            ReviewReading(rows=self.review, layouts=layouts[2], regions=[review]),
            NumberCount(count, count, skipped_marks(self.page_marks, regions), []),
            self.page_marks,
        )


def _cells(row: Row, sort: Sort) -> list[FormCell]:
    """The cells of a row of table three or four."""
    lines = repeat(row.line) if row.lines is None else row.lines[sort.first :]
    return list(map(FormCell, sort.values, lines))


def _holds(rows: Sequence[Sequence[int | Decimal]]) -> bool:
    """Whether in each column the outcomes add up to their total, and the balance holds."""
    new, carried_over, *outcomes, total, forward = rows
    sums = map(sum, zip(*outcomes, strict=True))
    return list(sums) == list(total) and list(map(add, new, carried_over)) == list(map(add, total, forward))


def _region(rows: list[Row]) -> Region:
    lines = list(chain.from_iterable(row.lines or [row.line] for row in rows))
    return Region(min(lines), max(lines))
