"""The records of an agency's page: its reports by year with tables, issues and claims, its indicators.

Belongs here: what the template prints. Reading it from the warehouse is ``agencies``'s, laying out tables ``tables``'s.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple
from urllib.parse import urlsplit

from pipeline.site import words
from pipeline.site.tables import OfficialTables
from pipeline.site.words import Words


@dataclass(frozen=True, slots=True)
class Issue:
    """An issue in the list below the tables."""

    number: int
    discrepancy: str
    severity: str
    rule: str
    title: Words
    message: Words
    where: Words
    expected: str | None
    actual: str | None
    suggestion: Words | None
    fault: Words | None
    line: int | None
    line_text: str | None
    waived: bool
    waiver: str | None


class Claim(NamedTuple):
    """A number that a sentence states."""

    words: Words
    value: str
    scope: Words | None


class Sentence(NamedTuple):
    """A sentence of the report's text, and the claims in it."""

    line: int | None
    text: str
    claims: list[Claim]


@dataclass(slots=True)
class Report:
    """One report: its tables, its issues, and the source lines of both."""

    year: int
    source_file: str
    format: str | None
    title: str | None
    form: Words
    scope: Words | None
    published: date | None
    url: str | None
    link: str | None
    tables: OfficialTables
    issues: list[Issue]
    lines: dict[int, str]
    pages: dict[int, int]
    sentences: list[Sentence]
    received: str | None
    processed: str | None
    before: int | None = None  # the year of the agency's report before this one

    @property
    def issue_counts(self) -> list[tuple[str, Words, int, int]]:
        """Severities with labels, discrepancies and the cells at which they are marked; without waived issues."""
        open_ = [issue for issue in self.issues if not issue.waived]
        cells = Counter(issue.severity for issue in open_)
        times = Counter(severity for severity, _ in {(issue.severity, issue.discrepancy) for issue in open_})
        return [(code, label, times[code], cells[code]) for code, label in words.SEVERITIES.items() if times[code]]

    @property
    def lines_by_page(self) -> list[tuple[int | None, dict[int, str]]]:
        """The source lines, by page where the report has pages."""
        found: dict[int | None, dict[int, str]] = {}
        for line, text in self.lines.items():
            found.setdefault(self.pages.get(line), {})[line] = text
        return list(found.items())

    @property
    def gap(self) -> list[int]:
        """Years between this report and the agency's one before it, the latest first; empty without one before."""
        return [] if self.before is None else list(range(self.year - 1, self.before, -1))

    def page_link(self, page: int) -> str | None:
        """The address of a page, where the report is linked as the PDF that it was read from."""
        if self.format == "pdf" and self.link and _is_pdf(self.link):
            return f"{self.link}#page={page}"
        return None


class IndicatorValue(NamedTuple):
    """An indicator in one year: its value and interval as text, numerator and denominator, or why there is no value."""

    text: str | None
    interval: str | None
    fraction: str | None
    percentile: str | None
    reason: Words | None


class Indicator(NamedTuple):
    """An indicator in each year of the page."""

    code: str
    words: Words
    values: list[IndicatorValue | None]


@dataclass(slots=True)
class Agency:
    """One agency with everything on its page."""

    agency_id: str
    name: str
    aliases: list[str]
    region_code: str | None
    divisions: list[str]  # province, city, county
    level: Words
    kind: Words
    registered: bool
    successor: tuple[str, str] | None
    reports: list[Report] = field(default_factory=list)  # the latest first
    coverage: dict[int, str] = field(default_factory=dict)
    flow: list[tuple[int, list[str | None]]] = field(default_factory=list)  # no numbers: no report of the year
    indicators: list[Indicator] = field(default_factory=list)


def _is_pdf(address: str) -> bool:
    """Whether an address is one of a PDF, rather than of the web page that it is on.

    >>> _is_pdf("https://www.gov.cn/2023.PDF"), _is_pdf("https://www.gov.cn/2023.html?file=a.pdf")
    (True, False)
    """
    parts = urlsplit(address)
    return parts.path.lower().endswith(".pdf") and not parts.fragment


def web_address(url: str | None) -> str | None:
    """The address if it may become a link: one of the web, never a ``javascript:`` or the like.

    >>> web_address("javascript:alert(1)") is None
    True
    >>> web_address("https://www.gov.cn/a.htm")
    'https://www.gov.cn/a.htm'
    """
    try:
        parts = urlsplit((url or "").strip())
    except ValueError:
        return None
    return (url or "").strip() if parts.scheme in ("http", "https") and parts.netloc else None
