"""Rows of flattened text whose narrow cells have cut numbers: their digits stand on several lines.

``pdftotext -raw`` and its like write cell after cell. A line ends inside a cell that is cut, and may end behind it, but
numbers on one line are cells of their own. The row is put together where its sum proves one way to do so.

Belongs here: the numbers behind one label. Does not: text that keeps places (``aligned_cells``), several numbers of one
line that are one (``row_sums``).
"""

from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise

from pipeline.reader.document import Row
from pipeline.reader.layouts import flat, lines
from pipeline.reader.tables.applicant_headers import WIDTH

#: A row's numbers stand on so many lines at the most, and so many rows of the text are flattened.
_MOST_LINES, _LEAST_FLAT = 9, 3
_LAYOUTS = frozenset({flat.NAME, lines.NAME})


def join_cut_numbers(rows: list[Row]) -> list[Row]:
    """The rows of a document, with those whose numbers are cut as one flattened row each."""
    if sum(row.layout == flat.NAME for row in rows) < _LEAST_FLAT:
        return rows
    joined: list[Row] = []
    at = 0
    while at < len(rows):
        end = _end(rows, at)
        whole = _whole(rows[at:end]) if 1 < end - at <= _MOST_LINES else None
        joined += [whole] if whole is not None else rows[at:end]
        at = end
    return joined


def _end(rows: Sequence[Row], at: int) -> int:
    """The index behind the last row that has nothing but numbers, from one that ends with a number on."""
    if not _ends_with_number(rows[at]):
        return at + 1
    end = at + 1
    while end < len(rows) and rows[end].cells and all(map(_is_number, rows[end].cells)):
        if rows[end].layout not in _LAYOUTS:
            break
        end += 1
    return end


def _ends_with_number(row: Row) -> bool:
    return bool(row.cells) and row.layout in _LAYOUTS and _is_number(row.cells[-1])


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal()


def _whole(rows: Sequence[Row]) -> Row | None:
    """One row with all cells of some lines; None unless the sum proves one way to put their numbers together."""
    words = list(rows[0].cells)
    while words and _is_number(words[-1]):
        words.pop()
    if any(map(_is_number, words)):
        return None
    numbers = [(text, row.line) for row in rows for text in row.cells[len(words) if row is rows[0] else 0 :]]
    found = {}
    for bounds in _ways(numbers):
        pieces = [numbers[begin:end] for begin, end in pairwise(bounds)]
        texts = tuple(" ".join(text for text, _ in piece) for piece in pieces)
        if _adds_up(texts):
            found[texts] = [piece[0][1] for piece in pieces]
    if len(found) != 1:
        return None
    ((texts, places),) = found.items()
    return Row(rows[0].line, [*words, *texts], flat.NAME, [*[rows[0].line] * len(words), *places])


def _ways(numbers: Sequence[tuple[str, int]]) -> Iterator[list[int]]:
    """Where the cells begin, and the last ends, if some line ends are inside of cells."""
    breaks = [at for at, (before, after) in enumerate(pairwise(numbers), 1) if before[1] != after[1]]
    extra = len(numbers) - WIDTH
    if 0 < extra <= len(breaks):
        for inside in combinations(breaks, extra):
            yield [at for at in range(len(numbers) + 1) if at not in inside]


def _adds_up(texts: Sequence[str]) -> bool:
    digits = ["".join(text.split()) for text in texts]
    if any(len(each) > 1 and each[0] == "0" for each in digits):
        return False
    *parts, total = map(int, digits)
    return sum(parts) == total
