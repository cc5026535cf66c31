"""Table two (主动公开政府信息情况): its cells by item and measure. A row's columns are those of the header above it.

Belongs here: rows under headers. Does not: what the words of a head say (``disclosure_head``).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import chain
from typing import NamedTuple

from pipeline import forms
from pipeline.forms import PROACTIVE, Measure
from pipeline.forms.skeleton import skeleton
from pipeline.reader.findings import Finding, Where
from pipeline.reader.layouts import aligned, flat
from pipeline.reader.tables import cell_values
from pipeline.reader.tables.cell_values import CellValue
from pipeline.reader.tables.columns import Geometry, assign_columns, cells_at, geometry_of
from pipeline.reader.tables.disclosure_head import Column, head_of, measures_mentioned
from pipeline.reader.tables.label_runs import LabelRun
from pipeline.reader.tables.reading import FormCell, Region, TableReading

#: Most columns that a header has.
_WIDTH = max(len(header) for header in forms.HEADERS)
#: Of the words before a row that is not on the form, so many letters are shown.
_SHOWN = 60
#: 万元 in other units of money.
_FACTORS = {"元": Decimal("0.0001"), "亿元": Decimal(10000)}
#: Amounts are stored to this digit; what has more digits is not read.
_SMALLEST = Decimal("0.000001")

#: The cells of the table by item and measure.
Cells = dict[tuple[str, str], FormCell]


@dataclass(frozen=True, slots=True, kw_only=True)
class DisclosureReading(TableReading):
    """Table two: its cells, and the forms that its headers are of, whether or not numbers stand under them."""

    cells: Cells = field(default_factory=dict)
    header_forms: set[str] = field(default_factory=set)


class _Row(NamedTuple):
    """A run under a header, and the item that its words name."""

    run: LabelRun
    item: str | None


@dataclass(slots=True)
class _Block:
    """A header with its article and its columns, and the rows under it."""

    article: str | None
    columns: list[Column]
    rows: list[_Row] = field(default_factory=list)


def read_disclosure(runs: list[LabelRun], end: int, empty_cells: bool) -> DisclosureReading:
    """Read table two from the runs before the one with index ``end``, at which table three begins.

    ``empty_cells`` says whether empty lines are cells in table three: the tables of a text are printed alike.
    """
    blocks = _blocks(runs, end)
    geometry = geometry_of((row.run for block in blocks for row in block.rows if row.run.stacked), _WIDTH)
    geometry.empty_cells |= empty_cells
    cells: Cells = {}
    findings: list[Finding] = []
    used: list[LabelRun] = []
    for block in blocks:
        rows, found = _named_by_order(block)
        findings += found
        for row in rows:
            if row.item is None:
                findings.append(_unknown_row(row.run))
            elif not any((row.item, column.measure.measure) in forms.disclosure_items() for column in block.columns):
                findings.append(_unknown_columns(row.item, row.run))
                continue
            else:
                read = _read_row(row.item, row.run, block.columns, geometry)
                findings += _compare_repeated(cells, read, row.run)
                for key, cell in read.items():
                    cells.setdefault(key, cell)
            used.append(row.run)
    return DisclosureReading(
        cells=cells,
        header_forms=_forms_of_headers(blocks, runs[: end + 1]),
        findings=findings,
        layouts=frozenset(run.layout for run in used),
        regions=_regions(used),
    )


def _regions(used: list[LabelRun]) -> list[Region]:
    """The source lines of the rows that were used, if any."""
    lines = list(chain.from_iterable((*run.word_lines[-1:], *run.lines) for run in used))
    return [Region(min(lines), max(lines))] if lines else []


def _forms_of_headers(blocks: list[_Block], runs: list[LabelRun]) -> set[str]:
    """The forms that the headers are of: those with rows under them, or any that the text mentions if none has."""
    headers = [[column.measure for column in block.columns] for block in blocks if block.rows and block.columns]
    if not headers:
        mentioned = measures_mentioned(runs)
        headers = [[measure] for measure in mentioned if measure.measure not in ("decisions", "amount")]
    return {form for header in headers for form in _forms_of(header)}


def _forms_of(header: list[Measure]) -> set[str]:
    if any(measure.measure == "prior_year_items" for measure in header):
        return {"2019"}
    if [measure.measure for measure in header] == ["decisions"] and header[0].form != "2021":
        return set()  # 处理决定数量 alone does not tell the form
    return {measure.form for measure in header}


def _blocks(runs: list[LabelRun], end: int) -> list[_Block]:
    """The runs under their headers; runs before the first header are prose and page chrome."""
    blocks: list[_Block] = []
    behind = runs[end : end + 1]
    runs = [piece for run in runs[:end] for piece in _with_blank_rows(run)]
    runs += [piece for run in behind for piece in _with_blank_rows(run)[:-1]]  # the last words are table three's
    for run, following in zip(runs, [*runs[1:], *behind, None], strict=False):
        head = head_of(run, following)
        if head.columns or head.begins:
            blocks.append(_Block(head.article, head.columns))
        if not blocks and head.item is not None and run.filled:
            blocks.append(_Block(None, []))
        if blocks and _is_row(run, head.item, blocks[-1].columns):
            blocks[-1].rows.append(_Row(run, head.item))
    return blocks


def _is_row(run: LabelRun, item: str | None, columns: list[Column]) -> bool:
    """Whether a run under a header with these columns is a row of the table, and not prose or an empty line or two."""
    if item is None and not (columns and run.filled):
        return False
    return bool(run.values) or any(gap >= max(len(columns), 1) for gap in run.word_gaps[-1:])


def _with_blank_rows(run: LabelRun) -> list[LabelRun]:
    """A run, and before it the rows among its words whose cells are empty lines."""
    if not any(run.word_gaps):
        return [run]
    rows: list[LabelRun] = []
    start = 0
    for position, word in enumerate(run.words[:-1]):
        gap = run.word_gaps[position]
        if gap and skeleton(word) in forms.disclosure_items_by_spelling():
            part = slice(start, position + 1)
            words, lines = run.words[part], run.word_lines[part]
            rows.append(
                LabelRun(words, lines, run.word_gaps[part], [], lines[-1:], run.layout, stacked=True, gaps=[gap])
            )
            start = position + 1
    if not rows:
        return [run]
    rest = replace(run, words=run.words[start:], word_lines=run.word_lines[start:], word_gaps=run.word_gaps[start:])
    return [*rows, rest]


def _named_by_order(block: _Block) -> tuple[list[_Row], list[Finding]]:
    """The block's rows; those without a name get one where the form has just as many rows under the header."""
    rows, columns = block.rows, block.columns
    if all(row.item for row in rows) or any(len(row.run.filled) != len(columns) for row in rows) or not columns:
        return rows, []
    expected = forms.rows_under([column.measure.measure for column in columns], block.article)
    if len(rows) != len(expected):
        return rows, []
    if any(row.item not in (None, item) for row, item in zip(rows, expected, strict=True)):
        return rows, []
    findings = [_read_by_order(item, row.run) for row, item in zip(rows, expected, strict=True) if row.item is None]
    return [_Row(row.run, item) for row, item in zip(rows, expected, strict=True)], findings


