"""OLE files written by hand: a header, a table of sectors, a directory, and streams in whole sectors.

A stream that is shorter than 4096 bytes is filled up, since it would stand elsewhere.
"""

import struct
from collections.abc import Mapping

_SECTOR = 512
_FREE, _END, _TABLE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
_STREAM, _ROOT = 2, 5


def ole(streams: Mapping[str, bytes]) -> bytes:
    """A file with these streams, in version 3 of the format."""
    directory_sectors = -(-(len(streams) + 1) * 128 // _SECTOR)
    table = [_TABLE, *range(2, directory_sectors + 1), _END]
    entries, contents = [_entry("Root Entry", _ROOT, _END, 0)], b""
    for name, short in streams.items():
        content = short.ljust(4096, b"\0")
        first, count = len(table), max(1, -(-len(content) // _SECTOR))
        table += [*range(first + 1, first + count), _END]
        entries.append(_entry(name, _STREAM, first, len(content)))
        contents += content.ljust(count * _SECTOR, b"\0")
    directory = b"".join(entries).ljust(directory_sectors * _SECTOR, b"\0")
    table += [_FREE] * (_SECTOR // 4 - len(table))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    header += struct.pack("<HHHHH6xIIIIIIIIII", 62, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, 4096, _END, 0, _END, 0, 0)
    header += b"\xff" * (_SECTOR - len(header))
    return header + struct.pack(f"<{len(table)}I", *table) + directory + contents


def _entry(name: str, kind: int, first: int, size: int) -> bytes:
    encoded = name.encode("utf-16-le") + b"\0\0"
    return (
        encoded.ljust(64, b"\0")
        + struct.pack("<HBBIII", len(encoded), kind, 1, _FREE, _FREE, _FREE)
        + bytes(36)
        + struct.pack("<IQ", first, size)
    )
