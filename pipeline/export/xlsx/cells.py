"""What an Excel cell can hold, and what is to be read back from one.

Belongs here: single values. Sheets are ``xlsx``'s.
"""

import datetime
import math
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

#: Letters a cell may have, counted as Excel does: in UTF-16, where one beyond U+FFFF is two.
LONGEST = 32_767
#: Digits that Excel keeps of a number.
DIGITS = 15
_BEYOND = re.compile("[\U00010000-\U0010ffff]")
#: XLSX moments are days with a fraction.
_CLOSE = datetime.timedelta(milliseconds=1)
#: Text that a person who edits the cell would turn into a formula.
_LIKE_FORMULA = re.compile(r"\s*[=+\-@＝＋－＠]")


def fits(number: float | Decimal) -> bool:
    """Whether a cell can hold a number: an exact one has no more digits than Excel keeps, a fraction is finite.

    >>> fits(123456789012345), fits(1234567890123456), fits(Decimal("-0.250000")), fits(float("nan"))
    (True, False, True, False)
    """
    if isinstance(number, Decimal):
        return len(number.normalize().as_tuple().digits) <= DIGITS
    return abs(number) < 10**DIGITS if isinstance(number, int) else math.isfinite(number)


def pieces(text: str) -> Iterator[str]:
    """A text cut so that each piece has room in a cell.

    >>> [len(piece) for piece in pieces("a" * 40_000)]
    [32767, 7233]
    >>> [len(piece) for piece in pieces("𠮷" * 20_000)]
    [16383, 3617]
    """
    # Most texts are far from it, and need not be counted.
    while len(text) > LONGEST // 2 and len(text) + len(_BEYOND.findall(text[:LONGEST])) > LONGEST:
        end = LONGEST
        while (over := end + len(_BEYOND.findall(text[:end])) - LONGEST) > 0:
            end -= max(1, over // 2)
        yield text[:end]
        text = text[end:]
    yield text


def like_formula(text: str) -> bool:
    """Whether a text looks like a formula to who edits it.

    >>> [like_formula(text) for text in ("=1+1", " -2", "3-2", "")]
    [True, True, False, False]
    """
    return _LIKE_FORMULA.match(text) is not None


def holds(cell: Any, value: Any) -> bool:
    """Whether a cell as it was read holds a value of the warehouse.

    Empty cells are NULL or an empty text. The format itself has fractions to 16 digits and moments to the millisecond.
    """
    match value:
        case None:
            return bool(cell == "")
        case bool():
            return cell is value
        case str():
            return bool(cell == _as_read(value))
        case int():
            return bool(cell == (value if fits(value) else str(value))) and not isinstance(cell, bool)
        case Decimal():
            return _number(cell) == value if fits(value) else bool(cell == plain(value))
        case float():
            return bool(cell == (float(f"{value:.16G}") if fits(value) else str(value)))
        case datetime.datetime():
            return abs(_moment(cell) - value) <= _CLOSE
        case _:
            return bool(cell == value)


def plain(number: Decimal) -> str:
    """A number as digits, without zeros that say nothing.

    >>> plain(Decimal("12.500000")), plain(Decimal("1000000.000000"))
    ('12.5', '1000000')
    """
    return f"{number.normalize():f}"


def _number(cell: Any) -> Decimal | None:
    return Decimal(f"{cell:.{DIGITS}G}") if isinstance(cell, int | float) and not isinstance(cell, bool) else None


def _moment(cell: Any) -> datetime.datetime:
    if isinstance(cell, datetime.datetime):
        return cell
    if isinstance(cell, datetime.date):
        return datetime.datetime.combine(cell, datetime.time())
    return datetime.datetime.min


def _as_read(text: str) -> str:
    """The reader leaves the two letters that no XML may have as the format writes them."""
    return text.replace("\ufffe", "_xFFFE_").replace("\uffff", "_xFFFF_")
