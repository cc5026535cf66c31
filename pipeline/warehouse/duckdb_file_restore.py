"""Brings a kept file back: a copy of it replaces the published file, as a publication of its own.

The copy has the rows of the kept file, and the record of all publications up to now. Its last row in ``ingest_run``
says which run was brought back; it began to look at the files when that run did, so that the next run publishes what
has changed since.

Belongs here: the copy and its record. Which file is meant is ``history``'s, replacing is ``kept_files``'s.
"""

import logging
import shutil
import uuid
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from pipeline import sql
from pipeline.settings import Settings
from pipeline.staging.folder import Staging
from pipeline.system import lock
from pipeline.system.remedies import remedy
from pipeline.warehouse import kept_files
from pipeline.warehouse.duckdb_file_publish import (
    DISK_ERRORS,
    building_path,
    lock_path,
    refuse_foreign,
    remove,
    remove_leftovers,
)
from pipeline.warehouse.errors import PublishError
from pipeline.warehouse.restoration import add_record

log = logging.getLogger(__name__)


def restore(path: Path, kept: Path, settings: Settings) -> None:
    """Replace the published file by a copy of a kept one.

    Raises:
        PublishError: the file cannot be written, or is open elsewhere, or is not ours.
    """
    building = building_path(path)
    try:
        with lock.exclusive(lock_path(path), "ogi restore"):
            remove_leftovers(path)
            is_readable = refuse_foreign(path, Staging(settings.staging))
            shutil.copyfile(kept, building)
            with duckdb.connect(str(building), config={"memory_limit": f"{settings.memory_mb}MB"}) as con:
                if is_readable:
                    con.execute(f"ATTACH {sql.literal(path)} AS replaced (READ_ONLY)")
                now = datetime.now(UTC).replace(tzinfo=None)
                add_record(con, str(uuid.uuid4()), now, "replaced" if is_readable else None)
                con.execute("CHECKPOINT")
            kept_files.replace(path, building, settings.keep_previous, is_readable)
    except (OSError, *DISK_ERRORS) as error:
        raise PublishError(
            f"{path}: the warehouse cannot be written: {error}{remedy(error, '--warehouse or OGI_WAREHOUSE')}"
        ) from error
    finally:
        remove(path.parent.glob(f"{building.name}*"))
    log.info("restored %s from %s", path, kept)
