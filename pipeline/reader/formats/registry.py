"""Which format a file is in. To add one, add a module and name it in ``FORMATS``.

A format is recognized by its bytes, whatever the file is called; only text, which any bytes may be, needs a suffix of
text too. A format that needs a library which may be missing imports it in ``read`` and raises ``RejectedError`` with
``unsupported_format`` and the command that installs it. One that is read by such a library, or that may hold more than
its bytes show, is a document (``IS_DOCUMENT``): it is read in a process of its own (``isolation``).

Belongs here: the choice. How a format is read is its module's, how a document is staged ``staged``'s.
"""

from typing import Protocol

from pipeline.reader.document import Document
from pipeline.reader.formats import isolation, text
from pipeline.reader.formats.html import page as html
from pipeline.reader.formats.office import doc, docx, odt, rtf, sheet, unread
from pipeline.reader.formats.pages import ofd, pdf
from pipeline.reader.formats.raw_file import RawFile
from pipeline.sources.fetch import RejectedError
from pipeline.system.confined import Limits


class Format(Protocol):
    """What the module of a format has."""

    __name__: str
    NAME: str
    #: Suffixes that its files usually have, in lower case.
    SUFFIXES: frozenset[str]
    #: Whether its files are read in a process of their own.
    IS_DOCUMENT: bool

    def claims(self, file: RawFile) -> bool:
        """Whether the file is in this format."""

    def read(self, file: RawFile) -> Document:
        """The document of a file that it claims.

        Raises:
            RejectedError: the file cannot be read, with the reason.
        """


_OF_TEXTS: tuple[Format, ...] = (html, text)
#: Asked in this order: those that are known by their bytes, then those of texts, of which the last takes every one.
FORMATS: tuple[Format, ...] = (pdf, docx, doc, odt, rtf, sheet, ofd, unread, *_OF_TEXTS)
SUFFIXES = sorted({suffix for each in FORMATS for suffix in each.SUFFIXES})
#: How files begin that reports are published in and no format reads.
_NOT_READ = {
    b"PK\x03\x04": "a ZIP archive",
    b"Rar!\x1a\x07": "a RAR archive",
    b"7z\xbc\xaf\x27\x1c": "a 7z archive",
    b"\x1f\x8b": "a gzip archive",
}


def read(file: RawFile, limits: Limits | None = None) -> Document:
    """The document of a file, read by the first format that claims it.

    With ``limits`` a document is read in a process that is bound by them.

    Raises:
        RejectedError: empty, unsupported_format, undecodable, too_large, or what is said of a document
            (``isolation``, and the modules of the formats).
    """
    if not file.data.strip():
        raise RejectedError("empty", "the file has no text in it")
    chosen = _format_of(file)
    if limits is not None and chosen.IS_DOCUMENT:
        document = isolation.read(chosen.__name__, file, limits)
    else:
        document = chosen.read(file)
    document.format = chosen.NAME
    return document


def _format_of(file: RawFile) -> Format:
    kind = next((kind for magic, kind in _NOT_READ.items() if file.data.startswith(magic)), None)
    for each in FORMATS:
        if not (kind and each in _OF_TEXTS) and each.claims(file):
            return each
    if kind:
        raise RejectedError("unsupported_format", f"the file is {kind}; give its text as .txt, .md or .html")
    raise RejectedError(
        "unsupported_format", f"{file.suffix or 'no suffix'}: reports are read from {', '.join(SUFFIXES)}"
    )
