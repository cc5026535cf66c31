"""Table four in aligned text, by the columns of the page.

Belongs here: which number stands below which word of the head. Does not: numbers that are all printed in one line,
which their order places.
"""

from collections.abc import Sequence

from pipeline.reader.tables.reading import FormCell
from pipeline.reader.tables.review_block import Strip
from pipeline.reader.tables.review_head import Head


def by_columns(head_rows: Sequence[Strip], strips: Sequence[Strip], head: Head) -> list[FormCell] | None:
    """The fifteen cells in the order of the page's columns; None where the columns are not certain."""
    return None
