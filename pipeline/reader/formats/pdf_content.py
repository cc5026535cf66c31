"""What a page of a PDF shows: its characters and straight lines, by the functions of PDFium itself.

Left out is what nobody sees: text drawn invisibly (what a scanner's program read), without colour on white paper,
under a white area drawn later, or outside the page.

Belongs here: calls of PDFium and the way from its coordinates to the page as it is shown. What the characters and
lines make is ``page_layout``'s.
"""

import ctypes
from collections.abc import Container, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from math import hypot
from typing import Any, NamedTuple

from pipeline.reader.formats.page_content import (
    UNKNOWN,
    Bounds,
    Box,
    Glyph,
    PageContent,
    add_area,
    add_frame,
    add_line,
)

#: PDFium's numbers of what it finds on a page.
_TEXT, _PATH, _IMAGE, _FORM = 1, 2, 3, 5
_LINE_TO, _BEZIER_TO, _MOVE_TO = 0, 1, 2
#: Ways to draw text that leave nothing to see: not at all, and as a clip.
_UNSEEN_MODES = {3, 7}
#: Darker than this is seen on white paper: a light grey rule or letter is.
_WHITE = 250
#: Forms in forms deeper than this are no page of a report.
_DEEPEST = 12
#: What PDFium gives for the hyphen at the end of a line.
_HYPHENS = {0x02, 0xAD, 0xFFFE}
#: Text smaller than this nobody can read.
_LEAST_HEIGHT = 1.0
#: No font makes its characters higher than so many times their size.
_HIGHEST = 3.0
#: The size in points of the mark that stands for a lost text.
_LOST_SIZE = 8.0


class Matrix(NamedTuple):
    """An affine transformation, as PDF writes it."""

    a: float = 1.0
    b: float = 0.0
    c: float = 0.0
    d: float = 1.0
    e: float = 0.0
    f: float = 0.0

    def then(self, other: "Matrix") -> "Matrix":
        """Itself first, the other one on its result."""
        return Matrix(
            self.a * other.a + self.b * other.c,
            self.a * other.b + self.b * other.d,
            self.c * other.a + self.d * other.c,
            self.c * other.b + self.d * other.d,
            self.e * other.a + self.f * other.c + other.e,
            self.e * other.b + self.f * other.d + other.f,
        )

    def point(self, x: float, y: float) -> tuple[float, float]:
        """Where a point comes to lie."""
        return self.a * x + self.c * y + self.e, self.b * x + self.d * y + self.f

    def box(self, x0: float, y0: float, x1: float, y1: float) -> Box:
        """The box around a rectangle's image."""
        (ax, ay), (bx, by), (cx, cy), (dx, dy) = (self.point(x, y) for x in (x0, x1) for y in (y0, y1))
        return Box(min(ax, bx, cx, dx), min(ay, by, cy, dy), max(ax, bx, cx, dx), max(ay, by, cy, dy))


@dataclass(slots=True)
class _Drawn:
    """What is known of the things on a page in the order in which they are drawn."""

    #: By the address of a text: when it is drawn, where it begins, and its box.
    texts: dict[int, int] = field(default_factory=dict)
    begins: dict[int, tuple[tuple[float, float], Box]] = field(default_factory=dict)
    #: Areas that cover what was drawn before, with when they are drawn, and whether they are white.
    areas: list[tuple[int, Box, bool]] = field(default_factory=list)


