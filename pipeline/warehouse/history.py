"""The publications of a warehouse: which there were, which of them are kept, and finding one of those.

``ingest_run`` has a row for each publication. What is kept of them is the target's: files beside the published one, or
the snapshots of a lake. Where the published warehouse is damaged or gone, what is kept tells of them all the same.

Belongs here: putting both together. Bringing a publication back is the target's (``Target.restore``).
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import duckdb

from pipeline.addresses import Address
from pipeline.warehouse.errors import TargetError
from pipeline.warehouse.kept import PUBLISHED, Kept
from pipeline.warehouse.target import target_at

#: So many characters of a run's id are enough to name it.
FEWEST_CHARACTERS = 4
_COLUMNS = (
    "run_id",
    "finished_at",
    "files_seen",
    "files_new",
    "files_changed",
    "files_removed",
    "reports_loaded",
    "reports_rejected",
    "code_version",
)


class Publication(NamedTuple):
    """A row of ``ingest_run``, and where it is kept."""

    run_id: str
    finished_at: datetime
    files_seen: int
    files_new: int
    files_changed: int
    files_removed: int
    reports_loaded: int
    reports_rejected: int
    code_version: str
    restored_run: str | None
    kept: str


@dataclass(frozen=True, slots=True)
class History:
    """The publications, the latest first, and why some of what is kept cannot be read."""

    publications: list[Publication]
    kept: list[Kept]
    faults: list[str]


class UnknownRunError(Exception):
    """No publication that is kept is of the run that was asked for; the message says which are."""


def history(address: Address) -> History:
    """All publications of a warehouse that anything is known of.

    Raises:
        FileNotFoundError: nothing was published at the address.
        TargetError: the lake cannot be opened.
    """
    rows: dict[str, dict[str, Any]] = {}
    faults: list[str] = []
    kept: list[Kept] = []
    for each in target_at(address).kept():
        if each.run_id in rows:  # a lake says which run a snapshot is of, and its latest state which runs there were
            kept.append(each)
            rows[each.run_id]["kept"] = rows[each.run_id]["kept"] or each.name
            continue
        try:
            with contextlib.closing(each.target.connect()) as con:
                found = list(_rows(con))
        except (duckdb.Error, TargetError, FileNotFoundError) as error:
            faults.append(f"{each.target.version} cannot be read: {' '.join(str(error).split())}")
            continue
        if found:
            latest = found[-1]["run_id"]
            kept.append(Kept(each.name, each.target, latest))
            for row in found:
                rows.setdefault(row["run_id"], {**row, "kept": ""})
            rows[latest]["kept"] = rows[latest]["kept"] or each.name
    if not kept and not faults:
        raise FileNotFoundError(f"there is no warehouse at {address}: run `ogi ingest` first, or give --warehouse")
    publications = sorted((Publication(**row) for row in rows.values()), key=lambda row: row.finished_at, reverse=True)
    return History(publications, kept, faults)


def find(address: Address, words: str) -> Kept:
    """The publication that is kept of the run whose id begins with some words; ``previous`` is the one before.

    Raises:
        UnknownRunError: there is none, or there are several.
        FileNotFoundError, TargetError: as ``history`` raises them.
    """
    found = history(address)
    if words == "previous":
        before = [each for each in found.kept if each.name != PUBLISHED]
        if not before:
            raise UnknownRunError(f"{address}: nothing is kept of what was published before")
        return before[0]
    fits = [each for each in found.kept if each.run_id.startswith(words)] if len(words) >= FEWEST_CHARACTERS else []
    if len(fits) == 1:
        return fits[0]
    there = ", ".join(each.run_id[:8] for each in found.kept)
    how = f"{len(fits)} runs begin with" if fits else "nothing is kept of a run"
    raise UnknownRunError(f"{address}: {how} {words}; `ogi history` lists what is kept: {there}")


def _rows(con: duckdb.DuckDBPyConnection) -> Iterator[dict[str, Any]]:
    """The rows of ``ingest_run``, the latest last. Older programs have no ``restored_run``."""
    result = con.execute("FROM ingest_run ORDER BY finished_at")
    names = [column[0] for column in result.description]
    for row in result.fetchall():
        known = dict(zip(names, row, strict=True))
        yield {**{name: known[name] for name in _COLUMNS}, "restored_run": known.get("restored_run")}
