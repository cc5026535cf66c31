"""The prose of a report, cut at the headings of its six sections; the tables and page marks are left out."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from pipeline.document import Document
from pipeline.skeleton import skeleton

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
#: Layouts whose cells are made of plain lines, by their blanks.
_LAYOUTS_OF_PROSE = ("flat", "aligned")
#: A page number of a PDF between two lines of prose.
_LONE_NUMBER = re.compile(r"\d{1,3}")
#: Sections whose heading needs no number or mark to be known as one.
_UNMISTAKABLE = (2, 3, 4, 6)
_LONGEST_HEADING = 45


@dataclass(frozen=True, slots=True)
class Passage:
    """A line of prose: the section it stands in (0: none), its text, and its place in the source."""

    section: int
    line: int
    text: str


@dataclass(frozen=True, slots=True)
class Section:
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


def prose(document: Document, regions: list[tuple[int, int]], page_marks: Iterable[int] = ()) -> Prose:
    """Cut the text lines of a document: rows of several cells, table regions and page marks are left out."""
    marks = set(page_marks)
    passages: list[Passage] = []
    headings: dict[int, tuple[str | None, int]] = {}
    misplaced: list[tuple[int, str, int]] = []
    current = 0
    for row in document.rows:
        if row.line in marks or any(first <= row.line <= last for first, last in regions):
            continue
        if row.layout in _LAYOUTS_OF_PROSE:
            text = document.lines[row.line - 1].strip()  # a sentence that ends in a number looks like a row
        elif len(row.cells) == 1:
            text = row.cells[0]
        else:
            continue
        if _LONE_NUMBER.fullmatch(text):
            continue
        number = _heading(text, current)
        if number is not None and number not in headings:
            current = number
            headings[current] = (_bare(text), row.line)
            continue
        if (late := _out_of_order(text, current)) is not None and late not in headings:
            misplaced.append((late, _bare(text), row.line))
            current = late
            headings[current] = (_bare(text), row.line)
            continue
        headings.setdefault(current, (None, row.line))
        passages.append(Passage(current, row.line, text))
    texts: dict[int, list[str]] = {number: [] for number in headings}
    for passage in passages:
        texts[passage.section].append(passage.text)
    return Prose(
        passages,
        [
            Section(number, headings[number][0], "\n".join(texts[number]), headings[number][1])
            for number in sorted(texts)
        ],
        misplaced,
    )


def _bare(text: str) -> str:
    return text.lstrip("#* ").rstrip("* ")


def _heading(text: str, current: int) -> int | None:
    """The section that a line opens; sections only open in order, and prose repeats their words."""
    if len(text) > _LONGEST_HEADING or _LOWER.match(text):
        return None
    bare = skeleton(text)
    for number, pattern in _HEADINGS:
        marked = text.startswith("#") or _NUMBERED.match(text.lstrip("#* "))
        if number > current and pattern.match(bare) and (marked or number in _UNMISTAKABLE):
            return number
    return None


def _out_of_order(text: str, current: int) -> int | None:
    """The section whose official heading a numbered line is word for word, though a later one is open."""
    if len(text) > _LONGEST_HEADING or not _NUMBERED.match(text.lstrip("#* ")):
        return None
    number = _OFFICIAL.get(skeleton(text)[1:])
    return number if number is not None and number < current else None
