"""How many cases each rule could assess."""

import pandera.polars as pa
import polars as pl

from schemas import base


class QualityRuleCount(base.Table):
    """规则判定次数. One row a rule and year of the warehouse. A rule over numbers is judged once a case (a column,
    a row, a pair of years, a claim); a rule of the reader once a report. The
    view quality_rule_result has it with the titles.
    """

    rule: str = pa.Field(description="The rule, as in quality_rule.")
    year: pl.Int32 = base.year()
    assessable: pl.Int64 = pa.Field(ge=0, description="Cases that could be judged: none of their numbers is NULL.")
    failed: pl.Int64 = pa.Field(ge=0, description="Of these, the cases that do not hold.")

    class Config(base.Table.Config):
        unique = ["rule", "year"]
