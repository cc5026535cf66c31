"""One report end to end: its text to the rows of the warehouse's tables. Pure: no file, no clock, no order.

Belongs here: turning a ``Reading`` into rows, with a note for every cell that is no plain number.
"""

import traceback
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from pipeline import forms
from pipeline.forms import APPLICATIONS, PROACTIVE, REVIEW
from pipeline.forms.skeleton import skeleton
from pipeline.reader.document import Document
from pipeline.reader.findings import READER_RULES, Finding, Where
from pipeline.reader.formats import registry
from pipeline.reader.narrative import claims
from pipeline.reader.raw_report import RawReport
from pipeline.reader.report_scope import scope_of
from pipeline.reader.sections import Prose, prose
from pipeline.reader.tables.cell_values import CellValue
from pipeline.reader.tables.matcher import match
from pipeline.reader.tables.reading import FormCell, FormRow, Reading
from pipeline.sources.fetch import RejectedError
from schemas import base
from schemas.staged import REPORT_TABLES

Row = tuple[Any, ...]


_NAMES = [base.name(table) for table in REPORT_TABLES]
_LONGEST_LINE = 500
_LONGEST_RAW = 200
_LARGEST_COUNT = 2**62
#: Behind a count these make another number of it (3万), or none (5万元): it is not loaded as the digits alone.
_NO_UNITS_OF_COUNTS = {"万", "元", "万元", "亿元"}
#: Labels that only a table has, by which a text is known to have it.
_MARKS = {
    APPLICATIONS: ["本年新收政府信息公开申请数量", "上年结转政府信息公开申请数量", "结转下年度继续办理"],
    REVIEW: ["未经复议直接起诉", "复议后起诉", "尚未"],
    PROACTIVE: ["信息内容", "行政许可", "行政处罚", "行政强制", "第二十条第"],
}
#: So many rows behind its last label a table has its first number, if it has any: one a line, with headers between.
_ROWS_BEHIND = 25
_TABLES = {APPLICATIONS: "收到和处理申请情况表", REVIEW: "行政复议、行政诉讼情况表", PROACTIVE: "主动公开情况表"}


@dataclass(slots=True)
class Extraction:
    """The rows of one report by table, in the order of the declared columns (``loaded_at`` is set at publishing)."""

    report: RawReport
    rows: dict[str, list[Row]] = field(default_factory=dict)
    #: Numbers read, of all tables: what decides between two files of one agency and year.
    numbers: int = 0

    def cells(self) -> dict[tuple[str, str, str], Any]:
        """Every number of the fact tables by its table, row and column; NULLs left out."""
        found: dict[tuple[str, str, str], Any] = {}
        for table, columns in ((APPLICATIONS, forms.APPLICATION_COLUMNS), (REVIEW, forms.REVIEW_COLUMNS)):
            for row in self.rows[table]:
                found |= {(table, row[2], column): value for column, value in zip(columns, row[3:], strict=False)}
        found |= {(PROACTIVE, row[2], row[3]): row[4] for row in self.rows[PROACTIVE]}
        return {cell: value for cell, value in found.items() if value is not None}

    def add_finding(self, finding: Finding) -> None:
        """Name something that was found after the reading."""
        self.rows["quality_issue"].append(_issue((self.report.agency_id, self.report.year), finding))


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
    document = registry.read(report.text, report.page)
    reading = match(document)
    if not (reading.proactive or reading.applications or reading.review):
        raise RejectedError("no_tables", "the text has none of the three tables of the official form")
    text = prose(document, reading.regions, reading.page_marks)
    maker = _RowMaker(report, document)
    maker.applications(reading)
    maker.review(reading)
    maker.proactive(reading)
    told = claims.read(text.passages, report.agency, report.year)
    maker.findings([*report.findings, *reading.findings, *_misplaced(text), *_unread(told.unread)])
    maker.narrative(told.claims)
    maker.sections_and_lines(text)
    maker.report_row(reading, scope_of(report.title, (passage.text for passage in text.passages)))
    return Extraction(report, maker.rows, maker.numbers)


