"""The first rows of a staged table and the worst that the reader found in it, for people who look how it was read.

Belongs here: choosing rows and columns. How they are shown is the caller's.
"""

import polars as pl

import schemas
from pipeline.staging.folder import Staging
from schemas import Table, base
from schemas.quality_rule import SEVERITIES


def preview(staging: Staging, model: type[Table], year: int, rows: int = 10) -> pl.DataFrame:
    """The first rows of a year's table, with the name of each report's file in place of the agency's id."""
    parts = staging.parts(base.name(model), year)
    if not parts:
        return base.empty(model)
    frame = pl.concat([part.lazy() for part in parts]).head(rows).collect()
    return _with_file(staging, frame, year).select("source_file", pl.exclude("source_file"))


def worst_findings(staging: Staging, model: type[Table], year: int, rows: int = 20) -> pl.DataFrame:
    """What the reader found wrong in a year's table, the most severe first.

    What the rules find is not among it: they are judged when all years are published.
    """
    parts = staging.parts(base.name(schemas.QualityIssue), year)
    if not parts:
        return pl.DataFrame()
    found = pl.concat([part.lazy() for part in parts]).filter(pl.col("table_name") == base.name(model))
    worst = found.sort(pl.col("severity").cast(pl.Enum(SEVERITIES)), "agency_id", "source_line").head(rows).collect()
    with_page = worst.join(_pages(staging, worst, year), ["agency_id", "source_line"], "left", maintain_order="left")
    return _with_file(staging, with_page, year).select(
        "severity", "source_file", pl.col("source_line").alias("line"), "page", "rule", "item", "column_name", "message"
    )


def _pages(staging: Staging, rows: pl.DataFrame, year: int) -> pl.DataFrame:
    """The pages of the lines of these reports; texts have none."""
    parts = [part.lazy() for part in staging.parts(base.name(schemas.ReportLine), year)]
    lines = pl.concat(parts) if parts else base.empty(schemas.ReportLine).lazy()
    of_reports = pl.col("agency_id").is_in(rows["agency_id"].to_list()) & pl.col("page").is_not_null()
    return lines.filter(of_reports).select("agency_id", pl.col("line").alias("source_line"), "page").collect()


def _with_file(staging: Staging, frame: pl.DataFrame, year: int) -> pl.DataFrame:
    """The rows with the name of each report's file in place of the agency's id."""
    reports = pl.concat([part.lazy() for part in staging.parts("dim_report", year)])
    shown = pl.col("agency_id").is_in(frame["agency_id"].to_list())
    names = reports.filter(shown).select("agency_id", "source_file").collect()
    return frame.join(names, on="agency_id", how="left", maintain_order="left").drop("agency_id")
