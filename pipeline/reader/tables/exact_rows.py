"""What one row of cells is, where it is printed just as the form prints it: a header, an article, or a row of numbers.

Most reports in most places print the same rows, which differ in their numbers alone. What a row is depends on its words
and on which of its cells are numbers, and is found out once for all rows that have these alike.

Belongs here: one row, or one line. Does not: which rows make a table (``exact_tables``), labels with slips or in pieces
(``row_labels``, ``disclosure_head``).
"""

import re
from collections.abc import Sequence
from decimal import Decimal
from enum import Enum, auto
from functools import lru_cache
from itertools import groupby
from typing import NamedTuple

from pipeline import forms
from pipeline.forms import APPLICATION_COLUMNS, REVIEW_COLUMNS, TRACKS
from pipeline.forms.skeleton import skeleton
from pipeline.reader.document import Row
from pipeline.reader.layouts import markdown, table_rows, tabs
from pipeline.reader.tables import applicant_headers, cell_values, disclosure_grid, grid_table, label_runs
from pipeline.reader.tables.application_candidates import match_words
from pipeline.reader.tables.cell_values import BLANK, CellValue
from pipeline.reader.tables.disclosure_grid import GridHead
from pipeline.reader.tables.disclosure_head import plain_words
from pipeline.reader.tables.disclosure_labels import THIS_YEAR, article_of, header_of, item_of
from pipeline.reader.tables.disclosure_years import is_caption
from pipeline.reader.tables.review_block import NUMBERED, SIGNS, STRANGE_IN_ROW, is_title
from pipeline.reader.tables.review_head import strangeness
from pipeline.reader.tables.row_labels import is_nearly_complete, is_spelled, match_ending, match_label
from pipeline.reader.tables.unused_numbers import printed_numbers
from pipeline.reader.tables.wrapped_labels import is_of_group

#: Layouts whose rows have all their cells.
LAYOUTS = frozenset({*table_rows.NAMES, markdown.NAME, tabs.NAME})
WIDTH = len(APPLICATION_COLUMNS)
REVIEW_WIDTH = len(TRACKS) * len(REVIEW_COLUMNS)
#: Longer numbers are none that a cell may have.
_MOST_DIGITS = 12
#: What a form is printed with. Other signs – odd blanks, strokes of tables, NaN – mean this here and that there.
_USUAL = re.compile("[\u4e00-\u9fff0-9０-９ \u3000()（）<>《》“”‘’\"'、,，.．。:：;；+/／%*†—–－−-]*")
#: What the caption of table three says of its sums.
_SUMS = "本列数据的勾稽关系"
#: The headers of table four.
_RESULTS = ["结果维持", "结果纠正", "其他结果", "尚未审结", "总计"]
_LAWSUITS = ["未经复议直接起诉", "复议后起诉"]
_OF_REVIEW = frozenset({"行政复议", "行政诉讼", *_RESULTS, *_LAWSUITS})
#: A longer line is neither a title nor a caption, nor does it name a track of table four and nothing else.
_LONGEST_TITLE = 60
#: Letters that table four does not have, of which a row of its head has no more.
_STRANGE_IN_HEAD = 2
#: Another row that has no more numbers is no row of the form in pieces.
_MOST_NUMBERS = 3


class Kind(Enum):
    """What a row, or a line, is."""

    #: It may be anything, or a row that is not as the form prints it.
    UNCLEAR = auto()
    #: Words, or cells of words and a number or two, that have nothing of the form.
    OTHER = auto()
    PAGE_MARK = auto()
    #: The title of table four.
    TITLE = auto()
    ARTICLE = auto()
    DISCLOSURE_HEAD = auto()
    DISCLOSURE = auto()
    APPLICANTS = auto()
    APPLICATION = auto()
    REVIEW_HEAD = auto()
    REVIEW = auto()


class Sort(NamedTuple):
    """What a row is; its row of the form, the index of its label and of its first cell, or its headers."""

    kind: Kind
    item: str = ""
    label: int = 0
    first: int = 0
    head: GridHead | None = None
    words: tuple[str, ...] = ()
    #: Whether its label is spelled in a way that is no other row's.
    is_exact: bool = False
    #: Indexes of its values.
    filled: tuple[int, ...] = ()
    #: The cells of a row of table three or four, what they count in sums, and how many numbers are printed in them.
    values: tuple[CellValue, ...] = ()
    counts: tuple[int | Decimal, ...] = ()
    printed: int = 0


_UNCLEAR = Sort(Kind.UNCLEAR)
#: Heads of tables three and four, their words from row to row: a header that spans rows may stand in any of them.
APPLICANTS = (("all", "0", "group", "6", "1", "2", "3", "4", "5"), ("all", "6", "0", "group", "1", "2", "3", "4", "5"))
REVIEW_HEADS = (
    ("行政复议", "行政诉讼", *_RESULTS, *_LAWSUITS, *_RESULTS, *_RESULTS),
    ("行政复议", "行政诉讼", *_LAWSUITS, *_RESULTS, *_RESULTS, *_RESULTS),
    ("行政复议", "行政诉讼", *_RESULTS, *_LAWSUITS, *_RESULTS, *_RESULTS, *_RESULTS),
)


