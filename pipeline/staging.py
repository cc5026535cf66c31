"""What lies between reading and publishing: Parquet files by year.

``catalogue.parquet`` has one row a file under the source, ``waivers.parquet`` what its reviewers know of,
``raw/YEAR.parquet`` the decoded reports of a year, ``tables/TABLE/YEAR.parquet`` what was read from them, and
``read/YEAR`` the fingerprint of the files it was read from, by which a year is known to be up to date. Each is written
beside its place and moved there whole, so that a run that was killed leaves the last good one.

Belongs here: paths and Parquet. What the columns of the tables are is said in ``schemas``.
"""

import hashlib
import json
import os
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from pipeline import READER_VERSION
from pipeline.intake import RawReport
from pipeline.reading import Finding

CATALOGUE_SCHEMA = {
    "source_file": pl.String,
    "source_sha256": pl.String,
    "agency_id": pl.String,
    "agency": pl.String,
    "region_code": pl.String,
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
    "region_code": pl.String,
    "published": pl.Date,
    "url": pl.String,
    "findings": pl.String,
}


class Staging:
    """The staging folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.catalogue = folder / "catalogue.parquet"
        self.waivers = folder / "waivers.parquet"

    def raw(self, year: int) -> Path:
        """Decoded reports of a year."""
        return self.folder / "raw" / f"{year}.parquet"

    def table(self, name: str, year: int) -> Path:
        """Rows of a table read from a year's reports."""
        return self.folder / "tables" / name / f"{year}.parquet"

    def table_years(self, name: str) -> list[int]:
        """Years that have rows of a table, in order."""
        return sorted(int(path.stem) for path in (self.folder / "tables" / name).glob("[0-9]*.parquet"))

    def fingerprint(self, year: int) -> str:
        """What a year's tables are made of: the reader's version, and its files with all that the catalogue says."""
        rows = pl.read_parquet(self.catalogue).filter(pl.col("year") == year).sort("source_file").rows()
        return hashlib.sha256(repr((READER_VERSION, rows)).encode()).hexdigest()

    def is_current(self, year: int) -> bool:
        """Whether a year's tables were read from the files that the catalogue has."""
        mark = self._mark(year)
        if not mark.exists() or mark.read_text() != self.fingerprint(year):
            return False
        return all(_is_whole(path) for path in [self.raw(year), *self.folder.glob(f"tables/*/{year}.parquet")])

    def stale_years(self) -> list[int]:
        """Years of the catalogue whose tables have not been read since their files, or the reader, changed."""
        years = pl.read_parquet(self.catalogue)["year"].drop_nulls().unique().sort()
        return [year for year in years if not self.is_current(year)]

    @contextmanager
    def reading(self, year: int) -> Iterator[None]:
        """While a year's tables are written it is not up to date; it is when all of them are."""
        self._mark(year).unlink(missing_ok=True)
        yield
        self._mark(year).parent.mkdir(parents=True, exist_ok=True)
        self._mark(year).write_text(self.fingerprint(year))

    def distrust(self) -> None:
        """Have every year read again by the next run: something staged turned out to be damaged."""
        for mark in self.folder.glob("read/*"):
            mark.unlink(missing_ok=True)

    def _mark(self, year: int) -> Path:
        return self.folder / "read" / str(year)

    def keep(self, years: Collection[int]) -> None:
        """Remove all that is staged of other years: they have no reports any more."""
        kept = {str(year) for year in years}
        for path in [*self.folder.glob("raw/*"), *self.folder.glob("tables/*/*"), *self.folder.glob("read/*")]:
            if path.stem not in kept:
                path.unlink(missing_ok=True)

    def reports(self, year: int, batch: int) -> Iterator[list[RawReport]]:
        """Decoded reports of a year, in the order of their files, at most ``batch`` in memory."""
        with pq.ParquetFile(self.raw(year)) as file:
            for some in file.iter_batches(batch_size=batch):
                yield [report_from_row(row) for row in some.to_pylist()]


class Appender:
    """A Parquet file in the making: frames are added, and the file is in its place once ``commit`` is called."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
        self._writer: pq.ParquetWriter | None = None

    def add(self, frame: pl.DataFrame) -> None:
        """Append the rows of a frame; all frames of a file have the same columns."""
        table: pa.Table = frame.to_arrow()
        if self._writer is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._writer = pq.ParquetWriter(self._temporary, table.schema, compression="zstd")
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


def _is_whole(path: Path) -> bool:
    """Whether a Parquet file has its footer: one that was cut off or overwritten has none."""
    try:
        pq.read_metadata(path)
    except (OSError, pa.ArrowException):
        return False
    return True


def write(frame: pl.DataFrame, path: Path) -> None:
    """Write one frame as a whole file."""
    with appenders(path) as (appender,):
        appender.add(frame)


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
