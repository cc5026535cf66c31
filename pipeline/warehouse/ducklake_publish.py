"""Publishes to a DuckLake: one transaction a publication, with the tables, views, rules and checks of a file.

A lake may have several writers, each of the years that it collects. A publication replaces what differs between what is
staged and what the lake was made from, and runs the rules again over all years of the affected agencies, those of other
writers included. Readers see the previous state until the transaction ends, and can ask for it afterwards.

When a transaction commits, DuckLake compares what it changed with what others changed meanwhile. Each publication
replaces the rows of ``ingest_run``, so that one of two that overlap always fails; it then starts again from what the
other one left.

Belongs here: the transaction, retries, and expiring snapshots. Opening a lake is ``ducklake_connection``'s, years of
other writers are ``ducklake_writers``'s, loading is ``build``'s and ``incremental``'s.
"""

import contextlib
import json
import logging
import random
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import duckdb
import polars as pl

import schemas
from pipeline import sql
from pipeline.addresses import Lake
from pipeline.settings import Settings
from pipeline.staging import parquet
from pipeline.staging.folder import Staging
from pipeline.system import lock
from pipeline.warehouse import build, checks, ddl, ducklake_connection, ducklake_writers, incremental, removals
from pipeline.warehouse.ducklake_connection import AUTHOR, NAME, LakeError
from pipeline.warehouse.ducklake_writers import Years
from pipeline.warehouse.errors import ForeignError, LockedError, PublishError
from pipeline.warehouse.loading import PREVIOUS, Loading, Temp
from pipeline.warehouse.provenance import FileCounts, PublishingRun
from pipeline.warehouse.publication import PublishResult, refuse_faults, refuse_stale, unchanged
from schemas import base

log = logging.getLogger(__name__)

#: A publication that conflicts with another one is tried again, at most so many times, after up to so many seconds.
MOST_TRIES, WAIT_SECONDS = 20, 2.0
#: Above this share of changed reports all tables are filled again.
MOST_CHANGED = 0.5
#: Messages of DuckLake when another transaction changed the same, and of SQLite when another process holds its file.
_CONFLICTS = (
    "transaction conflict",
    "database is locked",
    "could not serialize access",
    "deadlock detected",
    "ducklake_snapshot_pkey",
    "pg_type_typname_nsp_index",  # two writers that create a new lake at the same moment
    'relation "ducklake_',
)
#: DuckLake has no comments on columns of views.
_COLUMN_COMMENT = re.compile(r"\s*COMMENT\s+ON\s+COLUMN\s+(\w+)\.", re.IGNORECASE)
#: Tables whose files are of one year each.
_PARTITIONED = [name for name in incremental.CHECKED_TABLES if name != base.name(schemas.DimAgency)]


def publish(lake: Lake, settings: Settings, run: PublishingRun, years: Years = None) -> PublishResult:
    """Replace what differs in the lake by what is staged, of some years or of all, and check it, in one transaction.

    Without ``years`` the lake afterwards has the reports that are staged and nothing else. With them it has those of
    these years, beside what other writers published of others.

    Raises:
        PublishError: the lake cannot be written, or what was made fails its checks. It is as it was.
        StagingError: what is staged is missing or damaged.
    """
    staging = Staging(settings.staging)
    refuse_stale(staging, quick=False, years=years)
    for tries_left in reversed(range(MOST_TRIES)):
        try:
            with exclusive(lake, f"run {run.run_id}"), ducklake_connection.open_for_writing(lake, settings) as con:
                with Loading(con, staging) as loading:
                    result = _Publication(loading, lake, settings, run, years).commit()
                if run.dry_run:
                    return result
                _expire_snapshots(con, lake, settings)
            if result.unchanged_since is None:
                log.info("published %s: %d reports", lake, result.rows["dim_report"])
            return result
        except (LakeError, duckdb.Error, OSError) as error:
            if not tries_left or not _is_conflict(error):
                raise _publish_error(lake, error) from error
            log.info("%s: another writer published meanwhile; trying again", lake)
            time.sleep(WAIT_SECONDS * random.random())
    raise AssertionError("the last try returns or raises")


def _is_conflict(error: Exception) -> bool:
    message = f"{error} {error.__cause__}".lower()
    return any(words in message for words in _CONFLICTS)


def _publish_error(lake: Lake, error: Exception) -> PublishError:
    """The error with its advice, as a ``LockedError`` where it may be over soon."""
    if _is_conflict(error):
        return LockedError(
            f"{lake}: {MOST_TRIES} times other writers published before this one was done; nothing was published, run "
            f"again: {error}"
        )
    kind = LockedError if ducklake_connection.is_away(error) else PublishError
    if isinstance(error, LakeError):
        return kind(f"{error}. Nothing was published")
    return kind(ducklake_connection.describe(lake, "the lake cannot be written to, and nothing was published", error))


