"""Find the files of a source, and what its manifests say of them.

A file is known by its path relative to the source folder it was found under. Files that are the
collection's own – ``manifest.csv``, ``README*``, hidden ones – are no reports and are left out by name;
everything else is accounted for, whatever its kind.
"""

import csv
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

MANIFEST = "manifest.csv"
_OWN = {MANIFEST, "waivers.csv", "agencies.csv"}


class SourceError(Exception):
    """The source cannot be used as asked; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file under a source: where it is, and the name it goes by. A text, since there are many and few are opened."""

    address: str
    source_file: str

    @property
    def path(self) -> Path:
        """Where it is."""
        return Path(self.address)


@dataclass(frozen=True, slots=True)
class ManifestEntry:
    """What a manifest says of one file; None where it says nothing."""

    agency: str | None = None
    year: int | None = None
    region_code: str | None = None
    url: str | None = None
    published: date | None = None
    origin: str = ""


def find(sources: Iterable[Path]) -> list[SourceFile]:
    """All files under the sources, ordered by name.

    Raises:
        SourceError: a source does not exist or cannot be read, or two sources have a file of the same name.
    """
    found: dict[str, SourceFile] = {}
    for source in sources:
        if not source.exists():
            raise SourceError(f"{source}: there is no such file or folder")
        for address, name in _walk(source):
            other = found.get(name)
            if other and other.path.resolve() != Path(address).resolve():
                raise SourceError(
                    f"{other.path} and {address} would both be known as {name}: ingest the folder above them instead"
                )
            found[name] = SourceFile(address, name)
    return [found[name] for name in sorted(found)]


def _walk(source: Path) -> Iterator[tuple[str, str]]:
    """Where each file under a source is, and its name from there."""
    if source.is_file():
        yield str(source), source.name
        return

    def fail(error: OSError) -> None:
        raise SourceError(f"{error.filename}: the folder cannot be read ({error.strerror})") from error

    for folder, folders, files in os.walk(source, onerror=fail):
        folders[:] = [name for name in folders if not name.startswith(".")]
        here = Path(folder)
        within = "" if here == source else here.relative_to(source).as_posix() + "/"
        beginning = os.path.join(folder, "")  # noqa: PTH118 (texts: see SourceFile)
        for name in files:
            if not (name.startswith(".") or name in _OWN or name.upper().startswith("README")):
                yield beginning + name, within + name


def manifests(sources: Iterable[Path]) -> dict[str, ManifestEntry]:
    """What the manifests under the sources say, by the name of the file.

    A manifest's ``file`` column counts from the manifest's folder.

    Raises:
        SourceError: a manifest is not UTF-8, lacks the column ``file``, names a file twice or has a bad value.
    """
    entries: dict[str, ManifestEntry] = {}
    for source in sources:
        base = source if source.is_dir() else source.parent
        paths = sorted(source.rglob(MANIFEST)) if source.is_dir() else [base / MANIFEST]
        for path in paths:
            if path.is_file():
                folder = path.parent.relative_to(base)
                for name, entry in _manifest(path):
                    entries[(folder / name).as_posix()] = entry
    return entries


def _manifest(path: Path) -> Iterator[tuple[str, ManifestEntry]]:
    seen = set()
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
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
