"""Trying again by itself, where that can help: a network disk that is away, a warehouse that another program holds.

A full disk, a folder without rights, a failed check or a fault of ours is the same a minute later: those fail at once,
and so does everything in a run that a person started on the command line and waits for.
"""

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from dagster import AssetExecutionContext, RetryRequested

from pipeline.warehouse.errors import LockedError

MAX_RETRIES = 3
#: Before the first retry; twice as long before each further one.
FIRST_WAIT_SECONDS = 20.0

_PASSING = {
    errno.EAGAIN,
    errno.EBUSY,
    errno.ECONNABORTED,
    errno.ECONNREFUSED,
    errno.ECONNRESET,
    errno.EHOSTDOWN,
    errno.EHOSTUNREACH,
    errno.EIO,
    errno.ENETDOWN,
    errno.ENETUNREACH,
    errno.ENOLCK,
    errno.ENOTCONN,
    errno.EREMOTEIO,
    errno.ESTALE,
    errno.ETIMEDOUT,
    errno.ETXTBSY,
}


def may_pass(error: BaseException | None) -> bool:
    """Whether an error, or one that it came from, is of a kind that goes away by itself."""
    while error is not None:
        if isinstance(error, LockedError) or (isinstance(error, OSError) and error.errno in _PASSING):
            return True
        error = error.__cause__ or error.__context__
    return False


@contextmanager
def retried(context: AssetExecutionContext) -> Iterator[None]:
    """Have Dagster execute the step again, later and later, when what it raised may pass."""
    try:
        yield
    except Exception as error:
        attended = context.run.tags.get("ogi/started_by") == "ogi ingest"
        if attended or context.retry_number >= MAX_RETRIES or not may_pass(error):
            raise
        wait = FIRST_WAIT_SECONDS * 2**context.retry_number
        context.log.warning(f"{error}\nTried again in {wait:g} s, {MAX_RETRIES - context.retry_number} times at most")
        raise RetryRequested(max_retries=MAX_RETRIES, seconds_to_wait=wait) from error
