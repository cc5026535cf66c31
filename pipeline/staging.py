"""What lies between reading and publishing: Parquet files by year.

``catalogue.parquet`` has one row a file under the source, ``waivers.parquet`` what its reviewers know of,
``register.parquet`` its register of agencies, ``raw/YEAR.parquet`` the decoded reports of a year,
``tables/TABLE/YEAR.parquet`` what was read from them, and ``read/YEAR`` what a year's tables were read from and their
hashes, by which the year is known to be up to date. Each is written beside its place and moved there whole, so that a
run that was killed leaves the last good one; and whatever was damaged since is noticed when it is read.

Belongs here: paths and Parquet. What the columns of the tables are is said in ``schemas``.
"""

import hashlib
import json
import os
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from pipeline import READER_VERSION
from pipeline.intake import RawReport
from pipeline.reading import Finding

#: Columns that say where an agency is and what it is.
PLACE = ("region_code", "province", "city", "county", "level", "kind")
#: Under which name the catalogue's metadata has the sources it was collected from.
_SOURCES = b"ogi.sources"
CATALOGUE_SCHEMA = {
    "source_file": pl.String,
    "source_sha256": pl.String,
    "agency_id": pl.String,
    "agency": pl.String,
    **dict.fromkeys(PLACE, pl.String),
    "year": pl.Int32,
    "published": pl.Date,
    "reason": pl.String,
    "message": pl.String,
}
RAW_SCHEMA = {
    "source_file": pl.String,
    "source_sha256": pl.String,
    "text": pl.String,
    "encoding": pl.String,
    "agency": pl.String,
    "agency_id": pl.String,
    "year": pl.Int32,
    "title": pl.String,
    "identity_from": pl.String,
    **dict.fromkeys(PLACE, pl.String),
    "published": pl.Date,
    "url": pl.String,
    "findings": pl.String,
}


class StagingError(Exception):
    """Something staged is missing, damaged or of another source; the message says what and what to do."""


class Staging:
    """The staging folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.catalogue = folder / "catalogue.parquet"
        self.waivers = folder / "waivers.parquet"
        self.register = folder / "register.parquet"
        #: Held by the run that works here (``pipeline.lock``).
        self.lock = folder / ".lock"

    def raw(self, year: int) -> Path:
        """Decoded reports of a year."""
        return self.folder / "raw" / f"{year}.parquet"

    def table(self, name: str, year: int) -> Path:
        """Rows of a table read from a year's reports."""
        return self.folder / "tables" / name / f"{year}.parquet"

    def table_years(self, name: str) -> list[int]:
        """Years that have rows of a table, in order."""
        return sorted(int(path.stem) for path in (self.folder / "tables" / name).glob("[0-9]*.parquet"))

    def expect(self, roots: Sequence[Path]) -> None:
        """Make sure that what is staged was collected from these sources.

        Raises:
            StagingError: it was collected from others, by a run in between, or is missing or damaged.
        """
        read(self.catalogue)
        origin = pq.read_schema(self.catalogue).metadata.get(_SOURCES, b"[]")
        if json.loads(origin) != [str(root) for root in roots]:
            raise StagingError(
                f"{self.folder}: what is staged was collected from {', '.join(json.loads(origin)) or 'elsewhere'}, and "
                f"this run is about {', '.join(map(str, roots))}: materialize raw_reports first (a run of the whole "
                "job does)"
            )

    def is_current(self, year: int) -> bool:
        """Whether a year's tables were read from the files that the catalogue has, and are as they were written."""
        return year not in self.stale_years([year])

    def stale_years(self, years: Collection[int] | None = None, quick: bool = False) -> list[int]:
        """Years of the catalogue whose tables have not been read since their files, or the reader, changed.

        Tables that were damaged since are stale too; ``quick`` looks at their sizes only, not at each byte.

        Raises:
            StagingError: the catalogue is missing or damaged.
        """
        catalogue = read(self.catalogue).filter(pl.col("year").is_not_null()).sort("source_file")
        if years is not None:
            catalogue = catalogue.filter(pl.col("year").is_in(list(years)))
        by_year = catalogue.partition_by("year", as_dict=True)
        found = {int(year): _fingerprint(rows) for (year,), rows in by_year.items()}
        return sorted(year for year, fingerprint in found.items() if not self._agrees(year, fingerprint, quick))

    def _agrees(self, year: int, fingerprint: str, quick: bool) -> bool:
        try:
            mark = json.loads(self._mark(year).read_text())
            return bool(
                mark["made_of"] == fingerprint
                and self.raw(year).exists()
                and all(
                    (path := self.folder / name).stat().st_size == size and (quick or _sha256(path) == digest)
                    for name, (size, digest) in mark["tables"].items()
                )
            )
        except (OSError, ValueError, TypeError, KeyError):  # no mark, or a damaged one
            return False

    @contextmanager
    def reading(self, year: int) -> Iterator[None]:
        """While a year's tables are written it is not up to date; it is when all of them are."""
        mark = self._mark(year)
        mark.unlink(missing_ok=True)
        yield
        of_year = read(self.catalogue).filter(pl.col("year") == year).sort("source_file")
        tables = {
            path.relative_to(self.folder).as_posix(): (path.stat().st_size, _sha256(path))
            for path in sorted(self.folder.glob(f"tables/*/{year}.parquet"))
        }
        mark.parent.mkdir(parents=True, exist_ok=True)
        mark.write_text(json.dumps({"made_of": _fingerprint(of_year), "tables": tables}))

    def _mark(self, year: int) -> Path:
        return self.folder / "read" / str(year)

    def clean(self) -> None:
        """Remove what runs that were killed left half-written. Only for who holds the lock."""
        for path in self.folder.rglob(".*.part"):
            path.unlink(missing_ok=True)

    def keep(self, years: Collection[int]) -> None:
        """Remove all that is staged of other years: they have no reports any more."""
        kept = {str(year) for year in years}
        for path in [*self.folder.glob("raw/*"), *self.folder.glob("tables/*/*"), *self.folder.glob("read/*")]:
            if path.stem not in kept:
                path.unlink(missing_ok=True)

    def reports(self, year: int, batch: int) -> Iterator[list[RawReport]]:
        """Decoded reports of a year, in the order of their files, at most ``batch`` in memory."""
        with _damage_named(self.raw(year)), pq.ParquetFile(self.raw(year), page_checksum_verification=True) as file:
            for some in file.iter_batches(batch_size=batch):
                yield [report_from_row(row) for row in some.to_pylist()]


