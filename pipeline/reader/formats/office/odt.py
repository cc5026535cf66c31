"""OpenDocument texts (.odt): LibreOffice makes a .docx of them.

Belongs here: what is told of such a file before LibreOffice is asked: whether it is locked, whole, and within limits.
"""

from pipeline.reader.document import Document
from pipeline.reader.formats.office import docx, kinds, libreoffice
from pipeline.reader.formats.office.package import Package, damaged
from pipeline.reader.formats.raw_file import RawFile
from pipeline.sources.fetch import RejectedError

NAME = "odt"
SUFFIXES = frozenset({".odt"})
IS_DOCUMENT = True


def claims(file: RawFile) -> bool:
    """Whether the file is a ZIP that calls itself so."""
    return kinds.kind(file) == kinds.ODT


def read(file: RawFile) -> Document:
    """The document of a file.

    Raises:
        RejectedError: encrypted, damaged_document, unsupported_format, too_large, empty or needs_ocr.
    """
    package = Package(file.data, file.max_parts)
    if b"encryption-data" in (package.part("META-INF/manifest.xml") or b""):
        raise RejectedError("encrypted", "the file is locked with a password")
    if package.xml("content.xml") is None:
        raise damaged("the part with the document is missing")
    package.xml("styles.xml")
    return docx.read_as(libreoffice.to_docx(file.data, ".odt"), file.max_parts, libreoffice.version())
