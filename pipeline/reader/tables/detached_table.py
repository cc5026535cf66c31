"""Table three of text whose labels stand together and whose numbers follow elsewhere, as ``pdftotext`` writes pages.

Such text has one number a line. On each page the labels come first, then the numbers: row by row, or column by column,
with an empty line between two columns. Rows are numbered through from the first page to the last, and so are labels.
The table is read only if there are just as many rows as labels, each row adds up, and the whole table does. Where the
numbers stand in no such blocks, ``stream_order`` looks for all orders under which the table adds up.

Belongs here: numbers apart from their labels. Does not: labels right before their numbers (``application_candidates``).
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise
from typing import NamedTuple

from pipeline import forms
from pipeline.forms.skeleton import skeleton
from pipeline.reader.document import Document, Row
from pipeline.reader.layouts import lines
from pipeline.reader.tables.aligned_table import BEHIND, HEADER_WORDS, HEADING
from pipeline.reader.tables.applicant_headers import is_out_of_order
from pipeline.reader.tables.label_runs import PAGE_MARK
from pipeline.reader.tables.number_stream import OWN, WORDS, StreamNumber, read_stream
from pipeline.reader.tables.row_labels import official_label
from pipeline.reader.tables.stream_order import PlacedNumber, place_numbers
from pipeline.reader.tables.wrapped_labels import Piece, find_spans

WIDTH = len(forms.APPLICATION_COLUMNS)
_ENDS = re.compile(f"{BEHIND.pattern}|^复议后起诉|^结果(?:维持|纠正)?$|^尚未(?:审结)?$")
_NUMBER = re.compile(r"\s*[\d０-９]+\s*")
#: The table ends so many lines behind its heading at the most.
_MOST_LINES = 1500
#: A table has so many rows.
_LEAST_ROWS, _MOST_ROWS = 20, 26
#: Words stand at so many places between the numbers at the most; in a table read row by row, before each row.
_MOST_BREAKS = 18
#: More ways than these to cut the numbers into rows are not kept.
_MOST_WAYS = 16
#: At so many rows no words stand right before the numbers, or the table is no stream of numbers.
_LEAST_APART = 3
#: Rows that only the form of 2021 has, and by whose labels it is known.
_OF_LATER_FORM = ("other_no_correction", "other_fee_unpaid")
#: A label is known by so many letters of it, if so many pieces of it are no other label's; so many labels may be cut
#: into smaller pieces.
_LETTERS_OF_MARK, _LEAST_MARKS, _MOST_MISSING = 4, 5, 2


class _Number(NamedTuple):
    """A number that has a line of its own."""

    text: str
    line: int


#: The rows of a table.
_Table = list[list[_Number]]


def place_detached_rows(document: Document, rows: list[Row]) -> list[Row]:
    """The rows, with those of each table three whose labels and numbers are apart replaced by the form's rows."""
    if document.rows_are_staged or any(row.item is not None for row in rows):
        return rows
    # Of several headings before one end the last is the table's: others are mentioned in prose.
    for last, first in {last: first for first, last in regions(document.lines)}.items():
        found = _read(document.lines, first, last) or _read_stream(document.lines, first)
        if found:
            kept = [row for row in rows if not first < row.line <= last]
            return sorted([*kept, *found], key=lambda row: row.line)
    return rows


def regions(source: Sequence[str]) -> Iterator[tuple[int, int]]:
    """The number of the line with each table's heading, and of its last line."""
    for at, line in enumerate(source):
        if "申请" not in line or not HEADING.search("".join(line.split())):
            continue
        behind = range(at + 1, min(at + _MOST_LINES, len(source)))
        last = next((n for n in behind if _ENDS.search("".join(source[n].split()))), None)
        if last is not None:
            yield at + 1, last


def _read(source: Sequence[str], first: int, last: int) -> list[Row]:
    """The form's rows; empty where labels and numbers are not apart, or it is not certain that they belong together."""
    pieces: list[Piece] = []
    numbers: list[_Number] = []
    breaks: set[int] = set()
    for number in range(first, last):
        text = source[number]
        if _NUMBER.fullmatch(text):
            numbers.append(_Number(text.strip(), number + 1))
        elif text.strip() and not PAGE_MARK.fullmatch(text):
            breaks.add(len(numbers))
            words = (skeleton(word) for word in text.split())
            pieces += [Piece(word, number + 1) for word in words if word and not _is_header(word)]
    if len(breaks) > _MOST_BREAKS or is_out_of_order([word for text in source[first:last] for word in text.split()]):
        return []
    if len(numbers) % WIDTH or not _LEAST_ROWS * WIDTH <= len(numbers) <= _MOST_ROWS * WIDTH:
        return []
    items = _labels(pieces, numbers)
    tables = [table for table in _tables(numbers, breaks) if _holds(items, table)] if items else []
    if len({_values(table) for table in tables}) != 1:
        return []
    return [_row(item, cells) for item, cells in zip(items, tables[0], strict=True)]


def _read_stream(source: Sequence[str], first: int) -> list[Row]:
    """The form's rows, from numbers in any order that the text may have; empty where no order is certain."""
    numbers, words = read_stream(source, first, min(first + _MOST_LINES, len(source)))
    if len(numbers) < _LEAST_ROWS * WIDTH or _stand_with_words(numbers) or _stand_together(numbers):
        return []
    items = _rows_printed("".join(words))
    return [_placed_row(item, cells) for item, cells in zip(items, place_numbers(numbers, len(items)), strict=False)]


