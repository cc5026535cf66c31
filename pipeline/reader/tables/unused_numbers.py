"""What became of the numbers printed in the tables' regions: cells, or findings that name the rest.

Belongs here: counting, after all tables are read. Does not: which cell a number is.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from pipeline.reader.document import Row
from pipeline.reader.findings import Finding, Where
from pipeline.reader.tables.label_runs import PageMark
from pipeline.reader.tables.reading import FormCell, Region

_DIGITS = re.compile(r"[0-9０-９]+(?:[.,，．][0-9０-９]+)*")
_CHINESE = re.compile("[\u4e00-\u9fff]")
#: A finding names no more numbers, or page marks, than this.
_MOST_SHOWN = 10


class NumberCount(NamedTuple):
    """How many numbers stand in the regions, how many of them became cells, and findings about the others.

    ``unused_rows`` are the lines on which several numbers stand that became none.
    """

    printed: int
    used: int
    findings: list[Finding]
    unused_rows: list[int]


def count_numbers(
    rows: list[Row], page_marks: list[PageMark], cells: Iterable[FormCell], regions: list[Region]
) -> NumberCount:
    """Count the numbers of the regions and those that became cells.

    Digits inside words are numbering or explanation and no data. A number is one in a source cell without words, or in
    one that was read as a value.
    """
    used, unreadable_lines = _used(cells)
    inside = {line for region in regions for line in range(region.first, region.last + 1)}
    inside -= {mark.line for mark in page_marks}
    table_rows = [row for row in rows if row.line in inside]
    printed = _printed(table_rows)
    findings = skipped_marks(page_marks, regions)
    # cell_note already names the lines of unreadable cells.
    left = {
        line: count - used.get(line, 0)
        for line, count in printed.items()
        if count > used.get(line, 0) and line not in unreadable_lines
    }
    if left:
        findings.append(_unused(left, table_rows))
    uncounted = sum(max(0, count - printed.get(line, 0)) for line, count in used.items())
    unused_rows = sorted(line for line, count in left.items() if count > 1)
    return NumberCount(sum(printed.values()) + uncounted, sum(used.values()), findings, unused_rows)


def _used(cells: Iterable[FormCell]) -> tuple[dict[int, int], set[int]]:
    """How many numbers of each line became cells, and the lines of unreadable cells."""
    used: defaultdict[int, int] = defaultdict(int)
    unreadable: set[int] = set()
    for cell in cells:
        line, value = cell.line, cell.value
        if line is None:
            continue
        if value.count is not None:
            used[line] += 1
        elif value.number is not None:
            used[line] += printed_numbers(value.raw)
        elif value.state == "unreadable":
            unreadable.add(line)
    return used, unreadable


def _printed(rows: list[Row]) -> dict[int, int]:
    """How many numbers stand on each line."""
    printed: defaultdict[int, int] = defaultdict(int)
    for row in rows:
        if row.lines is None:
            printed[row.line] += _numbers_in_row(tuple(row.cells))
        else:
            for line, text in zip(row.lines, row.cells, strict=True):
                printed[line] += _numbers_in_cell(text)
    return printed


@lru_cache(maxsize=16384)
def printed_numbers(text: str) -> int:
    """How many numbers are printed in a text."""
    return len(_DIGITS.findall(text))


@lru_cache(maxsize=16384)
def _numbers_in_cell(text: str) -> int:
    """How many numbers stand in a source cell that has no words."""
    return 0 if _CHINESE.search(text) else printed_numbers(text)


@lru_cache(maxsize=16384)
def _numbers_in_row(cells: tuple[str, ...]) -> int:
    return sum(map(_numbers_in_cell, cells))


def _unused(left: dict[int, int], rows: list[Row]) -> Finding:
    """A finding about numbers that became no cell: how many of them each line has."""
    texts = _first_numbers(rows)
    shown = [(line, texts[line]) for line in sorted(left)[:_MOST_SHOWN]]
    more = "……" if len(left) > _MOST_SHOWN else ""
    return Finding(
        "unused_number",
        Where(line=min(left)),
        numbers=(
            "；".join(f"第 {line} 行 {text}" for line, text in shown) + more,
            "; ".join(f"line {line}: {text}" for line, text in shown) + more,
        ),
        actual=str(sum(left.values())),
    )


def _first_numbers(rows: list[Row]) -> dict[int, str]:
    """The first source cell of each line that is a number."""
    texts: dict[int, str] = {}
    for row in rows:
        for index, text in enumerate(row.cells):
            if _numbers_in_cell(text):
                texts.setdefault(row.line_of(index), text)
    return texts


def skipped_marks(page_marks: list[PageMark], regions: list[Region]) -> list[Finding]:
    """A finding that names the page marks in the regions, if there are any."""
    inside = [mark for mark in page_marks if any(first <= mark.line <= last for first, last in regions)]
    if not inside:
        return []
    shown = "; ".join(f"{text.strip()} ({line})" for line, text in inside[:_MOST_SHOWN])
    return [Finding("page_mark", Where(line=inside[0].line), marks=shown, actual=str(len(inside)))]
