"""The files in an OFD: a ZIP archive of XML (GB/T 33190), opened so that nothing in it can do harm.

Belongs here: names, sizes and XML. What the XML means is ``ofd``'s and ``ofd_content``'s.
"""

import posixpath
import zipfile
import zlib
from io import BytesIO
from typing import Any

from pipeline.sources.fetch import RejectedError

#: The XML of the longest real reports has 1 MB a file, 10 MB in all.
_MOST_BYTES, _MOST_BYTES_IN_ALL = 30_000_000, 150_000_000
_MOST_FILES = 20_000
_ROOT = "ofd.xml"
_NOT_INSTALLED = "OFD files are read by lxml; install it with: pip install 'ogi-warehouse[documents]'"


def is_ofd(data: bytes) -> bool:
    """Whether some bytes are an OFD: an archive with an OFD.xml at its root."""
    if not data.startswith(b"PK\x03\x04") or _ROOT not in data.decode("latin-1").lower():
        return False
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            return any(_plain(name) == _ROOT for name in archive.namelist())
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return b"OFD.xml" in data[:4096]


class Package:
    """An opened OFD.

    Raises:
        RejectedError: damaged_document, encrypted, too_large, or unsupported_format without lxml.
    """

    def __init__(self, data: bytes) -> None:
        try:
            from lxml import etree
        except ImportError as error:
            raise RejectedError("unsupported_format", _NOT_INSTALLED) from error
        self._etree: Any = etree
        try:
            self._archive = zipfile.ZipFile(BytesIO(data))
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
            raise RejectedError("damaged_document", f"the OFD is no whole archive: {error}") from error
        members = self._archive.infolist()
        if len(members) > _MOST_FILES:
            raise RejectedError("too_large", f"{len(members)} files in the OFD; the limit is {_MOST_FILES}")
        self._members = {_plain(member.filename): member for member in members}
        self._left = _MOST_BYTES_IN_ALL

    def find(self, path: str, beside: str = "") -> str | None:
        """The name of a file that another one names: from the root, or from the folder of the other.

        Programs differ in it, so that both are tried; nothing outside the archive is ever meant.
        """
        path = path.strip().replace("\\", "/")
        folder = posixpath.dirname(beside)
        while True:
            name = _plain(posixpath.join(folder, path.lstrip("/")))
            if name in self._members and not (path.startswith("/") and folder):
                return name
            if path.startswith("/") and _plain(path) in self._members:
                return _plain(path)
            if not folder:
                return name if name in self._members else None
            folder = posixpath.dirname(folder)

    def xml(self, name: str) -> Any:
        """The root element of a file of the archive.

        Raises:
            RejectedError: damaged_document, encrypted or too_large.
        """
        member = self._members.get(_plain(name))
        if member is None:
            raise RejectedError("damaged_document", f"the OFD has no {name}, which it names")
        if member.flag_bits & 1:
            raise RejectedError("encrypted", "the OFD opens with a password only")
        data = self._bytes(member)
        parser = self._etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
        try:
            root = self._etree.fromstring(data, parser)
        except self._etree.XMLSyntaxError as error:
            raise RejectedError("damaged_document", f"{name} in the OFD is no XML: {error}") from error
        if root.getroottree().docinfo.internalDTD is not None:
            raise RejectedError("damaged_document", f"{name} in the OFD declares entities, which no report needs")
        return root

    def _bytes(self, member: zipfile.ZipInfo) -> bytes:
        most = min(_MOST_BYTES, self._left)
        try:
            with self._archive.open(member) as file:
                data = file.read(most + 1)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError) as error:
            raise RejectedError("damaged_document", f"{member.filename} in the OFD cannot be read: {error}") from error
        self._left -= len(data)
        if len(data) > most:
            raise RejectedError("too_large", f"{member.filename} in the OFD has more than {most} bytes")
        return data


def _plain(name: str) -> str:
    """A name as all programs write it: from the root, with slashes, in one case."""
    return posixpath.normpath("/" + name.replace("\\", "/")).lstrip("/").lower()
