"""The files of a source, a folder or a URL.

A file is known by its path relative to the source it was found under. Files that are the collection's own – the CSV
files that people keep beside the reports (``sidecars``), ``README*``, hidden ones – are no reports and are left out by
name; everything else is accounted for, whatever its kind.

Belongs here: which files there are. Their bytes are read by ``fetch``, those of the collection's own by ``sidecars``.
"""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from pipeline import addresses
from pipeline.sources.listing import Listing, listing
from pipeline.sources.store import StoreError, reason

MANIFEST = "manifest.csv"
REGISTER = "agencies.csv"
WAIVERS = "waivers.csv"
#: The files that people keep beside the reports.
SIDECARS = (MANIFEST, REGISTER, WAIVERS)
_KEYS = "AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_ENDPOINT_URL for s3://"


class SourceError(Exception):
    """The source cannot be used as asked; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file under a source: its address, and the name it goes by. Both are strings: there are many, few are opened."""

    address: str
    source_file: str

    @property
    def path(self) -> Path:
        """The path at its address."""
        return addresses.path_at(self.address)

    @property
    def suffix(self) -> str:
        """The end of its name, from the last dot."""
        return PurePosixPath(self.source_file).suffix


@dataclass(frozen=True, slots=True)
class ListedFile(SourceFile):
    """A file at a URL, with what its store said of it when it was listed (``store.StoredFile``)."""

    size: int | None
    written_ns: int | None
    etag: str


def find(sources: Iterable[Path]) -> list[SourceFile]:
    """All files under the sources, ordered by name.

    Raises:
        SourceError: a source does not exist or cannot be read, or two sources have a file of the same name.
        StoreError: the store of a URL cannot be reached.
    """
    found: dict[str, SourceFile] = {}
    for source in sources:
        for file in _at_url(source) if addresses.is_url(source) else _in_folder(source):
            other = found.get(file.source_file)
            if other and not _are_one(other, file):
                raise SourceError(
                    f"{other.path} and {file.address} would both be known as {file.source_file}: "
                    "ingest the folder above them instead"
                )
            found[file.source_file] = file
    return [found[name] for name in sorted(found)]


def _are_one(one: SourceFile, other: SourceFile) -> bool:
    if addresses.is_url(one.address) or addresses.is_url(other.address):
        return one.address == other.address
    return one.path.resolve() == other.path.resolve()


def _is_report(name: str) -> bool:
    """Whether a file of a name may be a report, rather than something of the collection's own."""
    return not (name.startswith(".") or name in SIDECARS or name.upper().startswith("README"))


def _at_url(source: Path) -> Iterator[SourceFile]:
    found = listed(source)
    for file in found.files:
        name = file.name or source.name
        # A file that is given by itself is meant, whatever it is called.
        if found.is_file or _is_report(name.rpartition("/")[2]):
            yield ListedFile(found.address(file.name), name, file.size, file.written_ns, file.etag)


def listed(source: Path) -> Listing:
    """What lies at the URL of a source.

    Raises:
        SourceError: nothing does, or it may not be listed.
        StoreError: the store cannot be reached.
    """
    try:
        return listing(source)
    except FileNotFoundError as error:
        raise SourceError(
            f"{source}: there is no such file or folder; on a store of objects a folder is there only as long as "
            "something is in it"
        ) from error
    except PermissionError as error:
        raise SourceError(
            f"{source}: it may not be listed ({reason(error)}); are the store's keys set ({_KEYS})?"
        ) from error
    except StoreError:
        raise
    except OSError as error:
        raise SourceError(f"{source}: it cannot be listed ({reason(error)})") from error


def _in_folder(source: Path) -> Iterator[SourceFile]:
    if not source.exists():
        raise SourceError(f"{source}: there is no such file or folder")
    for address, name in _walk(source):
        yield SourceFile(address, name)


def _walk(source: Path) -> Iterator[tuple[str, str]]:
    """The address of each file under a source, and its name from there."""
    if source.is_file():
        yield str(source), source.name
        return

    def fail(error: OSError) -> None:
        raise SourceError(f"{error.filename}: the folder cannot be read ({error.strerror})") from error

    for folder, folders, files in os.walk(source, onerror=fail):
        folders[:] = [name for name in folders if not name.startswith(".")]
        here = Path(folder)
        within = "" if here == source else here.relative_to(source).as_posix() + "/"
        beginning = os.path.join(folder, "")  # noqa: PTH118 (strings: see SourceFile)
        for name in files:
            if _is_report(name):
                yield beginning + name, within + name
