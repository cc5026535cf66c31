"""What a format says of the files it wrote."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeAlias

import duckdb

from pipeline.export.relations import Relation


@dataclass(frozen=True, slots=True)
class Segment:
    """A file with rows of a relation, or a sheet of one; ``path`` is relative to the export, with ``/``.

    ``long_texts`` are texts that did not fit into a cell and go on elsewhere.
    """

    path: str
    rows: int
    sheet: str | None = None
    long_texts: int = 0


Segments: TypeAlias = dict[str, list[Segment]]
"""The parts of each relation."""


class Format(Protocol):
    """A module that writes relations under a folder."""

    def write(self, con: duckdb.DuckDBPyConnection, relations: Sequence[Relation], folder: Path) -> Segments:
        """Write every relation, read it back and compare it with the warehouse.

        Raises:
            ExportError: they differ.
        """


def notes(written: Segments) -> Sequence[str]:
    """What a reader of the files has to know of them: relations in several sheets, texts that go on elsewhere."""
    said = []
    for name, parts in written.items():
        sheets = [part.sheet for part in parts if part.sheet]
        if len(sheets) > 1:
            said.append(f"{name} is too long for one sheet and goes on: {', '.join(sheets)}")
        if longer := sum(part.long_texts for part in parts):
            said.append(f"{name}: {longer} texts are longer than a cell may be and go on in a sheet of their own")
    return said
