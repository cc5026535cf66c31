"""What is wrong in the CSV files that people keep beside the reports."""

import pandera.polars as pa
import polars as pl

from schemas import base

#: What of a file may be left out for something that is wrong in it.
LEFT_OUT = ["line", "value", "column"]


class SidecarIssue(base.Table):
    """清单问题. One row a line, value or column of a manifest.csv, agencies.csv or waivers.csv that is wrong, and does
    not count; the rest of the file does.
    """

    source_file: str = pa.Field(
        description="Path of the CSV file, relative to the source folder it was found under, with '/'."
    )
    source_line: pl.Int32 = pa.Field(ge=1, description="Line of that file, counted from 1.")
    column_name: str = pa.Field(nullable=True, description="The column; NULL when it is about the whole line.")
    actual: str = pa.Field(nullable=True, description="What stands there; NULL when it is about the whole line.")
    left_out: str = pa.Field(isin=LEFT_OUT, description="What does not count for it: " + ", ".join(LEFT_OUT) + ".")
    message: str = pa.Field(description="What is wrong and what is meant instead.")
