"""The connection in which a warehouse is made, and the temp tables that its steps share.

Every build – of a new file, of a copy of the published one, of a lake – works on one ``Loading``. It has the
connection, the staging folder that is loaded, and all temp tables: their names are in ``Temp`` and nowhere else, each
is created through ``create``, and all are dropped when the loading ends.

Belongs here: temp tables, and what they say of files before anything is loaded: which were collected, and how they
differ from those of the previous publication. What is loaded is ``build``'s and ``incremental``'s.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

import schemas
from pipeline import sql
from pipeline.staging.folder import Staging
from pipeline.warehouse import published_file
from pipeline.warehouse.provenance import FileCounts, PublishingRun
from pipeline.warehouse.staged_rows import staged_rows, whole_file
from schemas import base

log = logging.getLogger(__name__)

#: The database name under which the previous publication is attached.
PREVIOUS = "previous"


class Temp(StrEnum):
    """The temp tables of a loading."""

    #: Every collected file: the agency and year that it is of, or why it was rejected.
    CATALOGUE = "catalogue"
    #: The lines of the register of agencies.
    REGISTER = "agency_register"
    #: What is wrong in the CSV files that people keep beside the reports.
    SIDECAR_ISSUE = "staged_sidecar_issue"
    #: Files that were set aside when their tables were read, as rejected or as duplicates.
    REJECTED_ON_READING = "rejected_on_reading"
    SUPERSEDED_ON_READING = "superseded_on_reading"
    #: Files of the previous publication, with the moment at which each was first seen.
    PREVIOUS_FILE = "previous_file"
    #: Versions of files that the previous publication had, or knew of, where the file is another one now.
    EARLIER_VERSION = "earlier_version"
    #: The record of the previous publication and of those before.
    EARLIER_RUN = "earlier_run"
    #: When this version of each collected file was first seen.
    FIRST_SEEN = "first_seen"
    #: Reports (``agency_id, year``) that an incremental build replaces.
    CHANGED_REPORT = "changed_report"
    #: Agencies on which an incremental build runs the rules again.
    AFFECTED_AGENCY = "affected_agency"
    #: Cases that each rule could assess in each year: all published ones; of the affected agencies the published
    #: ones, and those of now.
    PUBLISHED_CASES = "published_cases"
    CASES_BEFORE = "cases_before"
    CASES_NOW = "cases_now"
    #: Files from which other writers of a lake published other years.
    OTHER_WRITERS_FILE = "other_writers_file"
    #: Rows of a lake's record that are no longer true.
    OUTDATED_RECORD = "outdated_record"


class Loading:
    """A connection to a warehouse in the making, what is staged for it, and its temp tables."""

    def __init__(self, con: duckdb.DuckDBPyConnection, staging: Staging) -> None:
        self.con = con
        self.staging = staging
        self._created: list[str] = []

    def __enter__(self) -> Loading:
        return self

    def __exit__(self, *_: object) -> None:
        for name in reversed(self._created):
            with contextlib.suppress(duckdb.Error):  # the transaction that created it was rolled back
                self.drop(name)

    def create(self, name: str, query: str, parameters: Sequence[Any] | None = None) -> None:
        """Create a temp table from a query."""
        self.con.execute(f"CREATE TEMP TABLE {name} AS {query}", parameters)
        self._created.append(name)

    def drop(self, name: str) -> None:
        """Drop a temp table before the loading ends."""
        self.con.execute(f"DROP TABLE IF EXISTS temp.{name}")

    @contextlib.contextmanager
    def frame(self, name: str, frame: pl.DataFrame) -> Iterator[None]:
        """Make a frame readable in SQL under a name, for some statements."""
        self.con.register(name, frame.to_arrow())
        try:
            yield
        finally:
            self.con.unregister(name)

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        """Commit what is done inside. Where it fails the new file is thrown away, so there is nothing to roll back."""
        self.con.begin()
        yield
        self.con.commit()

    @contextlib.contextmanager
    def only_affected(self, tables: Sequence[str], database: str | None = None) -> Iterator[None]:
        """Let the names of tables mean only the rows of ``AFFECTED_AGENCY``, of this database or of another one.

        Temp tables of the same names hide the tables meanwhile.
        """
        database = database or sql.identifier(sql.scalar(self.con, "SELECT current_database()"))
        for name in tables:
            self.create(name, f"FROM {database}.main.{name} SEMI JOIN {Temp.AFFECTED_AGENCY} USING (agency_id)")
        try:
            yield
        finally:
            for name in tables:
                self.drop(name)

    @contextlib.contextmanager
    def previous_file(self, path: Path) -> Iterator[bool]:
        """Attach the published file as ``PREVIOUS``; whether there is one that can be read."""
        is_attached = False
        if path.is_file():
            try:
                self.con.execute(f"ATTACH {sql.literal(path)} AS {PREVIOUS} (READ_ONLY)")
                published_file.read_compared(self.con, PREVIOUS)
                is_attached = True
            except duckdb.Error as error:
                log.warning("%s: the published warehouse cannot be read and is replaced without it: %s", path, error)
        try:
            yield is_attached
        finally:
            with contextlib.suppress(duckdb.Error):
                self.con.execute(f"DETACH {PREVIOUS}")

    def stage_sources(self) -> None:
        """Create the tables of collected files and registered agencies, and of files set aside on reading."""
        self.create(Temp.CATALOGUE, f"FROM {whole_file(self.staging.catalogue)}")
        self.create(Temp.REGISTER, f"FROM {whole_file(self.staging.register)}")
        for name, table in (
            (Temp.REJECTED_ON_READING, schemas.RejectedReport),
            (Temp.SUPERSEDED_ON_READING, schemas.SupersededReport),
        ):
            rows = staged_rows(self.staging, base.name(table))
            with self.frame("no_rows", base.empty(table)):
                source = f"FROM no_rows UNION ALL BY NAME FROM {rows}" if rows else "FROM no_rows"
                self.create(name, f"FROM ({source}) SELECT COLUMNS(c -> c <> 'seen_at')")
        with self.frame("no_rows", base.empty(schemas.SidecarIssue)):
            issues = self.staging.sidecar_issues  # older programs staged none
            self.create(Temp.SIDECAR_ISSUE, f"FROM {whole_file(issues) if issues.exists() else 'no_rows'}")

    def compare_with_previous(self, run: PublishingRun, has_previous: bool) -> FileCounts:
        """Count the files that are new, changed and gone since the previous publication.

        Creates the tables of previous files, of their earlier versions, of when each version was first seen, and of the
        publications so far.
        """
        self.create(Temp.EARLIER_RUN, self._earlier_runs() if has_previous else _NO_EARLIER_RUN)
        self.create(Temp.PREVIOUS_FILE, _PREVIOUS_FILE if has_previous else _NO_PREVIOUS_FILE)
        self.create(Temp.EARLIER_VERSION, _EARLIER_VERSION if has_previous else _NO_EARLIER_VERSION)
        self.create(Temp.FIRST_SEEN, _FIRST_SEEN.format(started_at=run.started_at))
        (counts,) = self.con.execute(_FILE_COUNTS).fetchall()
        return FileCounts(*counts)

    def _earlier_runs(self) -> str:
        """The query for the record of publications, with those of its columns that this program knows."""
        known = [*base.polars_schema(schemas.IngestRun)]
        columns = self.con.execute(
            "SELECT column_name FROM duckdb_columns() WHERE database_name = ? AND schema_name = 'main' "
            "AND table_name = 'ingest_run' AND list_contains(?, column_name)",
            [PREVIOUS, known],
        ).fetchall()
        return f"SELECT {', '.join(name for (name,) in columns)} FROM {PREVIOUS}.main.ingest_run"


_NO_EARLIER_RUN = "SELECT NULL::VARCHAR AS run_id, NULL::TIMESTAMP AS finished_at LIMIT 0"
_PREVIOUS_FILE = f"""
SELECT source_file, source_sha256, loaded_at AS seen_at FROM {PREVIOUS}.dim_report UNION ALL
SELECT source_file, source_sha256, seen_at FROM {PREVIOUS}.rejected_report UNION ALL
SELECT source_file, source_sha256, NULL FROM {PREVIOUS}.superseded_report WHERE reason <> 'file_changed'
"""
_NO_PREVIOUS_FILE = """
SELECT NULL::VARCHAR AS source_file, NULL::VARCHAR AS source_sha256, NULL::TIMESTAMP AS seen_at LIMIT 0
"""
_EARLIER_VERSION = f"""
SELECT b.agency_id, b.year, b.source_file, b.source_sha256
FROM (
    SELECT agency_id, year, source_file, source_sha256 FROM {PREVIOUS}.dim_report UNION
    SELECT agency_id, year, source_file, source_sha256 FROM {PREVIOUS}.superseded_report WHERE reason = 'file_changed'
) b JOIN {Temp.CATALOGUE} c USING (source_file)
WHERE b.source_sha256 <> c.source_sha256
"""
_NO_EARLIER_VERSION = """
SELECT NULL::VARCHAR AS agency_id, NULL::INTEGER AS year, NULL::VARCHAR AS source_file, NULL::VARCHAR AS source_sha256
LIMIT 0
"""
_FIRST_SEEN = f"""
SELECT c.source_file, coalesce(b.seen_at, TIMESTAMP '{{started_at}}') AS seen_at
FROM {Temp.CATALOGUE} c LEFT JOIN {Temp.PREVIOUS_FILE} b USING (source_file, source_sha256)
"""
_FILE_COUNTS = f"""
SELECT count(c.source_file), count(*) FILTER (b.source_file IS NULL),
    count(*) FILTER (b.source_sha256 <> c.source_sha256), count(*) FILTER (c.source_file IS NULL)
FROM {Temp.CATALOGUE} c FULL JOIN {Temp.PREVIOUS_FILE} b USING (source_file)
"""
