"""Reads agencies and all that their pages show, in batches.

Agencies come in the order of their ids, some hundred in a batch, so that memory does not grow with the warehouse.

Belongs here: the SELECTs of a batch, and their rows as records of ``agency_page``.
"""

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import duckdb

from pipeline.numbers import plain
from pipeline.reader.narrative.claims import CLAIM_LABELS
from pipeline.site import words
from pipeline.site.agency_page import Agency, Claim, Indicator, IndicatorValue, Issue, Report, Sentence, web_address
from pipeline.site.figure import every_year
from pipeline.site.tables import CellAddress, CellNote, FactRow, IssueMark, OfficialTables, ReportFacts
from pipeline.site.words import Words
from pipeline.warehouse.query import PAGES

BATCH = 500


#: Agency and year.
ReportKey = tuple[str, int]


def prepare(con: duckdb.DuckDBPyConnection) -> None:
    """Make the temporary tables that every batch reads: a view would be evaluated again for each batch."""
    con.execute(_NUMBERED)
    con.execute(_INDICATORS)
    con.execute("CREATE OR REPLACE TEMP TABLE site_year AS SELECT * FROM agency_year ORDER BY agency_id, year")
    con.execute("CREATE OR REPLACE TEMP TABLE site_coverage AS SELECT * FROM report_coverage ORDER BY agency_id, year")


#: Issues of a report, numbered in the order of its page; other pages refer to them by these numbers.
_NUMBERED = f"""
CREATE OR REPLACE TEMP TABLE site_issue AS
SELECT row_number() OVER (PARTITION BY agency_id, year ORDER BY
        list_position(['error', 'warning', 'info'], severity), rule, source_line, table_name, item, column_name,
        expected, actual, message)::INTEGER AS number, *
FROM cell_discrepancy LEFT JOIN ({PAGES}) USING (agency_id, year, source_line)
ORDER BY agency_id, year, number
"""
_INDICATORS = """
CREATE OR REPLACE TEMP TABLE site_indicator AS
SELECT i.*, d.name_zh, d.name_en, d.kind, d.sort_order, p.percentile
FROM indicator i JOIN dim_indicator d USING (code) LEFT JOIN indicator_percentile p USING (agency_id, year, code)
ORDER BY agency_id, sort_order, year
"""


def batches(con: duckdb.DuckDBPyConnection, size: int = BATCH) -> Iterator[list[Agency]]:
    """All agencies in batches, in the order of their ids."""
    ids = [row[0] for row in con.execute("SELECT agency_id FROM dim_agency ORDER BY agency_id").fetchall()]
    rules = {
        rule: Words(zh, en)
        for rule, zh, en in con.execute("SELECT rule, title_zh, title_en FROM quality_rule").fetchall()
    }
    for start in range(0, len(ids), size):
        some = ids[start : start + size]
        yield _Batch(con, some[0], some[-1], rules).agencies()


