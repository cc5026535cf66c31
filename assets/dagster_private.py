"""What we use of Dagster that it does not promise to keep: each name from a module of its own insides, in one place.

Checked with dagster 1.13.27; ``pyproject.toml`` allows 1.13 only. Before you allow a later version: run
``python -c "import assets.dagster_private"``. What fails to import has moved or is gone; look for the name in Dagster's
sources, and for a public one in its documentation (``from dagster import …``), which then replaces the line here.

Belongs here: every import from ``dagster._…`` and ``dagster_shared``, and nothing else.
"""

from dagster._core.events import AssetMaterializationPlannedData
from dagster._core.execution.api import execute_run
from dagster._core.remote_origin import RegisteredCodeLocationOrigin, RemoteRepositoryOrigin
from dagster._core.storage.event_log import SqliteEventLogStorage
from dagster._core.storage.event_log.sqlite import sqlite_event_log
from dagster._core.storage.tags import (
    ASSET_PARTITION_RANGE_END_TAG,
    ASSET_PARTITION_RANGE_START_TAG,
    BACKFILL_ID_TAG,
    EXTERNALLY_MANAGED_ASSETS_TAG,
)
from dagster._utils.interrupts import capture_interrupts
from dagster_shared.error import SerializableErrorInfo

__all__ = [
    # The run tags by which one run materializes all partitions from the first to the last.
    "ASSET_PARTITION_RANGE_END_TAG",
    "ASSET_PARTITION_RANGE_START_TAG",
    # The tag of the runs of a backfill.
    "BACKFILL_ID_TAG",
    # The run tag by which Dagster neither announces a run's assets nor records them as made.
    "EXTERNALLY_MANAGED_ASSETS_TAG",
    # What a run says of an asset that it is about to make.
    "AssetMaterializationPlannedData",
    # Where a job comes from, by the names that the UI lists its runs and re-executes them under.
    "RegisteredCodeLocationOrigin",
    "RemoteRepositoryOrigin",
    # The error of a failed step: its message, and what it was raised from.
    "SerializableErrorInfo",
    # Events in SQLite: a file for each run, which Dagster leaves behind when the run is deleted.
    "SqliteEventLogStorage",
    # Holds Ctrl-C and SIGTERM back until a step is executed: in between, Dagster writes to its databases.
    "capture_interrupts",
    # Executes a recorded run in this process, with the job's own executor.
    "execute_run",
    # Makes an engine of SQLAlchemy for each event.
    "sqlite_event_log",
]
