"""The agencies by province: a page for each province that lists them, and the index of the search.

Belongs here: the order of agencies, and what a list shows of each. An agency's own page is ``agencies``'s.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

import duckdb

from pipeline.regions.gazetteer import gazetteer
from pipeline.regions.pinyin import readings
from pipeline.site import words
from pipeline.site.scripts import write

#: Names of provinces are those of this year.
_YEAR_OF_NAMES = 2025


class AgencyEntry(NamedTuple):
    """An agency in a list."""

    agency_id: str
    name: str
    aliases: list[str]
    city: str
    county: str
    kind: str | None
    reports: int
    first_year: int | None
    last_year: int | None
    region_code: str | None
    issues: int

    @property
    def years(self) -> str:
        """The first and last year of its reports."""
        if self.first_year is None:
            return ""
        return f"{self.first_year}" if self.first_year == self.last_year else f"{self.first_year}–{self.last_year}"

    @property
    def missing(self) -> int:
        """Years between them without a report."""
        if self.first_year is None or self.last_year is None:
            return 0
        return self.last_year - self.first_year + 1 - self.reports


@dataclass
class Province:
    """A province and its agencies; ``name`` is None for agencies of no known province, and the State Council's."""

    code: str
    name: str | None
    entries: list[AgencyEntry] = field(default_factory=list)

    @property
    def label(self) -> words.Words:
        """Its name on the page."""
        return words.Words(self.name, "") if self.name else words.NOWHERE

    @property
    def reports(self) -> int:
        """Reports of its agencies."""
        return sum(entry.reports for entry in self.entries)

    @property
    def issues(self) -> int:
        """Discrepancies that are errors or warnings."""
        return sum(entry.issues for entry in self.entries)

    def divisions(self) -> Iterator[tuple[str, str, list[AgencyEntry]]]:
        """City, county and the agencies there, in the order of the codes."""
        for (city, county), some in groupby(self.entries, key=lambda entry: (entry.city, entry.county)):
            yield city, county, list(some)


#: ``position`` is the agency's index in ``data/agencies.js``, by which other files of data refer to it.
_POSITIONS = """
CREATE OR REPLACE TEMP TABLE site_position AS
SELECT (row_number() OVER (ORDER BY first_code NULLS LAST, province NULLS LAST, region_code NULLS FIRST,
    city NULLS FIRST, county NULLS FIRST, name, agency_id) - 1)::INTEGER AS position,
    agency_id, name, aliases, province, city, county, kind, region_code
FROM (SELECT *, min(region_code) OVER (PARTITION BY province) AS first_code FROM dim_agency)
ORDER BY position
"""
_ENTRIES = """
SELECT a.province, a.agency_id, a.name, a.aliases, coalesce(a.city, ''), coalesce(a.county, ''), a.kind,
    coalesce(y.reports, 0), y.first_year, y.last_year, a.region_code, coalesce(i.issues, 0)
FROM site_position a LEFT JOIN (
    SELECT agency_id, count(*) AS reports, min(year) AS first_year, max(year) AS last_year FROM site_year
    GROUP BY agency_id
) y USING (agency_id) LEFT JOIN (
    SELECT agency_id, count(DISTINCT discrepancy) AS issues FROM site_issue
    WHERE severity IN ('error', 'warning') AND NOT waived GROUP BY agency_id
) i USING (agency_id) ORDER BY a.position
"""


def provinces(con: duckdb.DuckDBPyConnection) -> list[Province]:
    """Every province that has an agency, in the order of their codes; agencies of no known province come last."""
    con.execute(_POSITIONS)
    found: dict[str | None, Province] = {}
    for name, agency_id, title, aliases, *rest in con.execute(_ENTRIES).fetchall():
        if name not in found:
            found[name] = Province(_code(name) or f"x{len(found)}", name)
        found[name].entries.append(AgencyEntry(agency_id, title, aliases or [], *rest))
    return list(found.values())


def _code(name: str | None) -> str | None:
    """Two digits of GB/T 2260, the file name of the page; 00 for no known province."""
    if name is None:
        return "00"
    named = gazetteer().named(name, _YEAR_OF_NAMES)
    return next((division.code[:2] for division in named if division.level == "省"), None)


def write_index(found: list[Province], data: Path) -> None:
    """Write the index of the search: a row for each agency, in the order of ``site_position``; how names are read."""
    rows: list[list[Any]] = []
    divisions: dict[tuple[str, str, str, str], int] = {}
    for province in found:
        for entry in province.entries:
            where = (province.name or "", entry.city, entry.county, entry.region_code or "")
            division = divisions.setdefault(where, len(divisions))
            more = [entry.first_year or 0, entry.last_year or 0, entry.reports, entry.issues]
            rows.append([entry.agency_id, entry.name, "、".join(entry.aliases), division, *more])
    texts = [text for row in rows for text in row[1:3]] + [text for place in divisions for text in place[:3]]
    found_readings = readings(texts)
    write(data / "agencies.js", "agencies", {"places": list(divisions), "rows": rows, "readings": found_readings})
