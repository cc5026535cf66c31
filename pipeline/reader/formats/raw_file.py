"""A file as it came: its bytes, its suffix, and its text once it has been decoded.

Belongs here: what every format is asked about. A format that reads bytes uses ``data`` alone; those that read text
share ``decoded``, which is made once. What the text holds is the formats' business.
"""

import re
from dataclasses import dataclass
from functools import cached_property

from pipeline.encoding import Decoded, UndecodableError, decode
from pipeline.sources.fetch import RejectedError
from pipeline.sources.files import TEXT_SUFFIXES

#: Suffixes under which programs save pages, as Word and Excel read those too; and how such a page begins.
_SUFFIXES_OF_PAGES = frozenset({".doc", ".docx", ".wps", ".xls"})
_PAGE = re.compile(rb"(?:\xef\xbb\xbf)?\s{0,100}<(?:!doctype\s+html|html|head|table|meta)\b", re.IGNORECASE)
_CHARACTERS_A_PART = 100
_EMBEDDED = re.compile(rb"data:[\w/+.-]{3,40};base64,[A-Za-z0-9+/=%]*")


@dataclass(eq=False)
class RawFile:
    """The bytes of a file; ``max_parts`` is the setting that bounds its text."""

    data: bytes
    suffix: str
    max_parts: int

    @property
    def is_text(self) -> bool:
        """Whether it may be decoded: its suffix is that of a text, or it is a page that is called an Office file."""
        suffix = self.suffix.lower()
        return suffix in TEXT_SUFFIXES or (suffix in _SUFFIXES_OF_PAGES and _PAGE.match(self.data) is not None)

    @cached_property
    def decoded(self) -> Decoded:
        """The text, without the pictures inside a page, which often are most of its bytes.

        Raises:
            RejectedError: undecodable, empty or too_large.
        """
        data = _EMBEDDED.sub(b"", self.data) if b"data:" in self.data else self.data
        try:
            decoded = decode(data)
        except UndecodableError as error:
            raise RejectedError("undecodable", str(error)) from error
        if not decoded.text.strip():
            raise RejectedError("empty", "the file has no text in it")
        check_size(decoded.text, self.max_parts)
        return decoded


def check_size(text: str, max_parts: int) -> None:
    """Refuse a text that would take too long to read.

    Raises:
        RejectedError: too_large.
    """
    if len(text) < max_parts:
        return  # no text has more parts than characters, but for one
    parts = len(text.split()) + text.count("<") + text.count("|")
    if parts > max_parts or len(text) > max_parts * _CHARACTERS_A_PART:
        raise RejectedError(
            "too_large",
            f"{parts} words, tags and cells in {len(text)} characters; the limit is {max_parts} "
            f"parts of {_CHARACTERS_A_PART} characters (setting OGI_MAX_PARTS)",
        )
