"""The whole register: its lines against each other.

An agency stands in one line; an alias means one agency in one year; successors lead somewhere. What contradicts another
line is left out and becomes an issue of the later line, and the rest of it counts.

Belongs here: what follows from several lines. What is wrong with one alone is found by ``register``.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import combinations, product
from pathlib import Path

from pipeline import regions
from pipeline.regions.register import Entry, Register, read_entries
from pipeline.sources.sidecar_rows import SidecarIssue


def register(roots: Iterable[Path], issues: list[SidecarIssue]) -> Register:
    """Read all registers under the sources. What is wrong in them is added to ``issues``.

    Raises:
        SourceError: a file cannot be read or understood (``sidecars``).
        StoreError: the store of a URL cannot be reached.
    """
    entries = _each_agency_once(read_entries(roots, issues))
    _drop_shared_aliases(entries)
    _find_successors(entries)
    return Register(entries)


def _each_agency_once(entries: list[Entry]) -> list[Entry]:
    first: dict[str, Entry] = {}
    for entry in entries:
        known = first.setdefault(entry.agency.agency_id, entry)
        if known is not entry:
            entry.row.note(
                f"{entry.names[0]} is the same agency as in {known.row.where}, which counts; put the names together",
                "name",
                "line",
            )
    return list(first.values())


def _drop_shared_aliases(entries: list[Entry]) -> None:
    """Drop aliases that would mean two agencies of one place in one year: the name of another, or its alias."""
    by_name: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        for name in {regions.plain(name) for name in entry.names}:
            by_name[name].append(entry)
    for name, sharing in by_name.items():
        for one, other in _in_one_place(sharing):
            if not _have_a_year_in_common(one, other):
                continue
            owner = next((entry for entry in (one, other) if regions.plain(entry.names[0]) == name), None)
            for entry, against in ((one, other), (other, one)):
                if entry is not owner:
                    _drop_alias(entry, name, against, is_name=owner is not None)


def _drop_alias(entry: Entry, name: str, against: Entry, is_name: bool) -> None:
    dropped = [alias for alias in entry.names[1:] if regions.plain(alias) == name]
    entry.names = (entry.names[0], *(alias for alias in entry.names[1:] if alias not in dropped))
    for alias in dropped:
        what = "the name" if is_name else "also an alias"
        entry.row.note(f"the alias {alias} is {what} of the agency in {against.row.where}", "aliases")


def _in_one_place(entries: list[Entry]) -> Iterator[tuple[Entry, Entry]]:
    """Pairs of lines that are of one place, as far as they say; a name like 财政局 may stand in thousands."""
    by_line: dict[str | None, list[Entry]] = defaultdict(list)
    for entry in entries:
        by_line[_line(entry)].append(entry)
    anywhere = by_line.pop(None, [])
    for here in by_line.values():
        yield from combinations(here, 2)
        yield from product(here, anywhere)
    yield from combinations(anywhere, 2)


def _have_a_year_in_common(one: Entry, other: Entry) -> bool:
    first, last = max(one.first_year or 0, other.first_year or 0), min(one.last_year or 9999, other.last_year or 9999)
    return first <= last


def _find_successors(entries: list[Entry]) -> None:
    by_name: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        by_name[entry.names[0]].append(entry)
    for entry in entries:
        if entry.successor_name:
            entry.successor = _successor(entry, by_name[entry.successor_name])
    for entry in [entry for entry in entries if _leads_back(entry)]:
        entry.row.note(f"the successors of {entry.names[0]} lead back to it", "successor")
        entry.successor = None


def _successor(entry: Entry, named: list[Entry]) -> Entry | None:
    """The one of the lines of a name that is meant: of several the one in the same place."""
    if not named:
        entry.row.note(f"the successor {entry.successor_name} is the name of no line of a register", "successor")
        return None
    if named == [entry]:
        entry.row.note(f"{entry.names[0]} is its own successor", "successor")
        return None
    others = [each for each in named if each is not entry]
    near = [each for each in others if _line(each) and _line(each) == _line(entry)] if len(others) > 1 else others
    if len(near) == 1:
        return near[0]
    lines = ", ".join(each.row.where for each in others)
    entry.row.note(f"the successor {entry.successor_name} is the name of several lines: {lines}", "successor")
    return None


def _line(entry: Entry) -> str | None:
    division = entry.agency.location.division
    return division.line if division else None


def _leads_back(entry: Entry) -> bool:
    seen: list[Entry] = []
    following = entry.successor
    while following and not any(following is each for each in seen):
        if following is entry:
            return True
        seen.append(following)
        following = following.successor
    return False
