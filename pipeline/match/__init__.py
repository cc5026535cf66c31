"""Lay the official form over a document's runs: which number stands in which cell.

A row is placed by its label. Where labels are lost, the form's order places it, and only if the form's
sums agree. What cannot be placed is named in ``Reading.findings`` and not loaded.

Belongs here: placing. Does not: spellings (``labels``), what a cell's text means (``values``), whether the
placed numbers contradict each other (``rules``).
"""

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal

from pipeline import forms, labels
from pipeline.document import Document, Row
from pipeline.forms import APPLICATION_COLUMNS, REVIEW_COLUMNS, TRACKS
from pipeline.labels import Named
from pipeline.reading import APPLICATIONS, PROACTIVE, Cell, Finding, Line, Reading
from pipeline.runs import Run, runs_of
from pipeline.skeleton import skeleton
from pipeline.values import BLANK, Value

_ORDER = {item: index for index, item in enumerate(forms.application_items())}
_WIDTH = len(APPLICATION_COLUMNS)
_REVIEW_WIDTH = len(REVIEW_COLUMNS) * len(TRACKS)
_REVIEW_WORDS = re.compile("复议|诉讼|维持|纠正|审结|起诉|其他结果")


def match(document: Document) -> Reading:
    """Read the three tables of a document."""
    found = runs_of(document.rows)
    reading = Reading()
    names = [_name(run) for run in found.runs]
    first, last = _applications(found.runs, names, reading)
    _proactive(found.runs[:first], reading)
    _review(found.runs[last:], reading)
    _form(reading)
    _account(document.rows, found.page_marks, reading)
    return reading


def _name(run: Run) -> Named | None:
    if not run.words:
        return None
    named = labels.exact(skeleton("".join(run.words[-3:])))
    if named or not run.cells or len(run.cells) < _WIDTH - 2:
        return named
    return labels.name(run.label[-80:], skeleton(run.words[-1]))


# Table three ------------------------------------------------------------------------------------------------


def _applications(runs: list[Run], names: list[Named | None], reading: Reading) -> tuple[int, int]:
    """Read table three; return the run it begins at and the run after its last.

    Where it is absent both are the run at which table four begins, or the end.
    """
    chains = _chains(runs, names)
    if not chains:
        start = next((i for i, run in enumerate(runs) if _is_review(run)), len(runs))
        return start, start
    tables = [_table_three(runs[start:end], names[start:end], reading) for start, end in chains]
    reading.applications = _agreed(tables, reading)
    return chains[0][0], chains[-1][1]


def _chains(runs: list[Run], names: list[Named | None]) -> list[tuple[int, int]]:
    """Stretches of runs that are a table three: in the form's order, each begun anew where it starts again."""
    chains: list[tuple[int, int]] = []
    current: list[int] = []
    highest = -1
    for index, (run, named) in enumerate(zip(runs, names, strict=True)):
        if named is None or not named.strong or not _may_be_row(run):
            continue
        order = _ORDER[named.item]
        if current and order <= 1 and highest > 3:
            chains.append((current[0], current[-1] + 1))
            current, highest = [], -1
        current.append(index)
        highest = max(highest, order)
    if current:
        chains.append((current[0], current[-1] + 1))
    return [chain for chain in chains if chain[1] - chain[0] >= 3 or len(chains) == 1]


def _may_be_row(run: Run) -> bool:
    filled = len(run.filled)
    return filled >= _WIDTH - 2 or (filled == 0 and (len(run.cells) >= _WIDTH or bool(run.gaps)))


def _is_review(run: Run) -> bool:
    return len(run.filled) >= len(REVIEW_COLUMNS) and len(_REVIEW_WORDS.findall(run.label)) >= 3


def _table_three(runs: list[Run], names: list[Named | None], reading: Reading) -> dict[str, Line]:
    """One table three: every run laid on a row of the form, or named."""
    places = _offsets(runs)
    table: dict[str, Line] = {}
    for run, named in zip(runs, names, strict=True):
        if named is None:
            continue
        cells = _fit(run, _WIDTH, places)
        line = _line(named.item, run, cells, APPLICATION_COLUMNS)
        if named.item in table:
            _name_repeated(named.item, table[named.item], line, reading)
            continue
        table[named.item] = line
        reading.layouts.add(run.layout)
    lines = [line for run in runs for line in (run.word_lines[-1:] + run.lines)]
    if lines:
        reading.regions.append((min(lines), max(lines)))
    return table


def _name_repeated(item: str, kept: Line, other: Line, reading: Reading) -> None:
    if _numbers(kept) == _numbers(other):
        return
    reading.findings.append(
        Finding(
            "row_repeated",
            f"“{labels.canonical(item)}”一行出现两次且数字不同，采用第一次出现的数字。",
            f"The row {item} stands twice with different numbers; the first is loaded.",
            APPLICATIONS,
            item,
            line=other.source_line,
            actual=" ".join(cell.value.raw for cell in other.cells.values()),
        )
    )


