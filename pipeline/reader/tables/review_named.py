"""Numbers of table four whose cells the head or the row's label names.

A name must be whole: what is left of a broken or of another name places nothing.

Belongs here: grids under a head, rows by track, by result, or by both. Does not: numbers that only their order places
(``review_ordered``).
"""

import re
from collections.abc import Iterable, Sequence
from itertools import chain, product

from pipeline.forms import REVIEW_COLUMNS, TRACKS
from pipeline.reader.tables.cell_values import BLANK
from pipeline.reader.tables.reading import FormCell
from pipeline.reader.tables.review_block import GRIDS, Piece, Strip
from pipeline.reader.tables.review_grid import are_apart, columns_of_results, columns_of_tracks, row_of_results
from pipeline.reader.tables.review_head import (
    AFTER,
    BRACKETS,
    DIRECT,
    LITIGATION,
    RESULT_WORDS,
    Place,
    codes,
    strangeness,
    track_of,
    whole_track,
    whole_tracks,
)
from pipeline.reader.tables.review_sums import ALL, WIDTH
from pipeline.reader.tables.review_work import Placed, Work, table_of, trimmed

#: A name is not broken into more lines.
_MOST_LINES = 8
#: The label of a row that sums tracks.
_SUM = re.compile("(?:(?:行政)?复议)?(?:行政)?(?:诉讼)?(?:案件)?(?:[总合小共]计|[总合]数)")


def by_grid(work: Work) -> Placed | None:
    """One row of cells under a head that names track and result of each column."""
    if len(work.pieces) != 1 or work.pieces[0].stacked:
        return None
    (piece,) = work.pieces
    (strip,) = piece.strips
    heads = [head.cells for head in work.block.head]
    first = piece.first
    behind = first + len(piece.cells)  # words in a cell end the piece
    columns = columns_of_tracks(heads, len(strip.cells), work.head.tracks) if strip.row.layout in GRIDS else None
    if columns is not None and min(columns) >= first and max(columns) < behind:
        return _below_head(piece, columns, heads)
    columns = _columns_of_grid(work, len(strip.cells))
    if columns is None or min(columns) < first or max(columns) >= behind:
        return None
    left = [at for at, cell in enumerate(piece.cells, first) if cell.value is not BLANK and at not in columns]
    if any(not _is_repeated(strip, columns, at) for at in left):
        return None
    return Placed(table_of({place: piece.cells[at - first] for at, place in columns.items()}), [])


def _below_head(piece: Piece, columns: dict[int, Place], heads: Sequence[Sequence[str]]) -> Placed | None:
    """The cells below the names of results, unless one stands beside them below no name."""
    is_wider = len(piece.strips[0].cells) > len(row_of_results(heads) or ())
    outside = [at for at in range(piece.first, piece.first + len(piece.cells)) if at not in columns]
    for at in outside:
        is_blank = piece.cells[at - piece.first].value is BLANK
        if (
            not is_blank
            and not is_wider
            and not are_apart(heads, at)
            and not _is_repeated(piece.strips[0], columns, at)
        ):
            return None
    return Placed(table_of({place: piece.cells[at - piece.first] for at, place in columns.items()}), [])


def _is_repeated(strip: Strip, columns: dict[int, Place], at: int) -> bool:
    """Whether a cell outside the form repeats the one beside it (a span too wide), or is the row's own number."""
    if any(beside in columns and strip.cells[beside] == strip.cells[at] for beside in (at - 1, at + 1)):
        return True
    value = strip.values[at]
    return at < min(columns) and value is not None and value.count is not None and value.count < ALL


def _columns_of_grid(work: Work, width: int) -> dict[int, Place] | None:
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


def by_tracks(work: Work) -> Placed | None:
    """A row of its own for each track, by its name; by the head's order where none has a name."""
    rows = _rows_of_tracks(work)
    if not 1 <= len(rows) <= len(TRACKS):
        return None
    found = [_row_of_track(work, piece) for piece in rows]
    if any(cells is None for cells in found):
        return None
    names: list[str | None] = [*(_wrapped_names(work, rows) or map(whole_track, (piece.label for piece in rows)))]
    if len(rows) == len(TRACKS) and len({track for track in names if track}) < len(TRACKS):
        named = any(names[1:]) or any(piece.own_words or track_of(piece.label) for piece in rows[1:])
        if named or not work.head.names or any(strangeness(piece.label) for piece in rows):
            return None
        names = list(work.head.tracks)
    if None in names or len(set(names)) < len(names) or (len(rows) < len(TRACKS) and not _own_names(rows)):
        return None
    placed = {
        (track, column): cell
        for track, cells in zip(names, found, strict=True)
        for column, cell in (cells or {}).items()
        if track is not None
    }
    return Placed(table_of(placed), [])


