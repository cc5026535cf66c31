"""Which number of table four stands in which place of the form.

A number is placed by the head above its cell or, where all numbers of the table are printed, by their order; the
order is the head's. What the head and the order leave open only the sums of the tracks can decide. A number without a
certain place is not read.

Belongs here: what of a block is read at all, and by which way. Does not: the ways (``review_named``,
``review_ordered``), finding the block (``review_block``).
"""

import re
from collections.abc import Iterable
from dataclasses import replace
from itertools import product

from pipeline.forms import REVIEW, REVIEW_COLUMNS, TRACKS
from pipeline.reader.findings import Finding, Where
from pipeline.reader.tables.cell_values import BLANK, unreadable
from pipeline.reader.tables.reading import FormCell
from pipeline.reader.tables.review_block import GRIDS, Block, Piece, Strip
from pipeline.reader.tables.review_head import RESULT_WORDS, TOTAL, read_head, strangeness, whole_track, whole_tracks
from pipeline.reader.tables.review_named import by_cells, by_grid, by_results, by_tracks
from pipeline.reader.tables.review_ordered import by_page, one_row, scattered, split_rows
from pipeline.reader.tables.review_sums import ALL, WIDTH, adds_up
from pipeline.reader.tables.review_work import Placed, Work, table_of

_THIS_YEAR, _LAST_YEAR = re.compile("本年|今年"), re.compile("上年|上一年|去年|同比|增减|20[0-9]{2}")


def place(block: Block) -> Placed | None:
    """Place the numbers of a block; None when it is not table four."""
    words = tuple(tuple(strip.words) for strip in block.head)
    head = replace(read_head(words, by_columns=_is_on_page(block.head)))
    if not head.has_results and not block.titled:
        return None
    printed = [piece for piece in block.pieces if piece.filled]
    pieces = _without_page_numbers(_without_repetition(_of_this_year(printed)))
    work = Work(block, head, pieces, head.places)
    work.knows_results = _proves_results(work)
    if not work.knows_results or (head.groups == 1 and not _orders_tracks(work)):
        work.order = None
    if not pieces:
        return _unreadable(work) if printed else _blank(work)
    if not block.titled and any(strangeness(piece.label) for piece in pieces):
        return None
    named = by_cells(work)
    if named is not None:
        return named
    if not head.names and not _is_table_without_head(work):
        return None
    for way in (by_grid, one_row, by_tracks, by_results, split_rows, by_page, scattered):
        placed = way(work)
        if placed is not None:
            return placed
    return _unreadable(work)


def _proves_results(work: Work) -> bool:
    """Whether it is certain which of several orders of the results the head has: only the sums can tell."""
    head = work.head
    cells = next((piece.filled for piece in work.pieces if len(piece.filled) == ALL), work.block.filled)
    if head.is_whole and not head.others:
        return True
    others = head.others[1:]
    orders = [order for order in head.others if len(cells) == ALL and adds_up(cells, order.index(TOTAL))]
    if len(orders) == 1 or (orders and orders[0] == head.results):  # the order that agrees best with all lines
        head.results = orders[0]
        work.order = head.places
        return True
    # Where one line of the head is lost, the sums may still speak against the order that the others have.
    speaks_against = len(cells) == ALL and any(adds_up(cells, at) for at in range(WIDTH - 1))
    return not others and not orders and not speaks_against


def _is_table_without_head(work: Work) -> bool:
    """Whether one row below the title has the numbers of table four, or its fifteen cells in which all sums hold."""
    main, *rest = work.pieces
    if any(len(piece.filled) > 1 for piece in rest):
        return False
    is_marked = not rest and not main.words and main.strips[0].row.layout in GRIDS and len(main.cells) == ALL
    return len(main.filled) >= ALL - 1 or (is_marked and work.adds_up(main.cells))


def _orders_tracks(work: Work) -> bool:
    """Whether a head that names the results once tells the order of the tracks, whose names then lead the rows.

    Numbers behind all names stand row by row only if their sums say so.
    """
    names = "".join(word.text for strip in work.block.head for word in strip.words)
    tracks = [track for track in whole_tracks(RESULT_WORDS.sub("", names)) if track in TRACKS]
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


def _blank(work: Work) -> Placed | None:
    """A table without any number."""
    head = work.head
    if not head.has_results:
        return None
    complete = head.groups >= len(TRACKS) or (head.groups and {n.code for n in head.names} >= set(TRACKS))
    complete = complete or {whole_track(piece.own_label) for piece in work.block.pieces} >= set(TRACKS)
    if work.block.disturbed or not complete:
        return _unreadable(work)
    line = work.block.lines[-1]
    return Placed(table_of(dict.fromkeys(product(TRACKS, REVIEW_COLUMNS), FormCell(BLANK, line))), [])


def _unreadable(work: Work) -> Placed:
    """A table whose numbers have no certain place."""
    text, line = work.block.text, min(work.block.lines)
    text = text or " ".join("".join(strip.cells) for strip in work.block.head)
    cell = FormCell(unreadable(text), work.pieces[0].cells[0].line if work.pieces else line)
    found = {(track, column): cell for track in TRACKS for column in REVIEW_COLUMNS}
    return Placed(table_of(found), [Finding("ambiguous_reading", Where(REVIEW, line=line), REVIEW, actual=text)])
