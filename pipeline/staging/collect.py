"""The first step: the files under the sources, parsed into raw reports by year, and a catalogue of all files.

Belongs here: the loop over files, and which files need not be parsed again. How one file is parsed is in
``reader.raw_report``.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from pipeline import addresses
from pipeline.settings import Settings
from pipeline.sources import fetch, listing, names, store
from pipeline.sources import files as sources
from pipeline.sources.fetch import RejectedError
from pipeline.sources.files import SourceFile
from pipeline.sources.manifest import ManifestEntry
from pipeline.staging import fingerprints, parquet, parts, raw_reports, sidecar_files
from pipeline.staging.folder import Staging
from pipeline.staging.parquet import Appender
from pipeline.staging.progress import Progress, silent
from pipeline.staging.sidecar_files import SidecarFiles
from pipeline.system.processes import ProcessPool, gc_paused

if TYPE_CHECKING:
    from pipeline.reader.raw_report import RawReport
    from pipeline.regions.register import Register

log = logging.getLogger(__name__)

#: Files that a process parses at a time: enough to make sending them worth while.
_FILES = 500

#: A file, and its entry in a manifest.
_File = tuple[SourceFile, ManifestEntry | None]


@dataclass(slots=True)
class Collected:
    """What lies under the sources: the number of files, how many of them this run parsed (the others are unchanged),
    reports by year, rejected files by reason.
    """

    files: int
    parsed: int
    reports: dict[int, int]
    rejected: Counter[str]


def collect(roots: Sequence[Path], settings: Settings, progress: Progress = silent) -> Collected:
    """Parse the files under the sources into decoded reports by year, and a catalogue of all files.

    Files that are unchanged since they were parsed (``fingerprints``) are not opened.

    Raises:
        SourceError: a source, or a CSV file that people keep beside the reports, cannot be read.
        StoreError: the store of a source at a URL cannot be reached.
        ProcessPoolError: a process was ended from outside.
    """
    staging = Staging(settings.staging)
    staging.clean()
    with gc_paused(), listing.listed_once():
        files = sources.find(roots)
        beside = sidecar_files.read(roots, files)
        entries = beside.entries
        now = fingerprints.of_files(files, entries, [beside.register.rows(), beside.names], settings)
        sidecars = fingerprints.of_sidecars(roots)
    kept = fingerprints.unchanged(staging, roots, now)
    if closed := [file.source_file for file in files if sources.is_unreadable_folder(file)]:
        behind, theirs = fingerprints.behind(staging, roots, closed)
        log.warning("%s: cannot be read; the %d files in there stay as they were", ", ".join(closed), len(behind))
        kept, now = pl.concat([kept, behind]), pl.concat([now, theirs], how="diagonal")
    known = set(kept["source_file"])
    fresh = [(file, entries.get(file.source_file)) for file in files if file.source_file not in known]
    log.info("%d files under %s, %d unchanged", len(files), ", ".join(map(str, roots)), len(kept))
    if fresh or kept.is_empty() or parquet.row_count(staging.catalogue) != len(kept):
        urls = [str(root) for root in roots if addresses.is_url(root)]
        parse = partial(_parse, settings=settings, registered=beside.registered, urls=urls)
        catalogue = _stage(staging, kept, fresh, parse, settings, progress)
        _write_beside(staging, beside)
        staging.write_catalogue(catalogue, roots)
        fingerprints.save(staging, now, _years(catalogue), sidecars)
    else:  # the catalogue holds
        catalogue = kept
        _write_beside(staging, beside)
        if sidecars != fingerprints.saved_sidecars(staging):
            fingerprints.save(staging, now, _years(catalogue), sidecars)
    counts: dict[int, int] = dict(catalogue.drop_nulls("year").group_by("year").len().sort("year").iter_rows())
    rejected = Counter(catalogue["reason"].drop_nulls().to_list())
    log.info("%d reports of the years %s, %d files rejected", sum(counts.values()), list(counts), rejected.total())
    return Collected(len(files), len(fresh), counts, rejected)


def _write_beside(staging: Staging, beside: SidecarFiles) -> None:
    parquet.write(beside.waivers, staging.waivers)
    parquet.write(beside.register, staging.register)
    parquet.write(beside.issues, staging.sidecar_issues)


def _years(catalogue: pl.DataFrame) -> list[int]:
    return catalogue["year"].drop_nulls().unique().sort().to_list()


def _stage(
    staging: Staging,
    kept: pl.DataFrame,
    fresh: Sequence[_File],
    parse: Callable[[Sequence[_File]], _Parsed],
    settings: Settings,
    progress: Progress,
) -> pl.DataFrame:
    """Stage the decoded reports of the ``fresh`` files beside those that are ``kept``; the catalogue of all of them.

    From before the first file of decoded reports is replaced until the catalogue is written there is none, so that one
    that is there always fits them.
    """
    catalogue = [kept]
    raw: dict[int, Appender] = {}
    done, files = len(kept), len(kept) + len(fresh)
    try:
        with ProcessPool(settings.workers, parse) as pool:
            for parsed in pool.map([fresh[start : start + _FILES] for start in range(0, len(fresh), _FILES)]):
                catalogue.append(parsed.catalogue)
                for year, reports in parsed.reports.items():
                    if year not in raw:
                        raw[year] = _appender(staging, year, kept, settings)
                    raw[year].add(reports)
                for name, reason in parsed.catalogue.drop_nulls("reason").select("source_file", "reason").iter_rows():
                    log.info("%s: rejected, %s", name, reason)
                done += len(parsed.catalogue)
                progress("collect", done, files)
        for year in _shrunk_years(staging, kept, raw):
            raw[year] = _appender(staging, year, kept, settings)
        staging.fingerprints.unlink(missing_ok=True)
        staging.catalogue.unlink(missing_ok=True)
        for year, appender in raw.items():
            appender.commit()
            if appender.path == staging.raw(year):
                parts.remove_later_parts(staging.raw(year))
    finally:
        for appender in raw.values():
            appender.abandon()
    whole = pl.concat(catalogue).sort("source_file")
    staging.keep(_years(whole))
    return whole


def _appender(staging: Staging, year: int, kept: pl.DataFrame, settings: Settings) -> Appender:
    """The part that a year's decoded reports are added to; if it is a new generation, with those that are kept."""
    stay = set(kept.filter(pl.col("year") == year)["source_file"])
    appender = Appender(parts.next_part(staging.raw(year), len(stay)), settings.batch_reports)
    if stay and appender.path == staging.raw(year):
        for batch in staging.batches(year):
            appender.add(batch.only(stay).frame())
    return appender


