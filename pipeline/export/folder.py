"""The folder of an export: the new one is written inside it, in ``.ogi-export``, and exchanged for the old when whole.

- ``datapackage.json`` is moved in last and moved out first: where it is, the export is whole.
- What an earlier export of the same format left is replaced; it is recognized by its ``datapackage.json``.
- Other files in the folder are left alone. If one is in the way, or is an export in another format, nothing is done.
- A run that was killed while it moved files leaves ``.ogi-export`` behind; by the descriptors in it the next run knows
  which files are the export's, and clears up.

Belongs here: paths, and which of them are an export's. What the files contain is not looked at.
"""

import contextlib
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pipeline.export.errors import ExportError
from pipeline.system import folder_swap, lock

DESCRIPTOR = "datapackage.json"
#: The package's name, by which an export is known as one of this program.
NAME = "ogi-warehouse"
_WORK = ".ogi-export"
_LOCK = ".ogi-export.lock"
#: Files of every export; early versions did not list the dictionary in their descriptor.
_ALWAYS = {DESCRIPTOR, "data_dictionary.md"}


@contextlib.contextmanager
def replacing(folder: Path, kind: str) -> Iterator[Path]:
    """A new folder to write an export into; it replaces the earlier export when the block ends without an error.

    After an error what was written is removed, and the earlier export is as it was.

    Raises:
        ExportError: a file that is not the export's is in the way.
        OSError: the folder cannot be written.
    """
    missing = [path for path in (folder, *folder.parents) if not path.exists()]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with lock.exclusive(folder / _LOCK, "another export"):
            ours = _ours(folder)
            _refuse_other_format(folder, kind)
            _refuse_foreign(folder, {DESCRIPTOR}, ours)
            with folder_swap.fresh(folder / _WORK) as work:
                new, old = work / "new", work / "old"
                new.mkdir()
                old.mkdir()
                yield new
                entries = {Path(path).parts[0] for path in ours}
                _refuse_foreign(folder, entries | {path.name for path in new.iterdir()}, ours)
                folder_swap.exchange(_renames(folder, new, old, entries))
    except BaseException:
        for path in missing:
            with contextlib.suppress(OSError):  # it is not empty any more: somebody else wrote into it
                path.rmdir()
        raise


def _ours(folder: Path) -> set[str]:
    """Paths of what earlier exports wrote, killed ones included."""
    found: set[str] = set()
    for each in (folder, folder / _WORK / "old", folder / _WORK / "new"):
        found |= {path for paths in _listed(each).values() for path in paths}
    return found


def _listed(folder: Path) -> dict[str, set[str]]:
    """The files of the export in a folder by format, as its descriptor lists them; none if it is no export of ours.

    Only paths below the folder are believed.
    """
    try:
        found = json.loads((folder / DESCRIPTOR).read_text(encoding="utf-8"))
        if found["name"] != NAME:
            return {}
        listed: dict[str, set[str]] = {"": _ALWAYS | set(found.get("documents", []))}
        for resource in found["resources"]:
            listed.setdefault(resource["format"], set()).update(_paths(resource))
    except (FileNotFoundError, NotADirectoryError, ValueError, KeyError, TypeError, AttributeError):
        return {}
    return {kind: {path for path in paths if _is_below(path)} for kind, paths in listed.items()}


def _paths(resource: dict[str, Any]) -> list[str]:
    """The files of a resource; the path of a table in folders by year is no file."""
    if "files" in resource:
        return [file["path"] for file in resource["files"]]
    return [resource["path"]] if isinstance(resource["path"], str) else resource["path"]


def _is_below(path: str) -> bool:
    parts = Path(path).parts
    return bool(parts) and not Path(path).is_absolute() and ".." not in parts


def _refuse_other_format(folder: Path, kind: str) -> None:
    if others := _listed(folder).keys() - {"", kind}:
        raise ExportError(
            f"{folder} holds an export as {', '.join(sorted(others))}; name another folder, or remove that one"
        )


def _refuse_foreign(folder: Path, entries: set[str], ours: set[str]) -> None:
    """Raise if an entry is, or contains, a file that is not of an earlier export."""
    for name in sorted(entries):
        there = folder / name
        files = [path for path in there.rglob("*") if not path.is_dir()] if there.is_dir() else [there]
        for path in files:
            if os.path.lexists(path) and path.relative_to(folder).as_posix() not in ours:
                raise ExportError(f"{path} is no file of an earlier export and in the way of this one: move it away")


def _renames(folder: Path, new: Path, old: Path, ours: set[str]) -> list[tuple[Path, Path]]:
    """Old entries out, the descriptor first; new entries in, the descriptor last."""
    entries = sorted((folder / name for name in ours), key=lambda path: path.name != DESCRIPTOR)
    out = [(path, old / path.name) for path in entries if os.path.lexists(path)]
    written = sorted(new.iterdir(), key=lambda path: path.name == DESCRIPTOR)
    return out + [(path, folder / path.name) for path in written]
