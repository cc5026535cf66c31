"""The two steps from files to staging, as plain functions: collect the reports, read the tables of a year.

Belongs here: the loops over files and batches, and what of the last run still holds. How several machines read a year
is in ``pieces``; the third step, from staging to the published file, is ``warehouse``.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl

from pipeline import addresses, contested, staging, unchanged, validate, waivers
from pipeline.reader import raw_report
from pipeline.reader.extraction import Extraction, extract
from pipeline.reader.frames import frames
from pipeline.reader.raw_report import RawReport
from pipeline.regions import register
from pipeline.regions.register import Register
from pipeline.settings import Settings
from pipeline.sources import fetch, manifest, store
from pipeline.sources import files as sources
from pipeline.sources.fetch import RejectedError
from pipeline.sources.files import SourceFile
from pipeline.sources.manifest import ManifestEntry
from pipeline.staging import Appender, Batch, Rows, Staging
from pipeline.system.processes import Cores, without_search
from schemas import base
from schemas.staged import REPORT_TABLES

log = logging.getLogger(__name__)

#: Called with what is being done, how many are done, and of how many.
Progress = Callable[[str, int, int], None]

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


def _silent(_what: str, _done: int, _total: int) -> None:
    pass


#: Files that are taken in at a time by one process: enough to make sending them worth while.
_FILES = 500
#: Reports are read in so many turns of all processes, unless a batch then had fewer reports than are worth while.
_TURNS, _FEWEST = 6, 250
#: Rows of a staged table that are compressed together.
_ROWS = 2**17
#: A file, and what a manifest says of it.
_File = tuple[SourceFile, ManifestEntry | None]
TABLE_NAMES = [base.name(table) for table in REPORT_TABLES]


@dataclass(slots=True)
class Collected:
    """What lies under the sources: how many files, how many of them were taken in by this run (the others are as they
    were), reports by year, rejected files by reason.
    """

    files: int
    taken_in: int
    reports: dict[int, int]
    rejected: Counter[str]


def collect(roots: Sequence[Path], settings: Settings, progress: Progress = _silent) -> Collected:
    """Take in the files under the sources: decoded reports by year, and a catalogue of all files.

    Files that are as they were when they were last taken in (``unchanged``) are not opened.

    Raises:
        SourceError: a source, a manifest or a waivers.csv cannot be used as it is.
        StoreError: the store of a source at a URL cannot be reached.
        CoresError: a process was ended from outside.
    """
    place = Staging(settings.staging)
    place.clean()
    with without_search(), store.one_look():
        files = sources.find(roots)
        known = manifest.manifests(roots)
        waived = waivers.waivers(roots)
        registered = register.register(roots)
        _name_missing(known, files)
        looks = unchanged.look(files, known, register.stage(registered), settings)
        own = unchanged.look_at_own(roots)
    kept = unchanged.kept(place, roots, looks)
    names = set(kept["source_file"])
    fresh = [(file, known.get(file.source_file)) for file in files if file.source_file not in names]
    log.info("%d files under %s, %d as they were", len(files), ", ".join(map(str, roots)), len(kept))
    if fresh or kept.is_empty() or staging.row_count(place.catalogue) != len(kept):
        urls = [str(root) for root in roots if addresses.is_url(root)]
        take_in = partial(_take_in, settings=settings, registered=registered, urls=urls)
        whole = _stage(place, kept, fresh, take_in, settings, progress)
        staging.write(waivers.stage(waived), place.waivers)
        staging.write(register.stage(registered), place.register)
        place.write_catalogue(whole, roots)
        unchanged.note(place, looks, whole["year"].drop_nulls().unique().sort().to_list(), own)
    else:  # what is staged is right as it is; the register is one of the circumstances of every file
        whole = kept
        staging.write(waivers.stage(waived), place.waivers)
        if own != unchanged.own_before(place):
            unchanged.note(place, looks, whole["year"].drop_nulls().unique().sort().to_list(), own)
    counts: dict[int, int] = dict(whole.drop_nulls("year").group_by("year").len().sort("year").iter_rows())
    rejected = Counter(whole["reason"].drop_nulls().to_list())
    log.info("%d reports of the years %s, %d files rejected", sum(counts.values()), list(counts), rejected.total())
    return Collected(len(files), len(fresh), counts, rejected)


def _stage(
    place: Staging,
    kept: pl.DataFrame,
    fresh: Sequence[_File],
    take_in: Callable[[Sequence[_File]], _Taken],
    settings: Settings,
    progress: Progress,
) -> pl.DataFrame:
    """Stage the decoded reports of the ``fresh`` files beside those that are ``kept``; the catalogue of all of them.

    Afterwards there is none in its place: nothing can be read or published until all that belongs to it is there.
    """
    catalogue = [kept]
    raw: dict[int, Appender] = {}
    done, files = len(kept), len(kept) + len(fresh)
    try:
        with Cores(settings.workers, take_in) as cores:
            for taken in cores.map([fresh[start : start + _FILES] for start in range(0, len(fresh), _FILES)]):
                catalogue.append(taken.catalogue)
                for year, reports in taken.reports.items():
                    if year not in raw:
                        raw[year] = _continued(place, year, kept, settings)
                    raw[year].add(reports)
                for name, reason in taken.catalogue.drop_nulls("reason").select("source_file", "reason").iter_rows():
                    log.info("%s: rejected, %s", name, reason)
                done += len(taken.catalogue)
                progress("collect", done, files)
        for year in _shrunk(place, kept, raw):
            raw[year] = _continued(place, year, kept, settings)
        place.seen.unlink(missing_ok=True)
        place.catalogue.unlink(missing_ok=True)
        for year, appender in raw.items():
            appender.commit()
            if appender.path == place.raw(year):
                staging.forget_parts(place.raw(year))
    finally:
        for appender in raw.values():
            appender.abandon()
    whole = pl.concat(catalogue).sort("source_file")
    place.keep(whole["year"].drop_nulls().unique().to_list())
    return whole


def _name_missing(known: Mapping[str, ManifestEntry], files: Sequence[SourceFile]) -> None:
    names = {file.source_file for file in files}
    for name, entry in known.items():
        if name not in names:
            log.warning("%s: the manifest names %s, which is not there", entry.origin, name)


def _continued(place: Staging, year: int, kept: pl.DataFrame, settings: Settings) -> Appender:
    """A year's decoded reports in the making: a further part, or the first anew with those that are kept."""
    names = set(kept.filter(pl.col("year") == year)["source_file"])
    appender = Appender(staging.next_part(place.raw(year), len(names)), settings.batch_reports)
    if names and appender.path == place.raw(year):
        for batch in place.batches(year):
            appender.add(batch.only(names).frame())
    return appender


