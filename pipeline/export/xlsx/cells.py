"""What an Excel cell can hold, and whether a cell that was read back holds a value.

Belongs here: single values. Sheets are ``sheets``'s.
"""

import datetime
import math
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from pipeline.numbers import plain

#: Characters that fit into a cell, counted as Excel does: in UTF-16, where one beyond U+FFFF counts twice.
MAX_TEXT = 32_767
#: Significant digits that Excel keeps of a number.
MAX_DIGITS = 15
_BEYOND = re.compile("[\U00010000-\U0010ffff]")
#: XLSX stores a moment as days with a fraction: it is read back to the millisecond.
_TOLERANCE = datetime.timedelta(milliseconds=1)
#: Text that would become a formula as soon as somebody edits the cell.
_LIKE_FORMULA = re.compile(r"\s*[=+\-@＝＋－＠]")


def fits(number: float | Decimal) -> bool:
    """Whether a cell can hold a number: an exact one has no more digits than Excel keeps, a fraction is finite.

    >>> fits(123456789012345), fits(1234567890123456), fits(Decimal("-0.250000")), fits(float("nan"))
    (True, False, True, False)
    """
    if isinstance(number, Decimal):
        return len(number.normalize().as_tuple().digits) <= MAX_DIGITS
    return abs(number) < 10**MAX_DIGITS if isinstance(number, int) else math.isfinite(number)


def chunks(text: str) -> Iterator[str]:
    """A text cut into chunks that each fit into a cell.

    >>> [len(chunk) for chunk in chunks("a" * 40_000)]
    [32767, 7233]
    >>> [len(chunk) for chunk in chunks("𠮷" * 20_000)]
    [16383, 3617]
    """
    # Most texts are far shorter: they need not be counted.
    while len(text) > MAX_TEXT // 2 and len(text) + len(_BEYOND.findall(text[:MAX_TEXT])) > MAX_TEXT:
        end = MAX_TEXT
        while (over := end + len(_BEYOND.findall(text[:end])) - MAX_TEXT) > 0:
            end -= max(1, over // 2)
        yield text[:end]
        text = text[end:]
    yield text


def like_formula(text: str) -> bool:
    """Whether a text would become a formula when somebody edits its cell.

    >>> [like_formula(text) for text in ("=1+1", " -2", "3-2", "")]
    [True, True, False, False]
    """
    return _LIKE_FORMULA.match(text) is not None


def holds(cell: Any, value: Any) -> bool:
    """Whether a cell that was read back holds a value of the warehouse.

    An empty cell is NULL or an empty text. The format stores fractions to 16 digits and moments to the millisecond.
    """
    match value:
        case None:
            return bool(cell == "")
        case bool():
            return cell is value
        case str():
            return bool(cell == _as_calamine_reads(value))
        case int():
            return bool(cell == (value if fits(value) else str(value))) and not isinstance(cell, bool)
        case Decimal():
            return _number(cell) == value if fits(value) else bool(cell == plain(value))
        case float():
            return bool(cell == (float(f"{value:.16G}") if fits(value) else str(value)))
        case datetime.datetime():
            return abs(_moment(cell) - value) <= _TOLERANCE
        case _:
            return bool(cell == value)


def _number(cell: Any) -> Decimal | None:
    return Decimal(f"{cell:.{MAX_DIGITS}G}") if isinstance(cell, int | float) and not isinstance(cell, bool) else None


def _moment(cell: Any) -> datetime.datetime:
    if isinstance(cell, datetime.datetime):
        return cell
    if isinstance(cell, datetime.date):
        return datetime.datetime.combine(cell, datetime.time())
    return datetime.datetime.min


def _as_calamine_reads(text: str) -> str:
    """Calamine does not decode the escapes of the two characters that XML forbids."""
    return text.replace("\ufffe", "_xFFFE_").replace("\uffff", "_xFFFF_")
