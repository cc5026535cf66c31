"""What the published warehouse is checked for, shown at the asset.

One check a group of rules: the agencies' contradictions, as warnings, with counts and the worst first. And checks of
what would be our own fault, as errors: a key twice, a fact without its report, a file not accounted for (the file is
then not published), a table that the text has and we did not read, a row that fails its declaration.

Belongs here: names, severities and previews. What is judged is in ``pipeline.rules`` and ``pipeline.warehouse``.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import duckdb
from dagster import AssetCheckResult, AssetCheckSeverity, AssetCheckSpec, MetadataValue

from assets.preview import tables
from schemas.quality_rule import GROUPS

_WAREHOUSE = "warehouse"
_GROUPS = {
    "sums": "The form's own sums hold: balance, dispositions, applicants, reviews.",
    "values": "Counts are whole and not negative.",
    "years": "Reports of neighbouring years fit together: carry-over, stock of documents, jumps, gaps.",
    "narrative": "What the text says fits the tables and itself.",
    "sections": "The six sections are there, in order, and the fifth has text.",
    "identity": "Every place that names agency and year names the same, and a year has one report.",
    "reading": "The reader could place every number and read every cell.",
}
#: What would be our own fault; the first three are checked before the file is published, and a fault stops it.
_OURS = {
    "keys_unique": "No table has a key twice.",
    "facts_have_reports": "No fact stands without its report.",
    "files_accounted_for": "Every file is in exactly one of dim_report, superseded_report and rejected_report.",
    "tables_read": "No table that the text has was left unread.",
    "rows_valid": "No row failed its declaration, and no report broke the reader.",
}
_STOPPING = {"keys_unique", "facts_have_reports", "files_accounted_for"}
_STOPS = ", and the warehouse is then not published"
assert set(_GROUPS) == set(GROUPS)

SPECS = [
    *(
        AssetCheckSpec(
            name,
            asset=_WAREHOUSE,
            description=f"{text} A failure is the agencies' affair, or the text's: the numbers are published as "
            "printed, and quality_issue names each case.",
        )
        for name, text in _GROUPS.items()
    ),
    *(
        AssetCheckSpec(name, asset=_WAREHOUSE, description=f"{text} A failure is ours{_STOPS * (name in _STOPPING)}.")
        for name, text in _OURS.items()
    ),
]

_COUNTS = """
SELECT r.rule, r.title_zh, r.severity, sum(r.assessable)::BIGINT AS assessable, sum(r.failed)::BIGINT AS failed,
    (SELECT count(*) FROM quality_issue q WHERE q.rule = r.rule AND waived) AS waived
FROM quality_rule_result r WHERE rule_group = ? GROUP BY r.rule, r.title_zh, r.severity HAVING sum(r.failed) > 0
ORDER BY list_position(['error', 'warning', 'info'], r.severity), failed DESC, r.rule
"""
_WORST = """
WITH unsettled AS (
    SELECT agency_id, year, rule, severity, rowid AS place FROM quality_issue
    WHERE severity <> 'info' AND NOT waived AND rule IN (SELECT rule FROM quality_rule WHERE rule_group = ?)
), counted AS (
    SELECT agency_id, year, count(*) AS issues FROM unsettled GROUP BY ALL
), worst AS (  -- the messages only of those that are shown
    SELECT place, name AS agency, issues
    FROM unsettled JOIN counted USING (agency_id, year) JOIN dim_agency USING (agency_id)
    ORDER BY severity, issues DESC, agency, year, rule, place LIMIT 20
)
SELECT agency, year, rule, severity, message FROM worst JOIN quality_issue ON rowid = place
ORDER BY severity, issues DESC, agency, year, rule, place
"""
_FLAGGED = """
SELECT count(*) FILTER (severity = 'error'), count(*) FILTER (severity = 'warning'),
    count(*) FILTER (severity = 'info'), count(DISTINCT (agency_id, year)) FILTER (severity <> 'info')
FROM quality_issue JOIN quality_rule USING (rule, severity) WHERE rule_group = ? AND NOT waived
"""
_OUR_CASES = {
    "tables_read": "SELECT name AS agency, year, table_name, message, source_file FROM quality_issue "
    "JOIN dim_agency USING (agency_id) JOIN dim_report USING (agency_id, year) WHERE rule = 'table_unread' "
    "ORDER BY ALL",
    "rows_valid": "SELECT source_file, message FROM rejected_report WHERE reason = 'parser_error' UNION ALL "
    "SELECT source_file, message FROM quality_issue JOIN dim_report USING (agency_id, year) "
    "WHERE rule = 'row_failed_validation' OR rule = 'text_unread' AND actual = 'broken' ORDER BY ALL",
}


def published(con: duckdb.DuckDBPyConnection) -> Iterator[AssetCheckResult]:
    """Results of all checks on a warehouse that was published."""
    for group in _GROUPS:
        errors, warnings, infos, reports = con.execute(_FLAGGED, [group]).fetchone() or (0, 0, 0, 0)
        yield AssetCheckResult(
            check_name=group,
            passed=errors + warnings == 0,
            severity=AssetCheckSeverity.WARN,
            metadata={
                "errors": errors,
                "warnings": warnings,
                "infos": infos,
                "reports": reports,
                # Dagster shows them by name, and people come for the cases.
                **tables(
                    {
                        "cases": (con.execute(_WORST, [group]).pl(), 20),
                        "rules": (con.execute(_COUNTS, [group]).pl(), 50),
                    }
                ),
            },
        )
    for name in _OURS:
        cases = con.execute(_OUR_CASES[name]).pl() if name in _OUR_CASES else None
        yield _ours(name, 0 if cases is None else len(cases), {} if cases is None else tables({"cases": (cases, 20)}))


def refused(faults: Mapping[str, Sequence[str]]) -> Iterator[AssetCheckResult]:
    """Results of the checks for which a warehouse was not published."""
    for name, found in faults.items():
        yield _ours(name, len(found), {"faults": "\n".join(found)})


def _ours(name: str, failures: int, metadata: dict[str, int | str | MetadataValue[Any]]) -> AssetCheckResult:
    return AssetCheckResult(
        check_name=name,
        passed=failures == 0,
        severity=AssetCheckSeverity.ERROR,
        metadata={"failures": failures, **metadata},
    )
