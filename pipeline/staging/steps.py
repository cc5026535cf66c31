"""The second step, from decoded reports to staged tables, as plain functions: read the tables of some years.

Belongs here: the loops over years and batches, and which rows of the last run stay. The first step is in ``collect``;
how several machines read a year is in ``shards``; the third step, from staging to the published warehouse, is
``pipeline.warehouse``.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from pipeline.settings import Settings
from pipeline.sources.fetch import RejectedError
from pipeline.staging import not_loaded, parquet, parts, year_tables
from pipeline.staging.folder import Staging
from pipeline.staging.not_loaded import RejectedRow, SupersededRow
from pipeline.staging.parts import Part
from pipeline.staging.progress import Progress, silent
from pipeline.staging.raw_reports import Batch
from pipeline.system.processes import ProcessPool
from schemas import base
from schemas.staged import REPORT_TABLES

if TYPE_CHECKING:
    from pipeline.reader.extraction import Extraction

log = logging.getLogger(__name__)

#: Batches are cut so that each process gets this many, unless a batch then had fewer reports than are worth sending.
_TURNS, _FEWEST = 6, 250
#: Rows of a staged table that are compressed together.
_ROWS = 2**17
TABLE_NAMES = [base.name(table) for table in REPORT_TABLES]


@dataclass(slots=True)
class YearResult:
    """What was read from a year's reports: the number of rows by table, and the reports that are not loaded."""

    year: int
    rows: Counter[str] = field(default_factory=Counter)
    rejected: list[RejectedRow] = field(default_factory=list)
    superseded: list[SupersededRow] = field(default_factory=list)
    #: Numbers in the reports' tables, and how many of them are in the rows.
    digits: int = 0
    digits_used: int = 0


@dataclass(frozen=True, slots=True)
class BatchResult:
    """The validated rows of a batch of reports by table, and the reports that are rejected."""

    tables: dict[str, pl.DataFrame]
    rejected: list[RejectedRow]


@dataclass(frozen=True, slots=True)
class PartPlan:
    """What is to be written into one part of a year's tables."""

    year: int
    #: The reports that this is about: the year's, or those of a shard.
    catalogue: pl.DataFrame
    #: The name of the part (``parts.part_name``).
    part: str
    #: Reports whose staged rows stay.
    kept: pl.DataFrame
    #: The parts that the rows of those reports are copied from, by table; empty unless this is a new generation.
    copied: dict[str, list[Part]]
    #: Reports of agencies that have several of the year, which must be read together.
    duplicates: list[Batch]
    #: All other reports that are to be read.
    batches: list[Batch]

    @property
    def is_new_generation(self) -> bool:
        """Whether the part replaces all others of the year."""
        return self.part == str(self.year)


def read_years(
    years: Iterable[int], settings: Settings, progress: Progress = silent, *, again: bool = True
) -> dict[int, YearResult]:
    """Read the tables of some years' reports into staging, year by year.

    ``again`` reads every report; otherwise rows stay where neither their report nor the reader changed. A year is up to
    date as soon as it is done, whatever becomes of the next.

    Raises:
        StagingError: the decoded reports are missing or damaged.
        ProcessPoolError: a process was ended from outside.
    """
    staging = Staging(settings.staging)
    catalogue = parquet.read(staging.catalogue)
    of_years = {year: catalogue.filter(pl.col("year") == year) for year in years if staging.raw(year).exists()}
    plans = _split([_plan(staging, year, rows, again) for year, rows in of_years.items()], settings)
    done = {year: YearResult(year) for year in years}
    with batch_results(plans, settings) as results:
        for plan in plans:
            stay = plan.kept.clear() if plan.is_new_generation else plan.kept
            with year_tables.writing(staging, plan.year, plan.catalogue, stay, plan.part):
                _write_year(staging, plan, done[plan.year], results, progress)
            count_rows(staging, done[plan.year])
            _log(plan, done[plan.year])
    return done


def read_year(year: int, settings: Settings, progress: Progress = silent) -> YearResult:
    """Read the tables of all reports of a year into staging: ``read_years`` of one."""
    return read_years([year], settings, progress)[year]