def _shrunk(place: Staging, kept: pl.DataFrame, raw: Mapping[int, Appender]) -> list[int]:
    """Years that got no reports, but have lost so many that they are written anew."""
    left = kept.drop_nulls("year").group_by("year").len()
    return [
        year
        for year, count in left.iter_rows()
        if year not in raw and staging.next_part(place.raw(year), count) == place.raw(year)
    ]


@dataclass(frozen=True, slots=True)
class _Taken:
    """Some files: their rows of the catalogue, and the reports among them by year."""

    catalogue: pl.DataFrame
    reports: dict[int, pl.DataFrame]


def _take_in(files: Sequence[_File], settings: Settings, registered: Register, urls: Sequence[str]) -> _Taken:
    rows: list[dict[str, Any]] = []
    reports: dict[int, list[RawReport]] = {}
    unread = False
    for (file, entry), read in zip(files, fetch.read_all([file for file, _ in files], settings), strict=True):
        digest = ""
        try:
            data = read()
            digest = fetch.sha256(data)
            report = raw_report.take_in(file, data, digest, entry, settings, registered)
        except RejectedError as error:
            said = {"source_file": file.source_file, "source_sha256": digest}
            rows.append(said | {"reason": error.reason, "message": error.message})
            unread = unread or error.reason == "unreadable_file"
            continue
        rows.append({name: getattr(report, name, None) for name in staging.CATALOGUE_SCHEMA})
        reports.setdefault(report.year, []).append(report)
    for url in urls if unread else []:  # is it about these files, or have the store's keys run out?
        store.Store(url).expect()
    return _Taken(
        pl.DataFrame(rows, schema=staging.CATALOGUE_SCHEMA),
        {year: staging.raw_frame(some) for year, some in reports.items()},
    )


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
    contested: list[Batch]
    batches: list[Batch]


def read_years(
    years: Iterable[int], settings: Settings, progress: Progress = _silent, *, again: bool = True
) -> dict[int, YearRead]:
    """Read the tables of some years' reports into staging, year by year.

    ``again`` reads every report; otherwise rows that are staged stay where their report, and the reader, are as they
    were. A year is up to date as soon as it is done, whatever becomes of the next.

    Raises:
        StagingError: the decoded reports are missing or damaged.
        CoresError: a process was ended from outside.
    """
    place = Staging(settings.staging)
    catalogue = staging.read(place.catalogue)
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


def read_year(year: int, settings: Settings, progress: Progress = _silent) -> YearRead:
    """Read the tables of all reports of a year into staging: ``read_years`` of one."""
    return read_years([year], settings, progress)[year]


def _plan(place: Staging, year: int, catalogue: pl.DataFrame, again: bool) -> Plan:
    kept = place.still_right(year, catalogue)
    if again:
        kept = kept.clear()
    shared = contested_files(catalogue)
    single = set(catalogue["source_file"]) - set(kept["source_file"]) - shared
    batches = place.batches(year)
    part = staging.next_part(place.table("dim_report", year), len(kept)).stem
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
    with Cores(1 if few else settings.workers, _read_batch) as cores:
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
            staging.forget_parts(place.table(name, plan.year))
    set_aside(place, result)


def read_part(
    place: Staging, plan: Plan, result: YearRead, results: Iterator[BatchRead], progress: Progress = _silent
) -> None:
    """Stage the part of a year's tables that the plan is about; the next of ``results`` are those of its batches."""
    with staging.appenders(*part_files(place, plan.year, plan.part), batch=_ROWS) as appenders:

        def add(tables: Mapping[str, pl.DataFrame]) -> None:
            for name, appender in zip(TABLE_NAMES, appenders, strict=True):
                if name in tables:
                    appender.add(tables[name])

        for name, some in plan.copied.items():
            for rows in some:
                for frame in rows.frames(plan.kept):
                    add({name: frame})
        if plan.contested:
            add(_read_contested(plan.contested, result))
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
        staging.write(pl.DataFrame(rows, schema=schema, orient="row"), place.table(name, result.year))


def keep_rejected(place: Staging, kept: pl.DataFrame, result: YearRead) -> None:
    """Reports that were rejected, and would be again."""
    if len(kept):
        before = staging.read(place.table("rejected_report", result.year))
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
    winners, losers = contested.decide(read)
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
