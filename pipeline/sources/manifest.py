"""The ``manifest.csv`` files of a source: what people know of its files.

Belongs here: the columns of a manifest and what their values mean. Files and rows are read by ``sidecars``.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path, PurePosixPath

from pipeline.sources.files import MANIFEST
from pipeline.sources.sidecars import SidecarRow, read_rows


@dataclass(frozen=True, slots=True)
class ManifestEntry:
    """What a manifest says of one file; None where it says nothing. ``origin`` is its file and line."""

    agency: str | None = None
    year: int | None = None
    region_code: str | None = None
    url: str | None = None
    published: date | None = None
    origin: str = ""


def manifests(sources: Iterable[Path]) -> dict[str, ManifestEntry]:
    """The entries of all manifests under the sources, by the name of the file that they are about.

    A manifest's ``file`` column counts from the manifest's folder. Of two manifests that name a file, the one that is
    nearer to it wins.

    Raises:
        SourceError: a manifest cannot be read (``sidecars``), names a file twice or none, or has a bad value.
        StoreError: the store of a URL cannot be reached.
    """
    entries: dict[str, ManifestEntry] = {}
    for source in sources:  # one by one: in sources that lie in each other, a file goes by several names
        lines: dict[tuple[str, str], int] = {}
        for row in read_rows([source], MANIFEST, ["file"]):
            row.require(["file"])
            name = (PurePosixPath(row.source_file).parent / row.fields["file"]).as_posix()
            first = lines.setdefault((row.source_file, name), row.source_line)
            if first != row.source_line:
                raise row.error(f"{row.fields['file']} is named twice; first in line {first}")
            entries[name] = _entry(row)
    return entries


def _entry(row: SidecarRow) -> ManifestEntry:
    code = row.text("region_code")
    if code and not (len(code) == 6 and code.isdigit()):
        raise row.error(f"region_code {code} is not six digits")
    return ManifestEntry(
        agency=row.text("agency"),
        year=row.year("year"),
        region_code=code,
        url=row.text("url"),
        published=row.iso_date("published"),
        origin=row.where,
    )
