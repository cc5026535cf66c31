"""Which report is loaded where an agency has several of one year: the first path of the same bytes, otherwise the one
with more numbers, then the one that the manifest says was published later, then the first path.

Belongs here: deciding between reports, and the reason for each decision.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from pipeline.reader.extraction import Extraction
from pipeline.reader.findings import Finding, Where


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
    for other in others:
        if _may_be_different_agencies(winner, other):
            yield Duplicate(other, winner, None)
        else:
            reason = _reason(other, winner)
            yield Duplicate(other, winner, reason)
            _add_issue(winner, other, reason)


def _may_be_different_agencies(one: Extraction, other: Extraction) -> bool:
    """Whether two reports may be of different agencies: their region is not known, and their numbers differ."""
    return one.report.region_code is None and one.report.level != "国家" and one.cells() != other.cells()


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
