"""What the ``manifest.csv`` files of a source say of its files.

Belongs here: the columns of a manifest and what their values mean.
"""

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path, PurePosixPath

from pipeline import addresses
from pipeline.sources.files import MANIFEST, SourceError, own, read_own


@dataclass(frozen=True, slots=True)
class ManifestEntry:
    """What a manifest says of one file; None where it says nothing."""

    agency: str | None = None
    year: int | None = None
    region_code: str | None = None
    url: str | None = None
    published: date | None = None
    origin: str = ""


def manifests(sources: Iterable[Path]) -> dict[str, ManifestEntry]:
    """What the manifests under the sources say, by the name of the file.

    A manifest's ``file`` column counts from the manifest's folder.

    Raises:
        SourceError: a manifest is not UTF-8, lacks the column ``file``, names a file twice or has a bad value.
        StoreError: the store of a URL cannot be reached.
    """
    entries: dict[str, ManifestEntry] = {}
    for source in sources:
        for path, within, data in _manifests(source):
            folder = PurePosixPath(within).parent
            for name, entry in _manifest(path, data):
                entries[(folder / name).as_posix()] = entry
    return entries


def _manifests(source: Path) -> Iterator[tuple[str, str, bytes]]:
    """Where each manifest of a source is, its name from there, and its bytes."""
    if addresses.is_url(source):
        for file in sorted(own(source, MANIFEST), key=lambda file: file.source_file.split("/")):
            yield file.address, file.source_file, read_own(file)
        return
    base = source if source.is_dir() else source.parent
    for path in sorted(source.rglob(MANIFEST)) if source.is_dir() else [base / MANIFEST]:
        if path.is_file():
            yield str(path), path.relative_to(base).as_posix(), path.read_bytes()


def _manifest(path: str, data: bytes) -> Iterator[tuple[str, ManifestEntry]]:
    seen = set()
    try:
        with io.StringIO(data.decode("utf-8-sig"), newline="") as file:
            reader = csv.DictReader(file)
            if "file" not in (reader.fieldnames or []):
                raise SourceError(f"{path}: the manifest has no column named file")
            for row in reader:
                where = f"{path}, line {reader.line_num}"
                said = {key: (value or "").strip() for key, value in row.items() if key and isinstance(value, str)}
                if said["file"] in seen:
                    raise SourceError(f"{where}: {said['file']} is named twice")
                seen.add(said["file"])
                yield said["file"], _entry(said, where)
    except UnicodeDecodeError as error:
        raise SourceError(f"{path}: the manifest is not UTF-8 ({error.reason} at byte {error.start})") from error


def _entry(said: dict[str, str], where: str) -> ManifestEntry:
    try:
        year = int(said["year"]) if said.get("year") else None
        published = date.fromisoformat(said["published"]) if said.get("published") else None
    except ValueError as error:
        raise SourceError(f"{where}: {error}; year is a whole number, published a date like 2026-01-31") from error
    code = said.get("region_code") or None
    if code and not (len(code) == 6 and code.isdigit()):
        raise SourceError(f"{where}: region_code {code} is not six digits")
    return ManifestEntry(said.get("agency") or None, year, code, said.get("url") or None, published, where)
