"""The two steps from files to staging, as plain functions: collect the reports, read the tables of a year.

Belongs here: the loops over files and batches, and what of the last run still holds. How several machines read a year
is in ``pieces``; the third step, from staging to the published file, is ``warehouse``.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import polars as pl

from pipeline.reader.extraction import Extraction, extract
from pipeline.reader.frames import frames
from pipeline.reader.raw_report import RawReport
from pipeline.settings import Settings
from pipeline.sources.fetch import RejectedError
from pipeline.staging import duplicates, folder, parquet, validate
from pipeline.staging.collect import Progress, silent
from pipeline.staging.folder import Batch, Rows, Staging
from pipeline.system.processes import ProcessPool
from schemas import base
from schemas.staged import REPORT_TABLES

log = logging.getLogger(__name__)


REJECTED_SCHEMA = {
    "source_file": pl.String,
    "source_sha256": pl.String,
    "agency_id": pl.String,
    "year": pl.Int32,
    "reason": pl.String,
    "message": pl.String,
}
SUPERSEDED_SCHEMA = {
    "agency_id": pl.String,
    "year": pl.Int32,
    "source_file": pl.String,
    "source_sha256": pl.String,
    "superseded_by": pl.String,
    "reason": pl.String,
}


#: Reports are read in so many turns of all processes, unless a batch then had fewer reports than are worth while.
_TURNS, _FEWEST = 6, 250
#: Rows of a staged table that are compressed together.
_ROWS = 2**17
TABLE_NAMES = [base.name(table) for table in REPORT_TABLES]


@dataclass(slots=True)
class YearRead:
    """What was read from one year's reports: rows by table, rejected and superseded files."""

    year: int
    rows: Counter[str] = field(default_factory=Counter)
    rejected: list[tuple[str, str, str, int, str, str]] = field(default_factory=list)
    superseded: list[tuple[str, int, str, str, str, str]] = field(default_factory=list)
    digits: int = 0
    digits_used: int = 0


