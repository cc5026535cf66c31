"""Which report is loaded where an agency has several of one year: the first path of the same bytes, otherwise the one
with more numbers, then the one that the manifest says was published later, then the first path.

Two of them may be copies of one report, as a page and a PDF: then each number that one prints otherwise than the other
is an issue. A report that the manifest dates otherwise, or that says that it is about another circle of bodies, is no
copy but another edition; and so is one that has other sentences.

Belongs here: deciding between reports, and the reason for each decision.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from pipeline.reader.extraction import Cell, Extraction
from pipeline.reader.findings import Finding, Where
from pipeline.reader.report_rows import RECORDS

_ENDS = re.compile("[。；;！？]")
#: Copies have half of their sentences in common at least. Where there are so few, what counts is that numbers agree, so
#: many times as many as differ.
_SHORTEST_SENTENCE, _FEW_SENTENCES, _TIMES_AGREEING = 8, 3, 3


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A report that is not loaded, and the one that is instead."""

    extraction: Extraction
    winner: Extraction
    #: A code of ``superseded_report``; None where the two may be of different agencies.
    reason: str | None

    @property
    def message(self) -> str:
        """The message of the rejection, where the two may be of different agencies."""
        return (
            f"{self.winner.report.source_file} is of an agency of the same name and year with other numbers, and "
            "nothing tells where either is; name the region_code of both in manifest.csv, or put them into "
            "folders of their provinces and cities"
        )


def decide(extractions: Iterable[Extraction]) -> tuple[list[Extraction], list[Duplicate]]:
    """The reports that are loaded, one an agency, and the others.

    A report that is loaded gets an issue for each other one with other numbers.
    """
    groups: dict[str, list[Extraction]] = {}
    for extraction in sorted(extractions, key=lambda e: e.report.source_file):
        groups.setdefault(extraction.report.agency_id, []).append(extraction)
    winners: list[Extraction] = []
    others: list[Duplicate] = []
    for group in groups.values():
        winner = max(group, key=lambda e: (e.numbers, e.report.published or date.min))
        winners.append(winner)
        others += _duplicates(winner, (extraction for extraction in group if extraction is not winner))
    return winners, others


def _duplicates(winner: Extraction, others: Iterable[Extraction]) -> Iterator[Duplicate]:
    named: set[Cell] = set()
    for other in others:
        compared = _Compared(winner, other)
        if _may_be_different_agencies(compared):
            yield Duplicate(other, winner, None)
        else:
            reason = _reason(other, winner)
            yield Duplicate(other, winner, reason)
            _add_issue(winner, other, reason)
            if compared.are_copies():
                _add_issues_of_cells(compared, named)


class _Compared:
    """Two reports of one name and year, and the cells for which both print a number."""

    def __init__(self, winner: Extraction, other: Extraction) -> None:
        self.winner, self.other = winner, other
        ours, theirs = winner.cells(), other.cells()
        both = [cell for cell in ours if cell in theirs]
        #: Cells in which they differ, with both numbers.
        self.differing = {cell: (ours[cell], theirs[cell]) for cell in both if ours[cell] != theirs[cell]}
        #: Cells in which they agree, and not on 0, which most numbers of most reports are.
        self.agreeing = [cell for cell in both if ours[cell] == theirs[cell] != 0]
        #: Whether no number contradicts another one, and half of them have one at least.
        self.are_alike = not self.differing and 2 * len(both) >= len(ours)

    def are_copies(self) -> bool:
        """Whether one is a copy of the other."""
        dates = {self.winner.report.published, self.other.report.published} - {None}
        scopes = {_scope(self.winner), _scope(self.other)} - {None}
        if not self.differing or len(dates) > 1 or len(scopes) > 1:
            return False
        ours, theirs = _sentences(self.winner), _sentences(self.other)
        fewer = min(len(ours), len(theirs))
        if fewer < _FEW_SENTENCES:
            return len(self.agreeing) >= _TIMES_AGREEING * len(self.differing)
        return 2 * len(ours & theirs) >= fewer


def _sentences(extraction: Extraction) -> set[str]:
    """The sentences of a report's prose, without blanks and line ends, which each format has elsewhere."""
    sections = RECORDS["report_section"].read(extraction.rows["report_section"])
    bare = ("".join((section.text or "").split()) for section in sections)
    return {sentence for text in bare for sentence in _ENDS.split(text) if len(sentence) >= _SHORTEST_SENTENCE}


def _scope(extraction: Extraction) -> str | None:
    (report,) = RECORDS["dim_report"].read(extraction.rows["dim_report"])
    scope: str | None = report.scope
    return scope


def _add_issues_of_cells(compared: _Compared, named: set[Cell]) -> None:
    """An issue of the report that is loaded for each cell that its copy prints otherwise, but for those ``named``."""
    winner, lines = compared.winner, compared.winner.lines()
    for cell, (ours, theirs) in compared.differing.items():
        if cell not in named:
            named.add(cell)
            files = {"file": winner.report.source_file, "other_file": compared.other.report.source_file}
            numbers = {"actual": _plain(ours), "other": _plain(theirs)}
            winner.add_finding(Finding("copies_differ", Where(*cell, lines[cell]), **files, **numbers))


def _plain(number: int | Decimal) -> str:
    return f"{number.normalize():f}" if isinstance(number, Decimal) else str(number)


def _may_be_different_agencies(compared: _Compared) -> bool:
    """Whether two reports may be of different agencies: their region is not known, and their numbers differ."""
    report = compared.winner.report
    return report.region_code is None and report.level != "国家" and not compared.are_alike


def _add_issue(winner: Extraction, other: Extraction, reason: str) -> None:
    """An issue of the report that is loaded, where the other one has other numbers."""
    cells, other_cells = winner.cells(), other.cells()
    if different := sum(cells.get(cell) != other_cells.get(cell) for cell in {*cells, *other_cells}):
        name = other.report.source_file
        winner.add_finding(
            Finding(
                "report_repeated",
                Where(),
                file=name,
                reason=reason,
                actual=str(different),
            )
        )


def _reason(other: Extraction, winner: Extraction) -> str:
    if other.report.source_sha256 == winner.report.source_sha256:
        return "same_content"
    if other.numbers < winner.numbers:
        return "fewer_cells"
    if (other.report.published or date.min) < (winner.report.published or date.min):
        return "published_earlier"
    return "file_order"
