"""The incremental build: a copy of the published file in which only what changed is replaced.

Its cost is that of the changes, not that of the whole warehouse. Reports whose files changed are deleted and loaded
again, and the rules run again over all years of their agencies; no rule looks further. Tables that follow from all
files together and cost little are made again as a whole. The result is what a full build would give but for the order
of rows.

It is done only where nothing else can differ: the same code, the file as it was published, no year of which all tables
were written again, few changes. From time to time a full build is done all the same.

Belongs here: whether an incremental build is possible, and which rows of which tables follow from a changed file.
"""

import json
import logging
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from pipeline import rules
from pipeline.reader import findings
from pipeline.rules import waivers
from pipeline.rules.explain import explain_warehouse
from pipeline.staging import parquet
from pipeline.staging.folder import Staging
from pipeline.staging.parquet import StagingError
from pipeline.warehouse import accounting
from pipeline.warehouse.build import load, program_fingerprint, record_run
from pipeline.warehouse.loading import PREVIOUS, Loading, Temp
from pipeline.warehouse.provenance import LATEST_RUN, FileCounts, PublishingRun
from schemas import QualityIssue, ReportLine, base
from schemas.staged import REPORT_TABLES

log = logging.getLogger(__name__)

#: Below this number of reports a full build is as quick.
FEWEST_REPORTS = 5_000
#: Above this share of changed reports, too.
MOST_CHANGED = 0.02
#: After so many incremental builds a full one is done, which puts the rows in order.
MOST_TIMES = 30
#: The metadata key under which the published catalogue has the rest of the state.
_STATE = b"ogi.state"
_ISSUES = base.name(QualityIssue)
_FACTS = [base.name(table) for table in REPORT_TABLES if table is not QualityIssue]
_FACTS_AND_AGENCIES = (*_FACTS, "dim_agency")
#: What the rules read: all but the lines, which only explanations need.
_READ_BY_RULES = tuple(name for name in _FACTS_AND_AGENCIES if name != base.name(ReportLine))
#: What is checked after an incremental build.
CHECKED_TABLES = (*_FACTS_AND_AGENCIES, _ISSUES)


@dataclass(frozen=True, slots=True)
class Changes:
    """The reports that differ between what was published and what is staged: ``agency_id``, ``year``."""

    reports: pl.DataFrame
    #: How many incremental builds the file has had since its full build, this one included.
    times: int


def was_published(staging: Staging, path: Path) -> bool:
    """Whether what was last published from this staging was published at this path."""
    try:
        state = json.loads(parquet.metadata(staging.published)[_STATE])
        return bool(state["file"][0] == str(path.resolve()))
    except (StagingError, OSError, ValueError, KeyError):
        return False


def is_published(staging: Staging, path: Path) -> bool:
    """Whether the published file is as it was published, by this program and from just what is staged."""
    try:
        state = _read_state(staging, path)
        return state is not None and state["staged"] == staging.content_hash()
    except (StagingError, OSError, ValueError, KeyError):
        return False


def find_changes(staging: Staging, published: Path) -> Changes | None:
    """The changes that an incremental build would make in the published file; None where a full build is due.

    Raises:
        StagingError: the catalogue is missing or damaged.
    """
    catalogue = parquet.read(staging.catalogue).drop_nulls("year")
    if len(catalogue) < FEWEST_REPORTS:
        return None
    try:
        state = _read_state(staging, published)
        if state is None:
            return None
        times = state["times"]
        if times >= MOST_TIMES:
            return None
        before = parquet.read(staging.published)
    except (StagingError, OSError, ValueError, KeyError):
        return None
    columns = catalogue.columns
    reports = pl.concat(
        one.join(other, on=columns, how="anti", nulls_equal=True).select("agency_id", "year")
        for one, other in ((catalogue, before), (before, catalogue))
    ).unique()
    return Changes(reports, times + 1) if len(reports) <= MOST_CHANGED * len(catalogue) else None


@dataclass(frozen=True, slots=True)
class IncrementalBuild:
    """What an incremental build did: the files it found, the run whose publication it started from, and the agencies
    whose rows may differ now.
    """

    files: FileCounts
    replaced_run: str
    affected_agencies: list[str]


def remember(staging: Staging, published: Path, times: int = 0, done: IncrementalBuild | None = None) -> None:
    """Keep the state of what was published beside its catalogue; without it the next build is a full one."""
    catalogue = parquet.read(staging.catalogue).drop_nulls("year")
    state = _state(staging, published, times) | {"staged": staging.content_hash()}
    if done:
        state |= {"replaced_run": done.replaced_run, "affected_agencies": done.affected_agencies}
    parquet.write(catalogue, staging.published, {_STATE: json.dumps(state)})


def affected_agencies(staging: Staging, published: Path, replaced_run: str) -> list[str] | None:
    """Agencies whose rows may differ between the published file and the one that this run published; None for all."""
    try:
        state = _read_state(staging, published)
        if state is None or state.get("replaced_run") != replaced_run:
            return None
        return list(state["affected_agencies"])
    except (StagingError, OSError, ValueError, KeyError):
        return None


def _read_state(staging: Staging, published: Path) -> dict[str, Any] | None:
    """The state that was kept; None where the published file is not the one that it is about."""
    state: dict[str, Any] = json.loads(parquet.metadata(staging.published)[_STATE])
    return state if state.items() >= _state(staging, published, state["times"]).items() else None


def _state(staging: Staging, published: Path, times: int) -> dict[str, Any]:
    """Everything that has to be the same for an incremental build to be possible."""
    status = published.stat()
    return {
        "file": [str(published.resolve()), status.st_size, status.st_mtime_ns, status.st_ctime_ns],
        "generations": staging.generations(),
        "program": program_fingerprint(duckdb.__version__),
        "times": times,
    }


