"""The text of the reports, by section."""

import pandera.polars as pa
import polars as pl

from schemas import base


class ReportSection(base.Table):
    """报告文字. One row a section of a report's text, tables left out."""

    agency_id: str = base.agency_id()
    year: pl.Int32 = base.year()
    section: pl.Int32 = pa.Field(
        ge=0, le=6, description="0 what stands before the first section (title, preface), 1 to 6 as on the form."
    )
    heading: str = pa.Field(nullable=True, description="The heading as printed; NULL where there is none.")
    text: str = pa.Field(description="The section's text, lines as in the source, table rows left out.")
    source_line: pl.Int32 = pa.Field(ge=1, description="Line of the source file the section begins on, from 1.")

    class Config(base.Table.Config):
        unique = ["agency_id", "year", "section"]
