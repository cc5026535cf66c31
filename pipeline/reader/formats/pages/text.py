"""Characters at places to lines, words and the text of a cell.

Belongs here: which characters stand on one line, and where a blank or a line's end parts a word and where not.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from pipeline.reader.formats.pages.content import UNKNOWN, Box, Glyph, around

#: Characters whose middles lie closer than this share of their height stand on one line.
_ON_ONE_LINE = 0.4
#: A gap as wide as this share of the height parts two words; between two digits less does, which is a thin blank.
_GAP, _GAP_OF_DIGITS = 0.3, 0.18
#: A character that begins in the first part of the one before it is printed over it.
_PRINTED_OVER = 0.3
#: Texts that begin closer than this begin at one place.
_SAME_BEGIN = 0.5
#: What a number or a Latin word is made of: a line's end in it may or may not be a blank.
_PIECE = re.compile(r"[0-9A-Za-z.,+\-/%]")
#: Cells have up to this margin between their text and their rules.
WIDEST_PADDING = 6.0


@dataclass(slots=True)
class Line:
    """Characters beside each other, from left to right."""

    glyphs: list[Glyph]
    box: Box = field(init=False)
    _text: str | None = None
    _words: dict[float, list["Line"]] = field(default_factory=dict)
    #: Its parts that are cells, once they have been told.
    cells: list["Line"] | None = None

    def __post_init__(self) -> None:
        self.glyphs.sort(key=lambda glyph: (glyph.x0, glyph.x1))
        self.glyphs = _parted(self.glyphs)
        while self.glyphs and self.glyphs[-1].text.isspace():
            self.glyphs.pop()
        while self.glyphs and self.glyphs[0].text.isspace():
            del self.glyphs[0]
        self.box = around(self.glyphs) if self.glyphs else Box(0, 0, 0, 0)

    @property
    def height(self) -> float:
        """The height of most of its type."""
        return sorted(glyph.height for glyph in self.glyphs)[len(self.glyphs) // 2] if self.glyphs else 0.0

    @property
    def text(self) -> str:
        """Its text, blanks where gaps are."""
        if self._text is None:
            self._text = _joined(self.glyphs)
        return self._text

    def words(self, gap: float) -> list["Line"]:
        """Its parts between gaps wider than so many times the height of the type."""
        if gap in self._words:
            return self._words[gap]
        parts: list[list[Glyph]] = []
        for glyph in self.glyphs:
            if glyph.text.isspace():
                continue
            if not parts or glyph.x0 - parts[-1][-1].x1 > gap * glyph.height:
                parts.append([])
            parts[-1].append(glyph)
        self._words[gap] = [Line(part) for part in parts] if len(parts) > 1 else [self]
        return self._words[gap]


def lines_of(glyphs: Iterable[Glyph]) -> list[Line]:
    """The lines that some characters stand on, from top to bottom."""
    found: list[list[Glyph]] = []
    middles: list[tuple[float, float]] = []
    for glyph in sorted(glyphs, key=lambda each: (each.y, each.x0)):
        for back in range(len(found) - 1, max(len(found) - 4, -1), -1):
            middle, height = middles[back]
            if abs(glyph.y - middle) <= _ON_ONE_LINE * min(height, glyph.height):
                found[back].append(glyph)
                break
        else:
            found.append([glyph])
            middles.append((glyph.y, glyph.height))
    lines = [Line(part) for part in found]
    return [line for line in lines if line.glyphs]


def _parted(glyphs: list[Glyph]) -> list[Glyph]:
    """The characters of a line, those of texts that begin at one place one text behind the other.

    Some programs give every piece of a line the box of the whole line. Numbers alone are left as they lie.
    """
    if not any(before.run != glyph.run and _is_over(before, glyph) for before, glyph in pairwise(glyphs)):
        return glyphs
    begins: dict[int, float] = {}
    for glyph in glyphs:
        begins.setdefault(glyph.run, glyph.x0)
    found: list[Glyph] = []
    for runs in _at_one_place(begins):
        here = sorted((glyph for glyph in glyphs if glyph.run in runs), key=lambda glyph: glyph.run)
        if len(runs) > 1 and not all(glyph.text.isascii() for glyph in here):
            box = around(here)
            wide = box.width / len(here)
            here = [
                glyph._replace(x0=box.x0 + index * wide, x1=box.x0 + (index + 1) * wide)
                for index, glyph in enumerate(here)
            ]
        found += here
    return sorted(found, key=lambda glyph: (glyph.x0, glyph.x1))


def _at_one_place(begins: dict[int, float]) -> list[set[int]]:
    """The texts that begin at the same place together."""
    groups: list[set[int]] = []
    last = None
    for run, begin in sorted(begins.items(), key=lambda item: item[1]):
        if last is None or begin - last > _SAME_BEGIN:
            groups.append(set())
        groups[-1].add(run)
        last = begin
    return groups


def _is_over(before: Glyph, glyph: Glyph) -> bool:
    """Whether a character is printed over the one before it."""
    if before.text.isspace() or glyph.text.isspace():
        return False
    return before.x0 <= glyph.x0 < before.x0 + _PRINTED_OVER * (before.x1 - before.x0)


def _joined(glyphs: Sequence[Glyph]) -> str:
    if not glyphs:
        return ""
    text = [glyphs[0].text]
    before = glyphs[0]
    for glyph in glyphs[1:]:
        if glyph.text.isspace():
            if text[-1] != " ":
                text.append(" ")
            before = glyph._replace(x0=before.x0, text=before.text) if glyph.x1 > before.x1 else before
            continue
        digits = glyph.text.isdecimal() and before.text.isdecimal()
        if glyph.x0 - before.x1 > (_GAP_OF_DIGITS if digits else _GAP) * min(before.height, glyph.height):
            if text[-1] != " ":
                text.append(" ")
        elif _is_over(before, glyph) and text[-1] != " ":
            if glyph.text == before.text:
                continue  # printed twice to look bold
            if digits:
                text[-1] = UNKNOWN
                continue
        text.append(glyph.text)
        before = glyph
    return "".join(text).strip()


def padding_of(cells: Iterable[tuple[float, Sequence[Line]]]) -> float:
    """How far text stays from the rules in a table, as far as its widest lines show it: cells' widths and lines."""
    rooms = [(width - line.box.width) / 2 for width, lines in cells for line in lines]
    return max(0.0, min([WIDEST_PADDING, *rooms]))


def text_of(lines: Sequence[Line], width: float, padding: float) -> str:
    """The text of a cell. A number goes on in the next line where the next digit had no room left on the first.

    Where it had, a blank stays between the two: what they are together, nobody can tell.
    """
    if not lines:
        return ""
    texts = [lines[0].text]
    for before, line in pairwise(lines):
        first = line.glyphs[0]
        if _PIECE.match(texts[-1][-1:]) and _PIECE.match(line.text[:1]):
            room = width - 2 * padding - before.box.width
            texts.append("" if room < first.x1 - first.x0 else " ")
        texts.append(line.text)
    return "".join(texts)
