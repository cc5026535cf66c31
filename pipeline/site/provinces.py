"""Where the agencies are: a page a province that lists them, and the index that the search runs over.

Belongs here: the order of agencies and what a line about one says. An agency's own page is ``agencies``'s.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

import duckdb

from pipeline.regions.gazetteer import gazetteer
from pipeline.site import words
from pipeline.site.scripts import write

#: Names of provinces are those of this year.
_NAMES_OF = 2025


class Entry(NamedTuple):
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
    issues: int

    @property
    def years(self) -> str:
        """The first and last year of its reports."""
        if self.first_year is None:
            return ""
        return f"{self.first_year}" if self.first_year == self.last_year else f"{self.first_year}–{self.last_year}"


@dataclass
class Province:
    """A province and its agencies; ``name`` is None for those that are not placed, or the State Council's."""

    code: str
    name: str | None
    entries: list[Entry] = field(default_factory=list)

    @property
    def label(self) -> words.Words:
        """What it is called."""
        return words.Words(self.name, "") if self.name else words.NOWHERE

    @property
    def reports(self) -> int:
        """Reports of its agencies."""
        return sum(entry.reports for entry in self.entries)

    @property
    def issues(self) -> int:
        """Errors and warnings in them."""
        return sum(entry.issues for entry in self.entries)

    def divisions(self) -> Iterator[tuple[str, str, list[Entry]]]:
        """City, county and the agencies there, in the order of the codes."""
        for (city, county), some in groupby(self.entries, key=lambda entry: (entry.city, entry.county)):
            yield city, county, list(some)


#: ``place`` is the agency's number in the index of the search, by which other files refer to it.
_PLACES = """
CREATE OR REPLACE TEMP TABLE site_place AS
SELECT (row_number() OVER (ORDER BY first_code NULLS LAST, province NULLS LAST, region_code NULLS FIRST,
    city NULLS FIRST, county NULLS FIRST, name, agency_id) - 1)::INTEGER AS place,
    agency_id, name, aliases, province, city, county, kind
FROM (SELECT *, min(region_code) OVER (PARTITION BY province) AS first_code FROM dim_agency)
ORDER BY place
"""
_ENTRIES = """
SELECT a.province, a.agency_id, a.name, a.aliases, coalesce(a.city, ''), coalesce(a.county, ''), a.kind,
    coalesce(y.reports, 0), y.first_year, y.last_year, coalesce(y.issues, 0)
FROM site_place a LEFT JOIN (
    SELECT agency_id, count(*) AS reports, min(year) AS first_year, max(year) AS last_year,
        sum(issues)::BIGINT AS issues
    FROM site_year GROUP BY agency_id
) y USING (agency_id) ORDER BY a.place
"""


def provinces(con: duckdb.DuckDBPyConnection) -> list[Province]:
    """Every province that has an agency, in the order of their codes; at the end what is not placed."""
    con.execute(_PLACES)
    found: dict[str | None, Province] = {}
    for name, agency_id, title, aliases, *rest in con.execute(_ENTRIES).fetchall():
        if name not in found:
            found[name] = Province(_code(name) or f"x{len(found)}", name)
        found[name].entries.append(Entry(agency_id, title, aliases or [], *rest))
    return list(found.values())


def _code(name: str | None) -> str | None:
    """Two digits of GB/T 2260, for the name of the page; 00 for what is not placed."""
    if name is None:
        return "00"
    named = gazetteer().named(name, _NAMES_OF)
    return next((division.code[:2] for division in named if division.level == "省"), None)


def write_index(found: list[Province], data: Path) -> None:
    """Write what the search runs over: a line an agency, in the order of ``site_place``."""
    rows = []
    places: dict[tuple[str, str, str], int] = {}
    kinds: dict[str | None, int] = {}
    for province in found:
        for entry in province.entries:
            place = places.setdefault((province.name or "", entry.city, entry.county), len(places))
            kind = kinds.setdefault(entry.kind, len(kinds))
            more = [entry.first_year or 0, entry.last_year or 0, entry.reports, entry.issues]
            rows.append([entry.agency_id, entry.name, "、".join(entry.aliases), place, kind, *more])
    write(data / "agencies.js", "agencies", {"places": list(places), "kinds": list(kinds), "rows": rows})