@dataclass(frozen=True, slots=True)
class BatchRead:
    """The validated rows of some reports by table, and the reports that are not loaded."""

    tables: dict[str, pl.DataFrame]
    rejected: list[tuple[str, str, str, int, str, str]]


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be done for a part of a year's tables: reports whose staged rows stay, those that must be seen
    together, and the rest.
    """

    year: int
    catalogue: pl.DataFrame
    #: The part into which the rows go, as its files are called: the year, or the year and a number.
    part: str
    kept: pl.DataFrame
    #: Where the rows of those that are kept are, by table; empty unless the year is written anew.
    copied: dict[str, list[Rows]]
    duplicates: list[Batch]
    batches: list[Batch]


def read_years(
    years: Iterable[int], settings: Settings, progress: Progress = silent, *, again: bool = True
) -> dict[int, YearRead]:
    """Read the tables of some years' reports into staging, year by year.

    ``again`` reads every report; otherwise rows that are staged stay where their report, and the reader, are as they
    were. A year is up to date as soon as it is done, whatever becomes of the next.

    Raises:
        StagingError: the decoded reports are missing or damaged.
        ProcessPoolError: a process was ended from outside.
    """
    place = Staging(settings.staging)
    catalogue = parquet.read(place.catalogue)
    of_years = {year: catalogue.filter(pl.col("year") == year) for year in years if place.raw(year).exists()}
    plans = _shared_out([_plan(place, year, rows, again) for year, rows in of_years.items()], settings)
    done = {year: YearRead(year) for year in years}
    with reading(plans, settings) as results:
        for plan in plans:
            stay = plan.kept if plan.part != str(plan.year) else plan.kept.clear()
            with place.reading(plan.year, plan.catalogue, stay, plan.part):
                _read(place, plan, done[plan.year], results, progress)
            count(place, done[plan.year])
            _tell(plan, done[plan.year])
    return done


def read_year(year: int, settings: Settings, progress: Progress = silent) -> YearRead:
    """Read the tables of all reports of a year into staging: ``read_years`` of one."""
    return read_years([year], settings, progress)[year]


def _plan(place: Staging, year: int, catalogue: pl.DataFrame, again: bool) -> Plan:
    kept = place.still_right(year, catalogue)
    if again:
        kept = kept.clear()
    shared = contested_files(catalogue)
    single = set(catalogue["source_file"]) - set(kept["source_file"]) - shared
    batches = place.batches(year)
    part = folder.next_part(place.table("dim_report", year), len(kept)).stem
    return Plan(
        year,
        catalogue,
        part,
        kept,
        {name: place.rows(name, year) for name in TABLE_NAMES} if part == str(year) and len(kept) else {},
        [chosen for batch in batches if (chosen := batch.only(shared)).files],
        [chosen for batch in batches if (chosen := batch.only(single)).files],
    )


def contested_files(catalogue: pl.DataFrame) -> set[str]:
    """The reports of a year of which an agency has several."""
    return set(catalogue.filter(pl.len().over("agency_id") > 1)["source_file"])


def _shared_out(plans: list[Plan], settings: Settings) -> list[Plan]:
    """The plans with batches cut so that no process waits long for another one at the end."""
    files = sum(len(batch.files) for plan in plans for batch in plan.batches)
    size = batch_size(files, settings.workers, settings)
    return [replace(plan, batches=[piece for batch in plan.batches for piece in batch.cut(size)]) for plan in plans]


def batch_size(reports: int, processes: int, settings: Settings) -> int:
    """How many reports are read together, where so many processes read so many."""
    return min(settings.batch_reports, max(_FEWEST, reports // (processes * _TURNS)))


@contextmanager
def reading(plans: Sequence[Plan], settings: Settings) -> Iterator[Iterator[BatchRead]]:
    """While the batches of some plans are read, by several processes if that is worth while: the rows, in order."""
    batches = [batch for plan in plans for batch in plan.batches]
    few = sum(len(batch.files) for batch in batches) < 2 * _FEWEST
    with ProcessPool(1 if few else settings.workers, _read_batch) as cores:
        yield cores.map(batches)


def _tell(plan: Plan, read: YearRead) -> None:
    log.info(
        "%d: %d reports read, %d as they were, %d rejected, %d superseded, %d of %d numbers of the tables used",
        plan.year,
        len(plan.catalogue) - len(plan.kept),
        len(plan.kept),
        len(read.rejected),
        len(read.superseded),
        read.digits_used,
        read.digits,
    )


def staged_year(year: int, settings: Settings) -> YearRead:
    """What was read from a year before, as far as it is staged."""
    place = Staging(settings.staging)
    result = YearRead(year)
    if not place.table("rejected_report", year).exists():
        return result
    result.rejected = pl.read_parquet(place.table("rejected_report", year)).rows()
    result.superseded = pl.read_parquet(place.table("superseded_report", year)).rows()
    if counted := place.remembered(year):
        result.rows = Counter(counted["rows"])
        result.digits, result.digits_used = counted["digits"], counted["digits_used"]
    else:  # the run that read the year was killed at its very end
        count(place, result)
    return result


def count(place: Staging, result: YearRead) -> None:
    """Count a year's staged rows, and remember it for nights in which they stay."""
    for name in TABLE_NAMES:
        result.rows[name] = sum(rows.count() for rows in place.rows(name, result.year))
    reports = pl.concat([rows.lazy() for rows in place.rows("dim_report", result.year)])
    digits = reports.select(pl.col("digits", "digits_used").sum()).collect()
    result.digits, result.digits_used = map(int, digits.row(0))
    said = {"rows": dict(result.rows), "digits": result.digits, "digits_used": result.digits_used}
    place.remember(result.year, said)


def _read(place: Staging, plan: Plan, result: YearRead, results: Iterator[BatchRead], progress: Progress) -> None:
    """Stage a year's tables; the next of ``results`` are those of its batches."""
    keep_rejected(place, plan.kept, result)
    read_part(place, plan, result, results, progress)
    if plan.part == str(plan.year):
        for name in TABLE_NAMES:
            folder.forget_parts(place.table(name, plan.year))
    set_aside(place, result)


