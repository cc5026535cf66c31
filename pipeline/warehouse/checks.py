"""Checks for faults of our own in a warehouse, before it is published.

A key twice, a fact without its report, a file not accounted for exactly once. Contradictions in what agencies report
are found by ``pipeline.rules``.
"""

import contextlib

import duckdb

import schemas
from pipeline import sql
from pipeline.warehouse.loading import Temp
from schemas import base

#: Compares hashes, which is cheaper than comparing keys; the keys themselves are compared where a hash occurs twice.
_REPEATED_HASHES = "SELECT count(*) - count(DISTINCT hash({key})) FROM {table}"
_REPEATED_KEYS = "SELECT count(*) FROM (SELECT {key} FROM {table} GROUP BY ALL HAVING count(*) > 1)"
#: Tables whose rows are of a report.
_FACTS = (
    "fact_application_handling",
    "fact_reconsideration",
    "fact_proactive_disclosure",
    "fact_narrative_claim",
    "quality_issue",
)
_UNACCOUNTED_FILES = f"""
SELECT count(*) FROM {Temp.CATALOGUE} c FULL JOIN (
    SELECT source_file, count(*) AS times FROM (
        SELECT source_file FROM dim_report
        UNION ALL SELECT source_file FROM superseded_report WHERE reason <> 'file_changed'
        UNION ALL SELECT source_file FROM rejected_report
    ) GROUP BY ALL
) a USING (source_file) WHERE a.times IS DISTINCT FROM 1 OR c.source_file IS NULL
"""
#: Published files in folders that cannot be read now, of which nothing is staged (any more).
_LOST_BEHIND_FOLDERS = f"""
SELECT count(DISTINCT p.source_file) FROM {Temp.PREVIOUS_FILE} p JOIN {Temp.CATALOGUE} f
    ON f.reason = 'unreadable_folder' AND starts_with(p.source_file, f.source_file || '/')
WHERE p.source_file NOT IN (SELECT source_file FROM {Temp.CATALOGUE})
"""


def check(
    con: duckdb.DuckDBPyConnection, rows: contextlib.AbstractContextManager[None] | None = None
) -> dict[str, list[str]]:
    """The faults that were found, by check. The connection has the temp tables of collected and of previous files.

    ``rows`` lets the tables' names mean only the rows that may be faulty, where the others were checked before.
    """
    with rows or contextlib.nullcontext():
        found = {"keys_unique": _repeated_keys(con), "facts_have_reports": _facts_without_report(con)}
    found["files_accounted_for"] = [
        f"{files} files are not accounted for exactly once" for files in [sql.scalar(con, _UNACCOUNTED_FILES)] if files
    ] + [
        f"{files} files that are published lie in folders that cannot be read now (unreadable_folder), and nothing is "
        "staged of them; give the right to read the folders"
        for files in [sql.scalar(con, _LOST_BEHIND_FOLDERS)]
        if files
    ]
    return {check: faults for check, faults in found.items() if faults}


def _repeated_keys(con: duckdb.DuckDBPyConnection) -> list[str]:
    keys = {base.name(table): ", ".join(key) for table in schemas.TABLES if (key := base.key(table))}
    return [
        f"{name} has {repeated} keys ({key}) more than once"
        for name, key in keys.items()
        if sql.scalar(con, _REPEATED_HASHES.format(table=name, key=key))
        and (repeated := sql.scalar(con, _REPEATED_KEYS.format(table=name, key=key)))
    ]


def _facts_without_report(con: duckdb.DuckDBPyConnection) -> list[str]:
    return [
        f"{name} has {orphans} rows of reports that are not in dim_report"
        for name in _FACTS
        if (orphans := sql.scalar(con, f"SELECT count(*) FROM {name} ANTI JOIN dim_report USING (agency_id, year)"))
    ]
