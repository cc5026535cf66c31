"""Table two: information disclosed proactively."""

import pandera.polars as pa
import polars as pl

from schemas import base


class FactProactiveDisclosure(base.Table):
    """主动公开政府信息情况. One row a cell of table two of a report. Units differ by measure (dim_disclosure_item):
    never sum over measures. in_force and disclosed_total are stocks: do not add them up over years.
    """

    agency_id: str = base.agency_id()
    year: pl.Int32 = base.year()
    item: str = pa.Field(description="Row of the form, as in dim_disclosure_item.")
    measure: str = pa.Field(description="Column of the form, as in dim_disclosure_item.")
    value: base.Amount = pa.Field(
        nullable=True,
        description="The number as printed: a count, or an amount in 万元 (10,000 CNY), whatever unit it has there. "
        "NULL when the report does not state it (cell_note says how).",
    )
    source_line: pl.Int32 = base.source_line()

    class Config(base.Table.Config):
        unique = ["agency_id", "year", "item", "measure"]
