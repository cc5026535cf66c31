"""Reports that a publication drops, and when that is refused.

A report is dropped when neither its agency and year nor its bytes are in the new warehouse as a report. One that only
moved to another file, or that is now known to be another agency's, is not. A publication that drops more than the share
``OGI_MAX_REMOVAL``, or all reports of an agency or of a year, or some while one of the sources is empty, is an accident
until a person says otherwise: a disk that is not mounted, a folder that was moved, a setting that rejects what was
loaded yesterday.

Belongs here: which reports are dropped and why, in SQL over two attached warehouses, and the refusal with its figures.
When it is asked for is ``duckdb_file_publish``'s and ``ducklake_publish``'s.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Sequence
from typing import NamedTuple

import duckdb
import polars as pl

from pipeline.addresses import path_at
from pipeline.settings import Settings
from pipeline.sources import files as sources
from pipeline.staging.folder import Staging
from pipeline.warehouse.errors import RemovalError
from pipeline.warehouse.provenance import PublishingRun

#: The check of the asset that fails when a publication is refused.
CHECK = "reports_kept"
#: Of each list, so many are named.
_NAMED = 3
#: Lines of the failed check: enough to see what it is about.
_LISTED = 50


class Dropped(NamedTuple):
    """A report that a warehouse has no more, and why: ``gone``, ``replaced``, or a reason of another table."""

    agency_id: str
    agency: str
    year: int
    source_file: str
    why: str


_DROPPED = """
WITH dropped AS (
    FROM {old}.main.dim_report ANTI JOIN {new}.main.dim_report USING (agency_id, year)
    ANTI JOIN {new}.main.dim_report USING (source_sha256)
), duplicate AS (
    SELECT source_file, reason FROM {new}.main.superseded_report WHERE reason <> 'file_changed'
)
SELECT d.agency_id, coalesce(a.name, d.agency_id), d.year, d.source_file,
    CASE
        WHEN r.reason IS NOT NULL THEN r.reason
        WHEN s.reason IS NOT NULL THEN 'superseded (' || s.reason || ')'
        WHEN n.source_file IS NOT NULL THEN 'replaced'
        ELSE 'gone'
    END
FROM dropped d
LEFT JOIN {old}.main.dim_agency a USING (agency_id)
LEFT JOIN {new}.main.rejected_report r USING (source_file)
LEFT JOIN duplicate s USING (source_file)
LEFT JOIN {new}.main.dim_report n USING (source_file)
ORDER BY d.year, 2, d.agency_id
"""
_COUNTS = "SELECT agency_id, year, count(*) FROM {old}.main.dim_report GROUP BY ALL"
#: What each reason that is no rejection means.
_WORDS = {"gone": "file gone", "replaced": "file with other content"}


def find(con: duckdb.DuckDBPyConnection, old: str, new: str) -> list[Dropped]:
    """The reports of the attached warehouse ``old`` that ``new`` has dropped."""
    return [Dropped(*row) for row in con.execute(_DROPPED.format(old=old, new=new)).fetchall()]


def frame(dropped: Collection[Dropped]) -> pl.DataFrame:
    """Dropped reports as a table."""
    schema = {"agency_id": pl.String, "agency": pl.String, "year": pl.Int32, "source_file": pl.String, "why": pl.String}
    return pl.DataFrame([*dropped], schema=schema, orient="row")


def reasons(dropped: Collection[Dropped]) -> str:
    """How many reports were dropped for each reason, the most frequent first."""
    counts = Counter(_WORDS.get(each.why, each.why) for each in dropped)
    return ", ".join(f"{why} {times}" for why, times in sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def refuse(
    con: duckdb.DuckDBPyConnection, old: str, new: str, settings: Settings, run: PublishingRun, warehouse: object
) -> list[Dropped]:
    """The reports of the attached warehouse ``old`` that ``new`` has dropped, if the settings and the run allow that.

    Raises:
        RemovalError: they do not; the message has the figures, and what allows it.
    """
    dropped = find(con, old, new)
    if not dropped or run.allow_removal or settings.max_removal >= 1:
        return dropped
    counted = con.execute(_COUNTS.format(old=old)).fetchall()
    faults = _faults(dropped, counted, settings, Staging(settings.staging))
    if not faults:
        return dropped
    message = (
        f"{warehouse}: nothing was published, because {len(dropped)} of the {sum(row[2] for row in counted)} published "
        f"reports would be dropped: {'; '.join(faults)}. Why: {reasons(dropped)}. If that is meant, allow it: "
        "ogi ingest … --allow-removal, or allow_removal: true in the configuration of the run in the UI"
    )
    raise RemovalError(message, {CHECK: [*faults, *_listed(dropped)]})


def _all_of(noun: str, names: Sequence[str]) -> list[str]:
    """The words for agencies or years of which nothing would stay, with the names of some."""
    if not names:
        return []
    some = ", ".join(names[:_NAMED]) + (" …" if len(names) > _NAMED else "")
    return [f"all of {some}" if len(names) == 1 else f"all of {len(names)} {noun} ({some})"]


def _faults(
    dropped: Sequence[Dropped], counted: Sequence[tuple[str, int, int]], settings: Settings, staging: Staging
) -> list[str]:
    """What is too much about what is dropped, in words; nothing if it is not."""
    faults: list[str] = []
    share = len(dropped) / sum(times for _, _, times in counted)
    if share > settings.max_removal:
        faults.append(f"{share:.1%} of all (OGI_MAX_REMOVAL allows {settings.max_removal:.0%})")
    had_years, had_agencies = Counter[int](), Counter[str]()
    for agency, year, times in counted:
        had_years[year] += times
        had_agencies[agency] += times
    of_years = Counter(each.year for each in dropped)
    of_agencies = Counter(each.agency_id for each in dropped)
    names = {each.agency_id: each.agency for each in dropped}
    years = [str(year) for year, times in sorted(of_years.items()) if times == had_years[year]]
    agencies = [names[agency] for agency, times in of_agencies.items() if times == had_agencies[agency]]
    faults += [*_all_of("years", years), *_all_of("agencies", sorted(agencies))]
    faults += [f"the source {root} is empty" for root in _empty_sources(staging)]
    return faults


def _empty_sources(staging: Staging) -> list[str]:
    """The sources of what is staged under which no file lies."""
    return [root for root in json.loads(staging.sources()) if not sources.find([path_at(root)])]


def _listed(dropped: Sequence[Dropped]) -> list[str]:
    """A line for each dropped report, up to some number."""
    lines = [
        f"{each.agency} {each.year} ({each.source_file}): {_WORDS.get(each.why, each.why)}"
        for each in dropped[:_LISTED]
    ]
    more = len(dropped) - len(lines)
    return [*lines, f"… and {more} more"] if more else lines
