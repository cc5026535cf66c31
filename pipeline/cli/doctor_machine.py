"""What ``ogi doctor`` says of the machine: Python, packages, folders and their rights, room on the disk.

Belongs here: looking at one thing and saying in a line what it is like. Which folders and extras count is ``doctor``'s.
"""

import os
import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from pipeline.settings import PROJECT

_DISTRIBUTION = "ogi-warehouse"
_PYTHON = ((3, 11), (3, 14))
_LOCK = PROJECT / "requirements.lock"
#: Extras that only those need who work on the program.
_NOT_FOR_RUNS = {"dev", "docs"}
_LEAST_ROOM = 1 << 30


@dataclass(frozen=True, slots=True)
class Finding:
    """A line: what was looked at, whether it is fine (None: it is not needed), and in words how it is or what to do."""

    subject: str
    is_fine: bool | None
    text: str


def fine(subject: str, text: str) -> Finding:
    """All is well."""
    return Finding(subject, True, text)


def todo(subject: str, text: str) -> Finding:
    """Something must be done, and the text says what."""
    return Finding(subject, False, text)


def unneeded(subject: str, text: str) -> Finding:
    """Something is not there or not known, and nothing asks for it."""
    return Finding(subject, None, text)


def python() -> Iterator[Finding]:
    """The version of Python."""
    version = ".".join(map(str, sys.version_info[:3]))
    least, above = _PYTHON
    if least <= sys.version_info[:2] < above:
        yield fine("python", f"{version} ({sys.executable})")
    else:
        yield todo("python", f"{version}: 3.11, 3.12 or 3.13 is needed: make PYTHON=/path/to/python3.11")


def packages() -> Iterator[Finding]:
    """Installed packages against the lock file."""
    try:
        locked = dict(_locked())
    except FileNotFoundError:
        yield unneeded("packages", f"there is no {_LOCK.name} beside the program to compare them with")
        return
    missing, different = [], []
    needed = _needed()
    for name, version in locked.items():
        installed = _installed(name)
        if installed is None:
            missing += [name] * (name in needed)
        elif installed != version:
            different.append(f"{name} {installed} instead of {version}")
    unlocked = sorted(name for name in needed if name not in locked)
    if missing or unlocked:
        yield todo("packages", f"{', '.join(missing + unlocked)} missing: make setup")
    if different:
        yield todo("packages", f"{', '.join(different)}: rm -r .venv && make setup")
    if not (missing or unlocked or different):
        yield fine("packages", f"{len(needed)} that ogi needs are installed, all as {_LOCK.name} has them")


def _locked() -> Iterator[tuple[str, str]]:
    """Names and versions of the lock file that hold on this machine."""
    from packaging.requirements import Requirement

    for line in _LOCK.read_text(encoding="utf-8").splitlines():
        if line[:1].isalnum():
            requirement = Requirement(line.rstrip(" \\"))
            if requirement.marker is None or requirement.marker.evaluate():
                yield _normal(requirement.name), str(requirement.specifier).removeprefix("==")


def _needed(extra: str = "") -> set[str]:
    """The packages that ogi needs, with those that they need, or those that an extra adds."""
    from packaging.requirements import Requirement

    found: set[str] = set()
    waiting = [(_DISTRIBUTION, extra)]
    while waiting:
        name, wanted = waiting.pop()
        try:
            requirements = metadata.requires(name) or []
        except metadata.PackageNotFoundError:
            continue
        for text in requirements:
            requirement = Requirement(text)
            marker = requirement.marker
            is_of_extra = marker is not None and "extra" in str(marker)
            if marker and not marker.evaluate({"extra": wanted}):
                continue
            if name == _DISTRIBUTION and extra and not is_of_extra:
                continue
            for each in ("", *requirement.extras):
                key = _normal(requirement.name)
                if key not in found or each:
                    waiting.append((key, each))
                found.add(key)
    return found


def _installed(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def _normal(name: str) -> str:
    return name.lower().replace("_", "-").replace(".", "-")


def extras(needed: Mapping[str, str]) -> Iterator[Finding]:
    """What is installed for stores, lakes and several machines; ``needed`` has the setting that asks for an extra."""
    try:
        known = metadata.metadata(_DISTRIBUTION).get_all("Provides-Extra") or []
    except metadata.PackageNotFoundError:
        yield todo("extras", "ogi is not installed as a package: make setup")
        return
    for extra in (each for each in known if each not in _NOT_FOR_RUNS):
        missing = sorted(name for name in _needed(extra) if _installed(name) is None)
        if not missing:
            yield fine("extras", f"{extra} is installed")
        elif extra in needed:
            yield todo("extras", f"{needed[extra]} needs {', '.join(missing)}: pip install '{_DISTRIBUTION}[{extra}]'")
        else:
            yield unneeded("extras", f"{extra} is not installed, and no setting needs it")


def formats() -> Iterator[Finding]:
    """The formats that reports are read from."""
    from pipeline.reader.formats.office import doc, libreoffice, odt, rtf
    from pipeline.reader.formats.pages import scan
    from pipeline.reader.formats.registry import SUFFIXES

    yield fine("formats", f"reports are read from {' '.join(SUFFIXES)}")
    by_office = " ".join(sorted(doc.SUFFIXES | odt.SUFFIXES | rtf.SUFFIXES))
    if found := libreoffice.program():
        yield fine("formats", f"{found} reads {by_office}")
    else:
        yield unneeded("formats", f"without LibreOffice {by_office} are not read: {libreoffice.INSTALL}")
    if scan.is_installed():
        yield fine("formats", "pages of PDF files that are pictures are read by OCR, as far as sums prove it")
    else:
        yield unneeded("formats", f"without OCR scans are not read: {scan.INSTALL}")
    yield fine("fonts", "none are needed: pages are shown with those of whoever looks at them")


def readable(subject: str, path: Path, setting: str) -> Finding:
    """A file or folder that must be there."""
    if not path.exists():
        return todo(subject, f"{path} is not there: make it, mount its disk, or set {setting}")
    rights = os.R_OK | (os.X_OK if path.is_dir() else 0)
    if not os.access(path, rights):
        return todo(subject, f"{path} cannot be read: give this user the right to, or set {setting}")
    return fine(subject, f"{path} can be read")


def writable(subject: str, folder: Path, setting: str) -> Finding:
    """A folder that is written to, or made where it is not there yet."""
    there = _existing(folder)
    if not there.is_dir():
        return todo(subject, f"{there} is a file, and {folder} cannot be made: set {setting}")
    if not os.access(there, os.W_OK | os.X_OK):
        return todo(subject, f"{there} cannot be written to: give this user the right to, or set {setting}")
    return fine(subject, f"{folder} can be written to" if there == folder else f"{folder} can be made")


def room(folders: Sequence[Path], size: int) -> Iterator[Finding]:
    """Room on the disks of some folders: a publication needs that of the warehouse of ``size`` bytes twice over."""
    least = max(_LEAST_ROOM, 3 * size)
    disks: dict[int, Path] = {}
    for folder in folders:
        there = _existing(folder)
        disks.setdefault(there.stat().st_dev, there)
    for there in disks.values():
        free = shutil.disk_usage(there).free
        if free < least:
            yield todo(
                "disk", f"{there}: {_gigabytes(free)} free of {_gigabytes(least)} that a run may need: make room"
            )
        else:
            yield fine("disk", f"{there}: {_gigabytes(free)} free")


def _existing(folder: Path) -> Path:
    """The folder, or the nearest above it that there is."""
    folder = folder.absolute()
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return folder


def _gigabytes(size: int) -> str:
    return f"{size / 1e9:.1f} GB"
