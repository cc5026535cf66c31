"""Where lines of text stand in the picture of a page: in the cells of its tables, and outside them.

In a cell they are told by its ink, which nothing else can be taken for once its rules are gone. Outside tables a model
tells text from seals, stains and drawings.

Belongs here: boxes of lines, and the pieces of the picture that show them. What they say is ``scan_text``'s.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.reader.formats.pages import scan_text
from pipeline.reader.formats.pages.content import Box

#: So far from its rules, in dots, a cell's ink begins; rules are so much wider than their ink.
_INSET, _RULE_EDGE = 2, 5
#: Ink of fewer dots is dust; and lower or narrower than so many points no line of text is.
_DUST, _LOWEST = 14, 2.2
#: A piece that is darker than this shade on the average has light letters on dark ground.
_DARK = 110
#: Darker than its cell by so many shades is ink.
_DARKER = 45
#: Parts of a line – 二, or a dot – are lower than this share of a line; a line is no higher than so many of its like.
_PART, _HIGHER = 0.6, 1.3
#: Space around a line, in its heights, for the first look and for the second.
_MARGIN, _OTHER_MARGIN = 0.18, 0.32


@dataclass(frozen=True, slots=True)
class TextPicture:
    """A piece of the picture that shows one line of text: its box in points, and its image for both looks."""

    box: Box
    image: Any
    wider: Any


def in_cells(picture: Any, rules: Any, cells: Sequence[Box], scale: float) -> list[TextPicture]:
    """The lines of text in cells, each with the background of its cell where rules were."""
    import cv2
    import numpy

    edges = cv2.dilate(rules.astype(numpy.uint8), numpy.ones((_RULE_EDGE, _RULE_EDGE), numpy.uint8)) > 0
    found = []
    for box in cells:
        x0, y0, x1, y1 = (round(side * scale) for side in box)
        x0, y0, x1, y1 = max(x0, 0) + _INSET, max(y0, 0) + _INSET, x1 - _INSET, y1 - _INSET
        inside, gone = picture[y0:y1, x0:x1], edges[y0:y1, x0:x1]
        if inside.size and not gone.all():
            inside = inside.copy()
            inside[gone] = numpy.median(inside[~gone])
            found.append((x0, y0, inside, _spans(inside)))
    heights = sorted(bottom - top for *_, spans in found for top, bottom in spans)
    usual = heights[len(heights) * 3 // 4] if heights else 0
    return [
        _piece(inside, (left, top, right, bottom), (x0, y0), scale)
        for x0, y0, inside, spans in found
        for top, bottom in _lines(spans, usual)
        for left, right in [_ends(inside, top, bottom)]
        if max(bottom - top, right - left) >= _LOWEST * scale
    ]


def outside(picture: Any, tables: Sequence[Box], scale: float) -> list[TextPicture]:
    """The lines of text outside tables."""
    rest = picture.copy()
    for box in tables:
        x0, y0, x1, y1 = (max(round(side * scale), 0) for side in box)
        rest[y0:y1, x0:x1] = 255
    return [_piece(rest, each, (0, 0), scale) for each in scan_text.boxes(rest)]


def looked_at_again(piece: TextPicture) -> Any:
    """The same line with more around it, in black and white, without dust: what is read must depend on none of it."""
    import cv2

    clear = cv2.threshold(piece.wider, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)[1]
    is_dark = clear.mean() < _DARK
    _, marks, stats, _ = cv2.connectedComponentsWithStats(clear if is_dark else 255 - clear)
    dust = stats[:, cv2.CC_STAT_AREA] < _DUST
    clear[dust[marks]] = 0 if is_dark else 255
    return clear


def _ink(inside: Any) -> Any:
    """Whether each dot of a cell is ink; dust is none."""
    import cv2
    import numpy

    ground = numpy.median(inside)
    # White letters on dark ground are ink, too.
    ink = (numpy.abs(inside.astype(numpy.int16) - ground) > _DARKER).astype(numpy.uint8)
    count, marks, stats, _ = cv2.connectedComponentsWithStats(ink)
    kept = stats[:count, cv2.CC_STAT_AREA] >= _DUST
    kept[0] = False
    return kept[marks]


def _spans(inside: Any) -> list[tuple[int, int]]:
    """The rows of dots that have ink, from … to."""
    return list(_runs(_ink(inside).any(axis=1)))


def _runs(flags: Any) -> Iterator[tuple[int, int]]:
    begin = None
    for at, flag in enumerate([*flags, False]):
        if flag and begin is None:
            begin = at
        elif not flag and begin is not None:
            yield begin, at
            begin = None


def _lines(spans: Sequence[tuple[int, int]], usual: int) -> list[tuple[int, int]]:
    """Spans of ink as lines: parts of one line together."""
    lines: list[tuple[int, int]] = []
    for top, bottom in spans:
        if lines:
            above = lines[-1]
            is_part = min(bottom - top, above[1] - above[0]) < _PART * usual
            if is_part and bottom - above[0] <= _HIGHER * usual:
                lines[-1] = above[0], bottom
                continue
        lines.append((top, bottom))
    return lines


def _ends(inside: Any, top: int, bottom: int) -> tuple[int, int]:
    columns = _ink(inside)[top:bottom].any(axis=0).nonzero()[0]
    return (int(columns[0]), int(columns[-1]) + 1) if len(columns) else (0, 0)


def _piece(image: Any, box: tuple[int, int, int, int], corner: tuple[int, int], scale: float) -> TextPicture:
    left, top, right, bottom = box
    x, y = corner
    points = Box((x + left) / scale, (y + top) / scale, (x + right) / scale, (y + bottom) / scale)
    return TextPicture(points, _cut(image, box, _MARGIN), _cut(image, box, _OTHER_MARGIN))


def _cut(image: Any, box: tuple[int, int, int, int], margin: float) -> Any:
    """A box of an image with a margin around it, of the image's ground where the image ends."""
    import cv2
    import numpy

    left, top, right, bottom = box
    around = max(2, round(margin * (bottom - top)))
    high, wide = image.shape
    x0, y0, x1, y1 = left - around, top - around, right + around, bottom + around
    part = image[max(y0, 0) : min(y1, high), max(x0, 0) : min(x1, wide)]
    sides = max(-y0, 0), max(y1 - high, 0), max(-x0, 0), max(x1 - wide, 0)
    part = cv2.normalize(part, None, 0, 255, cv2.NORM_MINMAX)
    return cv2.copyMakeBorder(part, *sides, cv2.BORDER_CONSTANT, value=float(numpy.median(part)))
