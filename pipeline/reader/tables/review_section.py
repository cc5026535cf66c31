"""The section of table four where its head told nothing: a list of its numbers is read, other numbers are named.

Some publishers print the table as a list: a row or a part of a sentence for each result (行政复议：结果维持0件，…).
Such a list is read if each of the fifteen names has one number right behind it. Any other numbers that stand in the
section like a table's make all its cells unreadable: a table that is printed is neither absent nor blank. Prose, which
counts cases with a unit (共受理0件), is no table.

Belongs here: the section by its title, and what stands in it. Does not: tables with a head (``review_block``).
"""

import re
from collections.abc import Iterator, Sequence
from itertools import product
from typing import NamedTuple

from pipeline.forms import REVIEW, REVIEW_COLUMNS, TRACKS
from pipeline.reader.document import Row
from pipeline.reader.findings import Finding, Where
from pipeline.reader.tables import cell_values
from pipeline.reader.tables.reading import FormCell
from pipeline.reader.tables.review_block import END, NUMBERED, SIGNS, SPACED, STRANGE_IN_ROW, is_title
from pipeline.reader.tables.review_head import Place, codes, strangeness
from pipeline.reader.tables.review_work import Placed, table_of

_LONGEST_TITLE = 60
#: Bare numbers in such a number are a table's, whatever stands beside them; so many names of results are a head.
_NUMBERS_OF_TABLE, _RESULTS_OF_HEAD = 5, 3
#: So many names of results, each with its number, are a list of the table.
_LEAST_OF_LIST = 4
#: A number without the unit, the date, the time or the numbering that prose, labels and lists of news have.
_BARE = re.compile(
    r"(?<![0-9.〔(（])(?<![0-9][-:：])[0-9]+(?!\s*[0-9.．、)）〕]|\s*[件起宗年月日号条次人个项份例%％]|[-:：][0-9])"
)
#: A cell that is a number and its unit.
_COUNTED = re.compile(r"(?:^|\|)\s*[0-9]+\s*[件宗起]\s*(?=\||$)")
_RESULT = (
    "(?P<upheld>(?:结果)?维持(?:结果)?)|(?P<corrected>(?:结果)?纠正(?:结果)?)|(?P<other>其[他它](?:结果)?)"
    "|(?P<pending>(?:尚未|未)审?结)|(?P<total>[总合]计)"
)
#: A list of the table in its parts; what is none of them makes it something else.
_PART = re.compile(
    "(?P<direct>未经(?:行政)?复议直接(?:提起诉讼|起诉))|(?P<after>(?:行政)?复议后(?:提起诉讼|起诉))"
    "|(?P<reconsideration>行政复议)|(?P<litigation>行政诉讼)"
    f"|{_RESULT}"
    r"|(?P<number>[0-9]+[件宗起]?)|(?P<between>[\s|:：,，;；。、/·—–\-()（）的]+)"
)
#: A row of a sum that the form does not have.
_SUMS = re.compile(r"[\s|]*(?:(?:行政)?诉讼)?[总合小]计")
_PAIR = re.compile(rf"(?:{_RESULT})[\s|:：]*[0-9]+")
_TRACK_OF = dict(zip(("reconsideration", "direct", "after"), TRACKS, strict=True))


class _Line(NamedTuple):
    """A row of the section: its line, and its text with cells parted by bars, or by blanks where blanks part them."""

    line: int
    text: str


def read_section(rows: Sequence[Row], marks: set[tuple[int, str]]) -> Placed | None:
    """The cells of table four by its section: read from a list, or all unreadable; None where no table stands."""
    for section in _sections(rows, marks):
        listed = _listed(section)
        if listed is not None:
            return Placed(table_of(listed), [])
        if _has_list(section) or _has_table(section):
            return _unreadable(section)
    return None


