"""The settings: addresses, and a few limits.

Every setting is an environment variable with the prefix ``OGI_`` (``OGI_WAREHOUSE=…``); relative paths count from the
current folder. By default everything lies inside the project. Reports and staging may lie at a URL, and the warehouse
may be a DuckLake (``addresses``).

Belongs here: names, defaults and descriptions of settings, and what is said of a wrong one. What they mean for the
work is decided where they are used.
"""

import os
from collections.abc import Iterator
from datetime import datetime
from difflib import get_close_matches
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, PlainValidator, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from pipeline.addresses import DEFAULT_WAREHOUSE, Address, path_at, warehouse_address

PREFIX = "OGI_"
PROJECT = Path(__file__).resolve().parents[1]
#: Nights, days and years are those of China.
ZONE = "Asia/Shanghai"


def _cores() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _without_password(url: str | None) -> str | None:
    """A database's URL, checked: it is written to files and logs, so it must not hold a password."""
    if url is not None:
        parts = urlsplit(url)
        if parts.scheme != "postgresql" or not parts.hostname:
            raise ValueError("give postgresql://user@host/database")
        if parts.password is not None:
            raise ValueError("leave the password out of it, and set PGPASSWORD or PGPASSFILE")
    return url


class Execution(StrEnum):
    """How the steps of a run are executed."""

    IN_PROCESS = "in_process"
    CELERY = "celery"
    KUBERNETES = "kubernetes"