def _agreed(tables: list[dict[str, Line]], reading: Reading) -> dict[str, Line]:
    """The fullest of the tables a report repeats; where another one differs, the difference is named."""
    tables = sorted(tables, key=lambda table: -sum(len(_numbers(line)) for line in table.values()))
    chosen = tables[0]
    for other in tables[1:]:
        for item, line in other.items():
            if item in chosen:
                _name_repeated(item, chosen[item], line, reading)
    return chosen


def _numbers(line: Line) -> dict[str, Decimal]:
    return {column: cell.value.number for column, cell in line.cells.items() if cell.value.number is not None}


# Cells ------------------------------------------------------------------------------------------------------


def _offsets(runs: Iterable[Run]) -> dict[tuple[int, int], set[int]]:
    """Where the first number stands in rows that are full: by width of the row and column of its first cell."""
    offsets: dict[tuple[int, int], set[int]] = {}
    for run in runs:
        filled = run.filled
        if not run.stacked and len(filled) == _WIDTH and filled[-1] - filled[0] == _WIDTH - 1:
            offsets.setdefault((run.width, run.first_column), set()).add(filled[0])
    return offsets


def _fit(run: Run, width: int, places: dict[tuple[int, int], set[int]]) -> list[Cell] | None:
    """The ``width`` cells of a row, or None when it cannot be told which is which.

    Blank cells at both ends may belong to the table's structure; full rows of the same shape say which do.
    """
    filled = run.filled
    count = len(filled)
    if count == width:
        return [Cell(run.cells[index], run.lines[index]) for index in filled]
    if count > width:
        return None
    if count == 0:
        line = run.line
        return [Cell(BLANK, line)] * width
    if run.stacked:
        return _fit_stack(run, width)
    first, last, size = filled[0], filled[-1], len(run.cells)
    if size < width:
        return None
    offsets = [offset for offset in range(max(0, last - width + 1), first + 1) if offset + width <= size]
    if len(offsets) > 1:
        known = places.get((run.width, run.first_column), set())
        offsets = [offset for offset in offsets if offset in known] if known else offsets
    if len(offsets) != 1:
        return None
    start = offsets[0]
    return [Cell(run.cells[index], run.lines[index]) for index in range(start, start + width)]


