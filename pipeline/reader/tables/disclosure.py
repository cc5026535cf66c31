"""Table two (主动公开政府信息情况): its cells by item and measure. A row's columns are those of the header above it.

Belongs here: rows under headers. Does not: what the words of a head say (``disclosure_head``).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import NamedTuple

from pipeline import forms
from pipeline.forms import PROACTIVE, Measure
from pipeline.forms.skeleton import skeleton
from pipeline.reader.document import Row
from pipeline.reader.findings import Finding, Where
from pipeline.reader.layouts import aligned, flat
from pipeline.reader.tables import cell_values
from pipeline.reader.tables.columns import Geometry, assign_columns, cells_at, geometry_of
from pipeline.reader.tables.disclosure_amounts import in_ten_thousands
from pipeline.reader.tables.disclosure_grid import LAYOUTS as GRID_LAYOUTS
from pipeline.reader.tables.disclosure_grid import read_grid
from pipeline.reader.tables.disclosure_head import Head, head_of, measures_mentioned, rest_of_label
from pipeline.reader.tables.disclosure_labels import item_of, kind_of, measure_in_row
from pipeline.reader.tables.disclosure_order import Block, BlockRow, in_pieces, mark_contested, named_by_order
from pipeline.reader.tables.disclosure_printed import add_printed, ends_table, has_label, rows_of_table
from pipeline.reader.tables.disclosure_years import lines_of_other_years
from pipeline.reader.tables.label_runs import LabelRun
from pipeline.reader.tables.reading import FormCell, Region, TableReading

#: Most columns that a header has.
_WIDTH = max(len(header) for header in forms.HEADERS)
#: Of the words before a row that is not on the form, so many letters are shown.
_SHOWN = 60
#: A cell of the table by item and measure.
Key = tuple[str, str]
Cells = dict[Key, FormCell]


@dataclass(frozen=True, slots=True, kw_only=True)
class DisclosureReading(TableReading):
    """Table two: its cells, and the forms that its headers are of, whether or not numbers stand under them."""

    cells: Cells = field(default_factory=dict)
    header_forms: set[str] = field(default_factory=set)


class _Copy(NamedTuple):
    """A cell as it is printed in one row: the kind of cases that the row's label adds, and the row's text."""

    kind: str
    cell: FormCell
    text: str


@dataclass(slots=True)
class _Found:
    """What is found of the table: the first copy of each cell, and what was noticed."""

    cells: Cells = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    used: list[LabelRun] = field(default_factory=list)
    #: Numbers without a label.
    unknown: list[str] = field(default_factory=list)
    #: Rows of the form that numbers without a label may be, with those numbers.
    nameless: list[tuple[Key, FormCell]] = field(default_factory=list)
    #: All copies of each cell.
    copies: dict[Key, list[_Copy]] = field(default_factory=dict)

    def add(self, cells: Cells, label: str, text: str) -> None:
        """Add the cells of a row with this label."""
        for key, cell in cells.items():
            self.copies.setdefault(key, []).append(_Copy(kind_of(label), cell, text))

    def settle(self) -> None:
        """Take the first copy of each cell, to which the others are compared.

        Of rows for kinds of cases (简易程序, 普通程序) none is the form's, but one without a kind beside them is.
        """
        for key, copies in self.copies.items():
            whole = [copy for copy in copies if not copy.kind]
            if not whole and len({copy.kind for copy in copies}) > 1:
                raw = " ".join(copy.cell.value.raw for copy in copies)
                self.cells[key] = FormCell(cell_values.unreadable(raw), copies[0].cell.line)
                continue
            first, *others = whole or copies
            self.cells[key] = first.cell
            for other in others:
                if other.cell.value.number != first.cell.value.number:
                    where = Where(PROACTIVE, *key, other.cell.line)
                    self.findings.append(Finding("row_repeated", where, PROACTIVE, label=key[0], actual=other.text))


def read_disclosure(
    runs: list[LabelRun], end: int, empty_cells: bool, rows: Sequence[Row], taken: Sequence[Region]
) -> DisclosureReading:
    """Read table two from the runs before the one with index ``end``, at which table three begins.

    ``empty_cells`` says whether empty lines are cells in table three: the tables of a text are printed alike. ``rows``
    are the document's, and ``taken`` the regions of table three in them.
    """
    free = _free_rows(rows, taken)
    if (others := lines_of_other_years(free)) and rows_of_table(of_year := _free_rows(free, others)):
        free = of_year
        kept = [run for run in runs[:end] if not any(first <= run.line <= last for first, last in others)]
        runs, end = [*kept, *runs[end:]], len(kept)
    grid = read_grid(free)
    found = _Found()
    for row in grid.rows:
        cells = {(row.item, measure): cell for measure, cell in row.cells.items()}
        found.add(cells, row.label, " ".join(dict.fromkeys(cell.value.raw for cell in cells.values())))
    table_rows = rows_of_table(free)
    if table_rows and taken and table_rows[0].line > max(region.last for region in taken):
        first, last = table_rows[0].line, table_rows[-1].line  # the section stands behind table three
        runs = [run for run in runs if first <= run.line <= last]
        end = len(runs)
    blocks = _blocks(runs, end)
    _read_blocks(blocks, found, empty_cells, {row.item for row in grid.rows})
    found.settle()
    heads = [head.measures for head in grid.heads]
    heads += [block.columns for block in blocks if block.rows and block.columns]
    header_forms = forms_of_headers(heads or _headers_mentioned(runs[: end + 1]))
    if found.unknown and not grid.rows:
        _doubt_blanks(found)
    add_printed(found.cells, table_rows, found.unknown, "2019" if "2019" in header_forms else "2021")
    for key, cell in found.nameless:
        found.cells.setdefault(key, cell)
    _convert_amounts(found, table_rows)
    return DisclosureReading(
        cells=found.cells,
        header_forms=header_forms,
        findings=found.findings,
        layouts=frozenset(run.layout for run in found.used).union(row.row.layout for row in grid.rows),
        regions=_regions(found.used, [row.row for row in grid.rows]),
    )


def _free_rows(rows: Sequence[Row], taken: Sequence[tuple[int, int]]) -> Sequence[Row]:
    """The document's rows outside some lines, such as those of table three."""
    for first, last in taken:
        rows = [row for row in rows if not first <= row.line <= last]
    return rows


