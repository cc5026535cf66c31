"""Page numbers and running heads: what stands in the margin of a page and is none of the report's text.

Left out is only a page number in the margin, or what stands at the same place in the margin of several pages.

Belongs here: which lines these are.
"""

import re
from collections import defaultdict
from collections.abc import Sequence

from pipeline.reader.formats.pages.content import PageContent
from pipeline.reader.formats.pages.text import Line

#: The share of a page's height at either end in which a page number stands, and in which a running head does.
_MARGIN_OF_NUMBER, _MARGIN_OF_HEAD = 0.12, 0.085
#: Less than this share of all pages' height is never printed on.
_LEAST_USED = 0.33
#: How far the same head may stand from its place on another page, in points.
_SAME_PLACE = 4.0
#: A running head is a line of words, not of cells.
_MOST_WORDS = 3
_NUMBER = re.compile(
    r"(?P<before>[-—–－·~•\s]*(?:第|P\.?|Page)?\s*)(?P<number>\d{1,3})"
    r"(?P<behind>\s*页?(?:\s*(?:[/／,，]|共|of)+\s*\d{1,3}\s*页?)?[-—–－·~•\s]*)"
)
_DIGITS = re.compile(r"\d+")


def are_marks(pages: Sequence[PageContent], lines: Sequence[Sequence[Line]]) -> set[int]:
    """Which of the lines outside the tables are marks, by their ``id``."""
    lowest = max((glyph.y1 for page in pages for glyph in page.glyphs), default=0.0)
    if pages and lowest < min(page.height for page in pages) * _LEAST_USED:
        # The page is said to be larger than what is printed on it: a wrong unit.
        pages = [PageContent(page.number, page.width, lowest * 1.05) for page in pages]
    return _numbers(pages, lines) | _heads(pages, lines)


def _numbers(pages: Sequence[PageContent], lines: Sequence[Sequence[Line]]) -> set[int]:
    """Page numbers: with dashes or words around them, or bare ones that count the pages."""
    found: set[int] = set()
    bare: dict[int, list[Line]] = defaultdict(list)
    for page, on_page in zip(pages, lines, strict=True):
        for line in on_page:
            if not _is_in_margin(line, page, _MARGIN_OF_NUMBER):
                continue
            match = _NUMBER.fullmatch(line.text)
            if match and (match["before"].strip() or match["behind"].strip()):
                found.add(id(line))
            elif match:
                bare[int(match["number"]) - page.number].append(line)
    for offset, counted in bare.items():
        if len(counted) > 1 or offset == 0:
            found.update(map(id, counted))
    return found


def _heads(pages: Sequence[PageContent], lines: Sequence[Sequence[Line]]) -> set[int]:
    """Lines that stand at the same place of several pages and differ in digits at most."""
    places: dict[tuple[str, int, int], list[tuple[int, Line]]] = defaultdict(list)
    for page, on_page in zip(pages, lines, strict=True):
        for line in on_page:
            text = line.text
            if not _is_in_margin(line, page, _MARGIN_OF_HEAD) or len(line.words(1.0)) > _MOST_WORDS:
                continue
            if any(letter.isalpha() for letter in text):
                # Neighbouring cells of a grid of places, so that a little shift does not part them.
                across, down = line.box.x0 / _SAME_PLACE, line.box.y0 / _SAME_PLACE
                for x in (int(across), int(across + 0.5)):
                    for y in (int(down), int(down + 0.5)):
                        places[_DIGITS.sub("#", text), x, y].append((page.number, line))
    alike = (found for found in places.values() if len({number for number, _ in found}) > 1)
    return {id(line) for found in alike for _, line in found}


def _is_in_margin(line: Line, page: PageContent, share: float) -> bool:
    middle = (line.box.y0 + line.box.y1) / 2 / max(page.height, 1.0)
    return middle < share or middle > 1 - share
