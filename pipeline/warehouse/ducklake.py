"""From staging into a DuckLake: one transaction a publication, with the same tables, views, rules and checks as a file.

A lake may have several writers, each of the years that it collects. What a publication replaces is what differs between
what is staged and what the lake says it was made from, and all years of the agencies concerned are judged again, with
the others' years. Readers see what was there before until the transaction ends, and can ask for it afterwards.

DuckLake compares what two transactions changed when the second one ends, and since each replaces the row of the run
that published, one of two that overlap always fails; it then begins again with what the other one left.

Belongs here: the transaction, and old snapshots. Addresses are ``lakes``'s, what several writers have side by side is
``others``'s; what tables and rules are is said where it is for files.
"""

import contextlib
import hashlib
import json
import logging
import random
import re
import time
from collections.abc import Iterator, Mapping

import duckdb
import polars as pl

import schemas
from pipeline import rules
from pipeline.addresses import Lake
from pipeline.settings import Settings
from pipeline.staging import parquet
from pipeline.staging.folder import Staging
from pipeline.system import lock
from pipeline.warehouse import build, checks, ddl, ducklake_connection, ducklake_writers, incremental, provenance
from pipeline.warehouse.ducklake_connection import AUTHOR, NAME, LakeError
from pipeline.warehouse.ducklake_writers import Years
from pipeline.warehouse.publication import LockedError, Published, PublishError, refuse_faults, refuse_stale
from schemas import base

log = logging.getLogger(__name__)

#: A publication that another one overtook begins again, so many times at most, after some seconds.
MOST_TRIES, WAIT_SECONDS = 20, 2.0
#: Where so large a share of the reports changed, all is written anew.
MOST_CHANGED = 0.5
#: What DuckLake says when another transaction has changed the same, and SQLite when another one holds its file.
_OVERTAKEN = (
    "transaction conflict",
    "database is locked",
    "could not serialize access",
    "deadlock detected",
    "ducklake_snapshot_pkey",
    "pg_type_typname_nsp_index",  # two that make a new lake at the same moment
    'relation "ducklake_',
)
#: DuckLake has no comments on columns of views.
_COMMENT = re.compile(r"\s*COMMENT\s+ON\s+COLUMN\s+(\w+)\.", re.IGNORECASE)
#: Tables whose files are of one year each.
_BY_YEAR = [name for name in incremental.ALL_NAMES if name != base.name(schemas.DimAgency)]


def publish(lake: Lake, settings: Settings, run: provenance.Run, years: Years = None) -> Published:
    """Replace what differs in the lake by what is staged, of some years or of all, and check it, in one transaction.

    Without ``years`` the lake afterwards has the reports that are staged and nothing else. With them it has those of
    these years, beside what other writers published of others.

    Raises:
        PublishError: the lake cannot be written, or what was made fails its checks. It is as it was.
        StagingError: what is staged is missing or damaged.
    """
    place = Staging(settings.staging)
    refuse_stale(place, quick=False, years=years)
    for left in reversed(range(MOST_TRIES)):
        try:
            with _alone(lake, run), ducklake_connection.written(lake, settings) as con:
                published = _published(con, lake, place, run, years)
                _tidy(con, lake, settings)
            log.info("published %s: %d reports", lake, published.rows["dim_report"])
            return published
        except (LakeError, duckdb.Error, OSError) as error:
            if not left or not _was_overtaken(error):
                raise _told(lake, error) from error
            log.info("%s: another writer published meanwhile; beginning again", lake)
            time.sleep(WAIT_SECONDS * random.random())
    raise AssertionError("the last try returns or raises")


def _was_overtaken(error: Exception) -> bool:
    said = f"{error} {error.__cause__}".lower()
    return any(words in said for words in _OVERTAKEN)


