"""What the sums of table four prove: in each track the last number is the sum of its results.

Numbers may be cut in two, wrapped into a second line, mixed with a page number, or scattered over the page. A way to
put them right is believed where it makes all sums hold and no other way gives other numbers.

Belongs here: such proofs, on numbers alone. Does not: where the numbers stand (``review_places``).
"""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from functools import lru_cache
from itertools import combinations, pairwise, permutations

from pipeline.forms import REVIEW_COLUMNS, TRACKS
from pipeline.reader.tables.cell_values import BLANK, CellValue
from pipeline.reader.tables.reading import FormCell

WIDTH = len(REVIEW_COLUMNS)
ALL = WIDTH * len(TRACKS)
_RESULTS = WIDTH - 1
#: So many pieces a number has at the most, so many digits, and so many pieces are put together at all.
_MOST_PIECES, _MOST_DIGITS, _MOST = 3, 9, 2 * ALL
#: So many numbers wrapped into a second line are tried in all places.
_MOST_WRAPPED = 7

Numbers = tuple[Decimal, ...]
#: Indexes of a track's four results and of their total, among scattered numbers.
Group = list[int]


def groups(cells: Sequence[FormCell]) -> Iterator[Sequence[FormCell]]:
    """The cells by track."""
    return (cells[at : at + WIDTH] for at in range(0, len(cells), WIDTH))


def adds_up(cells: Sequence[FormCell], total_at: int = _RESULTS) -> bool:
    """Whether each track's total is printed and is the sum of its results; a blank cell counts nothing.

    A track without anything adds up. ``total_at`` is the place of the total among a track's cells.
    """
    for group in groups(cells):
        parts = [cell.value for cell in group]
        total = parts.pop(total_at)
        if all(value is BLANK for value in (*parts, total)):
            continue
        if total.number is None or any(part.number is None and part is not BLANK for part in parts):
            return False
        if sum(part.number for part in parts if part.number is not None) != total.number:
            return False
    return True


def joined(cells: Sequence[FormCell], total_at: int = _RESULTS) -> list[FormCell] | None:
    """Fifteen cells of more pieces, where the sums prove one way to join them, or one of them to be a page number."""
    pieces = _pieces(cells)
    if not ALL <= len(pieces) <= _MOST:
        return None
    texts = tuple(text for text, _ in pieces)
    proved = dict.fromkeys(_joints(texts, 0, len(TRACKS), total_at))
    by_numbers = {tuple(int(text.replace(" ", "")) for text in way): way for way in proved}
    if len(pieces) == ALL + 1:
        for at in range(len(pieces)):
            way = texts[:at] + texts[at + 1 :]
            numbers = tuple(map(int, way))
            if _hold(numbers, total_at):
                by_numbers.setdefault(numbers, way)
    if len(by_numbers) != 1:
        return None
    (way,) = by_numbers.values()
    return _cells_of(way, pieces)


def _pieces(cells: Iterable[FormCell]) -> list[tuple[str, int | None]]:
    """Digits that stand together, each with its line; none where a cell holds something else."""
    found: list[tuple[str, int | None]] = []
    for cell in cells:
        for text in cell.value.raw.split():
            plain = cell.value.raw.strip() if cell.value.count is not None else text
            if not (plain.isascii() and plain.isdigit()):
                plain = str(cell.value.count) if cell.value.count is not None else ""
            if not plain:
                return []
            found.append((plain, cell.line))
    return found


@lru_cache(maxsize=256)
def _joints(texts: tuple[str, ...], begin: int, left: int, total_at: int) -> list[tuple[str, ...]]:
    """The ways to join the pieces from one on to the cells of so many tracks whose sums hold."""
    if not left:
        return [()] if begin == len(texts) else []
    return [
        (*group, *rest)
        for group, end in _track_joints(texts, begin, (), total_at)
        for rest in _joints(texts, end, left - 1, total_at)
    ]


def _track_joints(
    texts: tuple[str, ...], at: int, cells: tuple[str, ...], total_at: int
) -> Iterator[tuple[tuple[str, ...], int]]:
    if len(cells) == WIDTH:
        if _hold([int(cell.replace(" ", "")) for cell in cells], total_at):
            yield cells, at
        return
    for count in range(1, _MOST_PIECES + 1):
        pieces = texts[at : at + count]
        digits = "".join(pieces)
        if len(pieces) < count or (count > 1 and (pieces[0].startswith("0") or len(digits) > _MOST_DIGITS)):
            return
        yield from _track_joints(texts, at + count, (*cells, " ".join(pieces)), total_at)


def _hold(numbers: Sequence[int], total_at: int) -> bool:
    return all(sum(numbers[at : at + WIDTH]) == 2 * numbers[at + total_at] for at in range(0, len(numbers), WIDTH))


def _cells_of(way: Sequence[str], pieces: Sequence[tuple[str, int | None]]) -> list[FormCell]:
    """The cells of the pieces as they were joined."""
    cells: list[FormCell] = []
    at = 0
    for text in way:
        if " " not in text:
            while pieces[at][0] != text:
                at += 1
        cells.append(FormCell(number_of(text), pieces[at][1]))
        at += text.count(" ") + 1
    return cells


def number_of(text: str) -> CellValue:
    """The value of digits in pieces."""
    digits = text.replace(" ", "")
    return CellValue(text, Decimal(digits), "annotated" if " " in text else None, count=int(digits))


def wrapped(cells: Sequence[FormCell], second: Sequence[FormCell], total_at: int = _RESULTS) -> list[FormCell] | None:
    """Fifteen cells whose last digits stand in a second line, where the sums prove below which numbers."""
    first, rest = _pieces(cells), _pieces(second)
    if len(first) != ALL or not 0 < len(rest) <= _MOST_WRAPPED:
        return None
    wide = [at for at, (text, _) in enumerate(first) if text != "0"]
    proved: dict[tuple[int, ...], list[str]] = {}
    for places in combinations(wide, len(rest)):
        texts = [text for text, _ in first]
        for at, (text, _) in zip(places, rest, strict=True):
            texts[at] += " " + text
        numbers = tuple(int(text.replace(" ", "")) for text in texts)
        if _hold(numbers, total_at):
            proved.setdefault(numbers, texts)
    if len(proved) != 1:
        return None
    (way,) = proved.values()
    return [FormCell(number_of(text), line) for text, (_, line) in zip(way, first, strict=True)]


def groupings(numbers: Sequence[Decimal]) -> list[list[Group]]:
    """The ways to cut fifteen numbers into three fours that stand together and their totals behind them.

    Ways that give the same numbers are one.
    """
    distinct: dict[tuple[Numbers, ...], list[Group]] = {}
    for starts in combinations(range(len(numbers) - _RESULTS + 1), len(TRACKS)):
        if any(following - start < _RESULTS for start, following in pairwise(starts)):
            continue
        blocks = [list(range(start, start + _RESULTS)) for start in starts]
        rest = set(range(len(numbers))).difference(*blocks)
        for totals in permutations(sorted(rest)):
            found = [[*block, total] for block, total in zip(blocks, totals, strict=True)]
            if all(_group_holds(group, numbers) for group in found):
                distinct[tuple(tuple(numbers[index] for index in group) for group in found)] = found
    return list(distinct.values())


def _group_holds(group: Group, numbers: Sequence[Decimal]) -> bool:
    """Whether a group's total stands behind its results and is their sum."""
    *results, total = group
    return total > results[-1] and sum(numbers[index] for index in results) == numbers[total]
