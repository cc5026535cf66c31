"""The ``ogi`` command: what the contract promises, said to people.

Belongs here: arguments, exit codes and the words around results. The work is done elsewhere; Dagster is only
imported by the command that runs it.
"""

import csv
import json
import logging
import os
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import wraps
from pathlib import Path
from typing import Any, NoReturn

import click
import duckdb
from pydantic import ValidationError
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from pipeline import __version__, addresses
from pipeline.addresses import Lake, Target, is_url, path_at
from pipeline.settings import Settings
from pipeline.sources.store import StoreError
from pipeline.warehouse import query
from pipeline.warehouse.connection import confine, connect
from pipeline.warehouse.errors import TargetError, UnsupportedError
from pipeline.warehouse.target import target_at

_WIDTH_OF_FILES = 200


class _Failure(click.ClickException):
    """Something went wrong that is not the user's wording; exit code 1."""

    exit_code = 1

    def show(self, file: Any = None) -> None:
        click.echo(f"ogi: {self.format_message()}", err=True)


def _fail(message: object) -> NoReturn:
    raise _Failure(str(message))


class _Target(click.ParamType[Target]):
    """A warehouse: the path of a file, or the address of a DuckLake."""

    name = "FILE or ducklake:…"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Target:
        try:
            return addresses.target(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)


class _Place(click.Path):
    """A file or folder, or the URL of one."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        return path_at(value) if is_url(value) else Path(os.fsdecode(super().convert(value, param, ctx)))


#: What ``ogi sql`` may be asked.
_READING = {duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN, duckdb.StatementType.PRAGMA}


def _settings() -> Settings:
    """The settings of this process, or what is wrong with them."""
    try:
        return Settings()
    except ValidationError as error:
        said = "; ".join(
            f"OGI_{str(each['loc'][0]).upper()}: {each['msg'].removeprefix('Value error, ')}"
            for each in error.errors()
            if each["type"] != "default_factory_not_called"  # which follows from another
        )
        raise click.UsageError(said) from error


def _reads_warehouse(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command ``--warehouse``, ``--at`` and an open, read-only connection; say the usual failures in words."""

    @click.option(
        "--warehouse",
        type=_Target(),
        help="The warehouse: a file or a DuckLake. Default: setting OGI_WAREHOUSE, else data/warehouse/ogi.duckdb of "
        "the project.",
    )
    @click.option(
        "--at",
        type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]),
        help="The warehouse as it was at this moment of UTC; a DuckLake only. A day alone means its begin.",
    )
    @wraps(command)
    def wrapper(warehouse: Target | None, at: datetime | None, **arguments: Any) -> Any:
        path = target_at(warehouse or _settings().warehouse)
        if at is not None:
            try:
                path = path.at(at.replace(tzinfo=UTC))
            except UnsupportedError as error:
                raise click.UsageError(f"--at: {error}") from error
        try:
            with path.connect() as con:
                return command(con=con, **arguments)
        except (FileNotFoundError, query.NotFoundError, TargetError) as error:
            _fail(error)
        except PermissionError as error:
            _fail(f"{path}: you may not read the warehouse ({error.strerror}); ask for the rights to its folder")
        except (duckdb.CatalogException, duckdb.BinderException) as error:
            _fail(f"{path}: not a warehouse of this program: {error}")
        except (duckdb.IOException, duckdb.SerializationException) as error:
            _fail(f"{path}: the file cannot be opened: {error}")

    return wrapper


def _format_option(*formats: str) -> Callable[..., Any]:
    return click.option(
        "--format", "kind", type=click.Choice(formats), default="table", show_default=True, help="How to print."
    )


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="ogi")
def main() -> None:
    """China's yearly open government information reports as a warehouse you can query.

    \b
    Example:
      ogi ingest                                   read data/raw into the warehouse
      ogi show 红旗区东街 2025                       one report as the official form
      ogi sql "SELECT name FROM dim_agency"        ask anything
    """


