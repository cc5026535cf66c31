"""Rows of the official table on applications, 第三部分."""

import pandera.polars as pa
import polars as pl

from schemas import base


class DimApplicationItem(base.Table):
    """申请办理表的行. One row an item of table three (收到和处理政府信息公开申请情况) in the form's order."""

    item: str = pa.Field(description="Code of the row; the key that fact_application_handling uses.")
    parent_item: str = pa.Field(
        nullable=True,
        description="The row whose number this one is a part of (as the form adds up); NULL at the top. "
        "Never sum a row together with its parent.",
    )
    label_zh: str = pa.Field(description="The row's label on the official form.")
    label_en: str = pa.Field(description="The label in English (unofficial).")
    outcome: str = pa.Field(
        isin=["intake", "granted", "partially_granted", "denied", "unavailable", "not_processed", "other", "total"],
        description="Which outcome of an application the row belongs to: denied for the eight 不予公开 rows, etc.; "
        "intake for new and carried over, total for 总计 and 结转.",
    )
    sort_order: pl.Int32 = pa.Field(unique=True, description="Place in the form, from 1.")
    is_subtotal: bool = pa.Field(description="True when the row is the sum of other rows of the table.")
    first_year: pl.Int32 = pa.Field(description="First report year of the official form that has the row.")
    last_year: pl.Int32 = pa.Field(
        nullable=True, description="Last report year of the official form that has the row; NULL while in use."
    )

    class Config(base.Table.Config):
        unique = ["item"]
