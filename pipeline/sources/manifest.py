"""The ``manifest.csv`` files of a source: what people know of its files.

Belongs here: the columns of a manifest and what their values mean, and which file a line is about. Files and rows are
read by ``sidecars``.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path, PurePosixPath

from pipeline import addresses
from pipeline.sources import names
from pipeline.sources.files import INSIDE, MANIFEST, SourceFile, is_folder, is_unreadable_folder, listed
from pipeline.sources.sidecar_rows import SidecarIssue, SidecarRow
from pipeline.sources.sidecars import Columns, read_rows

COLUMNS = Columns(("file",), ("agency", "year", "region_code", "url", "published"))


@dataclass(frozen=True, slots=True)
class ManifestEntry:
    """What a manifest says of one file; None where it says nothing. ``origin`` is its file and line."""

    agency: str | None = None
    year: int | None = None
    region_code: str | None = None
    url: str | None = None
    published: date | None = None
    origin: tuple[str, int] | None = None


def manifests(sources: Iterable[Path], issues: list[SidecarIssue]) -> dict[str, ManifestEntry]:
    """The entries of all manifests under the sources, by the name of the file that they are about.

    A manifest's ``file`` column counts from the manifest's folder. Of two manifests that name a file, the one that is
    nearer to it wins. Beside a source that is a single file, a manifest is about that file alone.

    Raises:
        SourceError: a manifest cannot be read or understood (``sidecars``).
        StoreError: the store of a URL cannot be reached.
    """
    entries: dict[str, ManifestEntry] = {}
    for source in sources:  # one by one: in sources that lie in each other, a file goes by several names
        lines: dict[tuple[str, str], int] = {}
        single = _name_of_single(source)
        for row in read_rows([source], MANIFEST, COLUMNS, issues):
            if not row.has(["file"]):
                continue
            name = (PurePosixPath(row.source_file).parent / row.fields["file"]).as_posix()
            if single and names.comparable(name) != names.comparable(single):
                continue
            first = lines.setdefault((row.source_file, name), row.source_line)
            if first != row.source_line:
                row.note(f"{row.fields['file']} is named twice; line {first} counts", "file", "line")
                continue
            entries[name] = _entry(row)
    return entries


def _name_of_single(source: Path) -> str | None:
    """The name of a source that is a single file; None for a folder."""
    if listed(source).is_file if addresses.is_url(source) else not is_folder(source):
        return names.of_path(source.name)
    return None


def _entry(row: SidecarRow) -> ManifestEntry:
    code = row.text("region_code")
    if code and not (len(code) == 6 and code.isascii() and code.isdigit()):
        row.note(f"region_code {code} is not six digits", "region_code")
        code = None
    return ManifestEntry(
        agency=row.text("agency"),
        year=row.year("year"),
        region_code=code,
        url=row.text("url"),
        published=row.date("published"),
        origin=(row.source_file, row.source_line),
    )


def of_files(
    entries: Mapping[str, ManifestEntry], files: Sequence[SourceFile], issues: list[SidecarIssue]
) -> dict[str, ManifestEntry]:
    """The entries by the names of the files that they mean.

    Where no file is called exactly so, the one is meant whose name people take for the same (``names.comparable``), if
    there is one. A line that means no file, or several, is added to ``issues``. One about a file in another one is
    taken for one about a member of an archive, which is not known yet (``_inside``).
    """
    known = {file.source_file for file in files}
    found = {name: entry for name, entry in entries.items() if name in known}
    if len(found) == len(entries):
        return found
    closed = tuple(f"{file.source_file}/" for file in files if is_unreadable_folder(file))
    alike: dict[str, list[str]] = defaultdict(list)
    for name in known:
        alike[names.comparable(name)].append(name)
    for name, entry in entries.items():
        if name in known or name.startswith(closed):
            continue
        meant = sorted(set(alike[names.comparable(name)]) - found.keys())
        if len(meant) == 1:
            found[meant[0]] = entry
            continue
        if (inside := _inside(name, alike)) and inside not in found:
            found[inside] = entry
            continue
        why = f"it may mean each of {', '.join(meant)}; write one of these" if meant else "there is none of that name"
        file, line = entry.origin or ("", 1)
        issues.append(SidecarIssue(file, line, "file", name, "line", f"{name} is no report under the source: {why}"))
    return found


def _inside(name: str, alike: Mapping[str, Sequence[str]]) -> str | None:
    """The name of a member of an archive, with the archive's own name; None where there is none of that name."""
    for found in re.finditer(INSIDE, name):
        outside, inside = name[: found.start()], name[found.start() :]
        archives = alike.get(names.comparable(outside), ())
        if outside in archives or len(archives) == 1:
            return (outside if outside in archives else archives[0]) + inside
    return None