def _rows_of_tracks(work: Work) -> list[Piece]:
    """The rows that may be tracks, with the blank ones of those that are; sums of tracks left out."""
    blank = [piece for piece in work.block.pieces if not piece.filled and whole_track(piece.own_label)]
    rows = [piece for piece in work.block.pieces if piece in blank or any(piece is other for other in work.pieces)]
    named = {whole_track(piece.own_label) for piece in rows}
    return [piece for piece in rows if not _is_sum_of_tracks(piece, has_both={DIRECT, AFTER} <= named)]


def _wrapped_names(work: Work, rows: Sequence[Piece]) -> list[str] | None:
    """The tracks of rows whose names are broken into lines, before and behind their numbers.

    Each line between two rows belongs to the row before or to the row behind; there must be one way in which each
    row has the whole name of a track.
    """
    chunks = [[word.text for word in piece.words] for piece in rows]
    chunks.append([word.text for word in work.block.tail])
    chunks[0] = [text for text in chunks[0] if RESULT_WORDS.sub("", text.translate(BRACKETS))]
    own = [piece.own_words for piece in rows]
    cuts = [range(max(1, len(chunk) - number + 1)) for chunk, number in zip(chunks, [*own, 0], strict=True)]
    if len(rows) != len(TRACKS) or max(map(len, cuts)) > _MOST_LINES:
        return None
    found: set[tuple[str, ...]] = set()
    for way in product(*cuts):
        labels = ["".join(chunks[at][way[at] :] + chunks[at + 1][: way[at + 1]]) for at in range(len(rows))]
        names = [name for name in map(whole_track, labels) if name is not None]
        if len(names) == len(set(names)) == len(labels):
            found.add(tuple(names))
    return list(next(iter(found))) if len(found) == 1 else None


def _is_sum_of_tracks(piece: Piece, *, has_both: bool) -> bool:
    """Whether a row sums tracks (合计, 行政诉讼合计); 行政诉讼 alone does where both kinds of lawsuits have rows."""
    own = (piece.own_label or (piece.label if len(piece.words) == 1 else "")).translate(BRACKETS)
    if _SUM.fullmatch(own):
        return True
    return has_both and whole_tracks(own) == [LITIGATION]


def _own_names(rows: Iterable[Piece]) -> bool:
    """Whether each row has its track's name beside its numbers."""
    return all(
        not piece.stacked and any(whole_track("".join(cell.split())) for cell in piece.strips[0].cells)
        for piece in rows
    )


def _row_of_track(work: Work, piece: Piece) -> dict[str, FormCell] | None:
    """The cells of a track's row by result: below the names of the head, else in its order."""
    strip = piece.strips[0]
    is_grid = strip.row.layout in GRIDS and not piece.stacked
    if is_grid:
        heads = [head.cells for head in work.block.head]
        columns = columns_of_results(heads, len(strip.cells))
        if columns is not None and min(columns) >= piece.first and max(columns) < piece.first + len(piece.cells):
            outside = [at for at in range(piece.first, piece.first + len(piece.cells)) if at not in columns]
            if any(piece.cells[at - piece.first].value is not BLANK and not are_apart(heads, at) for at in outside):
                return None
            return {result: piece.cells[at - piece.first] for at, result in columns.items()}
    results = work.head.results
    if not work.knows_results or (is_grid and not {name.code for name in work.head.names} >= set(results)):
        return None
    cells = trimmed(piece.cells, len(results))
    return None if cells is None else dict(zip(results, cells, strict=True))


def by_cells(work: Work) -> Placed | None:
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
    return Placed(table_of(found), []) if len(found) in (ALL, ALL - len(TRACKS)) else None


def by_results(work: Work) -> Placed | None:
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
        table_of(
            {
                (track, result): cell
                for result, piece in rows.items()
                for track, cell in zip(tracks, piece.filled, strict=True)
            }
        ),
        [],
    )
