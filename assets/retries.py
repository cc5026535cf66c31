"""Retries of steps, where they can help: a network disk that is away, a warehouse that another program holds.

A full disk, a folder without rights, a failed check or a fault of ours is the same a minute later: those fail at once,
and so does everything in a run that a person started on the command line and waits for.

Belongs here: how often a step is executed again, and when. Which errors go away is ``pipeline.system.transient``'s.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from dagster import AssetExecutionContext, RetryRequested

from assets.resources import started_by
from pipeline.system.transient import is_transient
from pipeline.warehouse.errors import LockedError

MAX_RETRIES = 3
#: Before the first retry; twice as long before each further one.
FIRST_WAIT_SECONDS = 20.0


@contextmanager
def retried(context: AssetExecutionContext) -> Iterator[None]:
    """Have Dagster execute the step again, after longer and longer, when what it raised may go away by itself."""
    try:
        yield
    except Exception as error:
        attended = started_by(context.run) == "ogi ingest"
        if attended or context.retry_number >= MAX_RETRIES or not is_transient(error, LockedError):
            raise
        wait = FIRST_WAIT_SECONDS * 2**context.retry_number
        context.log.warning(f"{error}\nTried again in {wait:g} s, {MAX_RETRIES - context.retry_number} times at most")
        raise RetryRequested(max_retries=MAX_RETRIES, seconds_to_wait=wait) from error
