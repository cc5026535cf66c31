"""What people look at first in a published warehouse: the latest reports, the issues, the cases of each check.

Belongs here: queries for the assets' metadata, which choose, count and sort. What they show is made by ``build`` and
``pipeline.rules``.
"""

from typing import NamedTuple

import duckdb
import polars as pl

from pipeline.sql import scalar

_LATEST_REPORTS = """
WITH first AS (
    SELECT agency_id, name AS agency, year, source_file FROM dim_report JOIN dim_agency USING (agency_id)
    ORDER BY year DESC, agency, agency_id LIMIT 10
)
SELECT agency, year, count(DISTINCT discrepancy) AS discrepancies, count(rule) AS issues, source_file
FROM first LEFT JOIN cell_discrepancy USING (agency_id, year)
GROUP BY ALL ORDER BY year DESC, agency, source_file
"""
_ISSUES_BY_RULE = """
SELECT severity, rule, count(DISTINCT discrepancy) AS discrepancies, count(DISTINCT (agency_id, year)) AS reports,
    count(*) AS cells
FROM cell_discrepancy GROUP BY severity, rule
ORDER BY list_position(['error', 'warning', 'info'], severity), discrepancies DESC, rule
"""
_TABLE_SIZES = """
SELECT table_name AS "table", estimated_size AS rows, comment AS description FROM duckdb_tables()
WHERE database_name = current_database() AND schema_name = 'main' ORDER BY 1
"""
_FAILED_RULES = """
WITH broken AS (
    SELECT rule, count(DISTINCT discrepancy) AS discrepancies, count(DISTINCT (agency_id, year)) AS reports,
        count(*) FILTER (waived) AS waived
    FROM cell_discrepancy GROUP BY rule
)
SELECT r.rule, r.title_zh, r.severity, any_value(b.discrepancies) AS discrepancies, any_value(b.reports) AS reports,
    sum(r.failed)::BIGINT AS failed, sum(r.assessable)::BIGINT AS assessable, coalesce(any_value(b.waived), 0) AS waived
FROM quality_rule_result r LEFT JOIN broken b USING (rule)
WHERE rule_group = ? GROUP BY r.rule, r.title_zh, r.severity HAVING sum(r.failed) > 0
ORDER BY list_position(['error', 'warning', 'info'], r.severity), discrepancies DESC, r.rule
"""
_WORST_ISSUES = """
WITH unsettled AS (
    SELECT agency_id, year, severity, rowid AS issue FROM quality_issue WHERE severity <> 'info' AND NOT waived
), counted AS (
    SELECT agency_id, year, count(*) AS issues FROM unsettled GROUP BY ALL
), worst AS (
    SELECT issue, issues FROM unsettled JOIN counted USING (agency_id, year)
    ORDER BY list_position(['error', 'warning'], severity), issues DESC, agency_id, year, issue LIMIT 10
)
SELECT severity, name AS agency, year, rule,
    CASE WHEN length(message) > 80 THEN message[:79] || '…' ELSE message END AS message,
    CASE WHEN page IS NULL THEN concat_ws(':', source_file, q.source_line)
        ELSE format('{}, page {}', source_file, page) END AS "where"
FROM worst JOIN quality_issue q ON q.rowid = issue JOIN dim_agency USING (agency_id)
    JOIN dim_report USING (agency_id, year)
    LEFT JOIN (SELECT agency_id, year, line AS source_line, page FROM report_line) USING (agency_id, year, source_line)
ORDER BY list_position(['error', 'warning'], severity), issues DESC, agency_id, year, issue
"""
_EXTENT = """
SELECT format('{} reports of {} agencies{}', count(*), count(DISTINCT agency_id),
    CASE WHEN count(*) > 0 THEN format(', {}–{}', min(year), max(year)) ELSE '' END)
FROM dim_report
"""
_FORMATS = "SELECT format, count(*) AS reports FROM dim_report GROUP BY format ORDER BY reports DESC, format"
_WORST_CASES = """
WITH unsettled AS (
    SELECT agency_id, year, rule, severity, rowid AS issue FROM quality_issue
    WHERE severity <> 'info' AND NOT waived AND rule IN (SELECT rule FROM quality_rule WHERE rule_group = ?)
), counted AS (
    SELECT agency_id, year, count(*) AS issues FROM unsettled GROUP BY ALL
), worst AS (  -- the messages only of those that are shown
    SELECT issue, name AS agency, issues
    FROM unsettled JOIN counted USING (agency_id, year) JOIN dim_agency USING (agency_id)
    ORDER BY severity, issues DESC, agency, year, rule, issue LIMIT 20
)
SELECT agency, year, rule, severity, message FROM worst JOIN quality_issue ON rowid = issue
ORDER BY severity, issues DESC, agency, year, rule, issue
"""
_FLAGGED = """
SELECT count(DISTINCT discrepancy) FILTER (severity = 'error'),
    count(DISTINCT discrepancy) FILTER (severity = 'warning'),
    count(DISTINCT discrepancy) FILTER (severity = 'info'),
    count(DISTINCT (agency_id, year)) FILTER (severity <> 'info'), count(*) FILTER (severity <> 'info')
FROM cell_discrepancy JOIN quality_rule USING (rule, severity) WHERE rule_group = ? AND NOT waived
"""
_FAULT_CASES = {
    "tables_read": "SELECT name AS agency, year, table_name, message, source_file FROM quality_issue "
    "JOIN dim_agency USING (agency_id) JOIN dim_report USING (agency_id, year) WHERE rule = 'table_unread' "
    "ORDER BY ALL",
    "rows_valid": "SELECT source_file, message FROM rejected_report WHERE reason = 'parser_error' UNION ALL "
    "SELECT source_file, message FROM quality_issue JOIN dim_report USING (agency_id, year) "
    "WHERE rule = 'row_failed_validation' OR rule = 'text_unread' AND actual = 'broken' ORDER BY ALL",
}