def _plan(staging: Staging, year: int, catalogue: pl.DataFrame, again: bool) -> PartPlan:
    kept = year_tables.unchanged_reports(staging, year, catalogue)
    if again:
        kept = kept.clear()
    shared = duplicate_files(catalogue)
    single = set(catalogue["source_file"]) - set(kept["source_file"]) - shared
    batches = staging.batches(year)
    plan = PartPlan(
        year,
        catalogue,
        parts.next_part(staging.table("dim_report", year), len(kept)).stem,
        kept,
        {},
        [chosen for batch in batches if (chosen := batch.only(shared)).files],
        [chosen for batch in batches if (chosen := batch.only(single)).files],
    )
    if plan.is_new_generation and len(kept):
        return replace(plan, copied={name: staging.parts(name, year) for name in TABLE_NAMES})
    return plan


def duplicate_files(catalogue: pl.DataFrame) -> set[str]:
    """The files of agencies that have several reports of a year."""
    return set(catalogue.filter(pl.len().over("agency_id") > 1)["source_file"])


def _split(plans: list[PartPlan], settings: Settings) -> list[PartPlan]:
    """The plans with smaller batches, so that no process waits long for another one at the end."""
    files = sum(len(batch.files) for plan in plans for batch in plan.batches)
    size = batch_size(files, settings.workers, settings)
    return [replace(plan, batches=[small for batch in plan.batches for small in batch.split(size)]) for plan in plans]


