"""How a command fails for a reason other than wrong usage: a message on standard error, and exit code 1.

Wrong usage is ``click.UsageError``, with exit code 2.
"""

from typing import Any, NoReturn

import click


class CommandError(click.ClickException):
    """The command was used correctly and could not be carried out."""

    exit_code = 1

    def show(self, file: Any = None) -> None:
        """Print the message."""
        click.echo(f"ogi: {self.format_message()}", err=True)


def fail(message: object) -> NoReturn:
    """End the command with a message."""
    raise CommandError(str(message))
