"""The command ``ingest``: read reports and publish the warehouse.

Belongs here: its arguments, the exit code of each failure, and the summary at the end. The run is ``dagster_run``'s.
"""

import gc
import logging
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
import duckdb

from pipeline import sql
from pipeline.addresses import Address, is_url
from pipeline.cli.dry_run import print_dry_run
from pipeline.cli.errors import fail, wrong_usage
from pipeline.cli.interruption import tell_on_interruption
from pipeline.cli.next_steps import print_next_steps
from pipeline.cli.options import PathOrUrl, WarehouseType, load_settings
from pipeline.cli.printing import ProgressBar, counted
from pipeline.settings import Settings
from pipeline.sources.store import StoreError
from pipeline.system.processes import gc_paused
from pipeline.text import harmless_line
from pipeline.warehouse.connection import connect
from pipeline.warehouse.errors import TargetError
from pipeline.warehouse.provenance import LATEST_RUN
from pipeline.warehouse.target import target_at

#: So many bytes are less than what a file of a run takes.
_NEARLY_FULL = 1 << 16


@click.command()
@click.argument("sources", nargs=-1, metavar="[SOURCE]...", type=PathOrUrl(exists=True))
@click.option(
    "--warehouse",
    type=WarehouseType(),
    help="The file to publish, or a DuckLake (ducklake:postgres:dbname=…, ducklake:sqlite:FILE). Default: setting "
    "OGI_WAREHOUSE, else data/warehouse/ogi.duckdb of the project.",
)
@click.option(
    "--staging",
    type=PathOrUrl(file_okay=False),
    help="Folder or URL for what lies between reading and publishing. Default: setting OGI_STAGING, else data/staging.",
)
@click.option(
    "--year",
    "years",
    type=int,
    multiple=True,
    help="Replace only this year of a DuckLake, and leave alone what others published of other years. Can be repeated; "
    "years with others between them are published one after another.",
)
@click.option(
    "--allow-removal",
    is_flag=True,
    help="Publish even if more reports than OGI_MAX_REMOVAL, or all of an agency, a year or a source, are dropped.",
)
@click.option(
    "--dry-run",
    is_flag=True,
    help="Publish nothing: tell what would be new, changed, removed, rejected and dropped. Exit code 1 where the run "
    "would not publish.",
)
@click.option("-v", "--verbose", is_flag=True, help="Tell the story of the run, step by step.")
def ingest(
    sources: tuple[Path, ...],
    warehouse: Address | None,
    staging: Path | None,
    years: tuple[int, ...],
    allow_removal: bool,
    dry_run: bool,
    verbose: bool,
) -> None:
    """Read reports and publish the warehouse.

    SOURCE is a file or a folder, searched recursively, or a URL such as s3://bucket/folder; data/raw of the project if
    none is given. Afterwards the warehouse holds the reports of these sources and nothing else (but see --year).
    Rejected reports do not make the run fail. A run that would drop much of what is published does not publish, unless
    it is given --allow-removal.

    \b
    Exit code: 0 published, 1 not published, 2 wrong usage, 130 and 143 interrupted by Ctrl-C and SIGTERM.

    Example:
      ogi ingest reports/2024 reports/2025 --warehouse /data/ogi.duckdb
      ogi ingest s3://reports/2025 --warehouse "ducklake:postgres:dbname=ogi host=db" --year 2025
    """
    if verbose:
        _log_to_terminal()
    defaults = load_settings()
    settings = defaults.model_copy(
        update={
            "warehouse": _absolute(warehouse or defaults.warehouse),
            "staging": _absolute(staging or defaults.staging),
        }
    )
    if years and not target_at(settings.warehouse).replaces_years:
        raise click.UsageError(
            f"--year: {settings.warehouse} is a file, which is replaced whole; only a DuckLake can have some of its "
            "years replaced"
        )
    begun = datetime.now(UTC).replace(tzinfo=None)
    tell_on_interruption(lambda: _interrupted(settings.warehouse, begun))
    roots = list(sources) or [settings.source]
    with gc_paused():  # most of it is imports
        _refuse_foreign(settings)
    if dry_run:
        if years:
            raise click.UsageError("--dry-run: it is about all years; leave out --year")
        with _explained(settings, begun):
            print_dry_run(roots, settings, allow_removal)
        return
    with _explained(settings, begun):
        run_id = _run(roots, settings, sorted(set(years)), allow_removal)
    with connect(settings.warehouse) as con:
        _print_summary(con, settings.warehouse, run_id)