def batch_size(reports: int, processes: int, settings: Settings) -> int:
    """How many reports are read together, where this many processes read this many."""
    return min(settings.batch_reports, max(_FEWEST, reports // (processes * _TURNS)))


@contextmanager
def batch_results(plans: Sequence[PartPlan], settings: Settings) -> Iterator[Iterator[BatchResult]]:
    """The results of the batches of some plans, in order; read by several processes where that is worth while."""
    batches = [batch for plan in plans for batch in plan.batches]
    few = sum(len(batch.files) for batch in batches) < 2 * _FEWEST
    with ProcessPool(1 if few else settings.workers, _read_batch) as pool:
        yield pool.map(batches)


def _log(plan: PartPlan, result: YearResult) -> None:
    log.info(
        "%d: %d reports read, %d unchanged, %d rejected, %d superseded, %d of %d numbers of the tables used",
        plan.year,
        len(plan.catalogue) - len(plan.kept),
        len(plan.kept),
        len(result.rejected),
        len(result.superseded),
        result.digits_used,
        result.digits,
    )


def staged_year(year: int, settings: Settings) -> YearResult:
    """What was read from a year before, as far as it is staged."""
    staging = Staging(settings.staging)
    result = YearResult(year)
    if not staging.table("rejected_report", year).exists():
        return result
    result.rejected = not_loaded.rejected_rows(pl.read_parquet(staging.table("rejected_report", year)))
    result.superseded = not_loaded.superseded_rows(pl.read_parquet(staging.table("superseded_report", year)))
    if counted := year_tables.kept_counts(staging, year):
        result.rows = Counter(counted["rows"])
        result.digits, result.digits_used = counted["digits"], counted["digits_used"]
    else:  # the run that read the year was killed at its very end
        count_rows(staging, result)
    return result


def count_rows(staging: Staging, result: YearResult) -> None:
    """Count a year's staged rows, and keep the counts for runs in which they stay."""
    for name in TABLE_NAMES:
        result.rows[name] = sum(part.count() for part in staging.parts(name, result.year))
    reports = pl.concat([part.lazy() for part in staging.parts("dim_report", result.year)])
    digits = reports.select(pl.col("digits", "digits_used").sum()).collect()
    result.digits, result.digits_used = map(int, digits.row(0))
    counted = {"rows": dict(result.rows), "digits": result.digits, "digits_used": result.digits_used}
    year_tables.keep_counts(staging, result.year, counted)


def _write_year(
    staging: Staging, plan: PartPlan, result: YearResult, results: Iterator[BatchResult], progress: Progress
) -> None:
    """Write a year's tables; the next of ``results`` are those of its batches."""
    carry_over_rejected(staging, plan.kept, result)
    write_part(staging, plan, result, results, progress)
    if plan.is_new_generation:
        for name in TABLE_NAMES:
            parts.remove_later_parts(staging.table(name, plan.year))
    write_not_loaded(staging, result)


def write_part(
    staging: Staging, plan: PartPlan, result: YearResult, results: Iterator[BatchResult], progress: Progress = silent
) -> None:
    """Write the part that the plan is about, of each table; the next of ``results`` are those of its batches."""
    with parquet.appenders(*part_files(staging, plan.year, plan.part), batch=_ROWS) as appenders:

        def add(tables: Mapping[str, pl.DataFrame]) -> None:
            for name, appender in zip(TABLE_NAMES, appenders, strict=True):
                if name in tables:
                    appender.add(tables[name])

        for name, copied in plan.copied.items():
            for part in copied:
                for frame in part.frames(plan.kept):
                    add({name: frame})
        if plan.duplicates:
            add(_read_duplicates(plan.duplicates, result))
        done = len(plan.catalogue) - sum(len(batch.files) for batch in plan.batches)
        progress(str(plan.year), done, len(plan.catalogue))
        for batch in plan.batches:
            read = next(results)
            add(read.tables)
            result.rejected += read.rejected
            done += len(batch.files)
            progress(str(plan.year), done, len(plan.catalogue))


def part_files(staging: Staging, year: int, part: str) -> list[Path]:
    """The files of a part of a year, in the order of ``TABLE_NAMES``."""
    return [staging.table(name, year).with_name(f"{part}.parquet") for name in TABLE_NAMES]


def write_not_loaded(staging: Staging, result: YearResult) -> None:
    """Write which of a year's reports are not loaded, and why."""
    result.rejected.sort()
    result.superseded.sort()
    parquet.write(not_loaded.rejected_frame(result.rejected), staging.table("rejected_report", result.year))
    parquet.write(not_loaded.superseded_frame(result.superseded), staging.table("superseded_report", result.year))


def carry_over_rejected(staging: Staging, kept: pl.DataFrame, result: YearResult) -> None:
    """Add the unchanged reports that were rejected: reading them again would reject them again."""
    if len(kept):
        before = parquet.read(staging.table("rejected_report", result.year))
        result.rejected += not_loaded.rejected_rows(before.join(kept, on="source_file", how="semi"))


def _read_batch(batch: Batch) -> BatchResult:
    """Read some reports, one by one, and validate their rows together."""
    rejected: list[RejectedRow] = []
    extractions = _extractions(batch, rejected)
    return BatchResult(_validated(extractions, rejected), rejected)


def _extractions(batch: Batch, rejected: list[RejectedRow]) -> list[Extraction]:
    from pipeline.reader.extraction import extract

    extractions = []
    for report in batch.reports():
        try:
            extractions.append(extract(report))
        except RejectedError as error:
            rejected.append(not_loaded.rejected_row(report, error.reason, error.message))
    return extractions


def _validated(extractions: Sequence[Extraction], rejected: list[RejectedRow]) -> dict[str, pl.DataFrame]:
    from pipeline.reader.frames import frames
    from pipeline.staging import validate

    good, failures = validate.validate_all(frames(extractions))
    by_agency = {extraction.report.agency_id: extraction.report for extraction in extractions}
    for failure in failures:
        rejected.append(not_loaded.rejected_row(by_agency[failure.agency_id], "parser_error", failure.why))
    return good


def _read_duplicates(batches: Sequence[Batch], result: YearResult) -> dict[str, pl.DataFrame]:
    """Read the reports of agencies that have several of the year; the rows of those that are loaded."""
    from pipeline.staging import duplicates

    read = [extraction for batch in batches for extraction in _extractions(batch, result.rejected)]
    loaded, others = duplicates.decide(read)
    for duplicate in others:
        report = duplicate.extraction.report
        if duplicate.reason is None:
            result.rejected.append(not_loaded.rejected_row(report, "identity_conflict", duplicate.message))
        else:
            winner = duplicate.winner.report
            result.superseded.append(not_loaded.superseded_row(report, winner, duplicate.reason))
    return _validated(loaded, result.rejected)
