"""The command ``report``: a publication's run on one page.

Belongs here: its arguments, and which publication is compared with which. The page is ``site.run_page``'s.
"""

from pathlib import Path

import click
import duckdb

from pipeline.addresses import Address
from pipeline.cli.errors import fail
from pipeline.cli.options import WarehouseType, configured_warehouse
from pipeline.warehouse.errors import TargetError
from pipeline.warehouse.history import UnknownRunError, find, history
from pipeline.warehouse.kept import PUBLISHED


@click.command()
@click.argument("run", metavar="RUN", required=False)
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE.html",
    help="Where to write it; a page of this command is replaced, any other file is left alone. Default: "
    "ogi-run-RUN.html in this folder.",
)
@click.option(
    "--warehouse",
    type=WarehouseType(),
    help="The warehouse: a file or a DuckLake. Default: setting OGI_WAREHOUSE, else data/warehouse/ogi.duckdb of the "
    "project.",
)
def report(run: str | None, out: Path | None, warehouse: Address | None) -> None:
    """Write one page of a whole run: what came in, was rejected, changed, contradicts, and the worst ten.

    RUN is the id of a run, or the beginning of one, as ogi history lists them; or the word previous. Without it, it is
    what is published now. The page is one HTML file in Chinese and English that needs no other. It is compared with the
    publication before, if that is kept. The nightly run writes it too: the Dagster UI names the file at warehouse_diff.

    Exit code: 0 written, 1 not, 2 wrong usage.

    \b
    Example:
      ogi report
      ogi report previous --out last-night.html
    """
    from pipeline.site import run_page
    from pipeline.warehouse.diff import DiffError, diff

    address = warehouse or configured_warehouse()
    try:
        kept = history(address).kept
        chosen = find(address, run) if run else next((each for each in kept if each.name == PUBLISHED), kept[0])
        later = [each.run_id for each in kept].index(chosen.run_id)
        before = kept[later + 1] if later + 1 < len(kept) else None
        changes = run_page.Changes("nothing is kept of it")
        if before is not None:
            changes = run_page.Changes(before.run_id, diff(before.target.address, chosen.target.address))
        file = out or Path(f"ogi-run-{chosen.run_id[:8]}.html")
        with chosen.target.connect() as con:
            run_page.write(con, file, changes)
    except UnknownRunError as error:
        raise click.UsageError(str(error)) from error
    except (FileNotFoundError, FileExistsError, TargetError, DiffError) as error:
        fail(error)
    except duckdb.Error as error:
        fail(f"{address}: the warehouse cannot be read: {error}; an older one needs one `ogi ingest`")
    click.echo(f"open {file}")
