"""The file that a published report was read from, for those who want to see it again.

Belongs here: finding it under its source, and making sure that it is the same. What is done with it is the caller's.
"""

from pathlib import Path

from pipeline import addresses
from pipeline.settings import Settings
from pipeline.sources import archives, fetch, names
from pipeline.sources.fetch import RejectedError
from pipeline.sources.files import INSIDE, ListedFile, SourceFile


class MissingError(Exception):
    """The file cannot be read where it is looked for; the message names the place and the reason."""


class ChangedError(Exception):
    """Another file has the name now; the message names the place."""


def read(source: Path, source_file: str, sha256: str, settings: Settings) -> bytes:
    """The bytes of a report's file. ``source`` is the folder or URL that its name counts from, or the file itself.

    Raises:
        MissingError: it cannot be read.
        ChangedError: it is not the file that was read.
        StoreError: the store of a URL cannot be reached.
    """
    file = _file(source, source_file)
    try:
        data = _from_archive(source, source_file, settings) or fetch.read_bytes(file, settings)
    except RejectedError as error:
        raise MissingError(f"{names.of_path(file.address)}: {error.message}") from error
    if fetch.sha256(data) != sha256:
        raise ChangedError(f"{names.of_path(file.address)}: its bytes are not those that were read (SHA-256 {sha256})")
    return data


def _from_archive(source: Path, source_file: str, settings: Settings) -> bytes | None:
    """The bytes of a file that lies in an archive of the source; None where it lies in none."""
    name, inside, _ = source_file.partition(INSIDE)
    if not inside or (not addresses.is_url(source) and source.is_file() and source.name != name.rpartition("/")[2]):
        return None  # or the file itself was given
    archive = _file(source, name)
    found = archives.members(archive, fetch.read_bytes(archive, settings), settings) or []
    member = next((each for each in found if each.source_file == source_file), None)
    if member is None:
        raise RejectedError("unreadable_file", f"the archive {name} has no such file any more")
    (read_member,) = archives.read_all([member], settings)
    return read_member()


def _file(source: Path, source_file: str) -> SourceFile:
    if addresses.is_url(source):
        is_itself = source.name == source_file
        address = str(source) if is_itself else f"{str(source).rstrip('/')}/{names.to_path(source_file)}"
        return ListedFile(address, source_file, None, None, "")
    return SourceFile(str(source if source.is_file() else source / names.to_path(source_file)), source_file)
