"""The ``ogi`` command: the group of all commands.

Belongs here: the group. Each command is in the module of its kind, which imports what only it needs when it runs:
whatever is imported at the top here, or there, every command waits for.
"""

from pipeline.system.interrupts import quiet_imports

with quiet_imports():
    import click

    from pipeline import __version__
    from pipeline.cli.diff import diff
    from pipeline.cli.doctor import doctor
    from pipeline.cli.files import export, site
    from pipeline.cli.history import history, restore
    from pipeline.cli.ingest import ingest
    from pipeline.cli.interruption import InterruptibleGroup
    from pipeline.cli.read import agencies, issues, show, sql, trace


@click.group(
    cls=InterruptibleGroup,
    # Or click removes what looks like colours from names; as escapes they are shown (``streams``).
    context_settings={"color": True, "help_option_names": ["-h", "--help"], "max_content_width": 100},
    commands=[ingest, show, trace, issues, agencies, sql, export, site, diff, history, restore, doctor],
)
@click.version_option(__version__, prog_name="ogi")
def main() -> None:
    """China's yearly open government information reports as a warehouse you can query.

    \b
    Example:
      ogi ingest                                   read data/raw into the warehouse
      ogi show 红旗区东街 2025                       one report as the official form
      ogi sql "SELECT name FROM dim_agency"        ask anything
    """
