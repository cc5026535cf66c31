"""An Office file as a ZIP of parts: names, bytes and XML, within limits and without what only an attack needs.

Sizes are bounded by what the ZIP says before a part is read, and by what comes while it is: neither is believed alone.
Office Open XML has no document type: a part with one is refused, and with it every entity it may declare.

Belongs here: parts and their relationships. What a part means is its format's.
"""

import lzma
import posixpath
import struct
import zipfile
import zlib
from io import BytesIO
from typing import TYPE_CHECKING

from pipeline.sources.fetch import RejectedError

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

#: Parts that an Office file may have; those with hundreds of pictures have some hundreds.
_MOST_PARTS = 5000
#: Bytes and tags of XML for each of the parts of text that the setting allows.
_BYTES_A_PART, _TAGS_A_PART = 100, 10
#: What a ZIP raises that is cut off or not what it says.
DAMAGE = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError),
    *(NotImplementedError, RuntimeError, ValueError, IndexError, struct.error),
)
_ENCRYPTED = 0x1
_DOCTYPES = tuple("<!DOCTYPE".encode(codec) for codec in ("ascii", "utf-16-le", "utf-16-be"))
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
#: The namespaces of the strict variant, and those that all programs but a few write, in which everything is read.
_STRICT = {
    b"http://purl.oclc.org/ooxml/wordprocessingml/main": (
        b"http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    ),
    b"http://purl.oclc.org/ooxml/officeDocument/relationships": _RELATION.encode(),
    b"http://purl.oclc.org/ooxml/officeDocument/math": b"http://schemas.openxmlformats.org/officeDocument/2006/math",
}
_STRICT_BEGIN = "http://purl.oclc.org/ooxml/"
INSTALL = "pip install 'ogi-warehouse[documents]'"


class Package:
    """The parts of an Office file. ``max_parts`` is the setting that bounds its text."""

    def __init__(self, data: bytes, max_parts: int) -> None:
        """Open the ZIP.

        Raises:
            RejectedError: damaged_document or too_large.
        """
        self._limit = max_parts * _BYTES_A_PART
        self._most_tags = max_parts * _TAGS_A_PART
        try:
            self._zip = zipfile.ZipFile(BytesIO(data))
        except DAMAGE as error:
            raise damaged(f"its ZIP cannot be opened: {error}") from error
        entries = self._zip.infolist()
        if len(entries) > _MOST_PARTS:
            raise RejectedError("too_large", f"it has {len(entries)} parts; the limit is {_MOST_PARTS}")
        # Part names are the same in any case.
        self._entries = {entry.filename.lower(): entry for entry in entries}
        self._is_ambiguous = len(self._entries) < len(entries)

    def __contains__(self, name: str) -> bool:
        return name.lower() in self._entries

    @property
    def names(self) -> list[str]:
        """The names of all parts, in small letters."""
        return list(self._entries)

    def part(self, name: str) -> bytes | None:
        """The bytes of a part; None if there is none of that name.

        Raises:
            RejectedError: damaged_document, encrypted or too_large.
        """
        entry = self._entries.get(name.lower())
        if entry is None:
            return None
        if self._is_ambiguous:
            raise damaged("two of its parts have the same name")
        if entry.flag_bits & _ENCRYPTED:
            raise RejectedError("encrypted", "the file is locked with a password")
        if entry.file_size > self._limit:
            raise self._too_large(name)
        try:
            with self._zip.open(entry) as stream:
                data = stream.read(self._limit + 1)
        except DAMAGE as error:
            raise damaged(f"its part {name} cannot be read: {error}") from error
        if len(data) > self._limit:
            raise self._too_large(name)
        return data

    def xml(self, name: str) -> "Element | None":
        """The root element of a part; None if there is none of that name.

        Raises:
            RejectedError: damaged_document, encrypted, too_large, or unsupported_format where lxml is missing.
        """
        data = self.part(name)
        if data is None:
            return None
        if data.count(b"<") > self._most_tags:
            raise self._too_large(name)
        root = _parsed(data, name)
        if any(str(space).startswith(_STRICT_BEGIN) for space in root.nsmap.values()):
            root = _parsed(_as_transitional(root), name)
        return root

    def related(self, source: str) -> dict[str, list[str]]:
        """The parts that a part ("" for the file itself) names: their names by the last word of the relation."""
        folder, name = posixpath.split(source)
        root = self.xml(posixpath.join(folder, "_rels", f"{name}.rels"))
        found: dict[str, list[str]] = {}
        for relation in () if root is None else root:
            target = relation.get("Target")
            if target and relation.get("TargetMode") != "External":
                path = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
                found.setdefault((relation.get("Type") or "").rpartition("/")[2], []).append(path)
        return found

    def _too_large(self, name: str) -> RejectedError:
        return RejectedError(
            "too_large",
            f"its part {name} has more than {self._limit / 1e6:g} MB or {self._most_tags} tags (setting OGI_MAX_PARTS)",
        )


def damaged(what: str) -> RejectedError:
    """That a document is cut off, or not what its first bytes say."""
    return RejectedError("damaged_document", f"the file is damaged: {what}")


def _parsed(data: bytes, name: str) -> "Element":
    try:
        from lxml import etree
    except ImportError as error:
        raise RejectedError("unsupported_format", f"lxml reads Word files; install it with: {INSTALL}") from error
    if any(doctype in data for doctype in _DOCTYPES):
        raise damaged(f"its part {name} declares a document type, which may hold entities")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise damaged(f"its part {name} is no XML: {error}") from error
    # In an encoding in which the search above does not see it.
    if root.getroottree().docinfo.internalDTD is not None:
        raise damaged(f"its part {name} declares a document type, which may hold entities")
    return root


def _as_transitional(root: "Element") -> bytes:
    from lxml import etree

    data: bytes = etree.tostring(root)
    for strict, common in _STRICT.items():
        data = data.replace(strict, common)
    return data
