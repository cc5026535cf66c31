r"""Names of files: the text by which a file is known everywhere, whatever bytes its name has on the disk.

A name on the disk is bytes. Where they are UTF-8, they are the text. Of a name that is not – a Chinese one in GBK, as
archives packed on Windows leave it – each byte above ASCII is written ``\xNN``; a backslash that would be taken for
the beginning of such an escape is ``\x5c``. So every name has one text, no two have the same, and the bytes can be
had back.

Belongs here: names as texts, for storing, and as people read them, for comparing. Which files there are is ``files``'s.
"""

import os
import re
import sys
import unicodedata

#: An escape, in text: of a byte above ASCII, or of a backslash.
_ESCAPE = re.compile(r"\\x([89a-f][0-9a-f]|5c)")
_ESCAPE_BYTES = re.compile(_ESCAPE.pattern.encode())
_CHINESE = re.compile("[\u4e00-\u9fff]")
_SYSTEM_IS_UTF8 = sys.getfilesystemencoding().lower() in ("utf-8", "utf8")


def of_bytes(data: bytes) -> str:
    r"""The text of a name or path in bytes.

    >>> of_bytes("年报.txt".encode()), of_bytes("年报.txt".encode("gbk"))
    ('年报.txt', '\\xc4\\xea\\xb1\\xa8.txt')
    >>> of_bytes(rb"\xc4.txt")
    '\\x5cxc4.txt'
    """
    return "/".join(map(_of_part, data.split(b"/")))


def _of_part(data: bytes) -> str:
    data = _ESCAPE_BYTES.sub(lambda found: rb"\x5c" + found[0][1:], data)
    try:
        return data.decode()
    except UnicodeDecodeError:
        return "".join(chr(byte) if byte < 0x80 else rf"\x{byte:02x}" for byte in data)


def of_path(path: str | os.PathLike[str]) -> str:
    """The text of a name or path as the system gave it. Messages have paths in this form, which can be printed."""
    text = os.fspath(path)
    if _SYSTEM_IS_UTF8:
        return of_text(text)
    return of_bytes(os.fsencode(text))


def of_text(text: str) -> str:
    """The text of a name as a library for stores gave it."""
    if "\\" not in text:
        try:
            text.encode()
            return text
        except UnicodeEncodeError:
            pass
    return of_bytes(text.encode("utf-8", "surrogateescape"))


def to_bytes(name: str) -> bytes:
    r"""The bytes of a name or path by its text.

    >>> to_bytes(r"\xc4\xea\xb1\xa8.txt").decode("gbk"), to_bytes(r"\x5cxc4.txt")
    ('年报.txt', b'\\xc4.txt')
    """
    parts = _ESCAPE.split(name)  # text and the digits of an escape, in turn
    return b"".join(bytes.fromhex(part) if turn % 2 else part.encode() for turn, part in enumerate(parts))


def to_path(name: str) -> str:
    """The path by its text, as the system is asked for it."""
    return os.fsdecode(to_bytes(name))


def readable(name: str) -> str:
    r"""A name as its author typed it: parts that are not UTF-8 are read as GB18030, where that gives Chinese.

    For evidence and for comparing only: two names may read the same.

    >>> readable(r"2024/\xc4\xea\xb1\xa8.txt"), readable(r"\xff\xfe.txt")
    ('2024/年报.txt', '\\xff\\xfe.txt')
    """
    if "\\" not in name:
        return name
    return "/".join(map(_readable_part, name.split("/")))


def _readable_part(part: str) -> str:
    data = to_bytes(part)
    for codec in ("utf-8", "gb18030"):
        try:
            text = data.decode(codec)
        except UnicodeDecodeError:
            continue
        if codec == "utf-8" or (text.isprintable() and _CHINESE.search(text)):
            return text
    return part


def comparable(name: str) -> str:
    r"""What names have in common that people take for the same: as read, in Unicode's form NFC, in small letters, with
    ``/`` for ``\``.

    >>> comparable("2024\\年报.TXT") == comparable("2024/年报.txt")
    True
    """
    return unicodedata.normalize("NFC", readable(name)).replace("\\", "/").casefold()
