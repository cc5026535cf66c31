"""Label runs: the words of a label, and the cells behind it that hold numbers.

The official tables are such runs in every layout: a label and its seven numbers are one row of tabs, or eight lines.

Belongs here: cutting a document's rows into runs. Does not: which row of the form a label names (``row_labels``).
"""

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from pipeline.forms.skeleton import skeleton
from pipeline.reader.document import Row
from pipeline.reader.layouts import flat, pipes
from pipeline.reader.tables import cell_values
from pipeline.reader.tables.cell_values import BLANK, CellValue

#: A page number on a line of its own, between or inside tables: -3-, — 4 —, P. 8, 第 5 页, a form feed before it.
PAGE_MARK = re.compile(
    r"\f*\s*(?:[-—–―‐－]+\s*\d{1,4}\s*[-—–―‐－]+|P\s*\.?\s*\d{1,4}|第\s*\d{1,4}\s*页(?:\s*[,，/]?\s*共\s*\d{1,4}\s*页)?)\s*",
    re.IGNORECASE,
)
_PAGE_OF = re.compile(r"\s*([0-9]{1,3})\s*/\s*([0-9]{1,3})\s*")
#: What stands behind the number of a label, and the numbers that labels have.
_AFTER_NUMBER = frozenset(".．、")
_NUMBERS_OF_LABELS = range(1, 10)
#: The item of a row of table three that the form does not have.
UNKNOWN_ROW = ""
#: Chinese characters that a page mark or a number's cell (``cell_values.parse``) can begin with.
_AMBIGUOUS = cell_values.FIRST_LETTERS | {"第"}
#: The title of a report, which some pages repeat at their top.
_TITLE = re.compile("信息公开.{0,8}报告$")


class PageMark(NamedTuple):
    """A page number, or the report's title repeated at the top of a page: its line and its text."""

    line: int
    text: str


@dataclass(slots=True)
class LabelRun:
    """The words of a label and the values that follow them.

    ``words`` are the cells of text since the run before, with the source line of each in ``word_lines`` and the empty
    lines behind each in ``word_gaps``. ``values`` are the cells that hold numbers, with the source line of each in
    ``lines``. ``row_words`` counts the words in the same source row as the values. ``first_column`` is the index of the
    first value in its source row, and ``width`` the number of that row's cells; both are 0 where each value has a line
    of its own (``stacked``). There, ``gaps`` counts the empty lines before each value and behind the last.
    ``item`` is the row of table three that the run is known to be, ``columns_are_known`` says whether its values are
    the form's columns in order, ``joined`` whether some were put together from pieces,
    ``by_order`` whether the label stands elsewhere.
    """

    words: list[str]
    word_lines: list[int]
    word_gaps: list[int]
    values: list[CellValue]
    lines: list[int]
    layout: str
    row_words: int = 0
    stacked: bool = False
    first_column: int = 0
    width: int = 0
    gaps: list[int] = field(default_factory=list)
    item: str | None = None
    columns_are_known: bool = False
    joined: bool = False
    by_order: bool = False
    _filled: list[int] | None = field(default=None, init=False, repr=False, compare=False)

    @property
    def label(self) -> str:
        """Skeleton of all words since the run before."""
        return skeleton("".join(self.words))

    @property
    def line(self) -> int:
        """Source line of the first value, or of the last word when there is none."""
        return self.lines[0] if self.lines else self.word_lines[-1]

    @property
    def filled(self) -> list[int]:
        """Indexes of the values that are not blank; kept, so ask only when the run has all its values."""
        if self._filled is None:
            self._filled = [index for index, value in enumerate(self.values) if value is not BLANK]
        return self._filled

    @property
    def plain(self) -> bool:
        """Whether every value is a whole number and nothing else."""
        return None not in [value.count for value in self.values]

    @property
    def text(self) -> str:
        """The values as they are printed."""
        return " ".join(value.raw for value in self.values if value.raw)


class LabelRuns(NamedTuple):
    """All label runs of a document in the order of its text (the last may have words only), and its page marks."""

    runs: list[LabelRun]
    page_marks: list[PageMark]


