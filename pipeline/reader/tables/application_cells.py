"""The cells of table three's rows, once it is known which rows of the form they are, and the sums of the whole table.

Belongs here: cells and sums. Does not: which row of the form a candidate is (``application_order``).
"""

import re
from decimal import Decimal

from pipeline import forms
from pipeline.forms import APPLICATION_COLUMNS, APPLICATIONS
from pipeline.forms.skeleton import skeleton
from pipeline.reader.findings import Finding, Where
from pipeline.reader.tables import cell_values
from pipeline.reader.tables.application_candidates import WIDTH, CandidateRow
from pipeline.reader.tables.cell_values import BLANK
from pipeline.reader.tables.columns import Geometry, assign_columns, form_row
from pipeline.reader.tables.label_runs import LabelRun
from pipeline.reader.tables.reading import FormCell, FormRow
from pipeline.reader.tables.row_labels import match_ending, match_label, official_label
from pipeline.reader.tables.row_sums import adds_up, join_split_numbers, without_page_number
from pipeline.reader.tables.wrapped_labels import GROUPS

Table = dict[str, FormRow]
#: A row's label, and words behind it.
_LABEL_AND_WORDS = 2
_WORD = re.compile("[\u4e00-\u9fff]{2}")


def read_rows(rows: list[CandidateRow], items: dict[int, str], geometry: Geometry) -> tuple[Table, list[Finding]]:
    """The rows of the form by item, from those candidate rows whose items are known; of a repeated row, the first."""
    table: Table = {}
    findings: list[Finding] = []
    for index, item in sorted(items.items()):
        if not item:
            continue  # a row of the agency's own
        row, found = _read_row(item, rows[index], geometry)
        findings += found
        if item in table and not numbers_of(row):
            continue  # the rest of a row that a page's end has broken
        if item in table and numbers_of(table[item]):
            findings += compare_repeated(table[item], row)
        else:
            table[item] = row
    return table, findings


def _read_row(item: str, row: CandidateRow, geometry: Geometry) -> tuple[FormRow, list[Finding]]:
    run = row.run
    if row.blank:
        return FormRow(item, {column: FormCell(BLANK, run.line) for column in APPLICATION_COLUMNS}), []
    if (words := _words_instead(item, run)) is not None:
        return FormRow(item, dict.fromkeys(APPLICATION_COLUMNS, FormCell(cell_values.unreadable(words), run.line))), []
    cells = assign_columns(run, WIDTH, geometry)
    proved: list[FormCell] | None = None
    # The cells of a placed row are known, but not what pieces in one make: 130 above 9.
    may_be_split = run.item is None or len(run.filled) > WIDTH or run.columns_are_known
    if may_be_split and (cells is None or (not run.plain and any(cell.value.joined is not None for cell in cells))):
        proved = join_split_numbers(run, 1, WIDTH) or without_page_number(run, WIDTH)
    findings = []
    if proved is not None or row.rejoined or run.joined:
        findings.append(
            Finding(
                "read_by_sums",
                Where(APPLICATIONS, item, line=run.line),
                APPLICATIONS,
                label=(official_label(item), item),
                actual=run.text,
            )
        )
    return form_row(item, run, cells if proved is None else proved, APPLICATION_COLUMNS), findings


def _words_instead(item: str, run: LabelRun) -> str | None:
    """The words (见附件) that stand in a row behind its whole label where no number does; None if there are none."""
    words = run.words[-run.row_words :]
    if run.filled or len(words) < _LABEL_AND_WORDS or run.item is not None:
        return None
    label, last = match_ending(skeleton("".join(words[:-1]))), skeleton(words[-1])
    is_of_label = match_label(last, (last,)) is not None or any(last in group for group in GROUPS)
    is_word = _WORD.search(last) is not None and not is_of_label
    return words[-1] if label is not None and label.item == item and is_word else None


def compare_repeated(first: FormRow, repeated: FormRow) -> list[Finding]:
    """A finding where a row that stands twice has other numbers the second time."""
    if numbers_of(first) == numbers_of(repeated):
        return []
    return [
        Finding(
            "row_repeated",
            Where(APPLICATIONS, first.item, line=repeated.source_line),
            APPLICATIONS,
            label=(official_label(first.item), first.item),
            actual=" ".join(cell.value.raw for cell in repeated.cells.values()),
        )
    ]


def numbers_of(row: FormRow) -> dict[str, Decimal]:
    """The numbers of a row by column."""
    return {column: cell.value.number for column, cell in row.cells.items() if cell.value.number is not None}


def sums_hold(table: Table) -> bool:
    """Whether the outcomes add up to their total and the balance holds, in every column whose numbers are known."""
    total, forward = table.get("total_processed"), table.get("carried_forward")
    new, carried_over = table.get("new_received"), table.get("carried_over")
    outcomes = [
        row for item, row in table.items() if forms.application_items()[item].outcome not in ("intake", "total")
    ]
    if total is None or not outcomes:
        return False
    for column in APPLICATION_COLUMNS:
        if not adds_up(row.cells[column].value.number for row in (*outcomes, total)):
            return False
        if new and carried_over and forward:
            balance = (row.cells[column].value.number for row in (new, carried_over, total, forward))
            if not _balances(*balance):
                return False
    return True


def _balances(
    new: Decimal | None, carried_over: Decimal | None, processed: Decimal | None, forward: Decimal | None
) -> bool:
    """Whether the applications of a column were processed or carried forward; also true where one is not known."""
    if new is None or carried_over is None or processed is None or forward is None:
        return True
    return new + carried_over == processed + forward
