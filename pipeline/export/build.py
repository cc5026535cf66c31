"""The whole export: all relations in one format, and the documents beside them.

Every cell is read back and compared with the warehouse before the export replaces an earlier one. To add a format, add
a module with ``write`` to ``FORMATS``, and its sentences to ``about``.

Belongs here: the formats, and the order of the work.
"""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from pipeline.export import contract, croissant, delimited, dictionary, package, parquet, xlsx
from pipeline.export.errors import ExportError
from pipeline.export.folder import DESCRIPTOR, replacing
from pipeline.export.formats import Format, notes
from pipeline.export.relations import relations
from pipeline.export.run_record import run_record
from pipeline.staging.progress import Progress, silent
from pipeline.system.remedies import remedy
from pipeline.warehouse.connection import bounded

FORMATS: dict[str, Format] = {"parquet": parquet, "csv": delimited, "xlsx": xlsx}
#: What DuckDB raises for a full or write-protected disk, or for want of memory.
_MACHINE_ERRORS = (duckdb.IOException, duckdb.OutOfMemoryException, duckdb.FatalException)


@dataclass(frozen=True, slots=True)
class ExportResult:
    """The number of rows of each table and view, and what a reader of the files has to know."""

    rows: dict[str, int]
    notes: Sequence[str]


def export(
    con: duckdb.DuckDBPyConnection,
    folder: Path,
    kind: str,
    tables: Collection[str] = (),
    progress: Progress = silent,
) -> ExportResult:
    """Write all tables and views, or some, in a format, compare them with the warehouse, then replace the folder's.

    Raises:
        UnknownTableError: there is no table or view of a name.
        ExportError: the files cannot be written, or do not hold what the warehouse has; the folder is as it was.
    """
    try:
        with replacing(folder, kind) as new, bounded(con):
            found, run = relations(con, tables), run_record(con)
            written = FORMATS[kind].write(con, found, new, progress)
            documents = dictionary.documents(found, kind, run) | {
                contract.FILE: _json(contract.contract(found, run)),
                croissant.FILE: _json(croissant.dataset(found, written, new, kind, run)),
            }
            for name, text in documents.items():
                (new / name).write_text(text, encoding="utf-8")
            descriptor = package.descriptor(found, written, new, kind, list(documents), run)
            (new / DESCRIPTOR).write_text(_json(descriptor), encoding="utf-8")
    except (OSError, *_MACHINE_ERRORS) as error:
        raise ExportError(f"{folder}: the export cannot be written: {error}{remedy(error, 'another DIR')}") from error
    rows = {name: sum(segment.rows for segment in segments) for name, segments in written.items()}
    return ExportResult(rows, notes(written))


def _json(values: dict[str, Any]) -> str:
    return json.dumps(values, ensure_ascii=False, indent=2) + "\n"
