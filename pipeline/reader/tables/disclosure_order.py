"""Rows of table two whose labels and numbers have come apart: which row a number is, where the form's order tells.

Belongs here: rows under one header. Does not: finding them (``disclosure``), what the words before them say
(``disclosure_head``).
"""

from dataclasses import dataclass, field, replace
from typing import NamedTuple

from pipeline import forms
from pipeline.forms import PROACTIVE, Measure
from pipeline.reader.findings import Finding, Where
from pipeline.reader.tables.disclosure_labels import item_of
from pipeline.reader.tables.label_runs import LabelRun

#: The amount of the one row has a header of its own kind: 采购总金额 is no fee's.
_FEE, _PROCUREMENT = "administrative_fee", "采购"
#: The one header of the form that is also a piece of another one.
_ALONE = ("decisions",)
#: No report has more pages.
_LAST_PAGE = 100


class BlockRow(NamedTuple):
    """A run under a header, the rows that its words name, the last of which is its own, and what else they say."""

    run: LabelRun
    items: tuple[str, ...]
    rest: str = ""
    #: Whether the run's words are a header and nothing behind it.
    bare: bool = False

    @property
    def item(self) -> str | None:
        """The row whose label stands right before the values."""
        return self.items[-1] if self.items and not self.rest else None


@dataclass(slots=True)
class Block:
    """A header with its article and its columns, and the rows under it.

    ``trailing`` is the row whose label stands behind the last row's values, before the next header.
    """

    article: str | None
    columns: list[Measure]
    rows: list[BlockRow] = field(default_factory=list)
    trailing: str | None = None
    #: Whether the section ends here: what follows is another table's, up to the next header.
    is_end: bool = False
    #: The columns once for each header that is printed: one that spans several columns may be repeated.
    printed: tuple[Measure, ...] = ()
    #: Whether values stand before this header, behind the labels of its rows: nobody knows whose column they are.
    is_doubtful: bool = False


def in_pieces(blocks: list[Block]) -> list[Block]:
    """The blocks whose header is a piece of one of the form's, of which other pieces are headers of other blocks."""
    whole = {tuple(header) for header in forms.HEADERS}
    headers = [tuple(column.measure for column in block.columns) for block in blocks]
    pieces = {header for header in headers if header and header not in whole}
    measures = {measure for header in pieces for measure in header}
    found = []
    for block, header in zip(blocks, headers, strict=True):
        rest = {each for full in whole if set(header) < set(full) for each in full}.difference(header)
        if header and rest & measures and (header in pieces or header == _ALONE):
            found.append(block)
    return found


def mark_contested(blocks: list[Block]) -> None:
    """Mark blocks of one column whose numbers stand right under the header: one that names no article may be of any.

    A program that prints labels and numbers apart repeats the header, and puts the article beside the one or the other.
    """
    bare = [block for block in blocks if len(block.columns) == 1 and any(_is_bare_stack(row) for row in block.rows)]
    for block in bare:
        others = [other for other in bare if other is not block and other.columns == block.columns]
        block.is_doubtful |= any(None in (block.article, other.article) for other in others)


def _is_bare_stack(row: BlockRow) -> bool:
    return row.bare and row.run.stacked and len(row.run.filled) > 1


