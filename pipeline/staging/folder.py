"""The staging folder, which lies between reading and publishing: Parquet files, most of them by year.

    catalogue.parquet        a row for each file under the sources: its agency and year, or why it was rejected
    fingerprints.parquet     the fingerprint of each file when it was parsed (``fingerprints``)
    waivers.parquet          what reviewers know of
    register.parquet         the register of agencies
    sidecar_issues.parquet   what is wrong in the CSV files that people keep beside the reports
    raw/YEAR.parquet         the decoded reports of a year (``raw_reports``)
    tables/TABLE/YEAR.parquet  the rows read from them
    tables/read_from/YEAR.parquet  what the rows of each report depend on, and in which part they are
    read/YEAR                the year's mark: what its tables were read from, and their hashes (``year_mark``)
    shards/YEAR.parquet      while several machines read a year: which report is in which shard (``shards``)
    shards/YEAR-0.json …     what was read in each shard
    published.parquet        the catalogue's reports as they were last published (``warehouse.incremental``)
    checked.json             the last run that had nothing to publish (``warehouse.publication``)

The files of a year are in parts (``parts``): ``YEAR.parquet``, ``YEAR-1.parquet`` and so on. Each file is written under
another name and renamed when it is whole, so that a run that was killed leaves the last good one; and whatever was
damaged since is noticed when it is read.

Belongs here: which files there are, and which years are stale. How a year's tables are written is in ``year_tables``,
what one Parquet file is like in ``parquet``, what the columns are in ``schemas``.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path

import polars as pl

from pipeline import READER_VERSION
from pipeline.staging import raw_reports
from pipeline.staging.parquet import COLLECT, StagingError, hash_of_rows, metadata, read, sha256, write
from pipeline.staging.parts import Part, part_paths
from pipeline.staging.raw_reports import Batch
from pipeline.staging.year_mark import FileHashes, YearMark, read_mark

#: Tables of which a year is one part, written whole each time: they have few rows, and none of loaded reports.
_IN_ONE_PART = {"rejected_report", "superseded_report"}
#: Metadata of the catalogue: the sources it was collected from, and by year the hash of its rows.
_SOURCES, _YEARS = b"ogi.sources", b"ogi.years"
#: What older formats called files and folders that nothing reads any more.
_OF_OLDER_FORMATS = ("seen.parquet", "pieces/*", "tables/made_of/*")


class Staging:
    """The staging folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.catalogue = folder / "catalogue.parquet"
        self.waivers = folder / "waivers.parquet"
        self.register = folder / "register.parquet"
        self.sidecar_issues = folder / "sidecar_issues.parquet"
        #: The catalogue's reports as they are in the published warehouse (``pipeline.warehouse.incremental``).
        self.published = folder / "published.parquet"
        #: The last run that had nothing to publish (``pipeline.warehouse.publication``).
        self.checked = folder / "checked.json"
        #: The fingerprint of each file when it was parsed (``pipeline.staging.fingerprints``).
        self.fingerprints = folder / "fingerprints.parquet"
        #: Held by the run that works here (``pipeline.system.lock``).
        self.lock = folder / ".lock"

    # Paths

    def raw(self, year: int) -> Path:
        """Decoded reports of a year: the first part."""
        return self.folder / "raw" / f"{year}.parquet"

    def table(self, name: str, year: int) -> Path:
        """Rows of a table read from a year's reports: the first part."""
        return self.folder / "tables" / name / f"{year}.parquet"

    def read_from(self, year: int) -> Path:
        """What the rows of each of a year's reports depend on (``year_tables``)."""
        return self.table("read_from", year)

    def mark(self, year: int) -> Path:
        """The mark of a year."""
        return self.folder / "read" / str(year)

    def plan(self, year: int) -> Path:
        """Which report of a year is read in which shard, and in which part the rows of each are."""
        return self.folder / "shards" / f"{year}.parquet"

    def shard(self, year: int, number: int) -> Path:
        """What was read in a shard of a year, once it was."""
        return self.folder / "shards" / f"{year}-{number}.json"

    # What is there

    def planned_years(self) -> list[int]:
        """Years that have a plan to be read in shards, in order."""
        return sorted(int(path.stem) for path in self.folder.glob("shards/*.parquet"))

    def table_years(self, name: str) -> list[int]:
        """Years that have rows of a table, in order."""
        return sorted(int(p.stem) for p in (self.folder / "tables" / name).glob("*.parquet") if p.stem.isdecimal())

    def parts(self, name: str, year: int) -> list[Part]:
        """The parts of a year's table, as of the last time that it was read."""
        mark = None if name in _IN_ONE_PART else self.year_mark(year)
        dead = mark.dead if mark else {}
        return [Part(path, dead.get(path.stem, [])) for path in part_paths(self.table(name, year))]

    def parts_of(self, reports: pl.DataFrame) -> set[str]:
        """The names of the parts in which the rows of some reports (``agency_id``, ``year``) are."""
        found: set[str] = set()
        for (year,), of_year in reports.partition_by("year", as_dict=True).items():
            if existing := part_paths(self.table("dim_report", int(year))):
                # Reports of which an agency has several are always in the last one.
                known = read(self.read_from(int(year))).join(of_year, on="agency_id", how="semi")
                found |= {*known["part"], existing[-1].stem}
        return found

    def batches(self, year: int) -> list[Batch]:
        """The decoded reports of a year, the last version of each, in batches."""
        return raw_reports.batches(self.raw(year))

    # The catalogue

    def expect(self, roots: Sequence[Path]) -> pl.DataFrame:
        """Make sure that what is staged was collected from these sources; the catalogue.

        Raises:
            StagingError: it was collected from others, by a run in between, or is missing or damaged.
        """
        catalogue = read(self.catalogue)
        origin = json.loads(self.sources())
        if origin != [str(root) for root in roots]:
            raise StagingError(
                f"{self.folder}: what is staged was collected from {', '.join(origin) or 'elsewhere'}, and "
                f"this run is about {', '.join(map(str, roots))}: materialize raw_reports first (a run of the whole "
                "job does)"
            )
        return catalogue

    def sources(self) -> str:
        """The sources that what is staged was collected from, as a JSON list.

        Raises:
            StagingError: the catalogue is missing or damaged.
        """
        return metadata(self.catalogue).get(_SOURCES, b"[]").decode()

    def write_catalogue(self, frame: pl.DataFrame, roots: Sequence[Path]) -> None:
        """Write the catalogue of all files, with the sources that they lie under."""
        by_year = frame.drop_nulls("year").sort("year", "source_file").partition_by("year", as_dict=True)
        years = {year: hash_of_rows(rows) for (year,), rows in by_year.items()}
        write(frame, self.catalogue, {_SOURCES: json.dumps([str(root) for root in roots]), _YEARS: json.dumps(years)})

    def years(self) -> list[int]:
        """Years of which the catalogue has reports, in order.

        Raises:
            StagingError: the catalogue is missing or damaged.
        """
        return sorted(self._year_fingerprints())

    def fingerprint(self, year: int) -> str | None:
        """What a year's tables are to be read from, as a text that is the same for the same; None without reports.

        Raises:
            StagingError: the catalogue is missing or damaged.
        """
        return self._year_fingerprints().get(year)

    def _year_fingerprints(self) -> dict[int, str]:
        """By year, the reader's version and the hash of the catalogue's rows."""
        catalogue = metadata(self.catalogue)
        if _YEARS not in catalogue:
            raise StagingError(f"{self.catalogue} is of an older program: {COLLECT}")
        return {int(year): f"{READER_VERSION} {digest}" for year, digest in json.loads(catalogue[_YEARS]).items()}

    # Which years are stale

    def year_mark(self, year: int) -> YearMark | None:
        """The mark of a year; None where there is none that can be used."""
        return read_mark(self.mark(year))

    def is_current(self, year: int) -> bool:
        """Whether a year's tables were read from the files that the catalogue has, and are as they were written."""
        return year not in self.stale_years([year])

    def stale_years(self, years: Collection[int] | None = None, quick: bool = False) -> list[int]:
        """Years of the catalogue whose tables have not been read since their files, or the reader, changed.

        Tables that were damaged since are stale too; ``quick`` compares their sizes only, not their hashes.

        Raises:
            StagingError: the catalogue is missing or damaged.
        """
        found = self._year_fingerprints()
        wanted = found if years is None else found.keys() & set(years)
        return sorted(year for year in wanted if not self._is_read(year, found[year], quick))

    def years_stale_by_mark(self) -> list[int]:
        """Years that are stale by their marks alone, for where the marks are but the tables are not.

        Raises:
            StagingError: the catalogue is missing or damaged.
        """
        found = self._year_fingerprints()
        return sorted(
            year for year in found if (mark := self.year_mark(year)) is None or mark.fingerprint != found[year]
        )

    def _is_read(self, year: int, fingerprint: str, quick: bool) -> bool:
        mark = self.year_mark(year)
        return mark is not None and mark.fingerprint == fingerprint and self.is_whole(mark, quick)

    def is_whole(self, mark: YearMark, quick: bool = False) -> bool:
        """Whether a year's tables are as they were when its mark was written; ``quick`` is as with ``stale_years``."""
        try:
            return all(
                (path := self.folder / name).stat().st_size == size and (quick or sha256(path) == digest)
                for name, (size, digest) in mark.tables.items()
            )
        except OSError:
            return False

    def generations(self) -> dict[str, str]:
        """By year, the generation of its tables: parts that were added since are of the same."""
        years = sorted(path.name for path in self.folder.glob("read/*"))
        marks = {year: self.year_mark(int(year)) for year in years}
        return {year: str(mark.generation if mark else None) for year, mark in marks.items()}

    def hashes(self, paths: Iterable[Path]) -> FileHashes:
        """Size and hash of some staged files, by their path in this folder."""
        return {path.relative_to(self.folder).as_posix(): (path.stat().st_size, sha256(path)) for path in sorted(paths)}

    def content_hash(self) -> str:
        """The hash of all that the warehouse is made from, and of the marks of the years."""
        marks = sorted(self.folder.glob("read/*"), key=lambda path: path.name)
        hashes = [sha256(path) for path in (self.catalogue, self.waivers, self.register, *marks)]
        if self.sidecar_issues.exists():  # older programs staged none
            hashes.append(sha256(self.sidecar_issues))
        return hashlib.sha256(" ".join([*hashes, *(mark.name for mark in marks)]).encode()).hexdigest()

    # Removing

    def clean(self) -> None:
        """Remove what runs that were killed left half-written. Only for who holds the lock."""
        for path in self.folder.rglob(".*.part"):
            path.unlink(missing_ok=True)

    def keep(self, years: Collection[int]) -> None:
        """Remove all that is staged of other years, which have no reports any more, and what is of an older format."""
        for pattern in _OF_OLDER_FORMATS:
            for path in self.folder.glob(pattern):
                path.unlink(missing_ok=True)
        kept = {str(year) for year in years}
        for pattern in ("raw/*", "tables/*/*", "read/*", "shards/*"):
            for path in self.folder.glob(pattern):
                if path.stem.split("-")[0] not in kept:
                    path.unlink(missing_ok=True)

    def remove_plan(self, year: int) -> None:
        """Remove the plan of a year, and what was read in its shards."""
        for path in [self.plan(year), *self.folder.glob(f"shards/{year}-*.json")]:
            path.unlink(missing_ok=True)
