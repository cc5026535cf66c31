"""One cell's text to one number, or to the reason why it is none.

The number is what is printed, never what was meant: signs, thousands separators, full width
and words around it are understood; two numbers in a cell, or damage, are not.
"""

import re
import unicodedata
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache


@dataclass(frozen=True, slots=True)
class Value:
    """A cell that stands where a number belongs.

    ``number`` is None unless exactly one number was read; ``state`` is None for a plain number or
    blank, else the ``cell_note`` state; ``unit`` is the unit printed beside the number, if any;
    ``glued`` is the number that the cell's pieces make when put together (``1 2`` → 12), which is
    only ever used where the form's sums prove it.
    """

    raw: str
    number: Decimal | None = None
    state: str | None = None
    unit: str | None = None
    glued: Decimal | None = None
    #: The number of a cell that holds a whole number and nothing else; nearly all cells do.
    count: int | None = field(default=None, compare=False)


BLANK = Value("", state="blank")

_NUMBER = r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
_PLAIN = re.compile(rf"({_NUMBER})")
_ANNOTATED = re.compile(
    rf"(?:共|共计|计|合计)?({_NUMBER})\s*(亿元|万元|元|万|件次|件|条|项|个|份|次|宗|起|人次|部)?(?:\s*\(.*\))?[。.;；,，]?"
)
_NIL = re.compile(r"[-‐‑‒–—―─−~/\\|\s]*[-‐‑‒–—―─−/\\][-‐‑‒–—―─−~/\\|\s]*|无|空|N/?A|n/?a|nil|null")
_CHANGE = re.compile(r"(增加?|减少?)\s*(\d+)\s*[项件个]?")
_SPLIT = re.compile(r"[+-]?\d+(?:[ ,.]+\d+)+")
_DAMAGED = re.compile(r"[\d\s?�.,·、。*#'\"oOlI+\-_:;=~^]*")
#: What stands for a character that was lost.
_BROKEN = re.compile(r"[□■▢▯?�\s]+")
_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"), None)
#: Nothing printed is larger: a BIGINT, or twelve digits before the point for an amount.
_LARGEST = Decimal(10) ** 12


@lru_cache(maxsize=16384)
def parse(text: str) -> Value | None:
    """Read a cell; None when it holds words rather than something in a number's place.

    >>> parse(" １,２３４ ").number
    Decimal('1234')
    >>> parse("22（其中修订 16 件）").state, parse("22（其中修订 16 件）").number
    ('annotated', Decimal('22'))
    >>> parse("1 2").number, parse("1 2").state, parse("1 2").glued
    (None, 'unreadable', Decimal('12'))
    >>> parse("自然人") is None
    True
    """
    plain = unicodedata.normalize("NFKC", text).translate(_INVISIBLE).strip().replace("−", "-")
    if not plain:
        return BLANK
    if plain.isascii() and plain.isdigit() and len(plain) <= 12:
        return Value(text, Decimal(plain), count=int(plain))
    if _PLAIN.fullmatch(plain):
        return _sized(text, Value(text, Decimal(plain.replace(",", ""))))
    if _NIL.fullmatch(plain):
        return Value(text, state="nil_mark")
    if plain in ("零", "〇"):
        return Value(text, Decimal(0), "annotated")
    if match := _ANNOTATED.fullmatch(plain):
        return _sized(text, Value(text, Decimal(match[1].replace(",", "")), "annotated", unit=match[2]))
    if match := _CHANGE.fullmatch(plain):
        number = Decimal(match[2])
        return _sized(text, Value(text, -number if match[1].startswith("减") else number, "annotated"))
    if _BROKEN.fullmatch(plain):
        return Value(text, state="unreadable")
    if _SPLIT.fullmatch(plain):
        return Value(text, state="unreadable", glued=Decimal(re.sub(r"[ ,.]+", "", plain)))
    if _DAMAGED.fullmatch(plain) and any(c.isdigit() for c in plain):
        return Value(text, state="unreadable")
    return None


def unreadable(text: str) -> Value:
    """A cell whose place says that a number belongs there and whose text is none."""
    return Value(text, state="unreadable")


def _sized(text: str, value: Value) -> Value:
    assert value.number is not None
    return value if abs(value.number) < _LARGEST else unreadable(text)
