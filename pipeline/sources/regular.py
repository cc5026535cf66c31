"""Regular files of this machine, and what is none: pipes, sockets and devices, which may never end or answer.

Belongs here: telling the kind of a file, and reading one without ever waiting for a writer. How large a file may be,
and what becomes of one that is refused, is decided by ``fetch`` and ``sidecars``.
"""

import errno
import os
import stat

FOLDER = "a folder"
_KINDS = {
    stat.S_IFIFO: "a named pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
    stat.S_IFDIR: FOLDER,
}


class NotRegularError(OSError):
    """What lies there is no regular file, and was not opened; ``kind`` says what it is."""

    def __init__(self, kind: str, path: str) -> None:
        super().__init__(errno.EINVAL, f"it is {kind}, no regular file", path)
        self.kind = kind


def kind(mode: int) -> str:
    """What kind of file a mode is of, in words; empty for a regular file."""
    return "" if stat.S_ISREG(mode) else _KINDS.get(stat.S_IFMT(mode), "something else than a file")


def size(path: str) -> int:
    """The size of a regular file.

    Raises:
        NotRegularError: it is none.
        OSError: it cannot be looked at.
    """
    status = os.stat(path)  # noqa: PTH116 (strings: see files.SourceFile)
    if what := kind(status.st_mode):
        raise NotRegularError(what, path)
    return status.st_size


def read(path: str) -> bytes:
    """The bytes of a regular file. What is none by now, since its size was asked for, is not waited for.

    Raises:
        NotRegularError: it is none.
        OSError: it cannot be read.
    """
    size(path)
    opened = os.open(path, os.O_RDONLY | os.O_CLOEXEC | getattr(os, "O_NONBLOCK", 0))
    with os.fdopen(opened, "rb", buffering=0) as file:
        if what := kind(os.fstat(opened).st_mode):
            raise NotRegularError(what, path)
        data = file.read()
    if data is None:
        raise BlockingIOError(errno.EAGAIN, "its bytes are not there yet", path)
    return data
