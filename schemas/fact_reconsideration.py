"""Table four: administrative reconsideration and litigation."""

import pandera.polars as pa
import polars as pl

from schemas import base


class FactReconsideration(base.Table):
    """政府信息公开行政复议、行政诉讼情况. One row a track of table four of a report, counts of cases by result.
    Do not add total to the results: it is their sum already.
    """

    agency_id: str = base.agency_id()
    year: pl.Int32 = base.year()
    track: str = pa.Field(
        isin=["reconsideration", "litigation_direct", "litigation_after_reconsideration"],
        description="reconsideration 行政复议, litigation_direct 行政诉讼·未经复议直接起诉, "
        "litigation_after_reconsideration 行政诉讼·复议后起诉.",
    )
    upheld: pl.Int64 = base.count("结果维持, cases in which the agency's act was upheld")
    corrected: pl.Int64 = base.count("结果纠正, cases in which it was corrected")
    other: pl.Int64 = base.count("其他结果, cases with another result")
    pending: pl.Int64 = base.count("尚未审结, cases not yet decided")
    total: pl.Int64 = base.count("总计, the track's total as printed (never computed)")
    source_line: pl.Int32 = base.source_line()
    value_lines: base.Lines = base.value_lines()

    class Config(base.Table.Config):
        unique = ["agency_id", "year", "track"]
