"""The two steps from files to staging, as plain functions: collect the reports, read the tables of a year.

Belongs here: the loops over files and batches, and what is decided between files of one agency and year.
The third step, from staging to the published file, is ``warehouse``.
"""

import logging
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import polars as pl

from pipeline import intake, register, sources, staging, validate, waivers
from pipeline.extract import REPORT_TABLES, Extraction, extract, frames
from pipeline.intake import RawReport, RejectedError
from pipeline.reading import Finding
from pipeline.register import Register
from pipeline.settings import Settings
from pipeline.sources import ManifestEntry, SourceFile
from pipeline.staging import Staging
from schemas import base

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


@dataclass(slots=True)
class Collected:
    """What lies under the sources: how many files, reports by year, rejected files by reason."""

    files: int
    reports: dict[int, int]
    rejected: Counter[str]


@dataclass(slots=True)
class YearRead:
    """What was read from one year's reports: rows by table, rejected and superseded files."""

    year: int
    rows: Counter[str] = field(default_factory=Counter)
    rejected: list[tuple[str, str, str, int, str, str]] = field(default_factory=list)
    superseded: list[tuple[str, int, str, str, str, str]] = field(default_factory=list)
    digits: int = 0
    digits_used: int = 0

    def reject(self, report: RawReport, reason: str, message: str) -> None:
        """Note a report that is not loaded."""
        self.rejected.append((report.source_file, report.source_sha256, report.agency_id, report.year, reason, message))


def collect(roots: Sequence[Path], settings: Settings, progress: Progress = _silent) -> Collected:
    """Take in every file under the sources: decoded reports by year, and a catalogue of all files.

    Raises:
        SourceError: a source, a manifest or a waivers.csv cannot be used as it is.
    """
    place = Staging(settings.staging)
    place.clean()
    files = sources.find(roots)
    known = sources.manifests(roots)
    waived = waivers.waivers(roots)
    registered = register.register(roots)
    names = {file.source_file for file in files}
    for name, entry in known.items():
        if name not in names:
            log.warning("%s: the manifest names %s, which is not there", entry.origin, name)
    log.info("%d files under %s", len(files), ", ".join(map(str, roots)))
    catalogue = []
    pending: dict[int, list[RawReport]] = {}
    appenders: dict[int, staging.Appender] = {}
    reports: Counter[int] = Counter()
    rejected: Counter[str] = Counter()

    def flush() -> None:
        for year, some in pending.items():
            appenders.setdefault(year, staging.Appender(place.raw(year))).add(staging.raw_frame(some))
        pending.clear()

    try:
        for done, file in enumerate(files, 1):
            row, report = _take_in(file, known.get(file.source_file), settings, registered)
            catalogue.append(row)
            if report is None:
                rejected[str(row["reason"])] += 1
                log.info("%s: rejected, %s", file.source_file, row["reason"])
            else:
                reports[report.year] += 1
                pending.setdefault(report.year, []).append(report)
                if sum(map(len, pending.values())) >= settings.batch_reports:
                    flush()
            progress("collect", done, len(files))
        flush()
        # From here on what is staged changes; until all of it is there, nothing can be read or published from it.
        place.catalogue.unlink(missing_ok=True)
        for appender in appenders.values():
            appender.commit()
    finally:
        for appender in appenders.values():
            appender.abandon()
    place.keep(reports)
    staging.write(waivers.stage(waived), place.waivers)
    staging.write(register.stage(registered), place.register)
    staging.write(pl.DataFrame(catalogue, schema=staging.CATALOGUE_SCHEMA), place.catalogue, roots)
    log.info("%d reports of the years %s, %d files rejected", reports.total(), sorted(reports), rejected.total())
    return Collected(len(files), dict(sorted(reports.items())), rejected)


def _take_in(
    file: SourceFile, manifest: ManifestEntry | None, settings: Settings, registered: Register
) -> tuple[dict[str, str | int | date | None], RawReport | None]:
    """A file's row in the catalogue, and its report if it is one."""
    digest = ""
    try:
        data = intake.read_bytes(file, settings)
        digest = intake.sha256(data)
        report = intake.take_in(file, data, digest, manifest, settings, registered)
    except RejectedError as error:
        return {
            "source_file": file.source_file,
            "source_sha256": digest,
            "reason": error.reason,
            "message": error.message,
        }, None
    return {
        name: getattr(report, name) for name in staging.CATALOGUE_SCHEMA if name not in ("reason", "message")
    }, report


def read_year(year: int, settings: Settings, progress: Progress = _silent) -> YearRead:
    """Read the tables of all reports of a year into staging."""
    place = Staging(settings.staging)
    result = YearRead(year)
    if not place.raw(year).exists():
        return result
    with place.reading(year):
        _read(place, result, settings, progress)
    log.info(
        "%d: %d reports read, %d rejected, %d superseded, %d of %d numbers of the tables used",
        year,
        result.rows["dim_report"],
        len(result.rejected),
        len(result.superseded),
        result.digits_used,
        result.digits,
    )
    return result


