"""Violations of the rules."""

import pandera.polars as pa
import polars as pl

from schemas import base
from schemas.quality_rule import SEVERITIES

FAULTS = ["reading", "agency"]


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
    cells: base.Names = pa.Field(
        nullable=True,
        description="The numbers that the rule weighed against each other, each as item.column, those of another year "
        "with [year] behind; NULL where the rule is about one cell or none.",
    )
    suggestion: str = pa.Field(
        nullable=True,
        description="The one cell that, changed to the number behind the arrow, would make all sums of the table hold "
        "(item.column: printed → number); several, if each alone would, joined by |. Never applied. NULL when no "
        "single cell explains it, or for rules that are no sums.",
    )
    likely_fault: str = pa.Field(
        nullable=True,
        isin=FAULTS,
        description="Whose fault the suggested cell looks like: reading (the source text there shows split digits or a "
        "shifted row) or agency (the text shows the number as read). NULL without a suggestion.",
    )
    fault_evidence: str = pa.Field(nullable=True, description="What in the source text speaks for likely_fault.")
    waived: bool = pa.Field(
        description="Whether a reviewer knows of it (waivers.csv); it stays in the table all the same."
    )
    waiver: str = pa.Field(nullable=True, description="Reason, reviewer and date of the waiver; NULL when not waived.")
