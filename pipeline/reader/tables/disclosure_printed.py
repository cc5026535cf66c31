"""Rows of table two whose labels are printed and whose numbers nothing else has read: what stands beside the labels.

A printed label is no absent row. What stands beside it is a number where it is unmistakable (行政许可：114), else it is
unreadable, or blank where nothing stands there.

Belongs here: labels that are left over. Does not: rows with numbers in cells of their own (``disclosure``).
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Container, Iterator, Sequence
from itertools import accumulate
from typing import NamedTuple

from pipeline import forms
from pipeline.forms import Measure
from pipeline.forms.skeleton import skeleton
from pipeline.reader.document import Row
from pipeline.reader.tables import cell_values
from pipeline.reader.tables.cell_values import BLANK, CellValue
from pipeline.reader.tables.disclosure_labels import (
    THIS_YEAR,
    article_of,
    header_of,
    headers_of,
    item_of,
    measure_in_row,
)
from pipeline.reader.tables.reading import FormCell

#: A caption or a heading stands so many rows above the table at the most, but for its own labels and numbers.
_ROWS_ABOVE = 8
_HEADING = re.compile("主动公开.{0,6}信息")
#: What begins the next section.
_NEXT = re.compile("收到和处理|申请人情况|本列数据|本年新收")
#: A label and what is joined to it on one line.
_JOINED = re.compile(r"(?P<label>[^:：=…]{2,30}?)\s*(?:[:：=∶]|…+|\.{3,}|\s[-—–]+\s|\s+)\s*(?P<rest>[^:：].*)")
#: A line of more letters is prose.
_LONGEST_LINE = 60
#: What a line begins with that is a note, and one that is a heading.
_NOTES = frozenset("注备*※")
_HEAD = re.compile("[（(]?[一二三四五六七八九十]{1,2}[)）]?[、.．]|#+ |第二十条|第.条")
#: No number with its words is longer.
_LONGEST_NUMBER = 40
#: What the labels of the form have in them.
_BEGINS = (
    "规章",
    "文件",
    "许可",
    "许 可",
    "許可",
    "处罚",
    "处 罚",
    "處罰",
    "强制",
    "强 制",
    "強制",
    "收费",
    "采购",
    "服务",
)
#: What may stand before a label and behind it in one text.
_NUMBERING = re.compile("[一二三四五六七八九十]{0,2}")
_BEHIND = re.compile("[A-Za-z无零]|$")
_NO_DIGITS = dict.fromkeys(map(ord, "0123456789"))
_CLAUSES = re.compile("[,，;；、。]")
_CLAUSE = re.compile(r"\s*(?P<head>[^0-9０-９]+?)\s*[:：为]?\s*(?P<number>[0-9０-９][0-9０-９.,]*[^0-9０-９]{0,4})")
#: So many lines below a label are what stands beside it.
_LINES_BESIDE = 6


class _Label(NamedTuple):
    """A printed label: its row of the form, the columns above it, and the texts beside it."""

    item: str
    measures: tuple[Measure, ...]
    beside: list[str]
    line: int
    #: Whether the texts stand in the label's own row.
    own: bool


def rows_of_table(rows: Sequence[Row]) -> list[Row]:
    """The rows of table two with its heading, captions and notes; ``rows`` are those outside table three."""
    found = list(_segments(rows, _begins_table)) or list(_segments(rows, _is_joined_row))
    return [row for segment in found for row in segment]


def rows_of_table_at(rows: Sequence[Row], start: int) -> Sequence[Row]:
    """The rows of table two, of which the one with an index is the first; no other part of it stands elsewhere."""
    end = next((at for at in range(start + 1, len(rows)) if _NEXT.search(_text(rows[at]))), len(rows))
    return rows[_heading_above(rows, start, 0) : end]


def _segments(rows: Sequence[Row], begins: Callable[[Row], bool]) -> Iterator[Sequence[Row]]:
    """The rows from each that begins the table, and the heading above it, to what begins the next section."""
    end = 0
    for start, row in enumerate(rows):
        if start < end or not begins(row):
            continue
        heading = _heading_above(rows, start, end)
        end = next((at for at in range(start + 1, len(rows)) if _NEXT.search(_text(rows[at]))), len(rows))
        yield rows[heading:end]


def _heading_above(rows: Sequence[Row], start: int, end: int) -> int:
    """The row of the heading above a table that begins at ``start``, or ``start`` itself; none before ``end``.

    Labels and numbers of the table may stand between them: what a program prints in another order than a page.
    """
    others = 0
    for at in range(start, end - 1, -1):
        text = _text(rows[at])
        if _HEADING.search(text):
            return at
        others += bool(text) and not text.isdecimal() and item_of(text) is None
        if others > _ROWS_ABOVE:
            break
    return start


def ends_table(words: Sequence[str]) -> bool:
    """Whether what begins the next section stands among some words."""
    return any(_NEXT.search(word) for word in words)


def _is_joined_row(row: Row) -> bool:
    return any(map(_joined, row.cells))


def _begins_table(row: Row) -> bool:
    return any(
        _is_header(cell) or article_of(cell) is not None or cell.startswith("信息内容")
        for cell in row.cells
        if len(cell) < _LONGEST_LINE and ("条" in cell or "信息内容" in cell or "年" in cell)
    )


def _is_header(cell: str) -> bool:
    """Whether a cell is a header that names one of the form's columns."""
    header = header_of(cell)
    return header is not None and header.measure not in (None, THIS_YEAR)


