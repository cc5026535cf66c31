"""The first rows of a staged table, for people who look whether it was read.

Belongs here: choosing rows and columns. How they are shown is the caller's.
"""

import polars as pl

from pipeline.staging.folder import Staging
from schemas import Table, base


def preview(staging: Staging, model: type[Table], year: int, rows: int = 10) -> pl.DataFrame:
    """The first rows of a year's table, with the name of each report's file in place of the agency's id."""
    parts = staging.parts(base.name(model), year)
    if not parts:
        return base.empty(model)
    frame = pl.concat([part.lazy() for part in parts]).head(rows).collect()
    reports = pl.concat([part.lazy() for part in staging.parts("dim_report", year)])
    shown = pl.col("agency_id").is_in(frame["agency_id"].to_list())
    names = reports.filter(shown).select("agency_id", "source_file").collect()
    frame = frame.join(names, on="agency_id", how="left").drop("agency_id")
    return frame.select("source_file", pl.exclude("source_file"))
