"""Rows of cells to runs: some words, then the cells that stand where numbers belong.

The official tables are nothing but runs, in whatever layout: a label and its seven numbers on a
tab row, or on eight lines. What the words mean is the matcher's business.
"""

import re
from dataclasses import dataclass, field
from functools import lru_cache

from pipeline.forms.skeleton import skeleton
from pipeline.reader.document import Row
from pipeline.reader.layouts import aligned, flat, pipes
from pipeline.reader.tables import cell_values
from pipeline.reader.tables.cell_values import BLANK, Value

#: A line of a page's own, between or inside tables: -3-, — 4 —, P. 8, 第 5 页, a form feed.
_PAGE_MARK = re.compile(
    r"\f*\s*(?:[-—–―‐－]+\s*\d{1,4}\s*[-—–―‐－]+|P\s*\.?\s*\d{1,4}|第\s*\d{1,4}\s*页(?:\s*[,，/]?\s*共\s*\d{1,4}\s*页)?)\s*",
    re.IGNORECASE,
)
#: Chinese characters that a page mark or a cell that is no word (``values.parse``) can begin with.
_AMBIGUOUS = frozenset("第共计合无空零增减")
#: The title of a report, which some pages repeat at their top.
_TITLE = re.compile("信息公开.{0,8}报告$")


@dataclass(slots=True)
class Run:
    """Words and the value cells that follow them.

    ``words`` are the text cells since the run before, ``word_gaps`` the empty lines behind each; ``cells`` is what
    stands where numbers belong and ``lines`` the source line of each. ``row_words`` counts the words that stand in
    the same row as the cells. ``first_column`` is the index of the first value cell in its row, ``width`` the number
    of cells of that row; both are 0 where each cell has a line of its own (``stacked``), and there ``gaps`` counts
    the empty lines before each cell and behind the last. ``centres`` and ``word_centres`` have the column of
    each cell and word in aligned text (0 where it is not).
    """

    words: list[str]
    word_lines: list[int]
    word_gaps: list[int]
    cells: list[Value]
    lines: list[int]
    layout: str
    row_words: int = 0
    stacked: bool = False
    first_column: int = 0
    width: int = 0
    gaps: list[int] = field(default_factory=list)
    centres: list[float] = field(default_factory=list)
    word_centres: list[float] = field(default_factory=list)
    _filled: list[int] | None = field(default=None, init=False, repr=False, compare=False)

    @property
    def label(self) -> str:
        """Skeleton of all words since the run before."""
        return skeleton("".join(self.words))

    @property
    def line(self) -> int:
        """Source line of the first value cell, or of the last word when there is none."""
        return self.lines[0] if self.lines else self.word_lines[-1]

    @property
    def filled(self) -> list[int]:
        """Indexes of the cells that are not blank. A run is asked for them only when all its cells are there."""
        if self._filled is None:
            self._filled = [index for index, cell in enumerate(self.cells) if cell is not BLANK]
        return self._filled

    @property
    def plain(self) -> bool:
        """Whether every cell holds a whole number and nothing else."""
        return None not in [cell.count for cell in self.cells]

    @property
    def text(self) -> str:
        """The value cells as they are printed."""
        return " ".join(cell.raw for cell in self.cells if cell.raw)


@dataclass(slots=True)
class Runs:
    """All runs of a document, the words after the last one, and the page marks between."""

    runs: list[Run]
    page_marks: list[tuple[int, str]]


class _Builder:
    """The run in the making."""

    def __init__(self) -> None:
        self.found: list[Run] = []
        self.page_marks: list[tuple[int, str]] = []
        self.open: Run | None = None
        self._clear()

    def _clear(self) -> None:
        self.words: list[str] = []
        self.word_lines: list[int] = []
        self.word_gaps: list[int] = []
        self.word_centres: list[float] = []

    def word(self, text: str, line: int, centre: float = 0) -> None:
        self.open = None
        self.word_centres.append(centre)
        self.words.append(text)
        self.word_lines.append(line)
        self.word_gaps.append(0)

    def gap(self) -> None:
        """An empty line."""
        if self.open is not None:
            self.open.gaps[-1] += 1
        elif self.word_gaps:
            self.word_gaps[-1] += 1

    def stacked(self, value: Value, line: int, layout: str) -> None:
        """A value cell on a line of its own."""
        if self.open is None:
            lead = self.word_gaps[-1] if self.word_gaps else 0
            self.open = self.start(layout, row_words=0)
            self.open.stacked = True
            self.open.gaps.append(lead)
        self.open.cells.append(value)
        self.open.lines.append(line)
        self.open.gaps.append(0)

    def start(self, layout: str, row_words: int) -> Run:
        run = Run(self.words, self.word_lines, self.word_gaps, [], [], layout, row_words)
        run.word_centres = self.word_centres
        self._clear()
        self.found.append(run)
        return run

    def close(self) -> None:
        self.open = None

    def end(self) -> None:
        self.close()
        if self.words:
            self.start("lines", 0)