class _RowMaker:
    """Collects the rows of one report."""

    def __init__(self, report: RawReport, document: Document) -> None:
        self.report = report
        self.document = document
        self.key = (report.agency_id, report.year)
        self.rows: dict[str, list[Row]] = {name: [] for name in _NAMES}
        self.numbers = 0
        self.lines: set[int] = set()

    def applications(self, reading: Reading) -> None:
        """Rows of table three, in the form's order; the form's rows that the report lacks are NULL and noted."""
        found = reading.applications
        if not found:
            self._missing_table(APPLICATIONS, reading)
            return
        single = "other_processing" in found
        parts = any(item in found for item in ("other_no_correction", "other_fee_unpaid", "other_other"))
        expected = set(forms.application_rows("2019" if single and not parts else "2021"))
        for item in forms.application_items():
            if item in found:
                self._counts(APPLICATIONS, found[item], forms.APPLICATION_COLUMNS)
            elif item in expected:
                self.rows[APPLICATIONS].append((*self.key, item, *[None] * len(forms.APPLICATION_COLUMNS), None, None))
                self._note(APPLICATIONS, item, "*", "absent_row", None, None)

    def review(self, reading: Reading) -> None:
        """Rows of table four."""
        if not reading.review:
            self._missing_table(REVIEW, reading)
            return
        for track in forms.TRACKS:
            if track in reading.review:
                self._counts(REVIEW, reading.review[track], forms.REVIEW_COLUMNS)
            else:
                self.rows[REVIEW].append((*self.key, track, *[None] * len(forms.REVIEW_COLUMNS), None, None))
                self._note(REVIEW, track, "*", "absent_row", None, None)

    def proactive(self, reading: Reading) -> None:
        """Rows of table two, one a cell; the cells of the table's form that the report lacks are NULL and noted."""
        found = reading.proactive
        if not found:
            self._missing_table(PROACTIVE, reading)
            return
        only = {f for key in found for f in forms.disclosure_items()[key].forms if _is_of_one_form(key)} or {"2021"}
        expected = {key for form in only for key in forms.disclosure_cells(form)} if len(only) == 1 else set()
        for key, item in forms.disclosure_items().items():
            if key in found:
                number = self._number(PROACTIVE, *key, found[key], whole=item.unit != "万元")
                self.rows[PROACTIVE].append((*self.key, *key, number, found[key].line))
            elif key in expected:
                self.rows[PROACTIVE].append((*self.key, *key, None, None))
                self._note(PROACTIVE, *key, "absent_row", None, None)

    def findings(self, found: Iterable[Finding]) -> None:
        """Everything the reader had to say, as issues."""
        self.rows["quality_issue"] += [_issue(self.key, finding) for finding in found]

    def narrative(self, found: Iterable[claims.Claim]) -> None:
        """What the prose says of the tables' numbers."""
        for number, claim in enumerate(found, 1):
            self.rows["fact_narrative_claim"].append(
                (
                    *self.key,
                    number,
                    claim.claim,
                    claim.value,
                    claim.unit,
                    claim.scope,
                    claim.approximate,
                    None if claim.part_of is None else claim.part_of + 1,
                    claim.share,
                    claim.text,
                    claim.line,
                )
            )

    def sections_and_lines(self, text: Prose) -> None:
        """The prose by section, and the source lines that numbers were read from."""
        for section in text.sections:
            self.rows["report_section"].append((*self.key, section.number, section.heading, section.text, section.line))
        for line in sorted(self.lines):
            self.rows["report_line"].append(
                (*self.key, line, self.document.lines[line - 1].strip("\r\n")[:_LONGEST_LINE])
            )

    def report_row(self, reading: Reading, scope: str | None) -> None:
        """The report's own row."""
        report = self.report
        self.rows["dim_report"].append(
            (
                *self.key,
                report.source_file,
                report.source_sha256,
                report.title,
                reading.form,
                report.encoding,
                scope,
                report.published,
                report.url,
                "+".join(sorted(reading.layouts)),
                report.identity_from,
                reading.digits,
                reading.digits_used,
            )
        )

    def _counts(self, table: str, line: FormRow, columns: list[str]) -> None:
        cells = [line.cells[column] for column in columns]
        lines = [cell.line for cell in cells]
        numbers = [cell.value.count for cell in cells]
        if None in numbers or None in lines:
            numbers = [
                self._number(table, line.item, column, cell, whole=True)
                for column, cell in zip(columns, cells, strict=True)
            ]
        else:
            self.numbers += len(numbers)
            self.lines.update(lines)  # type: ignore[arg-type]
        apart = None if lines.count(lines[0]) == len(lines) else lines
        self.rows[table].append((*self.key, line.item, *numbers, line.source_line, apart))

    def _number(self, table: str, item: str, column: str, cell: FormCell, *, whole: bool) -> Any:
        """The cell's number, as the table stores it; a note says what is not a plain one."""
        value = cell.value
        if value.number is not None and whole and (not _is_count(value.number) or value.unit in _NO_UNITS_OF_COUNTS):
            value = CellValue(value.raw, state="unreadable")
        if value.state is not None:
            self._note(table, item, column, value.state, value.raw or None, cell.line)
        if cell.line is not None:
            self.lines.add(cell.line)
        if value.number is None:
            return None
        self.numbers += 1
        return value.number if table == PROACTIVE else int(value.number)

    def _note(self, table: str, item: str, column: str, state: str, raw: str | None, line: int | None) -> None:
        self.rows["cell_note"].append((*self.key, table, item, column, state, _short(raw), line))

    def _missing_table(self, table: str, reading: Reading) -> None:
        """A table of which nothing was read: it is not there, or it is and was not understood, which is our fault."""
        self._note(table, "*", "*", "absent_row", None, None)
        if any(finding.where.table == table and finding.rule == "ambiguous_reading" for finding in reading.findings):
            return  # what stands there has been named already
        if _is_printed(table, self.document):
            reading.findings.append(
                Finding(
                    "table_unread",
                    Where(table),
                    title=(_TABLES[table], table),
                )
            )
            return
        reading.findings.append(
            Finding(
                "table_missing",
                Where(table),
                title=(_TABLES[table], table),
            )
        )


