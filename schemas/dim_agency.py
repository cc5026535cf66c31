"""Agencies: who publishes."""

import pandera.polars as pa
import polars as pl

from schemas import base


class DimAgency(base.Table):
    """行政机关. One row an agency whose report is in the warehouse, or that stands in a register (agencies.csv).

    Where it is and what it is: as in its latest report's year; NULL where nothing tells.
    """

    agency_id: str = base.agency_id()
    name: str = pa.Field(
        str_length={"min_value": 2},
        description="机关名称. The fullest form the agency's own reports print, blanks removed, nothing prepended; "
        "a manifest's name wins over it, and a register's canonical name over both.",
    )
    aliases: base.Names = pa.Field(
        nullable=True, description="其他名称. Other forms of the name that its reports print; NULL when there is none."
    )
    region_code: str = pa.Field(
        nullable=True,
        str_matches=r"^\d{6}$",
        description="行政区划代码. GB/T 2260 code of the division the agency serves; NULL when unknown.",
    )
    province: str = pa.Field(nullable=True, description="省级. Province-level division; NULL when unknown.")
    city: str = pa.Field(nullable=True, description="地级. Prefecture-level division; NULL when unknown or none.")
    county: str = pa.Field(nullable=True, description="县级. County-level division; NULL when unknown or none.")
    level: str = pa.Field(
        nullable=True,
        isin=["国家", "省", "市", "县", "乡"],
        description="层级. 国家, 省, 市, 县 or 乡; NULL when unknown.",
    )
    kind: str = pa.Field(
        nullable=True,
        isin=["人民政府", "政府办公室", "部门", "街道办事处", "乡镇", "派出机构", "其他"],
        description="类型. 人民政府, 政府办公室, 部门, 街道办事处, 乡镇, 派出机构 or 其他; NULL when unknown.",
    )
    registered: bool = pa.Field(description="Whether it stands in a register (agencies.csv).")
    first_year: pl.Int32 = pa.Field(nullable=True, description="First year by the register; NULL when it has none.")
    last_year: pl.Int32 = pa.Field(nullable=True, description="Last year by the register; NULL when it has none.")
    successor_id: str = pa.Field(
        nullable=True, description="后继机关. The agency that took its place, by the register; NULL when it has none."
    )

    class Config(base.Table.Config):
        unique = ["agency_id"]
