"""One report end to end: its text to the rows of the warehouse's tables. Pure: no file, no clock, no order.

Belongs here: the steps, and findings about the report as a whole. Rows are ``report_rows``'.
"""

import traceback
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline import forms
from pipeline.forms import APPLICATIONS, PROACTIVE, REVIEW
from pipeline.forms.skeleton import skeleton
from pipeline.reader.document import Document
from pipeline.reader.findings import Finding, Where
from pipeline.reader.formats import staged
from pipeline.reader.narrative import claims
from pipeline.reader.raw_report import RawReport
from pipeline.reader.report_rows import RECORDS, ReportRows, issues
from pipeline.reader.report_scope import scope_of
from pipeline.reader.sections import Prose, prose
from pipeline.reader.tables.detached_table import regions
from pipeline.reader.tables.matcher import match
from pipeline.reader.tables.printed_labels import LEAST_OF_TABLE, printed_items
from pipeline.reader.tables.reading import Reading, Region
from pipeline.reader.tables.seen_numbers import only_certain
from pipeline.sources.fetch import RejectedError
from schemas.records import Row

#: Labels that only a table has, by which a text is known to have it.
_TABLE_LABELS = {
    APPLICATIONS: ["本年新收政府信息公开申请数量", "上年结转政府信息公开申请数量", "结转下年度继续办理"],
    REVIEW: ["未经复议直接起诉", "复议后起诉", "尚未"],
    PROACTIVE: ["信息内容", "行政许可", "行政处罚", "行政强制", "第二十条第"],
}
#: So many rows behind its last label a table has its first number, if it has any: one a line, with headers between.
_ROWS_BEHIND = 25
#: The first row of table three, and so many lines its header takes with what stands above it.
_FIRST_ROW, _MOST_ABOVE = "new_received", 60
#: So many numbers more than were read are two rows of table three at least.
_LOST_NUMBERS = 14
_TABLE_TITLES = {APPLICATIONS: "收到和处理申请情况表", REVIEW: "行政复议、行政诉讼情况表", PROACTIVE: "主动公开情况表"}

#: A cell of the fact tables: table, row and column.
Cell = tuple[str, str, str]


@dataclass(slots=True)
class Extraction:
    """The rows of one report by table, in the order of the declared columns (``loaded_at`` is set at publishing)."""

    report: RawReport
    rows: dict[str, list[Row]]
    #: Numbers read, of all tables: what decides between two files of one agency and year.
    numbers: int

    def cells(self) -> dict[Cell, Any]:
        """Every number of the fact tables by its table, row and column; NULLs left out."""
        return {cell: value for cell, value, _ in self._cells() if value is not None}

    def lines(self) -> dict[Cell, int | None]:
        """The line of every number of the fact tables."""
        return {cell: line for cell, value, line in self._cells() if value is not None}

    def _cells(self) -> Iterator[tuple[Cell, Any, int | None]]:
        for table, key, columns in (
            (APPLICATIONS, "item", forms.APPLICATION_COLUMNS),
            (REVIEW, "track", forms.REVIEW_COLUMNS),
        ):
            for row in RECORDS[table].read(self.rows[table]):
                for at, column in enumerate(columns):
                    line = row.value_lines[at] if row.value_lines else row.source_line
                    yield (table, getattr(row, key), column), getattr(row, column), line
        for row in RECORDS[PROACTIVE].read(self.rows[PROACTIVE]):
            yield (PROACTIVE, row.item, row.measure), row.value, row.source_line

    def add_finding(self, finding: Finding) -> None:
        """Add something that was noticed after the reading."""
        self.rows["quality_issue"] += issues(self.report, [finding])


def extract(report: RawReport) -> Extraction:
    """Read the tables of a report.

    Raises:
        RejectedError: no_tables when the text has none of the three, parser_error when the reader breaks.
    """
    try:
        return _extract(report)
    except RejectedError:
        raise
    except Exception as error:
        raise RejectedError("parser_error", traceback.format_exc(limit=-6)) from error


