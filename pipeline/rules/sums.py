"""The sums of tables three and four as constraints, and the one cell that explains why some of them fail.

Belongs here: arithmetic on the numbers of one report. The rules find the sums that fail; the source text is
``misreading``'s; ``explain`` writes what is found. A suggestion is never applied.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TypeAlias

from pipeline import forms

#: What identifies a number in its table: item or track, and column.
CellKey: TypeAlias = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Constraint:
    """Two sums that must be equal, of the cells ``plus`` and of the cells ``minus``. No cell is in it twice."""

    plus: tuple[CellKey, ...]
    minus: tuple[CellKey, ...]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A cell, the number printed there, and the one that would make every sum hold."""

    item: str
    column: str
    printed: int
    value: int

    def __str__(self) -> str:
        return f"{self.item}.{self.column}: {self.printed} → {self.value}"


def application_constraints(items: Collection[str]) -> list[Constraint]:
    """The sums of table three among the rows that a report has: those of the rules on it."""
    return list(_application_constraints(frozenset(items)))


@cache
def _application_constraints(items: frozenset[str]) -> tuple[Constraint, ...]:
    rows = [row for code, row in forms.application_items().items() if code in items]
    # Where a report prints both one row （六） and its parts, the parts are added.
    in_parts = any(row.parent_item == "other_processing" for row in rows)
    parts = [
        row.item
        for row in rows
        if row.outcome not in ("intake", "total") and not (in_parts and row.item == "other_processing")
    ]
    constraints = []
    for column in forms.APPLICATION_COLUMNS:
        constraints.append(
            Constraint(
                (("new_received", column), ("carried_over", column)),
                (("total_processed", column), ("carried_forward", column)),
            )
        )
        if parts:
            constraints.append(Constraint(tuple((part, column) for part in parts), (("total_processed", column),)))
    constraints += [_row_constraint(row.item, forms.APPLICANTS) for row in rows]
    return tuple(constraints)


@cache
def _review_constraint(track: str) -> Constraint:
    return _row_constraint(track, forms.RESULTS)


def review_constraints(track: str) -> list[Constraint]:
    """The one sum of a track of table four."""
    return [_review_constraint(track)]


def _row_constraint(item: str, columns: Sequence[str]) -> Constraint:
    return Constraint(tuple((item, column) for column in columns), ((item, "total"),))


def suggest(cells: Mapping[CellKey, int | None], constraints: Sequence[Constraint]) -> list[Suggestion]:
    """Each cell that, changed alone to a whole number not below 0, would make all sums hold; in the form's order.

    Sums with a missing operand are ignored.

    >>> cells = {("a", "x"): 5, ("a", "y"): 2, ("a", "total"): 4}
    >>> [str(s) for s in suggest(cells, [_row_constraint("a", ["x", "y"])])]
    ['a.x: 5 → 2', 'a.total: 4 → 7']
    """
    failing: list[tuple[Constraint, int]] = []
    holding: list[Constraint] = []
    number = cells.__getitem__
    for constraint in constraints:
        try:
            excess = sum(map(number, constraint.plus)) - sum(map(number, constraint.minus))  # type: ignore[arg-type]
        except (KeyError, TypeError):  # no such row, or NULL
            continue
        if excess:
            failing.append((constraint, excess))
        else:
            holding.append(constraint)
    if not failing:
        return []
    first = (*failing[0][0].plus, *failing[0][0].minus)
    candidates = set(first)
    for constraint, _ in failing:
        candidates.intersection_update((*constraint.plus, *constraint.minus))
    for constraint in holding:
        # A change would break a sum that holds now.
        candidates.difference_update(constraint.plus, constraint.minus)
    suggestions = []
    for cell in first:
        if cell not in candidates:
            continue
        changes = {-excess if cell in constraint.plus else excess for constraint, excess in failing}
        printed = cells[cell]
        if len(changes) == 1 and printed is not None and (value := printed + changes.pop()) >= 0:
            suggestions.append(Suggestion(*cell, printed, value))
    return suggestions
