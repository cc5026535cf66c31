"""What the sums of a row prove: which numbers it has where some are split, or a page number stands among them.

Belongs here: readings of one row that only its own sums decide. Does not: the sums of a whole table.
"""

from collections.abc import Iterable
from decimal import Decimal
from itertools import combinations, pairwise

from pipeline.reader.tables.cell_values import CellValue
from pipeline.reader.tables.columns import cells_at
from pipeline.reader.tables.label_runs import LabelRun
from pipeline.reader.tables.reading import FormCell

#: A run with more numbers too many than this has no split numbers, but those of another table.
_MOST_SPLITS = 3

Numbers = tuple[Decimal, ...]


def adds_up(numbers: Iterable[Decimal | None]) -> bool:
    """Whether the last number is the sum of the others; also true where one of them is not known."""
    *parts, total = numbers
    known = [part for part in parts if part is not None]
    return total is None or len(known) < len(parts) or sum(known) == total


def join_split_numbers(run: LabelRun, groups: int, width: int) -> list[FormCell] | None:
    """The cells of a row whose split numbers are joined again, where the sums prove just one way of joining them.

    ``1 2 0 0 0 0 0 12`` are seven numbers that add up only as 12, 0 … 12. The row has ``groups`` times ``width``
    numbers, and in each group the last is the sum of the others.
    """
    printed = cells_at(run, run.filled)
    extra = len(printed) - groups * width
    if not 0 <= extra <= _MOST_SPLITS:
        return None
    proved: dict[Numbers, list[FormCell]] = {}
    for joints in combinations(range(1, len(printed)), extra):
        bounds = [index for index in range(len(printed)) if index not in joints]
        pieces = [printed[start:end] for start, end in pairwise([*bounds, len(printed)])]
        texts = [" ".join(piece.value.raw.strip() for piece in some) for some in pieces]
        numbers = _joined_numbers(texts)
        if numbers is None:
            continue
        if all(sum(numbers[at : at + width - 1]) == numbers[at + width - 1] for at in range(0, len(numbers), width)):
            proved.setdefault(
                numbers,
                [
                    FormCell(CellValue(text, number, "annotated" if " " in text else None), some[0].line)
                    for text, number, some in zip(texts, numbers, pieces, strict=True)
                ],
            )
    return _only(proved)


def _joined_numbers(texts: Iterable[str]) -> Numbers | None:
    """The number of each text without its blanks; None when one of them is no number or begins with a zero."""
    numbers = []
    for text in texts:
        digits = "".join(text.split())
        if not (digits.isascii() and digits.isdigit()) or (len(digits) > 1 and digits[0] == "0"):
            return None
        numbers.append(Decimal(digits))
    return tuple(numbers)


def without_page_number(run: LabelRun, width: int) -> list[FormCell] | None:
    """The cells of a stacked row without its one number too many, where the sum proves just one number to be it."""
    filled = run.filled
    if len(filled) != width + 1 or not run.stacked:
        return None
    proved: dict[Numbers, list[FormCell]] = {}
    for page_number in filled:
        cells = cells_at(run, (index for index in filled if index != page_number))
        numbers = tuple(cell.value.number for cell in cells if cell.value.number is not None)
        if len(numbers) == width and sum(numbers[:-1]) == numbers[-1]:
            proved.setdefault(numbers, cells)
    return _only(proved)


def _only(proved: dict[Numbers, list[FormCell]]) -> list[FormCell] | None:
    return next(iter(proved.values())) if len(proved) == 1 else None
