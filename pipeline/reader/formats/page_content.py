"""What a page shows, whatever format it is of: characters and straight lines at their places.

Places are in points from the upper left corner of the page as it is shown.

Belongs here: the shapes that formats of pages fill and the layout of pages works on, and the bounds on them.
"""

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

    def on(self, page: int) -> Place:
        """The box as a place of a document."""
        return Place(page, round(self.x0, 1), round(self.y0, 1), round(self.x1, 1), round(self.y1, 1))


def around(boxes: "list[Box] | list[Glyph]") -> Box:
    """The smallest box that holds all of them."""
    return Box(
        min(box.x0 for box in boxes),
        min(box.y0 for box in boxes),
        max(box.x1 for box in boxes),
        max(box.y1 for box in boxes),
    )


class Glyph(NamedTuple):
    """A character: as wide as its advance, as high as its font. ``run`` is the same for what was drawn at once."""

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
    """One page. ``pictures`` is the share of it that pictures cover; ``hidden`` counts characters that it has and
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


#: Lines up to this thickness are rules, not areas.
_THICKEST_RULE = 3.2
#: Shorter pieces are corners of rules, dots of dotted ones, or parts of a drawing.
_SHORTEST_AREA = 4.0
#: How far a line may lean, as the share of its length.
_MOST_LEANING = 0.01


def add_line(page: PageContent, x0: float, y0: float, x1: float, y1: float) -> None:
    """A drawn line, if it is straight across or down."""
    wide, high = abs(x1 - x0), abs(y1 - y0)
    if high <= max(0.5, wide * _MOST_LEANING):
        page.across.append(Stroke((y0 + y1) / 2, min(x0, x1), max(x0, x1)))
    elif wide <= max(0.5, high * _MOST_LEANING):
        page.down.append(Stroke((x0 + x1) / 2, min(y0, y1), max(y0, y1)))


def add_area(page: PageContent, box: Box) -> None:
    """A filled rectangle: a rule, if it is thin, or the corner of one."""
    wide, high = box.width, box.height
    if high <= _THICKEST_RULE and wide <= _THICKEST_RULE:
        page.across.append(Stroke((box.y0 + box.y1) / 2, box.x0, box.x1))
        page.down.append(Stroke((box.x0 + box.x1) / 2, box.y0, box.y1))
    elif high <= _THICKEST_RULE:
        page.across.append(Stroke((box.y0 + box.y1) / 2, box.x0, box.x1))
    elif wide <= _THICKEST_RULE:
        page.down.append(Stroke((box.x0 + box.x1) / 2, box.y0, box.y1))
    elif wide >= _SHORTEST_AREA and high >= _SHORTEST_AREA:
        page.fills.append(box)


def add_frame(page: PageContent, box: Box) -> None:
    """A rectangle that is drawn as a line around."""
    add_line(page, box.x0, box.y0, box.x1, box.y0)
    add_line(page, box.x0, box.y1, box.x1, box.y1)
    add_line(page, box.x0, box.y0, box.x0, box.y1)
    add_line(page, box.x1, box.y0, box.x1, box.y1)


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
