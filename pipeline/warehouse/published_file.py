"""What lies at the path of a warehouse file: nothing, a warehouse of this program, or something that is not ours.

Nothing of anybody else's is replaced. A file is ours if it has our tables. One that cannot be read is a damaged
warehouse of ours only if we know to have published there; it is replaced then, and set aside.

Belongs here: opening a published file to see what it is. Replacing it is ``duckdb_file_publish``'s.
"""

import logging
from collections.abc import Callable
from pathlib import Path

import duckdb

from pipeline import sql
from pipeline.warehouse.errors import ForeignError, LockedError, PublishError

log = logging.getLogger(__name__)

#: What is read of a previous publication.
COMPARED = {
    "dim_agency": "agency_id, name",
    "dim_report": "agency_id, year, source_file, source_sha256, loaded_at",
    "rejected_report": "source_file, source_sha256, seen_at",
    "superseded_report": "agency_id, year, source_file, source_sha256, reason",
    "ingest_run": "run_id, finished_at",
}
#: Tables that every warehouse of this program has had.
_OURS = {"dim_report", "ingest_run"}


def read_compared(con: duckdb.DuckDBPyConnection, database: str) -> None:
    """Read all that is compared of a warehouse, which is attached under this name.

    Raises:
        duckdb.Error: it is damaged, or of another kind.
    """
    for table, columns in COMPARED.items():
        con.execute(f"SELECT bit_xor(hash({columns})) FROM {database}.main.{table}")


def expect_ours(path: Path, is_known: Callable[[], bool]) -> bool:
    """Whether a file can be read as a warehouse of this program; False where there is none, or it is damaged.

    ``is_known`` says whether we published there: what cannot be opened is then a damaged warehouse of ours.

    Raises:
        ForeignError: it is something else, and would be lost.
        LockedError: another program has it open for writing: what it writes would be lost.
        OSError: it cannot be looked at.
    """
    if path.is_dir():
        raise PublishError(f"{path} is a folder; give the path of a file")
    if not path.exists():
        return False
    if not path.is_file():
        raise ForeignError(f"{path} is no file but a device, pipe or socket; give the path of a file")
    if path.stat().st_size == 0:
        return False
    try:
        with duckdb.connect(str(path), read_only=True) as con:
            tables = {name for (name,) in con.execute("SELECT table_name FROM duckdb_tables()").fetchall()}
    except duckdb.Error as error:
        if "could not set lock" in str(error).lower():
            raise LockedError(
                f"{path}: another program has the warehouse open for writing; close it there, or open it read-only: "
                f"{error}"
            ) from error
        if not is_known():
            raise ForeignError(_refusal(path, "is no warehouse that can be opened")) from error
        log.warning("%s: the published warehouse cannot be opened and is replaced without it: %s", path, error)
        return False
    if not tables >= _OURS:
        raise ForeignError(_refusal(path, "is not a warehouse of this program"))
    return _is_readable(path)


def _is_readable(path: Path) -> bool:
    try:
        with duckdb.connect(str(path), read_only=True) as con:
            read_compared(con, sql.identifier(sql.scalar(con, "SELECT current_database()")))
    except duckdb.Error as error:
        log.warning("%s: the published warehouse cannot be read and is replaced without it: %s", path, error)
        return False
    return True


def _refusal(path: Path, what: str) -> str:
    return (
        f"{path} {what}, and would be lost: give another path (--warehouse or OGI_WAREHOUSE), or move it elsewhere. "
        "Nothing was published"
    )
