"""Rich Text Format (.rtf; programs call it .doc, too): LibreOffice makes a .docx of it.

Belongs here: which files it is.
"""

from pipeline.reader.document import Document
from pipeline.reader.formats.office import docx, kinds, libreoffice
from pipeline.reader.formats.raw_file import RawFile

NAME = "rtf"
SUFFIXES = frozenset({".rtf"})
IS_DOCUMENT = True


def claims(file: RawFile) -> bool:
    """Whether the file begins as such a text does."""
    return kinds.kind(file) == kinds.RTF


def read(file: RawFile) -> Document:
    """The document of a file.

    Raises:
        RejectedError: damaged_document, unsupported_format, too_large, empty or needs_ocr.
    """
    return docx.read_as(libreoffice.to_docx(file.data, ".rtf"), file.max_parts, libreoffice.version())
