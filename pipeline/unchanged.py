"""Which files need not be taken in again: those that look as they did, under the same circumstances.

A file whose bytes changed has another size or another time of writing or, whatever a program did to hide it, another
time of change, which the system sets. What was written in the moments before it was looked at may change once more
within the same tick of the clock, and is looked at again. With ``OGI_TRUST_TIMES=false`` every file is.

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

from pipeline import READER_VERSION, staging
from pipeline.settings import Settings
from pipeline.sources import ManifestEntry, SourceFile
from pipeline.staging import Staging, StagingError

#: Size and times are NULL, and match nothing, of a file that cannot be looked at or may still change unnoticed.
_BYTES = {"source_file": pl.String, "size": pl.Int64, "written_ns": pl.Int64, "changed_ns": pl.Int64}
SCHEMA = {**_BYTES, "circumstances": pl.String}
#: The coarsest clock of a file system that is in use has ticks of two seconds.
TICK_NS = 2_000_000_000
#: Whether a file can be read may change without its leaving a trace.
_ASK_AGAIN = ["unreadable_file"]


def look(
    files: Sequence[SourceFile], manifest: Mapping[str, ManifestEntry], register: pl.DataFrame, settings: Settings
) -> pl.DataFrame:
    """How every file looks now, and what besides its bytes decides what becomes of it: columns as in ``SCHEMA``."""
    limits = [settings.max_file_mb, settings.max_parts, settings.last_year]
    usual = _hash([staging.FORMAT, READER_VERSION, *limits, register.rows()])
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
    """How every file looks now: its name, size and times, in nanoseconds since 1970."""
    before = time.time_ns() - TICK_NS if settings.trust_times else 0
    names: list[str] = []
    sizes: list[int | None] = []
    written: list[int | None] = []
    changed: list[int | None] = []
    for file in files:
        names.append(file.source_file)
        try:
            status = os.stat(file.address)  # noqa: PTH116 (making a Path costs more than the system's answer)
            settled = status.st_mtime_ns < before and status.st_ctime_ns < before
        except OSError:
            settled = False
        sizes.append(status.st_size if settled else None)
        written.append(status.st_mtime_ns if settled else None)
        changed.append(status.st_ctime_ns if settled else None)
    return pl.DataFrame([names, sizes, written, changed], schema=_BYTES, orient="col")


def kept(place: Staging, roots: Sequence[Path], now: pl.DataFrame) -> pl.DataFrame:
    """The rows of the catalogue that still hold; none where what is staged is missing, damaged or of other sources.

    ``now`` is how the files look: with circumstances, the whole row holds; without, the hash of the bytes does.
    """
    try:
        catalogue = place.expect(roots)
        before = staging.read(place.seen)
        damaged = _damaged_years(place) if "circumstances" in now.columns else []
    except (StagingError, ValueError):
        return pl.DataFrame(schema=staging.CATALOGUE_SCHEMA)
    same = now.join(before, on=now.columns, how="semi")
    return catalogue.join(same, on="source_file", how="semi").filter(
        pl.col("year").is_in(damaged).not_().fill_null(value=True),
        pl.col("reason").is_in(_ASK_AGAIN).not_().fill_null(value=True),
    )


def note(place: Staging, now: pl.DataFrame, years: Sequence[int]) -> None:
    """Remember how the files looked, and what the decoded reports of the years were like that came of them."""
    hashes = {str(year): staging.sha256(place.raw(year)) for year in years}
    staging.write(now, place.seen, {_RAW: json.dumps(hashes)})


#: Under which name the metadata have the hashes of the years' decoded reports.
_RAW = b"ogi.raw"


def _damaged_years(place: Staging) -> list[int]:
    hashes = json.loads(staging.metadata(place.seen).get(_RAW, b"{}"))
    return [int(year) for year, digest in hashes.items() if _sha256_or_none(place.raw(int(year))) != digest]


def _sha256_or_none(path: Path) -> str | None:
    try:
        return staging.sha256(path)
    except OSError:
        return None


def _hash(what: object) -> str:
    return hashlib.sha256(repr(what).encode()).hexdigest()