def _told(lake: Lake, error: Exception) -> PublishError:
    """What a person is told of an error, and whether it may pass."""
    if _was_overtaken(error):
        said = f"{MOST_TRIES} times other writers published before this one was done; nothing was published, run again"
        return LockedError(f"{lake}: {said}: {error}")
    kind = LockedError if ducklake_connection.is_away(error) else PublishError
    if isinstance(error, LakeError):
        return kind(f"{error}. Nothing was published")
    return kind(ducklake_connection.told(lake, "the lake cannot be written to, and nothing was published", error))


@contextlib.contextmanager
def _alone(lake: Lake, run: provenance.Run) -> Iterator[None]:
    """Writers of a lake with a SQLite catalog wait for each other: SQLite would only tell them to try again."""
    if lake.file is None:
        yield
        return
    with lock.exclusive(lake.file.with_name(f".{lake.file.name}.lock"), f"run {run.run_id}"):
        yield


def _published(
    con: duckdb.DuckDBPyConnection, lake: Lake, place: Staging, run: provenance.Run, years: Years
) -> Published:
    """The transaction."""
    con.begin()
    try:
        with _previous(con, lake) as state:
            seen = _replace(con, lake, place, run, years, state)
        rows = build.counts(con)
        said = f"{rows['dim_report']} reports; {seen.new} files new, {seen.changed} changed, {seen.removed} removed"
        con.execute(f"CALL {NAME}.set_commit_message(?, ?, extra_info => ?)", [AUTHOR, run.run_id, said])
        _end(con, lake)
    except BaseException:
        with contextlib.suppress(duckdb.Error):
            con.rollback()
        raise
    return Published(lake, rows, seen.new, seen.changed, seen.removed)


def _end(con: duckdb.DuckDBPyConnection, lake: Lake) -> None:
    """Commit. When that fails, and not for want of agreement, nobody knows whether the server had heard of it."""
    try:
        con.commit()
    except duckdb.Error as error:
        if _was_overtaken(error):
            raise
        what = (
            "the transaction's end failed; whether it was published is not known, the next run finds out and mends it"
        )
        raise LockedError(ducklake_connection.told(lake, what, error)) from error


@contextlib.contextmanager
def _previous(con: duckdb.DuckDBPyConnection, lake: Lake) -> Iterator[dict[str, str] | None]:
    """The lake as this transaction found it, as schema ``previous``, and what it said of itself; None if empty."""
    row = con.execute(f"SELECT id FROM {NAME}.current_snapshot() t (id)").fetchone()
    assert row is not None
    there = con.execute(
        "SELECT count(*) FROM duckdb_tables() WHERE database_name = ? AND schema_name = 'record'", [NAME]
    ).fetchone()
    if not there or not there[0]:
        yield None
        return
    ducklake_connection.attach(con, Lake(lake.catalog, at=int(row[0])), "previous")
    yield dict(con.execute("FROM previous.record.state").fetchall())


