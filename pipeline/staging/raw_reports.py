"""Decoded reports, and the catalogue of all files, as staged rows.

Belongs here: the columns of both, a report as a row and back, and batches of reports for those who read them.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
import pyarrow as pa

from pipeline.staging.parquet import opened
from pipeline.staging.parts import part_paths

if TYPE_CHECKING:
    from pipeline.reader.raw_report import RawReport

#: Columns of the agency: its region, level and kind.
_AGENCY = ("region_code", "province", "city", "county", "level", "kind")


CATALOGUE_SCHEMA = {
    "source_file": pl.String,
    "source_sha256": pl.String,
    "agency_id": pl.String,
    "agency": pl.String,
    **dict.fromkeys(_AGENCY, pl.String),
    "year": pl.Int32,
    "published": pl.Date,
    "url": pl.String,
    "reason": pl.String,
    "message": pl.String,
}


RAW_SCHEMA = {
    "source_file": pl.String,
    "source_sha256": pl.String,
    "text": pl.String,
    "encoding": pl.String,
    "format": pl.String,
    "agency": pl.String,
    "agency_id": pl.String,
    "year": pl.Int32,
    "title": pl.String,
    "identity_from": pl.String,
    **dict.fromkeys(_AGENCY, pl.String),
    "published": pl.Date,
    "url": pl.String,
    "findings": pl.String,
    "page": pl.String,
}


def raw_frame(reports: Sequence[RawReport]) -> pl.DataFrame:
    """Reports as rows of ``raw/YEAR.parquet``."""
    columns = {name: [getattr(report, name) for report in reports] for name in RAW_SCHEMA if name != "findings"}
    columns["findings"] = [
        json.dumps([finding.to_json() for finding in report.findings], ensure_ascii=False) for report in reports
    ]
    return pl.DataFrame(columns, schema=RAW_SCHEMA)


def report_from_row(row: dict[str, Any]) -> RawReport:
    """The report of a row: the inverse of ``raw_frame``."""
    from pipeline.reader.findings import Finding
    from pipeline.reader.raw_report import RawReport

    return RawReport(**{**row, "findings": [Finding.from_json(each) for each in json.loads(row["findings"])]})


@dataclass(frozen=True, slots=True)
class Batch:
    """Some of the decoded reports that are in one row group of a part."""

    path: Path
    #: Of the row group.
    number: int
    #: The reports, by their ``source_file``.
    files: list[str]

    def only(self, files: Collection[str]) -> Batch:
        """The batch without all but these files."""
        return replace(self, files=[name for name in self.files if name in files])

    def split(self, size: int) -> list[Batch]:
        """The batch as batches of about the same size, none larger than this."""
        count = -(-len(self.files) // size)
        return [replace(self, files=self.files[turn::count]) for turn in range(count)]

    def frame(self) -> pl.DataFrame:
        """The reports as they are staged."""
        import pyarrow.compute as pc

        with opened(self.path) as file:
            rows = file.read_row_group(self.number)
        frame = pl.from_arrow(rows.filter(pc.is_in(rows["source_file"], pa.array(self.files, pa.large_string()))))
        assert isinstance(frame, pl.DataFrame)
        return frame

    def reports(self) -> Iterator[RawReport]:
        """The reports, one by one."""
        return map(report_from_row, self.frame().iter_rows(named=True))


def batches(first: Path) -> list[Batch]:
    """The reports of a year, the last version of each, a batch for each row group; ``first`` is the first part."""
    found: list[Batch] = []
    seen: set[str] = set()
    for path in reversed(part_paths(first)):
        of_part = []
        with opened(path) as file:
            for number in range(file.num_row_groups):
                names = file.read_row_group(number, columns=["source_file"])["source_file"].to_pylist()
                of_part.append(Batch(path, number, [name for name in names if name not in seen]))
        seen.update(name for batch in of_part for name in batch.files)
        found += of_part
    return found
