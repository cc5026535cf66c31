"""What lies between reading and publishing: Parquet files by year.

``catalogue.parquet`` has one row a file under the source, ``seen.parquet`` how each looked when it was taken in,
``waivers.parquet`` what its reviewers know of, ``register.parquet`` its register of agencies, ``raw/YEAR.parquet`` the
decoded reports of a year, ``tables/TABLE/YEAR.parquet`` what was read from them, and ``read/YEAR`` what a year's tables
were read from and their hashes, by which the year is known to be up to date. While several machines read a year,
``pieces/YEAR.parquet`` says which of them reads what, and ``pieces/YEAR-0.json`` and so on what became of it.

A night writes what it took in and read into a further part, ``YEAR-1.parquet`` and so on, instead of writing the year
again. Of a report that is in several the last one counts; when there are many parts, or much in them counts no more,
the year is written anew. Each file is written beside its place and moved there whole, so that a run that was killed
leaves the last good one; and whatever was damaged since is noticed when it is read.

Belongs here: paths and Parquet. What the columns of the tables are is said in ``schemas``.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from pipeline import READER_VERSION
from pipeline.reader.raw_report import RawReport
from pipeline.staging.parquet import (
    COLLECT,
    StagingError,
    hash_of_rows,
    metadata,
    opened,
    read,
    row_count,
    sha256,
    write,
)
from pipeline.staging.raw_reports import report_from_row

#: Of the files here: what an older program staged in another one is taken in and read again.
FORMAT = 4
#: Tables of which a year is written as a whole each time: they have few rows, not of loaded reports.
_WHOLE = {"rejected_report", "superseded_report"}
#: Staged beside a year's tables: what each report's rows are made of.
_MADE_OF = "made_of"
#: Under which names the catalogue's metadata have the sources it was collected from, and the hash of each year's rows.
_SOURCES, _YEARS = b"ogi.sources", b"ogi.years"
#: Rows of a staged table that are held in memory at a time.
_ROWS = 2**16
#: With so many parts, or with less of their rows than this share that count, a year is written anew.
MOST_PARTS, LEAST_ALIVE = 16, 0.8


class Staging:
    """The staging folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.catalogue = folder / "catalogue.parquet"
        self.waivers = folder / "waivers.parquet"
        self.register = folder / "register.parquet"
        #: The catalogue's reports as they are in the published warehouse (``pipeline.warehouse.incremental``).
        self.published = folder / "published.parquet"
        #: How each file looked when it was taken in (``pipeline.staging.fingerprints``).
        self.seen = folder / "seen.parquet"
        #: Held by the run that works here (``pipeline.system.lock``).
        self.lock = folder / ".lock"

    def raw(self, year: int) -> Path:
        """Decoded reports of a year."""
        return self.folder / "raw" / f"{year}.parquet"

    def table(self, name: str, year: int) -> Path:
        """Rows of a table read from a year's reports."""
        return self.folder / "tables" / name / f"{year}.parquet"

    def plan(self, year: int) -> Path:
        """Which report of a year is read in which piece, and in which part the rows of each are."""
        return self.folder / "pieces" / f"{year}.parquet"

    def piece(self, year: int, number: int) -> Path:
        """What was read in a piece of a year, once it was."""
        return self.folder / "pieces" / f"{year}-{number}.json"

    def planned_years(self) -> list[int]:
        """Years of which there is a plan, in order."""
        return sorted(int(path.stem) for path in self.folder.glob("pieces/*.parquet"))

    def forget_pieces(self, year: int) -> None:
        """Remove the plan of a year, and what was noted of its pieces."""
        for path in [self.plan(year), *self.folder.glob(f"pieces/{year}-*.json")]:
            path.unlink(missing_ok=True)

    def table_years(self, name: str) -> list[int]:
        """Years that have rows of a table, in order."""
        return sorted(int(p.stem) for p in (self.folder / "tables" / name).glob("*.parquet") if p.stem.isdecimal())

    def written(self) -> dict[str, str]:
        """By year, which writing anew its tables are of: further parts are of the same."""
        years = sorted(path.name for path in self.folder.glob("read/*"))
        return {year: str(self._read_mark(int(year)).get("written")) for year in years}

    def rows(self, name: str, year: int) -> list[Rows]:
        """Where the rows of a table of a year are, as of the last time that it was read."""
        dead = {} if name in _WHOLE else self._read_mark(year).get("dead", {})
        return [Rows(path, dead.get(path.stem, [])) for path in parts(self.table(name, year))]

    def expect(self, roots: Sequence[Path]) -> pl.DataFrame:
        """Make sure that what is staged was collected from these sources; the catalogue.

        Raises:
            StagingError: it was collected from others, by a run in between, or is missing or damaged.
        """
        catalogue = read(self.catalogue)
        origin = metadata(self.catalogue).get(_SOURCES, b"[]")
        if json.loads(origin) != [str(root) for root in roots]:
            raise StagingError(
                f"{self.folder}: what is staged was collected from {', '.join(json.loads(origin)) or 'elsewhere'}, and "
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

    def is_current(self, year: int) -> bool:
        """Whether a year's tables were read from the files that the catalogue has, and are as they were written."""
        return year not in self.stale_years([year])

    def stale_years(self, years: Collection[int] | None = None, quick: bool = False) -> list[int]:
        """Years of the catalogue whose tables have not been read since their files, or the reader, changed.

        Tables that were damaged since are stale too; ``quick`` looks at their sizes only, not at each byte.

        Raises:
            StagingError: the catalogue is missing or damaged.
        """
        found = self._fingerprints()
        wanted = found if years is None else found.keys() & set(years)
        return sorted(year for year in wanted if not self._agrees(year, found[year], quick))

    def _fingerprints(self) -> dict[int, str]:
        """What each year's tables are to be made of: the reader's version, and what the catalogue says of its files."""
        said = metadata(self.catalogue)
        if _YEARS not in said:
            raise StagingError(f"{self.catalogue} is of an older program: {COLLECT}")
        return {int(year): f"{READER_VERSION} {digest}" for year, digest in json.loads(said[_YEARS]).items()}

    def fingerprint(self, year: int) -> str | None:
        """What a year's tables are to be made of, as a text that says when two are the same; None without reports.

        Raises:
            StagingError: the catalogue is missing or damaged.
        """
        return self._fingerprints().get(year)

    def years(self) -> list[int]:
        """Years of which the catalogue has reports, in order.

        Raises:
            StagingError: the catalogue is missing or damaged.
        """
        return sorted(self._fingerprints())

    def noted_otherwise(self) -> list[int]:
        """Years that are stale by their marks alone: what tells where the tables that these are about are not.

        Raises:
            StagingError: the catalogue is missing or damaged.
        """
        found = self._fingerprints()
        return sorted(year for year in found if self._read_mark(year).get("made_of") != found[year])

    def _agrees(self, year: int, fingerprint: str, quick: bool) -> bool:
        mark = self._read_mark(year)
        return mark.get("made_of") == fingerprint and self._is_whole(mark, quick)

    def _read_mark(self, year: int) -> dict[str, Any]:
        """What was noted when a year's tables were written; empty where nothing was, or what was is damaged."""
        try:
            mark = json.loads(self._mark(year).read_text())
        except (OSError, ValueError):
            return {}
        return mark if isinstance(mark, dict) and mark.get("format") == FORMAT else {}

    def _is_whole(self, mark: Mapping[str, Any], quick: bool) -> bool:
        """Whether the tables are as they were written."""
        try:
            return all(
                (path := self.folder / name).stat().st_size == size and (quick or sha256(path) == digest)
                for name, (size, digest) in mark["tables"].items()
            )
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            return False

    @contextmanager
    def reading(self, year: int, catalogue: pl.DataFrame, kept: pl.DataFrame, part: str) -> Iterator[None]:
        """While a year's tables are written it is not up to date; it is when all of them are.

        ``catalogue`` has the year's reports. Of those, ``kept`` are the ones whose rows stay, with the ``part`` that
        they are in; those of all others are in ``part``.
        """
        before = self.withdraw(year)
        yield
        where = catalogue.select("source_file").join(kept.select("source_file", "part"), on="source_file", how="left")
        written = uuid4().hex if part == str(year) else before
        self.finish(year, catalogue, kept, where.with_columns(pl.col("part").fill_null(part)), written)

    def withdraw(self, year: int) -> str | None:
        """Have a year not be up to date any more; which writing anew its tables are of."""
        before: str | None = self._read_mark(year).get("written")
        self._mark(year).unlink(missing_ok=True)
        return before

    def finish(
        self, year: int, catalogue: pl.DataFrame, kept: pl.DataFrame, where: pl.DataFrame, written: str | None
    ) -> None:
        """Note what a year's tables are made of, now that they are written: it is up to date.

        ``where`` has the part that the rows of each report of the ``catalogue`` are in; ``kept`` are those that were
        there before. ``written`` is which writing anew the tables are of.
        """
        write(_made_of(catalogue).join(where, on="source_file", how="left"), self.table(_MADE_OF, year))
        new = set(where.join(kept, on="source_file", how="anti")["part"])
        dead = {}
        for path in parts(self.table("dim_report", year)):
            if path.stem not in new:
                alive = kept.filter(pl.col("part") == path.stem).select("agency_id")
                there = pl.read_parquet(path, columns=["agency_id"])
                dead[path.stem] = there.join(alive, on="agency_id", how="anti")["agency_id"].sort().to_list()
        said = {
            "format": FORMAT,
            "made_of": self.fingerprint(year),
            "tables": self.hashes(self.folder.glob(f"tables/*/{year}*.parquet")),
            "dead": dead,
            "written": written,
        }
        self._mark(year).parent.mkdir(parents=True, exist_ok=True)
        self._mark(year).write_text(json.dumps(said))

    def hashes(self, paths: Iterable[Path]) -> dict[str, tuple[int, str]]:
        """Size and hash of some staged files, by their names from here."""
        return {path.relative_to(self.folder).as_posix(): (path.stat().st_size, sha256(path)) for path in sorted(paths)}

    def remember(self, year: int, counted: Mapping[str, Any]) -> None:
        """Keep what was counted in a year's tables, for as long as they stay as they are."""
        self._mark(year).write_text(json.dumps({**self._read_mark(year), "counted": counted}))

    def remembered(self, year: int) -> dict[str, Any]:
        """What was counted in a year's tables when they were written."""
        return dict(self._read_mark(year).get("counted", {}))

    def _mark(self, year: int) -> Path:
        return self.folder / "read" / str(year)

    def clean(self) -> None:
        """Remove what runs that were killed left half-written. Only for who holds the lock."""
        for path in self.folder.rglob(".*.part"):
            path.unlink(missing_ok=True)

    def keep(self, years: Collection[int]) -> None:
        """Remove all that is staged of other years: they have no reports any more."""
        kept = {str(year) for year in years}
        for path in (found for of in ("raw/*", "tables/*/*", "read/*", "pieces/*") for found in self.folder.glob(of)):
            if path.stem.split("-")[0] not in kept:
                path.unlink(missing_ok=True)

    def write_catalogue(self, frame: pl.DataFrame, roots: Sequence[Path]) -> None:
        """Write the catalogue of all files, with the sources that they lie under."""
        by_year = frame.drop_nulls("year").sort("year", "source_file").partition_by("year", as_dict=True)
        years = {year: hash_of_rows(rows) for (year,), rows in by_year.items()}
        write(frame, self.catalogue, {_SOURCES: json.dumps([str(root) for root in roots]), _YEARS: json.dumps(years)})

    def made_from(self) -> str:
        """What the warehouse is made from: the hash of all that is staged for it, and of how the years were read."""
        marks = sorted(self.folder.glob("read/*"), key=lambda path: path.name)
        hashes = [sha256(path) for path in (self.catalogue, self.waivers, self.register, *marks)]
        return hashlib.sha256(" ".join([*hashes, *(mark.name for mark in marks)]).encode()).hexdigest()

    def batches(self, year: int) -> list[Batch]:
        """Where the decoded reports of a year are, the last version of each."""
        found: list[Batch] = []
        seen: set[str] = set()
        for path in reversed(parts(self.raw(year))):
            of_part = []
            with opened(path) as file:
                for number in range(file.num_row_groups):
                    names = file.read_row_group(number, columns=["source_file"])["source_file"].to_pylist()
                    of_part.append(Batch(path, number, [name for name in names if name not in seen]))
            seen.update(name for batch in of_part for name in batch.files)
            found += of_part
        return found

    def parts_of(self, reports: pl.DataFrame) -> set[str]:
        """The parts in which the rows of some reports (``agency_id``, ``year``) are, as their files are called."""
        found: set[str] = set()
        for (year,), of_year in reports.partition_by("year", as_dict=True).items():
            if there := parts(self.table("dim_report", int(year))):
                # Reports of which an agency has several are always in the last one.
                known = read(self.table(_MADE_OF, int(year))).join(of_year, on="agency_id", how="semi")
                found |= {*known["part"], there[-1].stem}
        return found

    def still_right(self, year: int, catalogue: pl.DataFrame) -> pl.DataFrame:
        """The reports of a year (rows of its ``catalogue``) whose staged rows reading them again would give.

        ``part`` says where they are.
        """
        now = _made_of(catalogue)
        if not self._is_whole(self._read_mark(year), quick=False):
            return now.clear().with_columns(part=pl.lit(None, pl.String))
        return now.join(read(self.table(_MADE_OF, year)), on=now.columns, how="inner", nulls_equal=True)


@dataclass(frozen=True, slots=True)
class Rows:
    """A part of a table, and the agencies whose rows in it count no more."""

    path: Path
    dead: list[str]

    def count(self) -> int:
        """How many rows count."""
        return row_count(self.path) if not self.dead else int(self.lazy().select(pl.len()).collect().item())

    def lazy(self) -> pl.LazyFrame:
        """The rows that count."""
        rows = pl.scan_parquet(self.path)
        return rows.filter(~pl.col("agency_id").is_in(self.dead)) if self.dead else rows

    def frames(self, reports: pl.DataFrame) -> Iterator[pl.DataFrame]:
        """The rows of those ``reports`` that have theirs in this part, some at a time."""
        here = reports.filter(pl.col("part") == self.path.stem).select("agency_id")
        with opened(self.path) as file:
            for some in file.iter_batches(batch_size=_ROWS):
                frame = pl.from_arrow(some)
                assert isinstance(frame, pl.DataFrame)
                yield frame.join(here, on="agency_id", how="semi")


@dataclass(frozen=True, slots=True)
class Batch:
    """Some of the decoded reports that are in one row group."""

    path: Path
    number: int
    files: list[str]

    def only(self, files: Collection[str]) -> Batch:
        """The batch without all but these files."""
        return replace(self, files=[name for name in self.files if name in files])

    def cut(self, size: int) -> list[Batch]:
        """The batch in pieces of about the same size, none larger than this."""
        count = -(-len(self.files) // size)
        return [replace(self, files=self.files[turn::count]) for turn in range(count)]

    def frame(self) -> pl.DataFrame:
        """The reports as they are staged."""
        with opened(self.path) as file:
            rows = file.read_row_group(self.number)
        frame = pl.from_arrow(rows.filter(pc.is_in(rows["source_file"], pa.array(self.files, pa.large_string()))))
        assert isinstance(frame, pl.DataFrame)
        return frame

    def reports(self) -> Iterator[RawReport]:
        """The reports, one by one."""
        return map(report_from_row, self.frame().iter_rows(named=True))


def parts(first: Path) -> list[Path]:
    """The parts of a year's file that are there, in the order in which they were written."""
    later = first.parent.glob(f"{first.stem}-*.parquet")
    return [path for path in (first, *sorted(later, key=number)) if path.exists()]


def number(part: Path) -> int:
    """Which part of its year a file is; the first has none in its name, and is 0."""
    return int(part.stem.partition("-")[2] or 0)


def part_name(year: int, number: int) -> str:
    """How the files of a part of a year are called, without the ending."""
    return f"{year}-{number}" if number else str(year)


def next_part(first: Path, kept: int) -> Path:
    """Where further rows of a year go: into a new part, or into the first, anew, if all is to be written anew.

    That is so where nothing is ``kept``, where there are many parts, or where much in them counts no more.
    """
    if not kept:
        return first
    there = parts(first)
    rows = sum(row_count(path) for path in there)
    if len(there) >= MOST_PARTS or kept < LEAST_ALIVE * rows:
        return first
    return first.with_name(f"{first.stem}-{number(there[-1]) + 1}.parquet")


def forget_parts(first: Path, but: Collection[str] = ()) -> None:
    """Remove all parts but the first, and those so called: these have been written anew."""
    for path in parts(first):
        if path != first and path.stem not in but:
            path.unlink()


def _made_of(catalogue: pl.DataFrame) -> pl.DataFrame:
    """The reader's version and all that a year's catalogue says of each report.

    Without reports of which an agency has several in the year: what becomes of one depends on the others.
    """
    return catalogue.filter(pl.len().over("agency_id") == 1).with_columns(reader=pl.lit(READER_VERSION))
