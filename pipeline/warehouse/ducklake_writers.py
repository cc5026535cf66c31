"""What other writers published into a lake, beside what is staged here: some years are one writer's, others another's.

Rules compare an agency's years with each other, and an agency is called by the fullest name of all its reports, so what
is staged of some years is put together with what the lake was made from for the others before anything is made of it.

Belongs here: the temp tables of ``build.take_stock``, completed; and the record by which a lake knows what it was made
from (schema ``record``). What is made of them is ``build``'s and ``amend``'s.
"""

import json
import logging
from collections.abc import Collection, Mapping

import duckdb
import polars as pl

from pipeline.addresses import Lake
from pipeline.regions.naming import clean_name
from pipeline.staging import raw_reports
from pipeline.staging.folder import Staging
from pipeline.warehouse.publication import PublishError

log = logging.getLogger(__name__)

#: Years, or all of them.
Years = Collection[int] | None
_RECORD = """
CREATE SCHEMA record;
CREATE TABLE record.file AS FROM catalogue LIMIT 0;
COMMENT ON TABLE record.file IS
    'What each file was taken for when the lake was last made from it, and from which sources it was collected.';
CREATE TABLE record.registered AS FROM registered LIMIT 0;
COMMENT ON TABLE record.registered IS 'Lines of the writers'' registers of agencies.';
CREATE TABLE record.state (name VARCHAR, value VARCHAR);
COMMENT ON TABLE record.state IS 'By what program and from which staging the lake was made, in hashes.'
"""


def define(con: duckdb.DuckDBPyConnection) -> None:
    """Make the record's tables, with columns as ``catalogue`` and ``registered`` have them."""
    for statement in duckdb.extract_statements(_RECORD):
        con.execute(statement)


def mark(con: duckdb.DuckDBPyConnection, sources: str) -> None:
    """Note with each staged file and line of the register from which sources it was collected."""
    for table in ("catalogue", "registered"):
        con.execute(f"ALTER TABLE {table} ADD COLUMN collected_from VARCHAR")
        con.execute(f"UPDATE {table} SET collected_from = ?", [sources])


def only(con: duckdb.DuckDBPyConnection, years: Collection[int]) -> None:
    """Let the temp tables of what is staged say nothing of other years. Files without a year stay: they are of none."""
    within = f"(year IN {listed(years)} OR year IS NULL)"
    left = con.execute(f"SELECT count(*) FROM catalogue WHERE NOT {within}").fetchone()
    if left and left[0]:
        log.warning(
            "%d files are of other years than %s and are left alone", left[0], ", ".join(map(str, sorted(years)))
        )
    for name in ("catalogue", "rejected_late", "superseded_late"):
        con.execute(f"DELETE FROM {name} WHERE NOT {within}")


def put_beside(con: duckdb.DuckDBPyConnection, lake: Lake, years: Collection[int], sources: str) -> bool:
    """Add what schema ``previous`` was made from for other years to the temp tables; whether there is any such.

    Raises:
        PublishError: a file of this writer and one of another have the same name.
    """
    con.execute(
        f"CREATE TEMP TABLE others AS FROM previous.record.file "
        f"WHERE year NOT IN {listed(years)} OR year IS NULL AND collected_from <> ?",
        [sources],
    )
    twice = con.execute(
        "SELECT source_file, o.collected_from FROM others o JOIN catalogue USING (source_file)"
    ).fetchone()
    if twice:
        raise PublishError(
            f"{lake}: {twice[0]} is the name of a file here and of another that was collected from "
            f"{', '.join(json.loads(twice[1]))}: give the sources' folders different names and collect from the folder "
            "above"
        )
    con.execute("INSERT INTO catalogue BY NAME FROM others")
    con.execute(
        "INSERT INTO registered BY NAME FROM previous.record.registered "
        "ANTI JOIN registered USING (agency_id) WHERE collected_from <> ?",
        [sources],
    )
    for name, table in (("rejected_late", "rejected_report"), ("superseded_late", "superseded_report")):
        con.execute(
            f"INSERT INTO {name} BY NAME "
            f"FROM (FROM previous.main.{table} WHERE year NOT IN {listed(years)} AND reason <> 'file_changed') "
            "SELECT COLUMNS(c -> c <> 'seen_at')"
        )
    row = con.execute("SELECT count(*) FROM others").fetchone()
    return bool(row and row[0])


def waived(con: duckdb.DuckDBPyConnection, staged: pl.DataFrame, years: Collection[int]) -> pl.DataFrame:
    """What reviewers know of these years, with what is published that others know of other years."""
    found = con.execute(f"FROM previous.main.quality_waiver WHERE year NOT IN {listed(years)}").pl()
    wanted = found["agency"].map_elements(clean_name, return_dtype=pl.String)
    return pl.concat([staged, found.with_columns(wanted=wanted).select(staged.columns).cast(staged.schema)])


def differing(con: duckdb.DuckDBPyConnection, place: Staging, years: Years, state: Mapping[str, str]) -> pl.DataFrame:
    """The reports (``agency_id``, ``year``) of which something else is there than what the lake was made from.

    That is all of a year that was read again as a whole, or by another writer.
    """
    columns = ", ".join(raw_reports.CATALOGUE_SCHEMA)
    again = [int(name.split()[1]) for name, value in _written(place, years).items() if state.get(name) != value]
    return con.execute(
        f"""
        SELECT DISTINCT agency_id, year FROM (
            (SELECT {columns} FROM catalogue EXCEPT SELECT {columns} FROM previous.record.file) UNION ALL
            (SELECT {columns} FROM previous.record.file EXCEPT SELECT {columns} FROM catalogue) UNION ALL
            SELECT {columns} FROM catalogue WHERE year IN {listed(again)} UNION ALL
            SELECT {columns} FROM previous.record.file WHERE year IN {listed(again)}
        ) WHERE year IS NOT NULL AND agency_id IS NOT NULL
        """
    ).pl()


def record(con: duckdb.DuckDBPyConnection, place: Staging, years: Years, said: Mapping[str, str]) -> None:
    """Write down what the lake is made from now."""
    for name, table, key in (("file", "catalogue", "source_file"), ("registered", "registered", "agency_id")):
        # Only what differs: all of it would be written and kept night after night.
        con.execute(f"CREATE TEMP TABLE gone_{name} AS FROM record.{name} EXCEPT SELECT * FROM {table}")
        con.execute(f"DELETE FROM record.{name} r USING gone_{name} g WHERE r.{key} = g.{key}")
        con.execute(
            f"INSERT INTO record.{name} BY NAME FROM {table} ANTI JOIN record.{name} USING ({key}) ORDER BY {key}"
        )
    said = {**said, **_written(place, years)}
    # Of a lake that was replaced whole nothing else is true any more.
    con.execute("DELETE FROM record.state WHERE $1 OR list_contains($2, name)", [years is None, list(said)])
    con.executemany("INSERT INTO record.state VALUES (?, ?)", list(said.items()))


def _written(place: Staging, years: Years) -> dict[str, str]:
    """By a name for the record, which writing anew each year's tables are of."""
    return {
        f"written {year}": value for year, value in place.generations().items() if years is None or int(year) in years
    }


def listed(numbers: Collection[int]) -> str:
    """Numbers as SQL has a list of them; one that no year is, if there are none."""
    return f"({', '.join(map(str, sorted(numbers))) or '-1'})"