def has_numbers(rows: Sequence[Row], marks: set[tuple[int, str]]) -> bool:
    """Whether a section has so many bare numbers that they are the table's; a row of sums is none of the form's."""
    sections = ([line for line in section if not _SUMS.match(line.text)] for section in _sections(rows, marks))
    return any(sum(map(_numbers, section)) >= _NUMBERS_OF_TABLE for section in sections)


def _sections(rows: Sequence[Row], marks: set[tuple[int, str]]) -> Iterator[list[_Line]]:
    """The rows between each title of table four and the next heading, or the first row that is another table's."""
    found: list[_Line] | None = None
    for row in rows:
        if not row.cells or (row.line, " ".join(row.cells)) in marks:
            continue
        text = (" " if row.layout in SPACED else "|").join(row.cells)
        bare = "".join(text.split()).replace("|", "")
        if len(bare) <= _LONGEST_TITLE and is_title(bare):
            if found:
                yield found
            found = []
        elif found is not None and _ends(bare):
            yield found
            found = None
        elif found is not None:
            found.append(_Line(row.line, text))
    if found:
        yield found


def _ends(text: str) -> bool:
    has_sign = SIGNS.search(text) is not None
    if NUMBERED.match(text) and not has_sign:
        return True
    return END.search(text) is not None or (strangeness(text) > STRANGE_IN_ROW and not has_sign and "表" not in text)


def _listed(section: Sequence[_Line]) -> dict[Place, FormCell] | None:
    """The numbers of a list that names each of them; None where it is not only that, or not all of it."""
    found: dict[Place, FormCell] = {}
    track: str | None = None
    result: str | None = None
    for line in section:
        if not found and not codes(line.text):
            continue  # the head of the list: 项目, 数量
        at = 0
        while at < len(line.text):
            part = _PART.match(line.text, at)
            if part is None:
                return None
            kind, at = part.lastgroup or "", part.end()
            if kind in REVIEW_COLUMNS and result is None:
                result = kind
            elif kind == "number" and track and result and (track, result) not in found:
                value = cell_values.parse(part[0]) or cell_values.unreadable(part[0])
                found[track, result] = FormCell(value, line.line)
                result = None
            elif kind in (*_TRACK_OF, "litigation") and result is None:
                track = _TRACK_OF.get(kind)
            elif kind != "between":
                return None
    return found if found.keys() == set(product(TRACKS, REVIEW_COLUMNS)) else None


def _has_list(section: Sequence[_Line]) -> bool:
    """Whether a row names results, each with its number: a list that is not whole, or has other words."""
    return any(len({pair.lastgroup for pair in _PAIR.finditer(line.text)}) >= _LEAST_OF_LIST for line in section)


def _has_table(section: Sequence[_Line]) -> bool:
    """Whether bare numbers stand there with names of results, or in such a number that they are a table's."""
    numbers = sum(map(_numbers, section))
    if numbers >= _NUMBERS_OF_TABLE:
        return True
    words = (code for line in section if not _is_prose(line.text) for code in codes(line.text))
    named = {code for code in words if code in REVIEW_COLUMNS}
    return numbers > 0 and len(named) >= _RESULTS_OF_HEAD


def _numbers(line: _Line) -> int:
    """How many numbers a row has that are none of a sentence's."""
    if _is_prose(line.text):
        return 0
    return len(_BARE.findall(line.text)) + len(_COUNTED.findall(line.text))


def _is_prose(text: str) -> bool:
    return "。" in text or strangeness(text) > STRANGE_IN_ROW


def _unreadable(section: Sequence[_Line]) -> Placed:
    printed = [line for line in section if any(map(str.isdigit, line.text))]
    text = " | ".join(line.text for line in printed)
    cell = FormCell(cell_values.unreadable(text), printed[0].line)
    finding = Finding("ambiguous_reading", Where(REVIEW, line=printed[0].line), REVIEW, actual=text)
    return Placed(table_of(dict.fromkeys(product(TRACKS, REVIEW_COLUMNS), cell)), [finding])
