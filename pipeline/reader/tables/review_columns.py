"""Table four in aligned text, by the columns of the page.

A program that writes a page as text keeps the order of what stands beside each other: a number below a word of the
head begins behind the word to the left and ends before the word to the right. A number for which that holds of two
columns has no certain place.

Belongs here: which number stands below which word, and which digits below which number. Does not: numbers that are
all printed in one line, which their order places.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from pipeline.forms import REVIEW_COLUMNS, TRACKS
from pipeline.reader.tables.cell_values import BLANK
from pipeline.reader.tables.reading import FormCell
from pipeline.reader.tables.review_block import Block, Strip
from pipeline.reader.tables.review_head import Head, Place
from pipeline.reader.tables.review_sums import ALL, WIDTH, number_of

_UPHELD, _CORRECTED, _OTHER, _PENDING, _TOTAL = REVIEW_COLUMNS
#: What a letter of the head stands for; 结 and 果 are in several words.
_LETTERS = {
    **dict.fromkeys("维持", _UPHELD),
    **dict.fromkeys("纠正", _CORRECTED),
    **dict.fromkeys("其他它", _OTHER),
    **dict.fromkeys("尚未审", _PENDING),
    **dict.fromkeys("总计合", _TOTAL),
}
#: Words of the head's results, whole, in halves, or letter by letter; words that run together are cut apart.
_WORDS = re.compile(
    "结果维持?|结果纠正?|其[他它]结果?|尚未审结?|结果|维持|纠正|其[他它]|尚未|审结|[总合]计|[结果维持纠正其他它尚未审总计合]"
)
_WIDE = re.compile("[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60]")
#: A word of table three's head, and the last number of a row of it, behind a wide gap.
_TABLE_THREE = re.compile("自\\s*然|申请人情况|勾稽")
_LAST_NUMBER = re.compile(r"\s{2}([0-9][0-9,]*)\s*$")
_HEAD_OF_TOTAL = re.compile(r"总\s*计?$")
#: The head of table three has its total within so many lines of its first word; so many totals show where they stand.
_HEAD_LINES, _ENOUGH = 6, 2


Measure = Callable[[str], int]


class _Piece(NamedTuple):
    """A piece of text: the columns where it begins and ends, its row among others, and its source line."""

    start: int
    end: int
    text: str
    row: int
    line: int


@dataclass(slots=True)
class _Column:
    """Pieces of text above each other: where they begin and end."""

    start: int
    end: int
    pieces: list[_Piece] = field(default_factory=list)


def by_columns(
    block: Block, strips: Sequence[Strip], head: Head, order: Sequence[Place] | None
) -> dict[Place, FormCell] | None:
    """The fifteen cells by the columns of the page; None where the columns are not certain.

    ``order`` are the places of the head where it is known; it places fifteen columns.
    """
    if not all(strip.on_page for strip in (*block.head, *strips)):
        return None
    if not all(text.isascii() and text.isdigit() for strip in strips for text in strip.cells):
        return None
    read = []
    for measure in (_by_letters, _by_widths):
        columns = _columns(_pieces(block, strips, measure))
        if len(columns) == ALL:
            read.append(_placed(columns, order, strips))
        elif not block.over_page and _keeps_columns(block, measure):
            read.append(_placed(columns, _below(columns, _places_of_head(block, head.tracks, measure)), strips))
    # The programs that make such text measure in one way or the other; where both may be meant, they must agree.
    found = [placed for placed in read if placed is not None]
    return found[0] if found and all(placed == found[0] for placed in found) else None


def _placed(
    columns: Sequence[_Column], places: Sequence[Place] | None, strips: Sequence[Strip]
) -> dict[Place, FormCell] | None:
    cells = [_cell(column) for column in columns]
    if places is None or None in cells or len(set(places)) < len(columns):
        return None
    found = {place: cell for place, cell in zip(places, cells, strict=True) if cell is not None}
    line = strips[0].row.line
    return {
        (track, result): found.get((track, result), FormCell(BLANK, line))
        for track in TRACKS
        for result in REVIEW_COLUMNS
    }


def _by_letters(text: str) -> int:
    """The width of a text whose letters are all equally wide, as pdftotext measures."""
    return len(text)


def _by_widths(text: str) -> int:
    """The width of a text whose Chinese letters are two columns wide, as a terminal measures."""
    return len(text) + len(_WIDE.findall(text))


def _pieces(block: Block, strips: Iterable[Strip], measure: Measure) -> Iterator[_Piece]:
    """The cells of rows with their columns."""
    for row, strip in enumerate(strips):
        line = block.source[strip.row.line - 1].replace("\f", "") if strip.row.line <= len(block.source) else ""
        shift = len(block.source[strip.row.line - 1]) - len(line) if line else 0
        for start, text in zip(strip.starts, strip.cells, strict=True):
            begin = measure(line[: start - shift]) if line else start
            yield _Piece(begin, begin + measure(text), text, row, strip.row.line)


def _keeps_columns(block: Block, measure: Measure) -> bool:
    """Whether the totals of table three stand below their head 总计, on the page of that head.

    Some programs measure each line by its own letters; then columns of different lines cannot be compared.
    """
    lines = [line.rstrip() for line in block.source[: min(block.lines, default=0)]]
    begin = max((at for at, line in enumerate(lines) if _TABLE_THREE.search(line)), default=len(lines))
    total: tuple[int, int] | None = None
    below = beside = 0
    for number, line in enumerate(lines[max(0, begin - _HEAD_LINES) :]):
        if "\f" in line and number > _HEAD_LINES:
            break
        plain = line.replace("\f", "")
        if number < 2 * _HEAD_LINES and (head := _HEAD_OF_TOTAL.search(plain)):
            total = measure(plain[: head.start()]) - 1, measure(plain) + 1
        elif total is not None and (last := _LAST_NUMBER.search(plain)):
            is_below = measure(plain[: last.start(1)]) < total[1] and measure(plain) > total[0]
            below, beside = below + is_below, beside + (not is_below)
    return below >= _ENOUGH and beside * 5 <= below


def _columns(pieces: Iterable[_Piece]) -> list[_Column]:
    """Pieces that overlap as columns, from the left."""
    columns: list[_Column] = []
    for piece in sorted(pieces):
        if not columns or piece.start >= columns[-1].end:
            columns.append(_Column(piece.start, piece.end))
        columns[-1].end = max(columns[-1].end, piece.end)
        columns[-1].pieces.append(piece)
    return columns


def _cell(column: _Column) -> FormCell | None:
    """The number that the pieces of a column make; None where two stand on one line."""
    pieces = sorted(column.pieces, key=lambda piece: piece.row)
    if len({piece.row for piece in pieces}) < len(pieces) or (len(pieces) > 1 and pieces[0].text.startswith("0")):
        return None
    return FormCell(number_of(" ".join(piece.text for piece in pieces)), pieces[0].line)


def _places_of_head(block: Block, tracks: Sequence[str], measure: Measure) -> list[tuple[_Column, Place]]:
    """The head's columns and what stands in them; empty where they are not all told apart."""
    pieces = []
    for piece in _pieces(block, block.head, measure):
        words = list(_WORDS.finditer(piece.text))
        if "".join(word[0] for word in words) == piece.text:  # else it names a track
            for word in words:
                begin = piece.start + measure(piece.text[: word.start()])
                pieces.append(_Piece(begin, begin + measure(word[0]), word[0], piece.row, piece.line))
    columns = _columns(pieces)
    named = []
    for column in columns:
        results = {_LETTERS[letter] for piece in column.pieces for letter in piece.text if letter in _LETTERS}
        if len(results) != 1:
            return []
        named.append(next(iter(results)))
    by_track = [named[at : at + WIDTH] for at in range(0, len(named), WIDTH)]
    if len(columns) != ALL or any(set(results) != set(REVIEW_COLUMNS) for results in by_track):
        return []
    return [(column, (tracks[at // WIDTH], named[at])) for at, column in enumerate(columns)]


def _below(numbers: Sequence[_Column], head: Sequence[tuple[_Column, Place]]) -> list[Place] | None:
    """The place of each number; None where one may stand below two words, or below none."""
    if not head:
        return None
    places = []
    for number in numbers:
        possible = [
            place
            for at, (_, place) in enumerate(head)
            if (at == 0 or head[at - 1][0].end <= number.start)
            and (at == len(head) - 1 or number.end <= head[at + 1][0].start)
        ]
        if len(possible) != 1:
            return None
        places += possible
    return places