def build(loading: Loading, run: PublishingRun, published: Path, changes: Changes) -> IncrementalBuild:
    """Apply the changes to a copy of the published file."""
    rows = loading.con.execute(f"SELECT run_id FROM {LATEST_RUN}").fetchall()
    replaced_run = str(rows[0][0]) if rows else ""
    with loading.previous_file(published):
        loading.stage_sources()
        files = loading.compare_with_previous(run, has_previous=True)
        with loading.transaction():
            replace_reports(loading, changes.reports)
        with loading.transaction():
            affected = rerun_rules(loading, parquet.read(loading.staging.waivers))
            record_run(loading, run, files)
    return IncrementalBuild(files, replaced_run, affected)


def replace_reports(loading: Loading, reports: pl.DataFrame) -> None:
    """Delete the rows of some reports (``agency_id``, ``year``) and load what is staged of them.

    Agencies and the accounting of files follow from all files, and are made again as a whole.
    """
    with loading.frame("reports", reports):
        loading.create(Temp.CHANGED_REPORT, "FROM reports")
    for name in _FACTS:
        loading.con.execute(
            f"DELETE FROM {name} t USING {Temp.CHANGED_REPORT} c WHERE t.agency_id = c.agency_id AND t.year = c.year"
        )
    parts = loading.staging.parts_of(reports)
    for table in REPORT_TABLES:
        if table is not QualityIssue:
            load(loading, table, f"SEMI JOIN {Temp.CHANGED_REPORT} USING (agency_id, year)", parts)
    for name in accounting.TABLES:
        loading.con.execute(f"DELETE FROM {name}")
    accounting.fill(loading)
    log.info("%d reports changed", len(reports))


def rerun_rules(loading: Loading, waived: pl.DataFrame, years: Collection[int] | None = None) -> list[str]:
    """Run the rules again over the agencies of the replaced reports, and mark the issues that reviewers waived.

    Returns the agencies whose rows may differ from those of ``PREVIOUS``. ``years`` are those that are staged here, if
    not all are.
    """
    con = loading.con
    loading.create(Temp.AFFECTED_AGENCY, _AFFECTED)
    agencies = [
        agency for (agency,) in con.execute(f"SELECT DISTINCT agency_id FROM {Temp.AFFECTED_AGENCY}").fetchall()
    ]
    if agencies:
        _replace_issues(loading, years)
    con.execute(f"UPDATE {_ISSUES} SET waived = false, waiver = NULL WHERE waived")
    con.execute("DELETE FROM quality_waiver")
    waivers.apply(con, waived)
    with_waivers = [agency for (agency,) in con.execute(_WITH_WAIVERS).fetchall()]
    log.info("the rules ran again over %d agencies", len(agencies))
    return sorted({*agencies, *with_waivers})


def _replace_issues(loading: Loading, years: Collection[int] | None) -> None:
    """Replace the issues of the affected agencies, and count again the cases that each rule could assess."""
    con = loading.con
    con.execute(f"DELETE FROM {_ISSUES} t USING {Temp.AFFECTED_AGENCY} c WHERE t.agency_id = c.agency_id")
    load(loading, QualityIssue, f"SEMI JOIN {Temp.AFFECTED_AGENCY} USING (agency_id)", years=years)
    if years is not None:
        con.execute(_OTHER_YEARS_FINDINGS, [list(years), list(findings.READER_RULES)])
    with loading.only_affected(_READ_BY_RULES, PREVIOUS):
        rules.prepare(con)
        loading.create(Temp.CASES_BEFORE, rules.CASES)
    with loading.only_affected(_FACTS_AND_AGENCIES):
        rules.prepare(con)
        con.execute(rules.ISSUES)
        loading.create(Temp.CASES_NOW, rules.CASES)
        explain_warehouse(con)
    loading.create(Temp.PUBLISHED_CASES, "SELECT rule, year, assessable AS cases FROM quality_rule_count")
    con.execute("DELETE FROM quality_rule_count")
    con.execute(rules.counts(_CASES))


#: The reader's findings in the affected agencies' reports of other years, which are not staged here.
_OTHER_YEARS_FINDINGS = f"""
INSERT INTO {_ISSUES} BY NAME
SELECT * REPLACE (false AS waived, NULL AS waiver)
FROM {PREVIOUS}.main.{_ISSUES} SEMI JOIN {Temp.AFFECTED_AGENCY} USING (agency_id)
WHERE NOT list_contains($1, year) AND list_contains($2, rule)
"""
#: Agencies whose reports changed, or whose own row did.
_AFFECTED = f"""
SELECT agency_id FROM {Temp.CHANGED_REPORT}
UNION SELECT agency_id FROM (FROM dim_agency EXCEPT FROM {PREVIOUS}.dim_agency)
UNION SELECT agency_id FROM (FROM {PREVIOUS}.dim_agency EXCEPT FROM dim_agency)
"""
#: Agencies with a waived issue, now or in the previous publication.
_WITH_WAIVERS = f"""
SELECT agency_id FROM quality_waiver WHERE issues > 0
UNION SELECT agency_id FROM {PREVIOUS}.quality_waiver WHERE issues > 0
"""
#: Cases of a rule and year: the published count, less the affected agencies' cases before, plus theirs now.
_CASES = f"""
SELECT rule, year, sum(cases) AS cases FROM (
    FROM {Temp.PUBLISHED_CASES} UNION ALL BY NAME
    SELECT rule, year, -cases AS cases FROM {Temp.CASES_BEFORE} UNION ALL BY NAME
    FROM {Temp.CASES_NOW}
) GROUP BY rule, year
"""
