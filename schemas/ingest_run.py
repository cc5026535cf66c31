"""The runs that published the warehouse, since it was first published."""

import pandera.polars as pa
import polars as pl

from schemas import base


class IngestRun(base.Table):
    """入库运行. A row for each publication, the latest last; runs that changed nothing, or failed, are in the Dagster
    UI only.
    """

    run_id: str = pa.Field(description="Dagster run id; of a publication that ogi restore brought back, an id alike.")
    started_at: base.Moment = pa.Field(description="When the run began to look at the files (UTC).")
    finished_at: base.Moment = pa.Field(
        description="When the warehouse was ready to be published (UTC); later than that of every row before."
    )
    files_seen: pl.Int32 = pa.Field(ge=0, description="Files found under the source.")
    files_new: pl.Int32 = pa.Field(ge=0, description="Of these, not in the warehouse before.")
    files_changed: pl.Int32 = pa.Field(ge=0, description="Of these, in the warehouse before with other bytes.")
    files_removed: pl.Int32 = pa.Field(ge=0, description="Files in the warehouse before that are gone.")
    reports_loaded: pl.Int32 = pa.Field(ge=0, description="Rows of dim_report.")
    reports_rejected: pl.Int32 = pa.Field(ge=0, description="Rows of rejected_report.")
    code_version: str = pa.Field(description="Version of the program and of its reader.")
    restored_run: str = pa.Field(
        nullable=True, description="The run whose publication ogi restore brought back; NULL of all others."
    )

    class Config(base.Table.Config):
        unique = ["run_id"]
