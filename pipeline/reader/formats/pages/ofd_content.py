"""What a page of an OFD shows: its TextObjects and PathObjects (GB/T 33190), as characters and straight lines.

Belongs here: the XML of a page and its coordinates. What the characters and lines make is ``layout``'s.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from pipeline.reader.formats.pages.content import UNKNOWN, Area, Bounds, Box, Glyph, PageContent, shows_white
from pipeline.reader.formats.pages.paths import Strand, add_strands
from pipeline.sources.fetch import RejectedError

#: Points in a millimetre, which is OFD's unit.
POINTS = 72 / 25.4
#: Lighter than this is not seen on white paper; fainter than this is not seen at all.
_WHITE, _FAINT = 250, 8
#: The share of the size of a type that is above its base line, and the width of a Latin character.
_ABOVE_BASE, _NARROW = 0.86, 0.5
_DEEPEST = 20
#: How far text may lean and be upright.
_MOST_LEANING = 0.1
#: The operators of a path and how many numbers each takes.
_OPERATORS = {"S": 2, "M": 2, "L": 2, "Q": 4, "B": 6, "A": 7, "C": 0}
_BENT = "QBA"
_NOT_PRINTED = str.maketrans("", "", "\n\r\t")
_NUMBERS = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")


class _Frame(NamedTuple):
    """The way from an object's own coordinates to points on the page."""

    a: float
    b: float
    c: float
    d: float
    e: float
    f: float

    def point(self, x: float, y: float) -> tuple[float, float]:
        return self.a * x + self.c * y + self.e, self.b * x + self.d * y + self.f


