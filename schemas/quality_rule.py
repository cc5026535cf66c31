"""The rules that reports are checked by."""

import pandera.polars as pa

from schemas import base

SEVERITIES = ["error", "warning", "info"]

GROUPS = ["sums", "values", "years", "narrative", "sections", "identity", "reading"]


class QualityRule(base.Table):
    """质量规则. One row a rule."""

    rule: str = pa.Field(str_matches=r"^[a-z_]+$", description="Code of the rule.")
    rule_group: str = pa.Field(
        isin=GROUPS,
        description="What it is about: sums (of the form), values, years (between two reports), narrative (text "
        "against table and itself), sections, identity, reading (what the reader has to say).",
    )
    severity: str = pa.Field(
        isin=SEVERITIES, description="error (the numbers cannot all be right), warning (look at it), info."
    )
    formula: str = pa.Field(description="What must hold, in terms of items and columns.")
    title_zh: str = pa.Field(description="Chinese title.")
    title_en: str = pa.Field(description="English title.")
    explanation: str = pa.Field(description="What a violation means and how to read it.")

    says_zh: str = pa.Field(description="For people who do not know the form, in Chinese: what the rule found.")
    says_en: str = pa.Field(description="The same in English.")
    matters_zh: str = pa.Field(description="For them, in Chinese: why it matters.")
    matters_en: str = pa.Field(description="The same in English.")
    causes_zh: str = pa.Field(description="For them, in Chinese: what may have happened.")
    causes_en: str = pa.Field(description="The same in English.")

    class Config(base.Table.Config):
        unique = ["rule"]
