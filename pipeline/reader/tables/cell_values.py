"""The number in a cell's text, or the reason why there is none.

The number is what is printed, never what was meant. Signs, thousands separators, full width and words around it are
understood; two numbers in a cell, or damage, are not.

Belongs here: what one cell's text means. Does not: which cell of the form it is (``columns``).
"""

import re
import unicodedata
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache


@dataclass(frozen=True, slots=True)
class CellValue:
    """What a cell holds where a number belongs.

    ``number`` is None unless exactly one number was read. ``state`` is None for a plain number, else the state that
    ``cell_note`` has. ``unit`` is the unit printed beside the number, if any. ``joined`` is the number that the cell's
    pieces make when joined (``1 2`` → 12); it is only ever used where the form's sums prove it.
    """

    raw: str
    number: Decimal | None = None
    state: str | None = None
    unit: str | None = None
    joined: Decimal | None = None
    #: The number as an integer, of a cell that holds a whole number and nothing else; nearly all cells do.
    count: int | None = field(default=None, compare=False)


BLANK = CellValue("", state="blank")

_NUMBER = r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
_PLAIN = re.compile(rf"({_NUMBER})")
_ANNOTATED = re.compile(
    rf"(?:共|共计|计|合计)?({_NUMBER})\s*(亿元|万元|元|万|件次|件|条|项|个|份|次|宗|起|人次|部)?(?:\s*\(.*\))?[。.;；,，]?"
)
_NIL = re.compile(r"[-‐‑‒–—―─−~/\\|\s]*[-‐‑‒–—―─−/\\][-‐‑‒–—―─−~/\\|\s]*|无|空|N/?A|n/?a|nil|null")
_CHANGE = re.compile(r"(增加?|减少?)\s*(\d+)\s*[项件个]?")
_SPLIT = re.compile(r"[+-]?\d+(?:[ ,.]+\d+)+")
_DAMAGED = re.compile(r"[\d\s?�.,·、。*#'\"oOlI+\-_:;=~^]*")
#: What is printed for a character that was lost.
_LOST = re.compile(r"[□■▢▯?�\s]+")
_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"), None)
#: No printed number is as large: counts are stored as BIGINT, amounts with twelve digits before the point.
_LIMIT = Decimal(10) ** 12


@lru_cache(maxsize=16384)
def parse(text: str) -> CellValue | None:
    """The value of a cell's text; None when the text is words.

    >>> parse(" １,２３４ ").number
    Decimal('1234')
    >>> parse("22（其中修订 16 件）").state, parse("22（其中修订 16 件）").number
    ('annotated', Decimal('22'))
    >>> parse("1 2").number, parse("1 2").state, parse("1 2").joined
    (None, 'unreadable', Decimal('12'))
    >>> parse("自然人") is None
    True
    """
    plain = unicodedata.normalize("NFKC", text).translate(_INVISIBLE).strip().replace("−", "-")
    if not plain:
        return BLANK
    if plain.isascii() and plain.isdigit() and len(plain) <= 12:
        return CellValue(text, Decimal(plain), count=int(plain))
    if _PLAIN.fullmatch(plain):
        return _within_limit(text, CellValue(text, Decimal(plain.replace(",", ""))))
    if _NIL.fullmatch(plain):
        return CellValue(text, state="nil_mark")
    if plain in ("零", "〇"):
        return CellValue(text, Decimal(0), "annotated")
    if match := _ANNOTATED.fullmatch(plain):
        return _within_limit(text, CellValue(text, Decimal(match[1].replace(",", "")), "annotated", unit=match[2]))
    if match := _CHANGE.fullmatch(plain):
        number = Decimal(match[2])
        return _within_limit(text, CellValue(text, -number if match[1].startswith("减") else number, "annotated"))
    if _LOST.fullmatch(plain):
        return CellValue(text, state="unreadable")
    if _SPLIT.fullmatch(plain):
        return CellValue(text, state="unreadable", joined=Decimal(re.sub(r"[ ,.]+", "", plain)))
    if _DAMAGED.fullmatch(plain) and any(c.isdigit() for c in plain):
        return CellValue(text, state="unreadable")
    return None


def unreadable(text: str) -> CellValue:
    """The value of a cell in a number's column whose text is no number for certain."""
    return CellValue(text, state="unreadable")


def _within_limit(text: str, value: CellValue) -> CellValue:
    assert value.number is not None
    return value if abs(value.number) < _LIMIT else unreadable(text)
