"""Agencies: who publishes."""

import pandera.polars as pa

from schemas import base


class DimAgency(base.Table):
    """行政机关. One row an agency whose report is in the warehouse."""

    agency_id: str = base.agency_id()
    name: str = pa.Field(
        str_length={"min_value": 2},
        description="机关名称. The fullest form the agency's own reports print, blanks removed, nothing prepended; "
        "a manifest's name wins over it.",
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

    class Config(base.Table.Config):
        unique = ["agency_id"]
