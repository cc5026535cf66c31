"""Definitions of the indicators, as the data dictionary lists them beside tables, views, rules and terms.

Belongs here: what ``pipeline.export`` does not have of the dictionary already.
"""

from typing import NamedTuple

import duckdb

from pipeline.site.words import Words


class Indicator(NamedTuple):
    """An indicator's definition."""

    code: str
    words: Words
    unit: str
    formula: str
    caveat: Words


def indicators(con: duckdb.DuckDBPyConnection) -> list[Indicator]:
    """Definitions of all indicators, in their order."""
    rows = con.execute(
        "SELECT code, name_zh, name_en, unit, formula, caveat_zh, caveat_en FROM dim_indicator ORDER BY sort_order"
    ).fetchall()
    return [
        Indicator(code, Words(zh, en), unit, formula, Words(caveat, caveat_en))
        for code, zh, en, unit, formula, caveat, caveat_en in rows
    ]
