"""A picture of the pages that cells were read from, with the cells marked.

Pages are drawn whole, one below the other, by PDFium, as a person's viewer shows them; ``Place`` counts in the same
page, so that turned and cut pages need no care here.

Belongs here: drawing. Which cells are marked, and where the picture is written, is the caller's.
"""

import io
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.reader.document import Place

if TYPE_CHECKING:
    from PIL import Image
    from pypdfium2 import PdfDocument

#: Formats of ``dim_report`` that can be drawn.
FORMATS = frozenset({"pdf"})
_NOT_INSTALLED = "pictures need pypdfium2 and Pillow; install them with: pip install 'ogi-warehouse[documents]'"
_POINTS_PER_INCH = 72
_DOTS_PER_INCH = 150
#: Pages whose longer side would have more pixels are drawn smaller: a PDF may ask for pages of five metres.
_LONGEST_SIDE = 4000
#: The tables of a report go over some five pages.
_MOST_PAGES = 20
#: Pixels between a cell and its frame, of the frame, and between pages.
_MARGIN, _FRAME, _GAP = 3, 3, 24
_TINT, _LINE, _DESK = (255, 240, 160), (214, 0, 60), (128, 128, 128)
#: What pictures of this program say of themselves, so that one may replace another.
_KEY, _MADE_BY = "Software", "ogi trace"


class PictureError(Exception):
    """There can be no picture; the message says why and what to do."""


def draw(pdf: bytes, places: Iterable[Place]) -> bytes:
    """The PNG of all pages of a PDF that the places are on, with the places marked.

    Raises:
        PictureError: a library is missing, the pages are too many, or one cannot be drawn.
    """
    try:
        import pypdfium2
        from PIL import Image, PngImagePlugin
    except ImportError as error:
        raise PictureError(_NOT_INSTALLED) from error

    by_page: dict[int, set[Place]] = defaultdict(set)
    for place in places:
        by_page[place.page].add(place)
    if len(by_page) > _MOST_PAGES:
        raise PictureError(f"the numbers stand on {len(by_page)} pages; a picture has no more than {_MOST_PAGES}")
    try:
        with pypdfium2.PdfDocument(pdf) as document:
            pages = [_page(document, number, by_page[number]) for number in sorted(by_page)]
    except pypdfium2.PdfiumError as error:
        raise PictureError(f"the PDF cannot be drawn: {error}") from error
    width = max(page.width for page in pages)
    height = sum(page.height for page in pages) + _GAP * (len(pages) - 1)
    picture = Image.new("RGB", (width, height), _DESK)
    top = 0
    for page in pages:
        picture.paste(page, (0, top))
        top += page.height + _GAP
    about = PngImagePlugin.PngInfo()
    about.add_text(_KEY, _MADE_BY)
    output = io.BytesIO()
    picture.save(output, "PNG", pnginfo=about, dpi=(_DOTS_PER_INCH, _DOTS_PER_INCH))
    return output.getvalue()


def _page(document: "PdfDocument", number: int, places: Iterable[Place]) -> "Image.Image":
    """A page with frames around the places, which leave what is in them to be seen."""
    from PIL import Image, ImageChops, ImageDraw

    page = document[number - 1]
    scale = min(_DOTS_PER_INCH / _POINTS_PER_INCH, _LONGEST_SIDE / max(page.get_size()))
    drawn: Image.Image = page.render(scale=scale).to_pil().convert("RGB")
    boxes = [_box(place, scale) for place in places]
    tint = Image.new("RGB", drawn.size, "white")
    for box in boxes:
        ImageDraw.Draw(tint).rectangle(box, fill=_TINT)
    marked = ImageChops.multiply(drawn, tint)  # as a marker pen does: black stays black
    for box in boxes:
        ImageDraw.Draw(marked).rectangle(box, outline=_LINE, width=_FRAME)
    return marked


def _box(place: Place, scale: float) -> tuple[int, int, int, int]:
    """The outer edge of a cell's frame, in pixels."""
    left, top, right, bottom = (round(edge * scale) for edge in place[1:])
    beside = _MARGIN + _FRAME
    return left - beside, top - beside, right + beside, bottom + beside


def is_ours(path: Path) -> bool:
    """Whether a file is a picture that this program made.

    Raises:
        PictureError: a library is missing.
    """
    try:
        from PIL import Image, UnidentifiedImageError
    except ImportError as error:
        raise PictureError(_NOT_INSTALLED) from error
    try:
        with Image.open(path) as picture:
            return picture.format == "PNG" and picture.info.get(_KEY) == _MADE_BY
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError, ValueError):
        return False