def _text(row: Row) -> str:
    return "".join("".join(row.cells).split())


def add_printed(cells: dict[tuple[str, str], FormCell], rows: Sequence[Row], unknown: list[str], form: str) -> None:
    """Add the cells of printed labels of which a table of that form has no cell yet.

    ``unknown`` are numbers without a place.
    """
    read = {item for item, _ in cells}
    if read.issuperset(item for item, _ in forms.disclosure_cells(form)):
        return
    used = {cell.line for cell in cells.values()}
    unread = [*unknown, *_unread(rows, used)]
    for label in (*_labels(rows, unread), *_pieces(rows, unread)):
        if label.item in read:
            continue
        on_form = [measure for item, measure in forms.disclosure_cells(form) if item == label.item]
        named = [measure_in_row(label.item, measure) for measure in label.measures]
        measures = [measure for measure in named if (label.item, measure) in forms.disclosure_items()]
        for measure, value in _values(label, measures, on_form):
            cells.setdefault((label.item, measure), FormCell(value, label.line))
    if unread and rows:
        _name_others(cells, form, unread, rows[0].line)


def _name_others(cells: dict[tuple[str, str], FormCell], form: str, unread: list[str], line: int) -> None:
    """Name the cells of rows that were read in part: numbers without a place are left over, which may be theirs."""
    printed = {item for item, _ in cells}
    value = cell_values.unreadable(" ".join(unread))
    for item, measure in forms.disclosure_cells(form):
        if item in printed:
            cells.setdefault((item, measure), FormCell(value, line))


def _unread(rows: Sequence[Row], used: Container[int | None]) -> Iterator[str]:
    """The numbers of the table that stand on lines of their own of which nothing was read."""
    for row in rows:
        if row.line in used:
            continue
        for index, cell in enumerate(row.cells):
            value = cell_values.parse(cell) if len(cell) <= _LONGEST_NUMBER else None
            is_number = value is not None and (value.number is not None or value.joined is not None)
            if is_number and row.line_of(index) not in used:
                yield cell


def _labels(rows: Sequence[Row], unread: list[str]) -> Iterator[_Label]:
    """The labels printed in the table, each with the headers above it; ``unread`` are numbers that may be theirs."""
    measures: list[Measure] = []
    is_head = False
    for at, row in enumerate(rows):
        headers = headers_of(row.cells)
        for index, cell in enumerate(row.cells):
            if len(cell) > _LONGEST_LINE:
                continue
            header = headers[index]
            if header is not None and (is_head or _is_header(cell)):
                measures = [*(measures if is_head else []), *([header.measure] if header.measure else [])]
                is_head = True
            elif (item := item_of(cell)) is not None:
                own = [other for other in row.cells[index + 1 :] if other]
                is_own = bool(own) or len(row.cells) > index + 1
                beside = own if is_own else _below(rows, at) or unread
                yield _Label(item, tuple(measures), beside, row.line_of(index), is_own)
                is_head = False
            elif (joined := _joined(cell)) is not None:
                yield _Label(joined[0], tuple(measures), [joined[1]], row.line_of(index), own=True)
                is_head = False
            elif article_of(cell) or "信息内容" in cell:
                measures, is_head = [], True


