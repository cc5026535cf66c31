"""The folder of a site: the new one is written beside it and exchanged for it when whole.

Nothing of anybody else's is touched: a folder that is not empty is only replaced if its marker says that it is a site
of this program, and lists everything in it.

Belongs here: folders, names and the marker. What is written is the other modules'.
"""

import contextlib
import json
import os
from collections.abc import Iterator
from pathlib import Path

from pipeline.system import folder_swap, lock

#: Marks a folder as a site of this program, and lists the entries at its top.
MARKER = ".ogi-site.json"


class SiteError(Exception):
    """The site was not written, and what was there before is as it was; the message says why."""


@contextlib.contextmanager
def replacing(folder: Path) -> Iterator[Path]:
    """An empty folder to write into; it replaces ``folder`` when the block ends without an error.

    Raises:
        SiteError: there is something else in the folder than a site.
        OSError: it cannot be written.
    """
    target = Path(os.path.realpath(folder))  # of a link the target is replaced, not the link
    _refuse_foreign(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    old = target.with_name(f".{target.name}.old")
    with lock.exclusive(target.with_name(f".{target.name}.lock"), "another ogi site"):
        # A run that was killed between the two renames left no site but the old one.
        if old.is_dir() and not target.exists():
            old.rename(target)
        folder_swap.remove(old)
        with folder_swap.fresh(target.with_name(f".{target.name}.building")) as building:
            yield building
            _write_marker(building)
            _refuse_foreign(target)
            folder_swap.exchange([*([(target, old)] if target.exists() else []), (building, target)])
            folder_swap.remove(old)


def _refuse_foreign(target: Path) -> None:
    """Raise unless the folder is missing, empty, or a site with nothing added to it."""
    if target.exists() and not target.is_dir():
        raise SiteError(f"{target} is a file; give the path of a folder")
    entries = sorted(path.name for path in target.iterdir()) if target.is_dir() else []
    if not entries:
        return
    try:
        ours = json.loads((target / MARKER).read_text(encoding="utf-8"))["holds"]
    except (OSError, ValueError, KeyError, TypeError):
        raise SiteError(
            f"{target} is not empty and not a site of this program; give a new folder, or empty this one"
        ) from None
    if foreign := [name for name in entries if name not in {*ours, MARKER}]:
        raise SiteError(
            f"{target} holds {', '.join(foreign[:5])}, not of the site; it would be lost: move it elsewhere"
        )


def _write_marker(building: Path) -> None:
    marker = {"holds": sorted(path.name for path in building.iterdir())}
    (building / MARKER).write_text(json.dumps(marker, ensure_ascii=False) + "\n", encoding="utf-8")
