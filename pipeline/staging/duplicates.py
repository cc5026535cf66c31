"""Which report stays where an agency has several of one year: the first path of the same bytes, otherwise the one with
more numbers, then the one that the manifest says was published later, then the first path.

Belongs here: deciding between reports, and saying what was decided.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from pipeline.reader.extraction import Extraction
from pipeline.reader.findings import Finding, Where


@dataclass(frozen=True, slots=True)
class Loser:
    """A report that is not loaded, the one that is instead, and why."""

    extraction: Extraction
    winner: Extraction
    #: A code of ``superseded_report``; None where the two may be of different agencies.
    why: str | None

    @property
    def message(self) -> str:
        """What is said of a report that may be another agency's."""
        return (
            f"{self.winner.report.source_file} is of an agency of the same name and year with other numbers, and "
            "nothing tells where either is; name the region_code of both in manifest.csv, or put them into "
            "folders of their provinces and cities"
        )


def decide(extractions: Iterable[Extraction]) -> tuple[list[Extraction], list[Loser]]:
    """The reports that stay, one an agency, and those that do not; the former name the numbers of the latter."""
    groups: dict[str, list[Extraction]] = {}
    for extraction in sorted(extractions, key=lambda e: e.report.source_file):
        groups.setdefault(extraction.report.agency_id, []).append(extraction)
    winners: list[Extraction] = []
    losers: list[Loser] = []
    for group in groups.values():
        winner = max(group, key=lambda e: (e.numbers, e.report.published or date.min))
        winners.append(winner)
        losers += _lost_to(winner, (extraction for extraction in group if extraction is not winner))
    return winners, losers


def _lost_to(winner: Extraction, others: Iterable[Extraction]) -> Iterator[Loser]:
    for loser in others:
        if _may_be_two(winner, loser):
            yield Loser(loser, winner, None)
        else:
            yield Loser(loser, winner, _why(loser, winner))
            _name_the_other(winner, loser)


def _may_be_two(one: Extraction, other: Extraction) -> bool:
    """Whether two reports may be of different agencies: their place is not known, and their numbers differ."""
    return one.report.region_code is None and one.report.level != "国家" and one.cells() != other.cells()


def _name_the_other(winner: Extraction, loser: Extraction) -> None:
    """An issue of the report that stays, where the other one has other numbers."""
    cells, others = winner.cells(), loser.cells()
    if different := sum(cells.get(cell) != others.get(cell) for cell in {*cells, *others}):
        name = loser.report.source_file
        winner.add_finding(
            Finding(
                "report_repeated",
                Where(),
                file=name,
                reason=_why(loser, winner),
                actual=str(different),
            )
        )


def _why(loser: Extraction, winner: Extraction) -> str:
    if loser.report.source_sha256 == winner.report.source_sha256:
        return "same_content"
    if loser.numbers < winner.numbers:
        return "fewer_cells"
    if (loser.report.published or date.min) < (winner.report.published or date.min):
        return "published_earlier"
    return "file_order"
