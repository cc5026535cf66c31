"""Opening a DuckLake: its catalog in PostgreSQL or SQLite, its tables as Parquet files in a folder or at a URL.

An address is what DuckDB itself calls one: ``ducklake:postgres:dbname=ogi host=…`` or
``ducklake:sqlite:/data/ogi.sqlite``. Passwords are not part of it, since it is written into logs and the record of
runs: PostgreSQL's own PGPASSWORD or PGPASSFILE has them, and the variables of AWS those of an S3-compatible store.

Belongs here: DuckDB's extensions, the catalog, access to the store, and what their errors mean. What a lake is as a
target is ``ducklake``'s, what is written into it ``ducklake_publish``'s.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from pipeline import sql
from pipeline.addresses import CATALOGS, Lake, is_url
from pipeline.warehouse.errors import ForeignError, TargetError

if TYPE_CHECKING:
    from pipeline.settings import Settings

#: Who publishes, as the lake's own history of snapshots says.
AUTHOR = "ogi"
#: The name under which a connection has the lake that it is opened for.
NAME = "lake"
#: SQLite lets others read while one writes; a second writer waits.
_OPTIONS = {"sqlite": ", META_JOURNAL_MODE 'WAL', META_BUSY_TIMEOUT 10000"}


class LakeError(TargetError):
    """A lake cannot be opened; the message says which, why and what to do."""


def connect(lake: Lake) -> duckdb.DuckDBPyConnection:
    """Open a lake for reading: its tables and views are those of the connection.

    Raises:
        FileNotFoundError: there is none at the address.
        LakeError: it cannot be opened.
    """
    con = _connection()
    try:
        attach(con, lake, NAME)
        con.execute(f"USE {NAME}")
    except BaseException:
        con.close()
        raise
    return con


def attach(con: duckdb.DuckDBPyConnection, lake: Lake, name: str) -> None:
    """Open a lake for reading as a database of this name, in a connection.

    Raises:
        FileNotFoundError: there is none at the address.
        LakeError: it cannot be opened.
    """
    if lake.file and not lake.file.is_file():
        raise FileNotFoundError(f"there is no warehouse at {lake}: run `ogi ingest` first, or give --warehouse")
    when = ""
    if isinstance(lake.at, int):
        when = f", SNAPSHOT_VERSION {lake.at}"
    elif lake.at is not None:
        when = f", SNAPSHOT_TIME '{lake.at.isoformat()}'"
    _attach(con, lake, name, "READ_ONLY" + when)
    _open_store_of(con, lake, name)


@contextlib.contextmanager
def open_for_writing(lake: Lake, settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a lake for writing, and create it if there is none.

    Raises:
        LakeError: it cannot be opened.
        ForeignError: what lies there is no lake.
    """
    refuse_foreign_catalog(lake)
    con = _connection()
    try:
        settings.scratch.mkdir(parents=True, exist_ok=True)
        con.execute(f"SET memory_limit = '{settings.memory_mb}MB'")
        con.execute(f"SET temp_directory = {sql.literal(settings.scratch / 'duckdb')}")
        if lake.file:
            lake.file.parent.mkdir(parents=True, exist_ok=True)
        # Small tables are files like large ones, so that everything published is in the store.
        no_inlining = "DATA_INLINING_ROW_LIMIT 0"
        try:
            _attach(con, lake, NAME, f"{no_inlining}, CREATE_IF_NOT_EXISTS false")
            _open_store_of(con, lake, NAME)
        except FileNotFoundError:
            data = settings.lake_data or lake.data
            if data is None:
                raise LakeError(
                    f"{lake}: there is no lake yet; say where its Parquet files go, in a folder that all machines "
                    "share or at a URL (OGI_LAKE_DATA=s3://bucket/lake/)"
                ) from None
            data = data if is_url(data) else str(Path(data).absolute())
            _open_store(con, data)
            _attach(con, lake, NAME, f"{no_inlining}, DATA_PATH {sql.literal(data)}")
        con.execute(f"USE {NAME}")
        yield con
    finally:
        con.close()


def refuse_foreign_catalog(lake: Lake) -> None:
    """Raise if the file of a SQLite catalog is something else. A database of PostgreSQL may hold more than a catalog.

    Raises:
        ForeignError: it is.
    """
    if lake.file is None or not lake.file.exists():
        return
    if not lake.file.is_file():
        raise ForeignError(f"{lake.file} is no file; give the path of a file after ducklake:sqlite:")
    try:
        with contextlib.closing(sqlite3.connect(f"{lake.file.absolute().as_uri()}?mode=ro", uri=True)) as con:
            tables = {name for (name,) in con.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.OperationalError):  # locked, or not to be opened: the publication says so
            return
        tables = {"no database"}
    if tables and "ducklake_metadata" not in tables:
        raise ForeignError(
            f"{lake.file} is not the catalog of a DuckLake, and was left alone: give another path (--warehouse or "
            "OGI_WAREHOUSE), or move it elsewhere. Nothing was published"
        )


def is_lake(con: duckdb.DuckDBPyConnection) -> bool:
    """Whether a connection's tables are those of a lake."""
    row = con.execute("SELECT type FROM duckdb_databases() WHERE database_name = current_database()").fetchone()
    return row is not None and row[0] == "ducklake"