def _replace(
    con: duckdb.DuckDBPyConnection,
    lake: Lake,
    place: Staging,
    run: provenance.Run,
    years: Years,
    state: Mapping[str, str] | None,
) -> provenance.Seen:
    """Bring the lake's tables to what is staged; how the files differ from those that it was made from.

    ``state`` is what the lake said of itself, None if there was nothing.
    """
    sources, waived, stay = place.sources(), parquet.read(place.waivers), False
    build.take_stock(con, place)
    ducklake_writers.mark(con, sources)
    if years is not None:
        ducklake_writers.only(con, years)
        waived = waived.filter(pl.col("year").is_in(list(years)))
        if state is not None:
            stay = ducklake_writers.put_beside(con, lake, years, sources)
            waived = ducklake_writers.waived(con, waived, years)
    seen = build.see(con, run, state is not None)
    made_by, made_from = _made_by(), f"made_from {json.dumps([sources, sorted(years) if years else None])}"
    if state is None or state.get("made_by") != made_by:
        if stay:
            raise PublishError(
                f"{lake}: it was made by another version of this program, so what other writers published cannot stay "
                "beside this: publish all years first (a run without --year)"
            )
        if state is not None:
            _drop(con)
        _define(con)
        changed = None
    else:
        changed = ducklake_writers.differing(con, place, years, state)
        if changed.is_empty() and state.get(made_from) == place.content_hash():
            build.sign(con, run, seen)
            log.info("nothing changed")
            return seen
        if not stay and len(changed) > MOST_CHANGED * _reports(con):
            for table in schemas.TABLES:
                con.execute(f"DELETE FROM {base.name(table)}")
            changed = None
    if changed is None:
        build.fill(con, place, years)
        build.judge(con, waived)
        refuse_faults(checks.check(con))
    else:
        incremental.replace(con, place, changed)
        incremental.judge_again(con, place, waived, years)
        refuse_faults(checks.check(con, incremental.only_concerned(con, names=incremental.ALL_NAMES)))
    build.sign(con, run, seen)
    ducklake_writers.record(con, place, years, {"made_by": made_by, made_from: place.content_hash()})
    return seen


def _reports(con: duckdb.DuckDBPyConnection) -> int:
    row = con.execute("SELECT count(*) FROM catalogue WHERE year IS NOT NULL").fetchone()
    assert row is not None
    return int(row[0])


def _define(con: duckdb.DuckDBPyConnection) -> None:
    """Tables and views as in a file, those of reports in a folder of files for each year."""
    views = set(re.findall(r"CREATE (?:OR REPLACE )?VIEW (\w+)", ddl.definitions()))
    for statement in duckdb.extract_statements(ddl.definitions()):
        comment = _COMMENT.match(statement.query)
        if comment is None or comment[1] not in views:
            con.execute(statement)
    for table in _BY_YEAR:
        con.execute(f"ALTER TABLE {table} SET PARTITIONED BY (year)")
    ducklake_writers.define(con)


def _drop(con: duckdb.DuckDBPyConnection) -> None:
    """Remove all tables and views: what was published before has them still."""
    for kind, name in con.execute(
        "SELECT 'VIEW', view_name FROM duckdb_views() WHERE database_name = $lake AND NOT internal UNION ALL "
        "SELECT 'TABLE', table_name FROM duckdb_tables() WHERE database_name = $lake AND schema_name = 'main'",
        {"lake": NAME},
    ).fetchall():
        con.execute(f"DROP {kind} {NAME}.main.{name}")
    con.execute(f"DROP SCHEMA {NAME}.record CASCADE")


def _made_by() -> str:
    """All of the program that decides what is made of the same reports."""
    made_by = [provenance.CODE, ddl.definitions(), build.dimensions(), rules.ALL]
    return hashlib.sha256("\n".join(made_by).encode()).hexdigest()


def _tidy(con: duckdb.DuckDBPyConnection, lake: Lake, settings: Settings) -> None:
    """Let old snapshots go, and the files that only they needed. What fails here is done the next time.

    Small files are put together by none of DuckLake's calls: while ``merge_adjacent_files`` works, readers have seen
    tables without those files. A year in many parts is written anew in staging (``staging.next_part``), and is then
    replaced here as a whole, in a publication like any other.
    """
    kept = f"now() - INTERVAL '{settings.keep_snapshots_days * 24 * 60:.0f} minutes'"
    for call in (
        f"CALL ducklake_expire_snapshots('{NAME}', older_than => {kept})",
        # For a day more: who reads an old snapshot shall finish. Files that no snapshot ever knew, as killed writers
        # leave them, stay: they might be another lake's that was given the same place by mistake.
        f"CALL ducklake_cleanup_old_files('{NAME}', older_than => now() - INTERVAL 1 day)",
    ):
        try:
            con.execute(call)
        except duckdb.Error as error:
            log.warning("%s: %s could not be done and is done after the next publication: %s", lake, call, error)
