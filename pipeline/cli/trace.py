"""The command ``trace``: where each number of a report was read, as rows, and as a picture of the page.

Belongs here: its arguments, which cells are meant, and what is printed of them. The picture's file is ``picture``'s.
"""

from pathlib import Path
from typing import Any

import click
import duckdb

from pipeline.cli.errors import fail
from pipeline.cli.options import PathOrUrl, format_option, reads_warehouse
from pipeline.cli.printing import print_rows, source
from pipeline.warehouse import query

#: A place on a page, as ``document.Place`` has it.
_PLACE = ("page", "x0", "y0", "x1", "y1")


@click.command()
@click.argument("agency")
@click.argument("year", type=int)
@click.argument("item", required=False)
@click.option("--column", metavar="NAME", help="Only this column (total) or measure of table two (issued).")
@click.option(
    "--picture",
    type=click.Path(path_type=Path),
    metavar="OUT.png",
    help="Draw the pages of the PDF with these cells marked, too. A picture of this command is replaced; any other "
    "file is left alone.",
)
@click.option(
    "--source",
    "source_folder",
    type=PathOrUrl(exists=True),
    help="Where the picture's PDF lies: the folder or URL that was ingested, or the file itself. Default: setting "
    "OGI_SOURCE, else data/raw of the project.",
)
@click.option(
    "-v", "--verbose", is_flag=True, help="Print also the page and the box on it, in points; JSON always has them."
)
@format_option("table", "csv", "json")
@reads_warehouse
def trace(
    con: duckdb.DuckDBPyConnection,
    agency: str,
    year: int,
    item: str | None,
    column: str | None,
    picture: Path | None,
    source_folder: Path | None,
    verbose: bool,
    kind: str,
) -> None:
    """Print each number with its source file, line and the line's text; of a PDF with its page.

    ITEM is the code of a row (new_received), track or disclosure item; all rows if it is left out. Of a page, x0, y0,
    x1 and y1 are the left, upper, right and lower edge of the number's cell, in points from the upper left corner.

    Exit code: 0 printed, 1 there is no such number, or no picture of it, 2 wrong usage.

    \b
    Example:
      ogi trace 红旗区东街 2025 new_received
      ogi trace 洪泽区人民政府 2023 new_received --column total --picture total.png
    """
    if source_folder is not None and picture is None:
        raise click.UsageError("--source: only a picture (--picture) needs the file")
    if picture is not None and picture.suffix.lower() != ".png":
        raise click.UsageError("--picture: it is written as PNG; give it a name that ends in .png")
    report = query.report(con, agency, year)
    cells = _wanted(query.cells(con, report), report, item, column)
    if picture is not None:
        from pipeline.cli.picture import write

        write(picture, report, cells, source_folder)
    print_rows([_row(report, cell, kind, verbose) for cell in cells], kind)
    if picture is not None:
        click.echo(f"picture: {picture}", err=True)


def _wanted(
    cells: list[dict[str, Any]], of: query.Report, item: str | None, column: str | None
) -> list[dict[str, Any]]:
    """The cells of an item and a column, where they are given."""
    for what, name, value in (("item", "item", item), ("column", "column_name", column)):
        found = [cell for cell in cells if value in (None, cell[name])]
        if not found:
            known = ", ".join(dict.fromkeys(str(cell[name]) for cell in cells))
            fail(f"the report of {of.agency} of {of.year} has no {what} {value}; it has {known}")
        cells = found
    return cells


def _row(of: query.Report, cell: dict[str, Any], kind: str, verbose: bool) -> dict[str, Any]:
    """What is printed of a cell."""
    row = {
        "item": cell["item"],
        "column": cell["column_name"],
        "value": cell["value"],
        "state": cell["state"],
        "source": source(of.source_file, cell["line"], cell["page"]),
        "text": cell["text"],
    }
    if kind == "json":
        row |= {"source_file": of.source_file, "source_line": cell["line"]}
    return row | {name: cell[name] for name in _PLACE} if verbose or kind == "json" else row
