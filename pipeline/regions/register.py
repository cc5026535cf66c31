"""The register of agencies: ``agencies.csv`` files beside the reports, which people edit.

The register beats what is inferred: a report whose agency it has, under its canonical name or an alias, gets that
name, region and identity. Columns: name, region_code, aliases (with ; between), first_year, last_year, successor
(the name of another line); only name must be there.

Belongs here: the columns of a register and finding an agency in it. Lines that contradict each other are found by
``register_checks``. Names are parsed by ``naming``, and located by ``location``.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from pipeline import regions
from pipeline.regions import Agency, Evidence, Location
from pipeline.regions.naming import clean_name
from pipeline.sources.files import REGISTER
from pipeline.sources.sidecar_rows import SidecarIssue, SidecarRow
from pipeline.sources.sidecars import Columns, read_rows

COLUMNS = Columns(("name",), ("region_code", "aliases", "first_year", "last_year", "successor"))

#: The staged columns: the agencies of the register, as ``dim_agency`` has them.
SCHEMA = {
    "agency_id": pl.String,
    "name": pl.String,
    "region_code": pl.String,
    "province": pl.String,
    "city": pl.String,
    "county": pl.String,
    "level": pl.String,
    "kind": pl.String,
    "first_year": pl.Int32,
    "last_year": pl.Int32,
    "successor_id": pl.String,
}
_ALIASES = re.compile("[;；、\n]")


@dataclass(slots=True)
class Entry:
    """A line of the register: the agency, its names, its years and its successor, as a name and as a line."""

    agency: Agency
    names: tuple[str, ...]
    region_code: str | None
    first_year: int | None
    last_year: int | None
    successor_name: str | None
    row: SidecarRow
    successor: "Entry | None" = None

    def covers(self, year: int) -> bool:
        """Whether the agency existed in a year, as far as the register knows."""
        return (self.first_year or 0) <= year <= (self.last_year or 9999)


class Register:
    """All lines of the registers under the sources."""

    def __init__(self, entries: list[Entry]) -> None:
        self.entries = entries
        self._by_id: dict[str, list[Entry]] = defaultdict(list)
        self._by_name: dict[str, list[Entry]] = defaultdict(list)
        for entry in entries:
            self._by_id[entry.agency.agency_id].append(entry)
            for name in entry.names:
                self._by_name[regions.plain(name)].append(entry)

    def find(self, name: str, year: int, inferred: Agency) -> Agency | None:
        """The agency that a report's printed name means; None if the register has none of that name, or several."""
        for entries in (self._by_id.get(inferred.agency_id, []), self._by_name.get(regions.plain(name), [])):
            fits = [entry for entry in entries if entry.covers(year) and _may_be(entry, inferred.location)]
            if len(fits) == 1:
                return fits[0].agency
        return None


def _may_be(entry: Entry, inferred: Location) -> bool:
    """Whether a report's location does not contradict a line of the register."""
    division = entry.agency.location.division
    if division is None or inferred.basis == "name":
        return True
    if inferred.division is not None:
        return inferred.division.line == division.line
    if inferred.candidates:
        return any(candidate.line == division.line for candidate in inferred.candidates)
    return inferred.province in (None, division.province)


def read_entries(roots: Iterable[Path], issues: list[SidecarIssue]) -> list[Entry]:
    """The lines of all registers under the sources, each by itself. What is wrong with one is added to ``issues``.

    Raises:
        SourceError: a file cannot be read or understood (``sidecars``).
        StoreError: the store of a URL cannot be reached.
    """
    rows = read_rows(roots, REGISTER, COLUMNS, issues)
    return [entry for row in rows if row.has(["name"]) and (entry := _entry(row))]


def _entry(row: SidecarRow) -> Entry | None:
    """The entry of a row; None if its region is none, since that is part of the agency's identity."""
    name, code = row.fields["name"], row.text("region_code")
    first_year, last_year = row.year("first_year"), row.year("last_year")
    if first_year and last_year and first_year > last_year:
        row.note(f"the first year, {first_year}, is after the last, {last_year}; neither counts", "first_year")
        first_year = last_year = None
    known = regions.gazetteer()
    # Agencies are located in their last year, or in the last one that the gazetteer knows.
    year = min(last_year or known.last_year, known.last_year)
    if code and known.of_code(code, year) is None:
        row.note(f"{code} is the code of no division from 2014 on (GB/T 2260, down to counties)", "region_code", "line")
        return None
    agency = regions.agency(name, year, Evidence(region_code=code))
    aliases = [alias.strip() for alias in _ALIASES.split(row.text("aliases") or "") if alias.strip()]
    return Entry(
        Agency(clean_name(name), agency.agency_id, agency.location),
        (name, *dict.fromkeys(alias for alias in aliases if alias != name)),
        code,
        first_year,
        last_year,
        row.text("successor"),
        row,
    )


def stage(found: Register) -> pl.DataFrame:
    """The register as rows of the staged file."""
    return pl.DataFrame(
        [
            {
                "agency_id": entry.agency.agency_id,
                "name": entry.agency.name,
                **entry.agency.location.columns(),
                "first_year": entry.first_year,
                "last_year": entry.last_year,
                "successor_id": entry.successor.agency.agency_id if entry.successor else None,
            }
            for entry in found.entries
        ],
        schema=SCHEMA,
    )
