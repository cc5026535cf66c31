"""What a run would change: the files under a source compared with those that the published warehouse was made from.

Belongs here: comparing. When a run is asked for is ``assets.automation``'s.
"""

import hashlib
import json
import logging
import os
import time
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb
import polars as pl

from pipeline import addresses
from pipeline.addresses import Target
from pipeline.settings import ZONE, Settings
from pipeline.sources import fetch, listing, sidecars
from pipeline.sources import files as sources
from pipeline.sources.files import SIDECARS, WAIVERS, ListedFile, SourceFile
from pipeline.staging import fingerprints
from pipeline.staging.folder import Staging
from pipeline.warehouse.connection import connect
from pipeline.warehouse.ducklake_connection import LakeError
from pipeline.warehouse.provenance import CODE

log = logging.getLogger(__name__)

#: The versions of files that the published warehouse was made from.
_PUBLISHED = """
SELECT source_file, source_sha256 FROM dim_report UNION ALL
SELECT source_file, source_sha256 FROM rejected_report UNION ALL
SELECT source_file, source_sha256 FROM superseded_report WHERE reason <> 'file_changed'
"""


_TOO_LATE = "SELECT count(*) FROM rejected_report WHERE reason = 'year_out_of_scope'"


@dataclass(frozen=True, slots=True)
class Pending:
    """What the next run would publish that is not published yet.

    ``other`` has, in words, what is no report: a manifest, waivers, another reader, no warehouse. ``state`` is a hash
    of all that and of the run that published last: the same as long as nothing happens.
    """

    new: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    other: tuple[str, ...] = ()
    state: str = ""

    def __bool__(self) -> bool:
        return bool(self.new or self.changed or self.removed or self.other)

    def __str__(self) -> str:
        files = (f"{len(files)} {how}" for how, files in self._files() if files)
        return ", ".join([*files, *self.other]) or "nothing new, changed or removed"

    def _files(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        yield "new", self.new
        yield "changed", self.changed
        yield "removed", self.removed


@dataclass(frozen=True, slots=True)
class _Published:
    """What the published warehouse says of itself; all empty where there is none that can be read."""

    run_id: str = ""
    #: Seconds since 1970 at which its run began to look at the files.
    started: float = 0
    code: str = ""
    files: tuple[tuple[str, str], ...] = ()
    waivers: frozenset[str] = frozenset()
    too_late: bool = False


def pending(settings: Settings, roots: Sequence[Path] | None = None) -> Pending:
    """Compare the files under the source (or ``roots``) with those that the published warehouse was made from.

    Files are compared by content; those that look as they did when they were taken in have the one they had then. A
    manifest, register or waivers count when they were written after the last run began, or are gone; so does a folder
    in which a file came or went without a trace, as a manifest that was removed. At a URL they count when they are
    not as they were when the reports were taken in, too.

    Raises:
        SourceError: a source does not exist or cannot be read.
        StoreError: the store of a URL cannot be reached.
    """
    roots = [settings.source] if roots is None else list(roots)
    with listing.listed_once(), _staged(settings) as place:
        return _pending(settings, roots, place)


@contextmanager
def _staged(settings: Settings) -> Generator[Staging, None, None]:
    """What is staged, as far as it says what was taken in and read."""
    if not addresses.is_url(settings.staging):
        yield Staging(settings.staging)
        return
    from pipeline.staging.mirror import Mirror

    wanted = ("catalogue.parquet", "seen.parquet", "read/*")
    with Mirror(settings.staging, settings.scratch).work(wanted, push=False) as folder:
        yield Staging(folder)


def _pending(settings: Settings, roots: Sequence[Path], place: Staging) -> Pending:
    files = sources.find(roots)
    published = _published(settings.warehouse)
    there = _versions(files, fingerprints.kept(place, roots, fingerprints.look_at_bytes(files, settings)), settings)
    before = dict(published.files)
    new = tuple(name for name in there if name not in before)
    changed = tuple(name for name in there if name in before and there[name] != before[name])
    removed = tuple(sorted(name for name in before if name not in there))
    moved = bool(new or removed)
    own = [*_own(roots)]
    other: list[str] = []
    if not published.run_id:
        other.append("no published warehouse that can be read")
    else:
        other += [f"{each.name} written" for each in own if each.name and each.when > published.started]
        if not moved and any(not each.name and each.when > published.started for each in own):
            other.append("a folder's own files changed")
        other += _other_at_urls(roots, place)
        if not published.waivers <= {each.source_file for each in own if each.name == WAIVERS}:
            other.append(f"{WAIVERS} removed")
        if published.code != CODE:
            other.append(f"published by version {published.code}, this is {CODE}")
        if published.too_late and _year(published.started) < _year(time.time()):
            other.append("a new year has begun, which reports were waiting for")
        other = list(dict.fromkeys(other))
    touched = sorted((each.address, each.when) for each in own if each.when > published.started)
    versions = sorted((name, there.get(name)) for name in (*new, *changed, *removed))
    state = hashlib.sha256(json.dumps([published.run_id, CODE, other, versions, touched]).encode()).hexdigest()
    # Not part of the state: a run that fails midway leaves staged years that are stale.
    if published.code == CODE and (stale := _stale(settings, place)):
        other.append(f"tables of {', '.join(map(str, stale))} not read by this reader")
    return Pending(new, changed, removed, tuple(other), state)


def _versions(files: Sequence[SourceFile], kept: pl.DataFrame, settings: Settings) -> dict[str, str]:
    """By name, the hash that a run would write down for each file; empty for one that is too large or unreadable."""
    found = dict.fromkeys((file.source_file for file in files), "")
    found |= kept.select("source_file", "source_sha256").iter_rows()
    fresh = [file for file in files if not found[file.source_file]]
    for file, read in zip(fresh, fetch.read_all(fresh, settings), strict=True):
        with suppress(fetch.RejectedError):
            found[file.source_file] = fetch.sha256(read())
    return found


def _other_at_urls(roots: Sequence[Path], place: Staging) -> Iterator[str]:
    """What of the collection's own files at URLs is not as it was when the reports were taken in."""
    if any(map(addresses.is_url, roots)):
        before, now = fingerprints.own_before(place), fingerprints.look_at_own(roots)
        for address in sorted(before.keys() | now.keys()):
            if before.get(address) != now.get(address):
                name = address.rpartition("/")[2]
                yield f"{name} written" if address in now else f"{name} removed"


def _published(target: Target) -> _Published:
    try:
        with connect(target) as con:
            row = con.execute("SELECT run_id, started_at, code_version FROM ingest_run").fetchone()
            files = con.execute(_PUBLISHED).fetchall()
            waivers = frozenset(name for (name,) in con.execute("SELECT source_file FROM quality_waiver").fetchall())
            too_late = con.execute(_TOO_LATE).fetchone()
    except (FileNotFoundError, LakeError, duckdb.Error) as error:
        log.info("%s: %s", target, error)
        return _Published()
    if row is None:
        return _Published()
    run_id, started, code = row
    return _Published(
        run_id, started.replace(tzinfo=UTC).timestamp(), code, tuple(files), waivers, bool(too_late and too_late[0])
    )


@dataclass(frozen=True, slots=True)
class _Own:
    """A manifest, register or waivers, or with an empty name a folder; when it was last touched.

    By the kernel's clock, since copies keep their times of writing; at a URL by the store's.
    """

    address: str
    source_file: str
    name: str
    when: float


def _own(roots: Iterable[Path]) -> Iterator[_Own]:
    """Manifests, registers, waivers and folders."""
    for root in roots:
        if addresses.is_url(root):
            for name in SIDECARS:
                for file in sidecars.at_url(root, name):
                    yield _Own(file.address, file.source_file, name, (file.written_ns or 0) / 1e9)
        elif not root.is_dir():
            yield from _touched(root.parent, [root.parent / name for name in SIDECARS])
        else:
            for folder, folders, _ in os.walk(root):
                folders[:] = [name for name in folders if not name.startswith(".")]
                yield from _touched(root, [Path(folder), *(Path(folder, name) for name in SIDECARS)])


def _touched(base: Path, paths: Iterable[Path]) -> Iterator[_Own]:
    for path in paths:
        try:
            when = path.stat().st_ctime
        except OSError:
            continue
        name = path.name if path.is_file() else ""
        yield _Own(str(path), path.relative_to(base).as_posix(), name, when)


def _stale(settings: Settings, place: Staging) -> list[int]:
    """Years that are staged, but not by this reader. Staging that was removed is no reason to read all again."""
    if not place.catalogue.exists():
        return []
    if addresses.is_url(settings.staging):  # the marks are here, the tables that they are about are not
        return place.noted_otherwise()
    return place.stale_years(quick=True)


def _year(when: float) -> int:
    return datetime.fromtimestamp(when, ZoneInfo(ZONE)).year


def seconds_quiet(roots: Sequence[Path]) -> float:
    """For how long no file under the roots has been written to, moved or made."""
    latest = max(
        (when for times in (_written(roots), (own.when for own in _own(roots))) for when in times), default=0.0
    )
    return max(0.0, time.time() - latest)


def _written(roots: Sequence[Path]) -> Iterator[float]:
    """When each file was last touched."""
    for file in sources.find(roots):
        if isinstance(file, ListedFile):
            yield (file.written_ns or 0) / 1e9
            continue
        with suppress(OSError):
            yield file.path.stat().st_ctime