def page_content(raw: Any, page: Any, number: int, bounds: Bounds) -> PageContent:
    """What a loaded page shows; ``raw`` is the module of PDFium's functions."""
    shown = _as_shown(raw, page)
    content = PageContent(number, raw.FPDF_GetPageWidthF(page), raw.FPDF_GetPageHeightF(page))
    drawn = _Drawn()
    for when, (thing, kind, matrix) in enumerate(_things(raw, page)):
        if kind == _PATH:
            _add_path(raw, thing, matrix.then(shown), content, drawn, when, bounds)
        elif kind == _IMAGE:
            box = _bounds(raw, thing, matrix.then(shown))
            content.pictures += _share(box, content)
            drawn.areas.append((when, box, False))
        else:
            address = _address(thing)
            drawn.texts[address] = when
            own = matrix.then(shown)
            drawn.begins[address] = _matrix(raw, thing).then(own).point(0, 0), _bounds(raw, thing, own)
    _add_text(raw, page, shown, content, drawn, bounds)
    return content


def _as_shown(raw: Any, page: Any) -> Matrix:
    """From the page's own coordinates to points from the upper left corner of what is shown, turned as it is shown."""
    box = raw.FS_RECTF()
    raw.FPDF_GetPageBoundingBox(page, box)
    turns = raw.FPDFPage_GetRotation(page)
    if turns == 1:
        return Matrix(0, 1, 1, 0, -box.bottom, -box.left)
    if turns == 2:
        return Matrix(-1, 0, 0, 1, box.right, -box.bottom)
    if turns == 3:
        return Matrix(0, -1, -1, 0, box.top, box.right)
    return Matrix(1, 0, 0, -1, -box.left, box.top)


def _things(raw: Any, page: Any) -> Iterator[tuple[Any, int, Matrix]]:
    """Texts, paths and pictures in the order of drawing, each with the matrix of the forms it is in."""
    found = (raw.FPDFPage_GetObject(page, index) for index in range(raw.FPDFPage_CountObjects(page)))
    yield from _below(raw, found, Matrix(), 0)


def _below(raw: Any, things: Iterator[Any], matrix: Matrix, depth: int) -> Iterator[tuple[Any, int, Matrix]]:
    for thing in things:
        kind = raw.FPDFPageObj_GetType(thing)
        if kind in (_TEXT, _PATH, _IMAGE):
            yield thing, kind, matrix
        elif kind == _FORM and depth < _DEEPEST:
            own = _matrix(raw, thing).then(matrix)
            count = raw.FPDFFormObj_CountObjects(thing)
            inner = (raw.FPDFFormObj_GetObject(thing, index) for index in range(count))
            yield from _below(raw, inner, own, depth + 1)


def _matrix(raw: Any, thing: Any) -> Matrix:
    found = raw.FS_MATRIX()
    if not raw.FPDFPageObj_GetMatrix(thing, found):
        return Matrix()
    return Matrix(found.a, found.b, found.c, found.d, found.e, found.f)


def _bounds(raw: Any, thing: Any, matrix: Matrix) -> Box:
    sides = [ctypes.c_float() for _ in range(4)]
    raw.FPDFPageObj_GetBounds(thing, *sides)
    left, bottom, right, top = (side.value for side in sides)
    return matrix.box(left, bottom, right, top)


def _share(box: Box, page: PageContent) -> float:
    """The share of a page that a box covers."""
    wide = min(box.x1, page.width) - max(box.x0, 0.0)
    high = min(box.y1, page.height) - max(box.y0, 0.0)
    return max(wide, 0.0) * max(high, 0.0) / max(page.width * page.height, 1.0)


def _address(thing: Any) -> int:
    return ctypes.cast(thing, ctypes.c_void_p).value or 0


def _colour(get: Any, thing: Any) -> tuple[int, int, int, int]:
    """Red, green, blue, and how much it covers; black where it has none of its own."""
    parts = [ctypes.c_uint() for _ in range(4)]
    if not get(thing, *parts):
        return 0, 0, 0, 255
    red, green, blue, alpha = (part.value for part in parts)
    return red, green, blue, alpha


def _is_seen_on_white(colour: tuple[int, int, int, int]) -> bool:
    return colour[3] > 0 and min(colour[:3]) < _WHITE


