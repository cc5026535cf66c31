"""The file that a published report was read from, for those who want to see it again.

Belongs here: finding it under its source, and making sure that it is the same. What is done with it is the caller's.
"""

from pathlib import Path

from pipeline import addresses
from pipeline.settings import Settings
from pipeline.sources import fetch, names
from pipeline.sources.fetch import RejectedError
from pipeline.sources.files import ListedFile, SourceFile


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
        data = fetch.read_bytes(file, settings)
    except RejectedError as error:
        raise MissingError(f"{names.of_path(file.address)}: {error.message}") from error
    if fetch.sha256(data) != sha256:
        raise ChangedError(f"{names.of_path(file.address)}: its bytes are not those that were read (SHA-256 {sha256})")
    return data


def _file(source: Path, source_file: str) -> SourceFile:
    if addresses.is_url(source):
        is_itself = source.name == source_file
        address = str(source) if is_itself else f"{str(source).rstrip('/')}/{names.to_path(source_file)}"
        return ListedFile(address, source_file, None, None, "")
    return SourceFile(str(source if source.is_file() else source / names.to_path(source_file)), source_file)
