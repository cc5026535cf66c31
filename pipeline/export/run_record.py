"""The run that published the warehouse, as the files of an export name it."""

from dataclasses import dataclass
from datetime import datetime

import duckdb

from pipeline.warehouse.provenance import LATEST_RUN


@dataclass(frozen=True, slots=True)
class RunRecord:
    """The run's id and end (UTC), its version of the code, and the number of reports that it loaded."""

    run_id: str
    finished_at: datetime
    code_version: str
    reports: int


def run_record(con: duckdb.DuckDBPyConnection) -> RunRecord:
    """The run that published a warehouse.

    Raises:
        duckdb.CatalogException: the warehouse does not say.
    """
    row = con.execute(f"SELECT run_id, finished_at, code_version, reports_loaded FROM {LATEST_RUN}").fetchone()
    if row is None:
        raise duckdb.CatalogException("ingest_run is empty")
    return RunRecord(*row)
