"""What publishing is, whatever the warehouse is: its result, its errors, and what keeps it from being done.

Belongs here: what ``warehouse`` (a file) and ``lake`` share.
"""

from collections.abc import Collection
from dataclasses import dataclass

from pipeline.addresses import Target
from pipeline.staging.folder import Staging


class PublishError(Exception):
    """The warehouse could not be published; the old one is as it was. The message says why and what to do.

    ``faults`` has what the checks of the new one found, by check; it is empty when it could not be made.
    """

    def __init__(self, message: str, faults: dict[str, list[str]] | None = None) -> None:
        super().__init__(message)
        self.faults = faults or {}


class LockedError(PublishError):
    """Another program is writing to the warehouse, or a server that it needs is away. That may be over soon."""


@dataclass(frozen=True, slots=True)
class Published:
    """What was published."""

    target: Target
    rows: dict[str, int]
    files_new: int
    files_changed: int
    files_removed: int


def refuse_stale(place: Staging, quick: bool, years: Collection[int] | None = None) -> None:
    """Raise if a year's tables are not those of its reports; ``quick`` where nothing is loaded from them."""
    if stale := place.stale_years(years, quick=quick):
        said = ", ".join(map(str, stale))
        raise PublishError(
            f"the reports of {said} changed and their tables have not been read since: materialize the fact tables of "
            f"{said} first (a run of the job ingest does)"
        )


def refuse_faults(faults: dict[str, list[str]]) -> None:
    """Raise if the checks of what was made found anything."""
    if faults:
        said = "; ".join(fault for some in faults.values() for fault in some)
        raise PublishError(f"the new warehouse fails its checks and was not published: {said}", faults)
