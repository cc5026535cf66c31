"""What a person can do about a fault of the machine: a full disk, missing rights, a limit to the size of files.

Belongs here: from an error to a sentence. Where the sentence is printed, and with which exit code, is the command's.
"""

import errno

_REMEDIES = {
    (errno.ENOSPC, errno.EDQUOT): "make room on the disk",
    (errno.EFBIG,): "raise the limit to the size of files (ulimit -f)",
    (errno.EACCES, errno.EPERM): "give the right to read and write there",
    (errno.EROFS,): "the disk must be writable",
}
#: The system's words for each fault, which libraries keep even where they lose its number.
_WORDS = {
    errno.ENOSPC: ("No space left", "disk is full", "disk full"),
    errno.EDQUOT: ("quota exceeded",),
    errno.EFBIG: ("File too large",),
    errno.EACCES: ("Permission denied",),
    errno.EPERM: ("Operation not permitted",),
    errno.EROFS: ("Read-only file system", "readonly database"),
}


def remedy(error: BaseException, setting: str) -> str:
    """What to do about an error of reading or writing; empty if unknown. ``setting`` chooses another folder or file."""
    if isinstance(error, MemoryError) or "Out of Memory" in str(error):
        return "; raise OGI_MEMORY_MB"
    number = _number(error)
    for numbers, what in _REMEDIES.items():
        if number in numbers:
            return f"; {what}, or name another place ({setting})"
    return ""


def _number(error: BaseException | None) -> int | None:
    """The error number of an error or of what caused it, by its words if need be."""
    while error is not None:
        if isinstance(error, OSError) and error.errno is not None:
            return error.errno
        for number, words in _WORDS.items():
            if any(each.lower() in str(error).lower() for each in words):
                return number
        error = error.__cause__ or error.__context__
    return None
