"""The rules that reports are checked against."""

import pandera.polars as pa

from schemas import base

SEVERITIES = ["error", "warning", "info"]


class QualityRule(base.Table):
    """质量规则. One row a rule."""

    rule: str = pa.Field(str_matches=r"^[a-z_]+$", description="Code of the rule.")
    severity: str = pa.Field(
        isin=SEVERITIES, description="error (the numbers cannot all be right), warning (look at it), info."
    )
    formula: str = pa.Field(description="What must hold, in terms of items and columns.")
    title_zh: str = pa.Field(description="Chinese title.")
    title_en: str = pa.Field(description="English title.")
    explanation: str = pa.Field(description="What a violation means and how to read it.")

    class Config(base.Table.Config):
        unique = ["rule"]
