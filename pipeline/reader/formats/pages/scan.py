"""A page that is a picture – a scan – as characters and straight lines, so that it is read as other pages are.

The picture is turned until its words are upright and its rules level. Rules make cells, each of which is read by
itself: no number takes anything from its neighbours. What is outside tables is read line by line.

What is read so is marked (``PageContent.is_seen``): it is a guess of a program, however good, until sums prove it
(``tables.seen_numbers``). A number that two looks at its cell do not agree on has ``UNKNOWN`` behind it.

Belongs here: the order of the steps. Rules are ``scan_rules``', where lines of text are ``scan_lines``', what a line
says ``scan_text``'s.
"""

from collections.abc import Sequence
from typing import Any

from pipeline.reader.formats.pages import ruled_tables, scan_lines, scan_rules, scan_text
from pipeline.reader.formats.pages.content import UNKNOWN, Bounds, Box, Glyph, PageContent
from pipeline.reader.formats.pages.scan_lines import TextPicture
from pipeline.reader.formats.pages.scan_text import Said

#: What the extra installs, by the names of its modules.
MODULES = ("cv2", "numpy", "onnxruntime", "rapidocr")
INSTALL = "pip install 'ogi-warehouse[documents,ocr]'"
#: Dots per inch at which pages are drawn, and most dots of their longer side: a PDF may ask for pages of five metres.
_DOTS, _LONGEST_SIDE = 200, 4000
_POINTS = 72
#: Below this a digit is not sure. A text of so few characters may be a number, whatever it looked like at first.
_LEAST_SURE, _SHORT = 0.8, 3
#: What stands in cells in which nothing is counted.
_MARKS = frozenset({"/", "-", "—", "–", "--", "——", "―"})
#: Quarter turns clockwise that are tried, until the words of the page are so sure; a page of fewer letters is not.
_TURNS, _UPRIGHT, _FEW = (0, 2, 1, 3), 0.7, 12
#: How wide a character is against a Chinese one.
_NARROW = 0.55


def is_installed() -> bool:
    """Whether there is what reads pictures."""
    return scan_text.is_installed(MODULES)


def page_content(page: Any, blank: PageContent, limits: Bounds) -> PageContent:
    """What the picture of a loaded page of PDFium shows; ``blank`` is the page without it."""
    scale = min(_DOTS / _POINTS, _LONGEST_SIDE / max(blank.width, blank.height, 1.0))
    picture = page.render(scale=scale, grayscale=True).to_numpy()
    return of_picture(picture.reshape(picture.shape[:2]), blank.number, scale, limits)


def of_picture(picture: Any, number: int, scale: float, limits: Bounds) -> PageContent:
    """What a picture in shades of grey shows, of so many dots a point, whichever way up it lies."""
    import numpy

    best, most = PageContent(number, 0, 0), -1.0
    for turns in _TURNS:
        content, how_sure = _read(numpy.ascontiguousarray(numpy.rot90(picture, -turns)), number, scale)
        if how_sure > most:
            content.turns = turns
            best, most = content, how_sure
        if most >= _UPRIGHT:
            break
    limits.take("drawn lines", len(best.across) + len(best.down))
    limits.take("characters", len(best.glyphs))
    return best


def _read(picture: Any, number: int, scale: float) -> tuple[PageContent, float]:
    """What a picture shows, if its upper edge is that of the page, and how sure its words are."""
    high, wide = picture.shape
    content = PageContent(number, wide / scale, high / scale, is_seen=True)
    level, content.tilt = scan_rules.levelled(picture)
    ruled = scan_rules.rules_of(level, scale)
    content.across, content.down = ruled.across, ruled.down
    tables = ruled_tables.grids(content)
    cells = [cell.box for table in tables for cell in table.cells]
    in_cells = scan_lines.in_cells(level, ruled.mask, cells, scale)
    pieces = [*in_cells, *scan_lines.outside(level, [table.box for table in tables], scale)]
    said = scan_text.read([piece.image for piece in pieces])
    texts = _looked_at_twice(in_cells, said) + [each.text for each in said[len(in_cells) :]]
    for run, (piece, text) in enumerate(zip(pieces, texts, strict=True)):
        content.glyphs += _placed(piece.box, text, run)
    return content, _of_words(said)


def _of_words(said: Sequence[Said]) -> float:
    """How sure the words of a page are, on the average of their characters; those of a page on its side are few."""
    words = [each for each in said if len(each.text) >= _SHORT]
    letters = sum(len(each.text) for each in words)
    return sum(each.least * len(each.text) for each in words) / max(letters, _FEW)


def _looked_at_twice(in_cells: Sequence[TextPicture], said: Sequence[Said]) -> list[str]:
    """The texts of cells; a number that is not sure ends in ``UNKNOWN``."""
    first = said[: len(in_cells)]
    short = [at for at, each in enumerate(first) if len(each.text) <= _SHORT or scan_text.is_number(each.text)]
    second = dict(zip(short, scan_text.read([scan_lines.looked_at_again(in_cells[at]) for at in short]), strict=True))
    return [_agreed(each, second[at]) if at in second else each.text for at, each in enumerate(first)]


def _agreed(first: Said, second: Said) -> str:
    """What two looks at a cell say. Ink of which nothing is read is no blank cell."""
    said = max((each for each in (first, second) if scan_text.is_number(each.text)), key=_how_sure, default=None)
    if said is not None:
        is_sure = first.text == second.text and min(first.least, second.least) >= _LEAST_SURE
        return said.text if is_sure else said.text + UNKNOWN
    is_words = (first.has_words or second.has_words) and not any(map(str.isdecimal, first.text))
    if is_words or first.text in _MARKS:
        return first.text or UNKNOWN
    # A letter with an accent, dust beside a digit, or nothing: what digits it would be the sums may prove.
    numbers = [each.number for each in (second, first) if scan_text.is_number(each.number)]
    return (numbers[0] if numbers else first.text) + UNKNOWN


def _how_sure(said: Said) -> float:
    return said.least


def _placed(box: Box, text: str, run: int) -> list[Glyph]:
    """A text's characters, side by side over the box of its ink."""
    shares = [_NARROW if each.isascii() or each == UNKNOWN else 1.0 for each in text]
    step = box.width / sum(shares) if shares else 0.0
    glyphs, x = [], box.x0
    for each, share in zip(text, shares, strict=True):
        glyphs.append(Glyph(each, x, box.y0, x := x + share * step, box.y1, run))
    return glyphs