def _pieces(rows: Sequence[Row], unread: list[str]) -> Iterator[_Label]:
    """Labels that are no cells of their own: in pieces on several lines, or in one text with something else."""
    words = [
        (skeleton(cell).translate(_NO_DIGITS), cell, row.line_of(index))
        for row in rows
        for index, cell in enumerate(row.cells)
        if cell and cell[0] not in _NOTES and (len(cell) > _LONGEST_NUMBER or cell_values.parse(cell) is None)
    ]
    ends = list(accumulate(len(word) for word, _, _ in words))
    text = "".join(word for word, _, _ in words)
    for spelling in forms.disclosure_spellings():
        at = text.find(spelling.text)
        if at < 0:
            continue
        first, last = bisect_right(ends, at), bisect_left(ends, at + len(spelling.text))
        if any(len(cell) > _LONGEST_LINE for _, cell, _ in words[first : last + 1]):
            continue  # prose
        ahead = words[first][0][: at - (ends[first] - len(words[first][0]))]
        behind = text[at + len(spelling.text) : ends[last]]
        if not _NUMBERING.fullmatch(ahead) or not _BEHIND.match(behind):
            continue  # the end, or the beginning, of another label
        printed = "".join(cell for _, cell, _ in words[first : last + 1])
        beside = [printed] if any(c.isdigit() for c in printed) else unread
        yield _Label(spelling.item, (), beside, words[first][2], own=False)


def _joined(cell: str) -> tuple[str, str] | None:
    """The row of the form and the text that one line joins."""
    if len(cell) > _LONGEST_LINE or not any(begins in cell for begins in _BEGINS):
        return None
    match = _JOINED.fullmatch(cell)
    item = item_of(match["label"]) if match else None
    return (item, match["rest"]) if match and item else None


def _below(rows: Sequence[Row], at: int) -> list[str]:
    """The texts on the lines below a label that stands alone on its line, up to the next label or header."""
    texts: list[str] = []
    for row in rows[at + 1 : at + 1 + _LINES_BESIDE]:
        words = [cell for cell in row.cells if cell]
        if any(item_of(cell) or _is_header(cell) or article_of(cell) or "信息内容" in cell for cell in words):
            break
        if any(len(cell) > _LONGEST_LINE or cell[:1] in _NOTES or _HEAD.match(cell) for cell in words):
            break
        texts += words
    return texts


def _values(label: _Label, measures: list[str], on_form: list[str]) -> Iterator[tuple[str, CellValue]]:
    """The value of each of a label's cells; without a header that is known, only a sentence names its numbers."""
    beside = label.beside
    if len(beside) == 1 and label.own:
        if stated := _stated(label.item, beside[0]):
            for measure in measures if set(measures) & set(stated) else stated:
                yield measure, stated.get(measure) or cell_values.unreadable(beside[0])
            return
        beside = beside if len(measures) == 1 else beside[0].split()
    for index, measure in enumerate(measures or on_form):
        if not beside:
            yield measure, BLANK
        elif len(beside) == len(measures) and (label.own or _is_words(beside[index])):
            yield measure, cell_values.parse_in_column(beside[index])
        else:
            yield measure, cell_values.unreadable(" ".join(label.beside))


def _is_words(text: str) -> bool:
    """Whether a text on the line below a label is no number that something else may have read."""
    return cell_values.parse(text) is None and item_of(text) is None and not any(c.isdigit() for c in text)


def _stated(item: str, text: str) -> dict[str, CellValue]:
    """The values that a sentence names by their headers: 本年制发4件，本年废止2件；empty for others."""
    found: dict[str, CellValue] = {}
    for clause in filter(None, _CLAUSES.split(text)):
        match = _CLAUSE.fullmatch(clause)
        header = header_of(match["head"]) if match else None
        if match is None or header is None or header.measure is None:
            return {}
        measure = measure_in_row(item, header.measure)
        if measure in found:
            return {}
        found[measure] = cell_values.parse_in_column(match["number"])
    return found


def has_label(words: Sequence[str]) -> str | None:
    """The row of the form whose label some words begin with, if the next of them is none of its own."""
    if not words or (item := item_of(words[0])) is None:
        return None
    if len(words) == 1:
        return item
    follows = words[1]
    is_next = article_of(follows) or header_of(follows) or _NEXT.search(follows) or _HEAD.match(follows)
    return item if is_next or skeleton(follows)[:4] == "信息内容" else None