class _OneLine(logging.Formatter):
    """A line a message, whatever names are in it."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802  the name is logging's
        """The message as one line."""
        return harmless_line(super().formatMessage(record))


def _refuse_foreign(settings: Settings) -> None:
    """Fail before anything is read if what lies where the warehouse would be published is not ours.

    All else that keeps it from being published is the run's to find, which is recorded and can be executed again.
    """
    from pipeline.warehouse.errors import ForeignError, PublishError

    with suppress(OSError, PublishError):
        try:
            target_at(settings.warehouse).refuse_foreign(settings)
        except ForeignError as error:
            fail(error)


def _log_to_terminal() -> None:
    logging.basicConfig(level=logging.INFO, stream=sys.stderr)
    for handler in logging.getLogger().handlers:
        handler.setFormatter(_OneLine("%(asctime)s %(message)s", "%H:%M:%S"))
    # Dagster migrates the tables of its home with Alembic, which is not about the run.
    logging.getLogger("alembic").setLevel(logging.WARNING)


def _absolute(address: Any) -> Any:
    """A path from the root; URLs and DuckLakes as they are."""
    return address.absolute() if isinstance(address, Path) and not is_url(address) else address


def _run(roots: list[Path], settings: Settings, years: list[int], allow_removal: bool) -> str:
    """Run the job and return the run's id."""
    with gc_paused():
        from pipeline.cli import dagster_run
    if not gc.get_freeze_count():
        gc.freeze()  # what was imported stays: nobody looks through it for garbage any more

    try:
        with ProgressBar() as bar:
            return dagster_run.ingest(roots, settings, bar, years, allow_removal)
    except dagster_run.YearError as error:
        raise click.UsageError(f"--year: {error}") from error
    except (dagster_run.HomeError, dagster_run.StepError) as error:
        fail(error)


@contextmanager
def _explained(settings: Settings, begun: datetime) -> Iterator[None]:
    """Turn each failure of the steps into a message and an exit code."""
    from pipeline.sources.files import SourceError
    from pipeline.staging.parquet import StagingError
    from pipeline.system.processes import ProcessPoolError
    from pipeline.system.remedies import remedy
    from pipeline.warehouse.errors import PublishError

    try:
        yield
    except SourceError as error:
        if isinstance(error.__cause__, OSError):  # the command line is right; the machine refuses to read
            fail(error)
        wrong_usage(error)
    except (PublishError, StagingError, ProcessPoolError, StoreError) as error:
        fail(error)
    except OSError as error:
        published = f"{settings.warehouse} had been published, and is whole"
        end = published if _is_published(settings.warehouse, begun) else "Nothing was published"
        if error.filename is None and (full := _full_folders(settings)):
            what = remedy(error, "--staging, --warehouse or OGI_DAGSTER_HOME")
            fail(f"{' and '.join(full)}: {error.strerror or error}{what}. {end}")
        what = remedy(error, "--staging or OGI_STAGING")
        fail(f"{error.filename or settings.staging}: {error.strerror or error}{what}. {end}")


def _full_folders(settings: Settings) -> list[str]:
    """The folders of a run whose disk is full: an error of writing to an open file does not say which file it was."""
    places = (settings.staging, settings.dagster_home, settings.warehouse)
    folders = (place if place.is_dir() else place.parent for place in places if isinstance(place, Path))
    return [str(folder) for folder in folders if folder.is_dir() and shutil.disk_usage(folder).free < _NEARLY_FULL]


def _interrupted(warehouse: Address, begun: datetime) -> str:
    """What an interrupted run leaves behind; it may have been interrupted after it had published."""
    nothing = "nothing was published; the next run goes on with what this one read"
    is_published = _is_published(warehouse, begun)
    if is_published is None:
        return nothing
    return f"{warehouse} had been published, and is whole" if is_published else f"{nothing}. {warehouse} is as it was"


def _is_published(warehouse: Address, begun: datetime) -> bool | None:
    """Whether a run that began then has published; None where there is no warehouse yet, or none that can be read."""
    try:
        with connect(warehouse) as con:
            return bool(sql.scalar(con, "SELECT max(started_at) >= ? FROM ingest_run", [begun]))
    except Exception:  # what the next run says is more than this one can
        return None


_REPORTS = """
SELECT count(*), count(DISTINCT agency_id), min(year), max(year), coalesce(sum(digits), 0),
    coalesce(sum(digits_used), 0)
FROM dim_report
"""
_LATEST = f"SELECT run_id, finished_at, files_seen, files_new, files_changed, files_removed FROM {LATEST_RUN}"
_NOT_WAIVED = "FROM cell_discrepancy WHERE severity IN ('error', 'warning') AND NOT waived"
_FLAGGED = f"SELECT count(DISTINCT (agency_id, year)), count(DISTINCT discrepancy), count(*) {_NOT_WAIVED}"
_FLAGGED_BY_RULE = f"SELECT rule, count(DISTINCT discrepancy) {_NOT_WAIVED} GROUP BY 1 ORDER BY 2 DESC, 1"
_REPORTS_BY_FORMAT = "SELECT format, count(*) FROM dim_report GROUP BY 1 ORDER BY 2 DESC, 1"
_REJECTED_BY_REASON = "SELECT reason, count(*) FROM rejected_report GROUP BY 1 ORDER BY 2 DESC, 1"


