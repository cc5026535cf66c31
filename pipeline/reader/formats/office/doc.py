"""Word's binary format (.doc), which WPS writes too (.wps): LibreOffice makes a .docx of it.

Belongs here: what is told of such a file before LibreOffice is asked, which would not say why it makes nothing of it.
"""

import struct

from pipeline.reader.document import Document
from pipeline.reader.formats.office import docx, kinds, libreoffice
from pipeline.reader.formats.office.package import damaged
from pipeline.reader.formats.raw_file import RawFile
from pipeline.sources.fetch import RejectedError

NAME = "doc"
SUFFIXES = frozenset({".doc", ".wps"})
IS_DOCUMENT = True

#: Of the stream with the text: what it begins with, where its flags are, the flag of a locked file.
_WORD, _FLAGS, _LOCKED = 0xA5EC, 10, 0x0100


def claims(file: RawFile) -> bool:
    """Whether the file is an OLE file with Word's text in it."""
    return kinds.kind(file) == kinds.DOC


def read(file: RawFile) -> Document:
    """The document of a file.

    Raises:
        RejectedError: encrypted, damaged_document, unsupported_format, too_large, empty or needs_ocr.
    """
    try:
        begin = kinds.ole_streams(file.data)["WordDocument"]
        magic, flags = (struct.unpack_from("<H", file.data, begin + at)[0] for at in (0, _FLAGS))
    except (struct.error, KeyError) as error:
        raise damaged("its text is cut off") from error
    if magic == _WORD and flags & _LOCKED:
        raise RejectedError("encrypted", "the file is locked with a password")
    return docx.read_as(libreoffice.to_docx(file.data, ".doc"), file.max_parts, libreoffice.version())
