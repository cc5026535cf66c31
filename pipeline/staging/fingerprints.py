"""Which files need not be taken in again: those that look as they did, under the same circumstances.

A file whose bytes changed has another size or another time of writing or, whatever a program did to hide it, another
time of change, which the system sets. What was written in the moments before it was looked at may change once more
within the same tick of the clock, and is looked at again. A file at a URL is known by the size and the ETag that its
store lists, which is another one after each change; where the store has none, by the time of writing alone. With
``OGI_TRUST_TIMES=false`` every file is looked at again.

Belongs here: telling that nothing changed. What is kept then is the caller's.
"""

import hashlib
import json
import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import polars as pl

from pipeline import READER_VERSION, addresses
from pipeline.settings import Settings
from pipeline.sources import sidecars
from pipeline.sources.files import SIDECARS, ListedFile, SourceFile
from pipeline.sources.manifest import ManifestEntry
from pipeline.staging import folder, parquet, raw_reports
from pipeline.staging.folder import Staging
from pipeline.staging.parquet import StagingError

#: Size and times are NULL, and match nothing, of a file that cannot be looked at or may still change unnoticed.
_BYTES = {
    "source_file": pl.String,
    "size": pl.Int64,
    "written_ns": pl.Int64,
    "changed_ns": pl.Int64,
    "etag": pl.String,
}
SCHEMA = {**_BYTES, "circumstances": pl.String}
#: The coarsest clock of a file system that is in use has ticks of two seconds.
TICK_NS = 2_000_000_000
#: Of a store that has no ETags: it may list whole minutes, and its clock is not this machine's.
STORE_TICK_NS = 120_000_000_000
#: Whether a file can be read may change without its leaving a trace.
_ASK_AGAIN = ["unreadable_file"]


def look(
    files: Sequence[SourceFile], manifest: Mapping[str, ManifestEntry], register: pl.DataFrame, settings: Settings
) -> pl.DataFrame:
    """How every file looks now, and what besides its bytes decides what becomes of it: columns as in ``SCHEMA``."""
    limits = [settings.max_file_mb, settings.max_parts, settings.last_year]
    usual = _hash([folder.FORMAT, READER_VERSION, *limits, register.rows()])
    return look_at_bytes(files, settings).with_columns(
        circumstances=pl.Series(
            [
                _hash([usual, replace(manifest[file.source_file], origin="")])
                if file.source_file in manifest
                else usual
                for file in files
            ],
            dtype=pl.String,
        )
    )


def look_at_bytes(files: Sequence[SourceFile], settings: Settings) -> pl.DataFrame:
    """How every file looks now: its name, size, times in nanoseconds since 1970, and its store's ETag if it has one."""
    now = time.time_ns()
    before = now - TICK_NS if settings.trust_times else 0
    names: list[str] = []
    sizes: list[int | None] = []
    written: list[int | None] = []
    changed: list[int | None] = []
    etags: list[str] = []
    for file in files:
        names.append(file.source_file)
        if isinstance(file, ListedFile):
            certain = settings.trust_times and _is_certain(file, now)
            sizes.append(file.size if certain else None)
            written.append(file.written_ns or 0)
            changed.append(0)
            etags.append(file.etag)
            continue
        try:
            status = os.stat(file.address)  # noqa: PTH116 (making a Path costs more than the system's answer)
            settled = status.st_mtime_ns < before and status.st_ctime_ns < before
        except OSError:
            settled = False
        sizes.append(status.st_size if settled else None)
        written.append(status.st_mtime_ns if settled else None)
        changed.append(status.st_ctime_ns if settled else None)
        etags.append("")
    return pl.DataFrame([names, sizes, written, changed, etags], schema=_BYTES, orient="col")


def _is_certain(file: ListedFile, now: int) -> bool:
    """Whether what a store lists of a file would be something else after each change."""
    return bool(file.etag) or (file.written_ns is not None and file.written_ns < now - STORE_TICK_NS)


def look_at_own(roots: Sequence[Path]) -> dict[str, list[int | str | None]]:
    """How the files look that people keep beside the reports at URLs, by address.

    A folder of this machine has a time at which a file in it came or went; at a URL that must be remembered.
    """
    return {
        file.address: [file.size, file.written_ns, file.etag]
        for root in roots
        if addresses.is_url(root)
        for name in sorted(SIDECARS)
        for file in sidecars.at_url(root, name)
    }


def kept(place: Staging, roots: Sequence[Path], now: pl.DataFrame) -> pl.DataFrame:
    """The rows of the catalogue that still hold; none where what is staged is missing, damaged or of other sources.

    ``now`` is how the files look: with circumstances, the whole row holds; without, the hash of the bytes does.
    """
    try:
        catalogue = place.expect(roots)
        before = parquet.read(place.seen)
        damaged = _damaged_years(place) if "circumstances" in now.columns else []
    except (StagingError, ValueError):
        return pl.DataFrame(schema=raw_reports.CATALOGUE_SCHEMA)
    if not set(now.columns) <= set(before.columns):  # of an older program
        return catalogue.clear()
    same = now.join(before, on=now.columns, how="semi")
    return catalogue.join(same, on="source_file", how="semi").filter(
        pl.col("year").is_in(damaged).not_().fill_null(value=True),
        pl.col("reason").is_in(_ASK_AGAIN).not_().fill_null(value=True),
    )


def note(place: Staging, now: pl.DataFrame, years: Sequence[int], own: Mapping[str, Sequence[object]]) -> None:
    """Remember how the files looked and, of ``own``, those beside them (``look_at_own``); and what the decoded reports
    of the years were like that came of them.
    """
    hashes = {str(year): parquet.sha256(place.raw(year)) for year in years}
    parquet.write(now, place.seen, {_RAW: json.dumps(hashes), _OWN: json.dumps(own)})


def own_before(place: Staging) -> dict[str, list[int | str | None]]:
    """How those files looked that lay beside the reports at URLs; empty where nothing is remembered."""
    try:
        return dict(json.loads(parquet.metadata(place.seen).get(_OWN, b"{}")))
    except StagingError:
        return {}


#: Under which names the metadata have the hashes of the years' decoded reports, and what lay beside the reports.
_RAW, _OWN = b"ogi.raw", b"ogi.own"


def _damaged_years(place: Staging) -> list[int]:
    hashes = json.loads(parquet.metadata(place.seen).get(_RAW, b"{}"))
    return [int(year) for year, digest in hashes.items() if _sha256_or_none(place.raw(int(year))) != digest]


def _sha256_or_none(path: Path) -> str | None:
    try:
        return parquet.sha256(path)
    except OSError:
        return None


def _hash(what: object) -> str:
    return hashlib.sha256(repr(what).encode()).hexdigest()
