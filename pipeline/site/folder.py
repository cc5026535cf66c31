"""The folder of a site: written beside its place and put there whole, and nothing of anybody else's is touched.

Belongs here: folders, names and the marker. What is written is the other modules' affair.
"""

import contextlib
import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from pipeline.system import lock

#: Says that a folder is a site of this program, and what of it stands at its top.
MARKER = ".ogi-site.json"


class SiteError(Exception):
    """The site was not written, and what was there before is as it was; the message says why."""


@contextlib.contextmanager
def replacing(folder: Path) -> Iterator[Path]:
    """An empty folder to write into, which takes the place of ``folder`` when all has gone well.

    Raises:
        SiteError: there is something else in the folder than a site.
        OSError: it cannot be written.
    """
    target = Path(os.path.realpath(folder))  # behind a link the folder is changed, not the link
    _refuse_foreign(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    building = target.with_name(f".{target.name}.building")
    with lock.exclusive(target.with_name(f".{target.name}.lock"), "another ogi site"):
        # A run that was killed may have left half a site, or the old one moved away.
        if _old(target).is_dir() and not target.exists():
            _old(target).rename(target)
        for left in (building, _old(target)):
            _remove(left)
        building.mkdir()
        try:
            yield building
            _mark(building)
            _refuse_foreign(target)
            _put(building, target)
        finally:
            with contextlib.suppress(OSError):
                _remove(building)


def _refuse_foreign(target: Path) -> None:
    """Raise unless the folder is missing, empty, or holds a site and nothing that was put beside it."""
    if target.exists() and not target.is_dir():
        raise SiteError(f"{target} is a file; give the path of a folder")
    there = sorted(path.name for path in target.iterdir()) if target.is_dir() else []
    if not there:
        return
    try:
        ours = json.loads((target / MARKER).read_text(encoding="utf-8"))["holds"]
    except (OSError, ValueError, KeyError, TypeError):
        raise SiteError(
            f"{target} is not empty and not a site of this program; give a new folder, or empty this one"
        ) from None
    if foreign := [name for name in there if name not in {*ours, MARKER}]:
        raise SiteError(
            f"{target} holds {', '.join(foreign[:5])}, not of the site; it would be lost: move it elsewhere"
        )


def _mark(building: Path) -> None:
    said = {"holds": sorted(path.name for path in building.iterdir())}
    (building / MARKER).write_text(json.dumps(said, ensure_ascii=False) + "\n", encoding="utf-8")


def _put(building: Path, target: Path) -> None:
    """Change the folders; for a moment there is none, and if the second step fails the old one comes back."""
    old = _old(target)
    if target.exists():
        target.rename(old)
    try:
        building.rename(target)
    except OSError:
        if old.exists():
            old.rename(target)
        raise
    _remove(old)


def _old(target: Path) -> Path:
    return target.with_name(f".{target.name}.old")


def _remove(folder: Path) -> None:
    if folder.is_dir():
        shutil.rmtree(folder)
