"""What a command says that ends before its end: by Ctrl-C, by SIGTERM, or because nobody reads its output any more.

Belongs here: the group of commands that sees to it, and the sentences. The signals are ``system.interrupts``'s.
"""

import contextlib
import os
import signal
import sys
from collections.abc import Callable, Iterator
from typing import Any

import click

from pipeline.cli.errors import CommandError
from pipeline.cli.streams import harmless_streams
from pipeline.system import interrupts

#: As a program that SIGPIPE ends; ``ogi issues | head`` is no failure that anybody wants to hear of.
_PIPE_CLOSED = 128 + signal.SIGPIPE
_TELL = "pipeline.cli.interruption"
_NAMES = {signal.SIGINT: "Ctrl-C", signal.SIGTERM: "SIGTERM"}
_SHOW_CURSOR = "\x1b[?25h"


def tell_on_interruption(what: Callable[[], str]) -> None:
    """Have the command that runs say this, after ``interrupted by …``, if it is interrupted."""
    click.get_current_context().meta[_TELL] = what


class InterruptibleGroup(click.Group):
    """A group whose commands end in one line when they are interrupted, and quietly when their output is closed."""

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Run the program."""
        with harmless_streams():
            return super().main(*args, **kwargs)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        with _standard_error() as error_output:
            watch = interrupts.Watch(_end_at_once(error_output))
            try:
                with watch:
                    result = super().invoke(ctx)
                    sys.stdout.flush()
                    return result
            except BaseException as error:
                if (number := watch.interruption(error)) is not None:
                    raise _told(ctx, number) from error
                if isinstance(error, BrokenPipeError):
                    _close_output()
                    ctx.exit(_PIPE_CLOSED)
                if isinstance(error, UnicodeEncodeError):
                    said = f"the output's encoding {error.encoding} lacks {error.object[error.start]!a}"
                    raise CommandError(f"{said}: set PYTHONUTF8=1") from error
                if isinstance(error, OSError):
                    raise _output_error(error) from error
                raise


def _output_error(error: OSError) -> CommandError:
    """What is said of a fault of the machine that no command foresaw."""
    if error.filename is None:  # of all that is open, only the output has no name
        _close_output()
        return CommandError(f"the output cannot be written: {error.strerror or error}")
    return CommandError(f"{error.filename}: {error.strerror or error}")


def _told(ctx: click.Context, number: signal.Signals) -> CommandError:
    what = ctx.meta.get(_TELL)
    said = f"interrupted by {_NAMES[number]}" + (f": {what()}" if what else "")
    return CommandError(said, exit_code=interrupts.exit_code(number))


@contextlib.contextmanager
def _standard_error() -> Iterator[int]:
    """A descriptor of standard error: while a step is executed, Dagster has the usual one end in a file."""
    descriptor = os.dup(2)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _end_at_once(error_output: int) -> Callable[[signal.Signals], None]:
    """What is said by the second signal. Not by ``sys.stderr``: whoever was interrupted may hold its lock."""

    def tell(number: signal.Signals) -> None:
        cursor = _SHOW_CURSOR if os.isatty(error_output) else ""
        os.write(error_output, f"{cursor}ogi: interrupted by {_NAMES[number]} again, and ended at once\n".encode())

    return tell


def _close_output() -> None:
    """Have nothing more written, not at the end of the process either."""
    with contextlib.suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