class _Batch:
    """The agencies whose ids lie between two."""

    def __init__(self, con: duckdb.DuckDBPyConnection, first: str, last: str, rules: dict[str, Words]) -> None:
        self._con = con
        self._span = [first, last]
        self._rules = rules

    def _rows(self, select: str, order: str) -> list[tuple[Any, ...]]:
        sql = f"{select} WHERE agency_id BETWEEN ? AND ? ORDER BY {order}"
        return self._con.execute(sql, self._span).fetchall()

    def agencies(self) -> list[Agency]:
        found = {row[0]: _agency(row) for row in self._rows(_AGENCIES, "agency_id")}
        flows = {(row[0], row[1]): list(row[2:]) for row in self._rows(_FLOW, "agency_id, year")}
        for agency_id, year, state in self._rows("SELECT agency_id, year, state FROM site_coverage", "agency_id, year"):
            if agency_id in found:
                found[agency_id].coverage[year] = state
        for report_of, report in self._reports(flows):
            reports = found[report_of].reports
            report.before = reports[0].year if reports else None
            reports.insert(0, report)
        by_agency: dict[str, dict[int, list[str | None]]] = defaultdict(dict)
        for (agency_id, year), numbers in flows.items():
            by_agency[agency_id][year] = [None if n is None else plain(n) for n in numbers]
        for agency_id, of_years in by_agency.items():
            found[agency_id].flow = every_year(of_years, [])
        for agency_id, indicators in self._indicators().items():
            found[agency_id].indicators = indicators
        return list(found.values())

    def _reports(self, flows: dict[ReportKey, list[Any]]) -> Iterator[tuple[str, Report]]:
        facts, sentences = self._facts(), self._sentences()
        lines, pages = self._lines()
        issues = self._issues(lines, sentences)
        for agency_id, year, file, kind, title, form, scope, published, url in self._rows(_REPORTS, "agency_id, year"):
            key = (agency_id, year)
            flow = flows.get(key, [None] * 4)
            own = issues.get(key, [])
            tables = OfficialTables(facts.get(key, ReportFacts()), [(address, _mark(issue)) for address, issue in own])
            yield (
                agency_id,
                Report(
                    year=year,
                    source_file=file,
                    format=kind,
                    title=title,
                    form=words.FORMS[form],
                    scope=words.REPORT_SCOPES.get(scope),
                    published=published,
                    url=url,
                    link=web_address(url),
                    tables=tables,
                    issues=[issue for _, issue in own],
                    lines=lines.get(key, {}),
                    pages=pages.get(key, {}),
                    sentences=sentences.get(key, []),
                    received=None if flow[0] is None else plain(flow[0]),
                    processed=None if flow[2] is None else plain(flow[2]),
                ),
            )

    def _facts(self) -> dict[ReportKey, ReportFacts]:
        facts: dict[ReportKey, ReportFacts] = defaultdict(ReportFacts)
        for agency_id, year, item, measure, value, line in self._rows(_PROACTIVE, "agency_id, year"):
            facts[agency_id, year].proactive[item, measure] = FactRow((value,), line)
        for agency_id, year, item, line, lines, *values in self._rows(_APPLICATIONS, "agency_id, year"):
            facts[agency_id, year].applications[item] = FactRow(tuple(values), line, lines)
        for agency_id, year, track, line, lines, *values in self._rows(_REVIEW, "agency_id, year"):
            facts[agency_id, year].review[track] = FactRow(tuple(values), line, lines)
        for agency_id, year, table, item, name, state, raw in self._rows(_NOTES, "agency_id, year"):
            facts[agency_id, year].notes[table, item, name] = CellNote(state, raw)
        return facts

    def _lines(self) -> tuple[dict[ReportKey, dict[int, str]], dict[ReportKey, dict[int, int]]]:
        """Text and page of each source line; text files have no pages."""
        lines: dict[ReportKey, dict[int, str]] = defaultdict(dict)
        pages: dict[ReportKey, dict[int, int]] = defaultdict(dict)
        for agency_id, year, line, text, page in self._rows(
            "SELECT agency_id, year, line, text, page FROM report_line", "agency_id, year, line"
        ):
            lines[agency_id, year][line] = text
            if page is not None:
                pages[agency_id, year][line] = page
        return lines, pages

    def _sentences(self) -> dict[ReportKey, list[Sentence]]:
        found: dict[ReportKey, list[Sentence]] = defaultdict(list)
        for agency_id, year, claim, value, unit, scope, about, text, line in self._rows(
            _CLAIMS, "agency_id, year, claim_no"
        ):
            of_report = found[agency_id, year]
            if not of_report or of_report[-1][:2] != (line, text):
                of_report.append(Sentence(line, text, []))
            printed = f"{'约' if about else ''}{value}{unit or ''}"
            label = Words(*CLAIM_LABELS.get(claim, (claim, claim)))
            of_report[-1].claims.append(Claim(label, printed, words.CLAIM_SCOPES.get(scope)))
        return found

    def _issues(
        self, lines: dict[ReportKey, dict[int, str]], sentences: dict[ReportKey, list[Sentence]]
    ) -> dict[ReportKey, list[tuple[CellAddress, Issue]]]:
        found: dict[ReportKey, list[tuple[CellAddress, Issue]]] = defaultdict(list)
        names = (
            "number, discrepancy, severity, rule, message, message_en, table_name, item, column_name, expected, actual"
        )
        more = "suggestion, likely_fault, source_line, waived, waiver"
        for agency_id, year, no, of, severity, rule, zh, en, table, item, name, expected, *rest in self._rows(
            f"SELECT agency_id, year, {names}, {more} FROM site_issue", "agency_id, year, number"
        ):
            actual, suggestion, fault, line, waived, waiver = rest
            of_line = (s.text for s in sentences.get((agency_id, year), ()) if s.line == line)
            text = lines.get((agency_id, year), {}).get(line) or next(of_line, None)
            issue = Issue(
                number=no,
                discrepancy=of,
                severity=severity,
                rule=rule,
                title=self._rules.get(rule, Words(rule, rule)),
                message=Words(zh, en),
                where=words.where(table, item, name),
                expected=expected,
                actual=actual,
                suggestion=words.suggestion(suggestion),
                fault=words.FAULTS.get(fault),
                line=line,
                line_text=text,
                waived=waived,
                waiver=waiver,
            )
            found[agency_id, year].append(((table, item, name), issue))
        return found

    def _indicators(self) -> dict[str, list[Indicator]]:
        """Indicators by agency, in all years from its last report to its first."""
        by_agency: dict[str, dict[str, tuple[Words, dict[int, IndicatorValue]]]] = defaultdict(dict)
        years: dict[str, set[int]] = defaultdict(set)
        for agency_id, year, code, zh, en, *value in self._rows(_VALUES, "agency_id, sort_order, year"):
            of_code = by_agency[agency_id].setdefault(code, (Words(zh, en), {}))
            of_code[1][year] = _value(*value)
            years[agency_id].add(year)
        return {
            agency_id: [
                Indicator(code, name, [values.get(year) for year in _from_last_to_first(years[agency_id])])
                for code, (name, values) in codes.items()
            ]
            for agency_id, codes in by_agency.items()
        }


