"""What happens by itself: the nightly run, runs for files that arrive in the day, and word of runs that failed.

A run is asked for only when it would publish something else than what is published: ``pending`` compares the files
under the source with those that the published warehouse accounts for. The run gets the folders that were compared.

Belongs here: when a run is asked for and who is told. What a run does is in the other modules; how many may run at a
time, and how long one may hang, is in ``dagster.yaml``.
"""

import hashlib
import json
import logging
import os
import time
import urllib.request
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from http.client import HTTPException
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import duckdb
import polars as pl
from dagster import (
    DagsterRunStatus,
    DefaultScheduleStatus,
    DefaultSensorStatus,
    RunFailureSensorContext,
    RunRequest,
    RunsFilter,
    ScheduleEvaluationContext,
    SensorEvaluationContext,
    SkipReason,
    run_failure_sensor,
    schedule,
    sensor,
)
from dagster._core.storage.tags import ASSET_PARTITION_RANGE_END_TAG, ASSET_PARTITION_RANGE_START_TAG

from assets.partitions import YEARS
from assets.resources import Workplace
from pipeline import READER_VERSION, __version__, addresses
from pipeline.addresses import Target
from pipeline.lakes import LakeError
from pipeline.published import connect
from pipeline.regions.register import REGISTER
from pipeline.settings import Settings
from pipeline.sources import fetch, store
from pipeline.sources import files as sources
from pipeline.sources.files import MANIFEST, ListedFile, SourceError, SourceFile
from pipeline.sources.store import StoreError
from pipeline.staging import fingerprints
from pipeline.staging.folder import Staging
from pipeline.waivers import WAIVERS

log = logging.getLogger(__name__)

#: The job of ``pipeline.definitions``, by name: that module imports this one.
JOB = "ingest"
ZONE = "Asia/Shanghai"
#: What people keep beside the reports.
_OWN_FILES = (MANIFEST, REGISTER, WAIVERS)
WEBHOOK_TIMEOUT_SECONDS = 10
_UNFINISHED = [
    DagsterRunStatus.QUEUED,
    DagsterRunStatus.NOT_STARTED,
    DagsterRunStatus.STARTING,
    DagsterRunStatus.STARTED,
    DagsterRunStatus.CANCELING,
]
#: The versions of files that the published warehouse was made from.
_PUBLISHED = """
SELECT source_file, source_sha256 FROM dim_report UNION ALL
SELECT source_file, source_sha256 FROM rejected_report UNION ALL
SELECT source_file, source_sha256 FROM superseded_report WHERE reason <> 'file_changed'
"""
_TOO_LATE = "SELECT count(*) FROM rejected_report WHERE reason = 'year_out_of_scope'"


