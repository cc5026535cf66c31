"""Numbers of table four that their order places, the head's order being known.

Blanks, digits in a second line, and numbers in several pieces are placed only where the sums of the tracks, or the
columns of the page, leave one way.

Belongs here: all fifteen numbers in a row, in lines, or in pieces. Does not: cells with names (``review_named``).
"""

from collections.abc import Sequence
from itertools import pairwise, product

from pipeline.forms import REVIEW_COLUMNS, TRACKS
from pipeline.reader.tables.cell_values import BLANK
from pipeline.reader.tables.reading import FormCell
from pipeline.reader.tables.review_block import GRIDS, Piece
from pipeline.reader.tables.review_columns import by_columns
from pipeline.reader.tables.review_head import codes, track_of
from pipeline.reader.tables.review_sums import ALL, WIDTH, adds_up, groupings, groups, joined, wrapped
from pipeline.reader.tables.review_work import Placed, Work, in_order, said, table_of, trimmed

#: Empty lines at an end of the table in this number are cells.
_SURELY_CELLS = 5


def one_row(work: Work) -> Placed | None:
    """All numbers in one row, or one a line; what stands behind them without words may be digits that wrapped."""
    main, *rest = work.pieces
    if work.order is None or any(piece.words for piece in rest):
        return None
    size = len(work.order)
    if len(main.filled) < size and not rest:
        cells = _with_blanks(work, main, size)
        return None if cells is None else Placed(in_order(work, cells), [])
    cells = trimmed(main.cells, size)
    if size == ALL and cells is not None and _may_be_shifted(work, main, cells):
        return None
    if size == ALL:
        if rest:
            return _wrapped_row(work, cells, [cell for piece in rest for cell in piece.filled])
        is_split = cells is not None and any(cell.value.joined is not None for cell in cells)
        if (cells is None or is_split) and (proved := joined(main.filled, work.total_at)):
            return Placed(in_order(work, proved), said("read_by_sums", work))
    if cells is None or rest or _is_torn(work, cells) or _sums_fail(work, cells):
        return None
    return Placed(in_order(work, cells), [])


def _may_be_shifted(work: Work, piece: Piece, cells: Sequence[FormCell]) -> bool:
    """Whether the numbers of a wider row, with a blank cell among them, do not add up: one may be another column's."""
    if piece.stacked or piece.strips[0].row.layout not in GRIDS or len(piece.cells) <= ALL:
        return False
    at = [index for index, cell in enumerate(piece.cells) if cell.value is not BLANK]
    return at[-1] - at[0] >= ALL and not work.adds_up(cells)


def _sums_fail(work: Work, cells: Sequence[FormCell]) -> bool:
    """Whether two tracks or more do not add up, of numbers that no cells part: one may be the agency's mistake."""
    if len(cells) != ALL or work.pieces[0].strips[0].row.layout in GRIDS:
        return False
    readable = [group for group in groups(cells) if all(cell.value.number is not None for cell in group)]
    return sum(not work.adds_up(group) for group in readable) > 1


def _is_torn(work: Work, cells: Sequence[FormCell]) -> bool:
    """Whether numbers one a line, without their words, add up in another order only: a page read by its columns."""
    if not work.pieces[0].stacked or len(cells) != ALL or work.adds_up(cells):
        return False
    numbers = [cell.value.number for cell in cells if cell.value.number is not None]
    return len(numbers) == ALL and bool(groupings(numbers))


def _wrapped_row(work: Work, cells: list[FormCell] | None, rest: list[FormCell]) -> Placed | None:
    if cells is None or len(cells) != ALL:
        return None
    if len(rest) == 1 and work.adds_up(cells):
        return Placed(in_order(work, cells), [])  # a page number
    proved = wrapped(cells, rest, work.total_at)
    return None if proved is None else Placed(in_order(work, proved), said("read_by_sums", work))


def _with_blanks(work: Work, piece: Piece, size: int) -> list[FormCell] | None:
    """The cells of a row with blanks among them."""
    if piece.stacked:
        return _stacked(work, piece, size)
    if piece.strips[0].row.layout not in GRIDS or len(piece.cells) < size:
        return None
    if len(piece.cells) == size:
        # Under a wider head a program has cut blank cells off the row, which may be its first.
        widths = {len(strip.cells) for strip in work.block.head if strip.row.layout in GRIDS}
        is_cut = max(widths, default=0) > len(piece.strips[0].cells)
        return None if is_cut and size == ALL and not work.adds_up(piece.cells) else list(piece.cells)
    # A wider row has a column that is none of the form's, and not the head but the sums must tell which.
    filled = [at for at, cell in enumerate(piece.cells) if cell.value is not BLANK]
    starts = range(max(0, filled[-1] - size + 1), min(filled[0], len(piece.cells) - size) + 1)
    ways = [piece.cells[start : start + size] for start in starts]
    if size == ALL:
        ways = [way for way in ways if work.adds_up(way)]
    return list(ways[0]) if len(ways) == 1 else None


