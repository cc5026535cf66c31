"""Several writers of one lake: each publishes the years that it collects, beside the years of the others.

Rules compare an agency's years with each other, and an agency is called by the fullest name of all its reports. So what
is staged here of some years is completed by what the lake was made from for the other years, before anything is loaded.

Belongs here: the lake's record of what it was made from (schema ``record``), and completing the temp tables of a
``Loading`` from it. What is loaded then is ``build``'s and ``incremental``'s.
"""

import json
import logging
from collections.abc import Collection, Mapping

import duckdb
import polars as pl

from pipeline import sql
from pipeline.addresses import Lake
from pipeline.regions.naming import clean_name
from pipeline.staging import raw_reports
from pipeline.staging.folder import Staging
from pipeline.warehouse.errors import PublishError
from pipeline.warehouse.loading import PREVIOUS, Loading, Temp

log = logging.getLogger(__name__)

#: Years, or all of them.
Years = Collection[int] | None
_RECORD = f"""
CREATE SCHEMA record;
CREATE TABLE record.file AS FROM {Temp.CATALOGUE} LIMIT 0;
COMMENT ON TABLE record.file IS
    'What each file was taken for when the lake was last made from it, and from which sources it was collected.';
CREATE TABLE record.registered AS FROM {Temp.REGISTER} LIMIT 0;
COMMENT ON TABLE record.registered IS 'Lines of the writers'' registers of agencies.';
CREATE TABLE record.state (name VARCHAR, value VARCHAR);
COMMENT ON TABLE record.state IS 'By what program and from which staging the lake was made, in hashes.'
"""
#: The record's tables: the temp table that each is a copy of, and its key.
_RECORDED = {"file": (Temp.CATALOGUE, "source_file"), "registered": (Temp.REGISTER, "agency_id")}


def create_record(con: duckdb.DuckDBPyConnection) -> None:
    """Create the record's tables, with the columns of the temp tables that they are copies of."""
    for statement in duckdb.extract_statements(_RECORD):
        con.execute(statement)


def add_sources(loading: Loading, sources: str) -> None:
    """Add to each staged file and line of the register the sources from which it was collected."""
    for table, _ in _RECORDED.values():
        loading.con.execute(f"ALTER TABLE {table} ADD COLUMN collected_from VARCHAR")
        loading.con.execute(f"UPDATE {table} SET collected_from = ?", [sources])


def keep_only(loading: Loading, years: Collection[int]) -> None:
    """Delete other years from the temp tables. Files without a year stay: they belong to no year."""
    others = f"year IS NOT NULL AND year NOT IN {in_list(years)}"
    if left := sql.scalar(loading.con, f"SELECT count(*) FROM {Temp.CATALOGUE} WHERE {others}"):
        log.warning("%d files are of other years than %s and are left alone", left, ", ".join(map(str, sorted(years))))
    for name in (Temp.CATALOGUE, Temp.REJECTED_ON_READING, Temp.SUPERSEDED_ON_READING):
        loading.con.execute(f"DELETE FROM {name} WHERE {others}")


def add_other_writers(loading: Loading, lake: Lake, years: Collection[int], sources: str) -> bool:
    """Add to the temp tables what ``PREVIOUS`` was made from for other years; whether there is any.

    Raises:
        PublishError: a file of this writer and one of another have the same name.
    """
    con = loading.con
    loading.create(
        Temp.OTHER_WRITERS_FILE,
        f"FROM {PREVIOUS}.record.file WHERE year NOT IN {in_list(years)} OR year IS NULL AND collected_from <> ?",
        [sources],
    )
    same_name = con.execute(
        f"SELECT source_file, o.collected_from "
        f"FROM {Temp.OTHER_WRITERS_FILE} o JOIN {Temp.CATALOGUE} USING (source_file)"
    ).fetchone()
    if same_name:
        raise PublishError(
            f"{lake}: {same_name[0]} is the name of a file here and of another that was collected from "
            f"{', '.join(json.loads(same_name[1]))}: give the sources' folders different names and collect from the "
            "folder above"
        )
    con.execute(f"INSERT INTO {Temp.CATALOGUE} BY NAME FROM {Temp.OTHER_WRITERS_FILE}")
    con.execute(
        f"INSERT INTO {Temp.REGISTER} BY NAME FROM {PREVIOUS}.record.registered "
        f"ANTI JOIN {Temp.REGISTER} USING (agency_id) WHERE collected_from <> ?",
        [sources],
    )
    for name, table in (
        (Temp.REJECTED_ON_READING, "rejected_report"),
        (Temp.SUPERSEDED_ON_READING, "superseded_report"),
    ):
        con.execute(
            f"INSERT INTO {name} BY NAME "
            f"FROM (FROM {PREVIOUS}.main.{table} WHERE year NOT IN {in_list(years)} AND reason <> 'file_changed') "
            "SELECT COLUMNS(c -> c <> 'seen_at')"
        )
    return bool(sql.scalar(con, f"SELECT count(*) FROM {Temp.OTHER_WRITERS_FILE}"))