@dataclass(frozen=True, slots=True)
class Pending:
    """What the next run would publish that is not published yet.

    ``other`` has, in words, what is no report: a manifest, waivers, another reader, no warehouse. ``state`` is a hash
    of all that and of the run that published last: the same as long as nothing happens.
    """

    new: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    other: tuple[str, ...] = ()
    state: str = ""

    def __bool__(self) -> bool:
        return bool(self.new or self.changed or self.removed or self.other)

    def __str__(self) -> str:
        files = (f"{len(files)} {how}" for how, files in self._files() if files)
        return ", ".join([*files, *self.other]) or "nothing new, changed or removed"

    def _files(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        yield "new", self.new
        yield "changed", self.changed
        yield "removed", self.removed


@dataclass(frozen=True, slots=True)
class _Published:
    """What the published warehouse says of itself; all empty where there is none that can be read."""

    run_id: str = ""
    #: Seconds since 1970 at which its run began to look at the files.
    started: float = 0
    code: str = ""
    files: tuple[tuple[str, str], ...] = ()
    waivers: frozenset[str] = frozenset()
    too_late: bool = False


def pending(settings: Settings, roots: Sequence[Path] | None = None) -> Pending:
    """Compare the files under the source (or ``roots``) with those that the published warehouse was made from.

    Files are compared by content; those that look as they did when they were taken in have the one they had then. A
    manifest, register or waivers count when they were written after the last run began, or are gone; so does a folder
    in which a file came or went without a trace, as a manifest that was removed. At a URL they count when they are
    not as they were when the reports were taken in, too.

    Raises:
        SourceError: a source does not exist or cannot be read.
        StoreError: the store of a URL cannot be reached.
    """
    roots = [settings.source] if roots is None else list(roots)
    with store.one_look(), _staged(settings) as place:
        return _pending(settings, roots, place)


@contextmanager
def _staged(settings: Settings) -> Generator[Staging, None, None]:
    """What is staged, as far as it says what was taken in and read."""
    if not addresses.is_url(settings.staging):
        yield Staging(settings.staging)
        return
    from pipeline.staging.mirror import Mirror

    wanted = ("catalogue.parquet", "seen.parquet", "read/*")
    with Mirror(settings.staging, settings.scratch).work(wanted, push=False) as folder:
        yield Staging(folder)


def _pending(settings: Settings, roots: Sequence[Path], place: Staging) -> Pending:
    files = sources.find(roots)
    published = _published(settings.warehouse)
    there = _versions(files, fingerprints.kept(place, roots, fingerprints.look_at_bytes(files, settings)), settings)
    before = dict(published.files)
    new = tuple(name for name in there if name not in before)
    changed = tuple(name for name in there if name in before and there[name] != before[name])
    removed = tuple(sorted(name for name in before if name not in there))
    moved = bool(new or removed)
    own = [*_own(roots)]
    other: list[str] = []
    if not published.run_id:
        other.append("no published warehouse that can be read")
    else:
        other += [f"{each.name} written" for each in own if each.name and each.when > published.started]
        if not moved and any(not each.name and each.when > published.started for each in own):
            other.append("a folder's own files changed")
        other += _other_at_urls(roots, place)
        if not published.waivers <= {each.source_file for each in own if each.name == WAIVERS}:
            other.append(f"{WAIVERS} removed")
        if published.code != _code():
            other.append(f"published by version {published.code}, this is {_code()}")
        if published.too_late and _year(published.started) < _year(time.time()):
            other.append("a new year has begun, which reports were waiting for")
        other = list(dict.fromkeys(other))
    touched = sorted((each.address, each.when) for each in own if each.when > published.started)
    versions = sorted((name, there.get(name)) for name in (*new, *changed, *removed))
    state = hashlib.sha256(json.dumps([published.run_id, _code(), other, versions, touched]).encode()).hexdigest()
    # Not part of the state: a run that fails midway leaves staged years that are stale.
    if published.code == _code() and (stale := _stale(settings, place)):
        other.append(f"tables of {', '.join(map(str, stale))} not read by this reader")
    return Pending(new, changed, removed, tuple(other), state)


def _versions(files: Sequence[SourceFile], kept: pl.DataFrame, settings: Settings) -> dict[str, str]:
    """By name, the hash that a run would write down for each file; empty for one that is too large or unreadable."""
    found = dict.fromkeys((file.source_file for file in files), "")
    found |= kept.select("source_file", "source_sha256").iter_rows()
    fresh = [file for file in files if not found[file.source_file]]
    for file, read in zip(fresh, fetch.read_all(fresh, settings), strict=True):
        with suppress(fetch.RejectedError):
            found[file.source_file] = fetch.sha256(read())
    return found


def _other_at_urls(roots: Sequence[Path], place: Staging) -> Iterator[str]:
    """What of the collection's own files at URLs is not as it was when the reports were taken in."""
    if any(map(addresses.is_url, roots)):
        before, now = fingerprints.own_before(place), fingerprints.look_at_own(roots)
        for address in sorted(before.keys() | now.keys()):
            if before.get(address) != now.get(address):
                name = address.rpartition("/")[2]
                yield f"{name} written" if address in now else f"{name} removed"


def _published(target: Target) -> _Published:
    try:
        with connect(target) as con:
            row = con.execute("SELECT run_id, started_at, code_version FROM ingest_run").fetchone()
            files = con.execute(_PUBLISHED).fetchall()
            waivers = frozenset(name for (name,) in con.execute("SELECT source_file FROM quality_waiver").fetchall())
            too_late = con.execute(_TOO_LATE).fetchone()
    except (FileNotFoundError, LakeError, duckdb.Error) as error:
        log.info("%s: %s", target, error)
        return _Published()
    if row is None:
        return _Published()
    run_id, started, code = row
    return _Published(
        run_id, started.replace(tzinfo=UTC).timestamp(), code, tuple(files), waivers, bool(too_late and too_late[0])
    )


@dataclass(frozen=True, slots=True)
class _Own:
    """A manifest, register or waivers, or with an empty name a folder; when it was last touched.

    By the kernel's clock, since copies keep their times of writing; at a URL by the store's.
    """

    address: str
    source_file: str
    name: str
    when: float


def _own(roots: Iterable[Path]) -> Iterator[_Own]:
    """Manifests, registers, waivers and folders."""
    for root in roots:
        if addresses.is_url(root):
            for name in _OWN_FILES:
                for file in sources.own(root, name):
                    yield _Own(file.address, file.source_file, name, (file.written_ns or 0) / 1e9)
        elif not root.is_dir():
            yield from _touched(root.parent, [root.parent / name for name in _OWN_FILES])
        else:
            for folder, folders, _ in os.walk(root):
                folders[:] = [name for name in folders if not name.startswith(".")]
                yield from _touched(root, [Path(folder), *(Path(folder, name) for name in _OWN_FILES)])


def _touched(base: Path, paths: Iterable[Path]) -> Iterator[_Own]:
    for path in paths:
        try:
            when = path.stat().st_ctime
        except OSError:
            continue
        name = path.name if path.is_file() else ""
        yield _Own(str(path), path.relative_to(base).as_posix(), name, when)


def _code() -> str:
    return f"{__version__}, reader {READER_VERSION}"


def _stale(settings: Settings, place: Staging) -> list[int]:
    """Years that are staged, but not by this reader. Staging that was removed is no reason to read all again."""
    if not place.catalogue.exists():
        return []
    if addresses.is_url(settings.staging):  # the marks are here, the tables that they are about are not
        return place.noted_otherwise()
    return place.stale_years(quick=True)


def _year(when: float) -> int:
    return datetime.fromtimestamp(when, ZoneInfo(ZONE)).year


def seconds_quiet(roots: Sequence[Path]) -> float:
    """For how long no file under the roots has been written to, moved or made."""
    latest = max(
        (when for times in (_written(roots), (own.when for own in _own(roots))) for when in times), default=0.0
    )
    return max(0.0, time.time() - latest)


def _written(roots: Sequence[Path]) -> Iterator[float]:
    """When each file was last touched."""
    for file in sources.find(roots):
        if isinstance(file, ListedFile):
            yield (file.written_ns or 0) / 1e9
            continue
        with suppress(OSError):
            yield file.path.stat().st_ctime


def _request(run_key: str, started_by: str, workplace: Workplace) -> RunRequest:
    """A run over all years, as ``ogi ingest`` makes it: only years whose files changed are read."""
    return RunRequest(
        run_key=run_key,
        run_config={"resources": {"workplace": {"config": workplace.model_dump()}}},
        tags={
            ASSET_PARTITION_RANGE_START_TAG: YEARS.get_first_partition_key() or "",
            ASSET_PARTITION_RANGE_END_TAG: YEARS.get_last_partition_key() or "",
            "ogi/started_by": started_by,
        },
    )


@schedule(
    cron_schedule="0 2 * * *",
    job_name=JOB,
    execution_timezone=ZONE,
    default_status=DefaultScheduleStatus.RUNNING,
    description="每夜更新. At 02:00 in China, one run over all years, if anything has changed since the last one.",
)
def nightly(context: ScheduleEvaluationContext, workplace: Workplace) -> RunRequest | SkipReason:
    """Ask for the nightly run, if anything has changed since the last published one.

    A source that cannot be read is no reason to skip: the run fails with its message, and is told like any other.
    """
    night = context.scheduled_execution_time.astimezone(ZoneInfo(ZONE)).date()
    try:
        found = pending(workplace.settings, workplace.roots)
    except (SourceError, StoreError) as error:
        context.log.error(str(error))
    else:
        context.log.info(f"{found}")
        if not found:
            return SkipReason(f"{found} under {', '.join(workplace.sources)} since the last published run")
    return _request(f"nightly-{night}", "nightly", workplace)


@sensor(
    job_name=JOB,
    minimum_interval_seconds=300,
    default_status=DefaultSensorStatus.RUNNING,
    description="新到文件. A run when files arrived, changed or went in the day, once they lie still.",
)
def arrivals(context: SensorEvaluationContext, workplace: Workplace) -> RunRequest | SkipReason:
    """Ask for a run when files arrived, changed or went in the day, once they lie still.

    A run that failed is not asked for again for the same files; the nightly run tries again.
    """
    # Of whatever job: assets that are materialized in the UI are one of Dagster's own.
    unfinished = context.instance.get_run_records(RunsFilter(statuses=_UNFINISHED), limit=1)
    if unfinished:
        return SkipReason(f"run {unfinished[0].dagster_run.run_id} is queued or in progress")
    settings = workplace.settings
    try:
        with store.one_look():
            # Quiet first: what is still being copied need not be hashed.
            quiet = seconds_quiet(workplace.roots)
            if quiet < settings.quiet_seconds:
                return SkipReason(
                    f"the last file was written {quiet:.0f} s ago: files may still be on their way, "
                    f"and are taken when none was for {settings.quiet_seconds:g} s (setting OGI_QUIET_SECONDS)"
                )
            found = pending(settings, workplace.roots)
    except (SourceError, StoreError) as error:
        return SkipReason(str(error))
    if not found:
        return SkipReason(f"{found} under {', '.join(workplace.sources)} since the last published run")
    context.log.info(f"{found}")
    return _request(f"arrivals-{found.state}", "arrivals", workplace)


@dataclass(frozen=True, slots=True)
class Failure:
    """A run that failed: its step, empty where it failed outside of one, and the last line of the error."""

    run_id: str
    job: str
    step: str
    error: str

    def line(self, when: datetime) -> str:
        """The failure as a line of the log: time, run, job, step and error, with tabs between."""
        parts = (when.isoformat(timespec="seconds"), self.run_id, self.job, self.step or "-", self.error)
        return "\t".join(part.replace("\t", " ") for part in parts)

    def body(self) -> bytes:
        """The failure as JSON."""
        told = {"run_id": self.run_id, "job": self.job, "step": self.step, "error": self.error}
        return json.dumps(told, ensure_ascii=False).encode()


def tell(failure: Failure, settings: Settings) -> None:
    """Append the failure to the log and post it, where there is a webhook. What fails of that is logged, not raised."""
    path = settings.failure_log
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as file:
            file.write(failure.line(datetime.now(ZoneInfo(ZONE))) + "\n")
    except OSError as error:
        log.error("%s: the failure of run %s cannot be written down: %s", path, failure.run_id, error)
    if settings.webhook_url:
        try:
            _post(settings.webhook_url, failure.body())
        except (OSError, ValueError, HTTPException) as error:
            # Without the path, which often is the webhook's secret.
            host = settings.webhook_url.split("/")[2:3]
            log.error("the webhook at %s did not take the failure of run %s: %s", host, failure.run_id, error)


def _post(url: str, body: bytes) -> None:
    if urlsplit(url).scheme not in ("http", "https"):
        raise ValueError("OGI_WEBHOOK_URL is no http or https address")
    request = urllib.request.Request(url, body, {"Content-Type": "application/json; charset=utf-8"}, method="POST")
    with urllib.request.urlopen(request, timeout=WEBHOOK_TIMEOUT_SECONDS):
        pass


# All code locations: runs of `ogi ingest` are of none.
@run_failure_sensor(
    default_status=DefaultSensorStatus.RUNNING,
    monitor_all_code_locations=True,
    description="失败通知. A line in the failure log for each run that failed, and a POST to the webhook, if any.",
)
def failures(context: RunFailureSensorContext) -> None:
    """Tell of a run that failed: its first failed step, and the last line of its error."""
    step, error = "", context.failure_event.message or ""
    for event in context.get_step_failure_events()[:1]:
        step = event.step_key or ""
        if (info := event.step_failure_data.error) is not None:
            # Dagster wraps what was raised; what that came from in turn is less to the point than its own message.
            error = (info.cause or info).message or error
    lines = [line.strip() for line in error.splitlines() if line.strip()]
    run = context.dagster_run
    tell(Failure(run.run_id, run.job_name, step, lines[-1] if lines else "no message"), Settings())
