"""What a page of a PDF shows: its characters and straight lines, by the functions of PDFium itself.

Belongs here: paths, and the order of the steps. Characters are ``pdf_text``'s; what both make is ``layout``'s.
"""

import ctypes
from collections.abc import Iterator
from typing import Any

from pipeline.reader.formats.pages import pdf_things
from pipeline.reader.formats.pages.content import Area, Bounds, Box, PageContent
from pipeline.reader.formats.pages.paths import Strand, add_area, add_strands
from pipeline.reader.formats.pages.pdf_text import add_text
from pipeline.reader.formats.pages.pdf_things import Matrix, Thing

#: PDFium's numbers of how a path goes on.
_BEZIER_TO, _MOVE_TO = 1, 2
#: A fill that lets nothing through.
_OPAQUE = 255
#: A filled path of so few pieces that is thinner than this, in points, is a rule.
_MOST_OF_RULE, _THIN = 6, 2.0
#: A page is turned where more than this share of its characters is turned one way.
_MOST_TURNED = 0.6


def page_content(raw: Any, page: Any, number: int, limits: Bounds) -> PageContent:
    """What a loaded page shows; ``raw`` is the module of PDFium's functions."""
    content, directions = _content(raw, page, number, limits, 0)
    turned, count = max(directions.items(), key=lambda item: item[1], default=(0, 0))
    if turned and count > _MOST_TURNED * sum(directions.values()):
        content, _ = _content(raw, page, number, limits, 4 - turned)
    return content


def _content(raw: Any, page: Any, number: int, limits: Bounds, turns: int) -> tuple[PageContent, dict[int, int]]:
    """A page after so many quarter turns clockwise, and how many of its characters are still turned how far."""
    wide, high = raw.FPDF_GetPageWidthF(page), raw.FPDF_GetPageHeightF(page)
    content = PageContent(number, *((high, wide) if turns % 2 else (wide, high)), turns=turns)
    shown = pdf_things.as_shown(raw, page, turns)
    texts: dict[int, tuple[int, Thing]] = {}
    areas: list[Area] = []
    for when, thing in enumerate(pdf_things.things(raw, page, shown)):
        if thing.kind == pdf_things.TEXT:
            texts[thing.address] = when, thing
        elif thing.kind == pdf_things.PATH:
            areas += _add_path(raw, thing, content, when, limits)
        else:
            box = pdf_things.bounds(raw, thing)
            content.pictures += _share(box, content)
            areas.append(Area(when, box, False))
    return content, add_text(raw, page, shown, content, texts, areas, limits)


def _share(box: Box, page: PageContent) -> float:
    """The share of a page that a box covers."""
    wide = min(box.x1, page.width) - max(box.x0, 0.0)
    high = min(box.y1, page.height) - max(box.y0, 0.0)
    return max(wide, 0.0) * max(high, 0.0) / max(page.width * page.height, 1.0)


def _add_path(raw: Any, thing: Thing, content: PageContent, when: int, limits: Bounds) -> Iterator[Area]:
    """Add the straight lines of a path, or the rectangle that it fills; the answer is what it covers."""
    handle = thing.handle
    count = raw.FPDFPath_CountSegments(handle)
    limits.take("drawn lines", count)
    mode, has_line = ctypes.c_int(), ctypes.c_int()
    raw.FPDFPath_GetDrawMode(handle, mode, has_line)
    fill = pdf_things.fill_colour(raw, handle) if mode.value else None
    is_line = bool(has_line.value) and pdf_things.line_colour(raw, handle).is_seen_on_white
    if not is_line and (fill is None or fill.cover == 0):
        return
    if not is_line and count <= _MOST_OF_RULE and min((box := pdf_things.bounds(raw, thing)).width, box.height) < _THIN:
        # A filled hairline or dot, whatever its corners are; most rules of some programs are such.
        if fill is not None and fill.is_seen_on_white:
            add_area(content, box)
        return
    matrix = pdf_things.own_matrix(raw, handle).then(thing.matrix)
    is_area = fill is not None and fill.is_seen_on_white
    boxes = add_strands(content, _strands(raw, handle, count, matrix), is_line=is_line, is_area=is_area)
    if fill is not None and fill.cover == _OPAQUE and not raw.FPDFPageObj_HasTransparency(handle):
        yield from (Area(when, box, not is_area) for box in boxes)


def _strands(raw: Any, thing: Any, count: int, matrix: Matrix) -> Iterator[Strand]:
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
                yield Strand(points, bent)
            points, bent = [], False
        bent = bent or kind == _BEZIER_TO
        points.append(matrix.point(x.value, y.value))
        if raw.FPDFPathSegment_GetClose(segment):
            points.append(points[0])
    if len(points) > 1:
        yield Strand(points, bent)
