"""The rows of one report: what was read of it, as rows of the staged tables.

Belongs here: rows, and a note for every cell that is no plain number. Which number stands in which cell is
``pipeline.reader.tables``', what the prose claims ``pipeline.reader.narrative``'s.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

import schemas
from pipeline import forms
from pipeline.forms import APPLICATIONS, PROACTIVE, REVIEW
from pipeline.reader.document import Document, Place
from pipeline.reader.findings import READER_RULES, Finding
from pipeline.reader.narrative.claims import Claim
from pipeline.reader.raw_report import RawReport
from pipeline.reader.sections import Prose
from pipeline.reader.tables.cell_values import CellValue
from pipeline.reader.tables.printed_labels import LEAST_OF_TABLE
from pipeline.reader.tables.reading import FormCell, FormRow, Reading
from schemas.records import Records, Row
from schemas.staged import REPORT_TABLES

#: Where something stands on a page: the fields of ``document.Place``.
PLACE = Place._fields
#: Columns that are given together, as the form lists them.
_GROUPS: dict[type[schemas.Table], dict[str, Sequence[str]]] = {
    schemas.FactApplicationHandling: {"counts": forms.APPLICATION_COLUMNS},
    schemas.FactReconsideration: {"counts": forms.REVIEW_COLUMNS},
    schemas.ReportLine: {"place": PLACE},
    schemas.CellNote: {"place": PLACE},
}
#: The staged tables by name.
RECORDS = {records.name: records for records in (Records(table, _GROUPS.get(table)) for table in REPORT_TABLES)}
_NO_APPLICATIONS = [None] * len(forms.APPLICATION_COLUMNS)
_NO_PLACE = [None] * len(PLACE)
_NO_REVIEW = [None] * len(forms.REVIEW_COLUMNS)
#: The row of the older form that the newer one has three for.
_SINGLE = "other_processing"
_LONGEST_LINE = 500
_LONGEST_RAW = 200
_LARGEST_COUNT = 2**62


class ReportRows:
    """Collects the rows of one report, by table."""

    def __init__(self, report: RawReport, document: Document) -> None:
        self.report = report
        self._document = document
        self.rows: dict[str, list[Row]] = {name: [] for name in RECORDS}
        #: Numbers read, of all tables: what decides between two files of one agency and year.
        self.numbers = 0
        #: What a row is that was not found: of a picture nobody can say that it is not there.
        self._absent = "ocr" if document.seen else "absent_row"
        self._cited_lines: set[int] = set()
        self._new_note = _maker("cell_note", self.report)

    def add_applications(self, reading: Reading, printed: Mapping[str, int]) -> None:
        """Rows of table three, in the form's order; the form's rows that the report lacks are NULL and noted.

        ``printed`` has the line of the label of each row that was not read although it is there.
        """
        found, source = reading.applications, self._document.lines
        if not found:
            is_printed = len(printed) >= LEAST_OF_TABLE
            self._note_missing("*", min(printed.values()) if is_printed else None, source)
            return
        new, rows = _maker(APPLICATIONS, self.report), self.rows[APPLICATIONS]
        single = _SINGLE in found
        parts = any(item in found for item in ("other_no_correction", "other_fee_unpaid", "other_other"))
        expected = set(forms.application_rows("2019" if single and not parts else "2021"))
        if not (single or parts or reading.form == "2021") and _SINGLE in printed:
            expected.add(_SINGLE)
        for item in forms.application_items():
            if item in found:
                counts, lines = self._counts(APPLICATIONS, found[item], forms.APPLICATION_COLUMNS)
                rows.append(new(item=item, counts=counts, source_line=found[item].source_line, value_lines=lines))
            elif item in expected:
                rows.append(new(item=item, counts=_NO_APPLICATIONS, source_line=None, value_lines=None))
                self._note_missing(item, printed.get(item), source)

    def _note_missing(self, item: str, line: int | None, source: Sequence[str]) -> None:
        """A note for a row of table three that was not read: it is not there, or its label stands on a line."""
        if line is None:
            self._note(APPLICATIONS, item, "*", self._absent, None, None)
        else:
            self._note(APPLICATIONS, item, "*", "unreadable", source[line - 1].strip(), line)

    def add_review(self, found: dict[str, FormRow]) -> None:
        """Rows of table four."""
        if not found:
            self._note(REVIEW, "*", "*", self._absent, None, None)
            return
        new, rows = _maker(REVIEW, self.report), self.rows[REVIEW]
        for track in forms.TRACKS:
            if track in found:
                counts, lines = self._counts(REVIEW, found[track], forms.REVIEW_COLUMNS)
                rows.append(new(track=track, counts=counts, source_line=found[track].source_line, value_lines=lines))
            else:
                rows.append(new(track=track, counts=_NO_REVIEW, source_line=None, value_lines=None))
                self._note(REVIEW, track, "*", self._absent, None, None)

    def add_proactive(self, found: dict[tuple[str, str], FormCell]) -> None:
        """Rows of table two, one a cell; the cells of the table's form that the report lacks are NULL and noted."""
        if not found:
            self._note(PROACTIVE, "*", "*", self._absent, None, None)
            return
        new, rows = _maker(PROACTIVE, self.report), self.rows[PROACTIVE]
        only = {f for key in found for f in forms.disclosure_items()[key].forms if _is_of_one_form(key)} or {"2021"}
        expected = {key for form in only for key in forms.disclosure_cells(form)} if len(only) == 1 else set()
        for key, disclosure in forms.disclosure_items().items():
            item, measure = key
            if key in found:
                value = self._number(PROACTIVE, item, measure, found[key], whole=disclosure.unit != "万元")
                rows.append(new(item=item, measure=measure, value=value, source_line=found[key].line))
            elif key in expected:
                rows.append(new(item=item, measure=measure, value=None, source_line=None))
                self._note(PROACTIVE, item, measure, self._absent, None, None)

    def add_findings(self, found: Iterable[Finding]) -> None:
        """What was noticed while reading, as issues."""
        findings = list(found)
        self.rows["quality_issue"] += issues(self.report, findings)
        self._cite_in_pages(finding.where.line for finding in findings)

    def add_claims(self, found: Iterable[Claim]) -> None:
        """What the prose claims of the tables' numbers."""
        new, claims = _maker("fact_narrative_claim", self.report), list(found)
        self.rows["fact_narrative_claim"] += [
            new(
                claim_no=number,
                claim=claim.claim,
                value=claim.value,
                unit=claim.unit,
                scope=claim.scope,
                approximate=claim.approximate,
                part_of=None if claim.part_of is None else claim.part_of + 1,
                share=claim.share,
                text=claim.text,
                source_line=claim.line,
            )
            for number, claim in enumerate(claims, 1)
        ]
        self._cite_in_pages(claim.line for claim in claims)

    def add_sections(self, prose: Prose) -> None:
        """The prose, section by section."""
        new = _maker("report_section", self.report)
        self.rows["report_section"] += [
            new(section=section.number, heading=section.heading, text=section.text, source_line=section.line)
            for section in prose.sections
        ]
        self._cite_in_pages(section.line for section in prose.sections)

    def add_cited_lines(self) -> None:
        """The source lines that numbers were read from, of documents of pages also those of other rows; comes last."""
        new, lines = _maker("report_line", self.report), self._document.lines
        self.rows["report_line"] += [
            new(line=line, text=lines[line - 1].strip("\r\n")[:_LONGEST_LINE], place=self._place(line))
            for line in sorted(self._cited_lines)
        ]

    def _cite_in_pages(self, lines: Iterable[int | None]) -> None:
        """Keep the lines of a document of pages: what has a line there is found by its page alone."""
        if self._document.places:
            self._cited_lines.update(line for line in lines if line is not None)

    def _place(self, line: int | None) -> Sequence[float | None]:
        """The page and the box of a line, where the document has pages."""
        places = self._document.places
        return (places and line and places[line - 1]) or _NO_PLACE

    def add_report(self, reading: Reading, scope: str | None) -> None:
        """The report's own row."""
        report = self.report
        row = _maker("dim_report", self.report)(
            source_file=report.source_file,
            source_sha256=report.source_sha256,
            title=report.title,
            form=reading.form,
            format=report.format,
            encoding=report.encoding,
            scope=scope,
            published=report.published,
            url=report.url,
            layout="+".join(sorted(reading.layouts)),
            identity_from=report.identity_from,
            digits=reading.digits,
            digits_used=reading.digits_used,
        )
        self.rows["dim_report"].append(row)

    def _counts(self, table: str, row: FormRow, columns: Sequence[str]) -> tuple[list[Any], list[int | None] | None]:
        """A row's numbers in the order of the columns, and the line of each where they do not all stand on one."""
        cells = [row.cells[column] for column in columns]
        lines = [cell.line for cell in cells]
        numbers = [cell.value.count for cell in cells]
        if None in numbers or None in lines:
            numbers = [
                self._number(table, row.item, column, cell, whole=True)
                for column, cell in zip(columns, cells, strict=True)
            ]
        else:
            self.numbers += len(numbers)
            self._cited_lines.update(lines)  # type: ignore[arg-type]
        return numbers, None if lines.count(lines[0]) == len(lines) else lines

    def _number(self, table: str, item: str, column: str, cell: FormCell, *, whole: bool) -> Any:
        """The cell's number, as the table stores it; a note says what is not a plain one."""
        value = cell.value
        if value.number is not None and whole and (not _is_count(value.number) or value.is_money):
            value = CellValue(value.raw, state="unreadable")
        if value.state is not None:
            self._note(table, item, column, value.state, value.raw or None, cell.line)
        if cell.line is not None:
            self._cited_lines.add(cell.line)
        if value.number is None:
            return None
        self.numbers += 1
        return value.number if table == PROACTIVE else int(value.number)

    def _note(self, table: str, item: str, column: str, state: str, raw: str | None, line: int | None) -> None:
        self.rows["cell_note"].append(
            self._new_note(
                table_name=table,
                item=item,
                column_name=column,
                state=state,
                raw_text=_shortened(raw),
                source_line=line,
                place=self._place(line),
            )
        )


def issues(report: RawReport, found: Iterable[Finding]) -> list[Row]:
    """Findings about a report as rows of ``quality_issue``."""
    new = _maker("quality_issue", report)
    return [
        new(
            rule=finding.rule,
            severity=READER_RULES[finding.rule].severity,
            table_name=finding.where.table,
            item=finding.where.item,
            column_name=finding.where.column,
            expected=None,
            actual=_shortened(finding.actual),
            message=finding.message,
            message_en=finding.message_en,
            source_line=finding.where.line,
            cells=None,  # the numbers that a rule weighs; the reader's rules weigh none
        )
        for finding in found
    ]


def _maker(table: str, report: RawReport) -> Callable[..., Row]:
    """What makes a row of a report in a table."""
    return RECORDS[table].maker(report.agency_id, report.year)


def _is_of_one_form(key: tuple[str, str]) -> bool:
    return len(forms.disclosure_items()[key].forms) == 1


def _is_count(number: Decimal) -> bool:
    return number == number.to_integral_value() and abs(number) < _LARGEST_COUNT


def _shortened(text: str | None) -> str | None:
    return text if text is None or len(text) <= _LONGEST_RAW else text[: _LONGEST_RAW - 1] + "…"