def _read_blocks(blocks: list[Block], found: _Found, empty_cells: bool, read: set[str]) -> None:
    """Read the rows under each header, without those that were ``read`` from rows of cells."""
    geometry = geometry_of((row.run for block in blocks for row in block.rows if row.run.stacked), _WIDTH)
    geometry.empty_cells |= empty_cells
    pieces = in_pieces(blocks)
    mark_contested(blocks)
    for block in blocks:
        if block in pieces and all(row.run.stacked for row in block.rows):
            found.unknown += [row.run.text for row in block.rows if row.run.filled]
            continue
        rows, findings = named_by_order(block)
        found.findings += findings
        for row in rows:
            if _is_read(row, read):
                continue
            if row.item is None:
                found.findings.append(_unknown_row(row.run))
                found.unknown += [row.run.text] if row.bare or not row.run.words else []
                found.nameless += _rows_that_it_may_be(row, block)
            elif not _has_column(row.item, block.columns):
                found.findings.append(_unknown_columns(row.item, row.run))
                continue
            else:
                label = "".join(row.run.words[-1:])
                found.add(_read_row(row.item, row.run, block.columns, geometry), label, row.run.text)
            found.used.append(row.run)


def _has_column(item: str, columns: list[Measure]) -> bool:
    """Whether one of some columns is a cell of a row of the form."""
    return any((item, measure_in_row(item, column)) in forms.disclosure_items() for column in columns)


def _rows_that_it_may_be(row: BlockRow, block: Block) -> Iterator[tuple[Key, FormCell]]:
    """The cells of the rows that the form has under a header, for numbers that stand there without any label."""
    if not row.bare:
        return
    cell = FormCell(cell_values.unreadable(row.run.text), row.run.line)
    for item in forms.rows_under([column.measure for column in block.columns], block.article):
        for column in block.columns:
            if (item, column.measure) in forms.disclosure_items():
                yield (item, column.measure), cell


def _is_read(row: BlockRow, read: set[str]) -> bool:
    """Whether a row of cells was read already."""
    run = row.run
    if run.layout not in GRID_LAYOUTS or run.stacked:
        return False
    return row.item in read or any(item_of(word) in read for word in run.words[len(run.words) - run.row_words :])


def _doubt_blanks(found: _Found) -> None:
    """Where numbers stand apart from their labels, a label with nothing beside it is no blank row."""
    numbers = cell_values.unreadable(" ".join(found.unknown))
    for key, cell in found.cells.items():
        if cell.value.state == "blank":
            found.cells[key] = FormCell(numbers, cell.line)


def _convert_amounts(found: _Found, rows: Sequence[Row]) -> None:
    """Put the amounts into 万元."""
    for key, cell in found.cells.items():
        if forms.disclosure_items()[key].unit == "万元":
            found.cells[key], findings = in_ten_thousands(key[0], cell, rows)
            found.findings += findings


def _regions(used: list[LabelRun], rows: list[Row]) -> list[Region]:
    """The source lines of the rows that were used, if any."""
    lines = list(chain.from_iterable((*run.word_lines[-1:], *run.lines) for run in used))
    lines += chain.from_iterable(row.lines or [row.line] for row in rows)
    return [Region(min(lines), max(lines))] if lines else []


def _headers_mentioned(runs: list[LabelRun]) -> list[list[Measure]]:
    """The headers that stand anywhere in the text, but for those that both forms have."""
    return [[measure] for measure in measures_mentioned(runs) if measure.measure not in ("decisions", "amount")]


def forms_of_headers(headers: list[list[Measure]]) -> set[str]:
    """The forms that some headers are of."""
    return {form for header in headers for form in _forms_of(header) if form}


