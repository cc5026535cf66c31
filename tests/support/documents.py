"""Reports that were published as PDF, and the same ones as other programs might have written them.

Belongs here: documents for tests of pages and places. What the reports say is in ``tests/cases/documents``.
"""

import io
from itertools import accumulate
from typing import Any

from pypdfium2 import PdfDocument, raw

from tests.support.workspace import PROJECT

CASES = PROJECT / "tests" / "cases" / "documents"
HONGZE = (CASES / "hongze_2023" / "report.pdf").read_bytes()
HUAIAN = (CASES / "huaian_2024" / "report.pdf").read_bytes()
#: No other thing on these pages has it.
GREEN = (0, 200, 0)
#: How content lies on a page that its viewer turns by so many degrees: a, b, c, d, and e and f in widths and heights.
_TURNS = {90: (0, 1, -1, 0, "height", None), 180: (-1, 0, 0, -1, "width", "height"), 270: (0, -1, 1, 0, None, "width")}


def green(pdf: bytes, number: str, *, turned: int = 0, sideways: int = 0, cut: float = 0) -> bytes:
    """The PDF with the only text that is this number in green.

    ``turned``: its content lies on its side, and viewers turn it back. ``sideways``: viewers show it on its side.
    ``cut``: points that viewers do not show at the left and upper edge.
    """
    with PdfDocument(pdf) as document:
        coloured = 0
        for page in document:
            found = _run(page, number)
            for thing in found:
                raw.FPDFPageObj_SetFillColor(thing, *GREEN, 255)
            if found:
                page.gen_content()
            coloured += len(found)
        assert coloured, number
        pdf = _saved(document)
    with PdfDocument(pdf) as document:
        for page in document:
            if turned:
                _turn(page, turned)
            if sideways:
                page.set_rotation(sideways)
            if cut:
                left, bottom, right, top = page.get_mediabox()
                page.set_cropbox(left + cut, bottom, right, top - cut)
        return _saved(document)


def _saved(document: PdfDocument) -> bytes:
    output = io.BytesIO()
    document.save(output)
    return output.getvalue()


def _run(page: Any, number: str) -> list[Any]:
    """The things that print a number, which the page has once; programs print it in one or a character each."""
    texts = page.get_textpage()
    things = [thing.raw for thing in page.get_objects(filter=[raw.FPDF_PAGEOBJ_TEXT])]
    printed = [_text(thing, texts.raw) for thing in things]
    begins = [0, *accumulate(map(len, printed))]
    whole = "".join(printed)
    if number not in whole:
        return []
    assert whole.count(number) == 1, number
    at = whole.index(number)
    return [thing for thing, begin in zip(things, begins, strict=False) if at <= begin < at + len(number)]


def _text(thing: Any, texts: Any) -> str:
    size = raw.FPDFTextObj_GetText(thing, texts, None, 0)
    buffer = (raw.FPDF_WCHAR * (size // 2 + 1))()
    raw.FPDFTextObj_GetText(thing, texts, buffer, size)
    return bytes(buffer).decode("utf-16-le").split("\0")[0].strip()


def _turn(page: Any, degrees: int) -> None:
    width, height = page.get_size()
    sizes = {"width": width, "height": height, None: 0.0}
    a, b, c, d, e, f = _TURNS[degrees]
    raw.FPDFPage_TransFormWithClip(page.raw, raw.FS_MATRIX(a, b, c, d, sizes[e], sizes[f]), None)
    if degrees != 180:
        page.set_mediabox(0, 0, height, width)
        page.set_cropbox(0, 0, height, width)
    page.set_rotation(degrees)
