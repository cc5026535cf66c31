"""Cells of the official table on proactive disclosure, 第二部分."""

import pandera.polars as pa
import polars as pl

from schemas import base


class DimDisclosureItem(base.Table):
    """主动公开表的单元格. One row a pair of item and measure of table two (主动公开政府信息情况)."""

    item: str = pa.Field(description="Code of the row of the form.")
    measure: str = pa.Field(description="Code of the column of the form; with item the key.")
    label_zh: str = pa.Field(description="Row and column label on the official form.")
    label_en: str = pa.Field(description="The label in English (unofficial).")
    unit: str = pa.Field(isin=["件", "项", "万元"], description="件 and 项 are counts, 万元 is 10,000 CNY.")
    sort_order: pl.Int32 = pa.Field(unique=True, description="Place in the form, from 1.")
    first_year: pl.Int32 = pa.Field(description="First report year of the official form that has the cell.")
    last_year: pl.Int32 = pa.Field(
        nullable=True, description="Last report year of the official form that has the cell; NULL while in use."
    )

    class Config(base.Table.Config):
        unique = ["item", "measure"]
