"""Commands that write a warehouse to files: ``export`` and ``site``.

Belongs here: arguments, and what is printed at the end. The files are ``pipeline.export``'s and ``pipeline.site``'s.
"""

from pathlib import Path

import click
import duckdb

from pipeline.cli.errors import fail
from pipeline.cli.options import reads_warehouse
from pipeline.cli.printing import ProgressBar, counted


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--format",
    "kind",
    type=click.Choice(["parquet", "csv", "xlsx"]),
    default="parquet",
    show_default=True,
    help="File format.",
)
@click.option("--table", "tables", multiple=True, metavar="NAME", help="Only this table or view. Can be repeated.")
@reads_warehouse
def export(con: duckdb.DuckDBPyConnection, folder: Path, kind: str, tables: tuple[str, ...]) -> None:
    """Write every table and view to files, with a data dictionary, a glossary and datapackage.json.

    Parquet is in folders by year, CSV as Excel wants it (UTF-8 with a byte order mark, no text can run as a formula),
    XLSX one workbook with Chinese heads, a sheet a view and table. All is read back and compared with the warehouse
    before it takes its place in DIR; an earlier export of the same format is replaced whole, other files stay.

    Exit code: 0 written and compared, 1 not, and DIR is as it was, 2 wrong usage.

    \b
    Example:
      ogi export /data/export --format csv
      ogi export /data/years --format xlsx --table agency_year --table quality_issue
    """
    from pipeline.export.build import export as write
    from pipeline.export.errors import ExportError, UnknownTableError

    try:
        with ProgressBar() as bar:
            exported = write(con, folder, kind, tables, bar)
    except UnknownTableError as error:
        raise click.UsageError(f"--table: {error}") from error
    except ExportError as error:
        fail(error)
    for name, count in exported.rows.items():
        click.echo(f"{count:>10,}  {name}")
    for note in exported.notes:
        click.echo(note)
    click.echo(f"written to {folder} as {kind}, read back and compared; see data_dictionary.html and datapackage.json")


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@reads_warehouse
def site(con: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Write a static site to look at: overview, a page an agency, search, contradictions, downloads.

    It opens from the folder, without a server and without the network: open DIR/index.html in a browser. DIR is made,
    or is a site of this program, which is then replaced; any other folder that is not empty is left alone.

    \b
    Example:
      ogi site /data/site
    """
    from pipeline.site.build import write
    from pipeline.site.folder import SiteError

    try:
        with ProgressBar() as bar:
            written = write(con, folder, lambda done, total: bar("agencies", done, total))
    except SiteError as error:
        fail(error)
    click.echo(
        f"{counted(written.pages, 'page')} of {counted(written.agencies, 'agency')}, {counted(written.issues, 'issue')}"
    )
    click.echo(f"open {folder / 'index.html'}")
