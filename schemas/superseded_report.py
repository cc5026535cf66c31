"""Files of an agency and year for which another file is in the warehouse, and earlier versions of files."""

import pandera.polars as pa
import polars as pl

from schemas import base


class SupersededReport(base.Table):
    """被取代文件. One row a file with a report of an agency and year for which another file is in the warehouse,
    or an earlier version of a file that has changed since (file_changed). Earlier versions are history: they are taken
    over from the warehouse before, and a build from nothing has none.
    """

    agency_id: str = base.agency_id()
    year: pl.Int32 = base.year()
    source_file: str = base.source_file()
    source_sha256: str = base.source_sha256()
    superseded_by: str = pa.Field(description="source_file of the report that is in dim_report instead.")
    reason: str = pa.Field(
        isin=["same_content", "fewer_cells", "published_earlier", "file_order", "file_changed"],
        description="Why the other file won: same_content (the same bytes), fewer_cells (this one has fewer numbers), "
        "published_earlier (by the manifest), file_order (nothing else tells them apart; the first path wins), "
        "file_changed (an earlier version of the same file: only its hash is kept).",
    )

    class Config(base.Table.Config):
        unique = ["source_file", "source_sha256"]
