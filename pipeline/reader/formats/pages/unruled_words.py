"""Words on a page without rules, and the blocks of them that are a cell: lines right below each other.

Belongs here: what labels and heads of unruled tables have in common.
"""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from pipeline.reader.formats.pages.content import Box, Stroke, around
from pipeline.reader.formats.pages.text import Line

#: A gap wider than so many times the height of the type parts two cells; less does where it may be one.
_GAP, _LEAST_GAP = 0.8, 0.3
#: Lines of one cell stand closer below each other than so many times their height.
_BELOW = 0.75
#: They share so much of the narrower one's width.
_LEAST_SHARED = 0.3
#: How a label of the form begins: no other line of one does.
NUMBERING = re.compile(
    r"\s*(?:[（(]\s*[一二三四五六七八九十]{1,2}\s*[)）]|[一二三四五六七八九十]{1,2}\s*、|[\d０-９]{1,2}\s*[.．、])"
)

#: A value: a number, or a mark for none.
_VALUE = re.compile(r"[+\-－−＋]?[\d０-９][\d０-９,，]*(?:[.．][\d０-９]+)?|[-－—–/／]+|\ufffd+")


@dataclass(slots=True)
class Words:
    """A block of words below each other: a label, or a part of one."""

    lines: list[Line]

    @property
    def box(self) -> Box:
        """The box around it."""
        return around([line.box for line in self.lines])

    @property
    def text(self) -> str:
        """Its text, the words of a cell in one."""
        return "".join(line.text for line in self.lines)


@dataclass(slots=True)
class Row:
    """A row of an unruled table: its cells' texts and boxes."""

    cells: list[tuple[str, Box]]

    @property
    def box(self) -> Box:
        """The box around it."""
        return around([box for _, box in self.cells])


def words_of(line: Line) -> list[Line]:
    """The parts of a line that are cells or parts of them: between wide gaps, and less wide ones before a numbering
    or before the numbers at its end.
    """
    if line.cells is not None:
        return line.cells
    parts = line.words(_LEAST_GAP)
    values = len(parts)
    while values and is_value(parts[values - 1]):
        values -= 1
    words = parts[:1]
    for at, part in enumerate(parts[1:], 1):
        is_apart = part.box.x0 - words[-1].box.x1 > _GAP * line.height
        if is_apart or at >= values or NUMBERING.match(part.text):
            words.append(part)
        else:
            words[-1] = Line([*words[-1].glyphs, *part.glyphs])
    line.cells = words
    return words


def is_tight(words: Sequence[Line]) -> bool:
    """Whether the last of some words is no further from the one before it than words of a sentence may be."""
    return len(words) > 1 and words[-1].box.x0 - words[-2].box.x1 <= _GAP * words[-1].height


def is_value(word: Line) -> bool:
    """Whether a word is a number or a mark for none."""
    return _VALUE.fullmatch(word.text) is not None


def together(words: Iterable[Line], across: Sequence[Stroke], beside: Collection[int] = ()) -> list[Words]:
    """Words that stand below each other, as the blocks that they make.

    Of words that stand ``beside`` values, by their ``id``, no block has two.
    """
    found: list[Words] = []
    for word in sorted(words, key=lambda word: (word.box.y0, word.box.x0)):
        above = next((each for each in reversed(found) if _goes_on(each, word, across)), None)
        taken = above is not None and id(word) in beside and any(id(line) in beside for line in above.lines)
        if above is None or taken or NUMBERING.match(word.text):
            found.append(Words([word]))
        else:
            above.lines.append(word)
    return found


def _goes_on(above: Words, word: Line, across: Sequence[Stroke]) -> bool:
    """Whether a word stands right below a block, with no rule between."""
    upper, lower = above.lines[-1].box, word.box
    overlap = min(above.box.x1, lower.x1) - max(above.box.x0, lower.x0)
    if overlap <= _LEAST_SHARED * min(above.box.width, lower.width) or lower.y0 - upper.y1 > _BELOW * word.height:
        return False
    middle = (lower.x0 + lower.x1) / 2
    return not any(
        upper.y1 - 1 <= stroke.at <= lower.y0 + 1 and stroke.begin <= middle <= stroke.end for stroke in across
    )
