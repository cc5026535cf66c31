"""Which number of table four stands in which place of the form.

A number is placed by the head above its cell or, where all numbers of the table are printed, by their order; the
order is the head's. What the head and the order leave open only the sums of the tracks can decide. A number without a
certain place is not read.

Belongs here: placing the numbers of one block. Does not: finding it (``review_block``), columns of a page
(``review_columns``).
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise, product
from typing import NamedTuple

from pipeline.forms import REVIEW, REVIEW_COLUMNS, TRACKS
from pipeline.reader.findings import Finding, Where
from pipeline.reader.tables.cell_values import BLANK, CellValue, unreadable
from pipeline.reader.tables.reading import FormCell, FormRow
from pipeline.reader.tables.review_block import GRIDS, Block, Piece, Strip
from pipeline.reader.tables.review_columns import by_columns
from pipeline.reader.tables.review_head import (
    AFTER,
    BRACKETS,
    DIRECT,
    LITIGATION,
    TOTAL,
    Head,
    Place,
    codes,
    read_head,
    strangeness,
    track_of,
    whole_track,
    whole_tracks,
)
from pipeline.reader.tables.review_sums import ALL, WIDTH, adds_up, groupings, joined, wrapped

Table = dict[str, FormRow]
#: Names of results, in pieces too.
_RESULT_WORDS = re.compile("结果|维持?|纠正?|其他|尚?未审结|尚未|审结|总计|[总计果结正持]")
#: A column of this result is not printed.
_NOT_PRINTED = FormCell(CellValue("", state="absent_row"), None)
_THIS_YEAR, _LAST_YEAR = re.compile("本年|今年"), re.compile("上年|上一年|去年|同比|增减|20[0-9]{2}")
#: A name is not broken into more lines.
_MOST_LINES = 8
#: Empty lines at an end of the table in this number are cells.
_SURELY_CELLS = 5


class Placed(NamedTuple):
    """The table's rows by track, and how they were found where that is worth saying."""

    table: Table
    findings: list[Finding]


@dataclass(slots=True)
class _Work:
    """A block, its head, and the pieces that have numbers."""

    block: Block
    head: Head
    pieces: list[Piece]
    #: Places in the order of the numbers; None where the head is not clear.
    order: list[Place] | None
    #: Whether the order of the results is known.
    knows_results: bool = True

    @property
    def width(self) -> int:
        """How many cells a track has."""
        return len(self.head.results)

    @property
    def total_at(self) -> int:
        """The place of the total among a track's cells."""
        return self.head.results.index(TOTAL) if TOTAL in self.head.results else WIDTH - 1

    def adds_up(self, cells: Sequence[FormCell]) -> bool:
        """Whether all totals hold."""
        return adds_up(cells, self.total_at)


def place(block: Block) -> Placed | None:
    """Place the numbers of a block; None when it is not table four."""
    head = read_head([strip.words for strip in block.head], by_columns=_is_on_page(block.head))
    if not head.has_results and not block.titled:
        return None
    printed = [piece for piece in block.pieces if piece.filled]
    pieces = _without_page_numbers(_without_repetition(_of_this_year(printed)))
    work = _Work(block, head, pieces, head.places)
    if (head.others and not _proves_results(work)) or (head.groups == 1 and not _orders_tracks(work)):
        work.order = None
    if not pieces:
        return _unreadable(work) if printed else _blank(work)
    if not block.titled and any(strangeness(piece.label) for piece in pieces):
        return None
    by_cells = _by_cells(work)
    if by_cells is not None:
        return by_cells
    if not head.names and (len(pieces[0].filled) < ALL - 1 or any(len(piece.filled) > 1 for piece in pieces[1:])):
        return None
    for way in (_by_grid, _one_row, _by_tracks, _by_results, _split, _columns, _scattered):
        placed = way(work)
        if placed is not None:
            return placed
    return _unreadable(work)


def _proves_results(work: _Work) -> bool:
    """Whether it is certain which of several orders of the results the head has: the sums tell.

    Where no order makes them hold, the form's is taken if the head's words do not speak against it.
    """
    cells, head = work.block.filled, work.head
    if len(cells) != ALL:
        return head.results == REVIEW_COLUMNS
    orders = [order for order in head.others if adds_up(cells, order.index(TOTAL))]
    if not orders or head.results in orders:
        return head.results == REVIEW_COLUMNS
    if len(orders) == 1:
        (head.results,) = orders
        work.order = head.places
    return len(orders) == 1


