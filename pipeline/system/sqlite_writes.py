"""Dagster's SQLite databases, written to the disk once at the end of a run instead of after each event.

A run has some sixty events, each a transaction on a connection of its own. As Dagster has it, each waits for the disk
twice: at its commit, and when its connection, being the last one, is closed and empties the write-ahead log. A run of
five reports spends most of its time so.

Belongs here: how those databases are written while a run lasts. What is written is Dagster's.
"""

import contextlib
import sqlite3
from collections.abc import Iterator

from sqlalchemy import event
from sqlalchemy.engine import Engine


@contextlib.contextmanager
def synced_at_the_end() -> Iterator[None]:
    """Have SQLite databases with a write-ahead log that SQLAlchemy opens within wait for the disk at the end only.

    With such a log ``synchronous = NORMAL`` is safe: a database is whole after whatever happens. A process that is
    killed loses nothing, for the system has what it wrote. If the machine goes down, the last events of a run may be
    lost: then it is in progress for Dagster, as it is without them, and ``assets.housekeeping`` ends it. Databases
    without a log, which could be damaged so, stay as they are.
    """
    held: dict[str, sqlite3.Connection] = {}

    def opened(connection: object, _record: object) -> None:
        if not isinstance(connection, sqlite3.Connection):
            return
        if connection.execute("PRAGMA journal_mode").fetchone() != ("wal",):
            return
        connection.execute("PRAGMA synchronous = NORMAL")
        path = connection.execute("PRAGMA database_list").fetchone()[2]
        if path not in held:  # as long as one connection is open, the log is not emptied by closing others
            held[path] = sqlite3.connect(path, check_same_thread=False)
            held[path].execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchall()

    event.listen(Engine, "connect", opened)
    try:
        yield
    finally:
        event.remove(Engine, "connect", opened)
        for connection in held.values():
            connection.close()
