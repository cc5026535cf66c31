"""Table four in a grid: which columns of its head are the form's, which are none of a track's, which rows are lines.

A publisher adds columns (合计, 诉讼总计, 序号, 年度, 单位, 上年总计, 备注) and leaves some out. A column belongs to the
form if its word is the whole name of a result and nothing but names of tracks stands above it.

Belongs here: columns by the words of the head, rows by their signs. Does not: numbers below them (``review_named``).
"""

import re
from collections.abc import Sequence

from pipeline.forms import REVIEW_COLUMNS, TRACKS
from pipeline.reader.tables.review_head import Place, codes, strangeness, whole_tracks

#: The whole name of a result, as a cell of the head has it.
_WHOLE = re.compile(
    "(?:(?P<upheld>(?:结果)?维持(?:结果)?)|(?P<corrected>(?:结果)?纠正(?:结果)?)|(?P<other>其[他它](?:结果)?)"
    "|(?P<pending>(?:尚?未)审?结)|(?P<total>[总合]计))(?:[(（]?件数?[)）]?)?"
)
#: A track has four results at the least: one may not be printed.
_LEAST = len(REVIEW_COLUMNS) - 1

#: A line drawn below a heading. A mark for nothing is a stroke or two (—, ——).
_RULE = re.compile(r"[-–—―─=_~*]{4,}")
_LONGEST_MARK = 2

Cells = Sequence[str]


def result_of(cell: str) -> str | None:
    """The result whose whole name a cell of the head is.

    >>> result_of("总 计"), result_of("上年总计")
    ('total', None)
    """
    match = _WHOLE.fullmatch("".join(cell.split()))
    return match.lastgroup if match else None


def is_drawn(cells: Cells) -> bool:
    """Whether a row is a line drawn below a heading, and not a mark for nothing in each cell of the table.

    >>> is_drawn(["————————"]), is_drawn(["---"] * 15), is_drawn(["—"] * 15)
    (True, True, False)
    """
    is_of_marks = len(cells) == len(TRACKS) * len(REVIEW_COLUMNS) and all(
        len(cell.strip()) <= _LONGEST_MARK for cell in cells
    )
    return not is_of_marks and _RULE.fullmatch("".join("".join(cells).split())) is not None


def row_of_results(head: Sequence[Cells]) -> Cells | None:
    """The row of the head with most names of results, if it has enough for a track."""
    named = [(sum(result_of(cell) is not None for cell in cells), cells) for cells in head]
    most, row = max(named, key=lambda found: found[0], default=(0, ()))
    return row if most >= _LEAST else None


def columns_of_tracks(head: Sequence[Cells], width: int, tracks: Sequence[str]) -> dict[int, Place] | None:
    """The place of each column of a row as wide as this, three tracks beside each other; None where not certain."""
    row = row_of_results(head)
    if row is None:
        return None
    above = head[: next(at for at, cells in enumerate(head) if cells is row)]
    if len(row) == width:
        shift = 0
        named = [(at, result_of(cell)) for at, cell in enumerate(row) if not _is_added(above, at, width)]
    else:
        shift, behind = beside_tracks(above)
        named = [(at, result_of(cell)) for at, cell in enumerate(row)]
        if len(row) + shift + behind != width or any(result is None for _, result in named):
            return None
    found = [(at + shift, result) for at, result in named if result is not None]
    size, rest = divmod(len(found), len(TRACKS))
    results = [result for _, result in found]
    if rest or size < _LEAST or len(set(results[:size])) < size or results != results[:size] * len(TRACKS):
        return None
    return {at: (tracks[number // size], result) for number, (at, result) in enumerate(found)}


def columns_of_results(head: Sequence[Cells], width: int) -> dict[int, str] | None:
    """The result of each column of a row as wide as this, tracks one below the other; None where not certain."""
    row = row_of_results(head)
    if row is None or len(row) != width:
        return None
    found = {at: result for at, cell in enumerate(row) if (result := result_of(cell))}
    return found if len(set(found.values())) == len(found) else None


def are_apart(head: Sequence[Cells], at: int) -> bool:
    """Whether a column that is none of the form's has a word of its own in the head, which is no track's name."""
    words = ("".join(cells[at].split()) for cells in head if at < len(cells))
    return any(word and not _names_track(word) for word in words)


def beside_tracks(head: Sequence[Cells]) -> tuple[int, int]:
    """How many words stand before and behind the tracks, in the first row of the head that names one."""
    for cells in head:
        words = [cell for cell in cells if cell.strip()]
        of_track = [at for at, word in enumerate(words) if _names_track(word)]
        if of_track:
            return of_track[0], len(words) - 1 - of_track[-1]
    return 0, 0


def _is_added(above: Sequence[Cells], at: int, width: int) -> bool:
    """Whether something else than a track stands above a column."""
    return any(
        len(cells) == width and bool(cells[at].strip()) and not _names_track("".join(cells[at].split()))
        for cells in above
    )


def _names_track(word: str) -> bool:
    """Whether a word names a track and no result, like 诉讼总计, beside it."""
    plain = "".join(word.split())
    found = codes(plain)
    if not found or any(code in REVIEW_COLUMNS for code in found):
        return bool(whole_tracks(plain)) and not plain.endswith(("总计", "合计", "小计"))
    return strangeness(plain) <= 1
