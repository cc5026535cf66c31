"""Size and SHA-256 of files, as descriptors state them."""

import hashlib
from functools import lru_cache
from pathlib import Path


def bytes_and_hash(file: Path) -> tuple[int, str]:
    """Size in bytes and SHA-256 of a file. Several descriptors of one export ask; no file is hashed twice."""
    stat = file.stat()
    return stat.st_size, _sha256(file, stat.st_mtime_ns, stat.st_ino)


@lru_cache(maxsize=4096)
def _sha256(file: Path, changed: int, inode: int) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
