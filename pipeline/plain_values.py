"""Values of a warehouse as JSON has them.

Belongs here: one value at a time, whatever prints or sends it. How a row looks is for those who show it.
"""

import math
from datetime import date, datetime
from decimal import Decimal
from typing import Any


def plain_value(value: Any) -> Any:
    """A value for JSON: numbers without needless decimals, moments in ISO form, others as text.

    >>> plain_value([Decimal("12.000000"), Decimal("0.500000"), date(2026, 1, 31), float("inf"), None])
    [12, 0.5, '2026-01-31', 'inf', None]
    """
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, float) and not math.isfinite(value):  # JSON has no such number
        return str(value)
    if isinstance(value, dict):
        return {str(key): plain_value(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain_value(each) for each in value]
    return value if isinstance(value, str | int | float | None) else str(value)
