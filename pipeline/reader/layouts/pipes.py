"""``cell |`` lines: one cell a line, a pipe behind it, more pipes for the columns that it spans.

A lone pipe separates rows in some reports and is an empty cell in others; it becomes an empty row, as an empty
line does. Several pipes on a line of their own are padding, and no row at all.
"""

import re

from pipeline.reader.document import Row

NAME = "pipes"
#: Layout of an empty row that is no empty cell either.
PADDING = "padding"

_CELL = re.compile(r"\s*([^|]*?)\s*\|[\s|]*")


def row(line: str, number: int) -> Row | None:
    """The one cell of a line whose pipes all stand behind it."""
    if "|" not in line:
        return None
    match = _CELL.fullmatch(line)
    if match is None:
        return None
    if match[1]:
        return Row(number, [match[1]], NAME)
    return Row(number, [], NAME if line.count("|") == 1 else PADDING)
