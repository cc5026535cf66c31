"""Definitions of the indicators for the page of the data dictionary.

Belongs here: what the page shows beyond ``pipeline.export.dictionary``.
"""

from typing import NamedTuple

import duckdb

from pipeline.site.words import Words


class IndicatorDefinition(NamedTuple):
    """An indicator's definition."""

    code: str
    words: Words
    unit: str
    formula: str
    caveat: Words


def indicators(con: duckdb.DuckDBPyConnection) -> list[IndicatorDefinition]:
    """Definitions of all indicators, in their order."""
    rows = con.execute(
        "SELECT code, name_zh, name_en, unit, formula, caveat_zh, caveat_en FROM dim_indicator ORDER BY sort_order"
    ).fetchall()
    return [
        IndicatorDefinition(code, Words(zh, en), unit, formula, Words(caveat, caveat_en))
        for code, zh, en, unit, formula, caveat, caveat_en in rows
    ]