_AGENCIES = """
SELECT * FROM (
    SELECT a.agency_id, a.name, a.aliases, a.region_code, a.province, a.city, a.county, a.level, a.kind, a.registered,
        a.successor_id, s.name AS successor
    FROM dim_agency a LEFT JOIN dim_agency s ON s.agency_id = a.successor_id
)
"""
_REPORTS = "SELECT agency_id, year, source_file, format, title, form, scope, published, url FROM dim_report"
_FLOW = "SELECT agency_id, year, new_received, carried_over, processed, carried_forward FROM site_year"
_PROACTIVE = "SELECT agency_id, year, item, measure, value, source_line FROM fact_proactive_disclosure"
_APPLICATIONS = """
SELECT agency_id, year, item, source_line, value_lines, natural_person, enterprise, research_institution,
    social_organization, legal_service, other, total
FROM fact_application_handling
"""
_REVIEW = """
SELECT agency_id, year, track, source_line, value_lines, upheld, corrected, other, pending, total
FROM fact_reconsideration
"""
_NOTES = "SELECT agency_id, year, table_name, item, column_name, state, raw_text FROM cell_note"
_CLAIMS = """
SELECT agency_id, year, claim, value, unit, scope, approximate, text, source_line FROM fact_narrative_claim
"""
_VALUES = """
SELECT agency_id, year, code, name_zh, name_en, kind, value, lower, upper, numerator, denominator, reason, percentile
FROM site_indicator
"""


def _agency(row: tuple[Any, ...]) -> Agency:
    agency_id, name, aliases, code, province, city, county, level, kind, registered, successor_id, successor = row
    level, kind = words.place(level, kind)
    return Agency(
        agency_id=agency_id,
        name=name,
        aliases=aliases or [],
        region_code=code,
        divisions=[name for name in (province, city, county) if name],
        level=level,
        kind=kind,
        registered=registered,
        successor=(successor_id, successor) if successor else None,
    )


def _from_last_to_first(years: set[int]) -> list[int]:
    """All years between, too, so that a year without a report shows."""
    return list(range(max(years), min(years) - 1, -1))


def _mark(issue: Issue) -> IssueMark:
    return IssueMark(issue.number, issue.severity, issue.waived)


def _value(
    kind: str,
    value: float | None,
    lower: float | None,
    upper: float | None,
    numerator: int | Decimal | None,
    denominator: int | Decimal | None,
    reason: str | None,
    percentile: float | None,
) -> IndicatorValue:
    """An indicator's value as text: shares in percent, with their interval, numerator and denominator."""
    fraction = _fraction(kind, numerator, denominator)
    if value is None:
        return IndicatorValue(None, None, fraction, None, words.NO_VALUE.get(reason or ""))
    text = f"{value:+,.0f}" if kind == "difference" else f"{100 * value:{'+' if kind == 'growth' else ''}.1f}%"
    interval = f"{100 * lower:.1f}–{100 * upper:.1f}%" if lower is not None and upper is not None else None
    rank = None if percentile is None else f"{percentile:.0f}"
    return IndicatorValue(text, interval, fraction, rank, None)


def _fraction(kind: str, numerator: int | Decimal | None, denominator: int | Decimal | None) -> str | None:
    if kind == "difference" or numerator is None or denominator is None:
        return None
    return f"{plain(numerator)}/{plain(denominator)}"
