"""Numbers as text.

Belongs here: what a number looks like wherever one is printed. Reading numbers is for ``reader``.
"""

from decimal import Decimal


def plain(number: object) -> str:
    """A number without decimals that say nothing, and never in scientific notation.

    >>> plain(Decimal("12.500000")), plain(Decimal("1000000.000000")), plain(7)
    ('12.5', '1000000', '7')
    """
    return f"{number.normalize():f}" if isinstance(number, Decimal) else str(number)