class _Builder:
    """Collects words and values into runs, one row of the source after the other."""

    def __init__(self) -> None:
        self.runs: list[LabelRun] = []
        self.page_marks: list[PageMark] = []
        #: The stacked run that the next value belongs to, if it is a value.
        self.open: LabelRun | None = None
        self._clear_words()

    def _clear_words(self) -> None:
        self.words: list[str] = []
        self.word_lines: list[int] = []
        self.word_gaps: list[int] = []

    def add_word(self, text: str, line: int) -> None:
        """Add a cell of text."""
        self.open = None
        self.words.append(text)
        self.word_lines.append(line)
        self.word_gaps.append(0)

    def add_empty_line(self, layout: str) -> None:
        """Count an empty line behind the last value or word; behind a cell with a pipe only a pipe is a cell."""
        if self.open is not None:
            self.open.gaps[-1] += layout == pipes.NAME or self.open.layout != pipes.NAME
        elif self.word_gaps:
            self.word_gaps[-1] += 1

    def add_stacked(self, value: CellValue, line: int, layout: str) -> None:
        """Add a value on a line of its own."""
        if self.open is None:
            lead = self.word_gaps[-1] if self.word_gaps else 0
            self.open = self.start(layout, row_words=0)
            self.open.stacked = True
            self.open.gaps.append(lead)
        self.open.values.append(value)
        self.open.lines.append(line)
        self.open.gaps.append(0)

    def take_piece_of(self, text: str) -> str:
        """The last value, if it is a piece of a label that goes on with a text: 2 and ．重复申请, / and 减."""
        run = self.open
        if run is None or not run.values or not _goes_on(run.values[-1], text):
            return ""
        run.lines.pop()
        run.gaps.pop()
        value = run.values.pop()
        if not run.values:
            self.runs.pop()
            self.words, self.word_lines = run.words, run.word_lines
            self.word_gaps = run.word_gaps
        return value.raw

    def start(self, layout: str, row_words: int) -> LabelRun:
        """Start a run with the words that were added since the last one."""
        run = LabelRun(self.words, self.word_lines, self.word_gaps, [], [], layout, row_words)
        self._clear_words()
        self.runs.append(run)
        return run

    def finish(self) -> LabelRuns:
        """The runs; words behind the last value make one without values."""
        if self.words:
            self.start("lines", 0)
        return LabelRuns(self.runs, self.page_marks)


def cut_into_runs(rows: list[Row]) -> LabelRuns:
    """Cut the rows of a document into label runs.

    A row of several cells makes one run of the values behind its last word; blank cells between words are part of the
    table's structure and belong to no run. A flattened row makes a run for each of its labels. Rows of one cell join:
    words to words, values to values.
    """
    builder = _Builder()
    titles: set[str] = set()
    for row in rows:
        cells = row.cells
        if row.item is not None:
            _add_placed_row(row, builder)
        elif len(cells) <= 1:
            if cells and cells[0].rstrip()[-1:] == "告" and is_repeated_title(cells[0], titles):
                builder.page_marks.append(PageMark(row.line, cells[0]))
            else:
                _add_single_cell(row, builder)
        elif len(cells) <= 5 and not begins_as_word(cells[0]) and PAGE_MARK.fullmatch(" ".join(cells)):
            builder.page_marks.append(PageMark(row.line, " ".join(cells)))
        elif row.layout == flat.NAME:
            _add_flat_row(row, builder)
        else:
            _add_row(row, builder)
    return builder.finish()


def is_repeated_title(text: str, titles: set[str]) -> bool:
    """Whether a line is a report's title that an earlier line has too; ``titles`` collects those met so far."""
    plain = "".join(text.split())
    if not _TITLE.search(plain):
        return False
    repeated = plain in titles
    titles.add(plain)
    return repeated


def begins_as_word(text: str) -> bool:
    """Whether the first letter alone shows that a text is neither a page mark nor a number's cell."""
    return "\u4e00" <= text[:1] <= "\u9fff" and text[0] not in _AMBIGUOUS


def _add_single_cell(row: Row, builder: _Builder) -> None:
    text = row.cells[0] if row.cells else ""
    if not text:
        if row.layout != pipes.PADDING:
            builder.add_empty_line(row.layout)
    elif begins_as_word(text):
        builder.add_word(text, row.line)
    elif is_page_mark(text):
        builder.page_marks.append(PageMark(row.line, text))
    elif (value := cell_values.parse(text)) is None:
        builder.add_word(builder.take_piece_of(text) + text, row.line)
    else:
        builder.add_stacked(value, row.line, row.layout)


