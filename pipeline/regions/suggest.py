"""A first register of agencies from a published warehouse: what was inferred, for people to review.

Each agency is a line of an ``agencies.csv``. Its ``note`` names others that may be the same one under another name:
those in the same division whose names are nearly the same, or that begin to report when it ends. Agencies are never
merged automatically.

Belongs here: lines for a register, and candidates. The register is read by ``register``.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import duckdb
from rapidfuzz import fuzz

from pipeline import regions

COLUMNS = ["name", "region_code", "aliases", "first_year", "last_year", "successor", "note"]
#: Similarity, of a hundred, of the stems of two bodies' names: 卫生健康 and 卫生和健康 have 89, 财政 and 审计 0.
_SIMILAR = 80
_SIMILAR_IN_TURN = 65

_KIND = re.compile("(?:街道办事处|[镇乡]?人民政府|管理委员会|委员会|管理局|监督管理局|局|厅|办公室)$")

_AGENCIES = """
SELECT agency_id, name, region_code, coalesce(aliases, []), first_year, last_year, successor_id, first_report,
    last_report
FROM dim_agency LEFT JOIN (
    SELECT agency_id, min(year) AS first_report, max(year) AS last_report FROM dim_report GROUP BY agency_id
) USING (agency_id) ORDER BY region_code NULLS LAST, name, agency_id
"""


@dataclass(frozen=True, slots=True)
class _Agency:
    agency_id: str
    name: str
    region_code: str | None
    aliases: list[str]
    first_year: int | None
    last_year: int | None
    successor_id: str | None
    first_report: int | None
    last_report: int | None

    @property
    def body(self) -> str:
        return regions.agency(
            self.name, self.last_report or regions.gazetteer().last_year, regions.Evidence(self.region_code)
        ).location.body


def suggest(con: duckdb.DuckDBPyConnection) -> Iterator[dict[str, str]]:
    """The lines of a register, ordered by region and name."""
    agencies = [_Agency(*row) for row in con.execute(_AGENCIES).fetchall()]
    names = {agency.agency_id: agency.name for agency in agencies}
    notes: dict[str, list[str]] = defaultdict(list)
    for one, other, why in _candidates(agencies):
        notes[one.agency_id].append(f"{why} {other.name}")
        notes[other.agency_id].append(f"{why} {one.name}")
    for agency in agencies:
        yield {
            "name": agency.name,
            "region_code": agency.region_code or "",
            "aliases": ";".join(agency.aliases),
            "first_year": str(agency.first_year or agency.first_report or ""),
            "last_year": str(agency.last_year or ""),
            "successor": names.get(agency.successor_id or "", ""),
            "note": "; ".join(notes[agency.agency_id]),
        }


def _candidates(agencies: list[_Agency]) -> Iterator[tuple[_Agency, _Agency, str]]:
    """Pairs that may be one agency. Only within a division: across a country the pairs would grow with the square."""
    by_region: dict[str, list[tuple[_Agency, str]]] = defaultdict(list)
    for agency in agencies:
        by_region[agency.region_code or ""].append((agency, agency.body))
    for region, here in by_region.items():
        if not region:
            continue
        for index, (one, body) in enumerate(here):
            for other, other_body in here[index + 1 :]:
                similarity = fuzz.ratio(_stem(body), _stem(other_body))
                if similarity >= _SIMILAR and not _both_report(one, other):
                    yield one, other, "may be the same as"
                elif similarity >= _SIMILAR_IN_TURN and _in_turn(one, other):
                    yield one, other, "reports in turn with"
    of_body: dict[str, list[_Agency]] = defaultdict(list)
    for region, here in by_region.items():
        for agency, body in here if region else []:
            of_body[body].append(agency)
    for agency, body in by_region[""]:
        for other in of_body[body] or of_body[regions.plain(agency.name)]:
            if other.name.endswith(agency.name) and not _both_report(agency, other):
                yield agency, other, "may be the same as"


def _stem(body: str) -> str:
    """What tells a body from others of its kind: 东街 of 东街街道办事处, 财政 of 财政局."""
    return _KIND.sub("", body) or body


def _both_report(one: _Agency, other: _Agency) -> bool:
    """Whether both have reports in overlapping years, as two agencies have."""
    if None in (one.first_report, one.last_report, other.first_report, other.last_report):
        return False
    return bool(one.first_report <= other.last_report and other.first_report <= one.last_report)  # type: ignore[operator]


def _in_turn(one: _Agency, other: _Agency) -> bool:
    """Whether one begins to report in the year after the other ended."""
    return (
        one.last_report is not None
        and other.last_report is not None
        and (other.first_report == one.last_report + 1 or one.first_report == other.last_report + 1)
    )
