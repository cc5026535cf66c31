"""Text with one cell a line as rows of cells, where labels and numbers take turns.

A label, with the headers or the labels of groups above it, and the numbers up to the next words make a row.

Belongs here: lines to rows. Does not: what such a row is (``exact_rows``), lines that may be blank cells
(``stacked_table``).
"""

from collections.abc import Callable, Iterable, Iterator, Sequence

from pipeline.forms.skeleton import skeleton
from pipeline.reader.document import Row
from pipeline.reader.layouts import lines, pipes
from pipeline.reader.tables import cell_values
from pipeline.reader.tables.cell_values import BLANK
from pipeline.reader.tables.exact_rows import REVIEW_WIDTH, is_header
from pipeline.reader.tables.label_runs import begins_as_word, is_page_mark
from pipeline.reader.tables.wrapped_labels import is_of_group

#: Layouts of one cell a line.
LAYOUTS = frozenset({lines.NAME, pipes.NAME})
#: So many lines of a number alone has a text of stacked tables at least.
_LEAST_NUMBERS = 100
#: Longer lines are prose.
_LONGEST = 80

#: Of so many empty lines none is a blank cell.
_MOST_EMPTY = 3

#: What a label begins with that goes on behind a number, which is no value then.
_GO_ON = (".", "．", "、", "减")

#: A row and its index, or that of its last line.
Indexed = tuple[int, Row]


def is_stacked(rows: Iterable[Row]) -> bool:
    """Whether the tables of a text have one cell a line."""
    numbers = (len(row.cells) == 1 and row.cells[0].isdecimal() for row in rows)
    return sum(numbers) >= _LEAST_NUMBERS


def unstacked(rows: Iterable[Row]) -> Iterator[Indexed]:
    """The rows, those of labels and numbers with one cell a line as rows of cells.

    >>> texts = ["无。", "信息内容", "行政许可", "3", "行政处罚", "0"]
    >>> rows = [Row(number, [text], "lines") for number, text in enumerate(texts, 1)]
    >>> [row.cells for _, row in unstacked(rows)]
    [['无。'], ['信息内容'], ['行政许可', '3'], ['行政处罚', '0']]
    """
    words: list[Indexed] = []
    values: list[Row] = []
    for at, row in enumerate(rows):
        if row.layout in LAYOUTS and len(row.cells) == 1 and _is_value(row.cells[0]):
            values.append(row)
        elif values and row.cells and row.cells[0][:1] in _GO_ON:
            values.append(row)  # which is no row of the form
        elif row.cells or not values:
            if values:
                yield from _table_rows(words, values)
                words, values = [], []
            words.append((at, row))
    yield from _table_rows(words, values) if values else words


def _is_value(text: str) -> bool:
    if text.isdecimal() or begins_as_word(text):
        return not begins_as_word(text)
    return len(text) <= _LONGEST and not is_page_mark(text) and cell_values.parse(text) not in (None, BLANK)


def _table_rows(words: list[Indexed], values: list[Row]) -> Iterator[Indexed]:
    """Lines of words, the last of which are headers and a label, and the numbers behind them."""
    last = next((at for at in range(len(words) - 1, -1, -1) if words[at][1].cells), -1)
    is_label = last >= 0 and len(words[last][1].cells) == 1 and len(values) != REVIEW_WIDTH
    label = last + 1 if not is_label else _before(words, last, _is_group)
    head = _before(words, label, is_header)
    yield from words[:head]
    headers = [row for _, row in words[head:label] if row.cells]
    if headers:
        yield words[label - 1][0], _joined(headers)
    of_row = [row for _, row in words[label:] if row.cells]
    yield words[last][0] if words else 0, _joined([*of_row, *values])


def _is_group(name: str) -> bool:
    return is_of_group(name) and not is_header(name)  # 其他 is a piece of （六）其他处理, too


def _before(words: Sequence[Indexed], end: int, is_kind: Callable[[str], bool]) -> int:
    """The index of the first of the lines before an index that are all of some kind."""
    empty = 0
    for at in range(end - 1, -1, -1):
        cells = words[at][1].cells
        empty = 0 if cells else empty + 1
        if len(cells) > 1 or empty > _MOST_EMPTY or (cells and not is_kind(skeleton(cells[0]))):
            return at + 1
    return 0


def _joined(rows: Sequence[Row]) -> Row:
    """The cells of some rows as one; without a layout where they have several."""
    layout = rows[0].layout if all(row.layout == rows[0].layout for row in rows) else ""
    return Row(rows[0].line, [row.cells[0] for row in rows], layout, [row.line for row in rows])
