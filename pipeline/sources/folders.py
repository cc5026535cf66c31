"""Folders of this machine: the regular files in them, and what is refused.

Refused, and named, are pipes, sockets and devices; links that lead out of the source, unless ``OGI_FOLLOW_LINKS`` lets
them; links to a folder that is read where it lies; and folders that may not be read. Hidden folders are left out.

Belongs here: the walk through a source, which reports and sidecar files are found by. What a file's name means is
known by ``files``.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from pipeline.settings import Settings
from pipeline.sources import names, regular

#: Codes of ``rejected_report``.
UNREADABLE_FOLDER = "unreadable_folder"
NOT_A_FILE = "not_a_file"
LINK_REFUSED = "link_refused"


class Refusal(NamedTuple):
    """Why something under a source is not read: a code of ``rejected_report``, and a message."""

    reason: str
    message: str


@dataclass(slots=True)
class Folder:
    """A folder under a source: its path, and its name from there, which is empty for the source itself."""

    path: str
    name: str
    #: Its path without links.
    real: str
    #: The system's names of the regular files in it, and of links to some.
    files: list[str] = field(default_factory=list)
    #: By the system's name, what in it is not read and why.
    refused: dict[str, Refusal] = field(default_factory=dict)
    #: Why the folder itself cannot be read.
    unreadable: Refusal | None = None

    def path_of(self, name: str) -> str:
        """The path of a file in it."""
        return os.path.join(self.path, name)  # noqa: PTH118 (strings: see files.SourceFile)

    def name_of(self, name: str) -> str:
        """The name from the source of a file in it."""
        own = names.of_path(name)
        return f"{self.name}/{own}" if self.name else own


def walk(source: Path) -> Iterator[Folder]:
    """The folder of a source and those in it, each before its own, in order of their names.

    Raises:
        OSError: a folder cannot be read, for another reason than that this user may not.
    """
    tree = _Tree(source)
    waiting = [Folder(str(source), "", tree.base)]
    while waiting:
        folder = waiting.pop()
        inside = tree.read(folder)
        yield folder
        waiting += reversed(inside)


class _Tree:
    """A source, and where links may lead from there."""

    def __init__(self, source: Path) -> None:
        self.base = os.path.realpath(source)
        self._follow = Settings().follow_links
        #: Folders outside of the source that are read.
        self._followed: set[str] = set()

    def read(self, folder: Folder) -> list[Folder]:
        """Fill a folder with what lies in it; the folders in it that are read next."""
        try:
            with os.scandir(folder.path) as entries:
                found = sorted(entries, key=lambda entry: entry.name)
            if not os.access(folder.path, os.X_OK):  # its names can be listed, and no file opened
                raise PermissionError("Permission denied")
        except PermissionError as error:
            if not folder.name:
                raise
            folder.unreadable = Refusal(
                UNREADABLE_FOLDER,
                f"the folder cannot be read: {error.strerror or error}. What was loaded from it before stays; give "
                "the right to read it, or move it out of the source",
            )
            return []
        return [inside for entry in found if (inside := self._sort(folder, entry))]

    def _sort(self, folder: Folder, entry: os.DirEntry[str]) -> Folder | None:
        """Add an entry to the files or the refused of a folder; where it is a folder to be read, that."""
        if entry.is_symlink():
            return self._sort_link(folder, entry)
        if entry.is_file(follow_symlinks=False):
            folder.files.append(entry.name)
        elif entry.is_dir(follow_symlinks=False):
            return self._inside(folder, entry.name, os.path.join(folder.real, entry.name))  # noqa: PTH118
        elif what := regular.kind(entry.stat(follow_symlinks=False).st_mode):
            folder.refused[entry.name] = not_a_file(what)
        return None

    def _sort_link(self, folder: Folder, entry: os.DirEntry[str]) -> Folder | None:
        target = os.path.realpath(entry.path)
        leads_out = not self._is_in_source(target)
        try:
            mode = entry.stat().st_mode
        except OSError:  # it leads nowhere, which is an error for whoever reads the file
            mode = 0
        what = regular.kind(mode) if mode else ""
        refusal = None
        if leads_out and not self._follow:
            refusal = link_refused(f"a link to {names.of_path(target)}, which is outside the source")
        elif what != regular.FOLDER:
            refusal = not_a_file(what) if what else None
        else:
            return self._inside(folder, entry.name, target, is_link=True)
        if refusal is None:
            folder.files.append(entry.name)
        else:
            folder.refused[entry.name] = refusal
        return None

    def _inside(self, folder: Folder, name: str, real: str, is_link: bool = False) -> Folder | None:
        """A folder in another one; None if it is hidden, or refused since its files are read where it lies."""
        if name.startswith("."):
            return None
        if self._is_in_source(real):
            is_read_there = is_link or not self._is_in_source(folder.real)
        else:
            is_read_there = real in self._followed
            self._followed.add(real)
        if not is_read_there:
            return Folder(folder.path_of(name), folder.name_of(name), real)
        folder.refused[name] = Refusal(
            LINK_REFUSED,
            f"a link leads to the folder {names.of_path(real)}, whose files are read there already; remove the link",
        )
        return None

    def _is_in_source(self, real: str) -> bool:
        return real == self.base or real.startswith(os.path.join(self.base, ""))  # noqa: PTH118


def not_a_file(what: str) -> Refusal:
    """The refusal of a pipe, a socket or a device."""
    return Refusal(NOT_A_FILE, f"it is {what}, no file, and was not opened; move it out of the source")


def link_refused(what: str) -> Refusal:
    """The refusal of a link that leads out of the source."""
    return Refusal(
        LINK_REFUSED,
        f"{what}; move what it leads to here, give that path as a source of its own, or set OGI_FOLLOW_LINKS=true",
    )
