"""Builds a whole warehouse from staging: tables and views, staged rows, rules, the record of the run.

Belongs here: the steps of a full build, which an incremental build and a lake also use. Temp tables are ``loading``'s;
publishing what was built is ``duckdb_file_publish``'s and ``ducklake_publish``'s. What must add up is in ``rules``,
what the tables are in ``schemas``.
"""

import hashlib
from collections.abc import Collection
from dataclasses import astuple
from pathlib import Path

import duckdb
import polars as pl

import schemas
from pipeline import rules
from pipeline.rules import waivers
from pipeline.rules.explain import explain_warehouse
from pipeline.staging import parquet
from pipeline.warehouse import accounting, dimensions, provenance
from pipeline.warehouse.ddl import definitions
from pipeline.warehouse.loading import Loading, Temp
from pipeline.warehouse.provenance import FileCounts, PublishingRun
from pipeline.warehouse.staged_rows import order, staged_rows
from schemas import base
from schemas.staged import REPORT_TABLES


def build(loading: Loading, run: PublishingRun, published: Path) -> FileCounts:
    """Fill an empty file with all that is staged; ``published`` knows when each version of a file was first seen.

    In three transactions: outside of one each statement would wait for the disk, and what is committed is compressed
    and has statistics, which the rules' queries gain more by than this costs.
    """
    with loading.transaction():
        loading.con.execute(definitions())
    loading.stage_sources()
    with loading.previous_file(published) as has_previous:
        files = loading.compare_with_previous(run, has_previous)
    with loading.transaction():
        fill(loading)
    with loading.transaction():
        run_rules(loading, parquet.read(loading.staging.waivers))
        record_run(loading, run, files)
    return files


def fill(loading: Loading, years: Collection[int] | None = None) -> None:
    """Fill empty tables with the program's own rows and with what is staged, of some years or of all."""
    loading.con.execute(dimensions.statements())
    for table in REPORT_TABLES:
        load(loading, table, years=years)
    accounting.fill(loading)


def load(
    loading: Loading,
    table: type[schemas.Table],
    only: str = "",
    parts: Collection[str] | None = None,
    years: Collection[int] | None = None,
) -> None:
    """Insert the staged rows of a table, in an order that does not depend on when they were staged.

    ``only`` is a join that narrows them, such as ``SEMI JOIN changed_report USING (agency_id, year)``; ``parts`` and
    ``years`` name the files that have those rows, if not all are to be read.
    """
    name = base.name(table)
    rows = staged_rows(loading.staging, name, parts, years)
    if not rows:
        return
    if table is schemas.DimReport:
        query = f"SELECT r.*, f.seen_at AS loaded_at FROM {rows} r JOIN {Temp.FIRST_SEEN} f USING (source_file) {only}"
    elif table is schemas.QualityIssue:
        query = f"SELECT *, false AS waived FROM {rows} r {only}"
    else:
        query = f"SELECT * FROM {rows} r {only}"
    loading.con.execute(f"INSERT INTO {name} BY NAME {query} ORDER BY {order(table)}")


def run_rules(loading: Loading, waived: pl.DataFrame) -> None:
    """Check what was loaded by the rules, explain sums that fail, and mark the issues that reviewers waived."""
    rules.run(loading.con)
    explain_warehouse(loading.con)
    waivers.apply(loading.con, waived)


def record_run(loading: Loading, run: PublishingRun, files: FileCounts) -> None:
    """Record the run after those that published before.

    All rows are written again: a lake has them in one file, and of two publications that overlap one fails.
    """
    loading.con.execute("DELETE FROM ingest_run")
    loading.con.execute(
        f"INSERT INTO ingest_run BY NAME FROM {Temp.EARLIER_RUN} WHERE run_id <> ? ORDER BY finished_at", [run.run_id]
    )
    loading.con.execute(_RECORD, [run.run_id, run.started_at, run.built_at, *astuple(files), provenance.CODE])


#: The clocks of machines differ, and are set: the latest publication has the latest moment all the same.
_RECORD = """
INSERT INTO ingest_run SELECT $1, $2,
    greatest($3::TIMESTAMP, (SELECT max(finished_at) FROM ingest_run) + INTERVAL 1 MICROSECOND), $4, $5, $6, $7,
    (SELECT count(*) FROM dim_report), (SELECT count(*) FROM rejected_report), $8, NULL
"""


def row_counts(con: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Rows of each table."""
    names = [base.name(table) for table in schemas.TABLES]
    (counts,) = con.execute("SELECT " + ", ".join(f"(SELECT count(*) FROM {name})" for name in names)).fetchall()
    return dict(zip(names, counts, strict=True))


def program_fingerprint(*more: str) -> str:
    """A hash of all of the program that decides what is made of the same reports, and of ``more`` that does."""
    parts = [provenance.CODE, *more, definitions(), dimensions.statements(), rules.ALL]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
