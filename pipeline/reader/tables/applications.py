"""Table three (收到和处理政府信息公开申请情况): its rows by item, from each copy of it that a report has.

Belongs here: where the table begins and ends, and which copy counts. ``application_candidates`` finds its rows,
``application_order`` says which rows of the form they are, ``application_cells`` reads their cells.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain
from typing import NamedTuple

from pipeline.forms import APPLICATIONS
from pipeline.forms.skeleton import skeleton
from pipeline.reader.findings import Finding, Where
from pipeline.reader.layouts import aligned, flat, lines, pipes
from pipeline.reader.tables.aligned_table import HEADER_WORDS
from pipeline.reader.tables.applicant_headers import is_out_of_order, only_total_is_elsewhere, position_of
from pipeline.reader.tables.application_candidates import LEAST_ROWS, WIDTH, CandidateRow, find_candidates
from pipeline.reader.tables.application_cells import Table, numbers_of, read_rows, sums_hold
from pipeline.reader.tables.application_copies import Copy, choose
from pipeline.reader.tables.application_order import LAST_POSITION, OWN_ROW, POSITIONS, are_bounded, assign_items
from pipeline.reader.tables.columns import geometry_of
from pipeline.reader.tables.label_runs import LabelRun
from pipeline.reader.tables.reading import Region, TableReading
from pipeline.reader.tables.row_labels import match_ending, official_label
from pipeline.reader.tables.row_sums import adds_up
from pipeline.reader.tables.wrapped_labels import GROUPS

#: Behind a row of the form from this position on, one of the first two rows begins another copy of the table.
_FAR = 4
#: Rows of the 2021 form that are one row on the form of 2019.
_LEAST_PARTS = 2
_PARTS_OF_OTHER = frozenset({"other_no_correction", "other_fee_unpaid", "other_other"})
#: Layouts whose headers stand in no rows, so that only their order in the text shows the columns'.
_WITHOUT_ROWS = frozenset({aligned.NAME, flat.NAME, lines.NAME, pipes.NAME})
#: So many letters of a row of the agency's own are shown.
_SHOWN = 60
#: A row of numbers is cut into so many runs at the most.
_RUNS_OF_ROW = 4
#: Words of a run in which two labels can stand.
_LABELS_OF_TWO = 2
#: So many words before the first row may be the table's headers.
_WORDS_OF_HEADER = 30


class Span(NamedTuple):
    """The runs from index ``first`` up to, and without, index ``end``."""

    first: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationsReading(TableReading):
    """Table three: its rows by item, and the span of runs of each of its copies."""

    rows: Table = field(default_factory=dict)
    spans: list[Span] = field(default_factory=list)


def read_applications(runs: list[LabelRun], spacing: int) -> ApplicationsReading:
    """Read table three; ``spacing`` is the number of empty lines between stacked cells."""
    tables: list[Table] = []
    copies: list[list[CandidateRow]] = []
    refused: list[list[CandidateRow]] = []
    findings: list[Finding] = []
    for copy in _split_into_copies(find_candidates(runs, spacing)):
        rows = _without_repetitions(copy)
        table, found = _read_copy(rows, runs)
        findings += found
        if len(table) >= LEAST_ROWS or (table and _is_certain(rows)):
            tables.append(table)
            copies.append(copy)
        elif found and sum(row.full for row in copy) >= LEAST_ROWS:
            refused.append(copy)
    copies = copies or refused
    chosen, found = choose([Copy(rows, table) for rows, table in zip(copies, tables, strict=False)])
    return ApplicationsReading(
        rows=chosen,
        spans=[_span(copy) for copy in copies],
        findings=[*findings, *found],
        layouts=frozenset(row.run.layout for copy in copies for row in copy if row.run.values),
        regions=[_region(copy) for copy in copies],
    )


def _is_certain(rows: list[CandidateRow]) -> bool:
    """Whether a few rows alone are the table: their columns are known, and they add up."""
    return all(
        row.run.columns_are_known and adds_up(value.number for value in row.run.values) and row.run.filled
        for row in rows
    )


def _without_repetitions(rows: list[CandidateRow]) -> list[CandidateRow]:
    """The rows without those that stand once more with the same numbers, as behind a page's end."""
    kept: list[CandidateRow] = []
    seen: dict[str, str] = {}
    printed: set[str] = set()
    for row in rows:
        text = row.run.text
        if row.item and row.strong and text and seen.setdefault(row.item, text) == text:
            if row.item in printed:
                continue
            printed.add(row.item)
        kept.append(row)
    return kept


def _span(copy: list[CandidateRow]) -> Span:
    """The runs of a copy. A blank row shares its run with the words behind it, which are another table's head."""
    return Span(copy[0].index, copy[-1].index + (0 if copy[-1].blank else 1))


def _region(copy: list[CandidateRow]) -> Region:
    """The source lines of a copy's numbers and of the words before them."""
    lines = list(chain.from_iterable((*row.run.lines, *row.run.word_lines[-1:]) for row in copy))
    return Region(min(lines), max(lines))


def _split_into_copies(rows: list[CandidateRow]) -> Iterator[list[CandidateRow]]:
    """The rows of each copy of the table: a new one begins where its first row comes again."""
    copies: list[list[CandidateRow]] = [[]]
    highest = -1
    for row in rows:
        if highest == LAST_POSITION and not (row.item and row.strong):
            continue  # behind the last row of the form other tables begin
        position = POSITIONS.get(row.item or "") if row.strong else None
        if position is not None and position <= 1 and highest >= _FAR:
            copies.append([])
            highest = -1
        copies[-1].append(row)
        if position is not None and (row.run.row_words or len(row.mentioned) <= 1):
            highest = max(highest, position)
    for copy in copies:
        if any(row.item for row in copy):
            yield [row for row in copy if row.full or row.item is not None]


