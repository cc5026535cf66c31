"""By which run and from which code a warehouse was made.

Belongs here: what ``ingest_run`` says. Comparing files with the previous publication is ``loading``'s.
"""

from dataclasses import dataclass
from datetime import datetime

from pipeline import READER_VERSION, __version__

#: The code that makes a warehouse, as ``ingest_run.code_version`` has it.
CODE = f"{__version__}, reader {READER_VERSION}"

#: The row of ``ingest_run`` about the latest publication, to stand in FROM.
LATEST_RUN = "(FROM ingest_run ORDER BY finished_at DESC LIMIT 1)"


@dataclass(frozen=True, slots=True)
class PublishingRun:
    """The run that publishes: its Dagster id, and when the run and the build began (UTC, without zone).

    ``allow_removal`` says that a person wants what ``removals`` refuses. A ``dry_run`` does all but the last step.
    """

    run_id: str
    started_at: datetime
    built_at: datetime
    allow_removal: bool = False
    dry_run: bool = False


@dataclass(frozen=True, slots=True)
class FileCounts:
    """Files under the sources, and how many of them are new, changed or gone since the last publication."""

    files: int
    new: int
    changed: int
    removed: int
