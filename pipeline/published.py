"""The published file as its readers open it, and where the one before it lies.

Belongs here: what every reading command needs, and no more: whatever is imported here, each of them waits for. Making
and replacing the file is ``warehouse``'s.
"""

import contextlib
from collections.abc import Iterator
from pathlib import Path

import duckdb

from pipeline.settings import Settings


def connect(path: Path) -> duckdb.DuckDBPyConnection:
    """Open a published warehouse for reading.

    Raises:
        FileNotFoundError: there is none at the path.
        duckdb.Error: the file is no DuckDB file, or a writer holds it.
    """
    if not path.is_file():
        raise FileNotFoundError(f"there is no warehouse at {path}: run `ogi ingest` first, or give --warehouse FILE")
    return duckdb.connect(str(path), read_only=True)


@contextlib.contextmanager
def bounded(con: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Let DuckDB have no more memory than while a warehouse is made; it puts aside what does not fit."""
    con.execute(f"SET memory_limit = '{Settings().memory_mb}MB'")
    try:
        yield
    finally:
        con.execute("RESET memory_limit")


def previous(target: Path) -> Path:
    """Where the warehouse that a publication replaces stays: ``ogi.previous.duckdb`` beside ``ogi.duckdb``."""
    return target.with_name(f"{target.stem}.previous{target.suffix}")
