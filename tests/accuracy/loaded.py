"""What a warehouse says of each report: its cells, the notes on them and the issues, by the public contract alone.

Nothing of the pipeline is imported, so that the warehouse of any version of it can be read.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TypeAlias

from tests.generator.form import COLUMNS, OUTCOMES

#: (table, item or track, column or measure)
Key: TypeAlias = tuple[str, str, str]
Query: TypeAlias = Callable[[str], list[tuple]]
APPLICATIONS, REVIEW, PROACTIVE = "fact_application_handling", "fact_reconsideration", "fact_proactive_disclosure"
_ROWS = ((APPLICATIONS, "item", COLUMNS), (REVIEW, "track", OUTCOMES))


@dataclass(frozen=True)
class Issue:
    """One line of ``quality_issue``. What is None is not one table, row or column."""

    rule: str
    severity: str
    table: str | None
    item: str | None
    column: str | None
    message: str

    @property
    def is_loud(self) -> bool:
        """Whether somebody who looks at warnings sees it."""
        return self.severity in ("warning", "error")


@dataclass
class Report:
    """One report of the warehouse."""

    name: str
    year: int
    form: str
    cells: dict[Key, Decimal | None] = field(default_factory=dict)
    notes: dict[Key, str] = field(default_factory=dict)
    issues: list[Issue] = field(default_factory=list)

    def note(self, key: Key) -> str | None:
        """The state that is noted of a cell or of its whole row."""
        table, item, column = key
        return self.notes.get((table, item, column)) or self.notes.get((table, item, "*"))


@dataclass
class Loaded:
    """Every file of the source: in the warehouse, rejected with a reason, or superseded by another."""

    reports: dict[str, Report]
    rejected: dict[str, str]
    superseded: dict[str, str]


def loaded(query: Query) -> Loaded:
    """Everything that the comparison needs, in seven queries."""
    by_key: dict[tuple[str, int], Report] = {}
    by_file: dict[str, Report] = {}
    for file, agency_id, year, name, form in query(
        "SELECT source_file, agency_id, year, name, form FROM dim_report JOIN dim_agency USING (agency_id)"
    ):
        by_file[file] = by_key[agency_id, year] = Report(name, year, form)
    for table, item_name, columns in _ROWS:
        for agency_id, year, item, *numbers in query(
            f"SELECT agency_id, year, {item_name}, {', '.join(columns)} FROM {table}"
        ):
            cells = by_key[agency_id, year].cells
            for column, value in zip(columns, numbers, strict=True):
                cells[table, item, column] = None if value is None else Decimal(value)
    for agency_id, year, item, measure, value in query(
        f"SELECT agency_id, year, item, measure, value FROM {PROACTIVE}"
    ):
        by_key[agency_id, year].cells[PROACTIVE, item, measure] = value
    for agency_id, year, table, item, column, state in query(
        "SELECT agency_id, year, table_name, item, column_name, state FROM cell_note"
    ):
        by_key[agency_id, year].notes[table, item, column] = state
    for agency_id, year, *issue in query(
        "SELECT agency_id, year, rule, severity, table_name, item, column_name, message FROM quality_issue"
    ):
        if (agency_id, year) in by_key:  # year_gap speaks of years that have no report
            by_key[agency_id, year].issues.append(Issue(*issue))
    rejected = dict(query("SELECT source_file, reason FROM rejected_report"))
    superseded = dict(query("SELECT source_file, superseded_by FROM superseded_report"))
    return Loaded(by_file, rejected, superseded)
