"""Whether a number that breaks a sum looks misread: what speaks for it in the line that the number was read from.

Belongs here: comparing a suggested number with its source line. Finding the suggestion is ``sums``'s.
"""

import re
import unicodedata
from collections.abc import Collection, Sequence

from pipeline.rules.sums import Suggestion

#: Characters that replace a lost one.
_BROKEN = frozenset("□■▢▯?�")
_NUMBER = re.compile(r"(?<!\d)-?\d+|\d+")
#: What separates two neighbouring cells of a row.
_BETWEEN = re.compile(r"[\s|]+")


def likely_fault(
    suggestion: Suggestion, row: Sequence[int | None], columns: Sequence[str], text: str | None
) -> tuple[str, str]:
    """Whose fault a suggested cell probably is, "reading" or "agency", and the evidence in the source text.

    ``row`` has the printed numbers of the cell's row in the order of ``columns``; ``text`` is the line that the cell
    was read from: the whole row's, or the cell's own where each cell has a line.

    >>> likely_fault(Suggestion("a", "x", 1, 12), [1, 0, 12], ["x", "y", "total"], "1 2 | 0 | 12")
    ('reading', 'the line prints “1 2”, which is 12 put together')
    >>> likely_fault(Suggestion("a", "x", 3, 2), [3, 0, 2], ["x", "y", "total"], "3 | 0 | 2")
    ('agency', 'the line prints 3')
    """
    if text is None:
        return "agency", "the line is not kept"
    line = _SourceLine(text, row)
    at = columns.index(suggestion.column)
    evidence = (
        _split(suggestion, line)
        or _misread(suggestion, row, at, line)
        or _damaged(suggestion, row, at, line)
        or _shifted(suggestion, row, at, line)
        or _glued(suggestion, row, at)
    )
    if evidence:
        return "reading", evidence
    if suggestion.printed in line.numbers:
        return "agency", f"the line prints {suggestion.printed}"
    return "agency", f"the line as it is kept does not show {suggestion.printed}"


class _SourceLine:
    """A source line: its numbers, and where among them the row's printed numbers follow each other."""

    def __init__(self, text: str, row: Sequence[int | None]) -> None:
        bare = re.sub(r"<[^>]*>", "|", unicodedata.normalize("NFKC", text))
        self.text = re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", bare)
        self.matches = list(_NUMBER.finditer(self.text))
        self.numbers = [int(match[0]) for match in self.matches]
        self.start = self.find(row)

    def find(self, row: Sequence[int | None]) -> int | None:
        """Index of the first of the row's numbers; None if the line does not have them in this order."""
        printed = [number for number in row if number is not None]
        # From the end: numbers in a row's label come before its cells.
        starts = range(len(self.numbers) - len(printed), -1, -1)
        return next((start for start in starts if self.numbers[start : start + len(printed)] == printed), None)

    def neighbours(self, first: int, second: int) -> bool:
        """Whether only cell separators are between two numbers."""
        if first < 0 or second >= len(self.matches):
            return False
        between = self.text[self.matches[first].end() : self.matches[second].start()]
        return _BETWEEN.fullmatch(between) is not None


def _split(suggestion: Suggestion, line: _SourceLine) -> str | None:
    """The digits of the suggested number, printed apart."""
    if line.start is not None:
        return None  # every number of the line is a cell of its own
    digits = r"[^\S\t]*".join(str(suggestion.value))
    for match in re.finditer(rf"(?<!\d){digits}(?!\d)", line.text):
        digit_groups = match[0].split()
        if len(digit_groups) > 1 and str(suggestion.printed) in digit_groups:
            return f"the line prints “{' '.join(digit_groups)}”, which is {suggestion.value} put together"
    return None


def _misread(suggestion: Suggestion, row: Sequence[int | None], at: int, line: _SourceLine) -> str | None:
    """The suggested number itself, printed where another one was read."""
    intended = [*row[:at], suggestion.value, *row[at + 1 :]]
    if line.start is None and (line.find(intended) is not None or line.numbers == [suggestion.value]):
        return f"the line prints {suggestion.value} there"
    return None


