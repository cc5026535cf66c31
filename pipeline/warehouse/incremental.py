"""A copy of the published warehouse, brought up to date: what a night costs is what it changes, not what there is.

Reports whose files changed are taken out and loaded anew, and all years of their agencies are judged again; no rule
looks further. What is made of everything and costs little is made anew. The result is what a new file would be but for
the order of rows, and only where nothing else can differ: the same code, the file as it was published, no year that was
read again as a whole, few changes. From time to time a new file is built all the same.

Belongs here: which rows of which tables follow from a changed file.
"""

import hashlib
import json
import logging
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
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
from pipeline.warehouse.build import accounting, attached, dimensions, load, see, sign, take_stock
from pipeline.warehouse.ddl import definitions
from pipeline.warehouse.provenance import CODE, Run, Seen
from schemas import QualityIssue, ReportLine, base
from schemas.staged import REPORT_TABLES

log = logging.getLogger(__name__)

#: Below this number of reports a new file is made as quickly.
FEWEST_REPORTS = 5_000
#: Above this share of reports, too.
MOST_CHANGED = 0.02
#: After so many times a new file is made, with its rows in order.
MOST_TIMES = 30
#: Under which name the metadata of what was published have the rest.
_STATE = b"ogi.state"
_FACTS = [base.name(table) for table in REPORT_TABLES if table is not QualityIssue]
_ISSUES = base.name(QualityIssue)
_FACTS_AND_AGENCIES = (*_FACTS, "dim_agency")
#: What the rules read: all but the lines, by which only what they find is explained.
_JUDGED = tuple(name for name in _FACTS_AND_AGENCIES if name != base.name(ReportLine))
#: What is checked of a file that was brought up to date.
ALL_NAMES = (*_FACTS_AND_AGENCIES, _ISSUES)


@dataclass(frozen=True, slots=True)
class Changes:
    """The reports that differ between what was published and what is staged: ``agency_id``, ``year``."""

    reports: pl.DataFrame
    #: How many times the file has been brought up to date since it was built, this time included.
    times: int
    #: Whether nothing at all is staged that is not in the published file.
    none: bool = False


def changes(place: Staging, published: Path) -> Changes | None:
    """What is to be brought up to date in the published file; None where a new one is to be built.

    Raises:
        StagingError: the catalogue is missing or damaged.
    """
    catalogue = parquet.read(place.catalogue).drop_nulls("year")
    if len(catalogue) < FEWEST_REPORTS:
        return None
    try:
        state = json.loads(parquet.metadata(place.published)[_STATE])
        if not state.items() >= _state(place, published, state["times"]).items():
            return None
        if state["made_from"] == place.content_hash():
            return Changes(catalogue.clear().select("agency_id", "year"), state["times"], none=True)
        if state["times"] >= MOST_TIMES:
            return None
        before = parquet.read(place.published)
    except (StagingError, OSError, ValueError, KeyError):
        return None
    columns = catalogue.columns
    reports = pl.concat(
        one.join(other, on=columns, how="anti", nulls_equal=True).select("agency_id", "year")
        for one, other in ((catalogue, before), (before, catalogue))
    ).unique()
    return Changes(reports, state["times"] + 1) if len(reports) <= MOST_CHANGED * len(catalogue) else None


@dataclass(frozen=True, slots=True)
class Amended:
    """What was done: the files seen, the run that had published before, and the agencies whose rows may differ now."""

    seen: Seen
    replaced: str
    concerned: list[str]


def note(place: Staging, published: Path, times: int = 0, amended: Amended | None = None) -> None:
    """Remember what was published, and what the file is like; without that, the next one is built anew."""
    catalogue = parquet.read(place.catalogue).drop_nulls("year")
    state = _state(place, published, times) | {"made_from": place.content_hash()}
    if amended:
        state |= {"replaced": amended.replaced, "concerned": amended.concerned}
    parquet.write(catalogue, place.published, {_STATE: json.dumps(state)})


def concerned(place: Staging, published: Path, replaced: str) -> list[str] | None:
    """The agencies whose facts may differ between the published file and the one of that run; None for all."""
    try:
        state = json.loads(parquet.metadata(place.published)[_STATE])
        same = state.items() >= _state(place, published, state["times"]).items()
    except (StagingError, OSError, ValueError, KeyError):
        return None
    return list(state["concerned"]) if same and state.get("replaced") == replaced else None


def amend(con: duckdb.DuckDBPyConnection, place: Staging, run: Run, published: Path, found: Changes) -> Amended:
    """Bring a copy of the published file up to date; where there is nothing to do, only the run in it is another."""
    replaced = _run_of(con)
    if found.none:
        seen = Seen(parquet.row_count(place.catalogue), 0, 0, 0)
        sign(con, run, seen)
        log.info("nothing changed")
        return Amended(seen, replaced, [])
    with attached(con, published):
        take_stock(con, place)
        seen = see(con, run, has_previous=True)
        con.begin()
        replace(con, place, found.reports)
        con.commit()
        con.begin()
        concerned = judge_again(con, place, parquet.read(place.waivers))
        sign(con, run, seen)
        con.commit()
    return Amended(seen, replaced, concerned)


