"""Waivers: issues that reviewers know of."""

import pandera.polars as pa
import polars as pl

from schemas import base


class QualityWaiver(base.Table):
    """已知问题. One row a line of a waivers.csv: the issues of an agency, year and rule that a reviewer knows of."""

    agency: str = pa.Field(description="机关. The agency as the reviewer wrote it: a name or an agency_id.")
    agency_id: str = pa.Field(
        nullable=True,
        str_matches=r"^[0-9a-f]{16}$",
        description="Agency that is meant, as in dim_agency; NULL when no agency of the warehouse, or more than one, "
        "is called so.",
    )
    year: pl.Int32 = pa.Field(description="Year of the report that is meant.")
    rule: str = pa.Field(description="The rule, as in quality_rule.")
    reason: str = pa.Field(description="理由. Why the issues need no more attention, in the reviewer's words.")
    waived_by: str = pa.Field(description="Who says so; the column by of the file.")
    waived_on: pl.Date = pa.Field(description="When it was said; the column date of the file.")
    source_file: str = pa.Field(
        description="Path of the waivers.csv, relative to the source folder it was found under, with '/'."
    )
    source_line: pl.Int32 = pa.Field(ge=1, description="Line of that file, counted from 1.")
    issues: pl.Int64 = pa.Field(
        ge=0, description="How many rows of quality_issue it marks; 0 says that it is stale, or never fitted."
    )

    class Config(base.Table.Config):
        unique = ["agency", "year", "rule"]