def add_other_waivers(loading: Loading, staged: pl.DataFrame, years: Collection[int]) -> pl.DataFrame:
    """The staged waivers of these years, with the published ones of other years."""
    found = loading.con.execute(f"FROM {PREVIOUS}.main.quality_waiver WHERE year NOT IN {in_list(years)}").pl()
    wanted = found["agency"].map_elements(clean_name, return_dtype=pl.String)
    return pl.concat([staged, found.with_columns(wanted=wanted).select(staged.columns).cast(staged.schema)])


def changed_reports(loading: Loading, years: Years, state: Mapping[str, str]) -> pl.DataFrame:
    """The reports (``agency_id``, ``year``) that differ from what the lake was made from.

    All reports of a year count as changed if its tables are of another generation: read again as a whole, or by
    another writer.
    """
    columns = ", ".join(raw_reports.CATALOGUE_SCHEMA)
    generations = _generations(loading.staging, years)
    again = in_list([int(name.split()[1]) for name, value in generations.items() if state.get(name) != value])
    now, before = f"SELECT {columns} FROM {Temp.CATALOGUE}", f"SELECT {columns} FROM {PREVIOUS}.record.file"
    return loading.con.execute(
        f"""
        SELECT DISTINCT agency_id, year FROM (
            ({now} EXCEPT {before}) UNION ALL
            ({before} EXCEPT {now}) UNION ALL
            {now} WHERE year IN {again} UNION ALL
            {before} WHERE year IN {again}
        ) WHERE year IS NOT NULL AND agency_id IS NOT NULL
        """
    ).pl()


def update_record(loading: Loading, years: Years, state: Mapping[str, str]) -> None:
    """Record what the lake is made from now. Rows that stay as they are are not written: each night would add them."""
    con = loading.con
    for name, (table, key) in _RECORDED.items():
        loading.create(Temp.OUTDATED_RECORD, f"FROM record.{name} EXCEPT SELECT * FROM {table}")
        con.execute(f"DELETE FROM record.{name} r USING {Temp.OUTDATED_RECORD} o WHERE r.{key} = o.{key}")
        loading.drop(Temp.OUTDATED_RECORD)
        con.execute(
            f"INSERT INTO record.{name} BY NAME FROM {table} ANTI JOIN record.{name} USING ({key}) ORDER BY {key}"
        )
    state = {**state, **_generations(loading.staging, years)}
    # Of a lake that was replaced as a whole nothing else is true any more.
    con.execute("DELETE FROM record.state WHERE $1 OR list_contains($2, name)", [years is None, list(state)])
    con.executemany("INSERT INTO record.state VALUES (?, ?)", list(state.items()))


def _generations(staging: Staging, years: Years) -> dict[str, str]:
    """The generation of each year's staged tables, by its name in ``record.state``: ``written 2024``."""
    return {
        f"written {year}": generation
        for year, generation in staging.generations().items()
        if years is None or int(year) in years
    }


def in_list(numbers: Collection[int]) -> str:
    """Numbers as a list for SQL's IN; if there are none, a number that no year has."""
    return f"({', '.join(map(str, sorted(numbers))) or '-1'})"