def _shrunk_years(staging: Staging, kept: pl.DataFrame, raw: Mapping[int, Appender]) -> list[int]:
    """Years that got no reports, but have lost so many that they start a new generation."""
    left = kept.drop_nulls("year").group_by("year").len()
    return [
        year
        for year, count in left.iter_rows()
        if year not in raw and parts.next_part(staging.raw(year), count) == staging.raw(year)
    ]


@dataclass(frozen=True, slots=True)
class _Parsed:
    """Some files: their rows of the catalogue, and the reports among them by year."""

    catalogue: pl.DataFrame
    reports: dict[int, pl.DataFrame]


def _parse(files: Sequence[_File], settings: Settings, registered: Register, urls: Sequence[str]) -> _Parsed:
    from pipeline.reader import raw_report

    rows: list[dict[str, Any]] = []
    reports: dict[int, list[RawReport]] = {}
    unread = False
    for (file, entry), read in zip(files, fetch.read_all([file for file, _ in files], settings), strict=True):
        digest = ""
        # The reader finds agency and year in names of files and folders, too: as their author typed them.
        typed = replace(file, source_file=names.readable(file.source_file))
        try:
            data = read()
            digest = fetch.sha256(data)
            report = raw_report.parse(typed, data, digest, entry, settings, registered)
            report.source_file = file.source_file
        except RejectedError as error:
            identity = {"source_file": file.source_file, "source_sha256": digest}
            rows.append(identity | {"reason": error.reason, "message": error.message})
            unread = unread or error.reason == "unreadable_file"
            continue
        rows.append({name: getattr(report, name, None) for name in raw_reports.CATALOGUE_SCHEMA})
        reports.setdefault(report.year, []).append(report)
    for url in urls if unread else []:  # is it about these files, or have the store's keys run out?
        store.Store(url).expect()
    return _Parsed(
        pl.DataFrame(rows, schema=raw_reports.CATALOGUE_SCHEMA),
        {year: raw_reports.raw_frame(some) for year, some in reports.items()},
    )