@contextlib.contextmanager
def exclusive(lake: Lake, holder: str) -> Iterator[None]:
    """Let the writers of a lake with a SQLite catalog wait for each other: SQLite would make the second one fail."""
    if lake.file is None:
        yield
        return
    with lock.exclusive(lake.file.with_name(f".{lake.file.name}.lock"), holder):
        yield


@dataclass(frozen=True, slots=True)
class _Publication:
    """One transaction: what is loaded, into which lake, by which run, of which years."""

    loading: Loading
    lake: Lake
    settings: Settings
    run: PublishingRun
    years: Years

    def commit(self) -> PublishResult:
        """Load, check and commit; roll back on any error."""
        con = self.loading.con
        dropped: Sequence[removals.Dropped] = ()
        con.begin()
        try:
            with _previous_state(con, self.lake) as state:
                files = self._load(state)
                if files is None:
                    con.rollback()
                    return unchanged(con, self.lake, build.row_counts(con))
                if state is not None:
                    dropped = removals.refuse(con, PREVIOUS, NAME, self.settings, self.run, self.lake)
            rows = build.row_counts(con)
            if self.run.dry_run:
                con.rollback()
                return PublishResult.of(rows, files, dropped)
            info = (
                f"{rows['dim_report']} reports; {files.new} files new, {files.changed} changed, {files.removed} removed"
            )
            con.execute(f"CALL {NAME}.set_commit_message(?, ?, extra_info => ?)", [AUTHOR, self.run.run_id, info])
            _commit(con, self.lake)
        except BaseException:
            with contextlib.suppress(duckdb.Error):
                con.rollback()
            raise
        return PublishResult.of(rows, files, dropped)

    def _load(self, state: Mapping[str, str] | None) -> FileCounts | None:
        """Make the lake's tables what is staged; how the files differ from those of the previous publication, None
        where the lake says all that already.

        ``state`` is the lake's record of the program and staging that it was made from, None for a new lake.
        """
        loading = self.loading
        sources = loading.staging.sources()
        loading.stage_sources()
        ducklake_writers.add_sources(loading, sources)
        waived, others_stay = self._add_other_years(sources, has_previous=state is not None)
        files = loading.compare_with_previous(self.run, state is not None)
        program, staged = build.program_fingerprint(), loading.staging.content_hash()
        of_staging = f"made_from {json.dumps([sources, sorted(self.years) if self.years else None])}"
        changed = None  # all are
        if state is None or state.get("made_by") != program:
            self._create_tables(state is not None, others_stay)
        else:
            changed = ducklake_writers.changed_reports(loading, self.years, state)
            if changed.is_empty() and state.get(of_staging) == staged:
                return None
            if not others_stay and len(changed) > MOST_CHANGED * _reports(loading):
                for table in schemas.TABLES:
                    loading.con.execute(f"DELETE FROM {base.name(table)}")
                changed = None
        self._fill(changed, waived)
        build.record_run(loading, self.run, files)
        ducklake_writers.update_record(loading, self.years, {"made_by": program, of_staging: staged})
        return files

    def _add_other_years(self, sources: str, has_previous: bool) -> tuple[pl.DataFrame, bool]:
        """Complete what is staged of some years by what the lake has of others: waivers, and whether there is any."""
        waived, others_stay = parquet.read(self.loading.staging.waivers), False
        if self.years is not None:
            ducklake_writers.keep_only(self.loading, self.years)
            waived = waived.filter(pl.col("year").is_in(list(self.years)))
            if has_previous:
                others_stay = ducklake_writers.add_other_writers(self.loading, self.lake, self.years, sources)
                waived = ducklake_writers.add_other_waivers(self.loading, waived, self.years)
        return waived, others_stay

    def _create_tables(self, has_previous: bool, others_stay: bool) -> None:
        """Create the tables of a new lake, or replace those that another version of the program created.

        Raises:
            PublishError: rows of other writers would be lost.
        """
        if others_stay:
            raise PublishError(
                f"{self.lake}: it was made by another version of this program, so what other writers published cannot "
                "stay beside this: publish all years first (a run without --year)"
            )
        if has_previous:
            _drop_tables(self.loading.con)
        _create_tables(self.loading.con)

    def _fill(self, changed: pl.DataFrame | None, waived: pl.DataFrame) -> None:
        """Fill empty tables, or replace the changed reports; run the rules and checks."""
        loading = self.loading
        if changed is None:
            build.fill(loading, self.years)
            build.run_rules(loading, waived)
            refuse_faults(checks.check(loading.con))
        else:
            incremental.replace_reports(loading, changed)
            incremental.rerun_rules(loading, waived, self.years)
            refuse_faults(checks.check(loading.con, loading.only_affected(incremental.CHECKED_TABLES)))


