"""Places where reports and staging lie: a folder of this machine, or a URL that fsspec knows (``s3://bucket/folder``).

Belongs here: what a URL is, what a store has under one, its files' bytes there and back, and what can go wrong with it.
What the files mean is said elsewhere.
"""

from __future__ import annotations

import errno
import hashlib
import os
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar
from uuid import uuid4

Each = TypeVar("Each")
Result = TypeVar("Result")

#: Folders that are listed, and files that are fetched, at a time by one process.
_LISTED, _FETCHED = 8, 32
#: Bytes that one process may have fetched, or be fetching, ahead of the file that is wanted.
_AHEAD = 64_000_000
_CREDENTIALS = {"NoCredentialsError", "PartialCredentialsError", "TokenRetrievalError"}
_SET = (
    "is the store up, and are its address and keys set (AWS_ENDPOINT_URL, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, "
    "AWS_DEFAULT_REGION for s3://)? Then run it again"
)
#: Stores that have no folders: their files are listed at once, and shown only when they are whole.
_OBJECTS = {"s3", "s3a", "gs", "gcs", "az", "abfs", "abfss", "adl"}
_S3 = {"s3", "s3a"}
#: Bytes of which s3fs makes a part of an upload; it holds two parts of each file in memory.
_PART = 8 * 2**20
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
#: What a system says of one file. Whatever else it says is about the store.
_OF_THE_FILE = {
    errno.EPROTONOSUPPORT,
    errno.EINVAL,
    errno.EPERM,
    errno.ENAMETOOLONG,
    errno.ENOTDIR,
    errno.ELOOP,
    errno.EMSGSIZE,
    errno.ENOSYS,
}


class StoreError(OSError):
    """A store cannot be used; the message says which, why and what to do. It may be there again a minute later."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.errno = errno.EREMOTEIO


@dataclass(frozen=True, slots=True)
class Listed:
    """A file as its store lists it: its name from the URL that was listed, its size, and what tells its versions apart.

    ``etag`` is empty, ``written_ns`` (since 1970) and ``inode`` are None where the store does not say it.
    """

    name: str
    size: int | None
    written_ns: int | None
    etag: str
    inode: int | None = None

    @property
    def version(self) -> str:
        """What tells this version of the file from others: the store's stamp, or time, size and inode; or nothing."""
        if self.etag:
            return f"etag {self.etag}"
        return "" if self.written_ns is None else f"{self.written_ns} {self.size} {self.inode}"


@dataclass(frozen=True, slots=True)
class Listing:
    """What lies at a URL: files, ordered by name; or a single one, with an empty name."""

    url: str
    files: tuple[Listed, ...]

    @property
    def is_file(self) -> bool:
        """Whether the URL is that of a file."""
        return [file.name for file in self.files] == [""]

    def address(self, name: str) -> str:
        """The URL of a file by its name."""
        return (self.url if self.url.endswith("/") else self.url + "/") + name if name else self.url


#: What was listed in the look that is being taken.
_LOOK: ContextVar[dict[str, Listing] | None] = ContextVar("_LOOK", default=None)


@contextmanager
def one_look() -> Iterator[None]:
    """What is listed in here is listed once: all that is asked of a URL is of one moment."""
    if _LOOK.get() is not None:
        yield
        return
    token = _LOOK.set({})
    try:
        yield
    finally:
        _LOOK.reset(token)


def listing(url: str | os.PathLike[str]) -> Listing:
    """What lies at a URL now. Files and folders whose names begin with a dot are not seen.

    Raises:
        FileNotFoundError: nothing does; a folder of an object store is there only as long as something is in it.
        PermissionError: it may not be listed.
        StoreError: the store cannot be reached.
    """
    look, url = _LOOK.get(), str(url)
    if look is not None and url in look:
        return look[url]
    found = Listing(url, tuple(Store(url).listed()))
    if look is not None:
        look[url] = found
    return found


@contextmanager
def needed(what: str, not_done: str = "it cannot be read or written") -> Iterator[None]:
    """What has to be done in here: that one file cannot be had is a StoreError as well."""
    try:
        yield
    except StoreError:
        raise
    except OSError as error:
        raise StoreError(f"{what}: {not_done} ({said(error)}); {_SET}") from error


