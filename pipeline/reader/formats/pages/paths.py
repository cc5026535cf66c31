"""Drawn paths to straight lines and filled rectangles.

Belongs here: which pieces of a path are a rule or an area. What rules make is ``ruled_tables``'s.
"""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

from pipeline.reader.formats.pages.content import Box, PageContent, Stroke

#: Lines up to this thickness are rules, not areas.
_THICKEST_RULE = 3.2
#: Shorter pieces are corners of rules, dots of dotted ones, or parts of a drawing.
_SHORTEST_AREA = 4.0
#: How far a line may lean, as the share of its length.
_MOST_LEANING = 0.01


def _add_line(page: PageContent, x0: float, y0: float, x1: float, y1: float) -> None:
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


def _add_frame(page: PageContent, box: Box) -> None:
    """A rectangle that is drawn as a line around."""
    _add_line(page, box.x0, box.y0, box.x1, box.y0)
    _add_line(page, box.x0, box.y1, box.x1, box.y1)
    _add_line(page, box.x0, box.y0, box.x0, box.y1)
    _add_line(page, box.x1, box.y0, box.x1, box.y1)


class Strand(NamedTuple):
    """The points of a path that is drawn without lifting the pen, and whether it is bent anywhere."""

    points: Sequence[tuple[float, float]]
    is_bent: bool


def add_strands(page: PageContent, strands: Iterable[Strand], *, is_line: bool, is_area: bool) -> list[Box]:
    """Add the rules and areas of a path that is drawn as a line, filled, or both; the answer is its rectangles."""
    boxes = []
    for points, is_bent in strands:
        box = None if is_bent else _rectangle(points)
        if box is not None:
            boxes.append(box)
            if is_area:
                add_area(page, box)
            if is_line:
                _add_frame(page, box)
        elif is_line and not is_bent:
            for begin, end in pairwise(points):
                _add_line(page, *begin, *end)
    return boxes


def _rectangle(points: Sequence[tuple[float, float]]) -> Box | None:
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
