"""How a command fails: a message on standard error, and an exit code.

A command line that click refuses is ``click.UsageError``, with the command's usage and exit code 2.
"""

from typing import Any, NoReturn

import click


class CommandError(click.ClickException):
    """The command was used correctly and could not be carried out, or its settings or data are wrong."""

    def __init__(self, message: str, exit_code: int = 1) -> None:
        super().__init__(message)
        self.exit_code = exit_code  # type: ignore[misc]  # click reads it from the instance

    def show(self, file: Any = None) -> None:
        """Print the message."""
        for line in self.format_message().split("\n"):
            # What a line lists stands indented below it.
            click.echo(line if line.startswith(" ") else f"ogi: {line}", err=True, color=True)


def fail(message: object) -> NoReturn:
    """End the command with a message."""
    raise CommandError(str(message))


def wrong_usage(message: object) -> NoReturn:
    """End the command with a message, a line each, and the exit code of wrong usage, without the command's usage."""
    raise CommandError(str(message), exit_code=2)