class Store:
    """The store of a URL, as this process reaches it.

    What looks and fetches raises FileNotFoundError, PermissionError or another OSError where that is about the one
    file, and StoreError where it is about the store. To what makes a copy (``everything``, ``get``, ``put``,
    ``remove``) all is about the store, and names count from the URL.
    """

    def __init__(self, url: str | os.PathLike[str], options: Mapping[str, Any] | None = None) -> None:
        self.url = str(url)
        self._options = dict(options or {})
        with self._asked(self.url):
            self._shared = self._opened()
        self._base = self._path(self.url)
        protocol = self._shared.protocol
        protocols = {protocol} if isinstance(protocol, str) else set(protocol)
        self.is_of_objects = bool(protocols & _OBJECTS)
        self._is_s3 = bool(protocols & _S3)

    def _opened(self) -> Any:
        """The file system of fsspec. Listings are never of a moment before."""
        from fsspec.asyn import AsyncFileSystem
        from fsspec.core import get_filesystem_class, split_protocol, url_to_fs

        scheme = split_protocol(self.url)[0]
        try:
            kind = get_filesystem_class(scheme)
        except (ImportError, ValueError) as error:
            how = "pip install 'ogi-warehouse[s3]'" if scheme == "s3" else "fsspec's list of stores says what it needs"
            raise OSError(errno.EPROTONOSUPPORT, f"{scheme}:// is not known here ({error}): {how}", self.url) from error
        # Others may not know the option, and hand it to their server's library.
        fresh = {"use_listings_cache": False} if issubclass(kind, AsyncFileSystem) else {}
        system = url_to_fs(self.url, **{**self._options, **fresh})[0]
        system.invalidate_cache()
        return system

    @property
    def _system(self) -> Any:
        """Those that work on many requests at once can be shared by threads; of others each has its own."""
        return self._shared if self._shared.async_impl else self._opened()

    def _path(self, url: str) -> str:
        return str(self._shared._strip_protocol(url))

    def _inside(self, name: str) -> str:
        return f"{self._base.rstrip('/')}/{name}"

    @contextmanager
    def _asked(self, what: str) -> Iterator[None]:
        try:
            yield
        except (FileNotFoundError, PermissionError, IsADirectoryError, StoreError):
            raise
        except OSError as error:
            if error.errno in _OF_THE_FILE:
                raise
            raise self._away(what, error) from error
        except Exception as error:  # each store has its own
            if type(error).__name__ in _CREDENTIALS:
                raise PermissionError(errno.EACCES, str(error), what) from error
            raise self._away(what, error) from error

    def _away(self, what: str, error: Exception) -> StoreError:
        said = str(error) or type(error).__name__
        return StoreError(f"{what}: the store does not answer as it should ({said}); {_SET}")

    def listed(self) -> list[Listed]:
        """The files at the URL, ordered by name; a single one without name where the URL is that of a file.

        Raises:
            FileNotFoundError: there are none, nor a folder.
            PermissionError: they may not be listed.
            StoreError: the store cannot be reached.
        """
        found: dict[str, Listed] = {}
        folders, whole = [self._base], list[str]()
        self._shared.invalidate_cache()
        with ThreadPoolExecutor(_LISTED) as pool:
            # Level by level, until there are enough folders to list them, with all that is in each, at once.
            while folders and len(folders) < _LISTED:
                level, folders = folders, []
                for folder, (files, inside) in zip(level, pool.map(self._folder, level), strict=True):
                    found |= files
                    # A folder without a name: only a listing of all that is above it reaches what is in there.
                    if self.is_of_objects and any(name.endswith("/") for name in inside):
                        whole.append(folder)
                    else:
                        folders += inside
            for files in pool.map(self._all_in, [*folders, *whole]):
                found |= files
        if not found:
            # A page that links to nothing is no folder: http knows no difference, and what is there is not left out.
            with self._asked(self.url):
                info = self._system.info(self._base)
            if info["type"] == "file":
                return [_listed("", info)]
        return [found[name] for name in sorted(found)]

    def everything(self) -> list[Listed]:
        """All files at the URL, hidden ones and those behind links to folders too; none where there is nothing yet.

        Raises:
            StoreError: they cannot all be listed.
        """
        with needed(self.url):
            self._shared.invalidate_cache()
            try:
                return list(self._all_in(self._base, everything=True).values())
            except FileNotFoundError as error:
                if not self.is_of_objects:
                    return []
                # A folder is there only by its files, but this is no folder.
                raise StoreError(
                    f"{self.url}: there is no such bucket ({error}); make it, or correct the URL"
                ) from error

    def _all_in(self, path: str, everything: bool = False) -> dict[str, Listed]:
        """The files in a folder and in all below it."""
        if self.is_of_objects:
            with self._asked(self.url):
                return self._seen(self._system.find(path, detail=True).values(), everything)
        # Not `find`, which takes a folder that may not be read for an empty one.
        files: dict[str, Listed] = {}
        folders = [path]
        while folders:
            some, inside = self._folder(folders.pop(), everything)
            files |= some
            folders += inside
        return files

    def _folder(self, path: str, everything: bool = False) -> tuple[dict[str, Listed], list[str]]:
        """The files in a folder, and the folders."""
        try:
            with self._asked(self.url):
                infos = self._behind_links(self._system.ls(path, detail=True))
        except FileNotFoundError as error:
            if path == self._base:
                raise
            # Some stores say so too of what may not be read.
            raise StoreError(
                f"{self.url}: the folder {self._name(path)} is listed, but not found ({said(error)}): was it removed "
                "in this moment, or may it not be read? Run it again"
            ) from error
        except PermissionError as error:
            text = said(error) if path == self._base else f"the folder {self._name(path)}: {said(error)}"
            raise PermissionError(errno.EACCES, text, self.url) from error
        # As in a folder of this machine, links to files count, and links to folders do not.
        names = [
            str(info["name"])
            for info in infos
            if info["type"] == "directory" and (everything or not info.get("islink"))
        ]
        inside = [name for name in names if name != path and (everything or not self._hidden(name.rstrip("/")))]
        return self._seen(infos, everything), inside

    def _behind_links(self, infos: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """What a listing says, and of links what is said of the file or folder that each leads to."""
        for number, info in enumerate(infos):
            if info.get("islink") or info["type"] == "link":
                try:
                    with self._asked(self.url):
                        behind = self._system.info(info["name"])
                except StoreError:
                    raise
                except OSError:  # it leads nowhere, which whoever reads the file will be told
                    behind = {"type": "file"}
                infos[number] = {**behind, "name": info["name"], "islink": True}
        return infos

    def _seen(self, infos: Any, everything: bool) -> dict[str, Listed]:
        """Of what a store says of its files what is needed: there may be millions."""
        files = {}
        for info in infos:
            path = str(info["name"])
            # What ends with a slash stands for a folder, and is empty.
            if info["type"] == "file" and not path.endswith("/") and (everything or not self._hidden(path)):
                name = self._name(path)
                files[name] = _listed(name, info)
        return files

    def _name(self, path: str) -> str:
        return path[len(self._base) :].removeprefix("/")

    def _hidden(self, path: str) -> bool:
        return any(part.startswith(".") for part in self._name(path).split("/"))

    def look(self, url: str) -> Listed:
        """What the store says of one file now.

        Raises:
            FileNotFoundError: it is not there, or a folder is.
            PermissionError: it may not be looked at.
            StoreError: the store cannot be reached.
        """
        with self._asked(url):
            self._shared.invalidate_cache()
            info = self._system.info(self._path(url))
        if info["type"] != "file":
            raise FileNotFoundError(errno.ENOENT, "it is a folder", url)
        return _listed(url, info)

    def fetch(self, url: str, size: int | None) -> bytes:
        """The bytes of a file; of one that is larger than ``size`` one more than that, and no further ones.

        Raises:
            FileNotFoundError: it is not there any more.
            PermissionError: it may not be read.
            StoreError: the store cannot be reached.
        """
        if size == 0:
            return b""  # stores refuse a range of nothing
        with self._asked(url):
            path = self._path(url)
            end = None if size is None else size + 1
            return bytes(self._system.cat_file(path, start=0 if end else None, end=end))

    def expect(self) -> None:
        """Make sure that what lies at the URL can still be asked for.

        Raises:
            StoreError: it cannot, be it that the store is away, or that keys have run out.
        """
        with needed(self.url, "it can no longer be read"), self._asked(self.url):
            self._shared.invalidate_cache()
            self._system.info(self._base)

    def get(self, name: str, path: Path) -> bool:
        """Copy a file from the store; whether it is there.

        Raises:
            StoreError: it cannot be had.
            OSError: there is no room for it here.
        """
        # One request a file, streamed; else s3fs holds ten parts of each in memory.
        how = {"max_concurrency": 1} if self._is_s3 else {}
        what = f"{self.url}/{name}"
        with needed(what), self._asked(what):
            try:
                self._system.get_file(self._inside(name), str(path), **how)
                return True
            except FileNotFoundError:
                return False
            except OSError as error:
                if error.errno not in _FULL:
                    raise
                full = error
        raise OSError(full.errno, f"{os.strerror(full.errno or 0)}; make room, or set OGI_SCRATCH", str(path.parent))

    def put(self, path: Path, name: str) -> str:
        """Copy a file to the store, which has it whole or not at all; the version that should be listed of it.

        Raises:
            StoreError: it cannot be done.
        """
        what, target = f"{self.url}/{name}", self._inside(name)
        with needed(what), self._asked(what):
            system = self._system
            if self.is_of_objects:
                how = {"chunksize": _PART, "max_concurrency": 2} if self._is_s3 else {}
                system.put_file(str(path), target, **how)
                return self.version_of(path)
            folder, _, last = target.rpartition("/")
            temporary = f"{folder}/.{last}.{uuid4().hex}.part"
            system.makedirs(folder, exist_ok=True)
            try:
                system.put_file(str(path), temporary)
                there = _listed(name, system.info(temporary))
                if there.size != path.stat().st_size:
                    raise StoreError(f"{what}: {there.size} bytes of {path.stat().st_size} came there; run it again")
                system.mv(temporary, target)
            except Exception:
                with suppress(Exception):
                    system.rm_file(temporary)
                raise
            return there.version

    def remove(self, name: str) -> None:
        """Remove a file, if it is there.

        Raises:
            StoreError: it cannot be done.
        """
        what = f"{self.url}/{name}"
        with needed(what), self._asked(what), suppress(FileNotFoundError):
            self._system.rm_file(self._inside(name))

    def version_of(self, path: Path) -> str:
        """The version that S3 lists of a file with these bytes; elsewhere, and if it encrypts them, it has another."""
        if not self._is_s3:
            return ""
        size = path.stat().st_size
        with path.open("rb") as file:
            if size < 2 * _PART:
                etag = hashlib.file_digest(file, _md5).hexdigest()
            else:
                hashes = [_md5(part).digest() for part in iter(lambda: file.read(_PART), b"")]
                etag = f"{_md5(b''.join(hashes)).hexdigest()}-{len(hashes)}"
        return Listed(path.name, size, None, etag).version


def _md5(data: bytes = b"") -> Any:
    return hashlib.md5(data, usedforsecurity=False)


def _listed(name: str, info: Any) -> Listed:
    etag = info.get("ETag") or info.get("etag") or info.get("md5Hash") or ""
    size = info.get("size")
    return Listed(name, None if size is None else int(size), _written_ns(info), str(etag).strip('"'), info.get("ino"))


def _written_ns(info: Any) -> int | None:
    """When a file was written, in nanoseconds since 1970. Stores have many names for it, and ways to write it."""
    for name in ("LastModified", "mtime", "last_modified", "updated", "modified"):
        when = info.get(name)
        if isinstance(when, str):
            try:
                when = datetime.fromisoformat(when)
            except ValueError:
                continue
        if isinstance(when, datetime):
            when = (when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp()
        if isinstance(when, int | float):
            return int(when * 1e9)
    return None


def said(error: OSError) -> str:
    """What an error says, in short."""
    return error.strerror or str(error) or type(error).__name__


def ahead(
    work: Callable[[Each], Result], tasks: Sequence[Each], sizes: Sequence[int]
) -> Iterator[Callable[[], Result]]:
    """Work that waits for a store, many at a time: what gives, or raises, the result of each, in order.

    ``sizes`` are the bytes that the results hold: no more than some are made ahead of the one that is wanted.
    """
    waiting: deque[tuple[Future[Result], int]] = deque()
    held, begun = 0, 0
    pool = ThreadPoolExecutor(_FETCHED)
    try:
        while waiting or begun < len(tasks):
            while begun < len(tasks) and (not waiting or (len(waiting) < _FETCHED and held + sizes[begun] <= _AHEAD)):
                waiting.append((pool.submit(work, tasks[begun]), sizes[begun]))
                held += sizes[begun]
                begun += 1
            future, size = waiting.popleft()
            yield future.result
            held -= size
    finally:
        pool.shutdown(cancel_futures=True)
