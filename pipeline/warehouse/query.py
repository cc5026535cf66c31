"""Queries of the commands on a published warehouse: find an agency, a report, its cells and issues.

Belongs here: SELECTs on the contract's tables that return plain values. How they are printed is ``cli``'s.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from pipeline import sql


class NotFoundError(Exception):
    """The warehouse does not have what was asked for; the message says what it has instead."""


@dataclass(frozen=True, slots=True)
class Report:
    """A report's key and where it came from."""

    agency_id: str
    agency: str
    year: int
    source_file: str
    source_sha256: str
    format: str | None
    form: str | None
    title: str | None


def agency(con: duckdb.DuckDBPyConnection, words: str) -> tuple[str, str]:
    """Id and name of the agency with this id, this name, or a name of which this part is the only one's.

    Raises:
        NotFoundError: none or several fit.
    """
    fits = fitting_agencies(con, words)
    if len(fits) == 1:
        return fits[0]
    some = "\n".join(f"  {name}  {code}" for code, name in fits[:20])
    raise NotFoundError(f"{len(fits)} agencies fit “{words}”; give more of the name, or the id:\n{some}")


def fitting_agencies(con: duckdb.DuckDBPyConnection, words: str) -> list[tuple[str, str]]:
    """Id and name of every agency with this id or this name, else of those whose names have this part, by name.

    Raises:
        NotFoundError: none fits.
    """
    wanted = "".join(words.split())
    agencies: list[tuple[str, str]] = con.execute("SELECT agency_id, name FROM dim_agency ORDER BY name").fetchall()
    exact = [row for row in agencies if wanted in row]
    if fits := exact or [row for row in agencies if wanted and wanted in row[1]]:
        return fits
    from rapidfuzz import process  # slow to import, and rarely needed

    near = process.extract(wanted, [name for _, name in agencies], limit=5, score_cutoff=50)
    hint = "".join(f"\n  {name}" for name, _, _ in near)
    raise NotFoundError(
        f"no agency is called “{words}”"
        + (f"; nearest names:{hint}" if hint else '; `ogi sql "FROM dim_agency"` lists all')
    )