def _stand_with_words(numbers: list[StreamNumber]) -> bool:
    """Whether words, or strokes, stand before most numbers: then they are no blocks."""
    return sum(number.before == WORDS for number in numbers) * 2 > len(numbers)


def _stand_together(numbers: list[StreamNumber]) -> bool:
    """Whether words stand before each seven numbers, so that these are the row of the label before them."""
    starts = [index for index, number in enumerate(numbers) if number.before == WORDS and number.zone == OWN]
    return sum(after - before == WIDTH for before, after in pairwise(starts)) > _LEAST_ROWS - _LEAST_APART


def _rows_printed(text: str) -> list[str]:
    """The rows of the form that some words are the labels of, wherever each stands; empty if it is not certain."""
    is_later = [any(mark in text for mark in _marks("2021")[item]) for item in _OF_LATER_FORM]
    if any(is_later) != all(is_later):
        return []
    marks = _marks("2021" if all(is_later) else "2019")
    missing = sum(len(of_row) >= _LEAST_MARKS and not any(mark in text for mark in of_row) for of_row in marks.values())
    return list(marks) if missing <= _MOST_MISSING else []


@cache
def _marks(form: str) -> dict[str, list[str]]:
    """The rows of a form, each with the pieces of its label that no other row's label has."""
    labels = {item: skeleton(forms.application_items()[item].label_zh) for item in forms.application_rows(form)}
    return {
        item: [
            piece
            for piece in (label[at : at + _LETTERS_OF_MARK] for at in range(len(label) - _LETTERS_OF_MARK + 1))
            if sum(piece in other for other in labels.values()) == 1
        ]
        for item, label in labels.items()
    }


def _placed_row(item: str, cells: list[PlacedNumber]) -> Row:
    """A row of the form; cells that may be several numbers are unreadable."""
    texts = ["?".join(map(str, cell.others)) if cell.others else cell.text for cell in cells]
    row = _row(item, [_Number(text, cell.line) for text, cell in zip(texts, cells, strict=True)])
    row.joined = any(cell.joined for cell in cells)
    return row


def _is_header(word: str) -> bool:
    return len(word) > 1 and word in HEADER_WORDS


def _values(table: _Table) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(cell.text for cell in row) for row in table)


def _tables(numbers: list[_Number], breaks: set[int]) -> list[_Table]:
    """The ways to cut the numbers into blocks of rows that add up, whose numbers stand column by column.

    A block of one row stands row by row. No words stand inside a block of several: its columns might be in any order.
    """
    found: dict[int, list[_Table]] = {len(numbers): [[]]}
    for begin in range(len(numbers) - WIDTH, -1, -WIDTH):
        ways: dict[tuple[tuple[str, ...], ...], _Table] = {}
        for end in range(begin + WIDTH, len(numbers) + 1, WIDTH):
            height = (end - begin) // WIDTH
            if not found.get(end) or (height > 1 and any(begin < at < end for at in breaks)):
                continue
            rows = [numbers[begin + row : end : height] for row in range(height)]
            if not all(_adds_up(row) for row in rows):
                continue
            for rest in found[end]:
                table = [*rows, *rest]
                ways.setdefault(_values(table), table)
        found[begin] = list(ways.values())[:_MOST_WAYS]
    return found[0]


def _adds_up(row: list[_Number]) -> bool:
    *parts, total = (int(cell.text) for cell in row)
    return sum(parts) == total


def _labels(pieces: list[Piece], numbers: list[_Number]) -> list[str]:
    """The rows of the form that the labels name, if there is one for each seven numbers and they stand together."""
    count = len(numbers) // WIDTH
    best = find_spans(pieces, "2021")
    if best.cost:
        best = min(best, find_spans(pieces, "2019"), key=lambda spans: spans.cost)
    if len(best.spans) != count or best.cost > count:
        return []
    lines = [number.line for number in numbers]
    together = sum(
        bisect_left(lines, before.last) == bisect_left(lines, after.first) for before, after in pairwise(best.spans)
    )
    return [span.item for span in best.spans] if together * 2 > count else []


def _holds(items: list[str], table: _Table) -> bool:
    """Whether in each column the outcomes add up, and the balance holds."""
    numbers = {item: [int(cell.text) for cell in row] for item, row in zip(items, table, strict=True)}
    intake = [numbers.pop(item, None) for item in ("new_received", "carried_over", "carried_forward")]
    total = numbers.pop("total_processed", None)
    if total is None or any(row is None for row in intake):
        return False
    sums = [sum(column) for column in zip(*numbers.values(), strict=True)]
    new, carried_over, forward = (row or [] for row in intake)
    balances = [a + b == c + d for a, b, c, d in zip(new, carried_over, total, forward, strict=True)]
    return sums == total and all(balances)


def _row(item: str, cells: list[_Number]) -> Row:
    return Row(
        cells[0].line,
        [official_label(item), *(cell.text for cell in cells)],
        lines.NAME,
        [cells[0].line, *(cell.line for cell in cells)],
        item=item,
        columns_are_known=True,
        by_order=True,
    )
