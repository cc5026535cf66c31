"""Table four in aligned text, by the columns of the page.

A program that writes a page as text keeps the order of what stands beside each other: a number below a word of the
head begins behind the word to the left and ends before the word to the right. A number for which that holds of two
columns has no certain place.

Belongs here: which number stands below which word, and which digits below which number. Does not: numbers that are
all printed in one line, which their order places.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from pipeline.forms import REVIEW_COLUMNS
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
#: A word of table three's head, and the last number of a row of it, behind a wide gap.
_TABLE_THREE = re.compile("自\\s*然\\s*人")
_LAST_NUMBER = re.compile(r"\s{2}([0-9][0-9,]*)\s*$")
#: So far apart the last numbers of two rows may end; so many rows show that a page has columns.
_SPREAD, _ENOUGH = 3, 2


@dataclass(slots=True)
class _Column:
    """Pieces of text above each other: where they begin and end, and what they are from the top."""

    start: int
    end: int
    pieces: list[tuple[int, str, int]] = field(default_factory=list)

    def add(self, start: int, text: str, row: int, line: int) -> None:
        self.start, self.end = min(self.start, start), max(self.end, start + len(text))
        self.pieces.append((row, text, line))


def by_columns(block: Block, strips: Sequence[Strip], head: Head) -> dict[Place, FormCell] | None:
    """The fifteen cells by the columns of the page; None where the columns are not certain."""
    if not all(strip.on_page for strip in (*block.head, *strips)):
        return None
    numbers = [
        (start, text, row, strip.row.line)
        for row, strip in enumerate(strips)
        for start, text, value in zip(strip.starts, strip.cells, strip.values, strict=True)
        if value is not None
    ]
    if not all(text.isascii() and text.isdigit() for _, text, _, _ in numbers):
        return None
    columns = _columns(numbers)
    cells = [_cell(column) for column in columns]
    if any(cell is None for cell in cells):
        return None
    if len(columns) == ALL:
        places: list[Place] | None = head.places
    elif block.over_page or not _keeps_columns(block.before):
        return None
    else:
        places = _below(columns, _places_of_head(block.head, head.tracks))
    if places is None or len(set(places)) < len(columns):
        return None
    found = {place: cell for place, cell in zip(places, cells, strict=True) if cell is not None}
    line = strips[0].row.line
    return {
        (track, result): found.get((track, result), FormCell(BLANK, line))
        for track in head.tracks
        for result in REVIEW_COLUMNS
    }


def _keeps_columns(lines: Sequence[str]) -> bool:
    """Whether the totals of table three, which end its rows, stand below each other on each page.

    Some programs measure each line by its own letters; then columns of different lines cannot be compared.
    """
    begin = max((at for at, line in enumerate(lines) if _TABLE_THREE.search(line)), default=len(lines))
    pages: list[list[int]] = [[]]
    for line in lines[begin:]:
        if "\f" in line:
            pages.append([])
        if match := _LAST_NUMBER.search(line):
            pages[-1].append(match.end(1) - line.count("\f"))
    ends = [sorted(page) for page in pages if page]
    spread = sum(abs(end - page[len(page) // 2]) > _SPREAD for page in ends for end in page)
    return sum(map(len, ends)) - len(ends) >= _ENOUGH and spread * 10 <= sum(map(len, ends))


def _columns(pieces: Iterable[tuple[int, str, int, int]]) -> list[_Column]:
    """Pieces that overlap as columns, from the left."""
    columns: list[_Column] = []
    for start, text, row, line in sorted(pieces):
        if not columns or start >= columns[-1].end:
            columns.append(_Column(start, start))
        columns[-1].add(start, text, row, line)
    return columns


def _cell(column: _Column) -> FormCell | None:
    """The number that the pieces of a column make; None where two stand on one line."""
    pieces = sorted(column.pieces)
    if len({row for row, _, _ in pieces}) < len(pieces) or (len(pieces) > 1 and pieces[0][1].startswith("0")):
        return None
    return FormCell(number_of(" ".join(text for _, text, _ in pieces)), pieces[0][2])


def _places_of_head(rows: Iterable[Strip], tracks: Sequence[str]) -> list[tuple[_Column, Place]]:
    """The head's columns and what stands in them; empty where they are not all told apart."""
    pieces = []
    for row, strip in enumerate(rows):
        for start, text in zip(strip.starts, strip.cells, strict=True):
            words = list(_WORDS.finditer(text))
            if "".join(word[0] for word in words) == text:  # else it names a track
                pieces += [(start + word.start(), word[0], row, strip.row.line) for word in words]
    columns = _columns(pieces)
    named = []
    for column in columns:
        letters = {_LETTERS[letter] for _, text, _ in column.pieces for letter in _own_letters(text)}
        if len(letters) != 1:
            return []
        named.append(next(iter(letters)))
    by_track = [named[at : at + WIDTH] for at in range(0, len(named), WIDTH)]
    if len(columns) != ALL or any(set(results) != set(REVIEW_COLUMNS) for results in by_track):
        return []
    return [(column, (tracks[at // WIDTH], named[at])) for at, column in enumerate(columns)]


def _own_letters(text: str) -> str:
    """The letters of a word of the head that only one result has; 结果 behind 其他 is none."""
    return "".join(letter for letter in text if letter in _LETTERS)


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
