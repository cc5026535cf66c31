"""Find the files of a source, a folder or a URL, and what its manifests say of them.

A file is known by its path relative to the source it was found under. Files that are the
collection's own – ``manifest.csv``, ``README*``, hidden ones – are no reports and are left out by name;
everything else is accounted for, whatever its kind.
"""

import csv
import io
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path, PurePosixPath

from pipeline import storage
from pipeline.storage import Listing, Store

MANIFEST = "manifest.csv"
#: What people keep beside the reports.
OWN = {MANIFEST, "waivers.csv", "agencies.csv"}
_KEYS = "AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_ENDPOINT_URL for s3://"


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
        return storage.place(self.address)

    @property
    def suffix(self) -> str:
        """How its name ends."""
        return PurePosixPath(self.source_file).suffix


@dataclass(frozen=True, slots=True)
class ListedFile(SourceFile):
    """A file at a URL, with what its store said of it when it was listed (``storage.Listed``)."""

    size: int | None
    written_ns: int | None
    etag: str


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
        StoreError: the store of a URL cannot be reached.
    """
    found: dict[str, SourceFile] = {}
    for source in sources:
        for file in _at_url(source) if storage.is_url(source) else _in_folder(source):
            other = found.get(file.source_file)
            if other and not _are_one(other, file):
                raise SourceError(
                    f"{other.path} and {file.address} would both be known as {file.source_file}: "
                    "ingest the folder above them instead"
                )
            found[file.source_file] = file
    return [found[name] for name in sorted(found)]


def _are_one(one: SourceFile, other: SourceFile) -> bool:
    if storage.is_url(one.address) or storage.is_url(other.address):
        return one.address == other.address
    return one.path.resolve() == other.path.resolve()


def _is_report(name: str) -> bool:
    """Whether a file of a name may be a report, rather than something of the collection's own."""
    return not (name.startswith(".") or name in OWN or name.upper().startswith("README"))


def _at_url(source: Path) -> Iterator[SourceFile]:
    listing = listed(source)
    for file in listing.files:
        name = file.name or source.name
        # A file that is given by itself is meant, whatever it is called.
        if listing.is_file or _is_report(name.rpartition("/")[2]):
            yield ListedFile(listing.address(file.name), name, file.size, file.written_ns, file.etag)


def listed(source: Path) -> Listing:
    """What lies at the URL of a source.

    Raises:
        SourceError: nothing does, or it may not be listed.
        StoreError: the store cannot be reached.
    """
    try:
        return storage.listing(source)
    except FileNotFoundError as error:
        raise SourceError(
            f"{source}: there is no such file or folder; on a store of objects a folder is there only as long as "
            "something is in it"
        ) from error
    except PermissionError as error:
        raise SourceError(
            f"{source}: it may not be listed ({storage.said(error)}); are the store's keys set ({_KEYS})?"
        ) from error
    except storage.StoreError:
        raise
    except OSError as error:
        raise SourceError(f"{source}: it cannot be listed ({storage.said(error)})") from error


def own(source: Path, name: str) -> Iterator[ListedFile]:
    """The files of a name that people keep beside the reports at a URL; ``read_own`` reads one.

    Raises:
        SourceError: the URL cannot be listed.
        StoreError: the store cannot be reached.
    """
    listing = listed(source)
    if listing.is_file:
        url = listing.url.rpartition("/")[0] + "/" + name
        try:
            file = Store(url).look(url)
        except FileNotFoundError:
            return
        except storage.StoreError:
            raise
        except OSError as error:
            raise SourceError(f"{url}: it may not be looked at ({storage.said(error)})") from error
        yield ListedFile(url, name, file.size, file.written_ns, file.etag)
        return
    for file in listing.files:
        if file.name.rpartition("/")[2] == name:
            yield ListedFile(listing.address(file.name), file.name, file.size, file.written_ns, file.etag)


def read_own(file: ListedFile) -> bytes:
    """The bytes of such a file.

    Raises:
        SourceError: it cannot be read, or is not whole.
        StoreError: the store cannot be reached.
    """
    try:
        data = Store(file.address).fetch(file.address, file.size)
    except storage.StoreError:
        raise
    except OSError as error:
        raise SourceError(f"{file.address}: the file cannot be read ({storage.said(error)})") from error
    if file.size is not None and len(data) != file.size:
        raise SourceError(
            f"{file.address}: the file is being written just now, or was not sent whole: its store lists "
            f"{file.size} bytes and sent {len(data)}; run again"
        )
    return data


def _in_folder(source: Path) -> Iterator[SourceFile]:
    if not source.exists():
        raise SourceError(f"{source}: there is no such file or folder")
    for address, name in _walk(source):
        yield SourceFile(address, name)


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
            if _is_report(name):
                yield beginning + name, within + name


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
    if storage.is_url(source):
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