def _orders_tracks(work: _Work) -> bool:
    """Whether a head that names the results once tells the order of the tracks, whose names then lead the rows.

    Numbers behind all names stand row by row only if their sums say so.
    """
    names = "".join(word.text for strip in work.block.head for word in strip.words)
    tracks = [track for track in whole_tracks(_RESULT_WORDS.sub("", names)) if track in TRACKS]
    cells = work.block.filled
    if sorted(tracks) != sorted(TRACKS) or len(cells) != ALL or not work.adds_up(cells):
        return False
    work.order = list(product(tracks, work.head.results))
    return True


def _is_on_page(head: Iterable[Strip]) -> bool:
    return all(strip.on_page for strip in head)


def _without_repetition(pieces: list[Piece]) -> list[Piece]:
    """The pieces without those that repeat all fifteen numbers of one before."""
    kept: list[Piece] = []
    for piece in pieces:
        half = len(piece.cells) // 2
        texts = [cell.value.raw for cell in piece.cells]
        if half == ALL and texts[:half] == texts[half:]:
            piece.cells, piece.gaps = piece.cells[:half], piece.gaps[: half + 1]
        if len(piece.filled) < ALL or piece.text not in [other.text for other in kept]:
            kept.append(piece)
    return kept


def _of_this_year(pieces: list[Piece]) -> list[Piece]:
    """The pieces without the rows of last year."""
    named = {piece.own_label for piece in pieces}
    if any(_THIS_YEAR.search(label) for label in named):
        return [piece for piece in pieces if _THIS_YEAR.search(piece.own_label)]
    return [piece for piece in pieces if not _LAST_YEAR.search(piece.own_label)]


def _without_page_numbers(pieces: list[Piece]) -> list[Piece]:
    """The pieces without single numbers before the one that has all."""
    full = next((at for at, piece in enumerate(pieces) if len(piece.filled) >= ALL), 0)
    return pieces[full:] if all(len(piece.cells) == 1 for piece in pieces[:full]) else pieces


def _table(cells: dict[Place, FormCell]) -> Table:
    """The rows of placed cells; a column that no track has is not printed."""
    return {
        track: FormRow(track, {column: cells.get((track, column), _NOT_PRINTED) for column in REVIEW_COLUMNS})
        for track in TRACKS
        if any(place[0] == track for place in cells)
    }


def _in_order(work: _Work, cells: Sequence[FormCell]) -> Table:
    assert work.order is not None
    return _table(dict(zip(work.order, cells, strict=True)))


# Nothing printed, or nothing understood ---------------------------------------------------------------------


def _blank(work: _Work) -> Placed | None:
    """A table without any number."""
    head = work.head
    if not head.has_results:
        return None
    complete = head.groups >= len(TRACKS) or (head.groups and {n.code for n in head.names} >= set(TRACKS))
    if work.block.disturbed or not complete:
        return _unreadable(work)
    line = work.block.lines[-1]
    return Placed(_table({(track, column): FormCell(BLANK, line) for track in TRACKS for column in REVIEW_COLUMNS}), [])


def _unreadable(work: _Work) -> Placed:
    """A table whose numbers have no certain place."""
    text, line = work.block.text, min(work.block.lines)
    text = text or " ".join("".join(strip.cells) for strip in work.block.head)
    cell = FormCell(unreadable(text), work.pieces[0].cells[0].line if work.pieces else line)
    found = {(track, column): cell for track in TRACKS for column in REVIEW_COLUMNS}
    return Placed(_table(found), [Finding("ambiguous_reading", Where(REVIEW, line=line), REVIEW, actual=text)])


def _said(rule: str, work: _Work) -> list[Finding]:
    first = work.pieces[0]
    return [Finding(rule, Where(REVIEW, line=first.cells[0].line), REVIEW, actual=work.block.text)]


# A grid -----------------------------------------------------------------------------------------------------


