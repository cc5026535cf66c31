"""A ZIP file in memory: what its directory lists, and the content of a member, whatever was done to it.

The standard library reads the directory. The content is unpacked here, since it has to be bounded by the size that the
directory gives and has to be exactly that: the library stops silently where a member is longer than it says.

Belongs here: one file of that format, and that it is whole. Which members are reports, and how many are too many, is
``archives``'s.
"""

import io
import struct
import zipfile
import zlib
from collections.abc import Iterable
from zipfile import ZipInfo

#: How a ZIP file begins: with a member, or with the end of an empty directory.
_BEGINS = (b"PK\x03\x04", b"PK\x05\x06")
#: The record at the end of a directory, and its size without the comment behind it, which has 65,535 bytes at most.
_END, _END_SIZE, _LONGEST_COMMENT = b"PK\x05\x06", 22, 0xFFFF
#: The record before it that points to the one of a large file, which stands right before that.
_LOCATOR, _LOCATOR_SIZE, _LARGE_END_SIZE = b"PK\x06\x07", 20, 56
_MEMBER, _MEMBER_SIZE = b"PK\x03\x04", 30
_UTF8, _LOCKED = 0x800, 0x1 | 0x40
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
#: What the standard library raises for a damaged directory.
_ERRORS = (zipfile.BadZipFile, struct.error, NotImplementedError, ValueError, OverflowError, EOFError, OSError)
#: Members of files that are ZIP files and documents: of Office's, OpenDocument's, OFD's and electronic books.
_OF_DOCUMENTS = frozenset({"[content_types].xml", "mimetype", "ofd.xml", "_rels/.rels"})


class DamagedError(Exception):
    """The file, or a member, is not as the format demands; the message says what is wrong."""


def is_zip(data: bytes) -> bool:
    """Whether bytes begin like a ZIP file."""
    return data.startswith(_BEGINS)


def directory_size(data: bytes) -> int:
    """The bytes of the directory, which say how much there is to be read at most, before any of it is.

    Raises:
        DamagedError: there is no directory.
    """
    at = data.rfind(_END, max(0, len(data) - _END_SIZE - _LONGEST_COMMENT))
    if at < 0 or len(data) - at < _END_SIZE:
        raise DamagedError("it is cut off: its directory, which stands at the end, is not there")
    (size,) = struct.unpack_from("<I", data, at + 12)
    if data[max(0, at - _LOCATOR_SIZE) : at].startswith(_LOCATOR) and at >= _LOCATOR_SIZE + _LARGE_END_SIZE:
        (size,) = struct.unpack_from("<Q", data, at - _LOCATOR_SIZE - _LARGE_END_SIZE + 40)
    return int(size)


def directory(data: bytes) -> list[ZipInfo]:
    """The members that the directory lists, in its order.

    Raises:
        DamagedError: it cannot be read, or members overlap, as those of bombs do.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as opened:
            members = opened.infolist()
    except UnicodeDecodeError as error:
        raise DamagedError(f"a name in its directory is not the UTF-8 that it says it is: {error.object!r}") from error
    except _ERRORS as error:
        raise DamagedError(f"its directory cannot be read: {error}") from error
    end = 0
    for member in sorted(members, key=lambda each: each.header_offset):
        if member.header_offset < end:
            raise DamagedError(f"its members overlap, {member.filename!r} and the one before it")
        end = member.header_offset + _MEMBER_SIZE + member.compress_size
    return members


def is_document(members: Iterable[ZipInfo]) -> bool:
    """Whether a ZIP file with these members is a document rather than an archive of files."""
    return any(member.filename.lower() in _OF_DOCUMENTS for member in members)


def name(member: ZipInfo) -> bytes:
    """The name of a member as it stands in the directory; in UTF-8 where the directory says so."""
    return member.orig_filename.encode("utf-8" if member.flag_bits & _UTF8 else "cp437")


def is_locked(member: ZipInfo) -> bool:
    """Whether a member is encrypted."""
    return bool(member.flag_bits & _LOCKED)


def is_packed_otherwise(member: ZipInfo) -> bool:
    """Whether a member is packed in a way that is not read here."""
    return member.compress_type not in _METHODS


def content(data: bytes, member: ZipInfo) -> bytes:
    """The content of a member, unpacked; its size bounds the memory that this takes.

    Raises:
        DamagedError: the content is not what the directory says of it.
    """
    packed = _packed(data, member)
    if member.compress_type == zipfile.ZIP_STORED:
        found, is_whole = bytes(packed), True
    else:
        unpacking = zlib.decompressobj(-zlib.MAX_WBITS)
        try:
            found = unpacking.decompress(packed, member.file_size + 1)
        except zlib.error as error:
            raise DamagedError(f"it cannot be unpacked: {error}") from error
        is_whole = unpacking.eof and not unpacking.unused_data
    if not is_whole or len(found) != member.file_size:
        raise DamagedError(f"it is not of the {member.file_size} bytes that the archive's directory says")
    if zlib.crc32(found) != member.CRC:
        raise DamagedError("its checksum is not the one in the archive's directory")
    return found


def beginning(data: bytes, member: ZipInfo, size: int) -> bytes:
    """The first bytes of a member's content; none where they cannot be unpacked.

    Raises:
        DamagedError: there is no content.
    """
    packed = _packed(data, member)
    if member.compress_type == zipfile.ZIP_STORED:
        return bytes(packed[:size])
    try:
        return zlib.decompressobj(-zlib.MAX_WBITS).decompress(packed, size)
    except zlib.error:
        return b""


def _packed(data: bytes, member: ZipInfo) -> memoryview:
    at = member.header_offset
    if data[at : at + 4] != _MEMBER or len(data) < at + _MEMBER_SIZE:
        raise DamagedError("it does not lie where the archive's directory says")
    start = at + _MEMBER_SIZE + sum(struct.unpack_from("<HH", data, at + 26))
    packed = memoryview(data)[start : start + member.compress_size]
    if len(packed) < member.compress_size:
        raise DamagedError("it is cut off")
    return packed
