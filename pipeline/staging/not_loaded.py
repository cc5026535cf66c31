"""Reports that are not loaded although they were parsed: rows of ``rejected_report`` and ``superseded_report``.

Belongs here: the two records and their frames. Why a report is one of them is decided in ``steps`` and ``duplicates``;
files that could not even be parsed are rejected in the catalogue.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

import polars as pl

import schemas
from schemas.staged import staged_schema

if TYPE_CHECKING:
    from pipeline.reader.raw_report import RawReport


class RejectedRow(NamedTuple):
    """A row of ``rejected_report``, as staged."""

    source_file: str
    source_sha256: str
    agency_id: str
    year: int
    reason: str
    message: str


class SupersededRow(NamedTuple):
    """A row of ``superseded_report``, as staged."""

    agency_id: str
    year: int
    source_file: str
    source_sha256: str
    superseded_by: str
    reason: str


_REJECTED_SCHEMA = staged_schema(schemas.RejectedReport)
_SUPERSEDED_SCHEMA = staged_schema(schemas.SupersededReport)
# The rows become frames by position.
assert list(RejectedRow._fields) == list(_REJECTED_SCHEMA)
assert list(SupersededRow._fields) == list(_SUPERSEDED_SCHEMA)


def rejected_row(report: RawReport, reason: str, message: str) -> RejectedRow:
    """The row of a report that is rejected."""
    return RejectedRow(report.source_file, report.source_sha256, report.agency_id, report.year, reason, message)


def superseded_row(report: RawReport, superseded_by: RawReport, reason: str) -> SupersededRow:
    """The row of a report instead of which another one of the same agency and year is loaded."""
    return SupersededRow(
        report.agency_id,
        report.year,
        report.source_file,
        report.source_sha256,
        superseded_by.source_file,
        reason,
    )


def rejected_frame(rows: Iterable[RejectedRow]) -> pl.DataFrame:
    """Rows as the staged table ``rejected_report``."""
    return pl.DataFrame(list(rows), schema=_REJECTED_SCHEMA, orient="row")


def superseded_frame(rows: Iterable[SupersededRow]) -> pl.DataFrame:
    """Rows as the staged table ``superseded_report``."""
    return pl.DataFrame(list(rows), schema=_SUPERSEDED_SCHEMA, orient="row")


def rejected_rows(frame: pl.DataFrame) -> list[RejectedRow]:
    """The rows of a staged ``rejected_report``."""
    return [RejectedRow(*row) for row in frame.select(_REJECTED_SCHEMA.keys()).iter_rows()]


def superseded_rows(frame: pl.DataFrame) -> list[SupersededRow]:
    """The rows of a staged ``superseded_report``."""
    return [SupersededRow(*row) for row in frame.select(_SUPERSEDED_SCHEMA.keys()).iter_rows()]
