"""The run that published the warehouse, as files say where they come from."""

from dataclasses import dataclass
from datetime import datetime

import duckdb


@dataclass(frozen=True, slots=True)
class Run:
    """Id and end (UTC) of the run, the code that made the file, and the reports in it."""

    run_id: str
    finished_at: datetime
    code_version: str
    reports: int


def run(con: duckdb.DuckDBPyConnection) -> Run:
    """The run of a warehouse."""
    row = con.execute("SELECT run_id, finished_at, code_version, reports_loaded FROM ingest_run").fetchone()
    if row is None:
        raise duckdb.CatalogException("ingest_run is empty")
    return Run(*row)