def _damaged(suggestion: Suggestion, row: Sequence[int | None], at: int, line: _SourceLine) -> str | None:
    """Characters beside the number that replace lost ones."""
    if line.start is not None:
        before = sum(number is not None for number in row[:at])
        matches = [line.matches[line.start + before]]
    else:
        matches = [match for match in line.matches if int(match[0]) == suggestion.printed]
    for match in matches:
        left = line.text[: match.start()].rstrip(" ")[-1:]
        right = line.text[match.end() :].lstrip(" ")[:1]
        if left in _BROKEN or right in _BROKEN:
            context = (left if left in _BROKEN else "") + match[0] + (right if right in _BROKEN else "")
            return f"damaged characters stand beside the number: “{context}”"
    return None


def _shifted(suggestion: Suggestion, row: Sequence[int | None], at: int, line: _SourceLine) -> str | None:
    """Numbers one column beside their own: moved by one, the row adds up."""
    gap = _only_gap(row)
    if gap is not None:
        # The suggested cell took its neighbour's number, and so on up to the blank.
        moved = [*row[:gap], *row[gap + 1 :]]
        moved.insert(at, suggestion.value)
        if _mends(moved, row, (at, gap)):
            return f"the row adds up when {_printed(row)} is moved by one from {suggestion.column} to the blank"
        return None
    if line.start is None or None in row:
        return None
    # The line has one number more than the form has columns, and the row lacks it. Two more belong to another track.
    first, last = line.start, line.start + len(row) - 1
    earlier, later = line.neighbours(first - 1, first), line.neighbours(last, last + 1)
    if earlier and not later and not line.neighbours(first - 2, first - 1):
        surplus, moved = first - 1, [line.numbers[first - 1], *row[:at], *row[at + 1 :]]
    elif later and not earlier and not line.neighbours(last + 1, last + 2):
        surplus, moved = last + 1, [*row[:at], *row[at + 1 :], line.numbers[last + 1]]
    else:
        return None
    if moved[at] == suggestion.value and _mends(moved, row, (at,)):
        return f"the line has a number more than the row, {line.numbers[surplus]}; moved by one the row adds up"
    return None


def _glued(suggestion: Suggestion, row: Sequence[int | None], at: int) -> str | None:
    """Two cells read as one number: the suggested one is its begin or end, and a cell of the row is blank."""
    gap = _only_gap(row)
    printed, value = str(suggestion.printed), str(suggestion.value)
    if gap is None or len(printed) <= len(value):
        return None
    left, right = (value, printed[len(value) :]) if at < gap else (printed[: -len(value)], value)
    if left + right != printed or any(digits != str(int(digits)) for digits in (left, right)):
        return None
    cut: list[int | None] = [*row[:at], int(left), int(right), *row[at + 1 :]]
    del cut[gap + 1 if at < gap else gap]
    if _mends(cut, row, (at, gap)):
        return f"the line prints “{printed}”, which is {left} and {right} glued together"
    return None


def _only_gap(row: Sequence[int | None]) -> int | None:
    return row.index(None) if row.count(None) == 1 else None


def _mends(other: Sequence[int | None], row: Sequence[int | None], positions: Collection[int]) -> bool:
    """Whether another reading of the row adds up and differs from it at these positions only.

    It may not differ elsewhere: the row's other columns add up as they are.
    """
    numbers = [number for number in other if number is not None]
    same = all(a == b for position, (a, b) in enumerate(zip(row, other, strict=True)) if position not in positions)
    return same and len(numbers) == len(row) and sum(numbers[:-1]) == numbers[-1]


def _printed(row: Sequence[int | None]) -> str:
    return "“" + " ".join("_" if number is None else str(number) for number in row) + "”"