def _stacked(work: Work, piece: Piece, size: int) -> list[FormCell] | None:
    """Cells of which each has a line of its own: empty lines beyond the usual spacing are empty cells."""
    inner, spacing = piece.gaps[1:-1], work.block.spacing
    spacing = min([*inner, *([] if spacing is None else [spacing])], default=0)
    step = spacing + 1
    if any((gap - spacing) % step for gap in inner):
        return None
    cells: list[FormCell] = []
    for number, cell in enumerate(piece.cells):
        if number:
            cells += [FormCell(BLANK, (cell.line or 1) - 1)] * ((inner[number - 1] - spacing) // step)
        cells.append(cell)
    missing = size - len(cells)
    has_blanks = len(cells) > len(piece.cells)
    if missing <= 0:
        return cells if not missing and has_blanks else None
    if not has_blanks and missing < _SURELY_CELLS:
        return None
    ahead, behind = ((max(0, gap - spacing)) // step for gap in (piece.gaps[0], piece.gaps[-1]))
    first, last = piece.cells[0].line or 1, piece.cells[-1].line or 1
    ways = [
        [*[FormCell(BLANK, first - 1)] * before, *cells, *[FormCell(BLANK, last + 1)] * (missing - before)]
        for before in range(missing + 1)
        if before <= ahead and missing - before <= behind
    ]
    if size == ALL:
        ways = [way for way in ways if work.adds_up(way)]
    return ways[0] if len(ways) == 1 else None


def split_rows(work: Work) -> Placed | None:
    """Fifteen numbers in several rows, as a page's end cuts them; equal ones, and marks for nothing, have no order."""
    cells = work.block.filled
    numbers = {cell.value.number for cell in cells}
    are_known = None not in numbers or all(cell.value.state == "nil_mark" for cell in cells)
    if len(cells) == ALL and are_known and len(numbers) == 1:
        work.order = list(product(TRACKS, REVIEW_COLUMNS))
        return Placed(in_order(work, cells), said("read_by_order", work))
    if work.order is None or any(piece.words for piece in work.pieces[1:]):
        return None
    if len(cells) == len(work.order) == ALL and work.adds_up(cells):
        return Placed(in_order(work, cells), said("read_by_order", work))
    proved = joined(cells, work.total_at) if len(work.order) == ALL else None
    return None if proved is None else Placed(in_order(work, proved), said("read_by_sums", work))


def by_page(work: Work) -> Placed | None:
    """Numbers of aligned text by the columns of the page."""
    if work.width != WIDTH:
        return None
    strips = [strip for piece in work.pieces for strip in piece.strips]
    placed = by_columns(work.block, strips, work.head, work.order)
    if placed is None:
        return None
    if not adds_up([placed[track, column] for track in TRACKS for column in REVIEW_COLUMNS]):
        return None
    return Placed(table_of(placed), said("read_by_order", work))


def scattered(work: Work) -> Placed | None:
    """Fifteen numbers in pieces: four results side by side, their total somewhere behind them.

    Only the one way to group them in which all three totals hold is believed. Which of the two lawsuits is which is
    told by order, or by the name right before its numbers.
    """
    numbers = [(cell, piece) for piece in work.pieces for cell in piece.filled]
    values = [cell.value.number for cell, _ in numbers if cell.value.number is not None]
    if len(numbers) != ALL or len(values) != ALL or work.order is None or work.head.results != REVIEW_COLUMNS:
        return None
    ways = groupings(values)
    tracks = _tracks_of_groups(ways[0], numbers) if len(ways) == 1 else None
    if tracks is None or work.head.tracks != TRACKS:
        return None
    found = {
        (track, column): numbers[at][0]
        for track, group in zip(tracks, ways[0], strict=True)
        for column, at in zip(REVIEW_COLUMNS, group, strict=True)
    }
    return Placed(table_of(found), said("read_by_order", work))


def _tracks_of_groups(groups: Sequence[Sequence[int]], numbers: Sequence[tuple[FormCell, Piece]]) -> list[str] | None:
    """The track of each group: by the form's order, or by the names before them; None where these do not tell."""
    in_order = all(group[-1] < following[0] for group, following in pairwise(groups))
    named = [track_of(numbers[group[0]][1].label) for group in groups]
    if in_order and not any(track_of(piece.label) for _, piece in numbers if piece is not numbers[0][1]):
        return TRACKS
    first, direct, after = TRACKS
    _, second, third = named
    both = codes(numbers[groups[1][0]][1].label)
    if third == after or (in_order and direct in both and after in both):
        return TRACKS
    return [first, after, direct] if second == after else None
