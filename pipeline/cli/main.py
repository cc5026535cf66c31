"""The ``ogi`` command: the group of all commands.

Belongs here: the group. Each command is in the module of its kind, which is imported when the command is asked for, and
imports what only it needs when it runs: whatever is imported at the top of a module, its commands wait for.
"""

from collections.abc import Iterator, Mapping
from typing import cast

from pipeline.system.interrupts import quiet_imports

with quiet_imports():
    from importlib import import_module

    import click

    from pipeline import __version__
    from pipeline.cli.interruption import InterruptibleGroup


class Commands(Mapping[str, click.Command]):
    """Commands by name, each imported from its module of this package when it is taken out."""

    def __init__(self, modules: dict[str, str]) -> None:
        self._modules = modules

    def __getitem__(self, name: str) -> click.Command:
        module = self._modules[name]
        with quiet_imports():
            return cast(click.Command, getattr(import_module(f"pipeline.cli.{module}"), name))

    def __iter__(self) -> Iterator[str]:
        return iter(self._modules)

    def __len__(self) -> int:
        return len(self._modules)


#: Letters of a command's first sentence that its line in the help shows.
_SHORT_HELP = 120
#: The module of each command by what one wants, in the order of the reference.
_SECTIONS = {
    "Read reports": {"ingest": "ingest"},
    "Look at what was read": {
        "show": "read",
        "trace": "trace",
        "issues": "issues",
        "agencies": "read",
        "sql": "read",
    },
    "Hand it on": {"export": "files", "site": "files", "release": "files", "mcp": "mcp"},
    "See what a run did, and undo it": {"diff": "diff", "report": "report", "history": "history", "restore": "history"},
    "Find out what is wrong": {"doctor": "doctor"},
}
_COMMANDS = {name: module for section in _SECTIONS.values() for name, module in section.items()}


class _Group(InterruptibleGroup):
    """The group of all commands, whose help lists them by what one wants."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        width = max(map(len, _COMMANDS))
        for heading, names in _SECTIONS.items():
            rows = [(f"{name:{width}}", self.commands[name].get_short_help_str(_SHORT_HELP)) for name in names]
            with formatter.section(heading):
                formatter.write_dl(rows)


@click.group(
    cls=_Group,
    # Or click removes what looks like colours from names; as escapes they are shown (``streams``).
    context_settings={"color": True, "help_option_names": ["-h", "--help"], "max_content_width": 100},
    commands=cast(dict[str, click.Command], Commands(_COMMANDS)),
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
