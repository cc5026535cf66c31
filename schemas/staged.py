"""The tables that are staged, one row for each of a report's, and the columns that are known only at publishing."""

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


#: Columns that are only known when the warehouse is built.
_LATE = {"loaded_at", "suggestion", "likely_fault", "fault_evidence", "waived", "waiver"}


def staged_schema(table: type[schemas.Table]) -> dict[str, Any]:
    """The columns of a table as staged."""
    return {column: kind for column, kind in base.polars_schema(table).items() if column not in _LATE}
