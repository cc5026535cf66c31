"""Reports of several years, for rules between years: rows of table three, and what two rules would say of them."""

from collections.abc import Callable

from tests.support import reports as printed
from tests.support.reports import Issue, with_rows

PENALTY = ("administrative_penalty", "decisions")


def rows(**numbers: int | str) -> Callable[[str], str]:
    return lambda text: with_rows(text, numbers)


def applications(received: int, over: int, answered: int, forward: int) -> Callable[[str], str]:
    return rows(
        **{
            printed.NEW: received,
            printed.OVER: over,
            printed.NOT_HELD: answered,
            printed.TOTAL: answered,
            printed.FORWARD: forward,
        }
    )


def carry(year: int, item: str, column: str, expected: str, actual: str) -> Issue:
    return ("carry_over", year, item, column, expected, actual)


def jump(cell: tuple[str, str], before: str, now: str, rule: str = "jump") -> Issue:
    return (rule, 2025, *cell, before, now)
