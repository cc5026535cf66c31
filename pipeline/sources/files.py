"""The files of a source, a folder or a URL.

A file is known by its path relative to the source it was found under (``names``). Files that are the collection's own
– the CSV files that people keep beside the reports (``sidecars``), ``README*``, hidden ones – are no reports and are
left out by name; everything else is accounted for, whatever its kind: what is refused, too.

Belongs here: which files there are. Folders of this machine are walked by ``folders``; bytes are read by ``fetch``,
those of the collection's own by ``sidecars``.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from pipeline import addresses
from pipeline.sources import folders, names, regular
from pipeline.sources.listing import Listing, listing
from pipeline.sources.store import StoreError, reason

MANIFEST = "manifest.csv"
REGISTER = "agencies.csv"
WAIVERS = "waivers.csv"
#: The files that people keep beside the reports.
SIDECARS = (MANIFEST, REGISTER, WAIVERS)
#: Suffixes of files that are text. Which of them are pages their tags say, not their suffix.
TEXT_SUFFIXES = frozenset({".txt", ".md", ".html", ".htm"})
#: Between the name of an archive and that of a file in it (``archives``).
INSIDE = "!/"
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

    @property
    def is_text(self) -> bool:
        """Whether its name says that it is text."""
        return self.suffix.lower() in TEXT_SUFFIXES


@dataclass(frozen=True, slots=True)
class ListedFile(SourceFile):
    """A file at a URL, with what its store said of it when it was listed (``store.StoredFile``)."""

    size: int | None
    written_ns: int | None
    etag: str


@dataclass(frozen=True, slots=True)
class RefusedFile(SourceFile):
    """Something that is not opened: a pipe, a link out of the source, a folder that may not be read.

    ``reason`` is a code of ``rejected_report``.
    """

    reason: str
    message: str


def is_unreadable_folder(file: SourceFile) -> bool:
    """Whether it stands for a folder, and for all files in it, which may not be read now."""
    return isinstance(file, RefusedFile) and file.reason == folders.UNREADABLE_FOLDER


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
                both = f"{names.of_path(other.address)} and {names.of_path(file.address)}"
                raise SourceError(
                    f"{both} would both be known as {file.source_file}: ingest the folder above them instead"
                )
            found[file.source_file] = file
    return [found[name] for name in sorted(found)]


def _are_one(one: SourceFile, other: SourceFile) -> bool:
    if addresses.is_url(one.address) or addresses.is_url(other.address):
        return one.address == other.address
    return one.path.resolve() == other.path.resolve()


def is_report(name: str) -> bool:
    """Whether a file of a name may be a report, rather than something of the collection's own."""
    return not (name.startswith(".") or name in SIDECARS or name.upper().startswith("README"))


def _at_url(source: Path) -> Iterator[SourceFile]:
    found = listed(source)
    for file in found.files:
        name = file.name or source.name
        # A file that is given by itself is meant, whatever it is called.
        if found.is_file or is_report(name.rpartition("/")[2]):
            yield ListedFile(found.address(file.name), names.of_text(name), file.size, file.written_ns, file.etag)
    for name, refusal in found.refused:
        if is_report(name.rpartition("/")[2]):
            yield RefusedFile(found.address(name), names.of_text(name), *refusal)


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
    """The files under a source of this machine, which may be a single one."""
    if not is_folder(source):
        yield SourceFile(str(source), names.of_path(source.name))
        return
    for folder in walk(source):
        if folder.unreadable:
            yield RefusedFile(folder.path, folder.name, *folder.unreadable)
        for name in filter(is_report, folder.files):
            yield SourceFile(folder.path_of(name), folder.name_of(name))
        for name in filter(is_report, folder.refused):
            yield RefusedFile(folder.path_of(name), folder.name_of(name), *folder.refused[name])


def is_folder(source: Path) -> bool:
    """Whether a source of this machine is a folder, rather than a file.

    Raises:
        SourceError: it is neither, or cannot be looked at.
    """
    try:
        mode = source.stat().st_mode
    except FileNotFoundError as error:
        raise SourceError(f"{names.of_path(source)}: there is no such file or folder") from error
    except OSError as error:
        raise SourceError(f"{names.of_path(source)}: it cannot be looked at ({error.strerror})") from error
    what = regular.kind(mode)
    if what and what != regular.FOLDER:
        raise SourceError(f"{names.of_path(source)}: it is {what}, neither a file nor a folder")
    return bool(what)


def walk(source: Path) -> Iterator[folders.Folder]:
    """The folder of a source and those in it: ``folders.walk``.

    Raises:
        SourceError: a folder cannot be read, for another reason than that this user may not; or the source itself.
    """
    try:
        yield from folders.walk(source)
    except OSError as error:
        where = names.of_path(error.filename or str(source))
        raise SourceError(f"{where}: the folder cannot be read ({error.strerror or error})") from error
