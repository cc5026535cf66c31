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


#: The module of each command, in the order of the reference.
_COMMANDS = {
    "ingest": "ingest",
    "show": "read",
    "trace": "trace",
    "issues": "issues",
    "agencies": "read",
    "sql": "read",
    "export": "files",
    "site": "files",
    "diff": "diff",
    "history": "history",
    "restore": "history",
    "doctor": "doctor",
}


@click.group(
    cls=InterruptibleGroup,
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
