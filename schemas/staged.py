"""What of the tables is staged: those that a report's file fills, without the columns that only publishing knows.

Belongs here: which tables and which columns are staged. What a column is stands in its table's own module; how rows are
staged is ``pipeline.staging``'s.
"""

from typing import Any

import schemas
from schemas import base

#: The tables that a report's file fills; the rest of the warehouse is made from them.
REPORT_TABLES: list[type[schemas.Table]] = [
    schemas.DimReport,
    schemas.FactApplicationHandling,
    schemas.FactReconsideration,
    schemas.FactProactiveDisclosure,
    schemas.FactNarrativeClaim,
    schemas.CellNote,
    schemas.QualityIssue,
    schemas.ReportSection,
    schemas.ReportLine,
]

#: Columns that are only known when the warehouse is built, from more than the one report: when a version of a file was
#: first seen is in the warehouse before, a fault's explanation needs the agency's other years, and a waiver is written
#: after the issue was published.
_LATE = {"loaded_at", "seen_at", "suggestion", "likely_fault", "fault_evidence", "waived", "waiver"}


def staged_schema(table: type[schemas.Table]) -> dict[str, Any]:
    """The columns of a table as staged, with their types, in the declared order."""
    return {column: kind for column, kind in base.polars_schema(table).items() if column not in _LATE}
