"""A figure: a chart's numbers as a table, from which the browser and ``pictures`` draw it.

Belongs here: the records, and what all figures share. Reading numbers is ``overview``'s and ``corrections``'s.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

from pipeline.site.words import Words

YEAR = Words("年度", "year")
#: Reports that sums hold: those that add up a whole area would count its bodies twice.
SUMMED = "scope IS DISTINCT FROM 'region'"
_Numbers = TypeVar("_Numbers")


class FigureNumber(NamedTuple):
    """A number of a figure's table.

    ``reports`` are those that state it, where it is a sum. A share has its numerator and denominator in ``parts``.
    """

    value: float | None
    reports: int | None = None
    parts: tuple[int, int] | None = None

    @property
    def text(self) -> str:
        """It as it is printed: a share in per cent."""
        return f"{self.value or 0:.1%}" if self.parts else f"{self.value:,}"

    @property
    def fraction(self) -> str:
        """What a share is of; empty for a count."""
        return "{:,}/{:,}".format(*self.parts) if self.parts else ""


class FigureRow(NamedTuple):
    """A row of a figure's table. ``series`` is the outcome it is drawn as, unless its column decides that."""

    label: Words
    numbers: list[FigureNumber]
    series: str | None = None


class FigureColumn(NamedTuple):
    """A column of a figure's table; drawn or only to be read."""

    words: Words
    drawn: bool = True


@dataclass(frozen=True, slots=True)
class Figure:
    """A chart: its title, a summary in words, and its numbers as a table."""

    code: str
    title: Words
    note: Words | None
    summary: Words
    row_heading: Words
    columns: list[FigureColumn]
    rows: list[FigureRow]


def every_year(found: Mapping[int, _Numbers], missing: _Numbers) -> list[tuple[int, _Numbers]]:
    """All years from the first to the last, so that a line has a gap where one is missing.

    >>> every_year({2020: 1, 2022: 3}, 0)
    [(2020, 1), (2021, 0), (2022, 3)]
    """
    years = range(min(found), max(found) + 1) if found else ()
    return [(year, found.get(year, missing)) for year in years]
