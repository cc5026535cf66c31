"""What lies at a URL: listings of a store's files.

Belongs here: listing, in parallel and as of one moment. Single files are asked for and read by ``store``.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from pipeline.settings import Settings
from pipeline.sources import folders
from pipeline.sources.folders import Refusal
from pipeline.sources.store import Store, StoredFile, StoreError, needed, reason, stored_file

#: Folders that one process lists at a time.
LISTED_AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class Listing:
    """What lies at a URL: files, ordered by name; or a single one, with an empty name."""

    url: str
    files: tuple[StoredFile, ...]
    #: By name, what lies there, is not read, and why: pipes and devices, links to folders or out of the source.
    refused: tuple[tuple[str, Refusal], ...] = ()

    @property
    def is_file(self) -> bool:
        """Whether the URL is that of a file."""
        return [file.name for file in self.files] == [""]

    def address(self, name: str) -> str:
        """The URL of a file by its name."""
        return (self.url if self.url.endswith("/") else self.url + "/") + name if name else self.url


#: What has been listed since ``listed_once`` began.
_LISTED: ContextVar[dict[str, Listing] | None] = ContextVar("_LISTED", default=None)


@contextmanager
def listed_once() -> Iterator[None]:
    """List each URL once within the block: all answers about it are of one moment."""
    if _LISTED.get() is not None:
        yield
        return
    token = _LISTED.set({})
    try:
        yield
    finally:
        _LISTED.reset(token)


def listing(url: str | os.PathLike[str]) -> Listing:
    """What lies at a URL now. Files and folders whose names begin with a dot are left out.

    Raises:
        FileNotFoundError: nothing does; a folder of an object store is there only as long as something is in it.
        PermissionError: it may not be listed.
        StoreError: the store cannot be reached.
    """
    known, url = _LISTED.get(), str(url)
    if known is not None and url in known:
        return known[url]
    lister = _Lister(Store(url))
    files = tuple(_visible_files(lister))
    found = Listing(url, files, tuple(sorted(lister.refused.items())))
    if known is not None:
        known[url] = found
    return found


def everything(store: Store) -> list[StoredFile]:
    """All files at a store's URL, hidden ones and those behind links to folders too; none where there is nothing yet.

    Raises:
        StoreError: they cannot all be listed.
    """
    with needed(store.url):
        store.forget_listings()
        try:
            return list(_Lister(store, hidden=True).below(store.base).values())
        except FileNotFoundError as error:
            if not store.is_of_objects:
                return []
            # A missing folder is only one without files, but this is no folder.
            raise StoreError(f"{store.url}: there is no such bucket ({error}); make it, or correct the URL") from error


def _visible_files(lister: _Lister) -> list[StoredFile]:
    """The files at a store's URL, ordered by name; a single one without name where the URL is that of a file."""
    store = lister.store
    found: dict[str, StoredFile] = {}
    folders, whole = [store.base], list[str]()
    store.forget_listings()
    with ThreadPoolExecutor(LISTED_AT_ONCE) as pool:
        # Level by level, until there are enough folders to list each of them whole at the same time.
        while folders and len(folders) < LISTED_AT_ONCE:
            level, folders = folders, []
            for folder, (files, inside) in zip(level, pool.map(lister.folder, level), strict=True):
                found |= files
                # A folder without a name: only a listing of all that is above it reaches what is in there.
                if store.is_of_objects and any(name.endswith("/") for name in inside):
                    whole.append(folder)
                else:
                    folders += inside
        for files in pool.map(lister.below, [*folders, *whole]):
            found |= files
    if not found:
        # Over http a page that links to nothing looks like a folder without files, and is a file.
        with store.translated(store.url):
            info = store.system.info(store.base)
        if info["type"] == "file":
            return [stored_file("", info)]
    return [found[name] for name in sorted(found)]


