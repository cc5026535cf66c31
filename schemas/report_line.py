"""The source lines that numbers were read from."""

import pandera.polars as pa
import polars as pl

from schemas import base


class ReportLine(base.Table):
    """数据来源行. One row a line of a source file from which a number of the fact tables was read, so that every number
    can be traced without the file; in a document of pages also the lines of issues, sentences and sections, for their
    pages. Join on agency_id, year and line = source_line (or one of value_lines).
    """

    agency_id: str = base.agency_id()
    year: pl.Int32 = base.year()
    line: pl.Int32 = pa.Field(ge=1, description="Line of the source file, counted from 1.")
    text: str = pa.Field(description="The line's text as decoded, shortened to 500 characters.")
    page: pl.Int32 = base.page()
    x0: pl.Float64 = base.edge("Left")
    y0: pl.Float64 = base.edge("Upper")
    x1: pl.Float64 = base.edge("Right")
    y1: pl.Float64 = base.edge("Lower")

    class Config(base.Table.Config):
        unique = ["agency_id", "year", "line"]
