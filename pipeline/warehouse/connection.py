"""A published warehouse as its readers open it, whatever its target is.

Belongs here: what every reading command needs, and no more: whatever is imported here, each of them waits for.
"""

import contextlib
from collections.abc import Iterator

import duckdb

from pipeline.addresses import Address
from pipeline.warehouse import ducklake_connection
from pipeline.warehouse.target import target_at


def connect(address: Address) -> duckdb.DuckDBPyConnection:
    """Open a published warehouse for reading; see ``Target.connect`` for what it raises."""
    return target_at(address).connect()


def confine(con: duckdb.DuckDBPyConnection) -> None:
    """Let a connection read nothing but its warehouse, and write nothing."""
    if ducklake_connection.is_lake(con):
        con.execute("SET allowed_directories = [?]", [ducklake_connection.data_path(con)])
    con.execute("SET enable_external_access = false")


@contextlib.contextmanager
def bounded(con: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Limit DuckDB's memory as while a warehouse is made; what does not fit is spilled to disk."""
    from pipeline.settings import Settings  # slow to import

    con.execute(f"SET memory_limit = '{Settings().memory_mb}MB'")
    try:
        yield
    finally:
        con.execute("RESET memory_limit")
