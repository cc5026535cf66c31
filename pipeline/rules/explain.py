"""Explains sums that fail: writes the smallest explanation beside the issues that the rules found.

An explanation is the one cell that, changed, would make all sums of its table hold, with whose fault it probably is.

Belongs here: reading the tables with such issues and writing ``suggestion``, ``likely_fault`` and ``fault_evidence``.
The search for the cell is ``sums``'s, its source line ``misreading``'s.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import duckdb
import polars as pl

from pipeline import forms
from pipeline.forms import APPLICATIONS, REVIEW
from pipeline.rules.misreading import likely_fault
from pipeline.rules.sums import CellKey, Suggestion, application_constraints, review_constraints, suggest

#: The rules whose sums share the cells of table three.
_APPLICATION_RULES = ("balance", "disposition_total", "applicant_total")
_APPLICATION_SQL = f"""
SELECT agency_id, year, item, source_line, value_lines, {", ".join(forms.APPLICATION_COLUMNS)}
FROM fact_application_handling
SEMI JOIN (FROM quality_issue WHERE rule IN {_APPLICATION_RULES}) USING (agency_id, year)
ORDER BY agency_id, year
"""
_REVIEW_SQL = f"""
SELECT agency_id, year, track, source_line, value_lines, {", ".join(forms.REVIEW_COLUMNS)}
FROM fact_reconsideration
SEMI JOIN (SELECT agency_id, year, item AS track FROM quality_issue WHERE rule = 'review_total')
    USING (agency_id, year, track)
ORDER BY agency_id, year, track
"""
_EXPLAINED = {
    "agency_id": pl.String,
    "year": pl.Int32,
    "table_name": pl.String,
    "track": pl.String,
    "suggestion": pl.String,
    "likely_fault": pl.String,
    "fault_evidence": pl.String,
}


@dataclass(frozen=True, slots=True)
class _FactRow:
    """A row of a fact table: its printed numbers in the columns' order, and their lines in the source."""

    item: str
    source_line: int | None
    value_lines: list[int | None] | None
    numbers: tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class _Explanation:
    """The cells that explain why sums of a table, or of a track of table four, fail."""

    agency_id: str
    year: int
    table: str
    track: str | None
    columns: list[str]
    suggestions: list[Suggestion]
    rows: dict[str, _FactRow]

    @property
    def line(self) -> int | None:
        """The line of the suggested cell; None if there is not exactly one."""
        if len(self.suggestions) != 1:
            return None
        (suggestion,) = self.suggestions
        row = self.rows[suggestion.item]
        own = row.value_lines[self.columns.index(suggestion.column)] if row.value_lines else None
        return row.source_line if own is None else own

    def finding(self, text: str | None) -> tuple[str | None, ...]:
        """Suggestion, likely_fault and fault_evidence as ``quality_issue`` has them."""
        suggested = " | ".join(map(str, self.suggestions))
        if len(self.suggestions) != 1:
            return suggested, None, None
        (suggestion,) = self.suggestions
        return suggested, *likely_fault(suggestion, self.rows[suggestion.item].numbers, self.columns, text)


def explain_warehouse(con: duckdb.DuckDBPyConnection) -> None:
    """Write suggestion, likely_fault and fault_evidence beside the issues of failing sums. The rules ran before."""
    explained = [*_applications(con), *_reviews(con)]
    if not explained:
        return
    texts = _texts(con, explained)
    frame = pl.DataFrame(
        [
            (each.agency_id, each.year, each.table, each.track, *each.finding(texts.get(number)))
            for number, each in enumerate(explained)
        ],
        schema=_EXPLAINED,
        orient="row",
    )
    con.register("explained", frame.to_arrow())
    con.execute(
        f"""
        UPDATE quality_issue AS q
        SET suggestion = e.suggestion, likely_fault = e.likely_fault, fault_evidence = e.fault_evidence
        FROM explained e
        WHERE q.agency_id = e.agency_id AND q.year = e.year AND q.table_name = e.table_name
            AND q.rule IN {(*_APPLICATION_RULES, "review_total")} AND (e.track IS NULL OR q.item = e.track)
        """
    )
    con.unregister("explained")


def _applications(con: duckdb.DuckDBPyConnection) -> Iterator[_Explanation]:
    columns = forms.APPLICATION_COLUMNS
    for (agency_id, year), found in groupby(_fetched(con, _APPLICATION_SQL), key=lambda row: row[:2]):
        rows = {row.item: row for row in map(_row, found)}
        if suggestions := suggest(_cells(rows, columns), application_constraints(rows)):
            yield _Explanation(agency_id, year, APPLICATIONS, None, columns, suggestions, rows)


def _reviews(con: duckdb.DuckDBPyConnection) -> Iterator[_Explanation]:
    columns = forms.REVIEW_COLUMNS
    for found in _fetched(con, _REVIEW_SQL):
        agency_id, year, track = found[:3]
        rows = {track: _row(found)}
        if suggestions := suggest(_cells(rows, columns), review_constraints(track)):
            yield _Explanation(agency_id, year, REVIEW, track, columns, suggestions, rows)


def _fetched(con: duckdb.DuckDBPyConnection, sql: str) -> Iterator[tuple[Any, ...]]:
    """Rows of a query, fetched in batches. No other query may run on the connection until all are fetched."""
    result = con.execute(sql)
    while batch := result.fetchmany(10_000):
        yield from batch


def _row(found: tuple[Any, ...]) -> _FactRow:
    _, _, item, source_line, value_lines, *numbers = found
    return _FactRow(item, source_line, value_lines, tuple(numbers))


def _cells(rows: Mapping[str, _FactRow], columns: Sequence[str]) -> dict[CellKey, int | None]:
    return {
        (item, column): number
        for item, row in rows.items()
        for column, number in zip(columns, row.numbers, strict=True)
    }


def _texts(con: duckdb.DuckDBPyConnection, explained: Sequence[_Explanation]) -> dict[int, str]:
    """Text of the suggested cells' lines, by position in the list."""
    wanted = [(number, each.agency_id, each.year, each.line) for number, each in enumerate(explained)]
    schema = {"number": pl.Int64, "agency_id": pl.String, "year": pl.Int32, "line": pl.Int32}
    con.register("wanted", pl.DataFrame(wanted, schema=schema, orient="row").to_arrow())
    found = con.execute("SELECT number, text FROM wanted JOIN report_line USING (agency_id, year, line)").fetchall()
    con.unregister("wanted")
    return dict(found)