def agencies(con: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyRelation:
    """All agencies by region: name, region, level, kind, and the years of their reports."""
    return con.sql(
        """
        SELECT name, region_code, concat_ws('', province, city, county) AS place, level, kind,
            count(year) AS reports, min(year) AS first, max(year) AS last, agency_id
        FROM dim_agency LEFT JOIN dim_report USING (agency_id)
        GROUP BY ALL ORDER BY region_code NULLS LAST, level, name
        """
    )


def report(con: duckdb.DuckDBPyConnection, words: str, year: int) -> Report:
    """The report of an agency and year.

    Raises:
        NotFoundError: the agency is not found, or has no report of the year.
    """
    code, name = agency(con, words)
    row = con.execute(
        "SELECT source_file, source_sha256, format, form, title FROM dim_report WHERE agency_id = ? AND year = ?",
        [code, year],
    ).fetchone()
    if row is None:
        years = sql.scalar(
            con, "SELECT string_agg(year::VARCHAR, ', ' ORDER BY year) FROM dim_report WHERE agency_id = ?", [code]
        )
        raise NotFoundError(f"{name} has no report of {year}; the warehouse has {years or 'none'}")
    return Report(code, name, year, *row)


#: Each number of a report as a row: table, row and column with their labels, number, state, line and its text, and the
#: place of the line where the report has pages.
_CELLS = """
WITH cell AS (
    SELECT 'fact_proactive_disclosure' AS table_name, item, measure AS column_name, value, source_line AS line,
        1 AS table_order, d.sort_order AS row_order, d.label_zh AS label, 0 AS column_order
    FROM fact_proactive_disclosure JOIN dim_disclosure_item d USING (item, measure)
    WHERE agency_id = $agency AND year = $year
    UNION ALL BY NAME
    SELECT 'fact_application_handling' AS table_name, item, c.column_name, c.value,
        coalesce(value_lines[c.n], source_line) AS line, 2 AS table_order, d.sort_order AS row_order,
        d.label_zh AS label, c.n AS column_order
    FROM fact_application_handling JOIN dim_application_item d USING (item), LATERAL (
        SELECT unnest(['natural_person', 'enterprise', 'research_institution', 'social_organization', 'legal_service',
            'other', 'total']) AS column_name,
            unnest([natural_person, enterprise, research_institution, social_organization, legal_service, other, total])
            AS value, unnest(range(1, 8)) AS n) c
    WHERE agency_id = $agency AND year = $year
    UNION ALL BY NAME
    SELECT 'fact_reconsideration' AS table_name, track AS item, c.column_name, c.value,
        coalesce(value_lines[c.n], source_line) AS line, 3 AS table_order,
        list_position(['reconsideration', 'litigation_direct', 'litigation_after_reconsideration'], track) AS row_order,
        track AS label, c.n AS column_order
    FROM fact_reconsideration, LATERAL (
        SELECT unnest(['upheld', 'corrected', 'other', 'pending', 'total']) AS column_name,
            unnest([upheld, corrected, other, pending, total]) AS value, unnest(range(1, 6)) AS n) c
    WHERE agency_id = $agency AND year = $year
)
SELECT c.table_name, c.item, c.column_name, c.label, c.value, n.state, n.raw_text, c.line, l.text,
    coalesce(l.page, n.page) AS page, coalesce(l.x0, n.x0) AS x0, coalesce(l.y0, n.y0) AS y0,
    coalesce(l.x1, n.x1) AS x1, coalesce(l.y1, n.y1) AS y1
FROM cell c
LEFT JOIN cell_note n ON n.agency_id = $agency AND n.year = $year AND n.table_name = c.table_name AND n.item = c.item
    AND n.column_name IN (c.column_name, '*')
LEFT JOIN report_line l ON l.agency_id = $agency AND l.year = $year AND l.line = c.line
ORDER BY c.table_order, c.row_order, c.column_order
"""


def cells(con: duckdb.DuckDBPyConnection, of: Report) -> list[dict[str, object]]:
    """Every cell of a report in the form's order, with its line, the line's text and its place on a page."""
    result = con.execute(_CELLS, {"agency": of.agency_id, "year": of.year})
    names = [column[0] for column in result.description]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which issues: each field narrows them where it is given; ``agencies`` are ids. Waived ones only if asked for."""

    rule: str | None = None
    severity: str | None = None
    year: int | None = None
    agencies: Sequence[str] | None = None
    waived: bool = False

    @property
    def condition(self) -> str:
        """The condition on rows of ``quality_issue``."""
        given = [name for name in ("rule", "severity", "year") if getattr(self, name) is not None]
        conditions = [f"{name} = ${name}" for name in given] + ([] if self.waived else ["NOT waived"])
        if self.agencies is not None:
            conditions.append("agency_id IN (SELECT unnest($agencies))")
        return " AND ".join(conditions) or "true"

    @property
    def parameters(self) -> dict[str, object]:
        """The values of the condition's parameters."""
        named = {name: getattr(self, name) for name in ("rule", "severity", "year", "agencies")}
        return {name: value for name, value in named.items() if value is not None}


#: Pages by line, where there are any: those of texts are passed over.
PAGES = "SELECT agency_id, year, line AS source_line, page FROM report_line WHERE page IS NOT NULL"
_WORST_FIRST = "list_position(['error', 'warning', 'info'], severity)"


def issues(con: duckdb.DuckDBPyConnection, wanted: Wanted, limit: int | None = None) -> duckdb.DuckDBPyRelation:
    """Quality issues with the agency's name, errors first, and no more of them than the limit.

    Where waived ones are wanted, a last column says which they are.
    """
    return con.sql(
        f"""
        SELECT name AS agency, year, severity, rule, table_name, item, column_name, expected, actual, message,
            source_file, source_line, suggestion, likely_fault, page{", waived" if wanted.waived else ""}
        FROM quality_issue JOIN dim_agency USING (agency_id) JOIN dim_report USING (agency_id, year)
            LEFT JOIN ({PAGES}) USING (agency_id, year, source_line)
        WHERE {wanted.condition}
        ORDER BY {_WORST_FIRST}, agency, year, rule, source_line, item, column_name, expected
        {"" if limit is None else f"LIMIT {limit}"}
        """,
        params=wanted.parameters,
    )


def issues_by_rule(con: duckdb.DuckDBPyConnection, wanted: Wanted) -> duckdb.DuckDBPyRelation:
    """How often each rule is broken, by how many reports, in how many cells; errors first, then the most frequent."""
    return con.sql(
        f"""
        SELECT severity, rule, count(DISTINCT discrepancy) AS discrepancies,
            count(DISTINCT (agency_id, year)) AS reports, count(*) AS issues,
            any_value(title_zh) AS title_zh, any_value(title_en) AS title_en
        FROM cell_discrepancy JOIN (SELECT rule, title_zh, title_en FROM quality_rule) USING (rule)
        WHERE {wanted.condition}
        GROUP BY severity, rule ORDER BY {_WORST_FIRST}, discrepancies DESC, rule
        """,
        params=wanted.parameters,
    )


def explanations(con: duckdb.DuckDBPyConnection, rule: str | None, severity: str | None) -> duckdb.DuckDBPyRelation:
    """What rules say, why it matters and what may have happened: of one, of those of a severity, or of all."""
    return con.sql(
        f"""
        SELECT rule, severity, title_zh, title_en, formula, says_zh, says_en, matters_zh, matters_en,
            causes_zh, causes_en
        FROM quality_rule WHERE rule = coalesce($rule, rule) AND severity = coalesce($severity, severity)
        ORDER BY {_WORST_FIRST}, rule
        """,
        params={"rule": rule, "severity": severity},
    )


def count_issues(con: duckdb.DuckDBPyConnection, wanted: Wanted) -> int:
    """How many issues there are of these: cells, rather than discrepancies."""
    return int(sql.scalar(con, f"SELECT count(*) FROM quality_issue WHERE {wanted.condition}", wanted.parameters))


def reasons(con: duckdb.DuckDBPyConnection, of: Report) -> dict[str, str]:
    """Why issues of a report are waived, by rule."""
    return dict(
        con.execute(
            "SELECT rule, reason FROM quality_waiver WHERE issues > 0 AND agency_id = ? AND year = ?",
            [of.agency_id, of.year],
        ).fetchall()
    )


def rules(con: duckdb.DuckDBPyConnection) -> list[str]:
    """Codes of all rules."""
    return [row[0] for row in con.execute("SELECT rule FROM quality_rule ORDER BY rule").fetchall()]
