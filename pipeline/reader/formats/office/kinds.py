"""What kind of Office file bytes are, whatever the file is called: by the parts of a ZIP, or the streams of OLE.

Belongs here: telling kinds apart. How each is read is its format's.
"""

import re
import struct
import zipfile
from collections.abc import Iterator
from functools import lru_cache
from io import BytesIO

from pipeline.reader.formats.office.package import DAMAGE
from pipeline.reader.formats.raw_file import RawFile

DOCX, XLSX, PPTX, ODT, ODS, DOC, XLS, RTF = "docx", "xlsx", "pptx", "odt", "ods", "doc", "xls", "rtf"
#: An OLE file with an Office Open XML file in it, or of another program.
LOCKED, OTHER_OLE = "locked", "other"
#: An OLE file whose directory cannot be read.
BROKEN_OLE = "broken"

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_RTF = re.compile(rb"\s{0,16}\{\\rtf")
#: The main part's type in the list of types, without what macros and templates add to it; and the folder of each kind.
_TYPES = (
    (re.compile(rb"wordprocessingml\.(?:document|template)\.main|ms-word\.\w+\.macroEnabled\w*"), DOCX),
    (re.compile(rb"spreadsheetml\.(?:sheet|template)\.main|ms-excel\.\w+(?:\.binary)?\.macroEnabled"), XLSX),
    (re.compile(rb"presentationml\.\w+\.main|ms-powerpoint\."), PPTX),
)
_FOLDERS = {"word/": DOCX, "xl/": XLSX, "ppt/": PPTX}
_OPEN_DOCUMENTS = {
    b"application/vnd.oasis.opendocument.text": ODT,
    b"application/vnd.oasis.opendocument.spreadsheet": ODS,
}
_CONTENT_TYPES, _MIME = "[Content_Types].xml", "mimetype"
_LONGEST_TYPES = 2_000_000
#: How a ZIP begins whose end is missing: the name of its first entry.
_FIRST_NAME, _LONGEST_NAME = 30, 60
_SUFFIXES = {".docx": DOCX, ".docm": DOCX, ".dotx": DOCX, ".xlsx": XLSX, ".xlsm": XLSX, ".odt": ODT, ".ods": ODS}

#: Streams of OLE files, in this order: a document may have a sheet in it.
_STREAMS = {
    "EncryptedPackage": LOCKED,
    "EncryptionInfo": LOCKED,
    "WordDocument": DOC,
    "Workbook": XLS,
    "Book": XLS,
}
_ENTRY = 128
#: Streams shorter than this are in sectors of their own size.
_SHORTEST, _SHORT_SECTOR = 4096, 64
_NO_SECTOR = 0xFFFFFFFA  # and what is above it
#: A chain is no longer: the directory of an Office file has some sectors, its short streams some hundreds.
_MOST_SECTORS = 16_384
_STREAM, _ROOT = 2, 5


@lru_cache(maxsize=1)
def kind(file: RawFile) -> str | None:
    """The kind of an Office file; None for any other, also for a ZIP of whatever."""
    if file.data.startswith(_ZIP):
        return _of_zip(file)
    if file.data.startswith(_OLE[:4]):
        return _of_ole(file.data)
    return RTF if _RTF.match(file.data) else None


def _of_zip(file: RawFile) -> str | None:
    try:
        with zipfile.ZipFile(BytesIO(file.data)) as archive:
            names = archive.namelist()
            mime = _beginning(archive, _MIME) if _MIME in names else b""
            if found := _OPEN_DOCUMENTS.get(mime.strip()):
                return found
            has_types = _CONTENT_TYPES in names
            # In UTF-16 there is a zero between any two letters.
            types = _beginning(archive, _CONTENT_TYPES).replace(b"\0", b"") if has_types else b""
    except DAMAGE:
        return _of_beginning(file)
    for pattern, found in _TYPES:
        if pattern.search(types):
            return found
    if has_types:
        by_folder = (found for folder, found in _FOLDERS.items() if any(name.startswith(folder) for name in names))
        return next(by_folder, _SUFFIXES.get(file.suffix.lower()))
    return DOCX if "word/document.xml" in names else None


def _beginning(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as stream:
        return stream.read(_LONGEST_TYPES)


def _of_beginning(file: RawFile) -> str | None:
    """The kind of a ZIP that cannot be opened, by its first entry or the file's suffix."""
    name = file.data[_FIRST_NAME : _FIRST_NAME + _LONGEST_NAME].decode("ascii", "replace")
    by_folder = next((found for folder, found in _FOLDERS.items() if name.startswith(folder)), None)
    by_suffix = _SUFFIXES.get(file.suffix.lower())
    if by_folder or by_suffix:
        return by_folder or by_suffix
    return DOCX if name.startswith((_CONTENT_TYPES, "_rels/.rels", "docProps/")) else None


# OLE --------------------------------------------------------------------------------------------------------


def _of_ole(data: bytes) -> str:
    try:
        names = set(ole_streams(data))
    except (struct.error, IndexError, ValueError):
        return BROKEN_OLE
    return next((found for name, found in _STREAMS.items() if name in names), OTHER_OLE if names else BROKEN_OLE)


def ole_streams(data: bytes) -> dict[str, int]:
    """Where each stream of an OLE file begins, by its name.

    Raises:
        ValueError, struct.error, IndexError: its directory cannot be read.
    """
    (shift,) = struct.unpack_from("<H", data, 30)
    if shift not in (9, 12):
        raise ValueError("no size of sectors")
    size = 1 << shift
    (first,) = struct.unpack_from("<I", data, 48)
    found: dict[str, tuple[int, int]] = {}
    short: list[int] = []
    for begin in _chain(data, first, size):
        for at in range(begin, begin + size, _ENTRY):
            length, kind = struct.unpack_from("<HB", data, at + 64)
            sector, size_of = struct.unpack_from("<II", data, at + 116)
            if kind == _ROOT and not short:
                short = list(_chain(data, sector, size))
            elif kind == _STREAM and 2 <= length <= 64:
                found.setdefault(data[at : at + length - 2].decode("utf-16-le", "replace"), (sector, size_of))
    return {name: _begin(*place, size, short) for name, place in found.items() if place[1]}


def _begin(sector: int, length: int, size: int, short: list[int]) -> int:
    """Where a stream begins: a short one stands among others in the sectors of the first entry."""
    if length >= _SHORTEST:
        return (sector + 1) * size
    which, at = divmod(sector * _SHORT_SECTOR, size)
    return short[which] + at


def _chain(data: bytes, first: int, size: int) -> Iterator[int]:
    """Where the sectors of a chain begin: a table says of each which follows."""
    tables = _tables(data, size)
    a_table = size // 4
    sector, seen = first, 0
    while sector < _NO_SECTOR:
        seen += 1
        if seen > _MOST_SECTORS:
            raise ValueError("its directory goes round in circles")
        yield (sector + 1) * size
        table, at = divmod(sector, a_table)
        (sector,) = struct.unpack_from("<I", data, (tables[table] + 1) * size + at * 4)


def _tables(data: bytes, size: int) -> list[int]:
    """The sectors that the table of sectors is in: the header names 109 of them, a chain of sectors the others."""
    found = list(struct.unpack_from("<109I", data, 76))
    (sector,) = struct.unpack_from("<I", data, 68)
    for _ in range(_MOST_SECTORS):
        if sector >= _NO_SECTOR:
            break
        *more, sector = struct.unpack_from(f"<{size // 4}I", data, (sector + 1) * size)
        found += more
    return found
