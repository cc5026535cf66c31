"""Decoded reports, and the catalogue of all files, as staged rows.

Belongs here: the columns of both, and a report as a row and back.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import polars as pl

from pipeline.reader.findings import Finding
from pipeline.reader.raw_report import RawReport

#: Columns that say where an agency is and what it is.
PLACE = ("region_code", "province", "city", "county", "level", "kind")


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
    """A report as it was before ``raw_frame``."""
    return RawReport(**{**row, "findings": [Finding.from_json(each) for each in json.loads(row["findings"])]})
