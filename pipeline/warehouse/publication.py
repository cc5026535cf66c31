"""What every publication has, whatever the target is: its result, and the conditions under which it is refused.

Belongs here: what ``duckdb_file_publish`` and ``ducklake_publish`` share. The errors themselves are in ``errors``.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from pipeline.staging.folder import Staging
from pipeline.warehouse.errors import PublishError
from pipeline.warehouse.provenance import FileCounts


@dataclass(frozen=True, slots=True)
class PublishResult:
    """Rows of each table of what was published, and how its files differ from those of the last publication."""

    rows: dict[str, int]
    files_new: int
    files_changed: int
    files_removed: int

    @classmethod
    def of(cls, rows: dict[str, int], files: FileCounts) -> PublishResult:
        """The result with these counts of rows and files."""
        return cls(rows, files.new, files.changed, files.removed)


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