def local(element: Any) -> str:
    """The name of an element without its namespace, which programs write differently."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def child(element: Any, name: str) -> Any:
    """The first child of that name, or None."""
    return next((each for each in element if local(each) == name), None)


def numbers(text: str | None) -> list[float]:
    """The numbers in a text."""
    return [float(number) for number in _NUMBERS.findall(text or "")]


class PageReader:
    """Reads the objects of a page and of its templates into one content."""

    def __init__(self, content: PageContent, limits: Bounds) -> None:
        self._content, self._limits = content, limits
        self._areas: list[Area] = []
        self._when = 0

    def add(self, root: Any) -> None:
        """Add what a page or a template shows."""
        content = child(root, "Content")
        if content is not None:
            self._add_below(content, _Frame(POINTS, 0, 0, POINTS, 0, 0), 0)

    def _add_below(self, parent: Any, outer: _Frame, depth: int) -> None:
        if depth > _DEEPEST:
            raise RejectedError("too_large", f"objects in objects, deeper than {_DEEPEST}")
        for element in parent:
            name = local(element)
            if element.get("Visible") == "false":
                continue
            self._when += 1
            if name in ("Layer", "PageBlock"):
                self._add_below(element, outer, depth + 1)
            elif name == "TextObject":
                self._add_text(element, _frame(element, outer))
            elif name == "PathObject":
                self._add_path(element, _frame(element, outer))
            elif name == "ImageObject":
                box = _boundary(element)
                area = Box(*(each * POINTS for each in (box.x0, box.y0, box.x1, box.y1)))
                self._content.pictures += area.width * area.height / (self._content.width * self._content.height or 1)
                self._areas.append(Area(self._when, area, False))

    def _add_text(self, element: Any, frame: _Frame) -> None:
        size = float(element.get("Size") or element.get("size") or 0)
        if size <= 0 or (element.get("Fill") == "false" and element.get("Stroke") != "true"):
            return
        is_dark = _is_seen(element, "FillColor", True) or element.get("Stroke") == "true"
        stretch = float(element.get("HScale") or 1)
        joined = _joined(element)
        # Which way the digits of turned text are read is not known.
        is_turned = frame.a <= 0 or abs(frame.b) > _MOST_LEANING * frame.a
        is_turned |= any(int(element.get(name) or 0) != 0 for name in ("ReadDirection", "CharDirection"))
        x = y = 0.0
        for code in element:
            if local(code) != "TextCode":
                continue
            text = (code.text or "").translate(_NOT_PRINTED)
            self._content.unmapped += text.count(UNKNOWN)
            if is_turned:
                text = "".join(UNKNOWN if each.isdecimal() else each for each in text)
            self._limits.take("characters", len(text))
            x, y = float(code.get("X") or x), float(code.get("Y") or y)
            units = _units(text, joined)
            across, below = (_deltas(code.get(name), len(units)) for name in ("DeltaX", "DeltaY"))
            even = _is_even(text, across)
            for unit, right, down in zip(units, across, below, strict=True):
                wide = size * stretch * (_NARROW if unit.isascii() else 1.0)
                if right:
                    wide = abs(right) if even else min(wide, abs(right))
                self._add_unit(unit, frame, x, y, size, wide, is_dark)
                x, y = x + right, y + down

    def _add_unit(self, unit: str, frame: _Frame, x: float, y: float, size: float, width: float, is_dark: bool) -> None:
        """Add the characters that one glyph shows, side by side."""
        for index, text in enumerate(unit):
            wide = width / len(unit)
            left = x + index * wide
            corners = [
                frame.point(left, y - _ABOVE_BASE * size),
                frame.point(left + wide, y + (1 - _ABOVE_BASE) * size),
            ]
            (x0, y0), (x1, y1) = corners
            box = Box(min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))
            middle = (box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2
            page = self._content
            on_page = 0 <= middle[0] <= page.width and 0 <= middle[1] <= page.height
            if on_page and (is_dark or shows_white(self._areas, self._when, *middle)):
                page.glyphs.append(Glyph(text, *box, self._when))
            else:
                page.hidden += not text.isspace()

    def _add_path(self, element: Any, frame: _Frame) -> None:
        is_line = element.get("Stroke") != "false" and _is_seen(element, "StrokeColor", True)
        is_filled = element.get("Fill") == "true"
        is_area = is_filled and _is_seen(element, "FillColor", True)
        data = child(element, "AbbreviatedData")
        if data is None or not (is_line or is_filled):
            return
        strands = list(_strands(data.text or "", frame))
        self._limits.take("drawn lines", sum(len(strand.points) for strand in strands))
        boxes = add_strands(self._content, strands, is_line=is_line, is_area=is_area)
        if is_filled:
            self._areas += [Area(self._when, box, not is_area) for box in boxes]


def _boundary(element: Any) -> Box:
    found = numbers(element.get("Boundary"))
    x, y, wide, high = found if len(found) == 4 else (0.0, 0.0, 0.0, 0.0)
    return Box(x, y, x + wide, y + high)


def _frame(element: Any, outer: _Frame) -> _Frame:
    box = _boundary(element)
    own = numbers(element.get("CTM"))
    a, b, c, d, e, f = own if len(own) == 6 else (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
    e, f = e + box.x0, f + box.y0
    return _Frame(a * outer.a, b * outer.d, c * outer.a, d * outer.d, *outer.point(e, f))


def _is_seen(element: Any, name: str, default: bool) -> bool:
    """Whether a colour of an object is seen on white paper; one that is not given is black."""
    if float(element.get("Alpha") or 255) < _FAINT:
        return False
    colour = child(element, name)
    if colour is None:
        return default
    if float(colour.get("Alpha") or 255) < _FAINT:
        return False
    value = colour.get("Value")
    if value is None:
        inner = child(colour, "Value")
        value = inner.text if inner is not None else None
    parts = numbers(value)
    if len(parts) == 4:  # cyan, magenta, yellow and black
        return any(part > 255 - _WHITE for part in parts)
    return not parts or min(parts) < _WHITE


def _joined(element: Any) -> dict[int, tuple[int, int]]:
    """Where a number of characters has another number of glyphs: by its place, both numbers."""
    found = {}
    for transform in element:
        if local(transform) == "CGTransform":
            at, codes, glyphs = (
                int(transform.get(name) or default)
                for name, default in (("CodePosition", 0), ("CodeCount", 1), ("GlyphCount", 1))
            )
            if codes != glyphs:
                found[at] = codes, glyphs
    return found


def _units(text: str, joined: dict[int, tuple[int, int]]) -> list[str]:
    """The characters of each glyph: one, but for ligatures and their opposite."""
    units: list[str] = []
    at = 0
    while at < len(text):
        codes, glyphs = joined.get(at, (1, 1))
        units.append(text[at : at + max(codes, 1)])
        units += [""] * min(max(glyphs - 1, 0), len(text))
        at += max(codes, 1)
    return units


def _deltas(text: str | None, count: int) -> list[float]:
    """The steps behind each glyph: ``g 3 1.5`` is 1.5 three times; the last one has none."""
    found: list[float] = []
    parts = (text or "").split()
    at = 0
    while at < len(parts) and len(found) < count:
        if parts[at] == "g" and at + 2 < len(parts):
            found += [float(parts[at + 2])] * min(int(parts[at + 1]), count)
            at += 3
        else:
            found.append(float(parts[at]))
            at += 1
    return (found + [0.0] * count)[:count]


def _is_even(text: str, steps: Sequence[float]) -> bool:
    """Whether wide and narrow characters have one step: a program then spread them, and the steps part no words."""
    given = [step for step in steps[:-1] if step]
    mixed = any(not each.isascii() for each in text) and any(each.isascii() for each in text)
    return mixed and len(given) > 1 and max(given) - min(given) < 1e-6


def _strands(data: str, frame: _Frame) -> Iterator[Strand]:
    """The pieces of a path."""
    points: list[tuple[float, float]] = []
    bent = False
    for operator, values in _operations(data.split()):
        if operator in "SM":
            if len(points) > 1:
                yield Strand(points, bent)
            points, bent = [], False
        bent = bent or operator in _BENT
        if values:
            points.append(frame.point(values[-2], values[-1]))
        elif points:
            points.append(points[0])
    if len(points) > 1:
        yield Strand(points, bent)


def _operations(tokens: Sequence[str]) -> Iterator[tuple[str, list[float]]]:
    at = 0
    while at < len(tokens):
        count = _OPERATORS.get(tokens[at])
        if count is None or at + count >= len(tokens) + (count == 0):
            at += 1
            continue
        values = tokens[at + 1 : at + 1 + count]
        try:
            yield tokens[at], [float(value) for value in values]
        except ValueError:
            at += 1
            continue
        at += 1 + count
