"""Violations of the rules."""

import pandera.polars as pa
import polars as pl

from schemas import base
from schemas.quality_rule import SEVERITIES


class QualityIssue(base.Table):
    """质量问题. One row a violation of a rule by a report. The report's numbers are loaded as printed all the same."""

    agency_id: str = base.agency_id()
    year: pl.Int32 = base.year()
    rule: str = pa.Field(description="The rule, as in quality_rule.")
    severity: str = pa.Field(isin=SEVERITIES, description="Severity of the rule.")
    table_name: str = pa.Field(nullable=True, description="The fact table it is about; NULL for the whole report.")
    item: str = pa.Field(nullable=True, description="The row (item or track) it is about; NULL when not one row.")
    column_name: str = pa.Field(nullable=True, description="The column or measure; NULL when not one column.")
    expected: str = pa.Field(nullable=True, description="What the rule asks for, given the other numbers.")
    actual: str = pa.Field(nullable=True, description="What the report prints.")
    message: str = pa.Field(description="What contradicts what, in Chinese.")
    message_en: str = pa.Field(description="The same in English.")
    source_line: pl.Int32 = base.source_line()
