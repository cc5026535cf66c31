"""The bytes of a source's files, from a folder or a store.

Belongs here: reading bytes within the limits, several files ahead where a store is slow to answer, and the reason why a
file cannot be read.
"""

import hashlib
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import TypeVar

from pipeline.settings import Settings
from pipeline.sources import folders, regular
from pipeline.sources.files import ListedFile, RefusedFile, SourceFile
from pipeline.sources.folders import Refusal
from pipeline.sources.store import Store, StoreError, reason

Task = TypeVar("Task")
Result = TypeVar("Result")

#: Files that one process fetches at a time.
FETCHED_AT_ONCE = 32
#: Bytes that one process may have fetched, or be fetching, ahead of the file that is wanted.
FETCHED_AHEAD = 64_000_000


class RejectedError(Exception):
    """The file is no report that can be read. ``reason`` is a code of ``rejected_report``."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason
        self.message = message


def read_all(files: Sequence[SourceFile], settings: Settings) -> Iterator[Callable[[], bytes]]:
    """A function for each file, in order, that gives its bytes or raises as ``read_bytes`` does.

    Many files at URLs are fetched at a time, before their functions are called.
    """
    if not any(isinstance(file, ListedFile) for file in files):
        for file in files:
            yield partial(read_bytes, file, settings)
        return
    stores = {at: Store(at) for at in {_store(file) for file in files if isinstance(file, ListedFile)}}
    most = int(settings.max_file_mb * 1_000_000)
    # A file without a listed size may be as large as the limit; one above the limit is not fetched.
    sizes = [
        (most if file.size is None else file.size if file.size <= most else 0) if isinstance(file, ListedFile) else 0
        for file in files
    ]

    def read(file: SourceFile) -> bytes:
        return _fetch(stores[_store(file)], file, settings) if isinstance(file, ListedFile) else b""

    for file, fetched in zip(files, prefetched(read, files, sizes), strict=True):
        yield fetched if isinstance(file, ListedFile) else partial(read_bytes, file, settings)


def _store(file: SourceFile) -> str:
    """The beginning of a file's URL that all files of its store have in common."""
    return "/".join(file.address.split("/")[:3])


def read_bytes(file: SourceFile, settings: Settings) -> bytes:
    """The file's bytes.

    Raises:
        RejectedError: too_large or unreadable_file, or why the file was refused.
        StoreError: the store of a URL cannot be reached.
    """
    if isinstance(file, RefusedFile):
        raise RejectedError(file.reason, file.message)
    if isinstance(file, ListedFile):
        return _fetch(Store(_store(file)), file, settings)
    try:
        _check_size(regular.size(file.address), settings)
        return regular.read(file.address)
    except regular.NotRegularError as error:  # since it was found
        raise RejectedError(*folders.not_a_file(error.kind)) from error
    except OSError as error:
        raise RejectedError("unreadable_file", f"the file cannot be read: {error.strerror}") from error


def _check_size(size: int, settings: Settings) -> None:
    if size > settings.max_file_mb * 1_000_000:
        raise RejectedError(*too_large(size, settings))


def too_large(size: int, settings: Settings) -> Refusal:
    """The refusal of a file of too many bytes."""
    limit = f"the limit is {settings.max_file_mb:g} MB (setting OGI_MAX_FILE_MB)"
    return Refusal("too_large", f"{size / 1e6:.1f} MB; {limit}")


def _fetch(store: Store, file: ListedFile, settings: Settings) -> bytes:
    """The bytes of a file at a URL, if they are as many as its store says."""
    try:
        for size in _sizes(store, file):
            _check_size(size, settings)
            data = store.fetch(file.address, size)
            if len(data) == size:
                return data
    except StoreError:
        raise
    except OSError as error:
        raise RejectedError("unreadable_file", f"the file cannot be read: {reason(error)}") from error
    came = f"{len(data)} came" if len(data) <= size else "more came"
    raise RejectedError(
        "unreadable_file", f"the file cannot be read: its store says {size} bytes, and {came}; the next run asks again"
    )


def _sizes(store: Store, file: ListedFile) -> Iterator[int]:
    """The size of a file at a URL as its store listed it, then as it says now."""
    if file.size is not None:
        yield file.size
    size = store.stat(file.address).size
    if size is None:
        raise RejectedError("unreadable_file", "the file cannot be read: its store does not say how large it is")
    yield size


def prefetched(
    work: Callable[[Task], Result], tasks: Sequence[Task], sizes: Sequence[int]
) -> Iterator[Callable[[], Result]]:
    """Work that waits for a store, done by many threads: a function for each task that gives its result or raises.

    ``sizes`` are the bytes that the results hold: only so many are made ahead of the one that is wanted.
    """
    waiting: deque[tuple[Future[Result], int]] = deque()
    held, begun = 0, 0
    pool = ThreadPoolExecutor(FETCHED_AT_ONCE)
    try:
        while waiting or begun < len(tasks):
            while begun < len(tasks) and (
                not waiting or (len(waiting) < FETCHED_AT_ONCE and held + sizes[begun] <= FETCHED_AHEAD)
            ):
                waiting.append((pool.submit(work, tasks[begun]), sizes[begun]))
                held += sizes[begun]
                begun += 1
            future, size = waiting.popleft()
            yield future.result
            held -= size
    finally:
        pool.shutdown(cancel_futures=True)


def sha256(data: bytes) -> str:
    """The hash that a version of a file is known by."""
    return hashlib.sha256(data).hexdigest()
