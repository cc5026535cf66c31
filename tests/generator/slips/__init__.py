"""Slips: one thing that goes wrong in an otherwise tidy report, by name, with what a careful reader then finds.

A class of faults is a line in ``MARKS`` (inside a cell), ``ROWS`` (rows and columns) or ``PAGES`` (the whole page).
``generate(7, slip="remark_column")`` makes a report with it; all its chance comes from a stream of its own.
"""

from .base import Slip
from .marks import MARKS
from .pages import PAGES
from .rows import ROWS

SLIPS: dict[str, Slip] = MARKS | ROWS | PAGES

__all__ = ["SLIPS", "Slip"]
