"""The command ``issues``: what contradicts what, whole for programs, and on a terminal as much as one can look at.

Belongs here: its arguments, and how issues look on a screen. The queries are ``warehouse.query``'s.
"""

from dataclasses import replace
from typing import Any

import click
import duckdb

from pipeline.cli.errors import fail
from pipeline.cli.options import format_option, reads_warehouse
from pipeline.cli.printing import console, counted, is_terminal, print_rows, records, source
from pipeline.text import harmless
from pipeline.warehouse import query

#: On a terminal more issues than this are summed up by rule first, and only the first of them are listed.
_MANY = 40
_FIRST = 20
#: A terminal with fewer columns shows an issue in lines of its own rather than in a row of a table.
_WIDE = 130


@click.command()
@click.option("--rule", help="Only this rule, e.g. balance.")
@click.option("--agency", help="Only agencies whose names have this part, e.g. 红旗区; or the one of this name or id.")
@click.option("--year", type=int, help="Only this year.")
@click.option("--severity", type=click.Choice(["error", "warning", "info"]), help="Only these.")
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    help=f"No more than so many. Default: all; on a terminal {_FIRST} where there are more than {_MANY}.",
)
@click.option(
    "--summary",
    is_flag=True,
    help="How many discrepancies there are of each rule, in how many reports and cells (issues), instead.",
)
@click.option(
    "--explain", is_flag=True, help="What each rule says, why it matters and what may have happened, instead."
)
@click.option("--waived", is_flag=True, help="Also those that a waivers.csv marks as known; the column waived tells.")
@format_option("table", "csv", "json")
@reads_warehouse
def issues(
    con: duckdb.DuckDBPyConnection,
    rule: str | None,
    agency: str | None,
    year: int | None,
    severity: str | None,
    limit: int | None,
    summary: bool,
    explain: bool,
    waived: bool,
    kind: str,
) -> None:
    """List what contradicts what in the reports, errors first.

    An issue stands at a cell. A discrepancy is one rule broken once: between two years of an agency, in however many
    cells of the two reports; else in one row, column, cell or sentence. The summary counts discrepancies.

    On a terminal many issues are summed up by rule, and the first of them listed below. CSV, JSON and what goes to a
    file or another program have all of them, unless --limit or --summary is given.

    \b
    Example:
      ogi issues --rule balance --year 2025 --format csv
      ogi issues --agency 红旗区东街 --waived
      ogi issues --agency 红旗区 --severity error --limit 10
      ogi issues --summary
      ogi issues --explain --rule carry_over
    """
    if summary and explain:
        raise click.UsageError("--summary: what rules say has no numbers; leave out one of --summary and --explain")
    if rule is not None and rule not in query.rules(con):
        fail(f"there is no rule {rule}; the rules are {', '.join(query.rules(con))}")
    if explain:
        explained = records(query.explanations(con, rule, severity))
        _print_explanations(explained) if kind == "table" else print_rows(explained, kind)
        return
    agencies = [code for code, _ in query.fitting_agencies(con, agency)] if agency else None
    wanted = query.Wanted(rule, severity, year, agencies, waived)
    found = query.count_issues(con, wanted)
    if summary and limit is not None:
        raise click.UsageError("--limit: a summary has a line a rule, and all of them")
    if not found and kind == "table":
        click.echo("no issues")
    elif summary:
        by_rule = records(query.issues_by_rule(con, wanted))
        _print_summary(by_rule) if kind == "table" else print_rows(by_rule, kind)
    else:
        _print(con, wanted, found, limit, kind)
    if kind == "table" and not waived:
        _print_hidden(con, wanted, found)


def _print_explanations(rows: list[dict[str, Any]]) -> None:
    """What the rules say to people who do not know the form, in both languages."""
    for row in rows:
        click.secho(f"{row['rule']}  {row['severity']}  {row['title_zh']}  {row['title_en']}", bold=True)
        for language in ("zh", "en"):
            for part in ("says", "matters", "causes"):
                click.echo(f"    {row[f'{part}_{language}']}")
        click.echo(f"    {row['formula']}")


def _print(con: duckdb.DuckDBPyConnection, wanted: query.Wanted, found: int, limit: int | None, kind: str) -> None:
    """The issues; on a terminal their summary first where they are many."""
    if kind == "table" and limit is None and found > _MANY and is_terminal():
        _print_summary(records(query.issues_by_rule(con, wanted)))
        limit = _FIRST
    rows = records(query.issues(con, wanted, limit))
    if kind == "table":
        _print_list([_screen_columns(row) for row in rows])
    else:
        print_rows(rows, kind)
    if len(rows) < found:
        how = "--rule, --agency, --year and --severity narrow them"
        click.echo(f"the first {len(rows)} of {found} issues; {how}, --limit {found} lists all", err=True)


def _print_summary(rows: list[dict[str, Any]]) -> None:
    """The summary by rule; a narrow terminal has no room for the titles in English."""
    hidden = {"title_en"} if _is_narrow() else set()
    print_rows([{name: value for name, value in row.items() if name not in hidden} for row in rows], "table")


def _print_list(rows: list[dict[str, Any]]) -> None:
    """Issues as a table; on a narrow terminal one below the other, the message of each on lines of its own."""
    if not _is_narrow():
        print_rows(rows, "table")
        return
    from rich.padding import Padding
    from rich.text import Text

    narrow = console()
    for row in rows:
        message = row.pop("message")
        row["waived"] = "waived" if row.get("waived") else ""
        head = "  ".join(str(value) for value in row.values() if value != "")
        narrow.print(Text(harmless(head), style="bold" if row["severity"] == "error" else ""))
        narrow.print(Padding(Text(harmless(message)), (0, 0, 0, 4)))


def _is_narrow() -> bool:
    return is_terminal() and console().width < _WIDE


def _screen_columns(row: dict[str, Any]) -> dict[str, Any]:
    """An issue in the few columns that fit on a screen; CSV and JSON have all of them."""
    return {
        "agency": row["agency"],
        "year": row["year"],
        "severity": row["severity"],
        "rule": row["rule"],
        "message": row["message"] + (f"（建议核对：{row['suggestion']}）" if row["suggestion"] else ""),
        "source": source(row["source_file"], row["source_line"], row["page"]),
        **({"waived": row["waived"]} if "waived" in row else {}),
    }


def _print_hidden(con: duckdb.DuckDBPyConnection, wanted: query.Wanted, found: int) -> None:
    if hidden := query.count_issues(con, replace(wanted, waived=True)) - found:
        click.echo(f"{counted(hidden, 'waived issue')} not shown; --waived shows them", err=True)
