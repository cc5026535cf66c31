"""Which format a file is in. To add one, add a module and name it in ``FORMATS``.

A format is recognized by its bytes, whatever the file is called; only text, which any bytes may be, needs a suffix of
text too. A format that needs a library which may be missing imports it in ``read`` and raises ``RejectedError`` with
``unsupported_format`` and the command that installs it.

Belongs here: the choice. How a format is read is its module's, how a document is staged ``staged``'s.
"""

from typing import Protocol

from pipeline.reader.document import Document
from pipeline.reader.formats import doc, docx, html, odt, ofd, office, pdf, rtf, sheet, text
from pipeline.reader.formats.raw_file import RawFile
from pipeline.sources.fetch import RejectedError


class Format(Protocol):
    """What the module of a format has."""

    NAME: str
    #: Suffixes that its files usually have, in lower case.
    SUFFIXES: frozenset[str]

    def claims(self, file: RawFile) -> bool:
        """Whether the file is in this format."""

    def read(self, file: RawFile) -> Document:
        """The document of a file that it claims.

        Raises:
            RejectedError: the file cannot be read, with the reason.
        """


#: Formats that are known by their bytes, and those of texts. Asked in this order; the last one takes every text.
_OF_BYTES: tuple[Format, ...] = (pdf, docx, doc, odt, rtf, sheet, ofd, office)
_OF_TEXTS: tuple[Format, ...] = (html, text)
FORMATS = (*_OF_BYTES, *_OF_TEXTS)
SUFFIXES = sorted({suffix for each in FORMATS for suffix in each.SUFFIXES})
#: How files begin that reports are published in and no format reads.
_NOT_READ = {
    b"PK\x03\x04": "a ZIP archive",
}


def read(file: RawFile) -> Document:
    """The document of a file, read by the first format that claims it.

    Raises:
        RejectedError: empty, unsupported_format, undecodable or too_large.
    """
    if not file.data.strip():
        raise RejectedError("empty", "the file has no text in it")
    chosen = _format_of(file)
    document = chosen.read(file)
    document.format = chosen.NAME
    return document


def _format_of(file: RawFile) -> Format:
    for each in _OF_BYTES:
        if each.claims(file):
            return each
    for magic, kind in _NOT_READ.items():
        if file.data.startswith(magic):
            raise RejectedError("unsupported_format", f"the file is {kind}; give its text as .txt, .md or .html")
    for each in _OF_TEXTS:
        if each.claims(file):
            return each
    raise RejectedError(
        "unsupported_format", f"{file.suffix or 'no suffix'}: reports are read from {', '.join(SUFFIXES)}"
    )