def _issue(key: tuple[str, int], finding: Finding) -> Row:
    """A row of ``quality_issue``; ``cells`` are of rules over numbers."""
    return (
        *key,
        finding.rule,
        READER_RULES[finding.rule].severity,
        *finding.where[:3],
        None,
        _short(finding.actual),
        finding.message,
        finding.message_en,
        finding.where.line,
        None,
    )


def _is_printed(table: str, document: Document) -> bool:
    """Whether a text has all labels that only this table has, and cells that are numbers right behind the last."""
    bare = [skeleton("".join(row.cells)) for row in document.rows]
    places = [[at for at, text in enumerate(bare) if mark in text] for mark in _MARKS[table]]
    if not all(places):
        return False
    last = max(at for some in places for at in some)
    return any(text.isdecimal() for text in bare[last : last + _ROWS_BEHIND])


def _misplaced(text: Prose) -> Iterator[Finding]:
    for number, heading, line in text.misplaced:
        yield Finding(
            "section_order",
            Where(line=line),
            number=str(number),
            actual=heading,
        )


def _unread(found: Iterable[claims.Unread]) -> Iterator[Finding]:
    for why, text, line in found:
        yield Finding("text_unread", Where(line=line), why, text=text, actual=why)


def _is_of_one_form(key: tuple[str, str]) -> bool:
    return len(forms.disclosure_items()[key].forms) == 1


def _is_count(number: Decimal) -> bool:
    return number == number.to_integral_value() and abs(number) < _LARGEST_COUNT


def _short(text: str | None) -> str | None:
    return text if text is None or len(text) <= _LONGEST_RAW else text[: _LONGEST_RAW - 1] + "…"
