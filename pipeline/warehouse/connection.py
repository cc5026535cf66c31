"""The published warehouse as its readers open it, file or lake, and where the one before it is.

Belongs here: what every reading command needs, and no more: whatever is imported here, each of them waits for. Making
and replacing the file is ``warehouse``'s.
"""

import contextlib
from collections.abc import Iterator
from pathlib import Path

import duckdb

from pipeline.addresses import Lake, Target
from pipeline.settings import Settings
from pipeline.warehouse import ducklake_connection


def connect(target: Target) -> duckdb.DuckDBPyConnection:
    """Open a published warehouse for reading.

    Raises:
        FileNotFoundError: there is none there.
        LakeError: the lake cannot be opened.
        duckdb.Error: the file is no DuckDB file, or a writer holds it.
    """
    if isinstance(target, Lake):
        return ducklake_connection.connect(target)
    if not target.is_file():
        raise FileNotFoundError(f"there is no warehouse at {target}: run `ogi ingest` first, or give --warehouse FILE")
    return duckdb.connect(str(target), read_only=True)


def shut(con: duckdb.DuckDBPyConnection) -> None:
    """Let a connection read nothing but its warehouse, and write nothing."""
    if ducklake_connection.is_lake(con):
        con.execute("SET allowed_directories = [?]", [ducklake_connection.data_path(con)])
    con.execute("SET enable_external_access = false")


@contextlib.contextmanager
def bounded(con: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Let DuckDB have no more memory than while a warehouse is made; it puts aside what does not fit."""
    con.execute(f"SET memory_limit = '{Settings().memory_mb}MB'")
    try:
        yield
    finally:
        con.execute("RESET memory_limit")


def previous(target: Path) -> Path:
    """Where the file that a publication replaces stays: ``ogi.previous.duckdb`` beside ``ogi.duckdb``."""
    return target.with_name(f"{target.stem}.previous{target.suffix}")
