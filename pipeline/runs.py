"""Rows of cells to runs: some words, then the cells that stand where numbers belong.

The official tables are nothing but runs, in whatever layout: a label and its seven numbers on a
tab row, or on eight lines. What the words mean is the matcher's business.
"""

import re
from dataclasses import dataclass, field

from pipeline import values
from pipeline.document import Row
from pipeline.skeleton import skeleton
from pipeline.values import Value

#: A line of a page's own, between or inside tables: -3-, — 4 —, P. 8, 第 5 页, a form feed.
_PAGE_MARK = re.compile(
    r"\f*\s*(?:[-—–―‐]+\s*\d{1,4}\s*[-—–―‐]+|P\s*\.?\s*\d{1,4}|第\s*\d{1,4}\s*页(?:\s*[,，/]?\s*共\s*\d{1,4}\s*页)?)\s*",
    re.IGNORECASE,
)


@dataclass(slots=True)
class Run:
    """Words and the value cells that follow them.

    ``words`` are the text cells since the run before, ``cells`` what stands where numbers belong and
    ``lines`` the source line of each. ``first_column`` is the index of the first value cell in its row,
    ``width`` the number of cells of that row; both are 0 where each cell has a line of its own
    (``stacked``), and there ``gaps`` counts the empty lines before each cell and after the last.
    """

    words: list[str]
    word_lines: list[int]
    cells: list[Value]
    lines: list[int]
    layout: str
    stacked: bool = False
    first_column: int = 0
    width: int = 0
    gaps: list[int] = field(default_factory=list)

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
        """Indexes of the cells that are not blank."""
        return [index for index, cell in enumerate(self.cells) if not cell.is_blank]

    @property
    def text(self) -> str:
        """The value cells as they are printed."""
        return " ".join(cell.raw for cell in self.cells if cell.raw)


@dataclass(slots=True)
class Runs:
    """All runs of a document, the words after the last one, and the page marks between."""

    runs: list[Run]
    page_marks: list[tuple[int, str]]


def runs_of(rows: list[Row]) -> Runs:
    """Cut a document into runs.

    A row of several cells makes at most one run, of the cells behind its last word; blanks between words
    are the table's structure and belong to no run. Rows of one cell join: words to words, numbers to numbers.
    """
    found: list[Run] = []
    page_marks: list[tuple[int, str]] = []
    words: list[str] = []
    word_lines: list[int] = []
    open_run: Run | None = None
    gap = 0

    def close() -> None:
        nonlocal open_run, gap
        if open_run is not None:
            open_run.gaps.append(gap)
            open_run = None
        gap = 0

    for row in rows:
        if len(row.cells) <= 1:
            text = row.cells[0] if row.cells else ""
            if not text:
                gap += 1
                continue
            if _PAGE_MARK.fullmatch(text):
                page_marks.append((row.line, text))
                continue
            value = values.parse(text)
            if value is None:
                _blank_stack(found, words, word_lines, gap, row.layout, open_run)
                close()
                words.append(text)
                word_lines.append(row.line)
                continue
            if open_run is None:
                open_run = Run(words, word_lines, [], [], row.layout, stacked=True)
                found.append(open_run)
                words, word_lines = [], []
            open_run.cells.append(value)
            open_run.lines.append(row.line)
            open_run.gaps.append(gap)
            gap = 0
            continue
        close()
        parsed = [values.parse(cell) for cell in row.cells]
        last_word = max((index for index, value in enumerate(parsed) if value is None), default=-1)
        first_word_after_number = _interrupted(parsed)
        if first_word_after_number is not None:
            # Words behind a number, in a row that a word began: something damaged where a number belongs.
            start = first_word_after_number
            parsed = [
                value if value is not None or index < start else values.unreadable(row.cells[index])
                for index, value in enumerate(parsed)
            ]
            last_word = max((index for index, value in enumerate(parsed) if value is None), default=-1)
        for index in range(last_word + 1):
            if parsed[index] is None:
                words.append(row.cells[index])
                word_lines.append(row.line_of(index))
        cells = [value for value in parsed[last_word + 1 :] if value is not None]
        if not cells or (all(cell.is_blank for cell in cells) and not words):
            continue
        found.append(
            Run(
                words,
                word_lines,
                cells,
                [row.line_of(index) for index in range(last_word + 1, len(row.cells))],
                row.layout,
                first_column=last_word + 1,
                width=len(row.cells),
            )
        )
        words, word_lines = [], []
    close()
    if words:
        found.append(Run(words, word_lines, [], [], "lines"))
    return Runs(found, page_marks)


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


def _blank_stack(
    found: list[Run], words: list[str], word_lines: list[int], gap: int, layout: str, open_run: Run | None
) -> None:
    """Words followed by a stack of empty lines: perhaps a row whose cells are all empty. Left to the matcher."""
    if open_run is None and words and gap >= 3:
        line = word_lines[-1]
        found.append(Run(words[:], word_lines[:], [], [line], layout, stacked=True, gaps=[gap]))
        words.clear()
        word_lines.clear()