def _print_summary(con: duckdb.DuckDBPyConnection, warehouse: Address, run_id: str) -> None:
    """What was loaded, flagged and rejected, and why."""
    [(reports, agencies, first, last, digits, used)] = con.execute(_REPORTS).fetchall()
    [(published_run, since, seen, new, changed, removed)] = con.execute(_LATEST).fetchall()
    years = f", {first}–{last}" if first != last else f", {first}" if first else ""
    click.echo(f"{_relative(warehouse)}: {counted(reports, 'report')} of {counted(agencies, 'agency')}{years}")
    if published_run == run_id:
        click.echo(f"  files     {seen} seen: {new} new, {changed} changed; {removed} removed since the last run")
        _print_dropped(con, warehouse)
    else:
        click.echo(f"  files     {seen} seen: unchanged since {since:%Y-%m-%d %H:%M} UTC, nothing was published")
    share = f" ({used / digits:.1%})" if digits else ""
    click.echo(f"  numbers   {used} of the {digits} in the tables read into cells{share}")
    [(flagged, discrepancies, cells)] = con.execute(_FLAGGED).fetchall()
    click.echo(f"  flagged   {counted(flagged, 'report')}{_counts(con, _FLAGGED_BY_RULE)}")
    if cells > discrepancies:
        click.echo(f"            {counted(discrepancies, 'discrepancy')}, marked at {counted(cells, 'cell')}")
    _print_rejected(con)
    _print_sidecar_issues(con)
    superseded = sql.scalar(con, "SELECT count(*) FROM superseded_report")
    if superseded:
        click.echo(f"  set aside {counted(superseded, 'file')} of an agency and year that another file reports better")
    click.echo(f"  formats   {_listed_counts(con, _REPORTS_BY_FORMAT) or 'none'}")
    click.echo(f"  run       {run_id} (in the Dagster UI: make ui)")
    print_next_steps(con, warehouse)


def _print_dropped(con: duckdb.DuckDBPyConnection, warehouse: Address) -> None:
    """How many reports the publication dropped, and why."""
    from pipeline.warehouse import removals

    name = sql.identifier(sql.scalar(con, "SELECT current_database()"))
    try:
        before = target_at(warehouse).previous()
        if before is None:
            return
        before.attach(con, "before")
        dropped = removals.find(con, "before", name)
    except (TargetError, FileNotFoundError, duckdb.Error) as error:
        click.echo(f"  dropped   not known: {error}")
        return
    if dropped:
        click.echo(f"  dropped   {counted(len(dropped), 'report')} ({removals.reasons(dropped)})")


def _print_rejected(con: duckdb.DuckDBPyConnection) -> None:
    rejected = sql.scalar(con, "SELECT count(*) FROM rejected_report")
    click.echo(f"  rejected  {counted(rejected, 'file')}{_counts(con, _REJECTED_BY_REASON)}")
    files = con.execute("SELECT source_file, reason, message FROM rejected_report ORDER BY 1 LIMIT 10").fetchall()
    for name, reason, message in files:
        click.echo(f"            {harmless_line(name)}: {reason}: {message.splitlines()[-1]}")
    if rejected > len(files):
        click.echo(f'            … and {rejected - len(files)} more: ogi sql "FROM rejected_report"')


def _print_sidecar_issues(con: duckdb.DuckDBPyConnection) -> None:
    """What of manifest.csv, agencies.csv and waivers.csv does not count, if anything."""
    if issues := sql.scalar(con, "SELECT count(*) FROM sidecar_issue"):
        by_file = _counts(con, "SELECT source_file, count(*) FROM sidecar_issue GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 5")
        click.echo(
            f"  left out  {counted(issues, 'slip')} of the files beside the reports{by_file}: table sidecar_issue"
        )


def _counts(con: duckdb.DuckDBPyConnection, query: str) -> str:
    """Names and counts in brackets; nothing if there are none."""
    found = _listed_counts(con, query)
    return f" ({found})" if found else ""


def _listed_counts(con: duckdb.DuckDBPyConnection, query: str) -> str:
    return ", ".join(f"{name} {times}" for name, times in con.execute(query).fetchall())


def _relative(warehouse: Address) -> str:
    """A path relative to the current folder, if it lies below it; the address of a DuckLake as it is."""
    path = Path(str(warehouse))
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(warehouse)
