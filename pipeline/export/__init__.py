"""Every public table and view as files, with a data dictionary, a glossary and a Frictionless ``datapackage.json``.

Each format is a module that writes and reads back (``FORMATS``): every cell is compared with the warehouse before the
export takes its place. To add a format, add a module with ``write`` and its sentences to ``about``.

Belongs here: the export as a whole.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from pipeline.export import delimited, dictionary, package, parquet, xlsx
from pipeline.export.errors import ExportError
from pipeline.export.folder import DESCRIPTOR, replaced
from pipeline.export.formats import Format, notes
from pipeline.export.relations import relations
from pipeline.export.run_record import run_record
from pipeline.system.remedies import remedy
from pipeline.warehouse.connection import bounded

__all__ = ["FORMATS", "ExportError", "Exported", "export"]

FORMATS: dict[str, Format] = {"parquet": parquet, "csv": delimited, "xlsx": xlsx}
#: As what DuckDB raises a disk that is full or will not be written to, or want of memory.
_OF_THE_MACHINE = (duckdb.IOException, duckdb.OutOfMemoryException, duckdb.FatalException)


@dataclass(frozen=True, slots=True)
class Exported:
    """Rows of each table and view, and what a reader of the files has to know of some."""

    rows: dict[str, int]
    notes: Sequence[str]


def export(con: duckdb.DuckDBPyConnection, folder: Path, kind: str) -> Exported:
    """Write every table and view to the folder in one of ``FORMATS``, read all back, and only then put it in place.

    Raises:
        ExportError: the files cannot be written, or do not hold what the warehouse has; the folder is as it was.
    """
    try:
        with replaced(folder, kind) as new, bounded(con):
            found, made = relations(con), run(con)
            written = FORMATS[kind].write(con, found, new)
            documents = dictionary.documents(found, kind, made)
            for name, text in documents.items():
                (new / name).write_text(text, encoding="utf-8")
            descriptor = package.descriptor(found, written, new, kind, list(documents), made)
            text = json.dumps(descriptor, ensure_ascii=False, indent=2)
            (new / DESCRIPTOR).write_text(text + "\n", encoding="utf-8")
    except (OSError, *_OF_THE_MACHINE) as error:
        raise ExportError(f"{folder}: the export cannot be written: {error}{remedy(error, 'another DIR')}") from error
    return Exported({name: sum(part.rows for part in parts) for name, parts in written.items()}, notes(written))
