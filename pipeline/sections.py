"""The prose of a report, cut at the headings of its six sections; the tables are left out."""

import re
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
_NUMBERED = re.compile(r"^\W*(?:[一二三四五六1-6]\s*[、.．,，]|第[一二三四五六]部分)")
#: Sections whose heading needs no number or mark to be known as one.
_UNMISTAKABLE = (2, 3, 4, 6)
_LONGEST_HEADING = 45


@dataclass(frozen=True, slots=True)
class Section:
    """A section's text; ``number`` 0 is what stands under no heading of the form."""

    number: int
    heading: str | None
    text: str
    line: int


def sections(document: Document, regions: list[tuple[int, int]]) -> list[Section]:
    """The sections in the form's order. Text lines only: rows of several cells and table regions are left out."""
    texts: dict[int, list[str]] = {}
    headings: dict[int, tuple[str | None, int]] = {}
    current = 0
    for row in document.rows:
        if len(row.cells) != 1 or any(first <= row.line <= last for first, last in regions):
            continue
        text = row.cells[0]
        number = _heading(text, current)
        if number is not None and number not in headings:
            current = number
            headings[current] = (text.lstrip("#* ").rstrip("* "), row.line)
            texts.setdefault(current, [])
            continue
        headings.setdefault(current, (None, row.line))
        texts.setdefault(current, []).append(text)
    return [
        Section(number, headings[number][0], "\n".join(texts[number]), headings[number][1]) for number in sorted(texts)
    ]


def _heading(text: str, current: int) -> int | None:
    """The section that a line opens; sections only open in order, and prose repeats their words."""
    if len(text) > _LONGEST_HEADING:
        return None
    bare = skeleton(text)
    for number, pattern in _HEADINGS:
        marked = text.startswith("#") or _NUMBERED.match(text.lstrip("#* "))
        if number > current and pattern.match(bare) and (marked or number in _UNMISTAKABLE):
            return number
    return None
