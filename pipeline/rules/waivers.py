"""Waivers: issues that reviewers know of, from the ``waivers.csv`` files of a source.

A line says that all issues of an agency, year and rule are known, why, and by whom. The issues stay in
``quality_issue``, marked; the lines are in ``quality_waiver`` with the number of issues that each marks, so that one
which marks nothing (any more) is noticed. The files lie with the reports, so the marks are there after every rebuild.

Belongs here: what the columns of those files mean, and marking. How marked issues are shown is decided by
``warehouse.query`` and the commands.
"""

import logging
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

import duckdb
import polars as pl
from rapidfuzz import process

from pipeline import rules
from pipeline.regions.naming import clean_name
from pipeline.sources.files import WAIVERS
from pipeline.sources.sidecar_rows import SidecarIssue, SidecarRow
from pipeline.sources.sidecars import Columns, read_rows
from schemas import QualityWaiver, base

log = logging.getLogger(__name__)

COLUMNS = Columns(("agency", "year", "rule", "reason", "by", "date"), prose=("reason",))

#: The staged columns: those of ``quality_waiver`` that the file has, and the agency as ``dim_agency`` would write it.
SCHEMA = {
    "wanted": pl.String,
    **{name: kind for name, kind in base.polars_schema(QualityWaiver).items() if name not in ("agency_id", "issues")},
}


@dataclass(frozen=True, slots=True)
class Waiver:
    """A line of a ``waivers.csv``, with its file and number."""

    agency: str
    year: int
    rule: str
    reason: str
    waived_by: str
    waived_on: date
    source_file: str
    source_line: int

    @property
    def wanted(self) -> str:
        """The agency as ``dim_agency`` would write it."""
        return clean_name(self.agency)


def waivers(roots: Iterable[Path], issues: list[SidecarIssue]) -> list[Waiver]:
    """All lines of the ``waivers.csv`` files under the sources, in the order they are found.

    A line that has a value missing or wrong, or that is about the same agency, year and rule as one before it, is left
    out and added to ``issues``.

    Raises:
        SourceError: a file cannot be read or understood (``sidecars``).
    """
    found: list[Waiver] = []
    first: dict[tuple[str, int, str], str] = {}
    for row in read_rows(roots, WAIVERS, COLUMNS, issues):
        waiver = _waiver(row)
        if waiver is None:
            continue
        key = (waiver.wanted, waiver.year, waiver.rule)
        if key in first:
            row.note(
                f"{waiver.rule} of {waiver.agency} in {waiver.year} is waived twice; {first[key]} counts",
                left_out="line",
            )
            continue
        first[key] = row.where
        found.append(waiver)
    return found


def _waiver(row: SidecarRow) -> Waiver | None:
    """The waiver of a row; None if something is missing or wrong, which is noted."""
    if not row.has(COLUMNS.required):
        return None
    year, waived_on, rule = row.year("year", "line"), row.date("date", "line"), row.fields["rule"]
    codes = [each.rule for each in rules.all_rules()]
    if rule not in codes:
        near = [code for code, _, _ in process.extract(rule, codes, limit=3, score_cutoff=60)]
        known = f"nearest rules: {', '.join(near)}" if near else f"the rules are {', '.join(codes)}"
        row.note(f"there is no rule {rule}; {known}", "rule", "line")
        return None
    if year is None or waived_on is None:
        return None
    return Waiver(
        row.fields["agency"],
        year,
        rule,
        row.fields["reason"],
        row.fields["by"],
        waived_on,
        row.source_file,
        row.source_line,
    )


def stage(found: list[Waiver]) -> pl.DataFrame:
    """Waivers as rows of the staged file."""
    return pl.DataFrame([{"wanted": waiver.wanted, **asdict(waiver)} for waiver in found], schema=SCHEMA)


def apply(con: duckdb.DuckDBPyConnection, staged: pl.DataFrame) -> None:
    """Fill ``quality_waiver`` from the rows that ``stage`` made, and mark the issues of a warehouse being built.

    Where one line names an agency and another has its id, the first of them marks.
    """
    if staged.is_empty():
        return
    con.register("staged_waivers", staged.to_arrow())
    con.execute(
        """
        INSERT INTO quality_waiver BY NAME
        WITH called AS (
            SELECT agency_id AS wanted, agency_id FROM dim_agency
            UNION ALL SELECT name, min(agency_id) FROM dim_agency GROUP BY name HAVING count(*) = 1
        ), meant AS (
            SELECT w.*, c.agency_id,
                row_number() OVER (PARTITION BY agency_id, year, rule ORDER BY source_file, source_line) AS turn
            FROM staged_waivers w LEFT JOIN called c USING (wanted)
        ), known AS (
            SELECT agency_id, year, rule, count(*) AS issues, 1 AS turn FROM quality_issue GROUP BY ALL
        )
        SELECT m.* EXCLUDE (wanted, turn), coalesce(k.issues, 0) AS issues
        FROM meant m LEFT JOIN known k USING (agency_id, year, rule, turn)
        ORDER BY source_file, source_line
        """
    )
    con.unregister("staged_waivers")
    con.execute(
        """
        UPDATE quality_issue q SET waived = true, waiver = format('{} ({}, {})', w.reason, w.waived_by, w.waived_on)
        FROM quality_waiver w
        WHERE w.issues > 0 AND q.agency_id = w.agency_id AND q.year = w.year AND q.rule = w.rule
        """
    )
    idle = con.execute(
        """
        SELECT source_file, source_line, rule, agency, year, CASE
            WHEN agency_id IS NULL THEN 'no agency, or more than one, is called so'
            WHEN (agency_id, year) NOT IN (SELECT (agency_id, year) FROM dim_report) THEN 'it has no report of the year'
            WHEN (agency_id, year, rule) IN (SELECT (agency_id, year, rule) FROM quality_issue)
                THEN 'another line marks them already'
            ELSE 'the report has no such issue' END
        FROM quality_waiver WHERE issues = 0 ORDER BY source_file, source_line
        """
    ).fetchall()
    for file, line, rule, agency, year, why in idle:
        log.warning("%s, line %d: the waiver of %s for %s in %d marks nothing: %s", file, line, rule, agency, year, why)
