"""Bytes to text, by a strict ladder; the rung that held is recorded.

1. a byte order mark; 2. UTF-8 that decodes without an error (no other encoding's text does by chance, so it
comes before the charset that a page declares, which is often wrong); 3. UTF-16 by its pattern; 4. the charset that a
page declares; 5. GB18030; 6. UTF-8 or GB18030 with a few damaged bytes, which are counted; 7. what
charset-normalizer finds. Text that fails them all is not guessed at.

Belongs here: the ladder, which reports and the CSV files beside them go by.
"""

import codecs
import re
from dataclasses import dataclass

from charset_normalizer import from_bytes


class UndecodableError(Exception):
    """The bytes are not text in any encoding that such reports are written in."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text, the codec that made it, and how many bytes could not be read (each is U+FFFD in the text)."""

    text: str
    encoding: str
    damaged: int = 0


_BOMS = [(codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16")]
_DECLARED = re.compile(rb"(?:charset|encoding)\s*=\s*[\"']?\s*([A-Za-z0-9_-]{3,20})", re.IGNORECASE)
_CONTROL = bytes([*range(0x09), 0x0B, *range(0x0E, 0x20), 0x7F])
#: In these encodings a control character is one byte, and no other character contains that byte.
_BYTE_FOR_BYTE = {"utf-8", "utf-8-sig", "gb18030"}
_BLANKS = dict.fromkeys(_CONTROL, " ")
#: In a report at least this share of the characters that are not ASCII is common Chinese.
_CHINESE = re.compile("[\u3000-\u303f\u4e00-\u9fa5\uff00-\uffef\u2010-\u2026]+")
_LEAST_CHINESE = 0.9
_MOST_DAMAGED = 0.01
_BEGINNING = 8192


def decode(data: bytes) -> Decoded:
    """Decode a report. Control characters become blanks: they mean nothing, and dropping them would join digits.

    Raises:
        UndecodableError: no rung of the ladder holds.
    """
    decoded = _ladder(data)
    text = decoded.text
    encoded = data if decoded.encoding in _BYTE_FOR_BYTE and not decoded.damaged else text.encode("utf-8", "replace")
    if controls := len(encoded) - len(encoded.translate(None, _CONTROL)):
        if controls > 0.05 * len(text):
            raise UndecodableError("the file is binary: more than one character in twenty is a control character")
        return Decoded(text.translate(_BLANKS), decoded.encoding, decoded.damaged)
    return decoded


def _ladder(data: bytes) -> Decoded:
    for bom, codec in _BOMS:
        if data.startswith(bom):
            return _strict(data, codec) or _lossy(data, codec, 1.0) or _fail()
    found = _strict(data, "utf-8")
    if found and data.count(0) <= 0.05 * len(data):
        return found
    if 0 in data:
        for codec in ("utf-16-le", "utf-16-be"):
            found = _strict(data, codec)
            if found and _is_chinese(found.text):
                return found
    declared = _DECLARED.search(data[:4096])
    if declared:
        codec = _gb(declared[1].decode("ascii").lower())
        found = _strict(data, codec)
        if found and _is_chinese(found.text):
            return found
    found = _strict(data, "gb18030")
    if found and _is_chinese(found.text):
        # UTF-8 with one damaged byte may be GB18030 by chance; GB18030 is never nearly UTF-8.
        return (_lossy(data, "utf-8", _MOST_DAMAGED) if _is_nearly_utf8(data) else None) or found
    for codec in ("utf-8", "gb18030"):
        found = _lossy(data, codec, _MOST_DAMAGED)
        if found:
            return found
    best = from_bytes(data).best()
    if best is not None and _is_chinese(str(best)):
        return Decoded(str(best), best.encoding)
    return _fail()


def _is_nearly_utf8(data: bytes) -> bool:
    """Whether few bytes of a text's beginning are no UTF-8; in other encodings nearly every character is none."""
    rest = data[:_BEGINNING]
    for _ in range(2 + int(_MOST_DAMAGED * len(rest))):  # one more, where the beginning was cut
        try:
            rest.decode()
            return True
        except UnicodeDecodeError as error:
            rest = rest[error.end :]
    return False


def _gb(codec: str) -> str:
    """GB18030 for its subsets: pages that declare GB2312 hold characters it lacks."""
    return "gb18030" if codec in ("gb2312", "gbk", "gb_2312-80", "gb18030") else codec


def _strict(data: bytes, codec: str) -> Decoded | None:
    try:
        return Decoded(data.decode(codec), codec)
    except (UnicodeDecodeError, LookupError):
        return None


def _lossy(data: bytes, codec: str, most: float) -> Decoded | None:
    text = data.decode(codec, errors="replace")
    damaged = text.count("\ufffd")
    return Decoded(text, codec, damaged) if damaged <= most * len(text) and _is_chinese(text) else None


def _is_chinese(text: str) -> bool:
    sample = text[:20000]
    foreign = len(sample) - len(sample.encode("ascii", "ignore")) - sample.count("\ufffd")
    chinese = sum(map(len, _CHINESE.findall(sample)))
    return foreign > 0 and chinese >= _LEAST_CHINESE * foreign


def _fail() -> Decoded:
    raise UndecodableError("the bytes are Chinese text in none of UTF-8, UTF-16, GB18030 or the charset declared")