@main.command()
@click.argument("sources", nargs=-1, metavar="[SOURCE]...", type=_Place(exists=True))
@click.option(
    "--warehouse",
    type=_Target(),
    help="The file to publish, or a DuckLake (ducklake:postgres:dbname=…, ducklake:sqlite:FILE). Default: setting "
    "OGI_WAREHOUSE, else data/warehouse/ogi.duckdb of the project.",
)
@click.option(
    "--staging",
    type=_Place(file_okay=False),
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
@click.option("-v", "--verbose", is_flag=True, help="Tell the story of the run, step by step.")
def ingest(
    sources: tuple[Path, ...], warehouse: Target | None, staging: Path | None, years: tuple[int, ...], verbose: bool
) -> None:
    """Read reports and publish the warehouse.

    SOURCE is a file or a folder, searched recursively, or a URL such as s3://bucket/folder; data/raw of the project if
    none is given. Afterwards the warehouse holds the reports of these sources and nothing else (but see --year).
    Rejected reports do not make the run fail.

    \b
    Exit code: 0 published, 1 not published, 2 wrong usage.

    Example:
      ogi ingest reports/2024 reports/2025 --warehouse /data/ogi.duckdb
      ogi ingest s3://reports/2025 --warehouse "ducklake:postgres:dbname=ogi host=db" --year 2025
    """
    if verbose:
        logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", datefmt="%H:%M:%S", stream=sys.stderr)
        logging.getLogger("alembic").setLevel(logging.WARNING)  # how Dagster makes its tables is another story
    from pipeline.cli import dagster_run
    from pipeline.sources.files import SourceError
    from pipeline.staging.parquet import StagingError
    from pipeline.system.processes import ProcessPoolError
    from pipeline.system.remedies import remedy
    from pipeline.warehouse.errors import PublishError

    defaults = _settings()
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
    roots = list(sources) or [settings.source]
    bar = _Bar()
    try:
        with bar:
            run_id = dagster_run.ingest(roots, settings, bar, sorted(set(years)))
    except SourceError as error:
        if isinstance(error.__cause__, OSError):  # what was asked for is right, and the machine will not give it
            _fail(error)
        raise click.UsageError(str(error)) from error
    except dagster_run.YearError as error:
        raise click.UsageError(f"--year: {error}") from error
    except (
        PublishError,
        StagingError,
        ProcessPoolError,
        StoreError,
        dagster_run.HomeError,
        dagster_run.StepError,
    ) as error:
        _fail(error)
    except OSError as error:
        what = remedy(error, "--staging or OGI_STAGING")
        _fail(f"{error.filename or settings.staging}: {error.strerror or error}{what}. Nothing was published")
    with connect(settings.warehouse) as con:
        _summary(con, settings, run_id)


def _absolute(place: Any) -> Any:
    """A path from the root; addresses as they are."""
    return place if isinstance(place, Lake) or is_url(place) else place.absolute()


class _Bar:
    """A progress bar on a terminal; silent elsewhere. Steps of the run call it."""

    def __init__(self) -> None:
        console = Console(stderr=True)
        self._progress = Progress(
            TextColumn("{task.description:<8}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=console,
            disable=not console.is_terminal,
        )
        self._tasks: dict[str, TaskID] = {}

    def __enter__(self) -> "_Bar":
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def __call__(self, what: str, done: int, total: int) -> None:
        if what not in self._tasks:
            self._tasks[what] = self._progress.add_task(what, total=total)
        self._progress.update(self._tasks[what], completed=done)


def _summary(con: duckdb.DuckDBPyConnection, settings: Settings, run_id: str) -> None:
    """What was loaded, flagged and rejected, and why."""
    reports, agencies, first, last, digits, used = _row(
        con,
        "SELECT count(*), count(DISTINCT agency_id), min(year), max(year), coalesce(sum(digits), 0), "
        "coalesce(sum(digits_used), 0) FROM dim_report",
    )
    seen, new, changed, removed = _row(
        con, "SELECT files_seen, files_new, files_changed, files_removed FROM ingest_run"
    )
    years = f", {first}–{last}" if first != last else f", {first}" if first else ""
    click.echo(f"{_nearby(settings.warehouse)}: {_of(reports, 'report')} of {_of(agencies, 'agency')}{years}")
    click.echo(f"  files     {seen} seen: {new} new, {changed} changed; {removed} removed since the last run")
    share = f" ({used / digits:.1%})" if digits else ""
    click.echo(f"  numbers   {used} of the {digits} in the tables read into cells{share}")
    flagged = _row(
        con,
        "SELECT count(DISTINCT (agency_id, year)) FROM quality_issue "
        "WHERE severity IN ('error', 'warning') AND NOT waived",
    )[0]
    click.echo(f"  flagged   {_of(flagged, 'report')}{_reasons(con, _FLAGGED)}")
    rejected = _row(con, "SELECT count(*) FROM rejected_report")[0]
    click.echo(f"  rejected  {_of(rejected, 'file')}{_reasons(con, _REJECTED)}")
    files = con.execute("SELECT source_file, reason, message FROM rejected_report ORDER BY 1 LIMIT 10").fetchall()
    for name, reason, message in files:
        click.echo(f"            {name}: {reason}: {message.splitlines()[-1]}")
    if rejected > len(files):
        click.echo(f'            … and {rejected - len(files)} more: ogi sql "FROM rejected_report"')
    superseded = _row(con, "SELECT count(*) FROM superseded_report")[0]
    if superseded:
        click.echo(f"  set aside {_of(superseded, 'file')} of an agency and year that another file reports better")
    click.echo(f"  run       {run_id} (in the Dagster UI: make ui)")


_FLAGGED = (
    "SELECT rule, count(*) FROM quality_issue WHERE severity IN ('error', 'warning') AND NOT waived "
    "GROUP BY 1 ORDER BY 2 DESC, 1"
)
_REJECTED = "SELECT reason, count(*) FROM rejected_report GROUP BY 1 ORDER BY 2 DESC, 1"


def _reasons(con: duckdb.DuckDBPyConnection, sql: str) -> str:
    found = con.execute(sql).fetchall()
    return f" ({', '.join(f'{name} {times}' for name, times in found)})" if found else ""


def _row(con: duckdb.DuckDBPyConnection, sql: str) -> tuple[Any, ...]:
    row = con.execute(sql).fetchone()
    assert row is not None
    return row


def _of(number: int, noun: str) -> str:
    plural = noun[:-1] + "ies" if noun.endswith("y") else noun + "s"
    return f"{number} {noun if number == 1 else plural}"


def _nearby(path: Target) -> str:
    """The path as seen from here, where that is shorter."""
    shown = Path(str(path))
    return str(shown.relative_to(Path.cwd())) if shown.is_relative_to(Path.cwd()) else str(path)


@main.command()
@click.argument("agency")
@click.argument("year", type=int)
@_reads_warehouse
def show(con: duckdb.DuckDBPyConnection, agency: str, year: int) -> None:
    """Print one report's tables as the official form lays them out.

    AGENCY is a name, a part of one that no other has, or an id. Numbers behind a cell refer to the issues below.

    \b
    Example:
      ogi show 红旗区东街街道办事处 2025
    """
    from pipeline.cli import report_tables

    report = query.report(con, agency, year)
    issues = _records(query.issues(con, None, report.agency_id, year, waived=True))
    report_tables.show(_console(), report, query.cells(con, report), issues, query.reasons(con, report))


@main.command()
@click.argument("agency")
@click.argument("year", type=int)
@click.argument("item", required=False)
@_format_option("table", "csv", "json")
@_reads_warehouse
def trace(con: duckdb.DuckDBPyConnection, agency: str, year: int, item: str | None, kind: str) -> None:
    """Print each number with its source file, line and the line's text.

    ITEM is the code of a row (new_received), track or disclosure item; all rows if it is left out.

    \b
    Example:
      ogi trace 红旗区东街 2025 new_received
    """
    report = query.report(con, agency, year)
    cells = [cell for cell in query.cells(con, report) if item in (None, cell["item"])]
    if not cells:
        known = ", ".join(dict.fromkeys(str(cell["item"]) for cell in query.cells(con, report)))
        raise click.UsageError(f"the report has no item {item}; it has {known}")
    rows = [
        {
            "item": cell["item"],
            "column": cell["column_name"],
            "value": cell["value"],
            "state": cell["state"],
            "source": report.source_file if cell["line"] is None else f"{report.source_file}:{cell['line']}",
            "text": cell["text"],
        }
        for cell in cells
    ]
    _print(rows, kind)


@main.command()
@click.option("--rule", help="Only this rule, e.g. balance.")
@click.option("--agency", help="Only this agency: a name, part of one, or an id.")
@click.option("--year", type=int, help="Only this year.")
@click.option("--waived", is_flag=True, help="Also those that a waivers.csv marks as known; the column waived tells.")
@_format_option("table", "csv", "json")
@_reads_warehouse
def issues(
    con: duckdb.DuckDBPyConnection, rule: str | None, agency: str | None, year: int | None, waived: bool, kind: str
) -> None:
    """List what contradicts what in the reports, errors first.

    \b
    Example:
      ogi issues --rule balance --year 2025 --format csv
      ogi issues --agency 红旗区东街 --waived
    """
    if rule is not None and rule not in query.rules(con):
        raise click.UsageError(f"there is no rule {rule}; the rules are {', '.join(query.rules(con))}")
    code = query.agency(con, agency)[0] if agency else None
    rows = _records(query.issues(con, rule, code, year, waived))
    if not rows and kind == "table":
        click.echo("no issues")
    else:
        _print(_for_reading(rows) if kind == "table" else rows, kind)
    if kind == "table" and not waived and (hidden := query.waived(con, rule, code, year)):
        click.echo(f"{_of(hidden, 'waived issue')} not shown; --waived shows them", err=True)


def _for_reading(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Issues in the few columns that fit on a screen; CSV and JSON have all of them."""
    return [
        {
            "agency": row["agency"],
            "year": row["year"],
            "severity": row["severity"],
            "rule": row["rule"],
            "message": row["message"] + (f"（建议核对：{row['suggestion']}）" if row["suggestion"] else ""),
            "source": row["source_file"] + (f":{row['source_line']}" if row["source_line"] else ""),
            **({"waived": row["waived"]} if "waived" in row else {}),
        }
        for row in rows
    ]


@main.command()
@click.option(
    "--suggest", is_flag=True, help="Print them as an agencies.csv to look over, with candidates for merging."
)
@_format_option("table", "csv", "json")
@_reads_warehouse
def agencies(con: duckdb.DuckDBPyConnection, suggest: bool, kind: str) -> None:
    """List the agencies: where they are, what they are, and their years.

    \b
    Example:
      ogi agencies
      ogi agencies --suggest > data/raw/agencies.csv
    """
    if suggest:
        from pipeline.regions.suggest import suggest as lines

        _print(list(lines(con)), "csv" if kind == "table" else kind)
    else:
        _print(_records(query.agencies(con)), kind)


@main.command()
@click.argument("statement", metavar='"SELECT …"')
@_format_option("table", "csv", "json", "parquet")
@_reads_warehouse
def sql(con: duckdb.DuckDBPyConnection, statement: str, kind: str) -> None:
    """Run a read-only query and print its result.

    Nothing can be written, neither to the warehouse nor to files: redirect the output instead.

    \b
    Example:
      ogi sql "SELECT name, year, total FROM fact_application_handling
               JOIN dim_agency USING (agency_id) WHERE item = 'new_received'"
      ogi sql "FROM quality_issue" --format parquet > issues.parquet
    """
    confine(con)
    try:
        if unreadable := [each.type.name for each in con.extract_statements(statement) if each.type not in _READING]:
            raise click.UsageError(f"only queries can be run; {', '.join(unreadable)} is none")
        result = con.sql(statement)
    except duckdb.Error as error:
        raise click.UsageError(str(error)) from error
    if result is None:
        return
    if kind == "table":
        result.show(max_width=_terminal_width(), max_rows=200)
    elif kind == "parquet":
        import pyarrow.parquet as pq

        if sys.stdout.isatty():
            raise click.UsageError("Parquet is no text: redirect the output to a file")
        pq.write_table(result.to_arrow_table(), sys.stdout.buffer)
    else:
        _print(_records(result), kind)


@main.command()
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--format",
    "kind",
    type=click.Choice(["parquet", "csv", "xlsx"]),
    default="parquet",
    show_default=True,
    help="File format.",
)
@_reads_warehouse
def export(con: duckdb.DuckDBPyConnection, folder: Path, kind: str) -> None:
    """Write every table and view to files, with a data dictionary, a glossary and datapackage.json.

    Parquet is in folders by year, CSV as Excel wants it (UTF-8 with a byte order mark, no text can run as a formula),
    XLSX one workbook with Chinese heads, a sheet a view and table. All is read back and compared with the warehouse
    before it takes its place in DIR; an earlier export of the same format is replaced, other files are left alone.

    Exit code: 0 written and compared, 1 not, and DIR is as it was, 2 wrong usage.

    \b
    Example:
      ogi export /data/export --format csv
    """
    from pipeline.export import ExportError
    from pipeline.export import export as write

    try:
        exported = write(con, folder, kind)
    except ExportError as error:
        _fail(error)
    for name, count in exported.rows.items():
        click.echo(f"{count:>10,}  {name}")
    for note in exported.notes:
        click.echo(note)
    click.echo(f"written to {folder} as {kind}, read back and compared; see data_dictionary.html and datapackage.json")


@main.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@_reads_warehouse
def site(con: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Write a static site to look at: overview, a page an agency, search, contradictions, downloads.

    It opens from the folder, without a server and without the network: open DIR/index.html in a browser. DIR is made,
    or is a site of this program, which is then replaced; any other folder that is not empty is left alone.

    \b
    Example:
      ogi site /data/site
    """
    from pipeline.site import SiteError, write

    try:
        with _Bar() as bar:
            written = write(con, folder, lambda done, total: bar("agencies", done, total))
    except SiteError as error:
        _fail(error)
    click.echo(f"{_of(written.pages, 'page')} of {_of(written.agencies, 'agency')}, {_of(written.issues, 'issue')}")
    click.echo(f"open {folder / 'index.html'}")


@main.command()
@click.argument("old", type=_Target())
@click.argument("new", type=_Target(), required=False)
@_format_option("table", "csv", "json")
def diff(old: Target, new: Target | None, kind: str) -> None:
    """Count the rows that differ between two warehouses, by table, agency and year.

    OLD and NEW are files that ogi ingest published, or DuckLakes. OLD alone is a DuckLake: as it is, against what it
    was before its last publication. When a file was first seen, earlier versions of files and the run
    itself are not compared. Tables without a key have no changed rows: a row is removed and another added.

    Exit code: 0 compared, whether they differ or not, 1 a file cannot be opened, 2 wrong usage.

    \b
    Example:
      ogi diff data/warehouse/ogi.previous.duckdb data/warehouse/ogi.duckdb
    """
    from pipeline.warehouse.diff import DiffError, summary
    from pipeline.warehouse.diff import diff as compare

    try:
        if new is None:
            old, new = _before(old), old
        found = compare(old, new)
    except DiffError as error:
        _fail(error)
    if kind != "table":
        _print(found.to_dicts(), kind)
    elif found.is_empty():
        click.echo("no differences")
    else:
        _print(found.to_dicts(), kind)
        click.echo("in all:")
        _print(summary(found).to_dicts(), kind)


def _before(target: Target) -> Target:
    """A lake as it was before its last publication."""
    now = target_at(target)
    if not now.keeps_history:
        raise click.UsageError("two files are compared: give OLD and NEW")
    try:
        before = now.previous()
    except (FileNotFoundError, TargetError) as error:
        _fail(error)
    if before is None:
        _fail(f"{target}: nothing is kept of what was published before")
    return before.address


def _records(relation: duckdb.DuckDBPyRelation) -> list[dict[str, Any]]:
    return [dict(zip(relation.columns, row, strict=True)) for row in relation.fetchall()]


def _print(rows: list[dict[str, Any]], kind: str) -> None:
    if kind == "json":
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2, default=_plain))
    elif kind == "csv":
        names = list(rows[0]) if rows else []
        writer = csv.DictWriter(sys.stdout, names, lineterminator="\n")
        writer.writeheader()
        writer.writerows({key: _plain(value) for key, value in row.items()} for row in rows)
    else:
        _print_table(rows)


def _print_table(rows: list[dict[str, Any]]) -> None:
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name in rows[0] if rows else []:
        number = all(isinstance(row[name], int | Decimal | None) for row in rows)
        table.add_column(name, justify="right" if number else "left", overflow="fold")
    for row in rows:
        table.add_row(*["" if value is None else str(_plain(value)) for value in row.values()])
    _console().print(table, markup=False)


def _plain(value: Any) -> Any:
    """A value as JSON and CSV have it: numbers without needless decimals, moments in ISO form."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, date | datetime):
        return value.isoformat()
    return value


def _console() -> Console:
    """A console as wide as the terminal, or wide enough for a file."""
    return Console(width=None if sys.stdout.isatty() else _WIDTH_OF_FILES, highlight=False)


def _terminal_width() -> int:
    return Console().width if sys.stdout.isatty() else _WIDTH_OF_FILES
