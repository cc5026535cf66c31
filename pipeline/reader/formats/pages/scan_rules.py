"""The rules in the picture of a page: how far it lies aslant, and its straight lines.

Belongs here: the picture as a whole. What rules make is ``ruled_tables``'s.
"""

from typing import Any, NamedTuple

from pipeline.reader.formats.pages.content import Stroke

#: A scan lies aslant by up to so many degrees; they are tried in steps of so many, then in finer ones around the best.
_MOST_ASLANT, _STEP, _FINE_STEP = 4.0, 0.25, 0.05
#: The picture is made so much smaller to find out.
_SMALLER = 3
#: Darker than its surroundings by so much is ink: within so many dots around, by so many shades.
_AROUND, _DARKER = 41, 18
#: The shortest rules, in points: across the page a word may have a stroke as long, down the page only a title has.
_SHORTEST_ACROSS, _SHORTEST_DOWN = 22.0, 13.0
#: The thickest, in points; and gaps in one that the scanner has left, in dots.
_THICKEST, _GAP = 5.0, 3


#: A shorter one counts only where it ends at others: strokes of a title's letters are as long, and end nowhere.
_LONG, _NEAR = 40.0, 3.0


class Ruled(NamedTuple):
    """Straight lines in points, and the dots of the picture that they take up."""

    across: list[Stroke]
    down: list[Stroke]
    mask: Any


def levelled(picture: Any) -> tuple[Any, float]:
    """The picture turned so that its lines are level, and the degrees clockwise that it lay aslant."""
    import cv2
    import numpy

    ink = cv2.resize(_ink(picture), None, fx=1 / _SMALLER, fy=1 / _SMALLER, interpolation=cv2.INTER_AREA)

    def sharpness(angle: float) -> float:
        rows = _turned(ink, angle, 0).sum(axis=1, dtype=numpy.float64)
        return float(numpy.square(numpy.diff(rows)).sum())

    steps = round(_MOST_ASLANT / _STEP)
    best = max((step * _STEP for step in range(-steps, steps + 1)), key=sharpness)
    fine = round(_STEP / _FINE_STEP)
    best = max((best + step * _FINE_STEP for step in range(-fine, fine + 1)), key=sharpness)
    return (_turned(picture, best, 255), best) if abs(best) >= _FINE_STEP else (picture, 0.0)


def rules_of(picture: Any, scale: float) -> Ruled:
    """The rules of a level picture of so many dots a point."""
    ink = _ink(picture)
    across, mask_across = _strokes(ink, scale, _SHORTEST_ACROSS, is_down=False)
    down, mask_down = _strokes(ink, scale, _SHORTEST_DOWN, is_down=True)
    across = [each for each in across if each.end - each.begin >= _LONG or _ends_at(each, down)]
    down = [each for each in down if each.end - each.begin >= _LONG or _ends_at(each, across)]
    return Ruled(across, down, mask_across | mask_down)


def _ends_at(stroke: Stroke, others: list[Stroke]) -> bool:
    """Whether both ends of a stroke are at strokes of the other direction."""
    return all(
        any(abs(other.at - end) <= _NEAR and other.begin - _NEAR <= stroke.at <= other.end + _NEAR for other in others)
        for end in (stroke.begin, stroke.end)
    )


def _turned(picture: Any, angle: float, beyond: int) -> Any:
    import cv2

    high, wide = picture.shape
    matrix = cv2.getRotationMatrix2D((wide / 2, high / 2), angle, 1.0)
    return cv2.warpAffine(picture, matrix, (wide, high), flags=cv2.INTER_CUBIC, borderValue=beyond)


def _ink(picture: Any) -> Any:
    """255 where there is ink, else 0."""
    import cv2

    smooth = cv2.GaussianBlur(picture, (3, 3), 0)
    return cv2.adaptiveThreshold(smooth, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, _AROUND, _DARKER)


def _strokes(ink: Any, scale: float, shortest: float, *, is_down: bool) -> tuple[list[Stroke], Any]:
    """The straight lines of one direction, and the dots of their ink."""
    import cv2
    import numpy

    if is_down:
        ink = ink.T
    ink = numpy.ascontiguousarray(ink)
    closed = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, numpy.ones((1, _GAP), numpy.uint8))
    # A line that is not quite level is one of several steps; each of them is long.
    length = max(3, round(shortest * scale))
    opened = cv2.morphologyEx(closed, cv2.MORPH_OPEN, numpy.ones((1, length), numpy.uint8))
    joined = cv2.dilate(opened, numpy.ones((3, 3), numpy.uint8))
    count, marks, stats, middles = cv2.connectedComponentsWithStats(joined)
    found, kept = [], numpy.zeros(count, bool)
    for mark in range(1, count):
        left, _, wide, high, _ = stats[mark].tolist()
        if high - 2 <= _THICKEST * scale:
            kept[mark] = True
            found.append(Stroke(float(middles[mark][1]) / scale, left / scale, (left + wide) / scale))
    mask = kept[marks]
    return found, mask.T if is_down else mask
