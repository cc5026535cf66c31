"""The folder of an export: it is made beside what is there, and put in its place when it is whole.

- ``datapackage.json`` comes last and goes first: where it stands, the export is whole.
- What an earlier export of the same format left is replaced. It is known by its ``datapackage.json``.
- Anything else in the folder is left alone. Where it is in the way, or is an export in another format, nothing is done.
- A run that was killed in between leaves ``.ogi-export`` behind; the next run knows by it what is whose, and clears up.

Belongs here: files and their places. What stands in them is not looked at.
"""

import contextlib
import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from pipeline.export.errors import ExportError
from pipeline.system import lock

DESCRIPTOR = "datapackage.json"
#: The package's name, by which an export is known as one of this program.
NAME = "ogi-warehouse"
_WORK = ".ogi-export"
_LOCK = ".ogi-export.lock"
#: Segments by versions whose descriptor did not list it.
_ALWAYS = {DESCRIPTOR, "data_dictionary.md"}


@contextlib.contextmanager
def replaced(folder: Path, kind: str) -> Iterator[Path]:
    """A new folder to write an export into; it takes the place of the earlier one if the block ends well.

    If not, what was written is removed, and the earlier export is as it was.

    Raises:
        ExportError: something of somebody else is in the way.
        OSError: the folder cannot be written.
    """
    made = [path for path in (folder, *folder.parents) if not path.exists()]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with lock.exclusive(folder / _LOCK, "another export"):
            ours = _ours(folder)
            _refuse_other_format(folder, kind)
            _refuse_foreign(folder, {DESCRIPTOR}, ours)
            work = folder / _WORK
            _remove(work)
            new = work / "new"
            new.mkdir(parents=True)
            try:
                yield new
                entries = {Path(path).parts[0] for path in ours}
                _refuse_foreign(folder, entries | {path.name for path in new.iterdir()}, ours)
                _exchange(folder, new, entries)
            finally:
                _remove(work)
    except BaseException:
        for path in made:
            with contextlib.suppress(OSError):  # somebody put something there meanwhile
                path.rmdir()
        raise


def _ours(folder: Path) -> set[str]:
    """Paths of what earlier exports wrote, those that were killed included."""
    found: set[str] = set()
    for place in (folder, folder / _WORK / "old", folder / _WORK / "new"):
        found |= {path for paths in _listed(place).values() for path in paths}
    return found


def _listed(folder: Path) -> dict[str, set[str]]:
    """The files of the export in a folder by format, by its descriptor; nothing if there is none of this program.

    What a descriptor says is only believed of files below it.
    """
    try:
        found = json.loads((folder / DESCRIPTOR).read_text(encoding="utf-8"))
        if found["name"] != NAME:
            return {}
        listed: dict[str, set[str]] = {"": _ALWAYS | set(found.get("documents", []))}
        for resource in found["resources"]:
            paths = [resource["path"]] if isinstance(resource["path"], str) else resource["path"]
            listed.setdefault(resource["format"], set()).update(paths)
    except (FileNotFoundError, NotADirectoryError, ValueError, KeyError, TypeError, AttributeError):
        return {}
    return {kind: {path for path in paths if _is_below(path)} for kind, paths in listed.items()}


def _is_below(path: str) -> bool:
    parts = Path(path).parts
    return bool(parts) and not Path(path).is_absolute() and ".." not in parts


def _refuse_other_format(folder: Path, kind: str) -> None:
    if others := _listed(folder).keys() - {"", kind}:
        raise ExportError(
            f"{folder} holds an export as {', '.join(sorted(others))}; name another folder, or remove that one"
        )


def _refuse_foreign(folder: Path, entries: set[str], ours: set[str]) -> None:
    """Raise if a file that is not of an earlier export has the name of an entry, or lies in one."""
    for name in sorted(entries):
        there = folder / name
        files = [path for path in there.rglob("*") if not path.is_dir()] if there.is_dir() else [there]
        for path in files:
            if os.path.lexists(path) and path.relative_to(folder).as_posix() not in ours:
                raise ExportError(f"{path} is no file of an earlier export and in the way of this one: move it away")


def _exchange(folder: Path, new: Path, ours: set[str]) -> None:
    """Put the new entries where the old ones are; if that fails half-way, put all back."""
    old = new.with_name("old")
    old.mkdir()
    theirs = sorted((folder / name for name in ours), key=lambda path: path.name != DESCRIPTOR)
    moves = [(path, old / path.name) for path in theirs if os.path.lexists(path)]
    moves += [(path, folder / path.name) for path in sorted(new.iterdir(), key=lambda path: path.name == DESCRIPTOR)]
    done: list[tuple[Path, Path]] = []
    try:
        for source, target in moves:
            source.rename(target)
            done.append((source, target))
    except BaseException:
        for source, target in reversed(done):
            target.rename(source)
        raise


def _remove(path: Path) -> None:
    if path.exists():
        shutil.rmtree(path)
