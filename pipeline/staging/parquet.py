"""Parquet files as they are staged: written whole or not at all, with checksums that are verified when they are read.

Belongs here: writing, reading and hashing one file. Which files there are is ``folder``'s.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

#: Bytes of a row group in memory: a batch of very long reports is cut.
_LARGEST_GROUP = 16 * 2**20


COLLECT = "materialize raw_reports first (a run of the whole job, or `ogi ingest`, does)"


class StagingError(Exception):
    """Something staged is missing, damaged or of another source; the message says what and what to do."""


def row_count(path: Path) -> int:
    """How many rows a staged file has.

    Raises:
        StagingError: it is missing or damaged.
    """
    with opened(path) as file:
        return int(file.metadata.num_rows)


class Appender:
    """A Parquet file that is being written: frames are added, and the file exists once ``commit`` is called.

    Frames are gathered and cut into row groups of ``batch`` rows: whoever reads the file reads one row group at a time.
    """

    def __init__(self, path: Path, batch: int | None = None, metadata: Mapping[bytes, str] | None = None) -> None:
        self.path = path
        self._batch = batch
        self._metadata = metadata
        self._gathered: list[pl.DataFrame] = []
        # Two machines may write the same, and in containers their processes have the same numbers.
        self._temporary = path.with_name(f".{path.name}.{uuid4().hex[:12]}.part")
        self._writer: pq.ParquetWriter | None = None

    def add(self, frame: pl.DataFrame) -> None:
        """Append the rows of a frame; all frames of a file have the same columns."""
        self._gathered.append(frame)
        if self._batch and sum(map(len, self._gathered)) >= self._batch:
            gathered = pl.concat(self._gathered)
            whole = len(gathered) // self._batch * self._batch
            for start in range(0, whole, self._batch):
                self._write(gathered[start : start + self._batch])
            self._gathered = [gathered[whole:]]
        if sum(each.estimated_size() for each in self._gathered) >= _LARGEST_GROUP:
            self._write_rest()

    def _write_rest(self) -> None:
        rest = pl.concat(self._gathered)
        self._gathered.clear()
        if len(rest) or self._writer is None:
            self._write(rest)

    def _write(self, frame: pl.DataFrame) -> None:
        table: pa.Table = frame.to_arrow()
        if self._metadata:
            table = table.replace_schema_metadata(dict(self._metadata))
        if self._writer is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._writer = pq.ParquetWriter(self._temporary, table.schema, compression="zstd", write_page_checksum=True)
        self._writer.write_table(table)

    def commit(self) -> None:
        """Close the file and rename it to its path."""
        if self._gathered:
            self._write_rest()
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
def appenders(*paths: Path, batch: int) -> Iterator[list[Appender]]:
    """Appenders to several files, which are committed together at the end, or not at all if something fails before."""
    made = [Appender(path, batch) for path in paths]
    try:
        yield made
        for appender in made:
            appender.commit()
    finally:
        for appender in made:
            appender.abandon()


def hash_of_rows(frame: pl.DataFrame) -> str:
    """The hash of a frame's rows, in their order."""
    rows = frame.write_csv(quote_style="non_numeric", null_value="\0")
    return hashlib.sha256(rows.encode()).hexdigest()


def sha256(path: Path) -> str:
    """The hash of a staged file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write(frame: pl.DataFrame, path: Path, metadata: Mapping[bytes, str] | None = None) -> None:
    """Write one frame as a whole file."""
    appender = Appender(path, metadata=metadata)
    try:
        appender.add(frame)
        appender.commit()
    finally:
        appender.abandon()


def write_text(text: str, path: Path) -> None:
    """Write a text as a whole file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{uuid4().hex[:12]}.part")
    try:
        temporary.write_text(text, encoding="utf-8")
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def metadata(path: Path) -> dict[bytes, bytes]:
    """The metadata of a staged file.

    Raises:
        StagingError: it is missing or damaged.
    """
    with _as_staging_error(path):
        return dict(pq.read_schema(path).metadata or {})


def read(path: Path) -> pl.DataFrame:
    """A staged file as one frame.

    Raises:
        StagingError: it is missing or damaged.
    """
    with opened(path) as file:
        frame = pl.from_arrow(file.read())
    assert isinstance(frame, pl.DataFrame)
    return frame


@contextmanager
def opened(path: Path) -> Iterator[pq.ParquetFile]:
    """A staged file, open for reading; every page's checksum is verified.

    Raises:
        StagingError: it is missing or damaged.
    """
    with _as_staging_error(path), pq.ParquetFile(path, page_checksum_verification=True) as file:
        yield file


@contextmanager
def _as_staging_error(path: Path) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as error:
        raise StagingError(f"{path} is missing: {COLLECT}") from error
    except (pa.ArrowException, OSError, ValueError) as error:
        raise StagingError(f"{path} is damaged: {COLLECT}: {error}") from error
