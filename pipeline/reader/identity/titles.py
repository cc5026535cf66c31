"""Titles: words that are nothing but the name of a report, with its agency, its year or both.

A page prints other words around a title, with marks between: the site, folders, the next page's title. What stands
between two marks is a title or none. A government whose name stands on a line of its own beside the title may be the
report's agency, or the site's owner: its answer is marked as ``apart``, and ``answers`` weighs it.

Belongs here: the shapes of titles, and the titles at the head of a report. A report that is named in the middle of a
sentence is ``sentences``' business.
"""

import re

from pipeline.reader.identity.answers import Answer, Answers
from pipeline.reader.identity.bodies import begins_with_division, has_a_site, is_division, is_superior
from pipeline.reader.identity.chrome import behind_site, segments
from pipeline.reader.identity.head import Head, plain
from pipeline.reader.identity.wording import (
    A_REPORT,
    ENDS_LIKE_ORGAN,
    NAME,
    REPORT,
    REPORT_WITH_YEAR,
    SUBJECT,
    TITLE_YEAR,
    agency_name,
    arabic,
)

_BRACKETED = r"【[^】]*】|\[[^\]]*\]"
_ANNOUNCING = "关于(?:报送|上报|公布|发布|印发|公开)?"
_BEFORE = rf"(?:[^:]{{0,8}}:|{_ANNOUNCING}|\d+[.、]|\(\d+\)|\(?[一二三四五六七八九十]+[)、]|{_BRACKETED})*"
_BEHIND = r"(?:的(?:函|公告|公示|通知|通告|报告))?(?:\(.*\))?(?:\.(?:pdf|docx?|wps|txt|html?))?"
#: Before a title whose agency ends with a colon: 标题:X局:2024年….
_LABELLED = rf"(?:[^:]{{0,4}}(?:标题|名称|题名|附件|主题)\d{{0,2}}[:.、]|\d+[.、]|\(\d+\)|{_BRACKETED})*"
#: Whose site it is, before a title that begins with the year.
_SITE = r"(?:中国·[\u4e00-\u9fff]{2,6}|[\u4e00-\u9fff]{2,14}政府)"
#: Titles with agency and year.
_WHOLE = [
    re.compile(rf"{_LABELLED}(?P<agency>{NAME}):{TITLE_YEAR}(?:的)?{REPORT}{_BEHIND}"),
    re.compile(rf"{_BEFORE}(?P<agency>{NAME})(?:关于)?{TITLE_YEAR}(?:的)?{REPORT}{_BEHIND}"),
    re.compile(rf"{_BEFORE}{TITLE_YEAR}(?P<agency>{NAME})(?:的)?{REPORT}{_BEHIND}"),
    re.compile(rf"{_SITE}{TITLE_YEAR}(?P<agency>{NAME})(?:的)?{REPORT}{_BEHIND}"),
    re.compile(rf"{_BEFORE}{TITLE_YEAR}(?:的)?{REPORT}\((?P<agency>{NAME})\)"),
    re.compile(rf"{_LABELLED}(?P<agency>{NAME}):{REPORT}{TITLE_YEAR}"),
    re.compile(rf"{_BEFORE}(?P<agency>{NAME})(?:的)?{REPORT}{TITLE_YEAR}"),
    re.compile(rf"{_BEFORE}(?P<agency>{NAME})(?:的)?{REPORT_WITH_YEAR}"),
]
#: Titles with one of the two.
_PARTIAL = [
    re.compile(rf"{_BEFORE}(?P<agency>{NAME})(?:的)?{REPORT}{_BEHIND}"),
    re.compile(rf"{_BEFORE}{TITLE_YEAR}(?:的)?{REPORT}{_BEHIND}"),
    re.compile(rf"{_BEFORE}{REPORT_WITH_YEAR}"),
    re.compile(rf"{_BEFORE}{REPORT}(?=\(){TITLE_YEAR}"),
]
#: A title with the year, whose agency may stand behind a mark.
_OF_YEAR = re.compile(rf"{_BEFORE}{TITLE_YEAR}(?:的)?{REPORT}")
#: What titles are searched for, and over how many lines, in this order.
_SEARCHES = [(_WHOLE, 1), (_WHOLE, 2), (_WHOLE, 3), (_PARTIAL, 1), (_PARTIAL, 2)]
_A_NAME = re.compile(NAME.rstrip("?"))
_A_YEAR = re.compile(TITLE_YEAR)
_DATE = re.compile(r"\W*(?:发布(?:时间|日期):?)?[12]\d{3}[-年./]\d{1,2}[-月./]\d{1,2}日?\W*")
#: Links to other reports.
_NEIGHBOUR = re.compile("[上下]一[篇条页]")
#: Quotes around a title, and marks of a heading, in the middle of a line.
_QUOTES = re.compile("[《》#*]")
_SENTENCE = re.compile("[。;；:：!！?？>]")
_LONGEST_TITLE = 70
#: With all that a page prints on a title's line.
_LONGEST_LINE = 200
#: A line longer than this is no fragment of a title that stands on several lines.
LONGEST_FRAGMENT = 42
#: The first part of a name that stands on two lines is at most this long.
_LONGEST_BEGINNING = 20


#: A short name that begins so speaks of a division that is known: 区政府办公室.
_DIVISIONS = "省市县区州盟旗镇乡街"


