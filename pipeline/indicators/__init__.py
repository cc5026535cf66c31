"""Indicators: what is computed from a report's numbers. Definitions as data, and the view that is made of them.

An indicator is a line of ``indicators.csv``: its ``numerator`` and ``denominator`` are SQL over the view
``agency_year``, for growth the denominator over the row of the year before. The lines become the table
``dim_indicator`` for people to read and the view ``indicator`` (``indicator.sql``), so that each formula is written
once.

To add an indicator, add a line. Belongs here: definitions. Comparisons of indicators are views of their own
(``views``).
"""

import csv
from dataclasses import asdict, dataclass
from functools import cache
from importlib import resources

_FOLDER = resources.files(__name__)


@dataclass(frozen=True, slots=True)
class Indicator:
    """A line of the file; ``schemas.dim_indicator`` has what the fields mean."""

    code: str
    kind: str
    unit: str
    numerator: str
    denominator: str
    name_zh: str
    name_en: str
    formula: str
    caveat_zh: str
    caveat_en: str


@cache
def all_indicators() -> tuple[Indicator, ...]:
    """Every indicator, in the order of the file."""
    with (_FOLDER / "indicators.csv").open(encoding="utf-8") as file:
        return tuple(Indicator(**row) for row in csv.DictReader(file))


def rows() -> list[dict[str, str | int]]:
    """The rows of ``dim_indicator``."""
    return [{**asdict(indicator), "sort_order": order} for order, indicator in enumerate(all_indicators(), 1)]


def view() -> str:
    """The statements that create the view ``indicator``, with its COMMENTs."""
    growing = [indicator for indicator in all_indicators() if indicator.kind == "growth"]
    before = [f"if(follows, lag({i.denominator}) OVER of_agency, NULL) AS {_before(i)}" for i in growing]
    numerators = [f"WHEN '{i.code}' THEN {i.numerator}" for i in all_indicators()]
    denominators = [f"WHEN '{i.code}' THEN {_before(i) if i in growing else i.denominator}" for i in all_indicators()]
    return (
        (_FOLDER / "indicator.sql")
        .read_text(encoding="utf-8")
        .format(
            before=f",\n{' ' * 8}".join(before),
            numerators=f"\n{' ' * 12}".join(numerators),
            denominators=f"\n{' ' * 12}".join(denominators),
        )
    )


def _before(indicator: Indicator) -> str:
    """The column with last year's denominator."""
    return f"{indicator.code}_before"
