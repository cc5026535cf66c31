"""One page of a whole run: what came in, what was rejected, what changed, what contradicts what, the worst of it.

It is one file that needs no other, to be sent, kept beside a run, or opened from the Dagster UI's metadata.

Belongs here: what is on the page, and writing it. The queries are ``warehouse.overview``'s and ``warehouse.diff``'s.
"""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from pipeline.site.pages import rendered
from pipeline.warehouse import diff, overview
from pipeline.warehouse.provenance import LATEST_RUN

#: By which a page is known as one of these, within so many of its first bytes.
MARK, _HEAD = "ogi report", 600
#: So many rows of a list are shown; how many there are is said.
_SHOWN = 50
_RUN = f"""
SELECT run_id, started_at, finished_at, files_seen, files_new, files_changed, files_removed, reports_loaded,
    reports_rejected, code_version
FROM {LATEST_RUN}
"""
_TITLES = "SELECT rule, struct_pack(zh := title_zh, en := title_en) FROM quality_rule"
_REASONS = "SELECT reason, count(*) AS files FROM rejected_report GROUP BY reason ORDER BY files DESC, reason"
_PROVINCES = """
WITH reports AS (
    SELECT coalesce(province, '') AS province, count(*) AS reports FROM dim_report JOIN dim_agency USING (agency_id)
    GROUP BY ALL
), broken AS (
    SELECT coalesce(province, '') AS province, count(*) FILTER (severity = 'error') AS errors,
        count(*) FILTER (severity = 'warning') AS warnings
    FROM discrepancy JOIN dim_agency USING (agency_id) WHERE NOT waived GROUP BY ALL
)
SELECT province, reports, coalesce(errors, 0) AS errors, coalesce(warnings, 0) AS warnings
FROM reports LEFT JOIN broken USING (province) ORDER BY errors DESC, warnings DESC, province
"""


@dataclass(frozen=True, slots=True)
class Changes:
    """What a publication changed: the one before in words, and the result of ``diff``; or why nothing is compared."""

    before: str
    found: pl.DataFrame | None = None


def write(con: duckdb.DuckDBPyConnection, file: Path, changes: Changes) -> None:
    """Write the page of the run that published a warehouse; a page that is there is replaced.

    Raises:
        OSError: it cannot be written, or is no such page.
    """
    rejected = overview.rejected_files(con)
    page = rendered(
        "run.html",
        run=_rows(con.sql(_RUN).pl())[0],
        formats=overview.formats(con),
        reasons=_rows(con.sql(_REASONS).pl()),
        rejected=_rows(rejected.head(_SHOWN)),
        rejected_count=len(rejected),
        changes=changes,
        totals=[] if changes.found is None else _rows(diff.summary(changes.found)),
        reports=_reports(changes.found),
        shown=_SHOWN,
        mark=MARK,
        rules=_rows(overview.issues_by_rule(con)),
        titles=dict(
            con.execute("SELECT rule, struct_pack(zh := title_zh, en := title_en) FROM quality_rule").fetchall()
        ),
        provinces=_rows(con.sql(_PROVINCES).pl()),
        worst=_rows(overview.worst_issues(con)),
    )
    if file.exists() and not _is_ours(file):
        raise FileExistsError(f"{file} is no page of this program and is left alone: give another file")
    file.parent.mkdir(parents=True, exist_ok=True)
    unfinished = file.with_name(f".{file.name}.unfinished")
    unfinished.write_text(page, encoding="utf-8")
    os.replace(unfinished, file)


def _is_ours(file: Path) -> bool:
    """Whether a file is a page of this kind, by its first bytes."""
    with file.open("rb") as content:
        return MARK.encode() in content.read(_HEAD)


def _reports(found: pl.DataFrame | None) -> list[dict[str, Any]]:
    """The reports of which any row differs, with the number of those rows."""
    if found is None:
        return []
    of_reports = found.filter(pl.col("agency_id").is_not_null() & pl.col("year").is_not_null())
    counts = of_reports.group_by("agency", "agency_id", "year").agg(pl.col("added", "removed", "changed").sum())
    return _rows(counts.sort("agency", "agency_id", "year"))


def _rows(frame: pl.DataFrame) -> list[dict[str, Any]]:
    return frame.to_dicts()
