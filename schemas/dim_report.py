"""Reports: one agency's report for one year, and the file it was read from."""

import pandera.polars as pa
import polars as pl

from schemas import base


class DimReport(base.Table):
    """年度报告. One row a report in the warehouse: one agency, one year, one file."""

    agency_id: str = base.agency_id()
    year: pl.Int32 = base.year()
    source_file: str = base.source_file()
    source_sha256: str = base.source_sha256()
    title: str = pa.Field(nullable=True, description="标题. The report's title as printed; NULL when it has none.")
    form: str = pa.Field(
        nullable=True,
        isin=["2021", "2019", "hybrid"],
        description="表样. 2021 (国办公开办函〔2021〕30号), 2019 (国办公开办函〔2019〕60号) or hybrid (of both), "
        "detected from the tables' labels, not from the year; NULL when no label of the report tells.",
    )
    format: str = pa.Field(
        description="格式. What the file is: text, html, pdf, docx, doc, ofd and so on, as told by its bytes."
    )
    encoding: str = pa.Field(
        description="编码. The codec that decoded the file, as Python names it; of a document, the program that "
        "read it."
    )
    scope: str = pa.Field(
        nullable=True,
        isin=["region", "own"],
        description="口径. region: the report says that it adds up all bodies of its area or system (全区汇总); own: "
        "that it is about the body alone (本机关); NULL when it does not say. Do not add both up.",
    )
    published: pl.Date = pa.Field(nullable=True, description="发布日期. From the manifest; NULL when it does not say.")
    url: str = pa.Field(nullable=True, description="网址. From the manifest; NULL when it does not say.")
    layout: str = pa.Field(
        description="排版. How the tables stand in the text: tabs, markdown, pipes, html, document (tables of a "
        "PDF, Word or OFD file), aligned, lines, flat, "
        "joined by + where there are several."
    )
    identity_from: str = pa.Field(
        description="来源. Where agency and year were taken from, e.g. agency:title year:title; "
        "see docs/how-to/inputs.md."
    )
    digits: pl.Int32 = pa.Field(ge=0, description="Numbers that stand in the table regions of the text.")
    digits_used: pl.Int32 = pa.Field(
        ge=0, description="Of these, the numbers that became a cell or are part of a known label."
    )
    loaded_at: base.Moment = pa.Field(
        description="When this version of the file was first loaded (UTC); not part of what is compared between builds."
    )

    class Config(base.Table.Config):
        unique = ["agency_id", "year"]
