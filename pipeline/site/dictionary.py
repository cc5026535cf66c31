"""Definitions of the indicators for the page of the data dictionary.

Belongs here: what the page shows beyond ``pipeline.export.dictionary``.
"""

from typing import NamedTuple

import duckdb

from pipeline.site.words import Words
from schemas.labels import UNITS


def unit_words(unit: str) -> Words:
    """A unit in both languages; empty where there is none."""
    return Words(unit, UNITS.get(unit, "")) if unit else Words("", "")


class IndicatorDefinition(NamedTuple):
    """An indicator's definition."""

    code: str
    words: Words
    unit: Words
    formula: Words
    caveat: Words


def indicators(con: duckdb.DuckDBPyConnection) -> list[IndicatorDefinition]:
    """Definitions of all indicators, in their order."""
    rows = con.execute(
        """
        SELECT code, name_zh, name_en, unit, formula, numerator || ' ÷ ' || denominator, caveat_zh, caveat_en
        FROM dim_indicator ORDER BY sort_order
        """
    ).fetchall()
    return [
        IndicatorDefinition(code, Words(zh, en), unit_words(unit), Words(formula, quotient), Words(caveat, caveat_en))
        for code, zh, en, unit, formula, quotient, caveat, caveat_en in rows
    ]