def staged_year(year: int, settings: Settings) -> YearRead:
    """What was read from a year before, as far as it is staged."""
    place = Staging(settings.staging)
    result = YearRead(year)
    if not place.raw(year).exists():
        return result
    for table in REPORT_TABLES:
        name = base.name(table)
        result.rows[name] = pl.scan_parquet(place.table(name, year)).select(pl.len()).collect().item()
    result.rejected = pl.read_parquet(place.table("rejected_report", year)).rows()
    result.superseded = pl.read_parquet(place.table("superseded_report", year)).rows()
    reports = pl.read_parquet(place.table("dim_report", year), columns=["digits", "digits_used"])
    result.digits, result.digits_used = int(reports["digits"].sum()), int(reports["digits_used"].sum())
    return result


def _read(place: Staging, result: YearRead, settings: Settings, progress: Progress) -> None:
    year = result.year
    catalogue = staging.read(place.catalogue).filter(pl.col("year") == year)
    total = len(catalogue)
    shared = catalogue.filter(pl.len().over("agency_id") > 1)["source_file"]
    contested = _read_contested(place, year, set(shared), settings, result)
    names = [base.name(table) for table in REPORT_TABLES]
    done = 0
    with staging.appenders(*(place.table(name, year) for name in names)) as appenders:
        for reports in place.reports(year, settings.batch_reports):
            extractions = []
            for report in reports:
                if report.source_file in contested:
                    extraction = contested[report.source_file]
                else:
                    extraction = _extract(report, result)
                if extraction is not None:
                    extractions.append(extraction)
                done += 1
                progress(str(year), done, total)
            good, failures = validate.validate_all(frames(extractions))
            for failure in failures:
                report = next(e.report for e in extractions if e.report.agency_id == failure.agency_id)
                result.reject(report, "parser_error", failure.why)
            for name, appender in zip(names, appenders, strict=True):
                appender.add(good[name])
                result.rows[name] += len(good[name])
            result.digits += int(good["dim_report"]["digits"].sum())
            result.digits_used += int(good["dim_report"]["digits_used"].sum())
    staging.write(
        pl.DataFrame(result.rejected, schema=REJECTED_SCHEMA, orient="row"), place.table("rejected_report", year)
    )
    staging.write(
        pl.DataFrame(result.superseded, schema=SUPERSEDED_SCHEMA, orient="row"), place.table("superseded_report", year)
    )


def _extract(report: RawReport, result: YearRead) -> Extraction | None:
    try:
        return extract(report)
    except RejectedError as error:
        result.reject(report, error.reason, error.message)
        return None


def _read_contested(
    place: Staging, year: int, files: set[str], settings: Settings, result: YearRead
) -> dict[str, Extraction | None]:
    """The reports of agencies that have several files of the year; None for those that lose.

    The same bytes twice: the first path stays. Otherwise the file with more numbers, then the one published later
    by the manifest, then the first path.
    """
    groups: dict[str, list[Extraction]] = {}
    decided: dict[str, Extraction | None] = dict.fromkeys(files)
    if not files:
        return decided
    for reports in place.reports(year, settings.batch_reports):
        for report in reports:
            if report.source_file in files and (extraction := _extract(report, result)) is not None:
                groups.setdefault(report.agency_id, []).append(extraction)
    for group in groups.values():
        group.sort(key=lambda e: e.report.source_file)
        winner = max(group, key=lambda e: (e.numbers, e.report.published or date.min))
        decided[winner.report.source_file] = winner
        for loser in group:
            if loser is winner:
                continue
            report = loser.report
            if _may_be_two(winner, loser):
                result.reject(
                    report,
                    "identity_conflict",
                    f"{winner.report.source_file} is of an agency of the same name and year with other numbers, and "
                    "nothing tells where either is; name the region_code of both in manifest.csv, or put them into "
                    "folders of their provinces and cities",
                )
            else:
                result.superseded.append(
                    (
                        report.agency_id,
                        year,
                        report.source_file,
                        report.source_sha256,
                        winner.report.source_file,
                        _why(loser, winner),
                    )
                )
                _name_the_other(winner, loser)
    return decided


def _may_be_two(one: Extraction, other: Extraction) -> bool:
    """Whether two reports may be of different agencies: their place is not known, and their numbers differ."""
    return one.report.region_code is None and one.report.level != "国家" and one.cells() != other.cells()


def _name_the_other(winner: Extraction, loser: Extraction) -> None:
    """An issue of the report that stays, where the other one has other numbers."""
    cells, others = winner.cells(), loser.cells()
    if different := sum(cells.get(cell) != others.get(cell) for cell in {*cells, *others}):
        name = loser.report.source_file
        winner.add_finding(
            Finding(
                "report_repeated",
                f"同一机关同一年度另有一份报告 {name}，有 {different} 个数字不同，未采用（{_why(loser, winner)}）。",
                f"{name} reports the same agency and year with {different} other numbers; "
                f"it is not loaded ({_why(loser, winner)}).",
                actual=str(different),
            )
        )


def _why(loser: Extraction, winner: Extraction) -> str:
    if loser.report.source_sha256 == winner.report.source_sha256:
        return "same_content"
    if loser.numbers < winner.numbers:
        return "fewer_cells"
    if (loser.report.published or date.min) < (winner.report.published or date.min):
        return "published_earlier"
    return "file_order"
