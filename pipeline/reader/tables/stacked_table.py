"""Tables of text with one cell a line whose blank cells are empty lines: how many lines apart tells how many are blank.

A program that writes a page's text leaves the same number of lines between two cells, and more where a cell is blank.
Both are told by the whole table: the rows of table three, each from its label to the next, differ in length by their
blank cells alone. What does not fit is left to the reading row by row.

Belongs here: tables three and four of stacks, counted in lines. Does not: stacks without blank cells (``columns``).
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise, permutations
from typing import NamedTuple

from pipeline.forms import REVIEW_COLUMNS, TRACKS
from pipeline.forms.skeleton import skeleton
from pipeline.reader.document import Row
from pipeline.reader.layouts import lines, tabs
from pipeline.reader.tables import cell_values, row_labels
from pipeline.reader.tables.applicant_headers import WIDTH, is_out_of_order
from pipeline.reader.tables.label_runs import LabelRun
from pipeline.reader.tables.row_sums import adds_up

_REVIEW_WIDTH = len(TRACKS) * len(REVIEW_COLUMNS)
#: A table has so many rows at the least, and so many of those with numbers must add up.
_LEAST_ROWS, _PROVED = 12, 0.8
#: A text with fewer empty lines has no table whose blank cells are empty lines.
_LEAST_EMPTY = 20
#: No label is longer; longer lines are prose.
_LONGEST = 60
#: So many cells of groups' labels stand before a row's own.
_MOST_GROUPS = 2
_FIRST, _LAST = "new_received", "carried_forward"
#: A letter of the first row's label.
_OF_FIRST = "收"
#: So many words before the first row may be the table's headers.
_WORDS_OF_HEADER = 30
#: Table four begins within so many rows behind table three, and its last header ends with this.
_ROWS_BETWEEN, _LAST_HEADER, _HEADING = 400, "总计", "行政复议"


class _Token(NamedTuple):
    """A line with something on it: its index among the document's rows, and its text."""

    at: int
    text: str
    is_value: bool


class _Row(NamedTuple):
    """A label, the numbers behind it, and the index of what stands behind them; ``item`` is the row of the form."""

    item: str
    label: _Token
    values: list[_Token]
    end: int

    @property
    def length(self) -> int:
        """How many lines it takes up."""
        return self.end - self.label.at


class _Spacing(NamedTuple):
    """So many lines are from one cell to the next, more for each blank one, and more from one row to the next."""

    cell: int
    blank: int
    row: int

    def blanks(self, distance: int) -> int | None:
        """How many blank cells are between two cells of a row; None where the lines do not tell."""
        count, rest = divmod(distance - self.cell, self.blank)
        return None if rest or count < 0 else count


def place_stacked_rows(rows: list[Row]) -> list[Row]:
    """The document's rows, with those of stacked tables with blank cells as rows that have all their cells."""
    if sum(not row.cells for row in rows) < _LEAST_EMPTY:
        return rows
    tokens = list(_tokens(rows))
    table = _rows(tokens)
    if len(table) < _LEAST_ROWS or not any(0 < len(row.values) < WIDTH for row in table):
        return rows
    if is_out_of_order([token.text for token in tokens if token.at < table[0].label.at][-_WORDS_OF_HEADER:]):
        return rows
    spacing = _spacing(table)
    if spacing is None:
        return rows
    placed = {row.label.at: cells for row in table if (cells := _cells(row, spacing)) is not None}
    filled = [cells for cells in placed.values() if any(cells)]
    if sum(map(_adds_up, filled)) < _PROVED * len(filled):
        return rows
    taken: dict[int, Row | None] = {}
    for row in table:
        if (cells := placed.get(row.label.at)) is not None:
            taken |= _taken(rows, row, cells)
    taken |= _review(rows, [token for token in tokens if token.at >= table[-1].end], spacing)
    kept = (taken.get(at, row) for at, row in enumerate(rows))
    return [row for row in kept if row is not None]


def is_placed(run: LabelRun) -> bool:
    """Whether a run is a row whose blank cells were counted in empty lines."""
    return run.item is not None and run.layout == lines.NAME and cell_values.BLANK in run.values


def _tokens(rows: Sequence[Row]) -> Iterator[_Token]:
    for at, row in enumerate(rows):
        if row.cells and row.layout == lines.NAME:
            text = row.cells[0]
            yield _Token(at, text, len(text) <= _LONGEST and cell_values.parse(text) is not None)


def _rows(tokens: Sequence[_Token]) -> list[_Row]:
    """The rows of table three from its last beginning on; a label without numbers is one, too."""
    table: list[_Row] = []
    label: _Token | None = None
    values: list[_Token] = []
    for token in tokens:
        if token.is_value:
            values.append(token)
            continue
        item = _item(label.text) if label is not None and (table or _OF_FIRST in label.text) else None
        if label is not None and item is not None and (table or item == _FIRST):
            table = [] if item == _FIRST else table  # prose may name the first row, too
            table.append(_Row(item, label, values, token.at))
            if item == _LAST and len(table) >= _LEAST_ROWS:
                break
        label, values = token, []
    return table


def _item(text: str) -> str | None:
    """The row of the form that a label names for certain."""
    if len(text) > _LONGEST:
        return None
    words = skeleton(text)
    match = row_labels.match_label(words, (words,))
    if match is None or match.strong or row_labels.is_nearly_complete(match):
        return match.item if match is not None else None
    return match.item if row_labels.begins_only(match, words.lstrip("123456789")) else None