@lru_cache(maxsize=16384)
def sort_of(cells: tuple[str, ...]) -> Sort:
    """What a row of several cells is; unclear where its numbers do not add up."""
    sort = _sort(
        tuple("0" if cell.isdecimal() and cell.isascii() and len(cell) <= _MOST_DIGITS else cell for cell in cells)
    )
    if sort.kind not in (Kind.APPLICATION, Kind.REVIEW):
        return sort
    width = WIDTH if sort.kind is Kind.APPLICATION else len(REVIEW_COLUMNS)
    texts = cells[sort.first : sort.first + (WIDTH if sort.kind is Kind.APPLICATION else REVIEW_WIDTH)]
    values = tuple(value for value in map(cell_values.parse, texts) if value is not None)
    counts = tuple(value.number or 0 if value.count is None else value.count for value in values)
    groups = (counts[at : at + width] for at in range(0, len(counts), width))
    if not all(map(is_clear, values)) or any(2 * group[-1] != sum(group) for group in groups):
        return _UNCLEAR
    return sort._replace(values=values, counts=counts, printed=sum(value.number is not None for value in values))


@lru_cache(maxsize=16384)
def cells_under(head: tuple[str, ...], cells: tuple[str, ...]) -> list[tuple[str, CellValue, int]]:
    """The cells of a row of table two below a row of headers: measure, value and index; none where one is unclear."""
    sort, grid = sort_of(cells), _sort(head).head
    if grid is None:
        return []
    found = disclosure_grid.read_row(sort.item, Row(0, [*cells], "", [*range(len(cells))]), sort.label, grid) or {}
    under = [(measure, cell.value, cell.line or 0) for measure, cell in found.items()]
    filled = sum(value is not BLANK for _, value, _ in under)
    return under if filled == len(sort.filled) and all(is_clear(value) for _, value, _ in under) else []


def is_clear(value: CellValue) -> bool:
    """Whether a cell has a number, all digits of which are printed together, or a mark for none, or nothing."""
    if value.state == "unreadable" or value.joined is not None:
        return False
    return printed_numbers(value.raw) == (value.number is not None)


def kind_of_line(text: str) -> Kind:
    """What a row of one cell is: words, a page mark, table four's title or an article; else it is unclear."""
    if not label_runs.begins_as_word(text):
        if label_runs.is_page_mark(text):
            return Kind.PAGE_MARK
        if cell_values.parse(text) is not None:
            return Kind.UNCLEAR
    if len(text) <= _LONGEST_TITLE:
        return _kind_of_short_line(text)
    if SIGNS.search(text) is None or "。" in text or strangeness(text) > _STRANGE_IN_HEAD:
        return Kind.OTHER
    return Kind.UNCLEAR


def is_heading(text: str) -> bool:
    """Whether a line is a heading of a section, and not table four's."""
    return NUMBERED.match(text) is not None and SIGNS.search(text) is None and not any(map(str.isdigit, text))


def is_strange(text: str) -> bool:
    """Whether a line is none of table four's, because it has many letters that the table does not have."""
    return "。" in text or strangeness(text) > STRANGE_IN_ROW


@lru_cache(maxsize=4096)
def _kind_of_short_line(text: str) -> Kind:
    if "年" in text and is_caption(text):
        return Kind.UNCLEAR
    if article_of(text) is not None:
        return Kind.ARTICLE if _part_of_head(text) == "article" else Kind.UNCLEAR
    header = header_of(text)
    if item_of(text) is not None or "信息内容" in text or (header and header.measure not in (None, THIS_YEAR)):
        return Kind.UNCLEAR
    if SIGNS.search(text) is None:
        return Kind.OTHER
    plain = "".join(text.split())
    if is_title(plain):
        return Kind.TITLE
    return Kind.OTHER if "。" in plain or strangeness(plain) > _STRANGE_IN_HEAD else Kind.UNCLEAR


@lru_cache(maxsize=16384)
def _sort(cells: tuple[str, ...]) -> Sort:
    """What a row is whose numbers are all 0."""
    values = [cell_values.parse(cell) for cell in cells]
    words = [index for index, value in enumerate(values) if value is None]
    filled = [index for index, value in enumerate(values) if value is not None and value is not BLANK]
    names = [skeleton(cells[index]) for index in words]
    if not all(names) or any(value is BLANK and cell for value, cell in zip(values, cells, strict=True)):
        return _UNCLEAR
    label = words[-1] if words else -1
    found = None
    if (not filled or filled[0] > label) and all(map(_USUAL.fullmatch, cells)):
        found = _row_of_form(cells, label, names, filled) or (None if filled else _head(cells, names))
    return found or (Sort(Kind.OTHER, filled=tuple(filled)) if _is_harmless(cells, words, filled) else _UNCLEAR)


