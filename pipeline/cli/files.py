"""Commands that write a warehouse to files: ``export``, ``site`` and ``release``.

Belongs here: arguments, and what is printed at the end. The files are those of ``pipeline.export``, ``pipeline.site``
and ``pipeline.release``.
"""

from pathlib import Path

import click
import duckdb

from pipeline.addresses import Address
from pipeline.cli.errors import fail
from pipeline.cli.options import WarehouseType, configured_warehouse, reads_warehouse
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


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option(
    "--since", type=WarehouseType(), help="The warehouse of the last release: changes.csv counts what differs since."
)
@click.option(
    "--accuracy",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="The accuracy of the reader, as make accuracy > FILE prints it: added as accuracy.txt.",
)
@click.option(
    "--warehouse",
    type=WarehouseType(),
    help="The warehouse: a file or a DuckLake. Default: setting OGI_WAREHOUSE, else data/warehouse/ogi.duckdb of the "
    "project.",
)
def release(folder: Path, since: Address | None, accuracy: Path | None, warehouse: Address | None) -> None:
    """Write all that is handed on into one new folder: exports in every format, the site, hashes of every file.

    release.json names the run and every file with its size and hash, SHA256SUMS is for sha256sum --check. The same
    warehouse gives the same bytes. A release is never replaced: DIR must not exist.

    Exit code: 0 written, 1 not, and nothing is left of it, 2 wrong usage.

    \b
    Example:
      ogi release /data/releases/2026-11
      ogi release /data/releases/2026-12 --since data/warehouse/ogi.2026-11.duckdb
    """
    from pipeline.release import ReleaseError, write
    from pipeline.warehouse.errors import TargetError

    try:
        with ProgressBar() as bar:
            written = write(warehouse or configured_warehouse(), folder, since, accuracy, bar)
    except (ReleaseError, TargetError, FileNotFoundError) as error:
        fail(error)
    except duckdb.Error as error:
        fail(f"the warehouse cannot be opened: {error}")
    click.echo(
        f"{folder}: {counted(written.run.reports, 'report')} of run {written.run.run_id}, "
        f"{counted(written.files, 'file')}, {written.size / 1e6:,.1f} MB; check it with: sha256sum --check SHA256SUMS"
    )
