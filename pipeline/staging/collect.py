"""The first step: the files under the sources, parsed into raw reports by year, and a catalogue of all files.

Belongs here: the loop over files, and which files need not be parsed again. How one file is parsed is in
``reader.raw_report``.
"""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Callable, Container, Generator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from pipeline import addresses
from pipeline.settings import Settings
from pipeline.sources import archives, fetch, listing, manifest, names, store
from pipeline.sources import files as sources
from pipeline.sources.archives import Member, archive_of, as_folders
from pipeline.sources.fetch import RejectedError
from pipeline.sources.files import SourceError, SourceFile
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

#: Files that a process parses at a time, if all are texts, and if all are documents: enough to make sending them worth
#: while, and few enough for the bar to move.
_FILES, _DOCUMENTS = 500, 20
#: A file that takes longer is named in the log.
_SLOW_SECONDS = 10

#: A file, and its entry in a manifest.
_File = tuple[SourceFile, ManifestEntry | None]


@dataclass(slots=True)
class Collected:
    """What lies under the sources: the number of files, how many of them this run parsed (the others are unchanged),
    reports by year, rejected files by reason. The files in an archive count instead of it.
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
    names_of_files = {file.source_file for file in files}
    known = {*kept["source_file"], *_members(kept, names_of_files).values()}
    fresh = [(file, entries.get(file.source_file)) for file in files if file.source_file not in known]
    log.info("%d files under %s, %d unchanged", len(files), ", ".join(map(str, roots)), len(files) - len(fresh))
    holds = not fresh and not kept.is_empty() and parquet.row_count(staging.catalogue) == len(kept)
    catalogue = kept
    if not holds:
        urls = [str(root) for root in roots if addresses.is_url(root)]
        parse = partial(_parse, settings=settings, registered=beside.registered, urls=urls)
        inside = partial(_with_entries, entries=entries, files=names_of_files)
        catalogue = _stage(staging, kept, _parsed(fresh, parse, inside, settings, len(kept), progress), settings)
    members = _members(catalogue, names_of_files)
    _write_beside(staging, sidecar_files.with_members(beside, names_of_files, members))
    if not holds:
        staging.write_catalogue(catalogue, roots)
    if not holds or sidecars != fingerprints.saved_sidecars(staging):
        fingerprints.save(staging, now, _years(catalogue), sidecars)
    counts: dict[int, int] = dict(catalogue.drop_nulls("year").group_by("year").len().sort("year").iter_rows())
    rejected = Counter(catalogue["reason"].drop_nulls().to_list())
    log.info("%d reports of the years %s, %d files rejected", sum(counts.values()), list(counts), rejected.total())
    in_all = len(files) - len(set(members.values())) + len(members)
    return Collected(in_all, len(catalogue) - len(kept), counts, rejected)


def _members(catalogue: pl.DataFrame, files: Container[str]) -> dict[str, str]:
    """The archive of each row of a catalogue that is about a member of one, by name."""
    outside = (name for name in catalogue["source_file"] if name not in files)
    return {name: archive for name in outside if (archive := archive_of(name, files))}


def _write_beside(staging: Staging, beside: SidecarFiles) -> None:
    parquet.write(beside.waivers, staging.waivers)
    parquet.write(beside.register, staging.register)
    parquet.write(beside.issues, staging.sidecar_issues)


def _years(catalogue: pl.DataFrame) -> list[int]:
    return catalogue["year"].drop_nulls().unique().sort().to_list()


def _stage(staging: Staging, kept: pl.DataFrame, parsed: Generator[_Parsed], settings: Settings) -> pl.DataFrame:
    """Stage the decoded reports of files that are ``parsed`` beside those that are ``kept``; the catalogue of them all.

    From before the first file of decoded reports is replaced until the catalogue is written there is none, so that one
    that is there always fits them.
    """
    catalogue = [kept]
    raw: dict[int, Appender] = {}
    try:
        with closing(parsed):
            for some in parsed:
                catalogue.append(some.catalogue)
                for year, reports in some.reports.items():
                    if year not in raw:
                        raw[year] = _appender(staging, year, kept, settings)
                    raw[year].add(reports)
                for name, reason in some.catalogue.drop_nulls("reason").select("source_file", "reason").iter_rows():
                    log.info("%s: rejected, %s", name, reason)
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


def _parsed(
    fresh: Sequence[_File],
    parse: Callable[[Sequence[_File]], _Parsed],
    inside: Callable[[Sequence[Member]], list[_File]],
    settings: Settings,
    kept: int,
    progress: Progress,
) -> Generator[_Parsed]:
    """Parse the ``fresh`` files, then those in the archives among them, for which ``inside`` finds their entries."""
    done, files, waiting = kept, kept + len(fresh), fresh
    formats: Counter[str] = Counter()
    progress("collect", done, files)
    with ProcessPool(settings.workers, parse) as pool:
        while waiting:
            members: list[Member] = []
            for parsed in pool.map(_tasks(waiting)):
                yield parsed
                formats.update(parsed.formats)
                for name, seconds in parsed.slow:
                    log.info("%s: took %.0f s", name, seconds)
                members += parsed.members
                done += len(parsed.catalogue)
                files += len(parsed.members) - parsed.archives
                progress("collect", done, files)
            waiting = inside(members)
    if formats:
        log.info("parsed: %s", ", ".join(f"{name} {count}" for name, count in formats.most_common()))


def _tasks(files: Sequence[_File]) -> list[Sequence[_File]]:
    """Files cut into what a process parses at a time: fewer where they take longer."""
    tasks: list[list[_File]] = [[]]
    weight = 0
    for file in files:
        # Of an archive at a URL, which each task fetches anew, as many as possible.
        is_cheap = file[0].is_text or (isinstance(file[0], Member) and addresses.is_url(file[0].address))
        weight += 1 if is_cheap else _FILES // _DOCUMENTS
        if weight > _FILES:
            tasks.append([])
            weight = 0
        tasks[-1].append(file)
    return [*filter(None, tasks)]


def _with_entries(
    members: Sequence[Member], entries: Mapping[str, ManifestEntry], files: Container[str]
) -> list[_File]:
    """Members of archives with their entries.

    Raises:
        SourceError: a file under the sources goes by the name of one.
    """
    if taken := next((member.source_file for member in members if member.source_file in files), None):
        raise SourceError(f"{taken} is a file in a folder, and one in an archive: give the folder another name")
    found = manifest.of_files({name: entry for name, entry in entries.items() if name not in files}, members, [])
    return [(member, found.get(member.source_file)) for member in members]


@dataclass(frozen=True, slots=True)
class _Parsed:
    """Some files: their rows of the catalogue, and the reports among them by year; in place of archives their members.

    ``slow`` has the seconds that each file took that took long.
    """

    catalogue: pl.DataFrame
    reports: dict[int, pl.DataFrame]
    formats: Counter[str]
    members: list[Member]
    archives: int
    slow: list[tuple[str, float]]


def _parse(files: Sequence[_File], settings: Settings, registered: Register, urls: Sequence[str]) -> _Parsed:
    from pipeline.reader import raw_report

    rows: list[dict[str, Any]] = []
    reports: dict[int, list[RawReport]] = {}
    members: list[Member] = []
    opened, slow = 0, []
    for (file, entry), read in zip(files, archives.read_all([file for file, _ in files], settings), strict=True):
        digest, begun = "", time.monotonic()
        try:
            data = read()
            digest = fetch.sha256(data)
            if inside := archives.members(file, data, settings):
                opened += 1
                members += inside
                continue
            report = raw_report.parse(_as_typed(file), data, digest, entry, settings, registered)
            report.source_file = file.source_file
        except RejectedError as error:
            identity = {"source_file": file.source_file, "source_sha256": digest}
            rows.append(identity | {"reason": error.reason, "message": error.message})
            continue
        finally:
            if (seconds := time.monotonic() - begun) > _SLOW_SECONDS:
                slow.append((file.source_file, seconds))
        rows.append({name: getattr(report, name, None) for name in raw_reports.CATALOGUE_SCHEMA})
        reports.setdefault(report.year, []).append(report)
    is_unread = any(row.get("reason") == "unreadable_file" for row in rows)
    for url in urls if is_unread else []:  # is it about these files, or have the store's keys run out?
        store.Store(url).expect()
    return _Parsed(
        pl.DataFrame(rows, schema=raw_reports.CATALOGUE_SCHEMA),
        {year: raw_reports.raw_frame(some) for year, some in reports.items()},
        Counter(report.format for some in reports.values() for report in some),
        members,
        opened,
        slow,
    )


def _as_typed(file: SourceFile) -> SourceFile:
    """A file with its name as its author typed it, in which the reader finds agency and year, too."""
    typed = names.readable(file.source_file)
    return replace(file, source_file=as_folders(typed) if isinstance(file, Member) else typed)