def runs_of(rows: list[Row]) -> Runs:
    """Cut a document into runs.

    A row of several cells makes one run, of the cells behind its last word; blanks between words are the table's
    structure and belong to no run. A flattened row makes one for each of its labels. Rows of one cell join: words to
    words, numbers to numbers.
    """
    made = _Builder()
    titles: set[str] = set()
    for row in rows:
        cells = row.cells
        if len(cells) <= 1:
            if cells and cells[0].rstrip()[-1:] == "告" and _is_running_head(cells[0], titles):
                made.page_marks.append((row.line, cells[0]))
            else:
                _single(row, made)
        elif len(cells) <= 5 and not _is_word(cells[0]) and _PAGE_MARK.fullmatch(" ".join(cells)):
            made.page_marks.append((row.line, " ".join(cells)))
        elif row.layout == flat.NAME:
            _flattened(row, made)
        else:
            _several(row, made)
    made.end()
    return Runs(made.found, made.page_marks)


def _is_running_head(text: str, titles: set[str]) -> bool:
    """Whether a line repeats the report's title, at the top of a page; ``titles`` are those before it."""
    plain = "".join(text.split())
    if not _TITLE.search(plain):
        return False
    repeated = plain in titles
    titles.add(plain)
    return repeated


def _is_word(text: str) -> bool:
    """Whether the first letter alone tells that a text is neither a page mark nor a number's cell."""
    return "\u4e00" <= text[:1] <= "\u9fff" and text[0] not in _AMBIGUOUS


def _single(row: Row, made: _Builder) -> None:
    text = row.cells[0] if row.cells else ""
    if not text:
        if row.layout != pipes.PADDING:
            made.gap()
    elif _is_word(text):
        made.word(text, row.line)
    elif _PAGE_MARK.fullmatch(text):
        made.page_marks.append((row.line, text))
    elif (value := cell_values.parse(text)) is None:
        made.word(text, row.line)
    else:
        made.stacked(value, row.line, row.layout)


def _flattened(row: Row, made: _Builder) -> None:
    made.close()
    run: Run | None = None
    row_words = 0
    for index, cell in enumerate(row.cells):
        value = cell_values.parse(cell)
        if value is None:
            made.word(cell, row.line_of(index))
            row_words, run = row_words + 1, None
            continue
        if run is None:
            run = made.start(row.layout, row_words)
            row_words = 0
        run.cells.append(value)
        run.lines.append(row.line_of(index))


@dataclass(frozen=True, slots=True)
class _Parsed:
    """A row's cells as what they are: the indexes of its words, its value cells and which of them are not blank.

    Rows with the same cells share these lists, which nobody changes.
    """

    words: list[int]
    cells: list[Value]
    filled: list[int]


@lru_cache(maxsize=16384)
def _parsed(row: tuple[str, ...]) -> _Parsed:
    parsed = [cell_values.parse(cell) for cell in row]
    words = [index for index, value in enumerate(parsed) if value is None]
    if len(words) > 1 and (start := _interrupted(parsed)) is not None:
        # Words behind a number, in a row that a word began: something damaged where a number belongs.
        for index in (index for index in words if index >= start):
            parsed[index] = cell_values.unreadable(row[index])
        words = [index for index in words if index < start]
    cells = [value for value in parsed[words[-1] + 1 if words else 0 :] if value is not None]
    return _Parsed(words, cells, [index for index, cell in enumerate(cells) if cell is not BLANK])


def _several(row: Row, made: _Builder) -> None:
    made.open = None
    parsed = _parsed(tuple(row.cells))
    aligned_row = row.layout == aligned.NAME and bool(row.starts)
    for index in parsed.words:
        made.word(row.cells[index], row.line_of(index), _centre(row, index) if aligned_row else 0)
    if not parsed.cells or (not made.words and not parsed.filled):
        return
    run = made.start(row.layout, len(parsed.words))
    first = len(row.cells) - len(parsed.cells)
    run.cells = parsed.cells
    run.lines = [row.line] * len(parsed.cells) if row.lines is None else row.lines[first:]
    run.first_column = first
    run.width = len(row.cells)
    run._filled = parsed.filled
    if aligned_row:
        run.centres = [_centre(row, index) for index in range(first, len(row.cells))]


def _centre(row: Row, index: int) -> float:
    """Column of a cell's middle, in characters, of an aligned row."""
    assert row.starts is not None
    return row.starts[index] + len(row.cells[index]) / 2


def _interrupted(parsed: list[Value | None]) -> int | None:
    """Index from which words stand among numbers: after a word and at least one number; None if nowhere."""
    seen_word = seen_number = False
    for index, value in enumerate(parsed):
        if value is None:
            if seen_word and seen_number:
                return index
            seen_word = True
        elif value.number is not None:
            seen_number = True
    return None
