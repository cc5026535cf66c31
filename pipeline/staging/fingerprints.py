"""Fingerprints of files, by which a run knows which files need not be parsed again.

The fingerprint of a file has its size and times, and a hash of its circumstances: all that besides its bytes decides
what becomes of it. A file whose bytes changed has another size or another modification time or, whatever a program did
to hide it, another change time, which the system sets. What was written in the moments before it was looked at may
change once more within the same tick of the clock, and counts as changed. A file at a URL is known by the size and the
ETag that its store lists, which is another one after each change; where the store has none, by the modification time
alone. With ``OGI_TRUST_TIMES=false`` every file is parsed again.

The files in an archive are known by its fingerprint: all of their rows hold, or none.

Belongs here: telling that a file is unchanged. What is kept then is the caller's.
"""

import hashlib
import importlib.util
import json
import os
import shutil
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import polars as pl

from pipeline import READER_VERSION, addresses
from pipeline.settings import Settings
from pipeline.sources import sidecars
from pipeline.sources.archives import archive_of
from pipeline.sources.files import SIDECARS, ListedFile, RefusedFile, SourceError, SourceFile
from pipeline.sources.manifest import ManifestEntry
from pipeline.staging import parquet, raw_reports
from pipeline.staging.folder import Staging
from pipeline.staging.parquet import StagingError
from pipeline.staging.year_mark import FORMAT

#: Size and times are NULL, and match nothing, of a file that cannot be looked at or may still change unnoticed.
_BYTES = {
    "source_file": pl.String,
    "size": pl.Int64,
    "modified_ns": pl.Int64,
    "changed_ns": pl.Int64,
    "etag": pl.String,
}
#: The coarsest clock of a file system that is in use has ticks of two seconds.
TICK_NS = 2_000_000_000
#: Of a store that has no ETags: it may list whole minutes, and its clock is not this machine's.
STORE_TICK_NS = 120_000_000_000
#: Reasons of rejection that depend on more than the fingerprint: a file may become readable without a trace.
_ASK_AGAIN = ["unreadable_file", "unreadable_folder", "not_a_file", "link_refused"]
#: What the extras for documents install, and the names of LibreOffice.
_LIBRARIES, _PROGRAMS = ("lxml", "PIL", "pypdfium2", "rapidocr", "onnxruntime", "cv2"), ("soffice", "libreoffice")
#: Metadata of the fingerprints: the hashes of the years' decoded reports, the fingerprints of sidecar files, and the
#: program that parsed the reports.
_RAW, _SIDECARS, _PROGRAM = b"ogi.raw", b"ogi.sidecars", b"ogi.program"
_THIS_PROGRAM = f"{FORMAT} {READER_VERSION}"

#: Size, modification time and ETag of sidecar files at URLs, by address.
SidecarFingerprints = dict[str, list[int | str | None]]


def of_files(
    files: Sequence[SourceFile], manifest: Mapping[str, ManifestEntry], register: object, settings: Settings
) -> pl.DataFrame:
    """The fingerprint of every file: a row with its name, size, times, ETag, and the hash of its circumstances.

    ``register`` is all that decides whose report a file is besides the file itself.
    """
    limits = [settings.max_file_mb, settings.max_parts, settings.document_seconds, settings.document_mb]
    limits += [settings.last_year]
    without_entry = _hash([FORMAT, READER_VERSION, *limits, register])
    known = {file.source_file for file in files}
    entries: dict[str, list[object]] = defaultdict(list)
    for name, entry in sorted(manifest.items()):
        entries[name if name in known else archive_of(name, known) or name] += [name, replace(entry, origin=None)]
    of_document = _hash([without_entry, _installed()])
    circumstances = [
        _hash([common, *entries[file.source_file]]) if file.source_file in entries else common
        for file in files
        for common in [without_entry if file.is_text else of_document]
    ]
    return of_bytes(files, settings).with_columns(circumstances=pl.Series(circumstances, dtype=pl.String))


def _installed() -> list[bool]:
    """Which libraries and programs are there that only documents are read with: one more may read what was refused."""
    libraries = [importlib.util.find_spec(name) is not None for name in _LIBRARIES]
    return [*libraries, any(map(shutil.which, _PROGRAMS))]


def of_bytes(files: Sequence[SourceFile], settings: Settings) -> pl.DataFrame:
    """The fingerprint of every file's bytes alone: its name, size, times in nanoseconds since 1970, and its ETag."""
    now = time.time_ns()
    before = now - TICK_NS if settings.trust_times else 0
    names: list[str] = []
    sizes: list[int | None] = []
    modified: list[int | None] = []
    changed: list[int | None] = []
    etags: list[str] = []
    for file in files:
        names.append(file.source_file)
        if isinstance(file, ListedFile):
            certain = settings.trust_times and _is_certain(file, now)
            sizes.append(file.size if certain else None)
            modified.append(file.written_ns or 0)
            changed.append(0)
            etags.append(file.etag)
            continue
        try:
            status = os.stat(file.address)  # noqa: PTH116 (making a Path costs more than the system's answer)
            settled = status.st_mtime_ns < before and status.st_ctime_ns < before and not isinstance(file, RefusedFile)
        except OSError:
            settled = False
        sizes.append(status.st_size if settled else None)
        modified.append(status.st_mtime_ns if settled else None)
        changed.append(status.st_ctime_ns if settled else None)
        etags.append("")
    return pl.DataFrame([names, sizes, modified, changed, etags], schema=_BYTES, orient="col")


