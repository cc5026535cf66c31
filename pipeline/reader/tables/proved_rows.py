"""Rows of table three that can be read in several ways, of which the sums of the whole table leave just one.

A narrow cell cuts a number's digits. Where text keeps no places, the row's own sum may be right for several cells that
a cut number may stand in; the outcomes of each column, and its balance, tell which.

Belongs here: choosing among readings of rows. Does not: making them (``aligned_cells``).
"""

from collections.abc import Mapping, Sequence
from itertools import product
from math import prod

from pipeline.reader.tables import cell_values

#: No more ways to read the whole table are tried.
_MOST_WAYS = 4096
_INTAKE = ("new_received", "carried_over", "total_processed", "carried_forward")

Texts = Sequence[str]
Numbers = tuple[int, ...]


def prove(known: Mapping[str, Texts], choices: Sequence[Sequence[Mapping[str, Texts]]]) -> list[int] | None:
    """The index of the alternative that holds, for each choice; None unless all sums hold for just one way to choose.

    ``known`` are the texts of the cells of all other rows; each alternative has those of some rows.
    """
    if not choices or prod(map(len, choices)) > _MOST_WAYS:
        return None
    table = {item: _numbers(texts) for item, texts in known.items()}
    read = [[{item: _numbers(texts) for item, texts in rows.items()} for rows in each] for each in choices]
    holding: list[tuple[int, ...]] = []
    for way in product(*(range(len(each)) for each in choices)):
        whole = dict(table)
        for alternatives, at in zip(read, way, strict=True):
            whole |= alternatives[at]
        if _holds(whole):
            holding.append(way)
            if len(holding) > 1:
                return None
    return list(holding[0]) if holding else None


def _numbers(texts: Texts) -> Numbers | None:
    """The whole numbers of some cells; None where one of them has none."""
    values = [cell_values.parse("".join(text.split())) for text in texts]
    counts = [value.count for value in values if value is not None and value.count is not None]
    return tuple(counts) if len(counts) == len(texts) else None


def _holds(table: Mapping[str, Numbers | None]) -> bool:
    """Whether in each column the outcomes add up to their total, and the balance holds."""
    rows = {item: numbers for item, numbers in table.items() if numbers is not None}
    if len(rows) < len(table) or not rows.keys() >= set(_INTAKE):
        return False
    new, over, total, forward = (rows[item] for item in _INTAKE)
    outcomes = [numbers for item, numbers in rows.items() if item not in _INTAKE]
    sums = tuple(map(sum, zip(*outcomes, strict=True)))
    return sums == total and all(
        before + received == done + rest for before, received, done, rest in zip(over, new, total, forward, strict=True)
    )
