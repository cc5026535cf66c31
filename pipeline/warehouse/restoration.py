"""The record of a publication that was brought back, in ``ingest_run`` of the warehouse that has its rows again.

Belongs here: SQL on an open warehouse, whatever its kind.
"""

from datetime import datetime

import duckdb

from pipeline import sql
from pipeline.warehouse.provenance import LATEST_RUN

_FILES = """
SELECT source_file, source_sha256 FROM {0}dim_report UNION ALL
SELECT source_file, source_sha256 FROM {0}rejected_report UNION ALL
SELECT source_file, source_sha256 FROM {0}superseded_report WHERE reason <> 'file_changed'
"""
_COUNTS = """
SELECT count(*) FILTER (b.source_file IS NULL), count(*) FILTER (a.source_sha256 <> b.source_sha256),
    count(*) FILTER (a.source_file IS NULL)
FROM ({now}) a FULL JOIN ({before}) b USING (source_file)
"""
_COLUMNS = "SELECT column_name FROM duckdb_columns() WHERE database_name = ? AND table_name = 'ingest_run'"


def add_record(con: duckdb.DuckDBPyConnection, run_id: str, now: datetime, replaced: str | None) -> None:
    """Record that the warehouse of a connection was brought back.

    ``replaced`` is the attached warehouse that it replaces, if that can be read: its record is completed by this row,
    and the files that came, changed and went are counted against it.
    """
    restored_run = sql.scalar(con, f"SELECT run_id FROM {LATEST_RUN}")
    con.execute("ALTER TABLE ingest_run ADD COLUMN IF NOT EXISTS restored_run VARCHAR")
    con.execute(f"CREATE TEMP TABLE restored AS FROM {LATEST_RUN}")
    new = changed = removed = 0
    if replaced is not None:
        before = f"{replaced}.main."
        ((new, changed, removed),) = con.execute(
            _COUNTS.format(now=_FILES.format(""), before=_FILES.format(before))
        ).fetchall()
        known = {name for (name,) in con.execute(_COLUMNS, [replaced]).fetchall()}
        ours = con.execute("SELECT column_name FROM (DESCRIBE ingest_run)").fetchall()
        columns = ", ".join(name for (name,) in ours if name in known)
        con.execute(
            f"INSERT INTO ingest_run BY NAME SELECT {columns} FROM {before}ingest_run "
            "ANTI JOIN ingest_run USING (run_id) ORDER BY finished_at"
        )
    con.execute(_RECORD, [run_id, now, new, changed, removed, restored_run])
    con.execute("DROP TABLE temp.restored")


_RECORD = """
INSERT INTO ingest_run BY NAME
SELECT * REPLACE (
    $1 AS run_id,
    greatest($2::TIMESTAMP, (SELECT max(finished_at) FROM ingest_run) + INTERVAL 1 MICROSECOND) AS finished_at,
    $3 AS files_new, $4 AS files_changed, $5 AS files_removed, $6 AS restored_run
) FROM temp.restored
"""
