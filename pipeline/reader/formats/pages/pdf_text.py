"""The characters of a page of a PDF, each with the box that it stands in.

Left out is what nobody sees: text drawn invisibly (what a scanner's program read), without colour on white paper,
under a white area drawn later, cut off by a clip, or outside the page. A text that PDFium cannot give is marked.

Belongs here: which characters are shown, and where. What they make is ``layout``'s.
"""

import ctypes
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import hypot
from typing import Any, TypeAlias

from pipeline.reader.formats.pages import pdf_things
from pipeline.reader.formats.pages.content import UNKNOWN, Area, Bounds, Box, Glyph, PageContent, shows_white
from pipeline.reader.formats.pages.pdf_things import Matrix, Thing

#: The texts of a page by their address, each with when it is drawn.
Texts: TypeAlias = dict[int, tuple[int, Thing]]
#: Ways to draw text that leave nothing to see: not at all, and as a clip.
_UNSEEN_MODES = {3, 7}
#: What PDFium gives for the hyphen at the end of a line.
_HYPHENS = {0x02, 0xAD, 0xFFFE}
_BLANK, _LINE_ENDS = 0x20, (0x0A, 0x0D)
#: Text smaller than this nobody can read.
_LEAST_HEIGHT = 1.0
#: No font makes its characters higher than so many times their size.
_HIGHEST = 3.0
#: The share of the size of a type that is above its base line, and how far text may lean and be upright.
_ABOVE_BASE, _MOST_LEANING = 0.86, 0.1
#: How far the middle of a character may be outside its clip, in points.
_OUT_OF_CLIP = 1.0
#: The size in points of the mark that stands for a lost text.
_LOST_SIZE = 8.0


@dataclass(slots=True)
class _Text:
    """What is the same for all characters of a text.

    ``size`` is 0 where it is turned against the page as shown; ``turned`` are quarter turns clockwise.
    """

    when: int
    is_drawn: bool
    is_dark: bool
    clip: Box | None
    size: float
    turned: int


def add_text(
    raw: Any, page: Any, shown: Matrix, content: PageContent, texts: Texts, areas: Sequence[Area], limits: Bounds
) -> dict[int, int]:
    """Add the characters of a page; how many of them are turned by how many quarters clockwise."""
    handle = raw.FPDFText_LoadPage(page)
    if not handle:
        return {}
    try:
        count = raw.FPDFText_CountChars(handle)
        limits.take("characters", count)
        reader = _Page(raw, handle, shown, content, texts, areas)
        reader.add(count)
        return dict(reader.directions)
    finally:
        raw.FPDFText_ClosePage(handle)