def _extract(report: RawReport) -> Extraction:
    document = staged.loads(report.text, report.page)
    reading = only_certain(match(document), document.seen)
    printed = _printed(document, reading)
    if not (reading.proactive or reading.applications or reading.review):
        raise RejectedError("no_tables", "the text has none of the three tables of the official form")
    text = prose(document, reading.regions, reading.page_marks)
    # What OCR makes of a number in a sentence no sum proves: it is compared with nothing.
    seen = set(document.seen)
    passages = [passage for passage in text.passages if passage.line not in seen]
    narrative = claims.read(passages, report.agency, report.year)
    rows = ReportRows(report, document)
    rows.add_applications(reading, printed)
    rows.add_review(reading.review)
    rows.add_proactive(reading.proactive)
    rows.add_findings(report.findings)
    rows.add_findings(reading.findings)
    rows.add_findings(_tables_not_read(reading, document, printed))
    rows.add_findings(_misplaced_headings(text))
    rows.add_findings(_unread_sentences(narrative.unread))
    rows.add_claims(narrative.claims)
    rows.add_sections(text)
    rows.add_cited_lines()
    rows.add_report(reading, scope_of(report.title, (passage.text for passage in text.passages)))
    return Extraction(report, rows.rows, rows.numbers)


def _printed(document: Document, reading: Reading) -> dict[str, int]:
    """The line of each row of table three that was not read although it is there.

    Where numbers of the table are left over, any row that was not read may be theirs.
    """
    missing = forms.application_items().keys() - reading.applications
    spans = reading.spans if _FIRST_ROW in reading.applications else _from_headings(document, reading.spans)
    printed = printed_items(document.rows, missing, spans)
    left = [line for line in reading.unused_rows if any(first <= line <= last for first, last in reading.spans)]
    left = left or (_lines_of_lost_rows(document, reading) if missing else [])
    return dict.fromkeys(missing, left[0]) | printed if left else printed


def _from_headings(document: Document, spans: Sequence[Region]) -> list[Region]:
    """The regions of table three, each from the heading above it on: numbers of its first row may stand elsewhere."""
    headings = [first for first, _ in regions(document.lines)]
    above = (max((at for at in headings if 0 < span.first - at <= _MOST_ABOVE), default=span.first) for span in spans)
    return [Region(first, span.last) for first, span in zip(above, spans, strict=True)]


def _lines_of_lost_rows(document: Document, reading: Reading) -> list[int]:
    """The first line under the heading of table three, if many more numbers stand there than were read."""
    if document.rows_are_staged:
        return []
    read = sum(cell.value.number is not None for row in reading.applications.values() for cell in row.cells.values())
    for first, last in regions(document.lines):
        inside = (row for row in document.rows if first < row.line <= last)
        printed = sum(cell.strip().isdecimal() for row in inside for cell in row.cells)
        if printed >= read + _LOST_NUMBERS:
            return [first]
    return []


def _tables_not_read(reading: Reading, document: Document, printed: Mapping[str, int]) -> Iterator[Finding]:
    """Tables of which nothing was read: they are not there, or they are and were not understood, which is our fault."""
    for table, found in (
        (APPLICATIONS, reading.applications),
        (REVIEW, reading.review),
        (PROACTIVE, reading.proactive),
    ):
        if found or _is_named_as_ambiguous(table, reading.findings):
            continue
        has_labels = table == APPLICATIONS and len(printed) >= LEAST_OF_TABLE
        rule = "table_unread" if has_labels or _is_printed(table, document) else "table_missing"
        yield Finding(rule, Where(table), title=(_TABLE_TITLES[table], table))


def _is_named_as_ambiguous(table: str, findings: Iterable[Finding]) -> bool:
    """Whether the matcher has named already what stands in a table."""
    return any(finding.where.table == table and finding.rule == "ambiguous_reading" for finding in findings)


def _is_printed(table: str, document: Document) -> bool:
    """Whether a text has all labels that only this table has, and cells that are numbers right behind the last."""
    bare = [skeleton("".join(row.cells)) for row in document.rows]
    rows_of_labels = [[at for at, text in enumerate(bare) if label in text] for label in _TABLE_LABELS[table]]
    if not all(rows_of_labels):
        return False
    last = max(at for rows in rows_of_labels for at in rows)
    return any(text.isdecimal() for text in bare[last : last + _ROWS_BEHIND])


def _misplaced_headings(text: Prose) -> Iterator[Finding]:
    for number, heading, line in text.misplaced:
        yield Finding("section_order", Where(line=line), number=str(number), actual=heading)


def _unread_sentences(unread: Iterable[claims.UnreadSentence]) -> Iterator[Finding]:
    for reason, text, line in unread:
        yield Finding("text_unread", Where(line=line), reason, text=text, actual=reason)
