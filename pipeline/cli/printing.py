"""Rows on standard output as table, CSV or JSON; the width of the console; a progress bar.

Belongs here: how output looks, whatever the command. The official tables of a report are ``report_tables``'s.
"""

import json
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import click
import duckdb

from pipeline.cli.streams import direct, harmless_streams
from pipeline.plain_values import plain_value
from pipeline.text import harmless, harmless_json

if TYPE_CHECKING:
    from rich.console import Console

#: After which a command says that it is at work.
_PATIENCE_SECONDS = 1.5
#: Columns of output that goes to a file or a pipe.
_WIDTH_OF_FILES = 200


def records(relation: duckdb.DuckDBPyRelation) -> list[dict[str, Any]]:
    """The rows of a query by column name."""
    return [dict(zip(relation.columns, row, strict=True)) for row in relation.fetchall()]


def print_rows(rows: list[dict[str, Any]], kind: str) -> None:
    """Print rows as ``json``, ``csv`` or ``table``."""
    if kind == "json":
        click.echo(harmless_json(json.dumps(plain_value(rows), ensure_ascii=False, indent=2)))
    elif kind == "csv":
        # In a file or pipe a value is what it is.
        output = sys.stdout if sys.stdout.isatty() else direct(sys.stdout)
        output.write(_csv_line(rows[0]) if rows else "\n")
        output.writelines(_csv_line(row.values()) for row in rows)
    else:
        _print_table(rows)


def _print_table(rows: list[dict[str, Any]]) -> None:
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name in rows[0] if rows else []:
        is_number = all(isinstance(row[name], int | Decimal | None) for row in rows)
        table.add_column(harmless(name), justify="right" if is_number else "left", overflow="fold")
    for row in rows:
        table.add_row(*["" if value is None else harmless(str(plain_value(value))) for value in row.values()])
    console().print(table, markup=False)


def _json(value: Any) -> str:
    return json.dumps(plain_value(value), ensure_ascii=False)


def _csv_line(values: Iterable[Any]) -> str:
    """A line of CSV: lists and structures are JSON. Python's ``csv`` leaves a value bare that has a lone CR in it.

    >>> _csv_line(["a", "b,c", "d", None, [1]])
    'a,"b,c",d,,[1]\\n'
    """
    texts = [_json(each) if isinstance(each, list | tuple | dict) else plain_value(each) for each in values]
    cells = [_quoted("" if each is None else str(each)) for each in texts]
    return (",".join(cells) if cells != [""] else '""') + "\n"


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if any(each in text for each in ',"\r\n') else text


def counted(number: int, noun: str) -> str:
    """A number with its noun.

    >>> counted(1, "report"), counted(2, "agency")
    ('1 report', '2 agencies')
    """
    plural = noun[:-1] + "ies" if noun.endswith("y") else noun + "s"
    return f"{number} {noun if number == 1 else plural}"


def source(file: object, line: object, page: object) -> str:
    """Where something was read from: the file, and the line in it, or the page where the file has pages.

    >>> source("a.txt", 12, None), source("a.pdf", 80, 3), source("a.txt", None, None)
    ('a.txt:12', 'a.pdf, page 3', 'a.txt')
    """
    if page is not None:
        return f"{file}, page {page}"
    return str(file) if line is None else f"{file}:{line}"


def console() -> "Console":
    """A console as wide as the terminal, or wide enough for a file; it leaves a closed pipe to ``cli.interruption``."""
    from rich.console import Console  # slow to import

    class OurConsole(Console):
        def on_broken_pipe(self) -> None:
            raise BrokenPipeError

    width = None if sys.stdout.isatty() else _WIDTH_OF_FILES
    return OurConsole(file=direct(sys.stdout), width=width, highlight=False)


def is_terminal() -> bool:
    """Whether a person looks at standard output, rather than a file or another program."""
    return sys.stdout.isatty()


def terminal_width() -> int:
    """Columns of standard output."""
    return console().width if sys.stdout.isatty() else _WIDTH_OF_FILES


@contextmanager
def waiting(what: str) -> Iterator[None]:
    """On a terminal, say what is being done, and for how many seconds, once it takes long; it is wiped at the end."""
    error = direct(sys.stderr)
    if not (is_terminal() and error.isatty()):
        yield
        return
    is_over = threading.Event()

    def tell() -> None:
        begun, is_told = time.monotonic(), False
        while not is_over.wait(_PATIENCE_SECONDS if not is_told else 1):
            error.write(f"\r{what}: {time.monotonic() - begun:.0f} s")
            error.flush()
            is_told = True
        if is_told:
            error.write("\r\x1b[K")
            error.flush()

    teller = threading.Thread(target=tell, daemon=True)
    teller.start()
    try:
        yield
    finally:
        is_over.set()
        teller.join()


class ProgressBar:
    """A progress bar on a terminal; silent elsewhere."""

    def __init__(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

        console = Console(file=direct(sys.stderr))
        self._progress = Progress(
            TextColumn("{task.description:<8}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=console,
            disable=not console.is_terminal,
        )
        self._tasks: dict[str, TaskID] = {}

    def __enter__(self) -> "ProgressBar":
        self._progress.start()  # what is printed meanwhile, Rich prints above the bar
        self._streams = ExitStack()
        self._streams.enter_context(harmless_streams())
        return self

    def __exit__(self, *_: object) -> None:
        self._streams.close()
        self._progress.stop()

    def __call__(self, step: str, done: int, total: int) -> None:
        """Show that so many units of a step are done."""
        if step not in self._tasks:
            self._tasks[step] = self._progress.add_task(step, total=total)
        self._progress.update(self._tasks[step], completed=done, total=total)  # archives turn out to be many