def _spacing(table: Sequence[_Row]) -> _Spacing | None:
    """The spacing that the lengths of all rows show; None where they follow no rule, or none can be told."""
    steps = Counter(
        after.at - before.at
        for row in table
        if len(row.values) > 1
        for before, after in pairwise([row.label, *row.values])
    )
    if not steps:
        return None
    cell = min([step for step, count in steps.items() if count > 1] or steps)  # one row may have lost a line
    filled = [row for row in table[:-1] if row.values or row.length > cell * 2]  # behind the last row stands no row
    lengths = {(len(row.values), row.length - cell * (len(row.values) + 1)) for row in filled}
    blanks = {
        (long - short) // (more - fewer)
        for (more, short), (fewer, long) in permutations(sorted(lengths), 2)
        if fewer < more <= WIDTH and long > short and (long - short) % (more - fewer) == 0
    }
    possible = {
        _Spacing(cell, blank, length - (WIDTH - count) * blank) for blank in blanks for count, length in lengths
    }
    possible = {each for each in possible if each.row >= 0}
    best = max(possible, key=lambda each: (sum(_fits(row, each) for row in filled), -each.row), default=None)
    return best if best and sum(_fits(row, best) for row in filled) * 10 >= len(filled) * 9 else None


def _fits(row: _Row, spacing: _Spacing) -> bool:
    return _blanks_behind(row, spacing) in range(_MOST_GROUPS + 1)


def _blanks_behind(row: _Row, spacing: _Spacing) -> int | None:
    """How many blank cells stand behind a row and before the next one's label, in the columns of the groups' labels."""
    count = len(row.values)
    usual = spacing.cell * (count + 1) + (WIDTH - count) * spacing.blank + spacing.row
    blanks, rest = divmod(row.length - usual, spacing.blank)
    return None if rest or spacing.row < 0 else blanks


def _cells(row: _Row, spacing: _Spacing) -> list[_Token | None] | None:
    """The cells of a row of table three that has some blank ones; None where the lines do not tell which."""
    if not row.values:
        is_blank = row.item != _LAST and row.length > spacing.cell * 2 and _fits(row, spacing)
        return [None] * WIDTH if is_blank else None
    if len(row.values) >= WIDTH:
        return None
    cells = _in_cells([row.label, *row.values], spacing, WIDTH)
    if cells is None or (row.item != _LAST and not _fits(row, spacing)):
        return None
    if cells[-1] is None and (row.item == _LAST or _blanks_behind(row, spacing)):
        return None
    return cells


def _in_cells(tokens: Sequence[_Token], spacing: _Spacing, width: int) -> list[_Token | None] | None:
    """The cells behind the first of some tokens; None where the lines do not tell, or there are too many."""
    cells: list[_Token | None] = []
    for before, after in pairwise(tokens):
        blanks = spacing.blanks(after.at - before.at)
        if blanks is None:
            return None
        cells += [*[None] * blanks, after]
    return [*cells, *[None] * (width - len(cells))] if len(cells) <= width else None


def _adds_up(cells: Sequence[_Token | None]) -> bool:
    """Whether the total of a row is printed, and is the sum of what else is printed."""
    values = [cell_values.parse(cell.text) if cell is not None else None for cell in cells]
    numbers = [value.number for value in values if value is not None]
    return cells[-1] is not None and adds_up(numbers)


def _taken(rows: Sequence[Row], row: _Row, cells: Sequence[_Token | None]) -> dict[int, Row | None]:
    """The row with all its cells in the place of its label, and nothing in the place of its numbers."""
    label = rows[row.label.at]
    texts, places = _texts(rows, label.line, cells)
    whole = replace(label, cells=[label.cells[0], *texts], lines=[label.line, *places], item=row.item)
    whole.columns_are_known = True
    return dict.fromkeys(range(row.label.at, [row.label, *row.values][-1].at + 1)) | {row.label.at: whole}


def _texts(rows: Sequence[Row], line: int, cells: Sequence[_Token | None]) -> tuple[list[str], list[int]]:
    """The text and the line of each cell; a blank one stands on the line of the one before."""
    texts, places = [], []
    for cell in cells:
        line = line if cell is None else rows[cell.at].line
        texts.append("" if cell is None else cell.text)
        places.append(line)
    return texts, places


def _review(rows: Sequence[Row], tokens: Sequence[_Token], spacing: _Spacing) -> dict[int, Row | None]:
    """Table four's numbers with its blank cells as one row; nothing where the lines do not tell which are blank."""
    near = [token for token in tokens if token.at < tokens[0].at + _ROWS_BETWEEN] if tokens else []
    first = next((at for at, token in enumerate(near) if token.is_value), None)
    if first is None or first == 0 or not near[first - 1].text.endswith(_LAST_HEADER):
        return {}
    if not any(_HEADING in token.text for token in near[:first]):
        return {}
    header = near[first - 1]
    values = []
    for token in near[first:]:
        if not token.is_value:
            break
        values.append(token)
    cells = _in_cells([header._replace(at=header.at + spacing.row), *values], spacing, _REVIEW_WIDTH)
    if cells is None or len(values) == _REVIEW_WIDTH:
        return {}
    tracks = [cells[at : at + len(REVIEW_COLUMNS)] for at in range(0, _REVIEW_WIDTH, len(REVIEW_COLUMNS))]
    if not all(_adds_up(track) for track in tracks if any(track)):
        return {}
    texts, places = _texts(rows, rows[values[0].at].line, cells)
    whole = replace(rows[values[0].at], cells=texts, lines=places, layout=tabs.NAME)
    return dict.fromkeys(range(values[0].at, values[-1].at + 1)) | {values[0].at: whole}