class _Page:
    """The text of one page while it is read."""

    def __init__(
        self,
        raw: Any,
        handle: Any,
        shown: Matrix,
        content: PageContent,
        texts: Texts,
        areas: Sequence[Area],
    ) -> None:
        self._raw, self._handle, self._shown, self._content = raw, handle, shown, content
        self._texts, self._areas = texts, areas
        self._covers = [area for area in areas if area.is_white]
        self._known: dict[int, _Text] = {}
        #: How many characters are turned how far.
        self.directions: Counter[int] = Counter()
        self._matrix = raw.FS_MATRIX()
        self._box, self._x, self._y = raw.FS_RECTF(), ctypes.c_double(), ctypes.c_double()

    def add(self, count: int) -> None:
        """Add so many characters, and marks for the texts that are not among them."""
        raw, handle, content = self._raw, self._handle, self._content
        for index in range(count):
            code = raw.FPDFText_GetUnicode(handle, index)
            if code in _LINE_ENDS or (code == _BLANK and raw.FPDFText_IsGenerated(handle, index)):
                continue
            address = pdf_things.address(raw.FPDFText_GetTextObject(handle, index))
            text = self._known.get(address) or self._learn(address, index)
            box = self._box_of(index, text)
            if code != _BLANK and not self._is_shown(text, box):
                content.hidden += 1
                continue
            if raw.FPDFText_HasUnicodeMapError(handle, index) == 1 or code == 0:
                content.unmapped += 1
                code = ord(UNKNOWN)
            self.directions[text.turned] += 1
            if text.turned and chr(code).isdecimal():
                code = ord(UNKNOWN)  # which way it is read is not known
            content.glyphs.append(Glyph("-" if code in _HYPHENS else chr(code), *box, text.when))
        content.glyphs += self._lost()

    def _learn(self, address: int, index: int) -> _Text:
        """What is known of a text by its first character."""
        raw = self._raw
        when, thing = self._texts.get(address, (0, None))
        if thing is None:
            text = _Text(0, True, True, None, *self._type(index))
        else:
            is_drawn = raw.FPDFTextObj_GetTextRenderMode(thing.handle) not in _UNSEEN_MODES
            colour = pdf_things.fill_colour(raw, thing.handle)
            is_drawn = is_drawn and colour.cover > 0
            text = _Text(when, is_drawn, colour.is_seen_on_white, pdf_things.clip(raw, thing), *self._type(index))
        self._known[address] = text
        return text

    def _type(self, index: int) -> tuple[float, int]:
        """The size of a character's type in points, and how it is turned."""
        found, shown = self._matrix, self._shown
        if not self._raw.FPDFText_GetMatrix(self._handle, index, found):
            return 0.0, 0
        along, down = found.a * shown.a + found.b * shown.c, found.a * shown.b + found.b * shown.d
        if along > 0 and abs(down) <= _MOST_LEANING * along:
            return float(self._raw.FPDFText_GetFontSize(self._handle, index)) * hypot(found.c, found.d), 0
        if abs(down) > abs(along):
            return 0.0, 1 if down > 0 else 3
        return 0.0, 2 if along < 0 else 0

    def _box_of(self, index: int, text: _Text) -> Box:
        """The box of a character: as wide as its advance, as high as the type around its base line.

        PDFium's own are as high as the ink, so that a comma stands lower than its line.
        """
        found = self._box
        self._raw.FPDFText_GetLooseCharBox(self._handle, index, found)
        box = self._shown.box(found.left, found.bottom, found.right, found.top)
        if text.size == 0:
            return box
        if box.height > _HIGHEST * text.size:
            return self._ink(index)
        self._raw.FPDFText_GetCharOrigin(self._handle, index, self._x, self._y)
        _, base = self._shown.point(self._x.value, self._y.value)
        return Box(box.x0, base - _ABOVE_BASE * text.size, box.x1, base + (1 - _ABOVE_BASE) * text.size)

    def _ink(self, index: int) -> Box:
        """The box of a character's ink: of text that runs down the page, PDFium gives no other that is right."""
        left, right, bottom, top = (ctypes.c_double() for _ in range(4))
        self._raw.FPDFText_GetCharBox(self._handle, index, left, right, bottom, top)
        return self._shown.box(left.value, bottom.value, right.value, top.value)

    def _is_shown(self, text: _Text, box: Box) -> bool:
        """Whether a character is drawn on the page, not under a white area, and, if white, on something that is not."""
        x, y = (box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2
        if not (text.is_drawn and 0 <= x <= self._content.width and 0 <= y <= self._content.height):
            return False
        if box.height < _LEAST_HEIGHT and box.width < _LEAST_HEIGHT:
            return False
        cut = text.clip
        if cut is not None and not cut.grown(_OUT_OF_CLIP).holds(x, y):
            return False
        if self._covers and any(area.when > text.when and area.box.holds(x, y) for area in self._covers):
            return False
        return text.is_dark or shows_white(self._areas, text.when, x, y)

    def _lost(self) -> Iterator[Glyph]:
        """A mark for each text that PDFium leaves out, since it has no font for it, in the file or beside it.

        Not lost is a text of blanks, which has no ink, and one that stands there already.
        """
        raw, content = self._raw, self._content
        for address, (_, thing) in self._texts.items():
            if address in self._known:
                continue
            box = pdf_things.bounds(raw, thing)
            has_ink = box.width > 0 and box.height > 0
            if has_ink and any(box.holds(glyph.x, glyph.y) for glyph in content.glyphs):
                continue
            if not has_ink and raw.FPDFFont_GetIsEmbedded(raw.FPDFTextObj_GetFont(thing.handle)):
                continue
            x, y = pdf_things.own_matrix(raw, thing.handle).then(thing.matrix).point(0, 0)
            if 0 <= x <= content.width and 0 <= y <= content.height:
                content.unmapped += 1
                yield Glyph(UNKNOWN, x, y - _LOST_SIZE, x + _LOST_SIZE, y, address)
