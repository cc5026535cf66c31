"""The prose of a report, cut at the headings of its six sections; the tables and page marks are left out."""

import re
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from pipeline.forms.skeleton import skeleton
from pipeline.reader.document import Document

#: The official headings by what no wording of them lacks (国办公开办函〔2021〕30号).
_HEADINGS = [
    (1, re.compile("^[一1]?总体情况$")),
    (2, re.compile("^[二2]?.{0,4}主动公开.{0,8}(?:情况)$")),
    (3, re.compile("^[三3]?.{0,4}收到.{0,3}处理.{0,8}申请.{0,4}情况$|^[三3].{0,10}依?申请.{0,10}情况$")),
    (4, re.compile("^[四4]?.{0,24}行政复议.{0,8}行政诉讼.{0,4}情况$")),
    (5, re.compile("^[五5]?.{0,6}存在.{0,4}问题.{0,3}改进.{0,6}$|^[五5].{0,6}(?:问题|改进).{0,10}$")),
    (6, re.compile("^[六6]?其他需要(?:报告|说明).{0,6}$")),
]
#: The headings word for word (国办公开办函〔2021〕30号), and by their letters one that stands out of order is known.
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
#: Every heading has one of these: 情况, 问题, 改进, 报告 or 说明, and what Unicode takes for 况.
_HEADS_HAVE = re.compile("[况题改告说\ufa71\U0002f81b]")
#: Layouts whose cells are made of plain lines, by their blanks.
_LAYOUTS_OF_PROSE = ("flat", "aligned")
#: Digits of a page number, which in a PDF stands between two lines of prose.
_LONGEST_PAGE_NUMBER = 3
#: Sections whose heading needs no number or mark to be known as one.
_UNMISTAKABLE = (2, 3, 4, 6)
_LONGEST_HEADING = 45


class Passage(NamedTuple):
    """A line of prose: the section it stands in (0: none), its text, and its place in the source."""

    section: int
    line: int
    text: str


class Section(NamedTuple):
    """A section's text; ``number`` 0 is what stands under no heading of the form."""

    number: int
    heading: str | None
    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Prose:
    """The prose of a report: its lines, its sections in the form's order, and headings that stand out of order."""

    passages: list[Passage]
    sections: list[Section]
    #: Number, text and line of official headings behind which a later section had already begun.
    misplaced: list[tuple[int, str, int]]


class _Heading(NamedTuple):
    """What a line may open, whatever stands before it."""

    #: Sections that it opens where they come next.
    opens: tuple[int, ...]
    #: The section whose official heading it is word for word, with its number.
    official: int | None


def prose(document: Document, regions: Sequence[tuple[int, int]], page_marks: Iterable[int] = ()) -> Prose:
    """Cut the text lines of a document: rows of several cells, table regions and page marks are left out."""
    left_out = set(page_marks)
    for first, last in regions:
        left_out.update(range(first, last + 1))
    lines = document.lines
    passages: list[Passage] = []
    headings: dict[int, tuple[str | None, int]] = {}
    texts: dict[int, list[str]] = {}
    misplaced: list[tuple[int, str, int]] = []
    current = 0
    for row in document.rows:
        line = row.line
        if line in left_out:
            continue
        if row.layout in _LAYOUTS_OF_PROSE:
            text = lines[line - 1].strip()  # a sentence that ends in a number looks like a row
        elif len(row.cells) == 1:
            text = row.cells[0]
        else:
            continue
        if len(text) <= _LONGEST_PAGE_NUMBER and text.isdecimal():
            continue
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


def _bare(text: str) -> str:
    return text.lstrip("#* ").rstrip("* ")


def _opened(heading: _Heading, current: int, before: Container[int]) -> int | None:
    """The section that a line opens. They open in order, as prose repeats their words; out of it, official ones do."""
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