def is_page_mark(text: str) -> bool:
    """Whether a line of one cell is a page's number."""
    return PAGE_MARK.fullmatch(text) is not None or _is_page_of(text)


def _is_page_of(text: str) -> bool:
    """Whether a line says which page of how many it is: 3/9."""
    match = _PAGE_OF.fullmatch(text)
    return match is not None and 0 < int(match[1]) <= int(match[2])


def _goes_on(value: CellValue, text: str) -> bool:
    """Whether a text goes on with what seemed to be a value: the number of a label, or the stroke of 增/减."""
    if text[0] in _AFTER_NUMBER:
        return value.count in _NUMBERS_OF_LABELS
    return text[0] == "减" and value.raw.strip() == "/"


def _add_flat_row(row: Row, builder: _Builder) -> None:
    builder.open = None
    run: LabelRun | None = None
    row_words = 0
    for index, cell in enumerate(row.cells):
        value = cell_values.parse(cell)
        if value is None:
            builder.add_word(cell, row.line_of(index))
            row_words, run = row_words + 1, None
            continue
        if run is None:
            run = builder.start(row.layout, row_words)
            row_words = 0
        run.values.append(value)
        run.lines.append(row.line_of(index))


class _ParsedRow(NamedTuple):
    """The indexes of a row's words, the values behind the last of them, and the indexes of those that are not blank.

    Rows with the same cells share these lists, which nobody changes.
    """

    words: list[int]
    values: list[CellValue]
    filled: list[int]


@lru_cache(maxsize=16384)
def _parse_row(cells: tuple[str, ...]) -> _ParsedRow:
    parsed = [cell_values.parse(cell) for cell in cells]
    words = [index for index, value in enumerate(parsed) if value is None]
    is_prose = any("。" in cells[index] for index in words[:-1])
    if len(words) > 1 and not is_prose and (start := _first_damaged(parsed)) is not None:
        for index in (index for index in words if index >= start):
            parsed[index] = cell_values.unreadable(cells[index])
        words = [index for index in words if index < start]
    values = [value for value in parsed[words[-1] + 1 if words else 0 :] if value is not None]
    return _ParsedRow(words, values, [index for index, value in enumerate(values) if value is not BLANK])


def _first_damaged(parsed: list[CellValue | None]) -> int | None:
    """Index of the first words behind a label and a number; there they are something damaged where a number belongs."""
    seen_word = seen_number = False
    for index, value in enumerate(parsed):
        if value is None:
            if seen_word and seen_number:
                return index
            seen_word = True
        elif value.number is not None:
            seen_number = True
    return None


def _add_row(row: Row, builder: _Builder) -> None:
    builder.open = None
    parsed = _parse_row(tuple(row.cells))
    for index in parsed.words:
        builder.add_word(row.cells[index], row.line_of(index))
    if not parsed.values or (not builder.words and not parsed.filled):
        return
    run = builder.start(row.layout, len(parsed.words))
    first = len(row.cells) - len(parsed.values)
    run.values = parsed.values
    run.lines = [row.line] * len(parsed.values) if row.lines is None else row.lines[first:]
    run.first_column = first
    run.width = len(row.cells)
    run._filled = parsed.filled


def _add_placed_row(row: Row, builder: _Builder) -> None:
    """A row whose label and cells are known: whatever stands in a cell that is no number is unreadable."""
    builder.open = None
    builder.add_word(row.cells[0], row.line_of(0))
    run = builder.start(row.layout, 1)
    run.item, run.columns_are_known = row.item, row.columns_are_known
    run.values = [_placed_value(text, row.joined) for text in row.cells[1:]]
    run.joined, run.by_order = row.joined, row.by_order
    run.lines = [row.line_of(index) for index in range(1, len(row.cells))]
    run.first_column, run.width = 1, len(row.cells)


def _placed_value(text: str, joined: bool) -> CellValue:
    value = cell_values.parse_in_column(text)
    return CellValue(text, value.joined, "annotated") if joined and value.joined is not None else value
