"""What became of every number in the table regions: used, or named with the reason."""

import re
from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache

from pipeline.reader.document import Row
from pipeline.reader.findings import Finding, Where
from pipeline.reader.tables.reading import Cell, Reading

_DIGITS = re.compile(r"[0-9０-９]+(?:[.,，．][0-9０-９]+)*")
_CHINESE = re.compile("[\u4e00-\u9fff]")
_SHOWN = 10


def account(rows: list[Row], page_marks: list[tuple[int, str]], reading: Reading) -> None:
    """Count the numbers of the regions and those that became cells; name the rest.

    Digits inside words are numbering or explanation and no data. A number is a token of a cell without words, or of a
    cell that was read as a value.
    """
    used: defaultdict[int, int] = defaultdict(int)
    named: set[int] = set()  # lines of cells that are unreadable: cell_note has them
    for line in (*reading.applications.values(), *reading.review.values()):
        _use(line.cells.values(), used, named)
    _use(reading.proactive.values(), used, named)
    inside = {line for first, last in reading.regions for line in range(first, last + 1)}
    inside -= {line for line, _ in page_marks}
    standing: defaultdict[int, int] = defaultdict(int)
    table_rows = [row for row in rows if row.line in inside]
    for row in table_rows:
        if row.lines is None:
            standing[row.line] += _standing_in(tuple(row.cells))
        else:
            for number, text in zip(row.lines, row.cells, strict=True):
                standing[number] += _standing(text)
    left = {line: count - used[line] for line, count in standing.items() if count > used[line] and line not in named}
    reading.digits = sum(standing.values()) + sum(max(0, used[line] - standing[line]) for line in used)
    reading.digits_used = sum(used.values())
    _name_marks(page_marks, reading)
    if left:
        texts = _first_numbers(table_rows)
        shown = "；".join(f"第 {line} 行 {texts[line]}" for line in sorted(left)[:_SHOWN])
        shown_en = "; ".join(f"line {line}: {texts[line]}" for line in sorted(left)[:_SHOWN])
        more = "……" if len(left) > _SHOWN else ""
        reading.findings.append(
            Finding(
                "unused_number",
                Where(line=min(left)),
                numbers=(shown + more, shown_en + more),
                actual=str(sum(left.values())),
            )
        )


def _use(cells: Iterable[Cell], used: defaultdict[int, int], named: set[int]) -> None:
    """Count the numbers that became cells by their lines, and note the lines of unreadable cells."""
    for cell in cells:
        line, value = cell.line, cell.value
        if line is None:
            continue
        if value.count is not None:
            used[line] += 1
        elif value.number is not None:
            used[line] += _numbers(value.raw)
        elif value.state == "unreadable":
            named.add(line)


def _first_numbers(rows: list[Row]) -> dict[int, str]:
    """The first cell of each line that is a number."""
    texts: dict[int, str] = {}
    for row in rows:
        for index, text in enumerate(row.cells):
            if _standing(text):
                texts.setdefault(row.line_of(index), text)
    return texts


@lru_cache(maxsize=16384)
def _numbers(text: str) -> int:
    return len(_DIGITS.findall(text))


@lru_cache(maxsize=16384)
def _standing(text: str) -> int:
    """How many numbers stand in a cell that has no words."""
    return 0 if _CHINESE.search(text) else _numbers(text)


@lru_cache(maxsize=16384)
def _standing_in(row: tuple[str, ...]) -> int:
    return sum(map(_standing, row))


def _name_marks(page_marks: list[tuple[int, str]], reading: Reading) -> None:
    inside = [(n, text) for n, text in page_marks if any(a <= n <= b for a, b in reading.regions)]
    if inside:
        shown = "; ".join(f"{text.strip()} ({line})" for line, text in inside[:_SHOWN])
        reading.findings.append(
            Finding(
                "page_mark",
                Where(line=inside[0][0]),
                marks=shown,
                actual=str(len(inside)),
            )
        )
