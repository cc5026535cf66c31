"""Indicators: what is computed from a report's numbers, and how."""

import pandera.polars as pa
import polars as pl

from schemas import base

KINDS = ["share", "ratio", "growth", "difference"]


class DimIndicator(base.Table):
    """指标. One row an indicator, with its definition. The view indicator has its values for every report."""

    code: str = pa.Field(str_matches=r"^[a-z_]+$", description="Code of the indicator.")
    sort_order: pl.Int32 = pa.Field(unique=True, description="Place among the indicators, from 1.")
    name_zh: str = pa.Field(description="指标名称. Chinese name.")
    name_en: str = pa.Field(description="English name.")
    kind: str = pa.Field(
        isin=KINDS,
        description="share (a part of a whole: numerator / denominator, 0 to 1, with an interval), ratio (numerator / "
        "denominator where the one is no part of the other: may be above 1), growth (numerator / denominator - 1, the "
        "denominator being of the year before) or difference (numerator - denominator).",
    )
    unit: str = pa.Field(
        isin=["%", "件"],
        description="How people read it: % (the view has the fraction, 0.25 for 25 %) or 件, a number of documents.",
    )
    numerator: str = pa.Field(description="SQL over agency_year.")
    denominator: str = pa.Field(
        description="SQL over agency_year; for growth over the row of the year before, for a difference what is "
        "taken away."
    )
    formula: str = pa.Field(description="公式. The same in the words of the form.")
    caveat_zh: str = pa.Field(description="说明. What it does not say, in Chinese.")
    caveat_en: str = pa.Field(description="The same in English.")

    class Config(base.Table.Config):
        unique = ["code"]
