"""Commands that print what a warehouse holds: ``show``, ``agencies``, ``sql``.

Belongs here: arguments, and which rows are printed. The queries are ``warehouse.query``'s. ``issues`` and ``trace``
have modules of their own.
"""

import io
import sys
from collections import Counter
from contextlib import redirect_stdout

import click
import duckdb

from pipeline.cli import query_errors
from pipeline.cli.errors import fail, wrong_usage
from pipeline.cli.options import format_option, reads_warehouse
from pipeline.cli.printing import console, print_rows, records, terminal_width, waiting
from pipeline.cli.streams import direct
from pipeline.warehouse import query
from pipeline.warehouse.guarded_query import Bounds, NotAQueryError, bind, expect_query

#: Statements that ``ogi sql`` runs.
_READ_ONLY = {duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN, duckdb.StatementType.PRAGMA}
#: A query of ``ogi sql`` has all the time and rows that it wants: whoever typed it can end it.
_BOUNDS = Bounds(memory_mb=2000)


@click.command()
@click.argument("agency")
@click.argument("year", type=int)
@reads_warehouse
def show(con: duckdb.DuckDBPyConnection, agency: str, year: int) -> None:
    """Print one report's tables as the official form lays them out.

    AGENCY is a name, a part of one that no other has, or an id. Numbers behind a cell refer to the issues below.

    \b
    Example:
      ogi show 红旗区东街街道办事处 2025
    """
    from pipeline.cli import report_tables

    report = query.report(con, agency, year)
    issues = records(query.issues(con, query.Wanted(year=year, agencies=[report.agency_id], waived=True)))
    report_tables.show(console(), report, query.cells(con, report), issues, query.reasons(con, report))


@click.command()
@click.option(
    "--suggest", is_flag=True, help="Print them as an agencies.csv to look over, with candidates for merging."
)
@format_option("table", "csv", "json")
@reads_warehouse
def agencies(con: duckdb.DuckDBPyConnection, suggest: bool, kind: str) -> None:
    """List the agencies: where they are, what they are, and their years.

    \b
    Example:
      ogi agencies
      ogi agencies --suggest > data/raw/agencies.csv
    """
    if suggest:
        from pipeline.regions.suggest import suggest as suggestions

        print_rows(list(suggestions(con)), "csv" if kind == "table" else kind)
    else:
        print_rows(records(query.agencies(con)), kind)


@click.command()
@click.argument("statement", metavar='"SELECT …"')
@format_option("table", "csv", "json", "parquet")
@reads_warehouse
def sql(con: duckdb.DuckDBPyConnection, statement: str, kind: str) -> None:
    """Run a read-only query and print its result.

    Nothing can be written, neither to the warehouse nor to files: redirect the output instead.

    Exit code: 0 printed, 1 a value stopped the query, 2 the statement is wrong.

    \b
    Example:
      ogi sql "SELECT name, year, total FROM fact_application_handling
               JOIN dim_agency USING (agency_id) WHERE item = 'new_received'"
      ogi sql "FROM quality_issue" --format parquet > issues.parquet
    """
    bind(con, _BOUNDS)
    with query_errors.told():
        try:
            expect_query(con, statement, _READ_ONLY)
        except NotAQueryError as error:
            wrong_usage(error)
        _print_result(con.sql(statement), kind)


def _print_result(result: duckdb.DuckDBPyRelation | None, kind: str) -> None:
    """Print what a query found."""
    if result is None:
        return
    if kind == "table":
        width, table = terminal_width(), io.StringIO()
        with waiting("asking"), redirect_stdout(table):
            result.show(max_width=width, max_rows=200)
        sys.stdout.write(table.getvalue())  # which shows what would act as escapes
    elif kind == "parquet":
        _write_parquet(result)
    elif twice := [name for name, times in Counter(result.columns).items() if times > 1]:
        wrong_usage(f"several columns are called {', '.join(twice)}; give each a name of its own (AS …)")
    else:
        with waiting("asking"):
            rows = records(result)
        print_rows(rows, kind)


def _write_parquet(result: duckdb.DuckDBPyRelation) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    if sys.stdout.isatty():
        wrong_usage("Parquet is no text: redirect the output to a file")
    try:
        pq.write_table(result.to_arrow_table(), direct(sys.stdout).buffer)
    except pa.ArrowException as error:
        fail(f"Parquet has no such value: {query_errors.one_line(str(error))}; cast it (CAST(… AS VARCHAR))")