class Flagged(NamedTuple):
    """Discrepancies of a group of rules that are not waived, by severity; reports and cells with errors or warnings."""

    errors: int
    warnings: int
    infos: int
    reports: int
    cells: int


def latest_reports(con: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """Ten reports of the latest years, with the number of their discrepancies and issues."""
    return con.sql(_LATEST_REPORTS).pl()


def issues_by_rule(con: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """The number of discrepancies, reports and cells of each rule, the most severe first."""
    return con.sql(_ISSUES_BY_RULE).pl()


def rejected_files(con: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """All rejected files."""
    return con.sql("FROM rejected_report ORDER BY source_file").pl()


def table_sizes(con: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """The tables with their sizes and descriptions."""
    return con.sql(_TABLE_SIZES).pl()


def flagged(con: duckdb.DuckDBPyConnection, group: str) -> Flagged:
    """The numbers of discrepancies of a group of rules."""
    return Flagged(*(con.execute(_FLAGGED, [group]).fetchone() or (0, 0, 0, 0, 0)))


def extent(con: duckdb.DuckDBPyConnection) -> str:
    """How many reports of how many agencies and of which years there are, in words."""
    return str(scalar(con, _EXTENT))


def formats(con: duckdb.DuckDBPyConnection) -> str:
    """How many reports were read from files of each format, in words."""
    return ", ".join(f"{name} {count}" for name, count in con.execute(_FORMATS).fetchall())


def worst_issues(con: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """Ten issues of any rule: errors first, and of these the reports with the most issues; with file and line."""
    return con.sql(_WORST_ISSUES).pl()


def worst_cases(con: duckdb.DuckDBPyConnection, group: str) -> pl.DataFrame:
    """Twenty issues of a group of rules, of the reports with the most issues first."""
    return con.execute(_WORST_CASES, [group]).pl()


def failed_rules(con: duckdb.DuckDBPyConnection, group: str) -> pl.DataFrame:
    """The rules of a group that do not hold everywhere: discrepancies, reports, cases."""
    return con.execute(_FAILED_RULES, [group]).pl()


def fault_cases(con: duckdb.DuckDBPyConnection, check: str) -> pl.DataFrame | None:
    """The cases of a check for faults of our own; None where the check was made before publishing."""
    return con.execute(_FAULT_CASES[check]).pl() if check in _FAULT_CASES else None
