"""Table three: applications received and how they were handled."""

import pandera.polars as pa
import polars as pl

from schemas import base


class FactApplicationHandling(base.Table):
    """收到和处理政府信息公开申请情况. Grain: a row of the form's table three in one report.

    Counts of applications by applicant.
    Do not add total_processed to the outcomes nor total to the applicants: they are sums already.
    """

    agency_id: str = base.agency_id()
    year: pl.Int32 = base.year()
    item: str = pa.Field(description="Row of the form, as in dim_application_item.")
    natural_person: pl.Int64 = base.count("自然人, applications by natural persons")
    enterprise: pl.Int64 = base.count("法人或其他组织 商业企业, by enterprises")
    research_institution: pl.Int64 = base.count("法人或其他组织 科研机构, by research institutions")
    social_organization: pl.Int64 = base.count("法人或其他组织 社会公益组织, by social organizations")
    legal_service: pl.Int64 = base.count("法人或其他组织 法律服务机构, by legal service organizations")
    other: pl.Int64 = base.count("法人或其他组织 其他, by other organizations")
    total: pl.Int64 = base.count("总计, the row's total as printed (never computed)")
    source_line: pl.Int32 = base.source_line()
    value_lines: base.Lines = base.value_lines()

    class Config(base.Table.Config):
        unique = ["agency_id", "year", "item"]
