"""Rows of table two whose labels are printed and whose numbers nothing else has read: what stands beside the labels.

A printed label is no absent row. What stands beside it is a number where it is unmistakable (行政许可：114), else it is
unreadable, or blank where nothing stands there.

Belongs here: labels that are left over. Does not: rows with numbers in cells of their own (``disclosure``).
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from pipeline import forms
from pipeline.forms.skeleton import skeleton
from pipeline.reader.document import Row
from pipeline.reader.tables import cell_values
from pipeline.reader.tables.cell_values import BLANK, CellValue
from pipeline.reader.tables.disclosure_labels import article_of, header_of, item_of
from pipeline.reader.tables.reading import FormCell

#: A caption or a heading stands so many rows above the table at the most.
_ROWS_ABOVE = 8
_HEADING = re.compile("主动公开.{0,6}信息")
#: What begins the next section.
_NEXT = re.compile("收到和处理|申请人情况|本列数据|本年新收")
#: A label and what is joined to it on one line.
_JOINED = re.compile(r"(?P<label>[^:：=…]{2,30}?)\s*(?:[:：=∶]|…+|\.{3,}|\s[-—–]+\s|\s+)\s*(?P<rest>[^:：].*)")
#: A line of more letters is prose.
_LONGEST_LINE = 60
#: So many lines below a label are what stands beside it.
_LINES_BESIDE = 6


class _Label(NamedTuple):
    """A printed label: its row of the form, the columns above it, and the texts beside it."""

    item: str
    measures: tuple[str, ...]
    beside: list[str]
    line: int
    #: Whether the texts stand in the label's own row.
    own: bool


def rows_of_table(rows: Sequence[Row]) -> list[Row]:
    """The rows of table two with its heading, captions and notes; ``rows`` are those outside table three."""
    start = next((index for index, row in enumerate(rows) if _begins_table(row)), None)
    if start is None:
        return []
    end = next((at for at in range(start + 1, len(rows)) if _NEXT.search(_text(rows[at]))), len(rows))
    first = max(0, start - _ROWS_ABOVE)
    heading = next((at for at in range(start - 1, first - 1, -1) if _HEADING.search(_text(rows[at]))), start)
    return list(rows[heading:end])


def _begins_table(row: Row) -> bool:
    for cell in row.cells:
        if len(cell) < _LONGEST_LINE and ("条" in cell or "信息内容" in cell or "年" in cell):
            header = header_of(cell)
            if article_of(cell) or cell.startswith("信息内容") or (header and header.measure):
                return True
    return False


def _text(row: Row) -> str:
    return "".join("".join(row.cells).split())


def add_printed(cells: dict[tuple[str, str], FormCell], rows: Sequence[Row]) -> None:
    """Add the cells of printed labels of which the table has no cell yet."""
    read = {item for item, _ in cells}
    form = "2019" if any(forms.disclosure_items()[key].forms == ("2019",) for key in cells) else "2021"
    for label in _labels(rows):
        if label.item in read:
            continue
        on_form = [measure for item, measure in forms.disclosure_cells(form) if item == label.item]
        measures = [measure for measure in label.measures if (label.item, measure) in forms.disclosure_items()]
        for measure, value in _values(label, measures or on_form):
            cells.setdefault((label.item, measure), FormCell(value, label.line))


def _labels(rows: Sequence[Row]) -> Iterator[_Label]:
    """The labels printed in the table, each with the headers above it."""
    measures: list[str] = []
    is_head = False
    for at, row in enumerate(rows):
        for index, cell in enumerate(row.cells):
            if len(cell) > _LONGEST_LINE:
                continue
            header = header_of(cell)
            if header is not None:
                measures = [*(measures if is_head else []), *([header.measure.measure] if header.measure else [])]
                is_head = True
            elif (item := item_of(cell)) is not None:
                is_head = False
                own = [other for other in row.cells[index + 1 :] if other]
                beside = own or _below(rows, at)
                yield _Label(item, tuple(measures), beside, row.line_of(index), bool(own) or len(row.cells) > index + 1)
            elif article_of(cell):
                is_head = False
            elif (joined := _joined(cell)) is not None:
                is_head = False
                yield _Label(joined[0], tuple(measures), [joined[1]], row.line_of(index), own=True)


def _joined(cell: str) -> tuple[str, str] | None:
    """The row of the form and the text that one line joins."""
    if cell[:1].isascii() and not cell[:1].isalnum() and cell[:1] != "(":
        return None
    match = _JOINED.fullmatch(cell)
    item = item_of(match["label"]) if match else None
    return (item, match["rest"]) if match and item else None


def _below(rows: Sequence[Row], at: int) -> list[str]:
    """The texts on the lines below a label that stands alone on its line, up to the next label or header."""
    texts: list[str] = []
    for row in rows[at + 1 : at + 1 + _LINES_BESIDE]:
        words = [cell for cell in row.cells if cell]
        if any(item_of(cell) or header_of(cell) or article_of(cell) or "信息内容" in cell for cell in words):
            break
        if any(len(cell) > _LONGEST_LINE or cell[:1] in "注备*" for cell in words):
            break
        texts += words
    return texts


def _values(label: _Label, measures: list[str]) -> Iterator[tuple[str, CellValue]]:
    """The value of each of a label's cells."""
    beside = label.beside
    if len(beside) == 1 and len(measures) > 1 and label.own:
        beside = beside[0].split()
    for index, measure in enumerate(measures):
        if not beside:
            yield measure, BLANK
        elif len(beside) == len(measures) and (label.own or cell_values.parse(beside[index]) is None):
            yield measure, cell_values.parse_in_column(beside[index])
        else:
            yield measure, cell_values.unreadable(" ".join(label.beside))


def has_label(words: Sequence[str]) -> str | None:
    """The row of the form whose label some words begin with, if the next of them is none of its own."""
    if not words or (item := item_of(words[0])) is None:
        return None
    follows = words[1] if len(words) > 1 else ""
    return (
        item
        if not follows or article_of(follows) or skeleton(follows)[:4] == "信息内容" or header_of(follows)
        else None
    )
