"""What would be our own fault in a warehouse: a key twice, a fact without its report, a file not accounted for once.

Belongs here: checks before publishing. Contradictions of agencies are ``pipeline.rules``'s.
"""

import contextlib

import duckdb

import schemas
from pipeline.warehouse.build import _scalar
from schemas import base


def check(
    con: duckdb.DuckDBPyConnection, rows: contextlib.AbstractContextManager[None] | None = None
) -> dict[str, list[str]]:
    """What would be our own fault, by check: a key twice, a fact without its report, a file not accounted for once.

    ``rows`` makes the tables' names mean only those rows that need to be looked at, where the others were before.
    """
    found = {}
    with rows or contextlib.nullcontext():
        found["keys_unique"] = [
            f"{name} has {twice} keys ({', '.join(key)}) more than once"
            for name, key in _keyed().items()
            if _scalar(con, _REPEATED.format(table=name, key=", ".join(key)))
            and (twice := _scalar(con, _TWICE.format(table=name, key=", ".join(key))))
        ]
        found["facts_have_reports"] = [
            f"{name} has {orphans} rows of reports that are not in dim_report"
            for name in _OF_REPORTS
            if (orphans := _scalar(con, f"SELECT count(*) FROM {name} ANTI JOIN dim_report USING (agency_id, year)"))
        ]
    found["files_accounted_for"] = [
        f"{files} files are not accounted for exactly once" for files in [_scalar(con, _UNACCOUNTED)] if files
    ]
    return {check: faults for check, faults in found.items() if faults}


#: Cheaper than the keys themselves, which are looked at where a hash comes twice.
_REPEATED = "SELECT count(*) - count(DISTINCT hash({key})) FROM {table}"


_TWICE = "SELECT count(*) FROM (SELECT {key} FROM {table} GROUP BY ALL HAVING count(*) > 1)"


_OF_REPORTS = (
    "fact_application_handling",
    "fact_reconsideration",
    "fact_proactive_disclosure",
    "fact_narrative_claim",
    "quality_issue",
)


_UNACCOUNTED = """
SELECT count(*) FROM catalogue c FULL JOIN (
    SELECT source_file, count(*) AS times FROM (
        SELECT source_file FROM dim_report
        UNION ALL SELECT source_file FROM superseded_report WHERE reason <> 'file_changed'
        UNION ALL SELECT source_file FROM rejected_report
    ) GROUP BY ALL
) a USING (source_file) WHERE a.times IS DISTINCT FROM 1 OR c.source_file IS NULL
"""


def _keyed() -> dict[str, list[str]]:
    return {base.name(table): key for table in schemas.TABLES if (key := base.key(table))}
