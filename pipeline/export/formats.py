"""The interface of a format, and its account of the files that it wrote."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeAlias

import duckdb

from pipeline.export.relations import Relation
from pipeline.staging.progress import Progress, silent


@dataclass(frozen=True, slots=True)
class Segment:
    """A file with rows of a relation, or a sheet of a workbook; ``path`` is relative to the export, with ``/``.

    ``long_texts`` counts the texts that did not fit into a cell and continue on another sheet.
    """

    path: str
    rows: int
    sheet: str | None = None
    long_texts: int = 0


Segments: TypeAlias = dict[str, list[Segment]]
"""The segments of each relation, by its name."""


class Format(Protocol):
    """A module that writes relations under a folder."""

    def write(
        self, con: duckdb.DuckDBPyConnection, relations: Sequence[Relation], folder: Path, progress: Progress = silent
    ) -> Segments:
        """Write every relation, read it back and compare it with the warehouse.

        Raises:
            ExportError: they differ.
        """


def notes(written: Segments) -> Sequence[str]:
    """What a reader of the files has to know: relations on several sheets, texts that continue elsewhere."""
    found = []
    for name, segments in written.items():
        sheets = [segment.sheet for segment in segments if segment.sheet]
        if len(sheets) > 1:
            found.append(f"{name} is too long for one sheet and goes on: {', '.join(sheets)}")
        if longer := sum(segment.long_texts for segment in segments):
            found.append(f"{name}: {longer} texts are longer than a cell may be and go on in a sheet of their own")
    return found
