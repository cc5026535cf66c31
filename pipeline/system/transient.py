"""Faults of the machine that go away by themselves: a network disk that is away, a file that is busy.

A full disk or a folder without rights is the same a minute later, and no fault of this kind.

Belongs here: telling them apart. How often and when something is tried again is the caller's.
"""

import errno

_TRANSIENT = {
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


def is_transient(error: BaseException | None, *kinds: type[BaseException]) -> bool:
    """Whether an error, or one that it came from, is of a kind that goes away by itself, or of one of ``kinds``."""
    while error is not None:
        if isinstance(error, kinds) or (isinstance(error, OSError) and error.errno in _TRANSIENT):
            return True
        error = error.__cause__ or error.__context__
    return False
