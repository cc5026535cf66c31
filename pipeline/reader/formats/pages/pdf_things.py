"""The things on a page of a PDF – texts, paths, pictures – and where they are on the page as it is shown.

Belongs here: calls of PDFium that every kind of thing needs, and the way from its coordinates to the page as it is
shown. What a thing shows is ``pdf_content``'s and ``pdf_text``'s.
"""

import ctypes
from collections.abc import Iterator
from typing import Any, NamedTuple

from pipeline.reader.formats.pages.content import Box

#: PDFium's numbers of what it finds on a page.
TEXT, PATH, IMAGE = 1, 2, 3
_FORM = 5
#: Lighter than this is not seen on white paper.
_WHITE = 250
#: Forms in forms deeper than this are no page of a report.
_DEEPEST = 12
#: A clip of more pieces is no rectangle.
_MOST_OF_CLIP = 60
#: Where PDFium puts its answers: it works for one caller at a time, and making these anew is slow.
_SIDES = tuple(ctypes.c_float() for _ in range(4))
_PARTS = tuple(ctypes.c_uint() for _ in range(4))


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
        if self.b == self.c == 0:
            left, right = self.a * x0 + self.e, self.a * x1 + self.e
            top, bottom = self.d * y0 + self.f, self.d * y1 + self.f
            return Box(min(left, right), min(top, bottom), max(left, right), max(top, bottom))
        (ax, ay), (bx, by), (cx, cy), (dx, dy) = (self.point(x, y) for x in (x0, x1) for y in (y0, y1))
        return Box(min(ax, bx, cx, dx), min(ay, by, cy, dy), max(ax, bx, cx, dx), max(ay, by, cy, dy))


class Colour(NamedTuple):
    """Red, green, blue, and how much it covers, up to 255."""

    red: int
    green: int
    blue: int
    cover: int

    @property
    def is_seen_on_white(self) -> bool:
        """Whether what has it is seen on white paper."""
        return self.cover > 0 and min(self.red, self.green, self.blue) < _WHITE


class Thing(NamedTuple):
    """Something drawn: PDFium's handle of it, its kind, and the way from its coordinates to the page as shown."""

    handle: Any
    kind: int
    matrix: Matrix

    @property
    def address(self) -> int:
        """What tells it from others."""
        return address(self.handle)


def address(handle: Any) -> int:
    """What tells a thing from others."""
    return (ctypes.cast(handle, ctypes.c_void_p).value or 0) if handle else 0


def as_shown(raw: Any, page: Any, turns: int = 0) -> Matrix:
    """From the page's own coordinates to points from the upper left corner of what is shown, turned as it is shown.

    ``turns`` are further quarter turns clockwise. PDFium knows no /UserUnit; its points are the page's own.
    """
    box = raw.FS_RECTF()
    raw.FPDF_GetPageBoundingBox(page, box)
    turns = (raw.FPDFPage_GetRotation(page) + turns) % 4
    if turns == 1:
        return Matrix(0, 1, 1, 0, -box.bottom, -box.left)
    if turns == 2:
        return Matrix(-1, 0, 0, 1, box.right, -box.bottom)
    if turns == 3:
        return Matrix(0, -1, -1, 0, box.top, box.right)
    return Matrix(1, 0, 0, -1, -box.left, box.top)


def things(raw: Any, page: Any, shown: Matrix) -> Iterator[Thing]:
    """Texts, paths and pictures in the order of drawing; ``shown`` is the way to the page as shown."""
    found = (raw.FPDFPage_GetObject(page, index) for index in range(raw.FPDFPage_CountObjects(page)))
    yield from _below(raw, found, shown, 0)


def _below(raw: Any, handles: Iterator[Any], matrix: Matrix, depth: int) -> Iterator[Thing]:
    for handle in handles:
        kind = raw.FPDFPageObj_GetType(handle)
        if kind in (TEXT, PATH, IMAGE):
            yield Thing(handle, kind, matrix)
        elif kind == _FORM and depth < _DEEPEST:
            count = raw.FPDFFormObj_CountObjects(handle)
            inner = (raw.FPDFFormObj_GetObject(handle, index) for index in range(count))
            yield from _below(raw, inner, own_matrix(raw, handle).then(matrix), depth + 1)


def own_matrix(raw: Any, handle: Any) -> Matrix:
    """The matrix that a thing brings with it."""
    found = raw.FS_MATRIX()
    if not raw.FPDFPageObj_GetMatrix(handle, found):
        return Matrix()
    return Matrix(found.a, found.b, found.c, found.d, found.e, found.f)


def bounds(raw: Any, thing: Thing) -> Box:
    """The box of a thing on the page as shown."""
    left, bottom, right, top = _SIDES
    raw.FPDFPageObj_GetBounds(thing.handle, left, bottom, right, top)
    return thing.matrix.box(left.value, bottom.value, right.value, top.value)


def fill_colour(raw: Any, handle: Any) -> Colour:
    """The colour that a thing is filled with; black where it has none of its own."""
    return _colour(raw.FPDFPageObj_GetFillColor, handle)


def line_colour(raw: Any, handle: Any) -> Colour:
    """The colour of a thing's lines; black where it has none of its own."""
    return _colour(raw.FPDFPageObj_GetStrokeColor, handle)


def _colour(get: Any, handle: Any) -> Colour:
    red, green, blue, cover = _PARTS
    if not get(handle, red, green, blue, cover):
        return Colour(0, 0, 0, 255)
    return Colour(red.value, green.value, blue.value, cover.value)


def clip(raw: Any, thing: Thing) -> Box | None:
    """The box outside which nothing of a thing is shown; None where it is shown as far as the page goes."""
    path = raw.FPDFPageObj_GetClipPath(thing.handle)
    count = raw.FPDFClipPath_CountPaths(path) if path else 0
    box: Box | None = None
    for index in range(max(count, 0)):
        pieces = raw.FPDFClipPath_CountPathSegments(path, index)
        if not 0 < pieces <= _MOST_OF_CLIP:
            continue
        points = [_point(raw, raw.FPDFClipPath_GetPathSegment(path, index, piece)) for piece in range(pieces)]
        xs, ys = [x for x, _ in points], [y for _, y in points]
        own = thing.matrix.box(min(xs), min(ys), max(xs), max(ys))
        if box is not None:
            own = Box(max(own.x0, box.x0), max(own.y0, box.y0), min(own.x1, box.x1), min(own.y1, box.y1))
        box = own
    return box


def _point(raw: Any, segment: Any) -> tuple[float, float]:
    x, y = ctypes.c_float(), ctypes.c_float()
    raw.FPDFPathSegment_GetPoint(segment, x, y)
    return x.value, y.value
