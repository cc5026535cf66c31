"""Office files that are not read: locked with a password, damaged, or of programs that write no texts and tables.

Belongs here: the reason of each.
"""

from pipeline.reader.document import Document
from pipeline.reader.formats.office import kinds
from pipeline.reader.formats.office.package import damaged
from pipeline.reader.formats.raw_file import RawFile
from pipeline.sources.fetch import RejectedError

NAME = "office"
SUFFIXES: frozenset[str] = frozenset()
IS_DOCUMENT = False

_REASONS = {
    kinds.LOCKED: RejectedError("encrypted", "the file is locked with a password"),
    kinds.BROKEN_OLE: damaged("its directory cannot be read"),
    kinds.OTHER_OLE: RejectedError("unsupported_format", "the file is an Office file, and no text; give its text"),
    kinds.PPTX: RejectedError("unsupported_format", "the file is a presentation; give its text"),
}


def claims(file: RawFile) -> bool:
    """Whether the file is one of those."""
    return kinds.kind(file) in _REASONS


def read(file: RawFile) -> Document:
    """Nothing.

    Raises:
        RejectedError: always; encrypted, damaged_document or unsupported_format.
    """
    raise _REASONS[kinds.kind(file) or ""]