class Settings(BaseSettings):
    """The settings of one process, read from the environment when it is created."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_ignore_empty=True, extra="ignore")

    source: Annotated[Path, PlainValidator(path_at)] = Field(
        PROJECT / "data" / "raw", description="Folder or URL (s3://…) of the reports; never written to."
    )
    warehouse: Annotated[Address, PlainValidator(warehouse_address)] = Field(
        DEFAULT_WAREHOUSE,
        description="The published DuckDB file, replaced whole; or a DuckLake (ducklake:postgres:… or …:sqlite:…).",
    )
    staging: Annotated[Path, PlainValidator(path_at)] = Field(
        PROJECT / "data" / "staging", description="Folder or URL for the Parquet between reading and publishing."
    )
    dagster_home: Path = Field(PROJECT / ".dagster", description="Dagster's own state: runs, events, logs.")
    dagster_postgres: Annotated[str | None, AfterValidator(_without_password)] = Field(
        None,
        description="PostgreSQL of Dagster's own state, postgresql://user@host/database, which workers on other "
        "machines need; its password is in PGPASSWORD or PGPASSFILE. Default: SQLite in the Dagster home.",
    )
    scratch: Path = Field(
        default_factory=lambda known: known.get("dagster_home", PROJECT / ".dagster") / "scratch",
        description="Working copies of a staging that is a URL. Default: scratch in the Dagster home.",
    )
    lake_data: str | None = Field(
        None,
        description="Folder or URL of a new DuckLake's Parquet. Default: beside a SQLite catalog; PostgreSQL needs it.",
    )
    keep_snapshots_days: float = Field(30, gt=0, description="For how long a DuckLake keeps what was published before.")
    keep_previous: int = Field(
        7,
        ge=1,
        description="Earlier publications that are kept, all of them different; of a DuckLake at least so many, "
        "however old.",
    )
    max_removal: float = Field(
        0.1,
        ge=0,
        le=1,
        description="A run that would drop more than this share of the reports, or all of an agency, a year or a "
        "source, does not publish unless it is allowed to (--allow-removal); 1 allows every run.",
    )
    max_file_mb: float = Field(50, gt=0, description="Files above this are rejected as too_large.")
    max_parts: int = Field(
        300_000,
        gt=0,
        description="Texts of more words, tags and cells are rejected as too_large; reports have some 5,000.",
    )
    document_seconds: float = Field(
        60, gt=0, description="A document (PDF, Word, OFD …) that takes more computing is rejected as too_large."
    )
    document_mb: int = Field(
        1000, ge=100, description="A document that takes more memory to read is rejected as too_large."
    )
    last_year: int = Field(
        default_factory=lambda: datetime.now(ZoneInfo(ZONE)).year,
        description="Reports of later years are rejected as slips: there is no partition for them. Default: this year.",
    )
    batch_reports: int = Field(1000, ge=1, description="Reports that a process holds in memory at a time.")
    workers: int = Field(
        default_factory=_cores,
        ge=1,
        description="Processes that decode and read reports. Default: one a core.",
    )
    memory_mb: int = Field(
        800, ge=100, description="Memory of DuckDB while a warehouse is built; what does not fit goes to the disk."
    )
    execution: Execution = Field(
        Execution.IN_PROCESS, description="What executes a run's steps: in_process, celery or kubernetes."
    )
    shard_reports: int = Field(
        25_000, ge=1, description="Reports that a step of a distributed run reads; larger years are split."
    )
    broker: str = Field("redis://127.0.0.1:6379/0", description="The broker that gives Celery's workers their steps.")
    lost_after_seconds: int = Field(
        3600, ge=1, description="A step whose Celery worker is silent for so long is given to another one."
    )
    trust_times: bool = Field(
        True,
        description="Files whose size and times have not changed are not opened again; false compares every byte.",
    )
    follow_links: bool = Field(
        False,
        description="Links that lead out of the source are read, too; otherwise each is rejected as link_refused.",
    )
    verify: bool = Field(
        False,
        description="Tables printed as the form is, which are read in a fast way, are read in the general way too; "
        "a report whose two readings differ is rejected as parser_error, and the difference is named.",
    )
    quiet_seconds: float = Field(
        60, ge=0, description="Files that arrive in the day are ingested once none was written for so long."
    )
    keep_runs_days: float = Field(
        180, gt=0, description="Dagster's runs that ended longer ago are removed, except each asset's latest."
    )
    failure_log: Path = Field(
        default_factory=lambda known: known.get("dagster_home", PROJECT / ".dagster") / "failures.log",
        description="A line is appended for each run that failed. Default: failures.log in the Dagster home.",
    )
    webhook_url: str | None = Field(
        None,
        description="Where each run that failed is posted as JSON (run_id, job, step, error, page). Default: nowhere.",
    )


class SettingsError(ValueError):
    """Settings have wrong values; the message has a line for each: name, value and what is allowed."""


def load() -> Settings:
    """The settings of this process.

    Raises:
        SettingsError: a setting has a wrong value.
    """
    try:
        return Settings()
    except ValidationError as error:
        raise SettingsError("\n".join(_problems(error))) from error


def _problems(error: ValidationError) -> Iterator[str]:
    for each in error.errors():
        if each["type"] == "default_factory_not_called":  # follows from another error
            continue
        name = str(each["loc"][0])
        # A value that a validator refuses may hold a password.
        is_ours = each["type"] == "value_error"
        value = "" if is_ours else f"={each['input']}"
        allowed = each["msg"].removeprefix("Value error, ") if is_ours else f"must be {_allowed(name)}"
        yield f"{PREFIX}{name.upper()}{value}: {allowed}"


def _allowed(name: str) -> str:
    """What a setting may be, in words."""
    field = Settings.model_fields[name]
    if isinstance(field.annotation, type) and issubclass(field.annotation, StrEnum):
        return " or ".join(field.annotation)
    words = {int: "a whole number", float: "a number", bool: "true or false"}.get(_plain(field.annotation), "a path")
    for bound in field.metadata:
        if (least := getattr(bound, "ge", None)) is not None:
            words += f" of {least:g} or more"
        if (above := getattr(bound, "gt", None)) is not None:
            words += f" above {above:g}"
    return words


def _plain(annotation: Any) -> Any:
    return annotation if isinstance(annotation, type) else None


def misspelt() -> Iterator[str]:
    """A line for each environment variable that is no setting and looks like one."""
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    for name in sorted(os.environ):
        if name.startswith(PREFIX) and name not in known and (meant := get_close_matches(name, known, 1, 0.85)):
            yield f"{name} is no setting, and is ignored; {meant[0]} is one"