def replace(con: duckdb.DuckDBPyConnection, place: Staging, reports: pl.DataFrame) -> None:
    """Take the rows of some reports (``agency_id``, ``year``) out and load what is staged of them.

    What is made of everything, agencies and the accounting of files, is made anew.
    """
    con.register("reports", reports.to_arrow())
    con.execute("CREATE TEMP TABLE changed AS FROM reports")
    con.unregister("reports")
    for name in _FACTS:
        con.execute(f"DELETE FROM {name} t USING changed c WHERE t.agency_id = c.agency_id AND t.year = c.year")
    parts = place.parts_of(reports)
    for table in REPORT_TABLES:
        if table is not QualityIssue:
            load(con, place, table, "SEMI JOIN changed USING (agency_id, year)", parts)
    for name in ("dim_agency", "rejected_report", "superseded_report"):
        con.execute(f"DELETE FROM {name}")
    accounting(con)
    log.info("%d reports changed", len(reports))


def judge_again(
    con: duckdb.DuckDBPyConnection, place: Staging, waived: pl.DataFrame, years: Collection[int] | None = None
) -> list[str]:
    """Judge the agencies of the reports that were replaced, mark what reviewers know of; the agencies whose rows may
    differ from those of schema ``previous``. ``years`` are those that are staged here, if not all are.
    """
    con.execute(_CONCERNED)
    agencies = [agency for (agency,) in con.execute("SELECT DISTINCT agency_id FROM concerned").fetchall()]
    if agencies:
        _judge_concerned(con, place, years)
    con.execute(f"UPDATE {_ISSUES} SET waived = false, waiver = NULL WHERE waived")
    con.execute("DELETE FROM quality_waiver")
    waivers.apply(con, waived)
    known = [agency for (agency,) in con.execute(_WAIVED).fetchall()]
    log.info("%d agencies were judged again", len(agencies))
    return sorted({*agencies, *known})


def _run_of(con: duckdb.DuckDBPyConnection) -> str:
    (run,) = con.execute("SELECT run_id FROM ingest_run").fetchone() or ("",)
    return str(run)


def _judge_concerned(con: duckdb.DuckDBPyConnection, place: Staging, years: Collection[int] | None) -> None:
    """Replace the issues of the agencies concerned, and count anew what could be judged."""
    con.execute(f"DELETE FROM {_ISSUES} t USING concerned c WHERE t.agency_id = c.agency_id")
    load(con, place, QualityIssue, "SEMI JOIN concerned USING (agency_id)", years=years)
    if years is not None:
        con.execute(_OTHERS_READING, [list(years), list(findings.READER_RULES)])
    with only_concerned(con, "previous", _JUDGED):
        rules.prepare(con)
        con.execute(f"CREATE TEMP TABLE cases_before AS {rules.CASES}")
    with only_concerned(con):
        rules.prepare(con)
        con.execute(rules.ISSUES)
        con.execute(f"CREATE TEMP TABLE cases_now AS {rules.CASES}")
        explain_warehouse(con)
    con.execute("CREATE TEMP TABLE counted AS SELECT rule, year, assessable AS cases FROM quality_rule_count")
    con.execute("DELETE FROM quality_rule_count")
    con.execute(rules.counts(_CASES))


#: What the reader said of the concerned agencies' reports of other years, which are not staged here.
_OTHERS_READING = f"""
INSERT INTO {_ISSUES} BY NAME
SELECT * REPLACE (false AS waived, NULL AS waiver) FROM previous.main.{_ISSUES} SEMI JOIN concerned USING (agency_id)
WHERE NOT list_contains($1, year) AND list_contains($2, rule)
"""
#: Agencies whose reports changed, or of which something else became known.
_CONCERNED = """
CREATE TEMP TABLE concerned AS
SELECT agency_id FROM changed
UNION SELECT agency_id FROM (FROM dim_agency EXCEPT FROM previous.dim_agency)
UNION SELECT agency_id FROM (FROM previous.dim_agency EXCEPT FROM dim_agency)
"""
#: Agencies of which a reviewer knows an issue, or knew one.
_WAIVED = """
SELECT agency_id FROM quality_waiver WHERE issues > 0
UNION SELECT agency_id FROM previous.quality_waiver WHERE issues > 0
"""
#: Cases of a rule and year: what was counted, without those of the agencies concerned then, with those of now.
_CASES = """
SELECT rule, year, sum(cases) AS cases FROM (
    FROM counted UNION ALL BY NAME
    SELECT rule, year, -cases AS cases FROM cases_before UNION ALL BY NAME
    FROM cases_now
) GROUP BY rule, year
"""


@contextmanager
def only_concerned(
    con: duckdb.DuckDBPyConnection, database: str | None = None, names: Sequence[str] = _FACTS_AND_AGENCIES
) -> Iterator[None]:
    """Have the names of tables mean the rows of the agencies concerned only; of this file, or of another one."""
    for name in names:
        whole = f"{database or _name(con)}.main.{name}"
        con.execute(f"CREATE TEMP TABLE {name} AS FROM {whole} SEMI JOIN concerned USING (agency_id)")
    try:
        yield
    finally:
        for name in names:
            con.execute(f"DROP TABLE temp.{name}")


def _name(con: duckdb.DuckDBPyConnection) -> str:
    row = con.execute("SELECT current_database()").fetchone()
    assert row is not None
    return '"' + str(row[0]).replace('"', '""') + '"'


def _state(place: Staging, published: Path, times: int) -> dict[str, Any]:
    """Everything on which it depends that a copy of the file may be brought up to date."""
    status = published.stat()
    made_by = [CODE, duckdb.__version__, definitions(), dimensions(), rules.ALL]
    return {
        "file": [str(published.resolve()), status.st_size, status.st_mtime_ns, status.st_ctime_ns],
        "generations": place.generations(),
        "made_by": hashlib.sha256("\n".join(made_by).encode()).hexdigest(),
        "times": times,
    }
