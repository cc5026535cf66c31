"""The staging of a step as a folder of this machine, wherever it lies.

Belongs here: whether a working copy is needed. How files come and go is ``mirror``'s, which is imported only for it.
"""

import hashlib
from collections.abc import Collection, Generator
from contextlib import contextmanager
from pathlib import Path

from pipeline import addresses
from pipeline.settings import Settings
from pipeline.staging.folder import Staging


@contextmanager
def local_staging(settings: Settings, patterns: Collection[str], push: bool = True) -> Generator[Path, None, None]:
    """The staging folder, or of a staging at a URL a working copy of the files that match the ``patterns``.

    Patterns are as ``mirror`` understands them. What was changed of those files is pushed back at the end, unless
    ``push`` is false.

    Raises:
        StoreError: the store of a URL is away, or does not let itself be read or written.
    """
    if not addresses.is_url(settings.staging):
        yield settings.staging
        return
    from pipeline.staging.mirror import Mirror

    with Mirror(settings.staging, settings.scratch).work(patterns, push) as folder:
        yield folder


def run_lock(settings: Settings) -> Path:
    """The file that a run locks to have the staging to itself; of a staging at a URL, among runs of this machine."""
    if not addresses.is_url(settings.staging):
        return Staging(settings.staging).lock
    return settings.scratch / f"{hashlib.sha256(str(settings.staging).encode()).hexdigest()[:16]}.run"
