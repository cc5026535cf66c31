"""The first step: the files under the sources, parsed into raw reports by year, and a catalogue of all files.

Belongs here: the loop over files, and what of the last run still holds. One file is ``reader.raw_report``'s.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl

from pipeline import addresses
from pipeline.reader import raw_report
from pipeline.reader.raw_report import RawReport
from pipeline.regions import register
from pipeline.regions.register import Register
from pipeline.rules import waivers
from pipeline.settings import Settings
from pipeline.sources import fetch, manifest, store
from pipeline.sources import files as sources
from pipeline.sources.fetch import RejectedError
from pipeline.sources.files import SourceFile
from pipeline.sources.manifest import ManifestEntry
from pipeline.staging import fingerprints, folder, parquet, raw_reports
from pipeline.staging.folder import Staging
from pipeline.staging.parquet import Appender
from pipeline.system.processes import ProcessPool, gc_paused

log = logging.getLogger(__name__)

#: Called with what is being done, how many are done, and of how many.
Progress = Callable[[str, int, int], None]


def silent(_what: str, _done: int, _total: int) -> None:
    """Progress that nobody watches."""


#: Files that are taken in at a time by one process: enough to make sending them worth while.
_FILES = 500


#: A file, and what a manifest says of it.
_File = tuple[SourceFile, ManifestEntry | None]


@dataclass(slots=True)
class Collected:
    """What lies under the sources: how many files, how many of them were taken in by this run (the others are as they
    were), reports by year, rejected files by reason.
    """

    files: int
    taken_in: int
    reports: dict[int, int]
    rejected: Counter[str]


def collect(roots: Sequence[Path], settings: Settings, progress: Progress = silent) -> Collected:
    """Take in the files under the sources: decoded reports by year, and a catalogue of all files.

    Files that are as they were when they were last taken in (``unchanged``) are not opened.

    Raises:
        SourceError: a source, a manifest or a waivers.csv cannot be used as it is.
        StoreError: the store of a source at a URL cannot be reached.
        ProcessPoolError: a process was ended from outside.
    """
    place = Staging(settings.staging)
    place.clean()
    with gc_paused(), store.one_look():
        files = sources.find(roots)
        known = manifest.manifests(roots)
        waived = waivers.waivers(roots)
        registered = register.register(roots)
        _name_missing(known, files)
        looks = fingerprints.look(files, known, register.stage(registered), settings)
        own = fingerprints.look_at_own(roots)
    kept = fingerprints.kept(place, roots, looks)
    names = set(kept["source_file"])
    fresh = [(file, known.get(file.source_file)) for file in files if file.source_file not in names]
    log.info("%d files under %s, %d as they were", len(files), ", ".join(map(str, roots)), len(kept))
    if fresh or kept.is_empty() or parquet.row_count(place.catalogue) != len(kept):
        urls = [str(root) for root in roots if addresses.is_url(root)]
        take_in = partial(_take_in, settings=settings, registered=registered, urls=urls)
        whole = _stage(place, kept, fresh, take_in, settings, progress)
        parquet.write(waivers.stage(waived), place.waivers)
        parquet.write(register.stage(registered), place.register)
        place.write_catalogue(whole, roots)
        fingerprints.note(place, looks, whole["year"].drop_nulls().unique().sort().to_list(), own)
    else:  # what is staged is right as it is; the register is one of the circumstances of every file
        whole = kept
        parquet.write(waivers.stage(waived), place.waivers)
        if own != fingerprints.own_before(place):
            fingerprints.note(place, looks, whole["year"].drop_nulls().unique().sort().to_list(), own)
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
        with ProcessPool(settings.workers, take_in) as cores:
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
                folder.forget_parts(place.raw(year))
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
    appender = Appender(folder.next_part(place.raw(year), len(names)), settings.batch_reports)
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
        if year not in raw and folder.next_part(place.raw(year), count) == place.raw(year)
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
        rows.append({name: getattr(report, name, None) for name in raw_reports.CATALOGUE_SCHEMA})
        reports.setdefault(report.year, []).append(report)
    for url in urls if unread else []:  # is it about these files, or have the store's keys run out?
        store.Store(url).expect()
    return _Taken(
        pl.DataFrame(rows, schema=raw_reports.CATALOGUE_SCHEMA),
        {year: raw_reports.raw_frame(some) for year, some in reports.items()},
    )
