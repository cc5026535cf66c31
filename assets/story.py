"""The story of a run, in the log of its steps: what `ogi ingest --verbose` prints is in the UI too.

Belongs here: how the lines get there, and those that only the UI has. What happens is said where it happens, by the
loggers of ``pipeline``.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import duckdb
import polars as pl
from dagster import AssetExecutionContext

from pipeline.addresses import Address
from pipeline.text import harmless_line
from pipeline.warehouse import overview
from pipeline.warehouse.publication import PublishResult

#: Rejected files that are named; the metadata has more.
_NAMED = 10


class _ToRun(logging.Handler):
    """Writes records to the log of a step."""

    def __init__(self, context: AssetExecutionContext) -> None:
        super().__init__(logging.INFO)
        self._context = context

    def emit(self, record: logging.LogRecord) -> None:
        self._context.log.log(record.levelno, record.getMessage())
        # Python prints warnings by itself only where no logger has a handler: without this one, it would.
        if not logging.getLogger().handlers and logging.lastResort and record.levelno >= logging.lastResort.level:
            logging.lastResort.handle(record)


@contextmanager
def told(context: AssetExecutionContext) -> Iterator[None]:
    """Within the context, what ``pipeline`` logs is in the log of the step."""
    logger, handler = logging.getLogger("pipeline"), _ToRun(context)
    level = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.setLevel(level)


def rejected(context: AssetExecutionContext, files: pl.DataFrame) -> None:
    """Tell which files are rejected (``source_file``, ``reason``, ``message``), and why."""
    if files.is_empty():
        return
    reasons = files.group_by("reason").len().sort("len", "reason", descending=[True, False]).iter_rows()
    lines = [f"rejected: {', '.join(f'{reason} {count}' for reason, count in reasons)}"]
    named = files.sort("source_file").head(_NAMED).select("source_file", "reason", "message")
    lines += [
        f"  {harmless_line(name)}: {reason}: {message.splitlines()[-1]}" for name, reason, message in named.iter_rows()
    ]
    if (more := len(files) - len(named)) > 0:
        lines.append(f'  … and {more} more: ogi sql "FROM rejected_report"')
    context.log.warning("\n".join(lines))


def published(
    context: AssetExecutionContext, con: duckdb.DuckDBPyConnection, result: PublishResult, warehouse: Address
) -> None:
    """Tell what was published, how its files differ from those before, and what is flagged.

    That nothing was published is said where it is found, in ``pipeline.warehouse.publication``.
    """
    if result.unchanged_since is not None:
        return
    issues = overview.issues_by_rule(con).filter(pl.col("severity") != "info")
    flagged = ", ".join(f"{rule} {count}" for rule, count in issues.select("rule", "discrepancies").iter_rows())
    context.log.info(
        f"{warehouse}: {overview.extent(con)}\n"
        f"  files    {result.files_new} new, {result.files_changed} changed, {result.files_removed} removed\n"
        f"  flagged  {flagged or 'nothing'}\n"
        f"  formats  {overview.formats(con) or 'none'}"
    )
