"""The header of a table three of text with cells: which columns of the form it names, and in which order.

Belongs here: the rows of a header. Does not: which cells of the table are filled (``grid_table``), what one header
says (``applicant_headers``).
"""

from collections.abc import Collection, Sequence
from itertools import chain, groupby

from pipeline.reader.tables import applicant_headers
from pipeline.reader.tables.applicant_headers import WIDTH

#: Columns of the form from left to right.
USUAL = list(range(WIDTH))
#: Positions of the organizations' columns on the form.
_ORGANIZATIONS = frozenset(range(1, 6))
#: No header is shorter.
_LEAST_LETTERS = 2
#: A header that names fewer columns than the form has names so many.
_LEAST_NAMED = 4


def orders(header: list[list[str]], first: int | None) -> list[list[int]]:
    """Positions of the form's columns from left to right: the orders that a header leaves possible.

    From the index ``first`` on stand columns, where that is known.

    A header that names fewer columns may have lost some, or the table has no others. None is possible where the header
    names columns in another order, other columns among them, or the organizations on both sides of another column.
    """
    found = names(header, first)
    known = [position for position in found if position is not None]
    if len(set(known)) != len(known) or any(map(_is_split, header)):
        return []
    if set(range(WIDTH - 1)) <= set(known):
        return [known]
    if known != sorted(known):
        return []
    if None in found:
        if any(map(applicant_headers.is_sum, chain.from_iterable(header))):
            return []
        return [USUAL] if all(name in (None, at) for at, name in enumerate(found)) else []
    return [USUAL, known] if _lacks_organizations(known) else [USUAL]


def has_more(header: list[list[str]]) -> bool:
    """Whether a header has another column before the last that the form has."""
    found = names(header)
    last = max((at for at, name in enumerate(found) if name is not None), default=0)
    return len(found[: last + 1]) > WIDTH


def _lacks_organizations(known: Collection[int]) -> bool:
    """Whether a header names some of the organizations and not all."""
    return 0 < len(_ORGANIZATIONS.intersection(known)) < len(_ORGANIZATIONS)


def _is_split(cells: Sequence[str]) -> bool:
    """Whether the header of the organizations begins anew behind another column."""
    groups = [applicant_headers.is_group(cell) and not applicant_headers.is_of_all(cell) for cell in cells if cell]
    return sum(is_group for is_group, _ in groupby(groups)) > 1


def names(header: list[list[str]], first: int | None = None, labels: frozenset[str] | None = None) -> list[int | None]:
    """The columns that a header names, from left to right, None for each that the form does not have.

    Below 申请人情况 and 法人或其他组织 stand the headers of the row below. ``labels`` are the headers of the labels
    in the row above, which a page repeats; before the first column of a row without a row above there may be any, but
    not from the index ``first`` on, where that is known.
    """
    if not header:
        return []
    upper, *lower = header
    found: list[int | None] = []
    before: set[str] = set(labels or ())
    for index, cell in enumerate(upper):
        if len(cell) < _LEAST_LETTERS:  # none, or the end of a word that a page has broken
            continue
        if applicant_headers.is_group(cell):
            found += names(lower, labels=frozenset(before))
            lower = []
        elif (position := applicant_headers.position_of(cell)) is not None or found:
            found.append(position)
        elif labels is None and (first is None or index < first):
            before.add(cell)
        elif cell not in before:
            found.append(None)
    if lower:  # no header stands above the rest: it is between the others, if those are the usual ones
        below = names(lower)
        found = [0, *below, 6] if found == [0, 6] else [*found, *below]
    return _once(found)


def _once(names: list[int | None]) -> list[int | None]:
    """Names without those of cells that are repeated because they span several columns or rows."""
    seen: set[int] = set()
    kept: list[int | None] = []
    for name in names:
        if name is None or name not in seen:
            kept.append(name)
        if name is not None:
            seen.add(name)
    return kept


def by_header(header: list[list[str]], width: int) -> dict[int, int | None] | None:
    """The column under each cell of a header that is as wide as the table; None if it does not have all of them."""
    found: dict[int, int | None] = {}
    groups = set()
    for cells in header:
        if len(cells) != width:
            return None
        for index, cell in enumerate(cells):
            if applicant_headers.is_group(cell):
                if not applicant_headers.is_of_all(cell):
                    groups.add(index)
            elif applicant_headers.is_sum(cell):
                groups.discard(index)
                found[index] = None
            elif cell and (position := applicant_headers.position_of(cell)) is not None:
                if found.get(index) not in (None, position):
                    return None
                found[index] = position
            elif cell:
                found.setdefault(index, None)
    positions = [position for position in found.values() if position is not None]
    organizations = {index for index, position in found.items() if position in _ORGANIZATIONS}
    if len(set(positions)) != len(positions) or not (organizations and _has_all_or_known(found)):
        return None
    # The header above the organizations stands at the first of them, and may be repeated above the others.
    return found if not groups or min(organizations) in groups <= organizations else None


def _has_all_or_known(header: dict[int, int | None]) -> bool:
    """Whether a header names all applicants, or at least no column between those that it names is unknown."""
    known = [index for index, position in header.items() if position is not None]
    if {header[index] for index in known} >= set(range(WIDTH - 1)):
        return True
    inside = [header[index] for index in header if min(known) <= index <= max(known)]
    return None not in inside and len(known) >= _LEAST_NAMED
