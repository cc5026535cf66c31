"""What a page shows, whatever format it is of: characters and straight lines at their places.

Places are in points from the upper left corner of the page as it is shown.

Belongs here: the shapes that formats of pages fill and the layout of pages works on, and the bounds on them.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from pipeline.reader.document import Place
from pipeline.sources.fetch import RejectedError

#: The longest real reports have 60 pages, 60,000 characters and 4,000 drawn lines; ten times that is no report.
MOST_PAGES = 600
MOST_GLYPHS = 600_000
MOST_STROKES = 200_000
#: What stands for a character that cannot be told.
UNKNOWN = "\ufffd"


class Box(NamedTuple):
    """A rectangle on a page."""

    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def width(self) -> float:
        """From left to right."""
        return self.x1 - self.x0

    @property
    def height(self) -> float:
        """From top to bottom."""
        return self.y1 - self.y0

    def holds(self, x: float, y: float) -> bool:
        """Whether a point is in it."""
        return self.x0 <= x <= self.x1 and self.y0 <= y <= self.y1

    def grown(self, by: float) -> "Box":
        """The box with a margin around."""
        return Box(self.x0 - by, self.y0 - by, self.x1 + by, self.y1 + by)


def around(boxes: "Sequence[Box] | Sequence[Glyph]") -> Box:
    """The smallest box that holds all of them."""
    if len(boxes) == 1:
        only = boxes[0]
        return Box(only.x0, only.y0, only.x1, only.y1)
    return Box(
        min([box.x0 for box in boxes]),
        min([box.y0 for box in boxes]),
        max([box.x1 for box in boxes]),
        max([box.y1 for box in boxes]),
    )


class Glyph(NamedTuple):
    """A character: as wide as its advance, as high as its font.

    ``run`` is when it was drawn: the same for what was
    drawn at once.
    """

    text: str
    x0: float
    y0: float
    x1: float
    y1: float
    run: int

    @property
    def x(self) -> float:
        """The middle."""
        return (self.x0 + self.x1) / 2

    @property
    def y(self) -> float:
        """The middle."""
        return (self.y0 + self.y1) / 2

    @property
    def height(self) -> float:
        """From top to bottom."""
        return self.y1 - self.y0


class Stroke(NamedTuple):
    """A straight line: across the page at one y, or down the page at one x."""

    at: float
    begin: float
    end: float


@dataclass(slots=True)
class PageContent:
    """One page, turned so that its text is upright; ``turns`` are the quarter turns clockwise that this took.

    ``pictures`` is the share of it that pictures cover; ``hidden`` counts characters that it has and
    does not show; ``unmapped`` those of a font that does not say which characters they are.
    """

    number: int
    width: float
    height: float
    glyphs: list[Glyph] = field(default_factory=list)
    across: list[Stroke] = field(default_factory=list)
    down: list[Stroke] = field(default_factory=list)
    fills: list[Box] = field(default_factory=list)
    pictures: float = 0.0
    hidden: int = 0
    unmapped: int = 0
    turns: int = 0
    #: Read from a picture by OCR, which lay aslant by so many degrees clockwise and was levelled first.
    is_seen: bool = False
    tilt: float = 0.0

    def place(self, box: Box) -> Place:
        """Where a box is on the page as it is shown."""
        x0, y0, x1, y1 = self._aslant(box) if self.tilt else box
        wide, high = self.width, self.height
        if self.turns == 1:
            x0, y0, x1, y1 = y0, wide - x1, y1, wide - x0
        elif self.turns == 2:
            x0, y0, x1, y1 = wide - x1, high - y1, wide - x0, high - y0
        elif self.turns == 3:
            x0, y0, x1, y1 = high - y1, x0, high - y0, x1
        return Place(self.number, round(x0, 1), round(y0, 1), round(x1, 1), round(y1, 1))

    def _aslant(self, box: Box) -> Box:
        """A box of the levelled page, as large, where its middle is on the page that lies aslant."""
        angle = math.radians(self.tilt)
        x, y = (box.x0 + box.x1 - self.width) / 2, (box.y0 + box.y1 - self.height) / 2
        right = x * math.cos(angle) - y * math.sin(angle) - x
        down = x * math.sin(angle) + y * math.cos(angle) - y
        return Box(box.x0 + right, box.y0 + down, box.x1 + right, box.y1 + down)


class Area(NamedTuple):
    """Something opaque, and when it is drawn: it covers what was drawn before it."""

    when: int
    box: Box
    is_white: bool


def shows_white(areas: Sequence[Area], when: int, x: float, y: float) -> bool:
    """Whether white text is seen at a place: on something that is not white."""
    below = [area.is_white for area in areas if area.when < when and area.box.holds(x, y)]
    return bool(below) and not below[-1]


class Bounds:
    """Counts what pages hold, and refuses a document that holds more than any report."""

    def __init__(self, pages: int) -> None:
        self._left = {"characters": MOST_GLYPHS, "drawn lines": MOST_STROKES}
        if pages > MOST_PAGES:
            raise RejectedError("too_large", f"{pages} pages; the limit is {MOST_PAGES}")

    def take(self, what: str, count: int) -> None:
        """So many more.

        Raises:
            RejectedError: too_large.
        """
        self._left[what] -= count
        if self._left[what] < 0:
            limit = {"characters": MOST_GLYPHS, "drawn lines": MOST_STROKES}[what]
            raise RejectedError("too_large", f"more than {limit} {what}")
