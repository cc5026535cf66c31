"""The register of agencies: ``agencies.csv`` files beside the reports, which people edit.

The register beats what is inferred: a report whose agency it has, under its canonical name or an alias, gets that
name, region and identity. Columns: name, region_code, aliases (with ; between), first_year, last_year, successor
(the name of another line); only name must be there, and more columns do no harm.

Belongs here: the columns of a register and finding an agency in it. Names are parsed by ``naming``, and located by
``location``.
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
from pipeline.sources.sidecars import SidecarRow, read_rows

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
_ALIASES = re.compile("[;；、]")


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the register: the agency, its names, its years and the name of its successor."""

    agency: Agency
    names: tuple[str, ...]
    region_code: str | None
    first_year: int | None
    last_year: int | None
    successor: str | None
    row: SidecarRow

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


def register(roots: Iterable[Path]) -> Register:
    """Read all registers under the sources.

    Raises:
        SourceError: a file cannot be read (``sidecars``), a line has a bad value, an agency stands in two lines, or a
            successor is none of the lines.
        StoreError: the store of a URL cannot be reached.
    """
    entries: list[Entry] = []
    first: dict[str, str] = {}
    for row in read_rows(roots, REGISTER, ["name"]):
        entry = _entry(row)
        if (known := first.setdefault(entry.agency.agency_id, row.where)) != row.where:
            raise row.error(f"{entry.names[0]} is the same agency as in {known}; put the names together")
        entries.append(entry)
    names = {entry.names[0] for entry in entries}
    for entry in entries:
        if entry.successor and entry.successor not in names:
            raise entry.row.error(f"the successor {entry.successor} is the name of no line of a register")
    return Register(entries)


def _entry(row: SidecarRow) -> Entry:
    row.require(["name"])
    name, code = row.fields["name"], row.text("region_code")
    first_year, last_year = row.year("first_year"), row.year("last_year")
    known = regions.gazetteer()
    # Agencies are located in their last year, or in the last one that the gazetteer knows.
    year = min(last_year or known.last_year, known.last_year)
    if code and known.of_code(code, year) is None:
        raise row.error(f"{code} is the code of no division from 2014 on (GB/T 2260, down to counties)")
    agency = regions.agency(name, year, Evidence(region_code=code))
    aliases = [alias.strip() for alias in _ALIASES.split(row.text("aliases") or "") if alias.strip()]
    return Entry(
        Agency(clean_name(name), agency.agency_id, agency.location),
        (name, *aliases),
        code,
        first_year,
        last_year,
        row.text("successor"),
        row,
    )


def stage(found: Register) -> pl.DataFrame:
    """The register as rows of the staged file."""
    ids = {entry.names[0]: entry.agency.agency_id for entry in found.entries}
    return pl.DataFrame(
        [
            {
                "agency_id": entry.agency.agency_id,
                "name": entry.agency.name,
                **entry.agency.location.columns(),
                "first_year": entry.first_year,
                "last_year": entry.last_year,
                "successor_id": ids.get(entry.successor or ""),
            }
            for entry in found.entries
        ],
        schema=SCHEMA,
    )