def _is_certain(file: ListedFile, now: int) -> bool:
    """Whether what a store lists of a file would be something else after each change."""
    return bool(file.etag) or (file.written_ns is not None and file.written_ns < now - STORE_TICK_NS)


def of_sidecars(roots: Sequence[Path]) -> SidecarFingerprints:
    """The fingerprints of the files that people keep beside the reports at URLs: manifest, register and waivers.

    On this machine a folder has a time at which a file in it came or went; at a URL that must be remembered.
    """
    return {
        file.address: [file.size, file.written_ns, file.etag]
        for root in roots
        if addresses.is_url(root)
        for name in sorted(SIDECARS)
        for file in sidecars.at_url(root, name)
    }


def unchanged(staging: Staging, roots: Sequence[Path], now: pl.DataFrame) -> pl.DataFrame:
    """The rows of the catalogue that still hold; none where what is staged is missing, damaged or of other sources.

    ``now`` has the fingerprints of the files: of ``of_files``, for a row that holds altogether; or of ``of_bytes``, for
    one of which only the hash of the bytes must hold.
    """
    try:
        catalogue = staging.expect(roots)
        before = parquet.read(staging.fingerprints)
        damaged = _damaged_years(staging) if "circumstances" in now.columns else []
    except (StagingError, ValueError):
        return pl.DataFrame(schema=raw_reports.CATALOGUE_SCHEMA)
    if not set(now.columns) <= set(before.columns):  # of an older program
        return catalogue.clear()
    same = set(now.join(before, on=now.columns, how="semi")["source_file"])
    known = set(before["source_file"])
    whose = [name if name in known else archive_of(name, known) for name in catalogue["source_file"]]
    rows = catalogue.with_columns(whose=pl.Series(whose, dtype=pl.String))
    # What is refused in an archive is so by its bytes, unless the archive changed while it was read.
    asked_again = pl.col("reason").is_in(_ASK_AGAIN) & (pl.col("whose") == pl.col("source_file"))
    lost = rows.filter(pl.col("year").is_in(damaged) | asked_again | (pl.col("reason") == "unreadable_file"))
    return rows.filter(pl.col("whose").is_in(same - set(lost["whose"]))).drop("whose")


def behind(staging: Staging, roots: Sequence[Path], folders: Sequence[str]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """What was parsed of files in folders that cannot be read now: their rows of the catalogue, and fingerprints.

    None of both where nothing was collected from these sources before.

    Raises:
        SourceError: it cannot stay, since another program parsed it or it is damaged.
    """
    inside = pl.any_horizontal(pl.col("source_file").str.starts_with(f"{folder}/") for folder in folders)
    try:
        catalogue = staging.expect(roots).filter(inside)
        before = parquet.read(staging.fingerprints).filter(inside)
        is_ours = parquet.metadata(staging.fingerprints).get(_PROGRAM, b"").decode() == _THIS_PROGRAM
        holds = is_ours and not set(_damaged_years(staging)) & set(catalogue["year"])
    except (StagingError, ValueError):
        return pl.DataFrame(schema=raw_reports.CATALOGUE_SCHEMA), pl.DataFrame()
    if len(catalogue) and not holds:
        raise SourceError(
            f"{', '.join(folders)}: the folder cannot be read, and the {len(catalogue)} files in it have to be read "
            "again: another version of the program read them, or what is staged of them was damaged. Give the right to "
            "read it; nothing was published"
        )
    return catalogue, before


def save(staging: Staging, now: pl.DataFrame, years: Sequence[int], sidecars: SidecarFingerprints) -> None:
    """Save the fingerprints of the files and sidecars, and the hashes of the decoded reports of the years."""
    hashes = {str(year): parquet.sha256(staging.raw(year)) for year in years}
    metadata = {_RAW: json.dumps(hashes), _SIDECARS: json.dumps(sidecars), _PROGRAM: _THIS_PROGRAM}
    parquet.write(now, staging.fingerprints, metadata)


def saved_sidecars(staging: Staging) -> SidecarFingerprints:
    """The saved fingerprints of sidecar files at URLs; empty where there are none."""
    try:
        return dict(json.loads(parquet.metadata(staging.fingerprints).get(_SIDECARS, b"{}")))
    except StagingError:
        return {}


def _damaged_years(staging: Staging) -> list[int]:
    """Years whose decoded reports are not as they were when the fingerprints were saved."""
    hashes = json.loads(parquet.metadata(staging.fingerprints).get(_RAW, b"{}"))
    return [int(year) for year, digest in hashes.items() if _sha256_or_none(staging.raw(int(year))) != digest]


def _sha256_or_none(path: Path) -> str | None:
    try:
        return parquet.sha256(path)
    except OSError:
        return None


def _hash(value: object) -> str:
    return hashlib.sha256(repr(value).encode()).hexdigest()