class _Lister:
    """Lists folders of a store, by paths as fsspec has them; with hidden files and folders, or without."""

    def __init__(self, store: Store, hidden: bool = False) -> None:
        self.store = store
        #: By name, what lies there and is not read (``Listing``).
        self.refused: dict[str, Refusal] = {}
        self._with_hidden = hidden
        #: Where links may lead, on this machine; links of other stores are followed by their server.
        self._base = os.path.realpath(store.base) if store.is_of_this_machine and not hidden else None

    def below(self, path: str) -> dict[str, StoredFile]:
        """The files in a folder and in all below it, by name."""
        if self.store.is_of_objects:
            with self.store.translated(self.store.url):
                return self._files(self.store.system.find(path, detail=True).values())
        # Not `find`, which takes a folder that may not be read for an empty one.
        files: dict[str, StoredFile] = {}
        folders = [path]
        while folders:
            here, inside = self.folder(folders.pop())
            files |= here
            folders += inside
        return files

    def folder(self, path: str) -> tuple[dict[str, StoredFile], list[str]]:
        """The files in a folder by name, and the paths of the folders in it."""
        try:
            with self.store.translated(self.store.url):
                infos = self._behind_links(self.store.system.ls(path, detail=True))
        except FileNotFoundError as error:
            if path == self.store.base:
                raise
            # Some stores answer so, too, where a folder may not be read.
            raise StoreError(
                f"{self.store.url}: the folder {self._name(path)} is listed, but not found ({reason(error)}): was it "
                "removed in this moment, or may it not be read? Run it again"
            ) from error
        except PermissionError as error:
            text = reason(error)
            text = text if path == self.store.base else f"the folder {self._name(path)}: {text}"
            raise PermissionError(errno.EACCES, text, self.store.url) from error
        infos = [info for info in infos if not self._refuse(info)]
        # As in a folder of this machine, links to files count, and links to folders do not.
        folders = [
            str(info["name"])
            for info in infos
            if info["type"] == "directory" and (self._with_hidden or not info.get("islink"))
        ]
        return self._files(infos), [each for each in folders if each != path and self._counts(each.rstrip("/"))]

    def _refuse(self, info: dict[str, Any]) -> bool:
        """Whether an entry is refused, and noted as that."""
        name, path = self._name(str(info["name"])), str(info["name"])
        if self._with_hidden or not self._counts(path):
            return False
        leads_out = (
            self._base is not None
            and info.get("islink")
            and not os.path.realpath(path).startswith(os.path.join(self._base, ""))  # noqa: PTH118
        )
        if info["type"] == "directory" and info.get("islink"):
            self.refused[name] = folders.link_refused("a link to a folder")
        elif info["type"] not in ("file", "directory"):
            self.refused[name] = folders.not_a_file("a pipe, a socket or a device")
        elif leads_out and not Settings().follow_links:
            self.refused[name] = folders.link_refused("a link to a file outside the source")
        return name in self.refused

    def _behind_links(self, infos: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """A folder's entries, in which a link has the properties of the file or folder that it leads to."""
        for number, info in enumerate(infos):
            if info.get("islink") or info["type"] == "link":
                try:
                    with self.store.translated(self.store.url):
                        behind = self.store.system.info(info["name"])
                except StoreError:
                    raise
                except OSError:  # it leads nowhere, which is an error for whoever reads the file
                    behind = {"type": "file"}
                infos[number] = {**behind, "name": info["name"], "islink": True}
        return infos

    def _files(self, infos: Any) -> dict[str, StoredFile]:
        """The files among entries, with no more of each than is needed: there may be millions."""
        files = {}
        for info in infos:
            path = str(info["name"])
            # What ends with a slash stands for a folder, and is empty.
            if info["type"] == "file" and not path.endswith("/") and self._counts(path):
                name = self._name(path)
                files[name] = stored_file(name, info)
        return files

    def _name(self, path: str) -> str:
        return path[len(self.store.base) :].removeprefix("/")

    def _counts(self, path: str) -> bool:
        return self._with_hidden or not any(part.startswith(".") for part in self._name(path).split("/"))