def data_path(con: duckdb.DuckDBPyConnection, name: str = NAME) -> str:
    """The folder or URL of an open lake's Parquet files."""
    return str(
        sql.scalar(
            con,
            f"SELECT value FROM __ducklake_metadata_{name}.ducklake_metadata WHERE key = 'data_path' AND scope IS NULL",
        )
    )


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A state of a lake that was published: its number, when, and by which run."""

    snapshot_id: int
    published_at: datetime
    run_id: str


def snapshots(con: duckdb.DuckDBPyConnection) -> list[Snapshot]:
    """The states of an open lake that were published and are still kept, the latest first."""
    found = con.execute(
        f"SELECT snapshot_id, snapshot_time AT TIME ZONE 'UTC', commit_message FROM {NAME}.snapshots() "
        "WHERE author = ? ORDER BY snapshot_id DESC",
        [AUTHOR],
    )
    return [Snapshot(*row) for row in found.fetchall()]


def _connection() -> duckdb.DuckDBPyConnection:
    # Extensions come from Python packages: DuckDB must not download any unasked.
    return duckdb.connect(config={"autoinstall_known_extensions": False})


def _attach(con: duckdb.DuckDBPyConnection, lake: Lake, name: str, options: str) -> None:
    for extension in ("ducklake", CATALOGS[lake.kind]):
        _load(con, extension)
    statement = f"ATTACH {sql.literal(str(lake))} AS {name} ({options}{_OPTIONS.get(lake.kind, '')})"
    try:
        try:
            con.execute(statement)
        except duckdb.Error as error:
            if "httpfs" not in str(error):
                raise
            _load(con, "httpfs")  # its files are in a store, which only the catalog knows
            con.execute(statement)
    except duckdb.Error as error:
        if ("does not exist" in str(error) or "existing DuckLake" in str(error)) and 'database "' not in str(error):
            raise FileNotFoundError(
                f"there is no warehouse at {lake}: run `ogi ingest` first, or give --warehouse"
            ) from error
        raise LakeError(describe(lake, "the lake's catalog cannot be opened", error)) from error


def describe(lake: Lake, what: str, error: Exception) -> str:
    """The message for an error of a lake's catalog or store: what happened, what to do, and the error itself."""
    reason = " ".join(str(error).split())
    advice = ""
    if "No snapshot found" in reason:
        return f"{lake}: nothing that was published by then is kept (OGI_KEEP_SNAPSHOTS_DAYS)"
    if 'database "' in reason and "does not exist" in reason:
        advice = "; make the database first (createdb)"
    elif "password" in reason or "authentication" in reason:
        advice = "; set PGPASSWORD or PGPASSFILE"
    elif is_away(error):
        who = "PostgreSQL" if lake.kind == "postgres" else "catalog"
        advice = f"; see that the {who} and the store of its files run and can be reached from here, and run again"
    return f"{lake}: {what}{advice}: {reason}"


#: The messages of DuckDB and libpq when a server is not there, or went away.
_AWAY = (
    "connection refused",
    "could not establish connection",
    "server closed the connection",
    "terminating connection",
    "no connection to the server",
    "connection not open",
    "connection reset",
    "no route to host",
    "timed out",
    "timeout expired",
    "the database system is",
    "could not translate host name",
)


def is_away(error: BaseException | None) -> bool:
    """Whether an error, or one that caused it, is that of an unreachable server, which may be back soon."""
    while error is not None:
        if any(words in str(error).lower() for words in _AWAY):
            return True
        error = error.__cause__ or error.__context__
    return False


def _load(con: duckdb.DuckDBPyConnection, extension: str) -> None:
    """Load an extension of DuckDB from its Python package, or else the one that DuckDB has installed."""
    try:
        package = importlib.import_module(f"duckdb_extension_{extension}")
        (file,) = Path(str(package.__file__)).parent.glob("extensions/*/*.duckdb_extension")
        con.execute(f"LOAD {sql.literal(file)}")
    except ImportError:
        try:
            con.execute(f"LOAD {extension}")
        except duckdb.Error as error:
            raise LakeError(
                f"a DuckLake needs DuckDB's extension {extension}: pip install 'ogi-warehouse[lake]'"
            ) from error


def _open_store_of(con: duckdb.DuckDBPyConnection, lake: Lake, name: str) -> None:
    try:
        _open_store(con, data_path(con, name))
    except duckdb.Error as error:
        raise LakeError(describe(lake, "the lake's catalog cannot be read", error)) from error


def _open_store(con: duckdb.DuckDBPyConnection, data: str) -> None:
    """Give DuckDB access to a lake's files: for a store like S3 with what its tools take from the environment."""
    if not data.startswith(("s3://", "gs://", "r2://", "http://", "https://")):
        return
    _load(con, "httpfs")
    if not data.startswith("s3://"):
        return  # these have DuckDB's own secrets
    try:
        from botocore.session import get_session
    except ImportError as error:
        raise LakeError(f"{data}: a store like S3 needs further packages: pip install 'ogi-warehouse[s3]'") from error
    session = get_session()
    secret: dict[str, str] = {"REGION": session.get_config_variable("region") or "us-east-1"}
    if credentials := session.get_credentials():
        keys = credentials.get_frozen_credentials()
        secret |= {"KEY_ID": keys.access_key, "SECRET": keys.secret_key}
        if keys.token:
            secret["SESSION_TOKEN"] = keys.token
    if endpoint := os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL"):
        scheme, _, host = endpoint.partition("://")
        secret |= {"ENDPOINT": host.rstrip("/"), "URL_STYLE": "path", "USE_SSL": str(scheme == "https").lower()}
    parameters = ", ".join(f"{name} {sql.literal(value)}" for name, value in secret.items())
    con.execute(f"CREATE OR REPLACE SECRET ogi_store (TYPE s3, {parameters})")