def _read_copy(rows: list[CandidateRow], runs: list[LabelRun]) -> tuple[Table, list[Finding]]:
    """The table that the rows make; ``runs`` are those of the whole document."""
    geometry = geometry_of((row.run for row in rows), WIDTH)
    geometry.is_apart = any(run.stacked and len(run.filled) > WIDTH for run in runs[rows[0].index : rows[-1].index + 1])
    geometry.after_pieces = {row.run.line for row in rows if row.index and _is_piece(runs[row.index - 1])}
    if _columns_are_doubtful(rows) or _stands_above_labels(rows, runs):
        return {}, [_ambiguous(row) for row in rows if row.run.filled]
    items, doubtful = assign_items(rows, runs, geometry)
    doubtful = doubtful.union(index for index, row in enumerate(rows) if _is_out_of_order(row))
    items = {index: item for index, item in items.items() if index not in doubtful}
    table, findings = read_rows(rows, items, geometry)
    by_order = [index for index, item in items.items() if item and rows[index].item != item]
    if by_order and not sums_hold(table) and not are_bounded(rows, items, by_order):
        table = {item: row for item, row in table.items() if item not in {items[index] for index in by_order}}
        doubtful = doubtful.union(by_order)
        by_order = []
    if len(table) >= LEAST_ROWS or (table and _is_certain(rows)):
        unread = [rows[i] for i in range(len(rows)) if (i in doubtful or i not in items) and rows[i].run.filled]
        in_order = [*by_order, *(index for index in items if rows[index].run.by_order)]
        findings += [_read_by_order(rows[index], items[index]) for index in in_order]
        findings += [_ambiguous(row) for row in unread if not _is_subtotal(row.run)]
        findings += [_own_row(rows[index]) for index, item in items.items() if item == OWN_ROW]
    return _without_subtotals(table), findings


def _columns_are_doubtful(rows: list[CandidateRow]) -> bool:
    """Whether the headers stand in another order than the form's, in a text that does not show where each stands."""
    words = _words_before(rows[0].run)
    if rows[0].run.layout not in _WITHOUT_ROWS or not is_out_of_order(words):
        return False
    return not (only_total_is_elsewhere(words) and _total_is_last(rows))


def _is_subtotal(run: LabelRun) -> bool:
    """Whether numbers stand behind a group's label: what a report prints there in addition is no row of the form."""
    words = run.words[-run.row_words :] if run.row_words else run.words[-1:]
    return bool(words) and all(skeleton(word) in GROUPS for word in words)


def _without_subtotals(table: Table) -> Table:
    """The table without the one row （六）其他处理 where it is the sum of its parts, which have rows of their own."""
    parts = [numbers_of(table[item]) for item in sorted(_PARTS_OF_OTHER & table.keys())]
    whole = numbers_of(table["other_processing"]) if "other_processing" in table else {}
    if len(parts) < _LEAST_PARTS or any(sum(part.get(c, 0) for part in parts) != whole.get(c, 0) for c in whole):
        return table
    return {item: row for item, row in table.items() if item != "other_processing"}


def _own_row(row: CandidateRow) -> Finding:
    return Finding(
        "row_unknown",
        Where(APPLICATIONS, line=row.run.line),
        words="".join(row.run.words)[-_SHOWN:],
        actual=row.run.text,
    )


def _is_piece(run: LabelRun) -> bool:
    """Whether a run has too few numbers for a row, and no empty lines among them that may be cells."""
    return run.stacked and 0 < len(run.filled) < WIDTH and not any(run.gaps[1:-1])


def _stands_above_labels(rows: list[CandidateRow], runs: list[LabelRun]) -> bool:
    """Whether a whole row of numbers stands between the table's headers and its first label: each may be above its."""
    first = next((row for row in rows if row.item), rows[0])
    if not first.run.stacked or first.run.columns_are_known:
        return False
    count = 0
    for run in reversed(runs[max(0, first.index - _RUNS_OF_ROW) : first.index]):
        count += len(run.filled)
        if run.words:
            last = run.words[-1]
            is_header = position_of(last) is not None or all(piece in HEADER_WORDS for piece in last.split())
            return is_header and count == WIDTH
    return False


def _is_out_of_order(row: CandidateRow) -> bool:
    """Whether a later row's label, without numbers, stands right before a row's own: the numbers may be that row's."""
    run = row.run
    if not run.stacked or row.item not in POSITIONS or len(run.words) < _LABELS_OF_TWO:
        return False
    before = match_ending(skeleton(run.words[-2]))
    return before is not None and before.strong and POSITIONS.get(before.item, -1) > POSITIONS[row.item]


def _total_is_last(rows: list[CandidateRow]) -> bool:
    """Whether sums show that the last number of each row is its total, and not the first."""
    numbers = [[value.number for value in row.run.values] for row in rows if row.full and not row.blank]
    counted = [row for row in numbers if len(row) == WIDTH and None not in row and any(row)]
    last = sum(adds_up(row) for row in counted)
    first = sum(adds_up([*row[1:], row[0]]) for row in counted)
    return last >= first


def _words_before(run: LabelRun) -> list[str]:
    return run.words[-_WORDS_OF_HEADER:]


def _read_by_order(row: CandidateRow, item: str) -> Finding:
    return Finding(
        "read_by_order",
        Where(APPLICATIONS, item, line=row.run.line),
        APPLICATIONS,
        label=(official_label(item), item),
    )


def _ambiguous(row: CandidateRow) -> Finding:
    return Finding("ambiguous_reading", Where(APPLICATIONS, line=row.run.line), APPLICATIONS, actual=row.run.text)
