"""What the matcher says of a report: numbers with their places, and everything that must be named.

Belongs here: the shapes between matcher, extraction and rules. No behaviour beyond them.
"""

from dataclasses import dataclass, field

from pipeline.reader.findings import Finding
from pipeline.reader.tables.cell_values import Value


@dataclass(slots=True)
class Cell:
    """One number of the form: what stands there, and on which line of the source."""

    value: Value
    line: int | None


@dataclass(slots=True)
class Line:
    """One row of a table: an item or track, and its cells by column."""

    item: str
    cells: dict[str, Cell]

    @property
    def source_line(self) -> int | None:
        """Line of the row's first number."""
        return next((cell.line for cell in self.cells.values() if cell.line is not None), None)


@dataclass(slots=True)
class Reading:
    """The three tables of one report. A table that the text does not have is an empty dict."""

    form: str | None = None
    proactive: dict[tuple[str, str], Cell] = field(default_factory=dict)
    applications: dict[str, Line] = field(default_factory=dict)
    review: dict[str, Line] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    #: Forms that the headers of table two are of, whether or not numbers stand under them.
    header_forms: set[str] = field(default_factory=set)
    layouts: set[str] = field(default_factory=set)
    digits: int = 0
    digits_used: int = 0
    #: Lines that only hold a page number.
    page_marks: list[int] = field(default_factory=list)
    #: First and last source line of each table region found, for cutting the text into sections.
    regions: list[tuple[int, int]] = field(default_factory=list)
