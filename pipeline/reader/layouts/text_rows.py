"""Lines of text to rows of cells (``document.Row``), by the layouts of this package.

A layout is a module with a ``NAME`` and ``row(line, number)``, which returns None for a line of another layout.
``LINE_READERS`` asks them in turn for each line, because real reports change their layout from table to table. HTML
pages have a structure of their own: ``formats.html`` reads them. To add a layout, add a module, name it here, and
give it a folder of cases under ``tests/cases``.

Belongs here: where a cell begins and ends. Does not: what a cell means (``reader.tables``).
"""

from collections.abc import Callable, Iterator
from functools import lru_cache

from pipeline.reader.document import Row
from pipeline.reader.layouts import aligned, flat, lines, markdown, pipes, tabs

LineReader = Callable[[str, int], Row | None]

#: Asked in this order; the last one takes every line.
LINE_READERS: list[LineReader] = [tabs.row, pipes.row, markdown.row, aligned.row, flat.row, lines.row]

#: Lines up to this length – labels, numbers, headings – stand in many reports and are read once.
_LONGEST_REPEATED = 100
_REPEATED = 16384


def text_rows(source: list[str], first: int = 1) -> Iterator[Row]:
    """Rows of plain text lines, the first of which has the number ``first``."""
    for number, line in enumerate(source, first):
        words = line.split(None, 1)
        if len(words) < 2 and "|" not in line and "\t" not in line:  # most lines, and no reader but the last takes them
            yield Row(number, words, lines.NAME)
        else:
            like = _repeated(line) if len(line) <= _LONGEST_REPEATED else _row(line)
            yield Row(number, like.cells, like.layout, None, like.starts)


def _row(line: str) -> Row:
    """The row of a line of any number."""
    return next(row for reader in LINE_READERS if (row := reader(line, 0)) is not None)


#: Rows of equal lines share their cells, which nobody changes.
_repeated = lru_cache(_REPEATED)(_row)