class Appender:
    """A Parquet file in the making: frames are added, and the file is in its place once ``commit`` is called."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
        self._writer: pq.ParquetWriter | None = None

    def add(self, frame: pl.DataFrame, metadata: dict[bytes, str] | None = None) -> None:
        """Append the rows of a frame; all frames of a file have the same columns. ``metadata`` is the first one's."""
        table: pa.Table = frame.to_arrow()
        if metadata:
            table = table.replace_schema_metadata(metadata)
        if self._writer is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._writer = pq.ParquetWriter(self._temporary, table.schema, compression="zstd", write_page_checksum=True)
        self._writer.write_table(table)

    def commit(self) -> None:
        """Close the file and move it to its place."""
        if self._writer is not None:
            self._writer.close()
            self._writer = None
            os.replace(self._temporary, self.path)

    def abandon(self) -> None:
        """Close and remove what was written, if it was not committed."""
        if self._writer is not None:
            self._writer.close()
            self._writer = None
        self._temporary.unlink(missing_ok=True)


@contextmanager
def appenders(*paths: Path) -> Iterator[list[Appender]]:
    """Several files in the making, all put in their places at the end, or none when something fails before."""
    made = [Appender(path) for path in paths]
    try:
        yield made
        for appender in made:
            appender.commit()
    finally:
        for appender in made:
            appender.abandon()


def _fingerprint(of_year: pl.DataFrame) -> str:
    """What a year's tables are made of: the reader's version, and its files with all that the catalogue says."""
    return hashlib.sha256(repr((READER_VERSION, of_year.rows())).encode()).hexdigest()


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write(frame: pl.DataFrame, path: Path, sources: Sequence[Path] = ()) -> None:
    """Write one frame as a whole file, with the sources it was collected from, where they matter."""
    with appenders(path) as (appender,):
        appender.add(frame, {_SOURCES: json.dumps([str(source) for source in sources])} if sources else {})


def read(path: Path) -> pl.DataFrame:
    """A staged file as one frame.

    Raises:
        StagingError: it is missing or damaged.
    """
    with _damage_named(path), pq.ParquetFile(path, page_checksum_verification=True) as file:
        frame = pl.from_arrow(file.read())
    assert isinstance(frame, pl.DataFrame)
    return frame


@contextmanager
def _damage_named(path: Path) -> Iterator[None]:
    remedy = "materialize raw_reports first (a run of the whole job, or `ogi ingest`, does)"
    try:
        yield
    except FileNotFoundError as error:
        raise StagingError(f"{path} is missing: {remedy}") from error
    except (pa.ArrowException, OSError, ValueError) as error:
        raise StagingError(f"{path} is damaged: {remedy}: {error}") from error


def raw_frame(reports: list[RawReport]) -> pl.DataFrame:
    """Reports as rows of ``raw/YEAR.parquet``."""
    rows = []
    for report in reports:
        row = {name: getattr(report, name) for name in RAW_SCHEMA if name != "findings"}
        row["findings"] = json.dumps([asdict(finding) for finding in report.findings], ensure_ascii=False)
        rows.append(row)
    return pl.DataFrame(rows, schema=RAW_SCHEMA)


def report_from_row(row: dict[str, object]) -> RawReport:
    """A report as it was before ``raw_frame``."""
    found = json.loads(str(row.pop("findings")))
    return RawReport(**row, findings=[Finding(**each) for each in found])  # type: ignore[arg-type]
