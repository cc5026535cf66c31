"""What people keep beside the reports, read for a run: manifests, register and waivers, and what is wrong in them.

Belongs here: reading all of them together, what is checked against the reports and the gazetteer, and their issues as
staged rows. What one of them means is known by ``sources.manifest``, ``regions.register`` and ``rules.waivers``.
"""

import logging
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

import schemas
from pipeline import regions
from pipeline.regions import register, register_checks
from pipeline.regions.register import Register
from pipeline.rules import waivers
from pipeline.sources import manifest
from pipeline.sources.files import INSIDE, SourceFile
from pipeline.sources.manifest import ManifestEntry
from pipeline.sources.sidecar_rows import SidecarIssue
from schemas import base

log = logging.getLogger(__name__)

#: Issues that are logged one by one; a file with more has them in the warehouse.
_LOGGED = 20


@dataclass(frozen=True, slots=True)
class SidecarFiles:
    """The entries of the manifests by file, the register, the waivers as staged, and the issues as staged."""

    entries: dict[str, ManifestEntry]
    registered: Register
    waivers: pl.DataFrame
    issues: pl.DataFrame

    @property
    def register(self) -> pl.DataFrame:
        """The register as staged."""
        return register.stage(self.registered)

    @property
    def names(self) -> list[tuple[str, ...]]:
        """The names in the register: like its rows, they decide whose report a file is."""
        return [entry.names for entry in self.registered.entries]


def read(roots: Sequence[Path], files: Sequence[SourceFile]) -> SidecarFiles:
    """Read all such files of the sources, in which ``files`` were found. What is wrong in them is logged.

    Raises:
        SourceError: one of them cannot be read or understood.
        StoreError: the store of a URL cannot be reached.
    """
    issues: list[SidecarIssue] = []
    entries = manifest.of_files(manifest.manifests(roots, issues), files, issues)
    entries = dict(_with_known_codes(entries, issues))
    waived = waivers.waivers(roots, issues)
    registered = register_checks.register(roots, issues)
    found = sorted(set(issues), key=lambda issue: (issue.source_file, issue.source_line, issue.column_name or ""))
    for issue in found[:_LOGGED]:
        log.warning("%s, line %d: %s", issue.source_file, issue.source_line, issue.message)
    if len(found) > _LOGGED:
        log.warning("… and %d more: table sidecar_issue", len(found) - _LOGGED)
    return SidecarFiles(entries, registered, waivers.stage(waived), _frame(found))


def with_members(beside: SidecarFiles, files: Collection[str], members: Mapping[str, str]) -> SidecarFiles:
    """The sidecar files with what is wrong in lines about archives, now that their members are known.

    ``files`` are the names of the files under the sources; ``members`` has the archive of each member. A line about a
    member that is not there does not count, nor does one about an archive that was opened.
    """
    issues: list[SidecarIssue] = []
    inside = {name: entry for name, entry in beside.entries.items() if name not in files}
    manifest.of_files(inside, [SourceFile("", name) for name in members], issues)
    for name in sorted(beside.entries.keys() & set(members.values())):
        file, line = beside.entries[name].origin or ("", 1)
        why = f"{name} is an archive; write a line for each file in it, {name}{INSIDE}FILE"
        issues.append(SidecarIssue(file, line, "file", name, "line", why))
    return replace(beside, issues=pl.concat([beside.issues, _frame(issues)])) if issues else beside


def _with_known_codes(
    entries: Mapping[str, ManifestEntry], issues: list[SidecarIssue]
) -> Iterator[tuple[str, ManifestEntry]]:
    """The entries, without codes that no division has or had."""
    for name, entry in entries.items():
        code, (file, line) = entry.region_code, entry.origin or ("", 1)
        if code is None or regions.gazetteer().has_code(code):
            yield name, entry
            continue
        message = f"{code} is the code of no division from 2014 on (GB/T 2260, down to counties)"
        issues.append(SidecarIssue(file, line, "region_code", code, "value", message))
        yield name, replace(entry, region_code=None)


def _frame(issues: Sequence[SidecarIssue]) -> pl.DataFrame:
    return pl.DataFrame(list(issues), schema=base.polars_schema(schemas.SidecarIssue), orient="row")
