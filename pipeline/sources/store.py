"""A store at a URL that fsspec knows (``s3://bucket/folder``): single files there and back, and what can go wrong.

Belongs here: reaching a store, its errors, and reading, writing, asking for and removing one file. What lies under a
URL is listed by ``listing``; what the files mean is known elsewhere.
"""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

#: Errors of the libraries of S3 that are about keys, by the name of their class.
_CREDENTIALS = {"NoCredentialsError", "PartialCredentialsError", "TokenRetrievalError"}
_CHECK_SETTINGS = (
    "is the store up, and are its address and keys set (AWS_ENDPOINT_URL, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, "
    "AWS_DEFAULT_REGION for s3://)? Then run it again"
)
#: Object stores: they have no folders, list all files below a name at once, and show a file only when it is whole.
_OBJECTS = {"s3", "s3a", "gs", "gcs", "az", "abfs", "abfss", "adl"}
_S3 = {"s3", "s3a"}
_THIS_MACHINE = {"file", "local"}
#: Bytes in each part of an upload of s3fs, which holds two parts of each file in memory.
_UPLOAD_PART = 8 * 2**20
#: What the system says where there is no room on this machine.
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
#: Errors that are about the one file; all others are about the store.
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
    """A store cannot be used; the message says which, why and what to do. It may be back a minute later."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.errno = errno.EREMOTEIO


@contextmanager
def needed(what: str, not_done: str = "it cannot be read or written") -> Iterator[None]:
    """Make a StoreError of every OSError in the block: without this one file its caller cannot go on.

    Raises:
        StoreError: for each OSError.
    """
    try:
        yield
    except StoreError:
        raise
    except OSError as error:
        raise StoreError(f"{what}: {not_done} ({reason(error)}); {_CHECK_SETTINGS}") from error


def reason(error: OSError) -> str:
    """The reason that an error gives, in short."""
    return error.strerror or str(error) or type(error).__name__


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file as its store lists it: its name from the URL that was listed, its size, and what tells its versions apart.

    ``etag`` is empty, ``written_ns`` (since 1970) and ``inode`` are None where the store does not have them.
    """

    name: str
    size: int | None
    written_ns: int | None
    etag: str
    inode: int | None = None

    @property
    def version(self) -> str:
        """What tells this version of the file from others: its ETag, or time, size and inode; empty if neither."""
        if self.etag:
            return f"etag {self.etag}"
        return "" if self.written_ns is None else f"{self.written_ns} {self.size} {self.inode}"


