"""Numbers that were read from a picture: which of them are certain, because the form's sums leave no other value.

OCR takes one digit for another without a doubt. So what it read is loaded only where the sums of the form hold with it;
a cell that no sum reaches (all of table two) stays NULL. Each such cell has the state ``ocr`` and what was seen, loaded
or not, and what is not loaded is named by table.

A digit that is taken for another in a cell and in its total alike keeps the sum of the row, but not those of the
columns. So a cell of table three wants both. What two looks did not agree on takes part as well: where both sums hold
with it, they prove it.

Belongs here: what sums prove. How a picture is read is ``formats.pages.scan``'s.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise
from typing import TypeAlias

from pipeline import forms
from pipeline.forms import APPLICATIONS, PROACTIVE, REVIEW
from pipeline.reader.findings import Finding, Where
from pipeline.reader.tables.cell_values import CellValue, parse_in_column
from pipeline.reader.tables.reading import FormCell, FormRow, Reading

#: What stands behind a text that two looks did not agree on (``formats.pages.content``).
_DOUBTED = "\ufffd"
#: States of cells in which nothing stands that a sum counts.
_NOTHING = {"blank", "nil_mark"}
_INTAKE = ("new_received", "carried_over")
_SINGLE, _TOTAL, _FORWARD = "other_processing", "total_processed", "carried_forward"
_PARTS = ("other_no_correction", "other_fee_unpaid", "other_other")
#: So many cells are shown of those that are not loaded.
_MOST_SHOWN = 8

#: A cell's row and column, and the cells of the two sides of a sum.
_Key: TypeAlias = tuple[str, str]
_Sum: TypeAlias = tuple[Sequence[_Key], Sequence[_Key]]


@dataclass(slots=True)
class _Seen:
    """A cell: what sums count of it, also where that is in doubt; None where nobody knows."""

    cell: FormCell
    number: Decimal | None
    is_doubted: bool


def only_certain(reading: Reading, seen: Iterable[int]) -> Reading:
    """The reading, with the numbers of those lines that were read from a picture as far as they are certain."""
    lines = set(seen)
    if not lines:
        return reading
    disclosure = {f"{item}.{measure}": FormRow(item, {"": cell}) for (item, measure), cell in reading.proactive.items()}
    findings = [
        *_settle(APPLICATIONS, reading.applications, lines, _sums_of_applications(reading.applications)),
        *_settle(REVIEW, reading.review, lines, [_sums_of_review(reading.review)]),
        *_settle(PROACTIVE, disclosure, lines, [[]]),
    ]
    return replace(reading, findings=[*reading.findings, *findings])


def _sums_of_applications(rows: Mapping[str, FormRow]) -> list[list[_Sum]]:
    """The sums of the rows, and those of the columns. Where a row is not there, a column's sum proves nothing."""
    *parts, total = forms.APPLICATION_COLUMNS
    of_rows: list[_Sum] = [([(item, column) for column in parts], [(item, total)]) for item in rows]
    form = "2021" if _SINGLE not in rows or any(part in rows for part in _PARTS) else "2019"
    results = [item for item in forms.application_rows(form) if item not in (*_INTAKE, _TOTAL, _FORWARD)]
    of_columns: list[_Sum] = []
    for column in forms.APPLICATION_COLUMNS:
        of_columns.append(([(item, column) for item in _INTAKE], [(_TOTAL, column), (_FORWARD, column)]))
        of_columns.append(([(item, column) for item in results], [(_TOTAL, column)]))
    return [of_rows, of_columns]


def _sums_of_review(rows: Mapping[str, FormRow]) -> list[_Sum]:
    *parts, total = forms.REVIEW_COLUMNS
    return [([(track, column) for column in parts], [(track, total)]) for track in rows]


def _settle(
    table: str, rows: Mapping[str, FormRow], lines: set[int], groups: Sequence[Sequence[_Sum]]
) -> Iterator[Finding]:
    """Keep what is certain: of each group of sums one reaches the cell and holds, and none fails."""
    cells = {(item, column): _seen(cell) for item, row in rows.items() for column, cell in row.cells.items()}
    holding = [_reached(sums, cells, holds=True) for sums in groups]
    failing = set().union(*(_reached(sums, cells, holds=False) for sums in groups))
    is_in_order = _are_in_order(rows.values())
    left = []
    for key, seen in cells.items():
        value = seen.cell.value
        if seen.cell.line not in lines or value.state == "blank":
            continue
        is_proved = is_in_order and key not in failing and all(key in held for held in holding)
        is_certain = is_proved and (not seen.is_doubted or len(groups) > 1)
        if is_certain and value.state == "nil_mark":
            continue
        raw = value.raw.replace(_DOUBTED, "?").strip()
        if not is_certain:
            left.append(f"{'.'.join(filter(None, key))} {raw}")
        seen.cell.value = CellValue(raw, seen.number if is_certain else None, "ocr", value.unit)
    if left:
        shown = ", ".join(left[:_MOST_SHOWN]) + " …" * (len(left) > _MOST_SHOWN)
        yield Finding("picture_unproved", Where(table), count=str(len(left)), shown=shown, actual=str(len(left)))


def _seen(cell: FormCell) -> _Seen:
    value = cell.value
    if _DOUBTED in value.raw:
        return _Seen(cell, parse_in_column(value.raw.replace(_DOUBTED, "")).number, True)
    return _Seen(cell, Decimal(0) if value.state in _NOTHING else value.number, False)


def _reached(sums: Sequence[_Sum], cells: Mapping[_Key, _Seen], *, holds: bool) -> set[_Key]:
    """The cells of the sums that hold, or of those that fail; with one that is not known, or in doubt, none fails."""
    found: set[_Key] = set()
    for one, other in sums:
        keys = [*one, *other]
        numbers = {key: cells[key].number for key in keys if key in cells}
        known = {key: number for key, number in numbers.items() if number is not None}
        if len(known) < len(keys) or (not holds and any(cells[key].is_doubted for key in keys)):
            continue
        if (sum(known[key] for key in one) == sum(known[key] for key in other)) == holds:
            found.update(keys)
    return found


def _are_in_order(rows: Iterable[FormRow]) -> bool:
    """Whether rows stand in the form's order: sums would hold as well if two labels were taken for each other."""
    order = [*forms.application_items(), *forms.TRACKS]
    known = sorted((row for row in rows if row.item in order), key=lambda row: order.index(row.item))
    lines = [row.source_line for row in known if row.source_line is not None]
    return all(above <= below for above, below in pairwise(lines))