def read_part(
    place: Staging, plan: Plan, result: YearRead, results: Iterator[BatchRead], progress: Progress = silent
) -> None:
    """Stage the part of a year's tables that the plan is about; the next of ``results`` are those of its batches."""
    with parquet.appenders(*part_files(place, plan.year, plan.part), batch=_ROWS) as appenders:

        def add(tables: Mapping[str, pl.DataFrame]) -> None:
            for name, appender in zip(TABLE_NAMES, appenders, strict=True):
                if name in tables:
                    appender.add(tables[name])

        for name, some in plan.copied.items():
            for rows in some:
                for frame in rows.frames(plan.kept):
                    add({name: frame})
        if plan.duplicates:
            add(_read_contested(plan.duplicates, result))
        done = len(plan.catalogue) - sum(len(batch.files) for batch in plan.batches)
        progress(str(plan.year), done, len(plan.catalogue))
        for batch in plan.batches:
            read = next(results)
            add(read.tables)
            result.rejected += read.rejected
            done += len(batch.files)
            progress(str(plan.year), done, len(plan.catalogue))


def part_files(place: Staging, year: int, part: str) -> list[Path]:
    """Where the rows of a part of a year are, table by table."""
    return [place.table(name, year).with_name(f"{part}.parquet") for name in TABLE_NAMES]


def set_aside(place: Staging, result: YearRead) -> None:
    """Stage which of a year's reports are not loaded, and why."""
    result.rejected.sort()
    result.superseded.sort()
    for name, rows, schema in (
        ("rejected_report", result.rejected, REJECTED_SCHEMA),
        ("superseded_report", result.superseded, SUPERSEDED_SCHEMA),
    ):
        parquet.write(pl.DataFrame(rows, schema=schema, orient="row"), place.table(name, result.year))


def keep_rejected(place: Staging, kept: pl.DataFrame, result: YearRead) -> None:
    """Reports that were rejected, and would be again."""
    if len(kept):
        before = parquet.read(place.table("rejected_report", result.year))
        result.rejected += before.join(kept, on="source_file", how="semi").rows()


def _read_batch(batch: Batch) -> BatchRead:
    """Read some reports, one by one, and validate their rows together."""
    rejected: list[tuple[str, str, str, int, str, str]] = []
    extractions = _extractions(batch, rejected)
    return BatchRead(_validated(extractions, rejected), rejected)


def _extractions(batch: Batch, rejected: list[tuple[str, str, str, int, str, str]]) -> list[Extraction]:
    extractions = []
    for report in batch.reports():
        try:
            extractions.append(extract(report))
        except RejectedError as error:
            rejected.append(_rejected(report, error.reason, error.message))
    return extractions


def _validated(
    extractions: Sequence[Extraction], rejected: list[tuple[str, str, str, int, str, str]]
) -> dict[str, pl.DataFrame]:
    good, failures = validate.validate_all(frames(extractions))
    by_agency = {extraction.report.agency_id: extraction.report for extraction in extractions}
    for failure in failures:
        rejected.append(_rejected(by_agency[failure.agency_id], "parser_error", failure.why))
    return good


def _rejected(report: RawReport, reason: str, message: str) -> tuple[str, str, str, int, str, str]:
    """A row of ``rejected_report``."""
    return report.source_file, report.source_sha256, report.agency_id, report.year, reason, message


def _read_contested(batches: Sequence[Batch], result: YearRead) -> dict[str, pl.DataFrame]:
    """The reports of agencies that have several of the year: one of each stays, what becomes of the others is noted."""
    read = [extraction for batch in batches for extraction in _extractions(batch, result.rejected)]
    winners, losers = duplicates.decide(read)
    for loser in losers:
        report, stays = loser.extraction.report, loser.winner.report
        if loser.why is None:
            result.rejected.append(_rejected(report, "identity_conflict", loser.message))
        else:
            result.superseded.append(
                (
                    report.agency_id,
                    report.year,
                    report.source_file,
                    report.source_sha256,
                    stays.source_file,
                    loser.why,
                )
            )
    return _validated(winners, result.rejected)
