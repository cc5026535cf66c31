"""What the matcher finds in a report: the cells of the form with their source lines, and the findings.

Belongs here: the records that matcher, extraction and rules share. No behaviour beyond them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from pipeline.reader.findings import Finding
from pipeline.reader.tables.cell_values import CellValue


class Region(NamedTuple):
    """The source lines that a table takes up, from its first to its last."""

    first: int
    last: int


@dataclass(slots=True)
class FormCell:
    """One cell of the form: what is printed in it, and on which line of the source."""

    value: CellValue
    line: int | None


@dataclass(slots=True)
class FormRow:
    """One row of the form: its item or track, and its cells by column."""

    item: str
    cells: dict[str, FormCell]

    @property
    def source_line(self) -> int | None:
        """Line of the row's first number."""
        return next((cell.line for cell in self.cells.values() if cell.line is not None), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class TableReading:
    """What reading any one table finds; each table adds its own cells or rows."""

    findings: Sequence[Finding] = ()
    #: Layouts of the text that the table's numbers were read from.
    layouts: frozenset[str] = frozenset()
    #: Where the table stands; several regions where the report repeats it.
    regions: Sequence[Region] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """The three tables of one report. A table that the text does not have is an empty dict."""

    form: str | None
    proactive: dict[tuple[str, str], FormCell]
    applications: dict[str, FormRow]
    review: dict[str, FormRow]
    findings: list[Finding] = field(default_factory=list)
    layouts: frozenset[str]
    #: Numbers printed in the regions, and those of them that became cells.
    digits: int
    digits_used: int
    #: Lines that only hold a page number.
    page_marks: list[int]
    #: The region of each table found, for cutting the text into sections.
    regions: list[Region]
    #: The regions of table three.
    spans: Sequence[Region]
    #: Lines in the regions on which several numbers stand that became no cell.
    unused_rows: Sequence[int]