def _add_path(
    raw: Any, thing: Any, matrix: Matrix, content: PageContent, drawn: _Drawn, when: int, bounds: Bounds
) -> None:
    """The straight lines of a path, or the rectangle that it fills."""
    count = raw.FPDFPath_CountSegments(thing)
    bounds.take("drawn lines", count)
    fill_mode, stroked = ctypes.c_int(), ctypes.c_int()
    raw.FPDFPath_GetDrawMode(thing, fill_mode, stroked)
    fill = _colour(raw.FPDFPageObj_GetFillColor, thing) if fill_mode.value else (255, 255, 255, 0)
    is_line = bool(stroked.value) and _is_seen_on_white(_colour(raw.FPDFPageObj_GetStrokeColor, thing))
    if not is_line and fill[3] == 0:
        return
    matrix = _matrix(raw, thing).then(matrix)
    for points, has_curves in _strands(raw, thing, count, matrix):
        box = None if has_curves else _rectangle(points)
        if box is not None and fill[3]:
            if _is_seen_on_white(fill):
                add_area(content, box)
            if fill[3] == 255 and not raw.FPDFPageObj_HasTransparency(thing):
                drawn.areas.append((when, box, not _is_seen_on_white(fill)))
        if is_line and box is not None:
            add_frame(content, box)
        elif is_line and not has_curves:
            for begin, end in pairwise(points):
                add_line(content, *begin, *end)


def _strands(raw: Any, thing: Any, count: int, matrix: Matrix) -> Iterator[tuple[list[tuple[float, float]], bool]]:
    """The points of each piece of a path that is drawn without lifting the pen, and whether it is bent."""
    points: list[tuple[float, float]] = []
    bent = False
    x, y = ctypes.c_float(), ctypes.c_float()
    for index in range(count):
        segment = raw.FPDFPath_GetPathSegment(thing, index)
        kind = raw.FPDFPathSegment_GetType(segment)
        raw.FPDFPathSegment_GetPoint(segment, x, y)
        if kind == _MOVE_TO:
            if len(points) > 1:
                yield points, bent
            points, bent = [], False
        bent = bent or kind == _BEZIER_TO
        points.append(matrix.point(x.value, y.value))
        if raw.FPDFPathSegment_GetClose(segment):
            points.append(points[0])
    if len(points) > 1:
        yield points, bent


def _rectangle(points: list[tuple[float, float]]) -> Box | None:
    """The rectangle that some points are the corners of."""
    xs, ys = [x for x, _ in points], [y for _, y in points]
    box = Box(min(xs), min(ys), max(xs), max(ys))
    if len(points) < 4:
        return None
    near = 0.05 + 0.002 * max(box.width, box.height)
    at_corners = all(
        min(abs(x - box.x0), abs(x - box.x1)) <= near and min(abs(y - box.y0), abs(y - box.y1)) <= near
        for x, y in points
    )
    return box if at_corners and len({(x - box.x0 > near, y - box.y0 > near) for x, y in points}) > 1 else None


def _add_text(raw: Any, page: Any, shown: Matrix, content: PageContent, drawn: _Drawn, bounds: Bounds) -> None:
    text = raw.FPDFText_LoadPage(page)
    if not text:
        return
    try:
        count = raw.FPDFText_CountChars(text)
        bounds.take("characters", count)
        _add_glyphs(raw, text, count, shown, content, drawn)
    finally:
        raw.FPDFText_ClosePage(text)


