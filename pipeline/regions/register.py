"""The register of agencies: ``agencies.csv`` files beside the reports, which people edit.

What a register says beats what is inferred: a report whose agency it knows, under its canonical name or an alias, gets
that name, region and identity. Columns: name, region_code, aliases (with ; between), first_year, last_year, successor
(the name of another line); only name must be there, and more columns do no harm.

Belongs here: reading the register and finding an agency in it. Names and places are ``regions``'s.
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
from pipeline.sources import sidecars
from pipeline.sources.files import SourceError

REGISTER = "agencies.csv"
#: Staged: the agencies of the register, as ``dim_agency`` has them.
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
#: The year in which a name without a last year is looked up in the gazetteer.
_NOW = 2024


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the register: the agency, its names, its years and the name of its successor."""

    agency: Agency
    names: tuple[str, ...]
    region_code: str | None
    first_year: int | None
    last_year: int | None
    successor: str | None
    where: str

    def covers(self, year: int) -> bool:
        """Whether the agency was there in a year, as far as the register says."""
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
        """The agency that a report's printed name means; None if the register does not know it, or not which one."""
        for entries in (self._by_id.get(inferred.agency_id, []), self._by_name.get(regions.plain(name), [])):
            fits = [entry for entry in entries if entry.covers(year) and _may_be(entry, inferred.location)]
            if len(fits) == 1:
                return fits[0].agency
        return None


def _may_be(entry: Entry, inferred: Location) -> bool:
    """Whether what is known of a report's place does not speak against a line of the register."""
    place = entry.agency.location.division
    if place is None or inferred.basis == "name":
        return True
    if inferred.division is not None:
        return inferred.division.line == place.line
    if inferred.candidates:
        return any(candidate.line == place.line for candidate in inferred.candidates)
    return inferred.province in (None, place.province)


def register(roots: Iterable[Path]) -> Register:
    """Read all registers under the sources.

    Raises:
        SourceError: a line has a bad value, an agency stands in two lines, or a successor is none of the lines.
    """
    entries: list[Entry] = []
    first: dict[str, str] = {}
    for line in sidecars.lines(roots, REGISTER, ["name"]):
        entry = _entry(line)
        if (known := first.setdefault(entry.agency.agency_id, line.where)) != line.where:
            raise SourceError(
                f"{line.where}: {entry.names[0]} is the same agency as in {known}; put the names together"
            )
        entries.append(entry)
    names = {entry.names[0] for entry in entries}
    for entry in entries:
        if entry.successor and entry.successor not in names:
            raise SourceError(f"{entry.where}: the successor {entry.successor} is the name of no line of a register")
    return Register(entries)


def _entry(line: sidecars.Line) -> Entry:
    said, where = line.said, line.where
    name = said["name"]
    if not name:
        raise SourceError(f"{where}: nothing stands under name")
    years: dict[str, int | None] = {}
    for column in ("first_year", "last_year"):
        text = said.get(column, "")
        if text and not re.fullmatch("[0-9]{4}", text):
            raise SourceError(f"{where}: {text} is no year like 2025")
        years[column] = int(text) if text else None
    code = said.get("region_code") or None
    when = min(years["last_year"] or _NOW, _NOW)
    if code and regions.gazetteer().of_code(code, when) is None:
        raise SourceError(f"{where}: {code} is the code of no division from 2014 on (GB/T 2260, down to counties)")
    agency = regions.agency(name, when, Evidence(region_code=code))
    aliases = [alias.strip() for alias in _ALIASES.split(said.get("aliases", "")) if alias.strip()]
    return Entry(
        Agency(clean_name(name), agency.agency_id, agency.location),
        (name, *aliases),
        code,
        years["first_year"],
        years["last_year"],
        said.get("successor") or None,
        where,
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
