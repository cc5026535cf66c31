"""Which copy of table three counts where a report prints several, and what becomes of the others.

A copy repeats the table, goes on with it on the next page, or is the table of another year, which its caption says.

Belongs here: copies against each other. Does not: the rows of one copy (``applications``).
"""

import re
from typing import NamedTuple

from pipeline.forms import APPLICATIONS
from pipeline.reader.findings import Finding, Where
from pipeline.reader.tables.application_candidates import CandidateRow
from pipeline.reader.tables.application_cells import Table, compare_repeated, numbers_of

#: The caption of a copy is among so many words before its first row.
_WORDS_OF_CAPTION = 30
_CAPTION = re.compile(r"(20\d\d)\s*年度?|(上一?年度?|去年)(?!结转)")
#: A copy of the same year repeats its rows; one of another year has hardly any number in common.
_MOST_CONTRADICTIONS = 0.5


class Copy(NamedTuple):
    """A copy of the table: its candidates, and the rows read from them."""

    rows: list[CandidateRow]
    table: Table


def choose(copies: list[Copy]) -> tuple[Table, list[Finding]]:
    """The rows of the copy that is of the report's year, the fullest of them; and findings about the others.

    Rows that only another copy has are taken from it where the two agree about the others.
    """
    if len(copies) < 2:
        return (copies[0].table if copies else {}), []
    first, *others = sorted(copies, key=lambda copy: -_size(copy.table))
    different = [other for other in others if _contradict(first.table, other.table)]
    if different:
        return _of_this_year([first, *different])
    chosen = dict(first.table)
    findings: list[Finding] = []
    for other in others:
        found = [finding for item in other.table if item in chosen for finding in _compare(chosen, other.table, item)]
        findings += found
        if not found:
            chosen |= {item: row for item, row in other.table.items() if item not in chosen}
    return chosen, findings


def _size(table: Table) -> int:
    return sum(len(numbers_of(row)) for row in table.values())


def _compare(table: Table, other: Table, item: str) -> list[Finding]:
    return compare_repeated(table[item], other[item]) if numbers_of(other[item]) else []


def _contradict(table: Table, other: Table) -> bool:
    """Whether two copies are of different years: most rows that have a number other than zero in either differ."""
    common = [item for item in table if item in other]
    counted = [
        item for item in common if any(numbers_of(table[item]).values()) or any(numbers_of(other[item]).values())
    ]
    differ = sum(numbers_of(table[item]) != numbers_of(other[item]) for item in counted)
    return len(counted) > 1 and differ > _MOST_CONTRADICTIONS * len(counted)


def _of_this_year(copies: list[Copy]) -> tuple[Table, list[Finding]]:
    """The copy whose caption has the latest year; none where captions do not tell them apart."""
    years = [_year_of(copy) for copy in copies]
    if len(set(years)) == len(years) and None not in years:
        latest = max(year for year in years if year is not None)
        return copies[years.index(latest)].table, []
    return {}, [_ambiguous(copy) for copy in copies]


def _year_of(copy: Copy) -> int | None:
    """The year of a copy by its caption, the last that it names; 0 for last year."""
    words = "".join(copy.rows[0].run.words[-_WORDS_OF_CAPTION:])
    found = list(_CAPTION.finditer(words))
    return int(found[-1][1] or 0) if found else None


def _ambiguous(copy: Copy) -> Finding:
    run = copy.rows[0].run
    return Finding("ambiguous_reading", Where(APPLICATIONS, line=run.line), APPLICATIONS, actual=run.text)
