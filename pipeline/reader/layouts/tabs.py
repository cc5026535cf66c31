"""Tab rows: a table row a line, cells between tabs, ragged at both ends.

Some programs put a tab around each cell and each cell on a line of its own: such lines are a stack of cells, and their
tabs mean nothing.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from pipeline.reader.document import Row
from pipeline.reader.layouts import lines

NAME = "tabs"

#: So many lines in a row with a cell at the most, and so many empty cells around it, are a stack.
_LEAST_STACKED, _MOST_CELLS = 8, 3

#: A header of the form whose stroke such a program takes for a text of its own (本年增, /, 减).
_APART = ("增", "/", "减")
#: The number of a label, which is a text of its own where it is typed in other letters (1. and 属于国家秘密).
_NUMBERED_LABEL = re.compile("[1-9](?:[.．、]\t|\t[.．、])[\u4e00-\u9fff]{2}")
_LETTER = re.compile("[\u4e00-\u9fff]")
_WORDS = re.compile("[\u4e00-\u9fff]{2}")
#: What a sentence ends with.
_ENDS = ("。", "；")
#: So many cells has a line with such a number and its label.
_NUMBERED = 2


def row(line: str, number: int) -> Row | None:
    """The cells of a line that has a tab in it."""
    if "\t" not in line:
        return None
    cells = [cell.strip() for cell in line.split("\t")]
    return Row(number, cells, NAME)


def unstacked(rows: Iterable[Row]) -> Iterator[Row]:
    """The rows, those of stacks of cells as rows of one cell, or of none.

    >>> [row.cells for row in unstacked([Row(1, ["", "本年增", "/", "减", ""], NAME)] * 8)][:1]
    [['本年增/减']]
    >>> [row.cells for row in unstacked([Row(1, ["", "2.", "重复申请", ""], NAME)] * 8)][:1]
    [['2.重复申请']]
    """
    stack: list[Row] = []
    for each in rows:
        if each.layout == NAME and (_is_one_cell(each.cells) or (_ends_with_cell(stack) and _is_sentence(each.cells))):
            stack.append(each)
            continue
        yield from _flat(stack)
        stack = []
        yield each
    yield from _flat(stack)


def _ends_with_cell(stack: list[Row]) -> bool:
    return bool(stack) and not _is_sentence(stack[-1].cells)


def _is_one_cell(cells: list[str]) -> bool:
    """Whether at most one cell of a line is filled, or those that are make one header."""
    filled = [cell for cell in cells if cell]
    if len(filled) <= 1:
        return len(cells) <= _MOST_CELLS or (bool(filled) and _is_indented(cells))
    if len(filled) == _NUMBERED:
        return len(cells) <= _MOST_CELLS + 1 and _NUMBERED_LABEL.match("\t".join(filled)) is not None
    return len(filled) == len(_APART) and _is_apart(filled)


def _is_indented(cells: list[str]) -> bool:
    """Whether tabs stand before a line's words, as in a text that its program has broken; a row has cells behind."""
    return bool(cells[-1] or cells[-2]) and any(map(_LETTER.match, cells[-2:]))


def _is_sentence(cells: list[str]) -> bool:
    """Whether a line is a sentence whose numbers are texts of their own."""
    filled = [cell for cell in cells if cell]
    return len(filled) > 1 and filled[-1].endswith(_ENDS) and any(map(_WORDS.search, filled[:-1]))


def _is_apart(filled: list[str]) -> bool:
    return all(cell.endswith(end) for cell, end in zip(filled, _APART, strict=True))


def _flat(stack: list[Row]) -> Iterable[Row]:
    if sum(not _is_sentence(each.cells) for each in stack) < _LEAST_STACKED:
        return stack
    return (replace(each, cells=_joined(each.cells), layout=lines.NAME) for each in stack)


def _joined(cells: list[str]) -> list[str]:
    text = "".join(cells)
    return [text] if text else []
