"""The declarations of the warehouse's tables.

One module a table; ``TABLES`` lists them in the order of their creation. What is generated from a declaration (DDL,
comments, Polars types, data dictionary) is in ``schemas.base``. The package imports nothing of ``pipeline`` or
``assets``.
"""

from schemas.base import Table
from schemas.cell_note import CellNote
from schemas.dim_agency import DimAgency
from schemas.dim_application_item import DimApplicationItem
from schemas.dim_disclosure_item import DimDisclosureItem
from schemas.dim_indicator import DimIndicator
from schemas.dim_report import DimReport
from schemas.fact_application_handling import FactApplicationHandling
from schemas.fact_narrative_claim import FactNarrativeClaim
from schemas.fact_proactive_disclosure import FactProactiveDisclosure
from schemas.fact_reconsideration import FactReconsideration
from schemas.ingest_run import IngestRun
from schemas.quality_issue import QualityIssue
from schemas.quality_rule import QualityRule
from schemas.quality_rule_count import QualityRuleCount
from schemas.quality_waiver import QualityWaiver
from schemas.rejected_report import RejectedReport
from schemas.report_line import ReportLine
from schemas.report_section import ReportSection
from schemas.sidecar_issue import SidecarIssue
from schemas.superseded_report import SupersededReport

TABLES: list[type[Table]] = [
    DimAgency,
    DimReport,
    DimApplicationItem,
    DimDisclosureItem,
    DimIndicator,
    FactApplicationHandling,
    FactReconsideration,
    FactProactiveDisclosure,
    FactNarrativeClaim,
    CellNote,
    QualityRule,
    QualityRuleCount,
    QualityIssue,
    QualityWaiver,
    RejectedReport,
    SupersededReport,
    SidecarIssue,
    ReportSection,
    ReportLine,
    IngestRun,
]

__all__ = [
    "TABLES",
    "CellNote",
    "DimAgency",
    "DimApplicationItem",
    "DimDisclosureItem",
    "DimIndicator",
    "DimReport",
    "FactApplicationHandling",
    "FactNarrativeClaim",
    "FactProactiveDisclosure",
    "FactReconsideration",
    "IngestRun",
    "QualityIssue",
    "QualityRule",
    "QualityRuleCount",
    "QualityWaiver",
    "RejectedReport",
    "ReportLine",
    "ReportSection",
    "SidecarIssue",
    "SupersededReport",
    "Table",
]