def _row_of_form(cells: Sequence[str], label: int, names: Sequence[str], filled: list[int]) -> Sort | None:
    """A row of the form: its label, before it labels of groups, and behind it values and nothing else."""
    if not names:
        first = _first(filled, len(cells), REVIEW_WIDTH)
        return None if first is None else Sort(Kind.REVIEW, first=first, filled=tuple(filled))
    first = _first(filled, len(cells), WIDTH)
    match = match_label(names[-1], (names[-1],))
    groups = [name for name in names if name != names[-1]]
    if first is not None and first > label and match is not None and all(map(is_of_group, groups)):
        if match.rest and not (is_nearly_complete(match) and _ends_no_label(names[-1])):
            return None
        is_exact = is_spelled(names[-1]) or _is_alike(cells[: label + 1], match.item)
        return Sort(Kind.APPLICATION, match.item, label, first, is_exact=is_exact, filled=tuple(filled))
    if filled and not groups and _part_of_head(cells[label]) == "item" and (item := item_of(cells[label])):
        first_label = next(index for index, cell in enumerate(cells) if cell)
        return Sort(Kind.DISCLOSURE, item, first_label, filled=tuple(filled))
    return None


def _is_alike(words: Sequence[str], item: str) -> bool:
    """Whether a label with slips names the same row of the form together with the groups' labels before it."""
    _, match = match_words(tuple(filter(None, words)))
    return match is not None and match.item == item and match.strong and not match.rest


def _ends_no_label(text: str) -> bool:
    """Whether a text cannot be the end of a label that begins in another row."""
    return not any(spelling.text.endswith(text) for spelling in forms.application_spellings())


def _first(filled: Sequence[int], size: int, width: int) -> int | None:
    """The index of the first of a row's cells: of just so many in a row that are filled, or of the last so many."""
    if filled and len(filled) == width == filled[-1] - filled[0] + 1:
        return filled[0]
    return size - width if size >= width and (not filled or filled[0] >= size - width) else None


def _head(cells: tuple[str, ...], names: Sequence[str]) -> Sort | None:
    """A row of headers, each of them whole."""
    if not names:
        return None
    kinds = [_part_of_head(name) for name in names]
    if kinds[0] == "article" and len(set(names)) == 1:
        return Sort(Kind.ARTICLE)
    if kinds[0] == "content" and set(kinds[1:]) == {"measure"}:
        head = disclosure_grid.head_of(cells)
        is_whole = head is not None and len(head.measures) == len(head.columns)
        return Sort(Kind.DISCLOSURE_HEAD, head=head, words=cells) if is_whole else None
    if _OF_REVIEW.issuperset(names):
        return Sort(Kind.REVIEW_HEAD, words=tuple(name for name, _ in groupby(names)))
    columns = tuple(_applicants(name) for name in names if not name.startswith(_SUMS))
    return Sort(Kind.APPLICANTS, words=columns) if all(columns) else None


@lru_cache(maxsize=1024)
def is_header(name: str) -> bool:
    """Whether a skeleton is a header of one of the tables."""
    if name in _OF_REVIEW or name.startswith(_SUMS) or _applicants(name):
        return True
    return _part_of_head(name) in ("content", "measure")


def _applicants(name: str) -> str:
    """The applicants that a header of table three is of: all, a group of them, or a column's by its position."""
    if applicant_headers.is_of_all(name):
        return "all"
    position = applicant_headers.position_of(name)
    return "group" if applicant_headers.is_group(name) else "" if position is None else str(position)


@lru_cache(maxsize=4096)
def _part_of_head(text: str) -> str | None:
    """What a whole text is of table two's words: article, content, measure or item."""
    match = forms.disclosure_vocabulary().fullmatch(plain_words((text,)))
    return match.lastgroup if match else None


def _is_harmless(cells: Sequence[str], words: Sequence[int], filled: Sequence[int]) -> bool:
    """Whether a row has nothing of the form, and no more than a few numbers, before which words stand."""
    if not words or len(filled) > _MOST_NUMBERS or (filled and words[0] > filled[0]):
        return False
    text = "".join(cells)
    if SIGNS.search(text) is not None and strangeness(text) <= STRANGE_IN_ROW:
        return False
    if grid_table.names_row(tuple(cells)) or label_runs.is_page_mark(" ".join(cells)):
        return False
    return not any(_is_of_form(cells[index]) for index in words)


def _is_of_form(cell: str) -> bool:
    """Whether a cell has words of the form's tables."""
    return (
        "信息内容" in cell
        or item_of(cell) is not None
        or article_of(cell) is not None
        or (header_of(cell) is not None and ("年" in cell or "条" in cell))
        or match_ending(skeleton(cell)) is not None
    )
