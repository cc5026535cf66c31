"""Brings a snapshot of a lake back: one transaction replaces all rows by those that the lake had then.

Belongs here: that transaction. The lake's record of what it was made from comes back too, so that the next run
publishes what has changed since.
"""

import contextlib
import logging
import uuid
from datetime import UTC, datetime

import duckdb

from pipeline import sql
from pipeline.addresses import Lake
from pipeline.settings import Settings
from pipeline.warehouse import ducklake_connection
from pipeline.warehouse.ducklake_connection import AUTHOR, NAME, LakeError
from pipeline.warehouse.ducklake_publish import exclusive
from pipeline.warehouse.errors import PublishError
from pipeline.warehouse.restoration import add_record

log = logging.getLogger(__name__)

_OLD, _REPLACED = "brought_back", "replaced"
_COLUMNS = """
SELECT schema_name, table_name, column_name, data_type FROM duckdb_columns()
SEMI JOIN duckdb_tables() USING (database_name, schema_name, table_name) WHERE database_name = ? ORDER BY ALL
"""


def restore(lake: Lake, kept: Lake, settings: Settings) -> None:
    """Publish the rows of a snapshot again.

    Raises:
        PublishError: the lake cannot be written, or had other tables then.
    """
    try:
        with exclusive(lake, "ogi restore"), ducklake_connection.open_for_writing(lake, settings) as con:
            con.begin()
            try:
                run_id = _replace_rows(con, lake, kept)
                con.execute(
                    f"CALL {NAME}.set_commit_message(?, ?, extra_info => ?)", [AUTHOR, run_id, f"restored {kept.at}"]
                )
                con.commit()
            except BaseException:
                with contextlib.suppress(duckdb.Error):
                    con.rollback()
                raise
    except (LakeError, duckdb.Error, OSError) as error:
        raise PublishError(ducklake_connection.describe(lake, "nothing was restored", error)) from error
    log.info("restored %s, snapshot %s", lake, kept.at)


def _replace_rows(con: duckdb.DuckDBPyConnection, lake: Lake, kept: Lake) -> str:
    now = int(sql.scalar(con, f"SELECT id FROM {NAME}.current_snapshot() t (id)"))
    ducklake_connection.attach(con, kept, _OLD)
    ducklake_connection.attach(con, Lake(lake.catalog, at=now), _REPLACED)
    columns = con.execute(_COLUMNS, [NAME]).fetchall()
    if columns != con.execute(_COLUMNS, [_OLD]).fetchall():
        raise PublishError(
            f"{lake}: snapshot {kept.at} was published by another version of this program, which had other tables, and "
            "cannot be restored; read it with --at, or restore it with that version. Nothing was restored"
        )
    for schema, table in dict.fromkeys(row[:2] for row in columns):
        con.execute(f"DELETE FROM {NAME}.{schema}.{table}")
        con.execute(f"INSERT INTO {NAME}.{schema}.{table} FROM {_OLD}.{schema}.{table}")
    run_id = str(uuid.uuid4())
    add_record(con, run_id, datetime.now(UTC).replace(tzinfo=None), _REPLACED)
    return run_id
