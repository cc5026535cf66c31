"""The prose of a report, cut at the headings of its six sections; tables and page marks are left out.

Belongs here: which lines are prose, and which open a section. What the prose claims is ``narrative``'s.
"""

import re
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from pipeline.forms.skeleton import skeleton
from pipeline.reader.document import Document

#: The official headings by the words that every variant of them has (国办公开办函〔2021〕30号).
_HEADINGS = [
    (1, re.compile("^[一1]?总体情况$")),
    (2, re.compile("^[二2]?.{0,4}主动公开.{0,8}(?:情况)$")),
    (3, re.compile("^[三3]?.{0,4}收到.{0,3}处理.{0,8}申请.{0,4}情况$|^[三3].{0,10}依?申请.{0,10}情况$")),
    (4, re.compile("^[四4]?.{0,24}行政复议.{0,8}行政诉讼.{0,4}情况$")),
    (5, re.compile("^[五5]?.{0,6}存在.{0,4}问题.{0,3}改进.{0,6}$|^[五5].{0,6}(?:问题|改进).{0,10}$")),
    (6, re.compile("^[六6]?其他需要(?:报告|说明).{0,6}$")),
]
#: The headings word for word (国办公开办函〔2021〕30号): by these one that stands out of order is recognized.
OFFICIAL_TITLES = {
    "总体情况": 1,
    "主动公开政府信息情况": 2,
    "收到和处理政府信息公开申请情况": 3,
    "政府信息公开行政复议、行政诉讼情况": 4,
    "存在的主要问题及改进情况": 5,
    "其他需要报告的事项": 6,
}
_OFFICIAL = {skeleton(title): number for title, number in OFFICIAL_TITLES.items()}
_NUMBERED = re.compile(r"^\W*(?:[一二三四五六1-6]\s*[、.．,，]|第[一二三四五六]部分)")
#: A heading of a lower rank, whatever it says: （一）主动公开情况.
_LOWER = re.compile(r"^[#*\s]*[(（]\s*[一二三四五六七八九1-9]\s*[)）]")
#: Every heading has a character of these: 情况, 问题, 改进, 报告 or 说明; and the two compatibility forms of 况.
_HEADS_HAVE = re.compile("[况题改告说\ufa71\U0002f81b]")
#: Layouts that split a plain line into cells at its blanks.
_LAYOUTS_OF_PROSE = ("flat", "aligned")
#: Most digits of a page number, which in text from a PDF stands between two lines of prose.
_LONGEST_PAGE_NUMBER = 3
#: Sections whose heading is recognized without a number or mark.
_UNMISTAKABLE = (2, 3, 4, 6)
_LONGEST_HEADING = 45


class Passage(NamedTuple):
    """A line of prose: the section it stands in (0: none), its source line, and its text."""

    section: int
    line: int
    text: str


class Section(NamedTuple):
    """A section's text; ``number`` 0 is the text that stands under no heading of the form."""

    number: int
    heading: str | None
    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Prose:
    """The prose of a report: its lines, its sections in the form's order, and the headings that stand out of order."""

    passages: list[Passage]
    sections: list[Section]
    #: Number, text and line of the official headings that stand behind the heading of a later section.
    misplaced: list[tuple[int, str, int]]


class _Heading(NamedTuple):
    """What a line may open, by its text alone."""

    #: Sections that it opens if they come next.
    opens: tuple[int, ...]
    #: The section whose official heading, number included, it is word for word.
    official: int | None


def prose(document: Document, regions: Iterable[tuple[int, int]], page_marks: Iterable[int] = ()) -> Prose:
    """Cut the text lines of a document: rows of several cells, table regions and page marks are left out."""
    passages: list[Passage] = []
    headings: dict[int, tuple[str | None, int]] = {}
    texts: dict[int, list[str]] = {}
    misplaced: list[tuple[int, str, int]] = []
    current = 0
    for line, text in _lines(document, regions, page_marks):
        if len(text) <= _LONGEST_HEADING and _HEADS_HAVE.search(text):
            opened = _opened(_heading(text), current, headings)
            if opened is not None:
                heading = _bare(text)
                if opened < current:
                    misplaced.append((opened, heading, line))
                current = opened
                headings[current], texts[current] = (heading, line), []
                continue
        if current not in headings:
            headings[current], texts[current] = (None, line), []
        passages.append(Passage(current, line, text))
        texts[current].append(text)
    sections = [
        Section(number, headings[number][0], "\n".join(texts[number]), headings[number][1]) for number in sorted(texts)
    ]
    return Prose(passages, sections, misplaced)


def _lines(
    document: Document, regions: Iterable[tuple[int, int]], page_marks: Iterable[int]
) -> Iterator[tuple[int, str]]:
    """Source line and text of each row that may be prose."""
    left_out = set(page_marks)
    regions = list(regions)
    for first, last in regions:
        left_out.update(range(first, last + 1))
    # On the last line of a page's table the text behind it may stand, too.
    shared = {last for _, last in regions} if document.rows_are_staged else set()
    source = document.plain
    for row in document.rows:
        line = row.line
        if line in left_out and not (line in shared and len(row.cells) == 1):
            continue
        if row.layout in _LAYOUTS_OF_PROSE:
            # A sentence that ends in a number looks like a row. On the line of a page stand tags and other blocks.
            text = " ".join(row.cells) if document.rows_are_staged else source[line - 1].strip()
        elif len(row.cells) == 1:
            text = row.cells[0]
        else:
            continue
        if len(text) > _LONGEST_PAGE_NUMBER or not text.isdecimal():
            yield line, text


def _bare(text: str) -> str:
    return text.lstrip("#* ").rstrip("* ")


def _opened(heading: _Heading, current: int, before: Container[int]) -> int | None:
    """The section that a line opens. Sections open in order, since prose repeats the words of headings; out of order,
    only an official heading opens one.
    """
    opened = next((number for number in heading.opens if number > current), None)
    if opened is not None and opened not in before:
        return opened
    late = heading.official
    return late if late is not None and late < current and late not in before else None


@lru_cache(maxsize=4096)  # the same headings in report after report
def _heading(text: str) -> _Heading:
    bare = skeleton(text)
    numbered = _NUMBERED.match(text.lstrip("#* ")) is not None
    marked = numbered or text.startswith("#")
    opens = (
        number
        for number, pattern in _HEADINGS
        if (marked or number in _UNMISTAKABLE) and not _LOWER.match(text) and pattern.match(bare)
    )
    return _Heading(tuple(opens), _OFFICIAL.get(bare[1:]) if numbered else None)
