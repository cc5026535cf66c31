"""Normal forms of Chinese text: width, blanks, invisible characters, Chinese digits.

Belongs here: facts about characters that several packages need. What a text means – a label, a number, a name – is
said where it is read; so are forms that one module alone needs.
"""

import re
import unicodedata

#: Characters without width, which word processors and web pages leave behind: soft hyphen, zero-width space and
#: joiners, direction marks, word joiner, byte-order mark. For a character class: ``re.compile(f"[{INVISIBLE}]")``.
INVISIBLE = "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"
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