class Store:
    """The store of a URL, as this process reaches it.

    ``stat`` and ``fetch`` raise FileNotFoundError, PermissionError or another OSError where that is about the one file,
    and StoreError where it is about the store. For those that make a copy (``get``, ``put``, ``remove``) every error is
    about the store, and names count from the URL.
    """

    def __init__(self, url: str | os.PathLike[str], options: Mapping[str, Any] | None = None) -> None:
        self.url = str(url)
        self._options = dict(options or {})
        with self.translated(self.url):
            self._shared = self._opened()
        #: The URL as fsspec has it, without its scheme.
        self.base = self._path(self.url)
        protocol = self._shared.protocol
        protocols = {protocol} if isinstance(protocol, str) else set(protocol)
        self.is_of_objects = bool(protocols & _OBJECTS)
        self.is_of_this_machine = bool(protocols & _THIS_MACHINE)
        self._is_s3 = bool(protocols & _S3)

    def _opened(self) -> Any:
        """A file system of fsspec that lists anew each time it is asked."""
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
    def system(self) -> Any:
        """The file system of fsspec, for one thread: asynchronous ones are shared, of others each call opens one."""
        return self._shared if self._shared.async_impl else self._opened()

    def forget_listings(self) -> None:
        """Let go of what fsspec has listed before."""
        self._shared.invalidate_cache()

    def _path(self, url: str) -> str:
        return str(self._shared._strip_protocol(url))

    def _inside(self, name: str) -> str:
        return f"{self.base.rstrip('/')}/{name}"

    @contextmanager
    def translated(self, what: str) -> Iterator[None]:
        """Translate the errors of a request: those about one file stay, each store's own ones become StoreErrors."""
        try:
            yield
        except (FileNotFoundError, PermissionError, IsADirectoryError, StoreError):
            raise
        except OSError as error:
            if error.errno in _OF_THE_FILE:
                raise
            raise _unreachable(what, error) from error
        except Exception as error:  # each store has its own
            if type(error).__name__ in _CREDENTIALS:
                raise PermissionError(errno.EACCES, str(error), what) from error
            raise _unreachable(what, error) from error

    def stat(self, url: str) -> StoredFile:
        """What the store says of one file now.

        Raises:
            FileNotFoundError: it is not there, or a folder is.
            PermissionError: the store does not let it be asked for.
            StoreError: the store cannot be reached.
        """
        with self.translated(url):
            self.forget_listings()
            info = self.system.info(self._path(url))
        if info["type"] != "file":
            raise FileNotFoundError(errno.ENOENT, "it is a folder", url)
        return stored_file(url, info)

    def fetch(self, url: str, size: int | None) -> bytes:
        """The bytes of a file; of one that is larger than ``size`` one byte more than that, and no further ones.

        Raises:
            FileNotFoundError: it is not there any more.
            PermissionError: it may not be read.
            StoreError: the store cannot be reached.
        """
        if size == 0:
            return b""  # stores refuse a range of nothing
        with self.translated(url):
            path = self._path(url)
            end = None if size is None else size + 1
            return bytes(self.system.cat_file(path, start=0 if end else None, end=end))

    def expect(self) -> None:
        """Make sure that what lies at the URL can still be asked for.

        Raises:
            StoreError: it cannot: the store is away, or keys have expired.
        """
        with needed(self.url, "it can no longer be read"), self.translated(self.url):
            self.forget_listings()
            self.system.info(self.base)

    def get(self, name: str, path: Path) -> bool:
        """Copy a file from the store; whether it is there.

        Raises:
            StoreError: it cannot be read.
            OSError: there is no room for it here.
        """
        # One request a file, streamed; else s3fs holds ten parts of each in memory.
        how = {"max_concurrency": 1} if self._is_s3 else {}
        what = f"{self.url}/{name}"
        with needed(what), self.translated(what):
            try:
                self.system.get_file(self._inside(name), str(path), **how)
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
            StoreError: it cannot be written.
        """
        what, target = f"{self.url}/{name}", self._inside(name)
        with needed(what), self.translated(what):
            system = self.system
            if self.is_of_objects:
                how = {"chunksize": _UPLOAD_PART, "max_concurrency": 2} if self._is_s3 else {}
                system.put_file(str(path), target, **how)
                return self.version_of(path)
            folder, _, last = target.rpartition("/")
            temporary = f"{folder}/.{last}.{uuid4().hex}.part"
            system.makedirs(folder, exist_ok=True)
            try:
                system.put_file(str(path), temporary)
                there = stored_file(name, system.info(temporary))
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
            StoreError: it cannot be removed.
        """
        what = f"{self.url}/{name}"
        with needed(what), self.translated(what), suppress(FileNotFoundError):
            self.system.rm_file(self._inside(name))

    def version_of(self, path: Path) -> str:
        """The version that S3 lists of a file with these bytes, unless it encrypts them; empty for other stores."""
        if not self._is_s3:
            return ""
        size = path.stat().st_size
        with path.open("rb") as file:
            if size < 2 * _UPLOAD_PART:
                etag = hashlib.file_digest(file, _md5).hexdigest()
            else:
                hashes = [_md5(part).digest() for part in iter(lambda: file.read(_UPLOAD_PART), b"")]
                etag = f"{_md5(b''.join(hashes)).hexdigest()}-{len(hashes)}"
        return StoredFile(path.name, size, None, etag).version


def _unreachable(what: str, error: Exception) -> StoreError:
    text = str(error) or type(error).__name__
    return StoreError(f"{what}: the store does not answer as it should ({text}); {_CHECK_SETTINGS}")


def _md5(data: bytes = b"") -> Any:
    return hashlib.md5(data, usedforsecurity=False)


def stored_file(name: str, info: Any) -> StoredFile:
    """A file by what fsspec says of it: each store has its own names for that."""
    etag = info.get("ETag") or info.get("etag") or info.get("md5Hash") or ""
    size = info.get("size")
    return StoredFile(
        name, None if size is None else int(size), _written_ns(info), str(etag).strip('"'), info.get("ino")
    )


def _written_ns(info: Any) -> int | None:
    """When a file was written, in nanoseconds since 1970. Stores have many names and formats for it."""
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
