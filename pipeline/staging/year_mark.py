"""The mark of a year, ``read/YEAR``: what its tables were read from, and what their files were like when written.

A year without a mark, or with a damaged one, or with that of an older program, is stale. So the mark is removed before
a year's tables are written, and written after all of them.

Belongs here: the record and its JSON. Whether what it says still holds is ``folder``'s.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

#: The format of the whole staging: what a program of another format staged is parsed and read again. Raise it when
#: files, their columns or the fields in them are renamed.
FORMAT = 6

#: Size and hash of staged files, by their path in the staging folder.
FileHashes = dict[str, tuple[int, str]]


@dataclass(frozen=True, slots=True)
class YearMark:
    """What a year's tables were read from, and what they are like."""

    #: Of the reports that the tables were read from (``Staging.fingerprint``).
    fingerprint: str | None
    #: Of the files of the tables.
    tables: FileHashes
    #: By part, the agencies whose rows in it are superseded by those of a later part.
    dead: dict[str, list[str]]
    #: Which generation the tables are of: all parts of one generation have the same.
    generation: str | None
    #: What was counted in the tables (``steps.count``), once it was.
    counted: dict[str, Any] | None = None

    def write(self, path: Path) -> None:
        """Write the mark."""
        fields = {
            "format": FORMAT,
            "fingerprint": self.fingerprint,
            "tables": self.tables,
            "dead": self.dead,
            "generation": self.generation,
        }
        if self.counted is not None:
            fields["counted"] = self.counted
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(fields))


def read_mark(path: Path) -> YearMark | None:
    """The mark at a path; None where there is none, or it is damaged or of another format."""
    try:
        fields = json.loads(path.read_text())
        if fields["format"] != FORMAT:
            return None
        return YearMark(
            fields["fingerprint"],
            {name: (size, digest) for name, (size, digest) in fields["tables"].items()},
            dict(fields["dead"]),
            fields["generation"],
            fields.get("counted"),
        )
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None
