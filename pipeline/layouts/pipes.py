"""``cell |`` lines: one cell a line, a pipe behind it, more pipes for the columns that it spans.

A line of nothing but pipes separates rows in some reports and cells in others; it becomes an empty
row, as an empty line does, and may be an empty cell.
"""

import re

from pipeline.document import Row

NAME = "pipes"

_CELL = re.compile(r"\s*([^|]*?)\s*\|[\s|]*")


def row(line: str, number: int) -> Row | None:
    """The one cell of a line whose pipes all stand behind it."""
    if "|" not in line:
        return None
    match = _CELL.fullmatch(line)
    if match is None:
        return None
    return Row(number, [match[1]] if match[1] else [], NAME)
