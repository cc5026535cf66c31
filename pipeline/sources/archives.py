"""Archives: a ZIP file that is no document is a folder of files, each of which goes by a name of its own.

``b.docx`` in ``a.zip`` is ``a.zip!/b.docx``. What may not be read of an archive is refused member by member; an archive
that cannot be opened, or that holds more than the limits allow, is refused as a whole. An archive in an archive is
opened too, one in that is not.

Belongs here: which members an archive has, the limits, and reading members. The format is ``zip_file``'s; which names
are no report's is ``files``'s.
"""

import re
import stat
from collections.abc import Callable, Container, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from zipfile import ZipInfo

from pipeline.settings import Settings
from pipeline.sources import fetch, files, folders, names, zip_file
from pipeline.sources.fetch import RejectedError
from pipeline.sources.files import INSIDE, SourceFile
from pipeline.sources.folders import Refusal
from pipeline.sources.zip_file import DamagedError

#: A province's archive has a file for each of some thousand agencies. Names of 400 bytes on average are long enough.
MOST_MEMBERS, MOST_DIRECTORY_BYTES = 10_000, 4_000_000
#: All members together may unpack to so many files of the largest size that is allowed (``OGI_MAX_FILE_MB``).
MOST_LARGEST_FILES = 20
#: Pages of tables pack to a twentieth; a thousandth, which is the most that the format can, is a bomb's.
MOST_RATIO, RATIO_COUNTS_FROM = 100, 1_000_000
#: An archive in an archive.
DEEPEST = 2
_EMPTY = Refusal("empty", "the archive has no file in it that could be a report")
_DRIVE = re.compile(rb"[A-Za-z]:")
_SYSTEM_UNIX = 3
_ARCHIVE_NAME = re.compile(r"(?:\.zip)?!/", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Member(SourceFile):
    """A file in an archive; its ``address`` is the archive's."""

    archive: SourceFile
    #: Its place in the directory; before that, the place of the archive that it is in, where that is in another one.
    place: tuple[int, ...]
    #: Checksum and size, which tell that it is still the one that was listed.
    version: tuple[int, int]
    #: Why it is not read.
    refusal: Refusal | None = None


def archive_of(name: str, known: Container[str]) -> str | None:
    """The archive, among the ``known`` files, that a file of a name is in, if any.

    >>> archive_of("a!/b.zip!/c.docx", {"a!/b.zip"})
    'a!/b.zip'
    """
    ends = (found.start() for found in re.finditer(INSIDE, name))
    return next((name[:end] for end in ends if name[:end] in known), None)


def as_folders(name: str) -> str:
    """A name in which archives are folders, as the reader looks for agency and year in names.

    >>> as_folders("2024/某市.zip!/某局.docx")
    '2024/某市/某局.docx'
    """
    return _ARCHIVE_NAME.sub("/", name)


def members(file: SourceFile, data: bytes, settings: Settings) -> list[Member] | None:
    """The members of an archive; None if the file is none.

    Raises:
        RejectedError: damaged_document, too_large or empty: the file cannot be opened, or there is no report in it.
    """
    if isinstance(file, Member) or not zip_file.is_zip(data):
        return None
    opening = _Opening(file, settings)
    if not opening.add(data, file.source_file, ()):
        return None
    if not opening.found:
        raise RejectedError(*_EMPTY)
    return opening.found


@dataclass(slots=True)
class _Opening:
    """An archive that is being opened, and those in it: what was found, and what is left of the limits."""

    archive: SourceFile
    settings: Settings
    found: list[Member] = field(default_factory=list)
    _names: set[str] = field(default_factory=set)
    _members: int = 0
    _directory_bytes: int = 0
    _bytes: int = 0

    def add(self, data: bytes, name: str, place: tuple[int, ...]) -> bool:
        """Add the members of a ZIP file, of that name and place; false if it is a document."""
        try:
            self._count_directory(zip_file.directory_size(data))
            listed = zip_file.directory(data)
        except DamagedError as error:
            raise RejectedError("damaged_document", f"the ZIP file is damaged: {error}") from error
        if zip_file.is_document(listed):
            return False
        if len(place) >= DEEPEST:
            raise RejectedError("unsupported_format", "an archive in an archive in an archive is not opened; unpack it")
        self._count_members(len(listed))
        for at, info in enumerate(listed):
            self._add_member(data, info, name, (*place, at))
        return True

    def _add_member(self, data: bytes, info: ZipInfo, archive: str, place: tuple[int, ...]) -> None:
        raw = zip_file.name(info)
        refusal = _refused_name(info, raw)
        if refusal is None:
            if _is_folder(info) or not _may_be_report(raw):
                return
            refusal = _refused_content(info, self.settings)
        text = names.of_bytes(raw.replace(b"\0", rb"\x00")) or "(no name)"
        name = self._unused_name(f"{archive}{INSIDE}{text}")
        if refusal is None:
            self._count_bytes(info.file_size)
            before = len(self.found)
            try:
                if self._is_opened(data, info, name, place):
                    return
            except RejectedError as error:
                refusal = Refusal(error.reason, error.message)
                del self.found[before:]
        version = (info.CRC, info.file_size)
        self.found.append(Member(self.archive.address, name, self.archive, place, version, refusal))

    def _is_opened(self, data: bytes, info: ZipInfo, name: str, place: tuple[int, ...]) -> bool:
        """Whether a member is an archive itself, whose members are added then.

        Raises:
            RejectedError: it is one that cannot be opened, or it is damaged.
        """
        try:
            if not zip_file.is_zip(zip_file.beginning(data, info, 4)):
                return False
            inside = zip_file.content(data, info)
        except DamagedError as error:
            raise _damaged_member(error) from error
        before = len(self.found)
        is_archive = self.add(inside, name, place)
        if is_archive and len(self.found) == before:
            raise RejectedError(*_EMPTY)
        return is_archive

    def _unused_name(self, name: str) -> str:
        """The name, or where an archive has several members of one name, for the later ones another, as unpackers do.

        Which of them is meant, nothing says: all are read.
        """
        head, dot, suffix = name.rpartition(".") if "." in name.rpartition("/")[2] else (name, "", "")
        number, found = 1, name
        while found in self._names:
            number += 1
            found = f"{head} ({number}){dot}{suffix}"
        self._names.add(found)
        return found

    def _count_directory(self, size: int) -> None:
        self._directory_bytes += size
        if self._directory_bytes > MOST_DIRECTORY_BYTES:
            raise RejectedError("too_large", f"its directory takes more than {MOST_DIRECTORY_BYTES} bytes; unpack it")

    def _count_members(self, count: int) -> None:
        self._members += count
        if self._members > MOST_MEMBERS:
            raise RejectedError(
                "too_large", f"it has {count} files in it; the limit of an archive is {MOST_MEMBERS}: unpack it"
            )

    def _count_bytes(self, size: int) -> None:
        self._bytes += size
        if self._bytes > self.settings.max_file_mb * 1_000_000 * MOST_LARGEST_FILES:
            raise RejectedError(
                "too_large",
                f"it unpacks to more than {MOST_LARGEST_FILES} files of {self.settings.max_file_mb:g} MB (setting "
                "OGI_MAX_FILE_MB); unpack it",
            )


def _refused_name(info: ZipInfo, raw: bytes) -> Refusal | None:
    """Why a member is not read, by its name, if it is not."""
    parts = raw.replace(b"\\", b"/").split(b"/")
    if not raw or b"\0" in raw or not parts[0] or b".." in parts or _DRIVE.match(raw):
        return Refusal("damaged_document", "its name leads out of the archive, or is none; pack it anew")
    if _is_folder(info) and info.file_size:
        return Refusal("damaged_document", "it is called a folder and has content")
    if parts[-1].decode(errors="replace") in files.SIDECARS:
        return Refusal("unsupported_format", f"it counts beside the archive, where a file is NAME.zip{INSIDE}FILE")
    return None


def _refused_content(info: ZipInfo, settings: Settings) -> Refusal | None:
    """Why a member is not read, by what the directory says of it, if it is not."""
    mode = info.external_attr >> 16 if info.create_system == _SYSTEM_UNIX else 0
    ratio = info.file_size / max(info.compress_size, 1)
    if stat.S_ISLNK(mode):
        return Refusal(folders.LINK_REFUSED, "a link in an archive; pack the file that it leads to")
    if zip_file.is_locked(info):
        return Refusal("encrypted", "it is locked with a password")
    if zip_file.is_packed_otherwise(info):
        return Refusal("unsupported_format", "it is packed in a rare way; unpack the archive")
    if info.file_size > settings.max_file_mb * 1_000_000:
        return fetch.too_large(info.file_size, settings)
    if info.file_size >= RATIO_COUNTS_FROM and ratio > MOST_RATIO:
        return Refusal("too_large", f"it unpacks to {ratio:.0f} times its size; the limit is {MOST_RATIO} times")
    return None


def _damaged_member(error: DamagedError) -> RejectedError:
    return RejectedError("damaged_document", f"it is damaged in the archive: {error}")


def _is_folder(info: ZipInfo) -> bool:
    return info.filename.endswith("/")


def _may_be_report(raw: bytes) -> bool:
    """Whether a member's name may be a report's: by the rules of files in folders."""
    *parents, name = raw.decode(errors="replace").split("/")
    return files.is_report(name) and not any(parent.startswith(".") for parent in parents)


def read_all(some: Sequence[SourceFile], settings: Settings) -> Iterator[Callable[[], bytes]]:
    """``fetch.read_all``, for members of archives too. Those of one archive stand one after another."""
    outside = fetch.read_all([file for file in some if not isinstance(file, Member)], settings)
    opened = _Opened(settings)
    for file in some:
        yield partial(opened.read, file) if isinstance(file, Member) else next(outside)


class _Opened:
    """The archives that were opened last, one in another: the next member lies in them most likely."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._address = ""
        self._data: dict[tuple[int, ...], bytes] = {}
        self._listed: dict[tuple[int, ...], list[ZipInfo]] = {}

    def read(self, file: Member) -> bytes:
        """The bytes of a member.

        Raises:
            RejectedError: why it was refused, damaged_document, or unreadable_file where the archive is another by now.
            StoreError: the store of a URL cannot be reached.
        """
        if file.refusal:
            raise RejectedError(*file.refusal)
        if file.address != self._address:
            self._data = {(): fetch.read_bytes(file.archive, self._settings)}
            self._address, self._listed = file.address, {}
        try:
            info = self._info(file.place)
            if (info.CRC, info.file_size) == file.version:
                return zip_file.content(self._archive(file.place[:-1]), info)
        except DamagedError as error:
            raise _damaged_member(error) from error
        except IndexError:
            pass
        raise RejectedError("unreadable_file", "the archive changed while it was read; the next run reads it again")

    def _info(self, place: tuple[int, ...]) -> ZipInfo:
        *above, at = place
        archive = tuple(above)
        if archive not in self._listed:
            self._listed[archive] = zip_file.directory(self._archive(archive))
        return self._listed[archive][at]

    def _archive(self, place: tuple[int, ...]) -> bytes:
        if place not in self._data:
            self._data = {(): self._data[()]}  # of those inside only one, so that no more than two are in memory
            self._data[place] = zip_file.content(self._data[()], self._info(place))
        return self._data[place]