def _fit_stack(run: Run, width: int) -> list[Cell] | None:
    """Cells of which each has a line of its own: empty lines are the empty cells if their number is just right."""
    usual = min(run.gaps[1:-1], default=0)
    inside = [gap - usual for gap in run.gaps[1:-1]]
    if usual and any(gap % (usual + 1) for gap in inside):
        return None
    missing = width - len(run.cells)
    blanks = [gap // (usual + 1) for gap in inside]
    if sum(blanks) != missing:
        return None
    cells: list[Cell] = []
    for index, (value, line) in enumerate(zip(run.cells, run.lines, strict=True)):
        if index:
            cells += [Cell(BLANK, line - 1)] * blanks[index - 1]
        cells.append(Cell(value, line))
    return cells


def _line(item: str, run: Run, cells: list[Cell] | None, columns: Sequence[str]) -> Line:
    """A row of the form; unreadable as a whole when its cells could not be told apart."""
    if cells is None:
        whole = Value(run.text, state="unreadable")
        return Line(item, {column: Cell(whole, run.line) for column in columns})
    return Line(item, dict(zip(columns, cells, strict=True)))


# Table two --------------------------------------------------------------------------------------------------


def _proactive(runs: list[Run], reading: Reading) -> None:
    """Read table two: a row's columns are those of the header above it."""
    measures: list[tuple[forms.Measure, str | None]] = []
    seen: list[int] = []
    for run in runs:
        tokens = list(forms.disclosure_vocabulary().finditer(run.label))
        tail = _tail(run.label, tokens)
        header = [token for token in tail if token["measure"]]
        if header:
            measures = [(forms.measure_labels()[token["measure"]], token["unit"]) for token in header]
        elif any(token["article"] or token["content"] for token in tail):
            measures = []
        if not tail or not tail[-1]["item"] or not run.cells:
            continue
        if len(tail) == 1 and skeleton(run.words[-1]) != tail[-1]["item"] and run.label != tail[-1]["item"]:
            continue  # prose that happens to end with the word
        item = next(label.item for label in forms.disclosure_labels() if label.text == tail[-1]["item"])
        known = [pair for pair in measures if (item, pair[0].measure) in forms.disclosure_items()]
        if not known:
            reading.findings.append(_headless(item, run))
            continue
        cells = _fit_disclosure(run, len(measures))
        for index, (measure, unit) in enumerate(measures):
            key = (item, measure.measure)
            if key not in forms.disclosure_items() or key in reading.proactive:
                continue
            cell = cells[index] if cells else Cell(Value(run.text, state="unreadable"), run.line)
            if measure.measure == "amount":
                cell = Cell(_in_ten_thousands(cell.value, unit), cell.line)
            reading.proactive[key] = cell
        seen += run.word_lines[-1:] + run.lines
        reading.layouts.add(run.layout)
    if seen:
        reading.regions.append((min(seen), max(seen)))


def _tail(label: str, tokens: list[re.Match[str]]) -> list[re.Match[str]]:
    """The tokens that stand without a gap at the end of the words: a header's and a row's, with no prose between."""
    end, tail = len(label), []
    for token in reversed(tokens):
        if token.end() != end:
            break
        tail.append(token)
        end = token.start()
    return tail[::-1]


def _fit_disclosure(run: Run, width: int) -> list[Cell] | None:
    """The cells of a row of table two, counted from its label: nothing stands between them on the form."""
    filled = run.filled
    if len(filled) > width:
        return None
    if len(filled) == width:
        return [Cell(run.cells[index], run.lines[index]) for index in filled]
    if not filled:
        return [Cell(BLANK, run.line)] * width
    if run.stacked:
        return _fit_stack(run, width)
    if filled[-1] >= width or len(run.cells) < width:
        return None
    return [Cell(run.cells[index], run.lines[index]) for index in range(width)]


def _in_ten_thousands(value: Value, header_unit: str | None) -> Value:
    """An amount in 万元: a unit beside the number counts, else the header's, else the form's (万元)."""
    unit = (value.unit if value.unit in ("元", "万元", "亿元") else None) or header_unit
    factor = {"元": Decimal("0.0001"), "亿元": Decimal(10000)}.get(unit or "")
    if value.number is None or factor is None:
        return value
    number = value.number * factor
    if number != number.quantize(Decimal("0.000001")):
        return Value(value.raw, state="unreadable")
    return Value(value.raw, number, "unit_converted", value.unit)


def _headless(item: str, run: Run) -> Finding:
    return Finding(
        "column_unknown",
        f"“{item}”一行的数字没有可识别的列名，未入库：{run.text}",
        f"No known column header stands above the row {item}; its numbers are not loaded: {run.text}",
        PROACTIVE,
        item,
        line=run.line,
        actual=run.text,
    )


# Table four -------------------------------------------------------------------------------------------------


def _review(runs: list[Run], reading: Reading) -> None:
    """Read table four: fifteen numbers in a row, or three times five."""
    for index, run in enumerate(runs):
        filled = len(run.filled)
        blank_row = filled == 0 and len(run.cells) >= _REVIEW_WIDTH and _REVIEW_WORDS.search(run.label)
        if filled < len(REVIEW_COLUMNS) and not blank_row:
            continue
        if index > 3:
            break
        cells = _fit(run, _REVIEW_WIDTH, {})
        for number, track in enumerate(TRACKS):
            start = number * len(REVIEW_COLUMNS)
            part = cells[start : start + len(REVIEW_COLUMNS)] if cells else None
            reading.review[track] = _line(track, run, part, REVIEW_COLUMNS)
        reading.regions.append((min(run.lines), max(run.lines)))
        reading.layouts.add(run.layout)
        return


# The whole --------------------------------------------------------------------------------------------------


def _form(reading: Reading) -> None:
    """Which form the tables' labels are of."""
    seen = set()
    for key in reading.proactive:
        on = forms.disclosure_items()[key].forms
        seen |= set(on) if len(on) == 1 else set()
    if "other_processing" in reading.applications:
        seen.add("2019")
    if any(item.startswith("other_") and item != "other_processing" for item in reading.applications):
        seen.add("2021")
    reading.form = "hybrid" if len(seen) > 1 else next(iter(seen), None)


_DIGITS = re.compile(r"\d+(?:[.,]\d+)*")


def _account(rows: list[Row], page_marks: list[tuple[int, str]], reading: Reading) -> None:
    """Count the numbers that stand in the table regions, and name those that became no cell."""
    used: dict[int, int] = {}
    for line in [*reading.applications.values(), *reading.review.values()]:
        for cell in line.cells.values():
            _count(cell, used)
    for cell in reading.proactive.values():
        _count(cell, used)
    marks = {line for line, _ in page_marks}
    for first, last in reading.regions:
        for row in rows:
            if not first <= row.line <= last or row.line in marks:
                continue
            for cell_text in row.cells:
                if not any("\u4e00" <= c <= "\u9fff" for c in cell_text):
                    reading.digits += len(_DIGITS.findall(cell_text))
    reading.digits_used = sum(used.values())


def _count(cell: Cell, used: dict[int, int]) -> None:
    if cell.line is not None and cell.value.number is not None:
        used[cell.line] = used.get(cell.line, 0) + 1
