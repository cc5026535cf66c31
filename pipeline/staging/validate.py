"""Validation of staged rows against their tables' declarations, once a batch, before anything is written.

A row that fails is removed and reported: as an issue of its report, or, when the report's own row fails, as a rejected
report. A frame whose columns are wrong is a fault of the program and stops the run.

Belongs here: from frames to valid frames and failures. What is valid is declared in ``schemas``.
"""

from dataclasses import dataclass
from functools import cache

import pandera.polars as pa
import polars as pl
from pandera.errors import SchemaErrors

import schemas
from pipeline.reader.findings import READER_RULES, Finding, Where
from schemas import base
from schemas.staged import staged_schema

RULE = "row_failed_validation"


@dataclass(frozen=True, slots=True)
class InvalidRow:
    """A row that does not satisfy its table's declaration, and why."""

    table: str
    agency_id: str
    year: int
    item: str | None
    why: str


@cache
def _schema(table: type[schemas.Table]) -> pa.DataFrameSchema:
    whole: pa.DataFrameSchema = table.to_schema()
    late = [column for column in whole.columns if column not in staged_schema(table)]
    staged: pa.DataFrameSchema = whole.remove_columns(late)
    return staged


def validate(frame: pl.DataFrame, table: type[schemas.Table]) -> tuple[pl.DataFrame, list[InvalidRow]]:
    """The rows that satisfy the declaration, and a failure for each that does not.

    Raises:
        SchemaErrors: columns are missing or of another type, which no row can be blamed for.
    """
    try:
        return _schema(table).validate(frame, lazy=True), []
    except SchemaErrors as error:
        cases = error.failure_cases
        if cases["index"].null_count():
            raise
        why: dict[int, list[str]] = {}
        for case in cases.iter_rows(named=True):
            why.setdefault(case["index"], []).append(f"{case['column']}: {case['check']} ({case['failure_case']})")
        failures = []
        for index, reasons in sorted(why.items()):
            row = frame.row(index, named=True)
            failures.append(
                InvalidRow(
                    base.name(table),
                    row["agency_id"],
                    row["year"],
                    row.get("item") or row.get("track"),
                    "; ".join(dict.fromkeys(reasons)),
                )
            )
        return frame.filter(~pl.int_range(pl.len()).is_in(list(why))), failures


def validate_all(frames: dict[str, pl.DataFrame]) -> tuple[dict[str, pl.DataFrame], list[InvalidRow]]:
    """The frames with good rows only, and the failures of reports whose own row is bad.

    Other bad rows become issues in the frame of ``quality_issue``.
    """
    good: dict[str, pl.DataFrame] = {}
    failures: list[InvalidRow] = []
    for table in schemas.TABLES:
        if (name := base.name(table)) in frames:
            good[name], some = validate(frames[name], table)
            failures += some
    reports = [failure for failure in failures if failure.table == "dim_report"]
    lost = {(failure.agency_id, failure.year) for failure in reports}
    rows = [failure for failure in failures if (failure.agency_id, failure.year) not in lost]
    if rows:
        good["quality_issue"] = pl.concat([good["quality_issue"], _issues(rows)])
    if lost:
        keys = pl.DataFrame(list(lost), schema={"agency_id": pl.String, "year": pl.Int32}, orient="row")
        good = {name: frame.join(keys, on=["agency_id", "year"], how="anti") for name, frame in good.items()}
    return good, reports


def _issues(failures: list[InvalidRow]) -> pl.DataFrame:
    facts = {"fact_application_handling", "fact_reconsideration", "fact_proactive_disclosure"}
    rows = [
        {
            "agency_id": failure.agency_id,
            "year": failure.year,
            "rule": RULE,
            "severity": READER_RULES[RULE].severity,
            "table_name": failure.table if failure.table in facts else None,
            "item": failure.item,
            "message": finding.message,
            "message_en": finding.message_en,
        }
        for failure in failures
        for finding in [Finding(RULE, Where(), name=failure.table, why=failure.why)]
    ]
    return pl.DataFrame(rows, schema=staged_schema(schemas.QualityIssue))