def _add_glyphs(raw: Any, text: Any, count: int, shown: Matrix, content: PageContent, drawn: _Drawn) -> None:
    get_code, get_box, get_thing = raw.FPDFText_GetUnicode, raw.FPDFText_GetLooseCharBox, raw.FPDFText_GetTextObject
    is_unmapped = raw.FPDFText_HasUnicodeMapError
    rectangle = raw.FS_RECTF()
    covers = [area for area in drawn.areas if area[2]]
    plain: dict[int, bool] = {}
    highest: dict[int, float] = {}
    for index in range(count):
        code = get_code(text, index)
        if code in (0x0A, 0x0D) or (code == 0x20 and raw.FPDFText_IsGenerated(text, index)):
            continue
        thing = get_thing(text, index)
        address = _address(thing) if thing else 0
        if address not in plain:
            plain[address] = thing is None or _is_seen(raw, thing)
            highest[address] = _HIGHEST * _size(raw, text, index)
        get_box(text, index, rectangle)
        box = shown.box(rectangle.left, rectangle.bottom, rectangle.right, rectangle.top)
        if box.height > highest[address] > 0:
            box = _tight_box(raw, text, index, shown)
        x, y = (box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2
        when = drawn.texts.get(address, 0)
        if code != 0x20 and not _is_shown(raw, thing, plain[address], x, y, when, content, drawn, covers):
            content.hidden += 1
            continue
        if box.height < _LEAST_HEIGHT and box.width < _LEAST_HEIGHT:
            content.hidden += code != 0x20
            continue
        if is_unmapped(text, index) == 1:
            content.unmapped += 1
            code = ord(UNKNOWN)
        content.glyphs.append(Glyph("-" if code in _HYPHENS else chr(code), *box, address))
    _add_lost(content, drawn, plain)


def _add_lost(content: PageContent, drawn: _Drawn, known: Container[int]) -> None:
    """A mark where PDFium leaves out a whole text, since it has no font for it, neither in the file nor beside it.

    What it leaves out because the same stands there already is not lost.
    """
    for address, ((x, y), box) in drawn.begins.items():
        if address in known:
            continue
        if box.width > 0 and any(box.holds(glyph.x, glyph.y) for glyph in content.glyphs):
            continue
        if 0 <= x <= content.width and 0 <= y <= content.height:
            content.unmapped += 1
            content.glyphs.append(Glyph(UNKNOWN, x, y - _LOST_SIZE, x + _LOST_SIZE, y, address))


def _size(raw: Any, text: Any, index: int) -> float:
    """The size of a character's type in points."""
    found = raw.FS_MATRIX()
    if not raw.FPDFText_GetMatrix(text, index, found):
        return 0.0
    scale = max(hypot(found.a, found.b), hypot(found.c, found.d))
    return float(raw.FPDFText_GetFontSize(text, index)) * scale


def _tight_box(raw: Any, text: Any, index: int, shown: Matrix) -> Box:
    """The box of a character's ink: of text that runs down the page, PDFium gives no other that is right."""
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    raw.FPDFText_GetCharBox(text, index, left, right, bottom, top)
    return shown.box(left.value, bottom.value, right.value, top.value)


def _is_seen(raw: Any, thing: Any) -> bool:
    """Whether a text is drawn at all, and in a colour that is seen on white paper."""
    if raw.FPDFTextObj_GetTextRenderMode(thing) in _UNSEEN_MODES:
        return False
    return _is_seen_on_white(_colour(raw.FPDFPageObj_GetFillColor, thing))


def _is_shown(
    raw: Any,
    thing: Any,
    seen: bool,
    x: float,
    y: float,
    when: int,
    content: PageContent,
    drawn: _Drawn,
    covers: list[tuple[int, Box, bool]],
) -> bool:
    """Whether a character is on the page, not under a white area, and, if it is white, on something that is not."""
    if not (0 <= x <= content.width and 0 <= y <= content.height):
        return False
    if any(later > when and box.holds(x, y) for later, box, _ in covers):
        return False
    if seen:
        return True
    if thing is None or raw.FPDFTextObj_GetTextRenderMode(thing) in _UNSEEN_MODES:
        return False
    below = [is_white for earlier, box, is_white in drawn.areas if earlier < when and box.holds(x, y)]
    return bool(below) and not below[-1] and _colour(raw.FPDFPageObj_GetFillColor, thing)[3] > 0
