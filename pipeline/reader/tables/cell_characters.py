"""The characters of a cell where a number belongs: which are one digit or sign in another width, and which are none.

Unicode calls ① and ¹ compatible with 1, and form NFKC makes 1141 of 114①. Here only what is a digit, a sign or a
bracket in another width is folded. Everything else stays what it is printed as.

Belongs here: single characters. Does not: what a cell's text means (``cell_values``).
"""

import re
from typing import NamedTuple

from pipeline.text import HALF_WIDTH

#: Characters without width or effect: soft hyphen, joiners, direction marks and isolates, variation selectors, tags.
#: U+202E is none of them: it shows the digits behind it in reverse order.
_INVISIBLE = (
    (0xAD, 0xAD),
    (0x034F, 0x034F),
    (0x061C, 0x061C),
    (0x180B, 0x180E),
    (0x200B, 0x200F),
    (0x202A, 0x202D),
    (0x2060, 0x206F),
    (0xFE00, 0xFE0F),
    (0xFEFF, 0xFEFF),
    (0xFFF9, 0xFFFB),
    (0xE0000, 0xE01EF),
)
#: Digits of mathematical alphabets: five alphabets of ten.
_MATHEMATICAL = {0x1D7CE + at: str(at % 10) for at in range(50)}
_FOLDED: dict[int, str | None] = {
    **dict.fromkeys((code for first, last in _INVISIBLE for code in range(first, last + 1)), None),
    **HALF_WIDTH,
    **_MATHEMATICAL,
    **dict.fromkeys(map(ord, "−﹣➖"), "-"),
    **dict.fromkeys(map(ord, "﹢➕"), "+"),
    **{ord(small): plain for small, plain in zip("﹐﹒﹙﹚﹝﹞﹟﹡", ",.()[]#*", strict=True)},
    **{ord(wide): plain for wide, plain in zip("［］〔〕【】〖〗「」『』", "[][][][][][]", strict=True)},
}
#: Controls, private-use characters and code points without a character: what is printed there, nobody can say.
STRANGE = "\x00-\x08\x0e-\x1b\x7f-\x9f\ud800-\udfff\ue000-\uf8ff\ufff0-\ufff8\ufffe\uffff\U000f0000-\U0010ffff"
_STRANGE = re.compile(f"[{STRANGE}]")
_STRANGE_ENDS = re.compile(rf"^[\s{STRANGE}]+|[\s{STRANGE}]+$")
#: Marks that point to a note: circled, bracketed, superscript and subscript numbers, daggers, stars.
MARKS = "①-⓿❶-➓㉈-㉏㉑-㉟㊱-㊿\U0001f100-\U0001f16f¹²³⁰ⁱ⁴-⁹₀-₉*†‡※★☆✱✲⁂"


class PlainText(NamedTuple):
    """A cell's text in half width, and whether characters that nobody can name were left out at its ends."""

    text: str
    is_stripped: bool


def plain_text(text: str) -> PlainText:
    """A cell's text in half width without invisible characters and blanks around it.

    >>> plain_text(" １,２３４\\u200e ").text
    '1,234'
    >>> plain_text("114①").text
    '114①'
    >>> plain_text("\\ue000114\\ue001")
    PlainText(text='114', is_stripped=True)
    """
    if text.isascii() and text.isprintable():
        return PlainText(text.strip(), False)
    plain = text.translate(_FOLDED).strip()
    if not _STRANGE.search(plain):
        return PlainText(plain, False)
    bare = _STRANGE_ENDS.sub("", plain)
    return PlainText(bare or plain, bool(bare))
