"""Dagster's events in SQLite for less: without waiting for the disk, and without doing anew what was done before.

A run has some sixty events, each a transaction on a connection of its own. As Dagster has it, each waits for the disk
twice, at its commit and when its connection, being the last one, is closed and empties the write-ahead log; each has
its statements compiled by a new engine; and for each database that it opens it reads all of its ninety migrations. A
run of five reports spends most of its time so.

Belongs here: how those databases are written while a run lasts. What is written is Dagster's.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from alembic.script import ScriptDirectory
from sqlalchemy import event
from sqlalchemy.engine import Engine

from assets.dagster_private import sqlite_event_log

#: By their paths, the databases that are held open; of the outermost context, if there is one.
_HELD: list[dict[str, sqlite3.Connection]] = []


@contextmanager
def cheap_events() -> Iterator[None]:
    """Within, Dagster's databases in SQLite wait for the disk at the end only, and engines and migrations are kept.

    With a write-ahead log ``synchronous = NORMAL`` is safe: a database is whole after whatever happens. A process that
    is killed loses nothing, for the system has what it wrote. If the machine goes down, the last events of a run may be
    lost: then it is in progress for Dagster, as it is without them, and ``housekeeping`` ends it. Databases without a
    log, which could be damaged so, stay as they are.
    """
    if _HELD:
        yield
        return
    with ExitStack() as undone:
        _HELD.append({})
        undone.callback(_release)
        event.listen(Engine, "connect", _opened)
        undone.callback(event.remove, Engine, "connect", _opened)
        for owner, name, key in (
            (sqlite_event_log, "create_engine", str),
            (ScriptDirectory, "from_config", lambda config: config.get_main_option("script_location")),
        ):
            undone.callback(setattr, owner, name, vars(owner)[name])
            setattr(owner, name, _once(getattr(owner, name), key))
        yield


def _release() -> None:
    for connection in _HELD.pop().values():
        connection.close()


def _opened(connection: object, _record: object) -> None:
    """Have a connection that SQLAlchemy opens wait for no commit, and hold its database open."""
    if not isinstance(connection, sqlite3.Connection):
        return
    if connection.execute("PRAGMA journal_mode").fetchone() != ("wal",):
        return
    connection.execute("PRAGMA synchronous = NORMAL")
    path = connection.execute("PRAGMA database_list").fetchone()[2]
    if path not in _HELD[0]:  # as long as one connection is open, the log is not emptied by closing others
        _HELD[0][path] = held = sqlite3.connect(path, check_same_thread=False)
        held.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchall()


def _once(made: Callable[..., Any], key: Callable[[Any], str]) -> Callable[..., Any]:
    """A function that makes one thing for each key of its first argument."""
    known: dict[str, Any] = {}

    def kept(of: Any, **options: Any) -> Any:
        if (name := key(of)) not in known:
            known[name] = made(of, **options)
        return known[name]

    return kept
