"""What a scanner makes of a document: pictures of its pages, aslant, with noise, as JPEG, in a PDF without text."""

import io
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from PIL import Image, ImageChops, ImageFilter
from pypdfium2 import PdfDocument

#: Paper is no white and ink no black: shades of a scanner.
_INK, _PAPER = 25, 240


@dataclass(frozen=True)
class Scanner:
    """``dots`` per inch; degrees ``aslant``, one page to the left, the next to the right; ``noise`` in shades.

    ``quality`` is JPEG's, ``blur`` a radius in dots.
    """

    dots: int = 200
    aslant: float = 1.5
    noise: int = 14
    quality: int = 60
    blur: float = 0.6

    def __str__(self) -> str:
        return f"{self.dots} dpi, {self.aslant}° aslant, noise {self.noise}, JPEG {self.quality}, blur {self.blur}"


def scanned(
    pdf: bytes,
    scanner: Scanner,
    change: Callable[[int, Image.Image], None] | None = None,
    turned: Mapping[int, int] = {},
) -> bytes:
    """The PDF as a scanner gives it again.

    ``change`` may draw on the picture of each page before; pages that are ``turned`` lie so many degrees to the left.
    """
    dice = random.Random(7)
    pages = []
    with PdfDocument(pdf) as document:
        for number, page in enumerate(document, 1):
            picture = page.render(scale=scanner.dots / 72, grayscale=True).to_pil().convert("L")
            if change is not None:
                change(number, picture)
            aslant = scanner.aslant if number % 2 else -scanner.aslant
            picture = picture.rotate(aslant, resample=Image.Resampling.BICUBIC, fillcolor=255)
            picture = picture.filter(ImageFilter.GaussianBlur(scanner.blur))
            picture = picture.point(lambda shade: _INK + shade * (_PAPER - _INK) // 255)
            picture = _noisy(picture, scanner.noise, dice)
            pages.append(picture.rotate(turned.get(number, 0), expand=True))
    out = io.BytesIO()
    first, *rest = pages
    first.save(out, "PDF", save_all=True, append_images=rest, resolution=scanner.dots, quality=scanner.quality)
    return out.getvalue()


def _noisy(picture: Image.Image, noise: int, dice: random.Random) -> Image.Image:
    wide, high = picture.size
    grain = Image.frombytes("L", picture.size, dice.randbytes(wide * high))
    # Each dot by so many shades at most, and dust.
    picture = ImageChops.add(picture, grain.point(lambda shade: shade * 2 * noise // 255), offset=-noise)
    for _ in range(60):
        x, y = dice.randrange(wide - 3), dice.randrange(high - 3)
        picture.paste(60, (x, y, x + 2, y + 2))
    return picture
