"""Table three of text with one cell a line whose narrow columns have cut the labels to pieces of a word or two.

Each row's seven numbers stand behind its label, or behind its first pieces where a page's end has parted them. The
table is read only if each label of the form that is found has just one such run of numbers, before the next label.

Belongs here: pieces of labels and numbers that take turns. Does not: numbers apart from their labels
(``detached_table``), how pieces make a label (``wrapped_labels``).
"""

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from pipeline import forms
from pipeline.forms.skeleton import skeleton
from pipeline.reader.document import Document, Row
from pipeline.reader.layouts import lines
from pipeline.reader.tables.aligned_table import HEADER_WORDS
from pipeline.reader.tables.applicant_headers import is_out_of_order
from pipeline.reader.tables.detached_table import regions
from pipeline.reader.tables.label_runs import PAGE_MARK
from pipeline.reader.tables.row_labels import official_label
from pipeline.reader.tables.wrapped_labels import LabelSpan, Piece, find_spans

WIDTH = len(forms.APPLICATION_COLUMNS)
#: A table has so many rows, so many of which add up; its labels are in so many pieces each.
_LEAST_ROWS, _PROVED, _LEAST_PIECES = 20, 0.8, 3
_NUMBER = re.compile(r"[0-9０-９]+")
#: A label that has lost the line's end behind it: （七）总计0.
_GLUED = re.compile(r"(.*[\u4e00-\u9fff）)”])([0-9]+)")


class _Number(NamedTuple):
    """A number, and its line."""

    text: str
    line: int


def place_cut_labels(document: Document, rows: list[Row]) -> list[Row]:
    """The rows, with those of each table three whose labels are cut to pieces replaced by the form's rows."""
    if document.rows_are_staged or any(row.item is not None for row in rows):
        return rows
    for first, last in regions(document.lines):
        found = _read(document.lines, first, last)
        if found:
            kept = [row for row in rows if not first < row.line <= last]
            return sorted([*kept, *found], key=lambda row: row.line)
    return rows


def _read(source: Sequence[str], first: int, last: int) -> list[Row]:
    """The form's rows; empty where labels and numbers do not take turns."""
    pieces, runs = _pieces(source, first, last)
    if len(runs) < _LEAST_ROWS or len(pieces) < _LEAST_PIECES * len(runs) or any(len(run) != WIDTH for run in runs):
        return []
    if is_out_of_order([word for text in source[first : runs[0][0].line] for word in text.split()]):
        return []
    best = min((find_spans(pieces, form) for form in ("2021", "2019")), key=lambda spans: spans.cost)
    if len(best.spans) != len(runs) or best.cost > len(runs) or not _take_turns(best.spans, runs):
        return []
    if sum(map(_adds_up, runs)) < _PROVED * len(runs):
        return []
    return [_row(span.item, run) for span, run in zip(best.spans, runs, strict=True)]


def _pieces(source: Sequence[str], first: int, last: int) -> tuple[list[Piece], list[list[_Number]]]:
    """The pieces of labels on some lines, and the runs of numbers between them; page marks part nothing."""
    pieces: list[Piece] = []
    runs: list[list[_Number]] = []
    is_open = False
    for number in range(first, last):
        text = source[number].strip()
        if not text or PAGE_MARK.fullmatch(text):
            continue
        glued = _GLUED.fullmatch(text)
        value = text if _NUMBER.fullmatch(text) else glued[2] if glued else None
        if value != text:
            words = (skeleton(word) for word in (glued[1] if glued else text).split())
            pieces += [Piece(word, number + 1) for word in words if word and (runs or not _is_header(word))]
            is_open = False
        if value is not None:
            if not is_open:
                runs.append([])
            runs[-1].append(_Number(value, number + 1))
            is_open = True
    return pieces, runs


def _is_header(word: str) -> bool:
    return len(word) > 1 and word in HEADER_WORDS


def _take_turns(spans: Sequence[LabelSpan], runs: Sequence[Sequence[_Number]]) -> bool:
    """Whether each run of numbers stands behind the beginning of one label and before that of the next."""
    begun = all(span.first <= run[0].line for span, run in zip(spans, runs, strict=True))
    return begun and all(
        run[-1].line < following.first for run, (_, following) in zip(runs, pairwise(spans), strict=False)
    )


def _adds_up(run: Sequence[_Number]) -> bool:
    *parts, total = (int(number.text) for number in run)
    return sum(parts) == total


def _row(item: str, run: Sequence[_Number]) -> Row:
    return Row(
        run[0].line,
        [official_label(item), *(number.text for number in run)],
        lines.NAME,
        [run[0].line, *(number.line for number in run)],
        item=item,
        columns_are_known=True,
    )