def _read_row(item: str, run: LabelRun, columns: list[Column], geometry: Geometry) -> Cells:
    """The cells of a row under a header, without those that the form does not have."""
    assigned = _assign_columns(run, len(columns), geometry)
    cells = assigned or [FormCell(cell_values.unreadable(run.text), run.line)] * len(columns)
    on_form = forms.disclosure_items()
    found: Cells = {}
    for column, cell in zip(columns, cells, strict=True):
        key = (item, column.measure.measure)
        if key not in on_form:
            continue
        is_amount = on_form[key].unit == "万元"
        found[key] = FormCell(_in_ten_thousands(cell.value, column.unit), cell.line) if is_amount else cell
    return found


def _assign_columns(run: LabelRun, width: int, geometry: Geometry) -> list[FormCell] | None:
    """The cells of a row, counted from its label: the form has nothing between them."""
    filled = run.filled
    if width == 1 and len(filled) > 1 and len({run.values[index].raw for index in filled}) == 1 and not run.stacked:
        return cells_at(run, filled[:1])  # one number repeated over the columns that it spans
    if run.stacked or not filled or len(filled) >= width:
        return assign_columns(run, width, geometry)
    if run.layout in (aligned.NAME, flat.NAME) or filled[-1] >= width or len(run.values) < width:
        return None
    return cells_at(run, range(width))


def _in_ten_thousands(value: CellValue, header_unit: str | None) -> CellValue:
    """An amount in 万元: a unit beside the number counts, else the header's, else the form's (万元)."""
    unit = (value.unit if value.unit in ("元", "万", "万元", "亿元") else None) or header_unit
    factor = _FACTORS.get(unit or "")
    if value.number is None or factor is None:
        return value
    number = value.number * factor
    if number != number.quantize(_SMALLEST):
        return cell_values.unreadable(value.raw)
    return CellValue(value.raw, number, "unit_converted", value.unit)


def _compare_repeated(first: Cells, repeated: Cells, run: LabelRun) -> Iterator[Finding]:
    """A finding for each cell of a row that the table already has with another number."""
    for key, cell in repeated.items():
        if key in first and first[key].value.number != cell.value.number:
            yield Finding("row_repeated", Where(PROACTIVE, *key, cell.line), PROACTIVE, label=key[0], actual=run.text)


def _read_by_order(item: str, run: LabelRun) -> Finding:
    return Finding("read_by_order", Where(PROACTIVE, item, line=run.line), PROACTIVE, label=item, numbers=run.text)


def _unknown_columns(item: str, run: LabelRun) -> Finding:
    return Finding("column_unknown", Where(PROACTIVE, item, line=run.line), label=item, actual=run.text)


def _unknown_row(run: LabelRun) -> Finding:
    words = "".join(run.words)[-_SHOWN:]
    return Finding("row_unknown", Where(PROACTIVE, line=run.line), words=words, actual=run.text)
