"""Titles: words that are nothing but the name of a report, with its agency, its year or both.

Belongs here: the shapes of titles, and the titles at the head of a report. A report that is named in the middle of a
sentence is ``sentences``' business.
"""

import re

from pipeline.reader.identity.answers import Answer, Answers
from pipeline.reader.identity.head import Head, plain
from pipeline.reader.identity.wording import NAME, REPORT, SUBJECT, YEAR, agency_name, arabic

_BEFORE = r"(?:[^:]{0,8}:|关于|\d+[.、])?"
_BEHIND = r"(?:[-_|>].*|\(.*\))?"
#: Titles with agency and year.
_WHOLE = [
    re.compile(rf"{_BEFORE}(?P<agency>{NAME})(?:关于)?{YEAR}(?:的)?{REPORT}{_BEHIND}"),
    re.compile(rf"{_BEFORE}{YEAR}(?P<agency>{NAME})(?:的)?{REPORT}{_BEHIND}"),
    re.compile(rf"{_BEFORE}{YEAR}(?:的)?{REPORT}[-_|(](?P<agency>{NAME})\)?"),
    re.compile(rf"{_BEFORE}(?P<agency>{NAME})(?:的)?{REPORT}[(-]?{YEAR}\)?"),
]
#: Titles with one of the two.
_PARTIAL = [
    re.compile(rf"{_BEFORE}(?P<agency>{NAME})(?:的)?{REPORT}"),
    re.compile(rf"{_BEFORE}{YEAR}(?:的)?{REPORT}{_BEHIND}"),
]
#: What titles are searched for, and over how many lines, in this order.
_SEARCHES = [(_WHOLE, 1), (_WHOLE, 2), (_WHOLE, 3), (_PARTIAL, 1), (_PARTIAL, 2)]
_SENTENCE = re.compile("[。;；:：!！?？>]")
_LONGEST_TITLE = 70
#: A line longer than this is no fragment of a title that stands on several lines.
LONGEST_FRAGMENT = 42


def from_head(head: Head, answers: Answers) -> str | None:
    """The title as printed: the line, or up to three in a row, that is nothing but the report's title."""
    title = None
    for patterns, size in _SEARCHES:
        for start, lines in head.windows(head.mentions, size):
            text = "".join(lines)
            if len(lines) < size or len(text) > _LONGEST_TITLE or (size > 1 and not all(map(_is_fragment, lines))):
                continue
            if _add("title", text, head.numbers[start], answers, patterns):
                printed = head.printed[start : start + size]
                title = title or " ".join(each.strip("#*>=《》 ") for each in printed)
        if title:
            break
    return title


def from_page_title(title: str, answers: Answers) -> None:
    """The title that a page gives itself."""
    _add("page_title", plain(title), None, answers, [*_WHOLE, *_PARTIAL])


def from_file_name(name: str, answers: Answers) -> bool:
    """The plain name of a file that is called as its report is; whether it is."""
    return _add("file_name", name, None, answers, [*_WHOLE, *_PARTIAL])


def _is_fragment(text: str) -> bool:
    """Whether a line can be a fragment of a title: short, and without a sentence's punctuation."""
    return len(text) <= LONGEST_FRAGMENT and not _SENTENCE.search(text)


def _add(origin: str, text: str, line: int | None, answers: Answers, patterns: list[re.Pattern[str]]) -> bool:
    """Add the agency and year of a text that has the shape of a title; whether it has."""
    if SUBJECT not in text:
        return False
    for pattern in patterns:
        match = pattern.fullmatch(text)
        if match is None:
            continue
        groups = match.groupdict()
        agency = agency_name(groups["agency"]) if groups.get("agency") else None
        if groups.get("agency") and agency is None:
            continue
        if agency:
            answers.agencies.append(Answer(origin, agency, line))
        if groups.get("year"):
            answers.years.append(Answer(origin, arabic(groups["year"]), line))
        return True
    return False
