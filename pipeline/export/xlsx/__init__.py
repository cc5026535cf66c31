"""One Excel workbook: 说明, 数据字典, 术语表, a sheet for each view and table, and 长文本 where it is needed.

Rows are streamed in both directions, so that memory holds the rows of one sheet at most. Views come first: most readers
want them.

Belongs here: the format as a whole. ``sheets`` has the content of the sheets, ``cells`` what a cell can hold.
"""

from collections.abc import Sequence
from pathlib import Path

import duckdb
from python_calamine import CalamineError
from xlsxwriter.exceptions import XlsxWriterException

from pipeline.export.errors import ExportError
from pipeline.export.formats import Segments
from pipeline.export.relations import Relation
from pipeline.export.run_record import run_record
from pipeline.export.xlsx import reading, writing
from pipeline.export.xlsx.sheets import FILE
from pipeline.staging.progress import Progress, silent


def write(
    con: duckdb.DuckDBPyConnection, relations: Sequence[Relation], folder: Path, progress: Progress = silent
) -> Segments:
    """Write the workbook into the folder, read it back and compare it with the warehouse.

    Raises:
        ExportError: they differ.
    """
    ordered = sorted(relations, key=lambda relation: not relation.is_view)
    run = run_record(con)
    try:
        written = writing.write(con, ordered, run, folder, progress)
        reading.check(con, ordered, run, folder / FILE, written, progress)
    except (XlsxWriterException, CalamineError) as error:
        raise ExportError(f"{folder / FILE}: the workbook cannot be written or read back: {error}") from error
    return written