def _forms_of(header: list[Measure]) -> set[str]:
    if any(measure.measure == "prior_year_items" for measure in header):
        return {"2019"}
    if [measure.measure for measure in header] == ["decisions"] and header[0].form != "2021":
        return set()  # 处理决定数量 alone does not tell the form
    return {measure.form for measure in header}


def _blocks(runs: list[LabelRun], end: int) -> list[Block]:
    """The runs under their headers; runs before the first header are prose and page chrome."""
    blocks: list[Block] = []
    behind = runs[end : end + 1]
    runs = [piece for run in runs[:end] for piece in _with_blank_rows(run)]
    runs += [piece for run in behind for piece in _with_blank_rows(run)[:-1]]  # the last words are table three's
    rest_is_read = False
    for run, following in zip(runs, [*runs[1:], *behind, None], strict=False):
        if rest_is_read:
            rest_is_read = False  # the run before has its numbers
            continue
        head = head_of(run, following)
        if head.columns or head.begins:
            if blocks:
                blocks[-1].trailing = has_label(run.words)
            doubtful = _has_values_before(blocks, run)
            blocks.append(Block(head.article, head.columns, printed=head.printed, is_doubtful=doubtful))
        elif blocks and head.item is None and ends_table(run.words):
            blocks[-1].trailing = blocks[-1].trailing or has_label(run.words)
            blocks.append(Block(None, [], is_end=True))
        if not blocks and head.item is not None and run.filled:
            blocks.append(Block(None, []))
        whole = _with_rest(run, following, head.item, len(blocks[-1].columns)) if blocks else None
        rest_is_read = whole is not None
        if blocks and not blocks[-1].is_end and _is_row(whole or run, head.item, blocks[-1].columns):
            blocks[-1].rows.append(_row_of(_without_repetitions(whole or run, blocks[-1]), head))
    if blocks and behind:
        blocks[-1].trailing = has_label(behind[0].words)
    return blocks


def _has_values_before(blocks: list[Block], run: LabelRun) -> bool:
    """Whether the header of a stack of values is preceded by labels with values, which no header stands above."""
    if not blocks or not run.stacked or blocks[-1].columns or blocks[-1].is_end:
        return False
    return any(row.items and row.run.stacked and row.run.filled for row in blocks[-1].rows)


def _with_rest(run: LabelRun, following: LabelRun | None, item: str | None, width: int) -> LabelRun | None:
    """A row whose other numbers stand on the lines below, behind the second line of its label or no words at all.

    None unless all numbers are there then.
    """
    if item is None or following is None or not 0 < len(run.filled) < width:
        return None
    values = [*run.values, *following.values]
    if not len(values) == len(run.filled) + len(following.filled) == width or not following.stacked:
        return None
    if following.words and rest_of_label(run).get(item) != following.label:
        return None
    return replace(run, values=values, lines=[*run.lines, *following.lines], gaps=[0] * width)


def _without_repetitions(run: LabelRun, block: Block) -> LabelRun:
    """A row with one number for each column, where a header that spans several has its number below each of them."""
    if run.stacked or not len(run.filled) == len(run.values) == len(block.printed) > len(block.columns):
        return run
    texts = dict(zip(reversed(block.printed), reversed([value.raw for value in run.values]), strict=True))
    if any(texts[column] != value.raw for column, value in zip(block.printed, run.values, strict=True)):
        return run
    kept = [block.printed.index(column) for column in block.columns if column in texts]
    if len(kept) != len(block.columns):
        return run
    values, lines = [run.values[at] for at in kept], [run.lines[at] for at in kept]
    return replace(run, values=values, lines=lines)


def _row_of(run: LabelRun, head: Head) -> BlockRow:
    bare = bool(head.columns) and not head.items and not head.rest
    rest = head.rest if bare or head.items or head.rest or not run.words else skeleton(run.words[-1])
    return BlockRow(run, head.items, rest, bare)


def _is_row(run: LabelRun, item: str | None, columns: list[Measure]) -> bool:
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
        if gap and item_of(word):
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


def _read_row(item: str, run: LabelRun, columns: list[Measure], geometry: Geometry) -> Cells:
    """The cells of a row under a header, without those that the form does not have."""
    assigned = _assign_columns(run, len(columns), geometry)
    cells = assigned or [FormCell(cell_values.unreadable(run.text), run.line)] * len(columns)
    keys = [(item, measure_in_row(item, column)) for column in columns]
    return {key: cell for key, cell in zip(keys, cells, strict=True) if key in forms.disclosure_items()}


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


def _unknown_columns(item: str, run: LabelRun) -> Finding:
    return Finding("column_unknown", Where(PROACTIVE, item, line=run.line), label=item, actual=run.text)


def _unknown_row(run: LabelRun) -> Finding:
    words = "".join(run.words)[-_SHOWN:]
    return Finding("row_unknown", Where(PROACTIVE, line=run.line), words=words, actual=run.text)
