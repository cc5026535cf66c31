"""ZIP files as programs pack them, and as no program should."""

import io
import struct
import zipfile
from collections.abc import Callable, Mapping
from zipfile import ZipInfo

#: In a member's entry of the directory: the offsets of its flags, checksum, size packed and size, and the two fields
#: that say where it lies and what it is on Unix.
FLAGS, CHECKSUM, PACKED, SIZE, MODE, OFFSET = 8, 16, 20, 24, 38, 42


def packed(members: Mapping[str, str | bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A ZIP file as the standard library packs it."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file.getvalue()


def with_entry(change: Callable[[ZipInfo], None], content: str | bytes = "x") -> bytes:
    """A ZIP file with one member whose entry was changed before it was written."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        info = ZipInfo("a.txt")
        change(info)
        archive.writestr(info, content)
    return file.getvalue()


def entries(data: bytes) -> list[int]:
    """Where the entries of the directory begin."""
    found, at = [], data.find(b"PK\x01\x02")
    while at >= 0:
        found.append(at)
        at = data.find(b"PK\x01\x02", at + 1)
    return found


def patched(data: bytes, entry: int, field: int, value: int, width: str = "<I") -> bytes:
    """A ZIP file with one number in an entry of its directory changed."""
    changed = bytearray(data)
    struct.pack_into(width, changed, entries(data)[entry] + field, value)
    return bytes(changed)


def renamed(data: bytes, old: bytes, new: bytes) -> bytes:
    """A ZIP file with a name of the same length instead of another one, as bytes."""
    assert len(old) == len(new)
    assert data.count(old) == 2
    return data.replace(old, new)