def named_by_order(block: Block) -> tuple[list[BlockRow], list[Finding]]:
    """The block's rows; those without a name get one where the form has just as many rows under the header."""
    if (above := _values_above(block)) is not None:
        return above, [_read_by_order(row.items[0], row.run) for row in above]
    if block.is_doubtful:
        return block.rows, []
    columns = block.columns
    rows = [piece for row in block.rows for piece in _stack_of_rows(row, block, only=len(block.rows) == 1)]
    findings = [_read_by_order(row.items[0], row.run) for row in rows if row not in block.rows]
    if all(row.item for row in rows) or any(len(row.run.filled) != len(columns) for row in rows) or not columns:
        return rows, findings
    codes = [column.measure for column in columns]
    if codes not in [list(header) for header in forms.HEADERS]:
        return rows, findings  # headers in another order: the labels are not all that came apart
    expected = forms.rows_under(codes, block.article)
    is_of_procurement = any(_PROCUREMENT in word for word in rows[0].run.words[-2:]) if rows else False
    if len(rows) != len(expected) or (_FEE in expected and is_of_procurement):
        return rows, findings
    if any(not _may_be(row, item) for row, item in zip(rows, expected, strict=True)):
        return rows, findings
    findings += [_read_by_order(item, row.run) for row, item in zip(rows, expected, strict=True) if row.item is None]
    return [BlockRow(row.run, (item,)) for row, item in zip(rows, expected, strict=True)], findings


def _may_be(row: BlockRow, item: str) -> bool:
    """Whether a row may be one of the form's: it has its name, or none, or pieces of its label and no other words."""
    if row.item is not None:
        return row.item == item
    if not row.rest:
        return True
    spellings = (spelling.text for spelling in forms.disclosure_spellings() if spelling.item == item)
    return any(_are_pieces(row.rest, spelling) for spelling in spellings)


def _are_pieces(text: str, label: str) -> bool:
    """Whether a text has letters of a label only, in its order."""
    letters = iter(label)
    return all(letter in letters for letter in text)


def _values_above(block: Block) -> list[BlockRow] | None:
    """The rows of a block in which each value stands above its label; None unless values and labels take turns so.

    Empty where the values may as well be a page number and the numbers of other rows, or the last one has no label.
    """
    if not block.rows:
        return None
    first, *others = block.rows
    if not first.bare or not first.run.stacked or not first.run.filled:
        return None
    if block.trailing is None:
        return [] if any(row.items and row.run.filled and row.run.stacked for row in others) else None
    labels = [*(row.item for row in others), block.trailing]
    width = len(block.columns)
    is_even = all(row.run.stacked and len(row.run.filled) == width == len(row.run.values) for row in block.rows)
    if not is_even or None in labels or any(len(row.items) != 1 for row in others) or _may_be_page(first.run):
        return []
    return [BlockRow(row.run, (item,)) for row, item in zip(block.rows, labels, strict=True) if item is not None]


def _may_be_page(run: LabelRun) -> bool:
    """Whether a run's one value may be the number of a page."""
    return len(run.values) == 1 and (run.values[0].number or 0) < _LAST_PAGE


def _ends_with_page(run: LabelRun) -> bool:
    """Whether the last of a stack's values stands apart and may be the number of a page."""
    stands_apart = len(run.values) > 1 and run.gaps[-2] > min(run.gaps[:-2])
    return stands_apart and (run.values[-1].number or 0) < _LAST_PAGE


def _stack_of_rows(row: BlockRow, block: Block, *, only: bool) -> list[BlockRow]:
    """The rows of a stack of values under one header, behind the stack of their labels or apart from it.

    None where a number is lacking or another one's.
    """
    run, items = row.run, row.items
    if len(block.columns) != 1 or row.rest or not run.stacked:
        return [row]
    is_stack_of_labels = len(items) > 1 and [item_of(word) for word in run.words[-len(items) :]] == list(items)
    if row.bare and _ends_with_page(run):
        return []
    if row.bare and only and block.article is not None and len(run.values) > 1:
        items = tuple(forms.rows_under([block.columns[0].measure], block.article))
    elif not is_stack_of_labels:
        return [row]
    if not len(run.values) == len(run.filled) == len(items) == len(set(items)):
        return [row] if row.bare else []
    return [
        BlockRow(replace(run, values=[value], lines=[line], gaps=[0, 0]), (item,))
        for item, value, line in zip(items, run.values, run.lines, strict=True)
    ]


def _read_by_order(item: str, run: LabelRun) -> Finding:
    return Finding("read_by_order", Where(PROACTIVE, item, line=run.line), PROACTIVE, label=item, numbers=run.text)
