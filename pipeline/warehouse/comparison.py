"""Whether two warehouse files say the same: the same rows under the same definitions, made by the same program.

When a file was first seen and by which run it was published are no differences. Rows are compared by ``diff``.

Belongs here: the question that a publication asks before it replaces a file. How two warehouses differ is ``diff``'s.
"""

import logging
from collections.abc import Collection
from pathlib import Path

import duckdb

from pipeline import sql
from pipeline.warehouse.diff import DiffError, diff
from pipeline.warehouse.provenance import LATEST_RUN

log = logging.getLogger(__name__)

#: What a file's tables and views are, with all comments. Column types of views follow from their SQL.
_DEFINITIONS = """
SELECT table_name, column_name, data_type, is_nullable::VARCHAR, comment FROM duckdb_columns()
WHERE NOT internal AND database_name = current_database()
UNION ALL SELECT table_name, NULL, NULL, NULL, comment FROM duckdb_tables() WHERE database_name = current_database()
UNION ALL SELECT view_name, NULL, NULL, sql, comment FROM duckdb_views()
WHERE NOT internal AND database_name = current_database()
ORDER BY ALL
"""


def is_same(old: Path, new: Path, agencies: Collection[str] | None = None) -> bool:
    """Whether a new file says the same as the published one; facts may differ only of ``agencies``, if given."""
    try:
        return _program(old) == _program(new) and diff(old, new, agencies).is_empty()
    except (duckdb.Error, DiffError, LookupError) as error:
        log.warning("%s: it cannot be compared with what is published, and replaces it: %s", new, error)
        return False


def _program(path: Path) -> list[object]:
    """By which program a file was made, and what it defines."""
    with duckdb.connect(str(path), read_only=True) as con:
        code = sql.scalar(con, f"SELECT code_version FROM {LATEST_RUN}")
        return [code, *con.execute(_DEFINITIONS).fetchall()]