class _Title:
    """What a text that has a title's shape says: agency, year, and whether it begins with the agency's name."""

    __slots__ = ("agency", "begins", "behind", "place", "year")

    def __init__(
        self, agency: str | None, year: str | None, behind: str | None, begins: bool, place: str | None = None
    ) -> None:
        self.agency = agency
        self.year = year
        #: An organ's name behind a mark that follows the title: its author, or the site.
        self.behind = behind
        self.begins = begins
        #: A division's name there: the beginning of an organ's name that goes on in the next line.
        self.place = place


def from_head(head: Head, answers: Answers) -> str | None:
    """The title as printed: the line, or up to three in a row, that is nothing but the report's title."""
    title = None
    for patterns, size in _SEARCHES:
        for start, lines in head.windows(head.mentions, size):
            text = "".join(lines)
            if len(lines) < size or len(text) > _LONGEST_LINE or (size > 1 and not all(map(_is_fragment, lines))):
                continue
            if (found := _read(text, patterns)) is None:
                continue
            _add_from_lines(head, start, lines, found, answers)
            printed = head.printed[start : start + size]
            title = title or " ".join(each.strip("#*>=《》 ") for each in printed)
        if title:
            break
    return title


def from_page_title(title: str, answers: Answers) -> None:
    """The title that a page gives itself."""
    if found := _read(plain(title), [*_WHOLE, *_PARTIAL]):
        _add("page_title", found, None, answers)


def from_file_name(name: str, answers: Answers) -> bool:
    """The plain name of a file that is called as its report is; whether it is."""
    found = _read(name, [*_WHOLE, *_PARTIAL])
    if found:
        _add("file_name", found, None, answers)
    return found is not None


def _is_fragment(text: str) -> bool:
    """Whether a line can be a fragment of a title: short, and without a sentence's punctuation."""
    return len(text) <= LONGEST_FRAGMENT and not _SENTENCE.search(text)


def _read(text: str, patterns: list[re.Pattern[str]]) -> _Title | None:
    """What a text says in which the part between two marks has the shape of a title."""
    if SUBJECT not in text or _NEIGHBOUR.search(text):
        return None
    parts = segments(_QUOTES.sub("", text))
    for at, printed in enumerate(parts):
        part = behind_site(printed)
        if SUBJECT not in part or len(part) > _LONGEST_TITLE or not A_REPORT.search(part):
            continue
        for pattern in patterns:
            match = pattern.fullmatch(part)
            if match is None:
                continue
            groups = match.groupdict()
            agency = agency_name(groups["agency"]) if groups.get("agency") else None
            if groups.get("agency") and agency is None:
                continue
            return _with_neighbours(agency, groups.get("year"), parts[at + 1 : at + 2], begins=at == 0)
        if at + 1 < len(parts) and (match := _OF_YEAR.fullmatch(part)):
            found = _with_neighbours(None, match["year"], parts[at + 1 : at + 2], begins=False)
            if found.behind or found.place:
                return found
    return None


def _with_neighbours(agency: str | None, year: str | None, behind: list[str], begins: bool) -> _Title:
    """A title with what the part behind it adds: the year, or an organ's name."""
    organ = place = None
    for part in behind:
        if year is None and (match := _A_YEAR.fullmatch(part)):
            year = match["year"]
        elif agency is None:
            organ = agency_name(part) if _A_NAME.fullmatch(part) else None
            place = part if is_division(part) else None
    return _Title(agency, arabic(year) if year else None, organ, begins, place)


def _add(origin: str, found: _Title, line: int | None, answers: Answers) -> None:
    if found.agency:
        answers.agencies.append(Answer(origin, found.agency, line))
    elif found.behind:
        answers.agencies.append(Answer("site" if is_superior(found.behind) else origin, found.behind, line))
    if found.year:
        answers.years.append(Answer(origin, found.year, line))


def _add_from_lines(head: Head, start: int, lines: list[str], found: _Title, answers: Answers) -> None:
    """A title's answers; its agency's name may begin on the line before, or stand on the line behind."""
    line = head.numbers[start]
    if found.agency and found.begins:
        if len(lines) > 1 and has_a_site(found.agency) and _is_apart(lines[0]):
            answers.apart.append(Answer("title", found.agency, line))
            found.agency = None
        else:
            found.agency = _from_line_before(head, start, found.agency)
    if found.agency is None and (below := _line_below(head, start + len(lines))):
        if found.place and not begins_with_division(below) and below[0] not in _DIVISIONS:
            below, found.behind = agency_name(found.place + below) or below, None
        (answers.apart if is_superior(below) else answers.agencies).append(Answer("title", below, line))
    _add("title", found, line, answers)


def _is_apart(line: str) -> bool:
    """Whether a title's first line is an organ's name and nothing else."""
    return agency_name(line) is not None and _A_NAME.fullmatch(line) is not None


def _from_line_before(head: Head, start: int, name: str) -> str:
    """The name with its beginning, where that stands on the line before: 涞水县市场监督 | 管理局2022年…."""
    before = head.lines[start - 1] if start else ""
    if not before or len(before) > _LONGEST_BEGINNING or begins_with_division(name):
        return name
    if not _A_NAME.fullmatch(before) or not begins_with_division(before):
        return name
    if ENDS_LIKE_ORGAN.search(before) and not is_division(before):
        return name
    if before.endswith("政府"):
        return name
    return agency_name(before + name) or name


def _line_below(head: Head, at: int) -> str | None:
    """The organ whose name is the line below a title, or the one below its date."""
    for line in head.lines[at : at + 2]:
        if _A_NAME.fullmatch(line) and len(line) >= 4 and (name := agency_name(line)):
            return name
        if not _DATE.fullmatch(line):
            return None
    return None