def _by_grid(work: _Work) -> Placed | None:
    """One row of cells under a head that names track and result of each column."""
    if len(work.pieces) != 1 or work.pieces[0].stacked:
        return None
    (piece,) = work.pieces
    (strip,) = piece.strips
    columns = _columns_of_grid(work, len(strip.cells))
    first = len(strip.cells) - len(piece.cells)
    if columns is None or min(columns) < first:
        return None
    left = [at for at, cell in enumerate(piece.cells, first) if cell.value is not BLANK and at not in columns]
    if any(not _repeats_total(strip, columns, at) for at in left):
        return None
    return Placed(_table({place: piece.cells[at - first] for at, place in columns.items()}), [])


def _repeats_total(strip: Strip, columns: dict[int, Place], at: int) -> bool:
    """Whether a cell outside the form repeats the total before it (a span too wide), or is the row's own number."""
    before = columns.get(at - 1)
    if before is not None and before[1] == TOTAL and strip.cells[at] == strip.cells[at - 1]:
        return True
    value = strip.values[at]
    return at < min(columns) and value is not None and value.count is not None and value.count < ALL


def _columns_of_grid(work: _Work, width: int) -> dict[int, Place] | None:
    """The place of each column of a grid as wide as the row; None where the head does not name all, each once."""
    heads = [strip for strip in work.block.head if len(strip.cells) == width]
    results: dict[int, str] = {}
    tracks: dict[int, set[str]] = {}
    for at, text in chain.from_iterable(enumerate(strip.cells) for strip in heads):
        for code in codes("".join(text.split())):
            if code in REVIEW_COLUMNS:
                results[at] = code
            else:
                tracks.setdefault(at, set()).add(code)
    named = {at: _own_track(tracks.get(at, set())) for at in results}
    places = {at: (track, results[at]) for at, track in named.items() if track}
    if len(places) >= ALL and len(set(places.values())) == len(places) == ALL:
        return places
    if len(results) != ALL:
        return None
    found = [
        (track, results[at])
        for number, at in enumerate(sorted(results))
        for track in [work.head.tracks[number // WIDTH]]
    ]
    return dict(zip(sorted(results), found, strict=True)) if len(set(found)) == ALL else None


def _own_track(named: set[str]) -> str | None:
    """The track of a column under these names: 行政诉讼 stands above both lawsuits."""
    own = named - {LITIGATION}
    return next(iter(own)) if len(own) == 1 and (own <= {DIRECT, AFTER} or LITIGATION not in named) else None


# One row ----------------------------------------------------------------------------------------------------


def _one_row(work: _Work) -> Placed | None:
    """All numbers in one row, or one a line; what stands behind them without words may be digits that wrapped."""
    main, *rest = work.pieces
    if work.order is None or any(piece.words for piece in rest):
        return None
    size = len(work.order)
    if len(main.filled) < size and not rest:
        cells = _with_blanks(work, main, size)
        return None if cells is None else Placed(_in_order(work, cells), [])
    cells = _trimmed(main.cells, size)
    if size == ALL:
        if rest:
            return _wrapped_row(work, cells, [cell for piece in rest for cell in piece.filled])
        is_split = cells is not None and any(cell.value.joined is not None for cell in cells)
        if (cells is None or is_split) and (proved := joined(main.filled, work.total_at)):
            return Placed(_in_order(work, proved), _said("read_by_sums", work))
    if cells is None or rest or _is_torn(work, cells):
        return None
    return Placed(_in_order(work, cells), [])


def _trimmed(cells: Sequence[FormCell], size: int) -> list[FormCell] | None:
    """The cells from the first number to the last, if they are so many."""
    filled = [at for at, cell in enumerate(cells) if cell.value is not BLANK]
    if not filled or len(filled) > size:
        return None
    if len(filled) == size:
        return [cells[at] for at in filled]
    return list(cells) if len(cells) == size else None


def _is_torn(work: _Work, cells: Sequence[FormCell]) -> bool:
    """Whether numbers one a line, without their words, add up in another order only: a page read by its columns."""
    if not work.pieces[0].stacked or len(cells) != ALL or work.adds_up(cells):
        return False
    numbers = [cell.value.number for cell in cells if cell.value.number is not None]
    return len(numbers) == ALL and bool(groupings(numbers))


def _wrapped_row(work: _Work, cells: list[FormCell] | None, rest: list[FormCell]) -> Placed | None:
    if cells is None or len(cells) != ALL:
        return None
    if len(rest) == 1 and work.adds_up(cells):
        return Placed(_in_order(work, cells), [])  # a page number
    proved = wrapped(cells, rest, work.total_at)
    return None if proved is None else Placed(_in_order(work, proved), _said("read_by_sums", work))


def _with_blanks(work: _Work, piece: Piece, size: int) -> list[FormCell] | None:
    """The cells of a row with blanks among them."""
    if piece.stacked:
        return _stacked(work, piece, size)
    if piece.strips[0].row.layout not in GRIDS or len(piece.cells) < size:
        return None
    if len(piece.cells) == size:
        return list(piece.cells)
    filled = [at for at, cell in enumerate(piece.cells) if cell.value is not BLANK]
    starts = range(max(0, filled[-1] - size + 1), min(filled[0], len(piece.cells) - size) + 1)
    ways = [piece.cells[start : start + size] for start in starts]
    if len(ways) > 1 and size == ALL:
        ways = [way for way in ways if work.adds_up(way)]
    return list(ways[0]) if len(ways) == 1 else None


def _stacked(work: _Work, piece: Piece, size: int) -> list[FormCell] | None:
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


# Rows by name -----------------------------------------------------------------------------------------------


def _by_tracks(work: _Work) -> Placed | None:
    """A row of its own for each track, by its name; by the head's order where none has a name."""
    results = work.head.results
    rows = [piece for piece in work.pieces if not _is_sum_of_tracks(piece)]
    if not work.knows_results or not 1 <= len(rows) <= len(TRACKS):
        return None
    found = [_row_of_track(work, piece, results) for piece in rows]
    if any(cells is None for cells in found):
        return None
    names = _wrapped_names(work, rows) or [whole_track(piece.label) for piece in rows]
    if len(rows) == len(TRACKS) and len({track for track in names if track}) < len(TRACKS):
        if any(names[1:]) or not work.head.names or any(strangeness(piece.label) for piece in rows):
            return None
        names = list(work.head.tracks)
    if None in names or len(set(names)) < len(names) or (len(rows) < len(TRACKS) and not _own_names(rows)):
        return None
    placed = {
        (track, column): cell
        for track, cells in zip(names, found, strict=True)
        for column, cell in zip(results, cells or (), strict=True)
        if track is not None
    }
    return Placed(_table(placed), [])


def _wrapped_names(work: _Work, rows: Sequence[Piece]) -> list[str] | None:
    """The tracks of rows whose names are broken into lines, before and behind their numbers.

    Each line between two rows belongs to the row before or to the row behind; there must be one way in which each
    row has the whole name of a track.
    """
    chunks = [[word.text for word in piece.words] for piece in rows]
    chunks.append([word.text for word in work.block.tail])
    chunks[0] = [text for text in chunks[0] if _RESULT_WORDS.sub("", text.translate(BRACKETS))]
    own = [piece.own_words for piece in rows]
    cuts = [range(max(1, len(chunk) - number + 1)) for chunk, number in zip(chunks, [*own, 0], strict=True)]
    if len(rows) != len(TRACKS) or max(map(len, cuts)) > _MOST_LINES:
        return None
    found = set()
    for way in product(*cuts):
        labels = ["".join(chunks[at][way[at] :] + chunks[at + 1][: way[at + 1]]) for at in range(len(rows))]
        names = [whole_track(label) for label in labels]
        if None not in names and len(set(names)) == len(names):
            found.add(tuple(names))
    return list(next(iter(found))) if len(found) == 1 else None


def _is_sum_of_tracks(piece: Piece) -> bool:
    own = [codes(word.text) for word in piece.words]
    return bool(own) and own[-1] == (TOTAL,) and len(own) == 1


def _own_names(rows: Iterable[Piece]) -> bool:
    """Whether each row has its track's name beside its numbers."""
    return all(
        not piece.stacked and any(whole_track("".join(cell.split())) for cell in piece.strips[0].cells)
        for piece in rows
    )


def _row_of_track(work: _Work, piece: Piece, results: Sequence[str]) -> list[FormCell] | None:
    cells = _trimmed(piece.cells, len(results))
    if cells is not None or piece.stacked:
        return cells
    strip = piece.strips[0]
    heads = [head for head in work.block.head if len(head.cells) == len(strip.cells)]
    for head in reversed(heads if strip.row.layout in GRIDS else []):
        named = {word.at: codes(word.text) for word in head.words}
        columns = [at for at, code in named.items() if len(code) == 1 and code[0] in REVIEW_COLUMNS]
        first = len(strip.cells) - len(piece.cells)
        if [named[at][0] for at in columns] == list(results) and columns[0] >= first:
            outside = [cell for at, cell in enumerate(piece.cells, first) if at not in columns]
            return [piece.cells[at - first] for at in columns] if all(c.value is BLANK for c in outside) else None
    return None


def _by_cells(work: _Work) -> Placed | None:
    """A row of its own for each number, with the names of its track and its result; a track may be named once."""
    found: dict[Place, FormCell] = {}
    track = None
    for piece in work.pieces:
        *before, last = [*("" for _ in range(1)), *(word.text for word in piece.words)]
        result = codes(last)
        track = whole_track("".join(before)) or (None if strangeness("".join(before)) else track)
        if len(piece.filled) != 1 or len(result) != 1 or result[0] not in REVIEW_COLUMNS or track is None:
            return None
        if (track, result[0]) in found:
            return None
        found[track, result[0]] = piece.filled[0]
    return Placed(_table(found), []) if len(found) in (ALL, ALL - len(TRACKS)) else None


def _by_results(work: _Work) -> Placed | None:
    """A row of its own for each result, the tracks beside each other."""
    tracks = work.head.tracks
    rows: dict[str, Piece] = {}
    for piece in work.pieces:
        named = [code for code in codes(piece.label) if code in REVIEW_COLUMNS]
        if len(named) != 1 or named[0] in rows or len(piece.filled) != len(TRACKS) or piece.stacked:
            return None
        rows[named[0]] = piece
    named_tracks = {name.code for name in work.head.names if name.is_track}
    if len(rows) < WIDTH - 1 or not named_tracks >= set(TRACKS):
        return None
    return Placed(
        _table(
            {
                (track, result): cell
                for result, piece in rows.items()
                for track, cell in zip(tracks, piece.filled, strict=True)
            }
        ),
        [],
    )


# Numbers in several pieces ----------------------------------------------------------------------------------


def _split(work: _Work) -> Placed | None:
    """Fifteen numbers in several rows, as a page's end cuts them; equal numbers are the same in any order."""
    cells = work.block.filled
    numbers = [cell.value.number for cell in cells]
    if len(cells) == ALL and None not in numbers and len(set(numbers)) == 1:
        work.order = list(product(TRACKS, REVIEW_COLUMNS))
        return Placed(_in_order(work, cells), _said("read_by_order", work))
    if work.order is None or any(piece.words for piece in work.pieces[1:]):
        return None
    if len(cells) == ALL and work.adds_up(cells):
        return Placed(_in_order(work, cells), _said("read_by_order", work))
    proved = joined(cells, work.total_at) if len(work.order) == ALL else None
    return None if proved is None else Placed(_in_order(work, proved), _said("read_by_sums", work))


def _columns(work: _Work) -> Placed | None:
    """Numbers of aligned text by the columns of the page."""
    if work.order is None or len(work.order) != ALL:
        return None
    strips = [strip for piece in work.pieces for strip in piece.strips]
    placed = by_columns(work.block, strips, work.head)
    if placed is None:
        return None
    if not adds_up([placed[track, column] for track in TRACKS for column in REVIEW_COLUMNS]):
        return None
    return Placed(_table(placed), _said("read_by_order", work))


def _scattered(work: _Work) -> Placed | None:
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
    return Placed(_table(found), _said("read_by_order", work))


def _tracks_of_groups(groups: Sequence[Sequence[int]], numbers: Sequence[tuple[FormCell, Piece]]) -> list[str] | None:
    """The track of each group: by the form's order, or by the names before them; None where these do not tell."""
    in_order = all(group[-1] < following[0] for group, following in pairwise(groups))
    named = [track_of(numbers[group[0]][1].label) for group in groups]
    if in_order and not any(track_of(piece.label) for _, piece in numbers if piece is not numbers[0][1]):
        return TRACKS
    first, direct, after = TRACKS
    _, second, third = named
    if third == after:
        return TRACKS
    return [first, after, direct] if second == after else None