def _commit(con: duckdb.DuckDBPyConnection, lake: Lake) -> None:
    """Commit. Where that fails for another reason than a conflict, the server may have committed all the same."""
    try:
        con.commit()
    except duckdb.Error as error:
        if _is_conflict(error):
            raise
        what = (
            "the transaction's end failed; whether it was published is not known, the next run finds out and mends it"
        )
        raise LockedError(ducklake_connection.describe(lake, what, error)) from error


@contextlib.contextmanager
def _previous_state(con: duckdb.DuckDBPyConnection, lake: Lake) -> Iterator[dict[str, str] | None]:
    """Attach the lake as this transaction found it as ``PREVIOUS``; its recorded state, None if it is empty."""
    snapshot = sql.scalar(con, f"SELECT id FROM {NAME}.current_snapshot() t (id)")
    tables = con.execute("SELECT schema_name || '.' || table_name FROM duckdb_tables() WHERE database_name = ?", [NAME])
    there = {name for (name,) in tables.fetchall()}
    if not there:
        yield None
        return
    if "record.state" not in there:
        raise ForeignError(
            f"{lake} is a DuckLake that this program did not make, and was left alone: give another one "
            "(--warehouse or OGI_WAREHOUSE). Nothing was published"
        )
    ducklake_connection.attach(con, Lake(lake.catalog, at=int(snapshot)), PREVIOUS)
    yield dict(con.execute(f"FROM {PREVIOUS}.record.state").fetchall())


def _reports(loading: Loading) -> int:
    return int(sql.scalar(loading.con, f"SELECT count(*) FROM {Temp.CATALOGUE} WHERE year IS NOT NULL"))


def _create_tables(con: duckdb.DuckDBPyConnection) -> None:
    """Create tables and views as in a file, those of reports partitioned by year."""
    views = set(re.findall(r"CREATE (?:OR REPLACE )?VIEW (\w+)", ddl.definitions()))
    for statement in duckdb.extract_statements(ddl.definitions()):
        comment = _COLUMN_COMMENT.match(statement.query)
        if comment is None or comment[1] not in views:
            con.execute(statement)
    for table in _PARTITIONED:
        con.execute(f"ALTER TABLE {table} SET PARTITIONED BY (year)")
    ducklake_writers.create_record(con)


def _drop_tables(con: duckdb.DuckDBPyConnection) -> None:
    """Drop all tables and views. Earlier snapshots still have them."""
    for kind, name in con.execute(
        "SELECT 'VIEW', view_name FROM duckdb_views() WHERE database_name = $lake AND NOT internal UNION ALL "
        "SELECT 'TABLE', table_name FROM duckdb_tables() WHERE database_name = $lake AND schema_name = 'main'",
        {"lake": NAME},
    ).fetchall():
        con.execute(f"DROP {kind} {NAME}.main.{name}")
    con.execute(f"DROP SCHEMA {NAME}.record CASCADE")


def _expire_snapshots(con: duckdb.DuckDBPyConnection, lake: Lake, settings: Settings) -> None:
    """Expire old snapshots, and delete the files that only they needed. What fails is done after a later publication.

    Small files are not merged: while DuckLake's ``merge_adjacent_files`` works, readers have seen tables without those
    files. A year in many parts is written again as a whole in staging (``staging.folder.next_part``), and is then
    replaced here as a whole, in a publication like any other.
    """
    expired = [
        snapshot
        for (snapshot,) in con.execute(
            _EXPIRED.format(lake=NAME),
            {"author": AUTHOR, "kept": settings.keep_previous + 1, "days": settings.keep_snapshots_days},
        ).fetchall()
    ]
    for call in (
        *([f"CALL ducklake_expire_snapshots('{NAME}', versions => {expired})"] if expired else []),
        # A day later, so that readers of an old snapshot can finish. Files that no snapshot ever knew, as killed
        # writers leave them, stay: they might be those of another lake that was given the same folder by mistake.
        f"CALL ducklake_cleanup_old_files('{NAME}', older_than => now() - INTERVAL 1 day)",
    ):
        try:
            con.execute(call)
        except duckdb.Error as error:
            log.warning("%s: %s failed and is done after the next publication: %s", lake, call, error)


#: Snapshots that are older than is wanted, but for the last publications.
_EXPIRED = """
SELECT snapshot_id FROM {lake}.snapshots()
WHERE snapshot_time < now() - to_milliseconds(($days * 24 * 60 * 60 * 1000)::DOUBLE)
    AND snapshot_id NOT IN (
        SELECT snapshot_id FROM {lake}.snapshots() WHERE author = $author ORDER BY snapshot_id DESC LIMIT $kept
    )
    AND snapshot_id < (SELECT max(snapshot_id) FROM {lake}.snapshots())
ORDER BY ALL
"""
