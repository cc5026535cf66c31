"""Where things are, and the few limits that can be set.

Every setting is an environment variable with the prefix ``OGI_`` (``OGI_WAREHOUSE=…``); paths that are not
absolute count from the folder one is in. Without any, everything lies inside the project.
"""

import os
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

PROJECT = Path(__file__).resolve().parents[1]


def _cores() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Settings(BaseSettings):
    """The settings of one process, read from the environment when made."""

    model_config = SettingsConfigDict(env_prefix="OGI_", extra="ignore")

    source: Path = Field(PROJECT / "data" / "raw", description="Folder of the reports; never written to.")
    warehouse: Path = Field(
        PROJECT / "data" / "warehouse" / "ogi.duckdb", description="The published DuckDB file; replaced whole."
    )
    staging: Path = Field(PROJECT / "data" / "staging", description="Parquet by year, between reading and publishing.")
    dagster_home: Path = Field(PROJECT / ".dagster", description="Dagster's own state: runs, events, logs.")
    max_file_mb: float = Field(50, gt=0, description="Files above this are rejected as too_large.")
    max_parts: int = Field(
        300_000,
        gt=0,
        description="Texts of more words, tags and cells are rejected as too_large; reports have some 5,000.",
    )
    last_year: int = Field(
        default_factory=lambda: datetime.now(ZoneInfo("Asia/Shanghai")).year,
        description="Reports of later years are rejected as slips: there is no partition for them. Default: this year.",
    )
    batch_reports: int = Field(1000, ge=1, description="Reports that a process holds in memory at a time.")
    workers: int = Field(
        default_factory=lambda: (
            len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
        ),
        ge=1,
        description="Processes that take in and read reports. Default: one a core.",
    )
    memory_mb: int = Field(
        800, ge=100, description="What DuckDB may take while a warehouse is made; the rest is put aside on the disk."
    )
    trust_times: bool = Field(
        True,
        description="Files whose size and times are as they were are not opened again; false compares every byte.",
    )
    quiet_seconds: float = Field(
        60, ge=0, description="Files that arrive in the day are taken once none was written for so long."
    )
    keep_runs_days: float = Field(
        180, gt=0, description="Runs of Dagster that ended longer ago are removed, but for each asset's latest."
    )
    failure_log: Path = Field(
        default_factory=lambda known: known.get("dagster_home", PROJECT / ".dagster") / "failures.log",
        description="A line is appended for each run that failed. Default: failures.log in the Dagster home.",
    )
    webhook_url: str | None = Field(
        None, description="Where each run that failed is posted as JSON (run_id, job, step, error). Default: nowhere."
    )
