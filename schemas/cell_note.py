"""Notes on single cells."""

import pandera.polars as pa
import polars as pl

from schemas import base


class CellNote(base.Table):
    """单元格说明. One row a cell that is no plain number: why it is NULL, or what stood around the number."""

    agency_id: str = base.agency_id()
    year: pl.Int32 = base.year()
    table_name: str = pa.Field(
        isin=["fact_application_handling", "fact_reconsideration", "fact_proactive_disclosure"],
        description="The fact table the cell is in.",
    )
    item: str = pa.Field(description="Row: item, or track in fact_reconsideration.")
    column_name: str = pa.Field(
        description="Column: the value column, or the measure in fact_proactive_disclosure; * for a whole row."
    )
    state: str = pa.Field(
        isin=["blank", "nil_mark", "absent_row", "unreadable", "annotated", "unit_converted", "ocr"],
        description="blank (empty cell), nil_mark (/ - — 无), absent_row (the report has no such row), unreadable "
        "(something stands there that is not one number), annotated (a number with words around it, loaded), "
        "unit_converted (printed in another unit, loaded in 万元), ocr (read from a picture: loaded where the sums of "
        "the form leave no other value, else NULL).",
    )
    raw_text: str = pa.Field(nullable=True, description="What stands in the source; NULL where nothing does.")
    source_line: pl.Int32 = base.source_line()
    page: pl.Int32 = base.page()
    x0: pl.Float64 = base.edge("Left")
    y0: pl.Float64 = base.edge("Upper")
    x1: pl.Float64 = base.edge("Right")
    y1: pl.Float64 = base.edge("Lower")
