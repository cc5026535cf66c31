"""What every publication has, whatever the target is: its result, the conditions under which it is refused, and the
note of a run that had nothing to publish.

Belongs here: what ``duckdb_file_publish`` and ``ducklake_publish`` share. The errors themselves are in ``errors``.
"""

from __future__ import annotations

import contextlib
import json
import logging
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

import duckdb

from pipeline.staging.folder import Staging
from pipeline.staging.parquet import StagingError
from pipeline.warehouse.errors import PublishError
from pipeline.warehouse.provenance import LATEST_RUN, FileCounts
from pipeline.warehouse.removals import Dropped

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class PublishResult:
    """Rows of each table of what is published now, and how its files differ from those of the publication before.

    Where nothing differed, nothing was published: ``unchanged_since`` says since when, and ``unchanged_run`` by which
    run, all is as it is.
    """

    rows: dict[str, int]
    files_new: int
    files_changed: int
    files_removed: int
    dropped: Sequence[Dropped] = ()
    unchanged_since: datetime | None = None
    unchanged_run: str = ""

    @classmethod
    def of(cls, rows: dict[str, int], files: FileCounts, dropped: Sequence[Dropped]) -> PublishResult:
        """The result with these counts of rows and files, and these reports dropped."""
        return cls(rows, files.new, files.changed, files.removed, dropped)


def unchanged(con: duckdb.DuckDBPyConnection, warehouse: object, rows: dict[str, int]) -> PublishResult:
    """The result of a run that changed nothing in an open warehouse."""
    ((run_id, since),) = con.execute(f"SELECT run_id, finished_at FROM {LATEST_RUN}").fetchall()
    log.info("%s: unchanged since %s UTC (run %s), nothing was published", warehouse, f"{since:%Y-%m-%d %H:%M}", run_id)
    return PublishResult(rows, 0, 0, 0, unchanged_since=since, unchanged_run=run_id)


def note_unchanged(staging: Staging, published_run: str, started_at: datetime) -> None:
    """Note beside what is staged that a run, which started then, found nothing to change in what ``published_run`` had
    published. Without the note the next night looks at the same files again.
    """
    note = {"sources": staging.sources(), "run": published_run, "started_at": started_at.isoformat()}
    with contextlib.suppress(OSError):
        staging.checked.write_text(json.dumps(note), encoding="utf-8")


def checked_since(staging: Staging, published_run: str) -> datetime | None:
    """When the last run started (UTC) that found nothing to change in what a run had published from these sources."""
    try:
        note = json.loads(staging.checked.read_text(encoding="utf-8"))
        if note["run"] == published_run and note["sources"] == staging.sources():
            return datetime.fromisoformat(note["started_at"])
    except (OSError, ValueError, KeyError, TypeError, StagingError):
        pass
    return None


def refuse_stale(staging: Staging, quick: bool, years: Collection[int] | None = None) -> None:
    """Raise if a year's tables were not read from its present reports.

    ``quick`` compares sizes instead of hashes: enough where nothing is loaded from the tables.
    """
    if stale := staging.stale_years(years, quick=quick):
        listed = ", ".join(map(str, stale))
        raise PublishError(
            f"the reports of {listed} changed and their tables have not been read since: materialize the fact tables "
            f"of {listed} first (a run of the job ingest does)"
        )


def refuse_faults(faults: dict[str, list[str]]) -> None:
    """Raise if the checks of the new warehouse found anything."""
    if faults:
        listed = "; ".join(fault for some in faults.values() for fault in some)
        raise PublishError(f"the new warehouse fails its checks and was not published: {listed}", faults)
