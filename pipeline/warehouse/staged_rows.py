"""The rows of staged Parquet files as SQL, in the order in which a warehouse has them.

Belongs here: which files, and which of their rows, a table is loaded from. The files themselves are
``staging.folder``'s.
"""

from collections.abc import Collection, Iterable
from pathlib import Path

import schemas
from pipeline import forms, sql
from pipeline.staging import parquet
from pipeline.staging.folder import Staging
from schemas import base

#: Rows are in the form's order rather than in that of their codes.
_FORM_ORDER = {
    "item": "(SELECT min(sort_order) FROM (FROM dim_application_item UNION ALL BY NAME FROM dim_disclosure_item) i "
    "WHERE i.item = r.item)",
    "measure": "(SELECT sort_order FROM dim_disclosure_item d WHERE d.item = r.item AND d.measure = r.measure)",
    "track": f"list_position({forms.TRACKS}, track)",
}


def order(table: type[schemas.Table]) -> str:
    """The ORDER BY of a table's rows; it does not depend on when they were staged."""
    return ", ".join(_FORM_ORDER.get(column, column) for column in base.key(table)) or "ALL"


def whole_file(path: Path) -> str:
    """All rows of a staged file, to stand in FROM.

    Raises:
        StagingError: it is missing or damaged. DuckDB would not notice all damage.
    """
    parquet.read(path)
    return _read_parquet([path])


def staged_rows(
    staging: Staging, table: str, parts: Collection[str] | None = None, years: Collection[int] | None = None
) -> str:
    """The valid rows of a staged table, to stand in FROM; empty if there are none.

    ``parts`` and ``years`` name the files to read, if not all are.
    """
    found = [
        rows
        for year in staging.table_years(table)
        if years is None or year in years
        for rows in staging.parts(table, year)
        if parts is None or rows.path.stem in parts
    ]
    if not found:
        return ""
    paths = [rows.path for rows in found]
    dead = [f"({sql.literal(rows.path)}, {sql.literal(agency)})" for rows in found for agency in rows.dead]
    if not dead:
        return _read_parquet(paths)
    return f"""(
        SELECT * EXCLUDE (filename) FROM {_read_parquet(paths, "filename = true")}
        ANTI JOIN (FROM (VALUES {", ".join(dead)}) d (filename, agency_id)) USING (filename, agency_id)
    )"""


def _read_parquet(paths: Iterable[Path], *options: str) -> str:
    files = ", ".join(map(sql.literal, paths))
    return f"read_parquet({', '.join([f'[{files}]', *options])})"
