"""Normal forms of Chinese text: width, blanks, invisible characters, Chinese digits.

Belongs here: facts about characters that several packages need. What a text means – a label, a number, a name – is
said where it is read; so are forms that one module alone needs.
"""

import re
import unicodedata

#: Characters without width, which word processors and web pages leave behind: soft hyphen, zero-width space and
#: joiners, direction marks, word joiner, byte-order mark. For a character class: ``re.compile(f"[{INVISIBLE}]")``.
INVISIBLE = "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"
#: Characters that act on whatever shows them instead of being shown: terminals obey control characters and what ESC and
#: CSI begin, direction marks and overrides turn the text around them, line and paragraph separators break it; halves of
#: a surrogate pair are no character at all. Tab and line end are shown as what they are.
_ACTING = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\U000e0000-\U000e007f]"
)
_INVISIBLE = re.compile(f"[{INVISIBLE}]")

ONE_TO_NINE = "一二三四五六七八九"
#: Full-width forms to half width, one character to one, so that offsets stay.
HALF_WIDTH = {code + 0xFEE0: chr(code) for code in range(0x21, 0x7F)} | {0x3000: " ", 0x2236: ":", 0xA0: " "}
_WIDE = re.compile(f"[{re.escape(''.join(map(chr, HALF_WIDTH)))}]")


def nfkc(text: str) -> str:
    """A text in Unicode's form NFKC: half width, one character for each of its compatible variants.

    >>> nfkc("（１）㎡…")
    '(1)m2...'
    """
    return unicodedata.normalize("NFKC", text)


def half_width(text: str) -> str:
    """A text in half width, as long as it was: ``nfkc`` may make it longer.

    Few full-width forms stand in one line, and ``str.translate`` looks up every character.

    >>> half_width("（一）收到申请１２件：")
    '(一)收到申请12件:'
    """
    for wide in set(_WIDE.findall(text)):
        text = text.replace(wide, HALF_WIDTH[ord(wide)])
    return text


def without_blanks(text: str) -> str:
    """A text without white space, line ends included.

    >>> without_blanks(" 财 政\u3000局\\n")
    '财政局'
    """
    return "".join(text.split())


def without_invisible(text: str) -> str:
    """A text without characters that have no width.

    >>> without_invisible("1\u200b2\ufeff")
    '12'
    """
    return _INVISIBLE.sub("", text)


def compact(text: str) -> str:
    """A text in NFKC without blanks.

    >>> compact("红旗区 （东街） 街道办事处")
    '红旗区(东街)街道办事处'
    """
    return without_blanks(nfkc(text))


def harmless(text: str) -> str:
    r"""A text with escapes for characters that act on a terminal or page instead of being shown there.

    >>> print(harmless("a\x1b[31mb\u202ec\x07d"))
    a\x1b[31mb\u202ec\x07d
    """
    return _ACTING.sub(_escape, text)


def harmless_line(text: str) -> str:
    r"""A text as ``harmless`` makes it, with escapes for tabs and line ends too: a name must not begin a line.

    >>> print(harmless_line("a\nrejected  0 files"))
    a\nrejected  0 files
    """
    return harmless(text).replace("\n", "\\n").replace("\t", "\\t")


def harmless_json(text: str) -> str:
    r"""JSON with the same characters as JSON's own escapes: whoever reads it gets the value as it was.

    >>> print(harmless_json('"a\x7f\u202e"'))
    "a\u007f\u202e"
    """
    return _ACTING.sub(_json_escape, text)


def _json_escape(found: re.Match[str]) -> str:
    units = found[0].encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{units[at : at + 4]}" for at in range(0, len(units), 4))


def _escape(found: re.Match[str]) -> str:
    code = ord(found[0])
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
