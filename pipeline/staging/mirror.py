"""Working copies of a staging that lies at a URL: a step's files are pulled, and what it changed is pushed back.

Of what the store has, a copy holds exactly what a step asks for, as of one moment. Files that were pulled before and
are still the same are not pulled again, files that were not changed are not pushed. Copies lie in slots of the scratch
folder, each of them used by one step at a time; what is kept from step to step may be lost at any time.

Marks say that other files are whole (``_is_mark``). They are removed from the store before any changed file is pushed,
and pushed last, the catalogue after all others, so that a push that ends half-way leaves no mark of data that is not
there. No file is ever half there: object stores show a file when it is whole, elsewhere it is written under another
name and renamed. Steps that push different files do not disturb each other. Of a file that two of them push at once the
last one stays, whole.

Belongs here: moving files between a store and a folder. What is in them is ``folder``'s, which knows folders only.
"""

from __future__ import annotations

import contextlib
import hashlib
import itertools
import json
import logging
import os
import re
import shutil
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

from pipeline.addresses import is_url
from pipeline.sources.listing import everything
from pipeline.sources.store import Store, StoredFile, StoreError, needed
from pipeline.system import lock

log = logging.getLogger(__name__)

Result = TypeVar("Result")

#: Files that are pulled or pushed at a time.
_AT_ONCE = 8
#: How often files that others write meanwhile are pulled again before the step fails.
_TRIES = 6
#: Copies that nobody used for so long are removed, and so are files of the store that were left half-written.
_UNUSED_SECONDS, _LEFT_SECONDS = 30 * 24 * 3600, 24 * 3600
#: The format of the note of which versions are in a copy; a note of another format is ignored.
_FORMAT = 1
_CATALOGUE = "catalogue.parquet"
#: The names that ``Store.put`` gives to files that are not whole yet.
_LEFTOVER = re.compile(r"\..+\.[0-9a-f]{32}\.part")


def _is_mark(name: str) -> bool:
    """Whether a file says of other files that they are there and whole."""
    return name in {_CATALOGUE, "fingerprints.parquet", "published.parquet"} or name.startswith(("read/", "shards/"))


class Mirror:
    """Working copies of what lies at a URL."""

    def __init__(self, url: Path, scratch: Path) -> None:
        if not is_url(url):
            raise ValueError(f"{url} is a folder: it needs no working copy")
        self.url = str(url).rstrip("/")
        self._options = dict(getattr(url, "storage_options", {}))
        self._scratch = scratch

    @contextmanager
    def work(self, patterns: Collection[str] = ("**",), push: bool = True) -> Iterator[Path]:
        """A folder with the files that match, for as long as a step works there; what it changed is then pushed.

        In a pattern ``*`` stands for anything but ``/``, ``**`` for anything. Files and folders whose names begin with
        a dot are neither pulled nor pushed; others that match no pattern are not pushed either, which is logged.
        A step that fails is pushed too: its marks say what is whole, and its own error is raised. What was interrupted,
        or is not to be pushed, leaves the store as it was.

        Raises:
            StoreError: the store is away, or does not let itself be read or written.
            OSError: the scratch folder cannot be written to.
        """
        wanted = _matcher(patterns)
        with needed(self.url):
            store = Store(self.url, self._options)
        with self._slot() as slot:
            copy = _Copy(slot)
            before = _pull(store, copy, wanted, push)
            try:
                yield copy.folder
            except Exception as error:
                if push:
                    try:
                        _push(store, copy, wanted, before)
                    except OSError as lost:
                        error.add_note(f"What was done until then is lost: {lost}")
                        log.warning("what a step that failed had done is lost: %s", lost)
                raise
            if push:
                _push(store, copy, wanted, before)

    @contextmanager
    def _slot(self) -> Iterator[Path]:
        """A folder for one working copy that nobody else uses."""
        self._forget_unused()
        home = self._scratch / hashlib.sha256(self.url.encode()).hexdigest()[:16]
        for number in itertools.count(1):
            slot = home / str(number)
            slot.mkdir(parents=True, exist_ok=True)
            with lock.try_exclusive(_lock(slot)) as is_mine:
                if is_mine:
                    os.utime(_lock(slot))
                    slot.mkdir(exist_ok=True)  # another process may just have removed it, as unused
                    yield slot
                    os.utime(_lock(slot))
                    return

    def _forget_unused(self) -> None:
        """Remove the copies, of any URL, that nobody has used for long."""
        for path in self._scratch.glob("*/*.lock"):
            with contextlib.suppress(FileNotFoundError):
                if time.time() - path.stat().st_mtime < _UNUSED_SECONDS:
                    continue
                with lock.try_exclusive(path) as is_mine:
                    if is_mine:
                        shutil.rmtree(path.with_suffix(""), ignore_errors=True)
                        path.unlink()


def _lock(slot: Path) -> Path:
    return slot.with_name(f"{slot.name}.lock")


def _matcher(patterns: Iterable[str]) -> Callable[[str], bool]:
    """Whether a name matches one of the patterns."""
    meaning = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*"}
    expressions = (
        "".join(meaning.get(piece, re.escape(piece)) for piece in re.split(r"(\*\*/|\*\*|\*)", pattern))
        for pattern in patterns
    )
    expression = re.compile("|".join(f"(?:{each})" for each in expressions))
    return lambda name: expression.fullmatch(name) is not None


def _is_mirrored(name: str) -> bool:
    """Whether a file of this name is mirrored: no part of the name is hidden, nor empty or above the folder."""
    return all(part and not part.startswith(".") for part in name.split("/"))


# From the store and back


def _listed(store: Store, tidy: bool = False) -> dict[str, StoredFile]:
    """All files of the staging, now; ``tidy`` removes what pushes that were killed long ago left half-written."""
    found = {file.name: file for file in everything(store)}
    if "" in found:
        raise StoreError(f"{store.url}: that is a file; a staging is a folder")
    for name, file in found.items() if tidy and not store.is_of_objects else ():
        long_ago = file.written_ns is not None and time.time_ns() - file.written_ns > _LEFT_SECONDS * 10**9
        if long_ago and _LEFTOVER.fullmatch(name.rpartition("/")[2]):
            log.info("%s: removed %s, which was left half-written", store.url, name)
            store.remove(name)
    return {name: file for name, file in found.items() if _is_mirrored(name)}


def _pull(store: Store, copy: _Copy, wanted: Callable[[str], bool], tidy: bool) -> dict[str, _Version]:
    """Bring into the copy what matches, all as of one moment; which versions these are.

    The store is listed again after each pull: what others have written meanwhile is pulled once more.
    """
    listed = _listed(store, tidy)
    copy.set_aside(listed)
    pulled = tries = 0
    while True:
        there = {name: file for name, file in listed.items() if wanted(name)}
        copy.drop_all_but(there)
        needed = {name: file for name, file in there.items() if not copy.take(name, file)}
        copy.save()
        if not needed:
            log.info("%s: %d files pulled, %d here", store.url, pulled, len(there))
            return {name: copy.versions[name] for name in there}
        if tries == _TRIES:
            raise StoreError(
                f"{store.url}: {', '.join(sorted(needed)[:3])} changed each of the {_TRIES} times they were copied, or "
                "came shorter than they are listed; when no other run works there any more, run it again"
            )
        time.sleep(0.2 * max(0, tries - 1))
        tries += 1
        try:
            pulled += len(_each(partial(_fetch, store, copy, needed), needed))
        finally:
            copy.save()  # what came before the store went away need not come again
        listed = _listed(store)


def _fetch(store: Store, copy: _Copy, listed: Mapping[str, StoredFile], name: str) -> None:
    """Pull one file. If it is gone by now, or another one, it is not here: the next listing says what is."""
    path = copy.folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.part")
    try:
        if not store.get(name, temporary) or temporary.stat().st_size != listed[name].size:
            return
        # Older than anything that is written from now on, so that any change shows.
        past = time.time_ns() - 10**9
        os.utime(temporary, ns=(past, past))
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)
    copy.versions[name] = _Version(listed[name].version, *_fingerprint(path))


def _push(store: Store, copy: _Copy, wanted: Callable[[str], bool], before: dict[str, _Version]) -> None:
    """Push what was changed in the copy, as far as it matches."""
    now = _files(copy.folder)
    changed = []
    for name, fingerprint in now.items():
        version = before.get(name)
        if version is None or (version.size, version.mtime_ns) != fingerprint:
            changed.append(name)
    if outside := [name for name in changed if not wanted(name)]:
        log.warning(
            "%s: not pushed, since the step did not ask for them: %s", store.url, ", ".join(sorted(outside)[:10])
        )
    changed = [name for name in changed if wanted(name) and not copy.is_same_again(name, store)]
    gone = before.keys() - now.keys()
    if changed or gone:
        _push_all(store, copy, changed, gone)
        log.info("%s: %d files pushed, %d removed", store.url, len(changed), len(gone))
    copy.save()


def _push_all(store: Store, copy: _Copy, changed: Collection[str], gone: Collection[str]) -> None:
    stamps: dict[str, str] = {}

    def put(name: str) -> None:
        stamps[name] = store.put(copy.folder / name, name)

    _each(store.remove, [name for name in (*changed, *gone) if _is_mark(name)])
    _each(put, [name for name in changed if not _is_mark(name)])
    _each(store.remove, [name for name in gone if not _is_mark(name)])
    _each(put, [name for name in changed if _is_mark(name) and name != _CATALOGUE])
    _each(put, [name for name in changed if name == _CATALOGUE])
    try:
        listed = _listed(store)
    except StoreError as error:
        # Everything was pushed; only its versions are not known, so it is pulled again next time.
        log.warning("what was pushed cannot be listed: %s", error)
        return
    for name, stamp in stamps.items():
        # Unless somebody else has pushed another one meanwhile.
        if name in listed and listed[name].version == stamp:
            copy.versions[name] = _Version(stamp, *_fingerprint(copy.folder / name))


def _each(work: Callable[[str], Result], names: Collection[str]) -> list[Result]:
    """Do something for each name, several at a time; after one that fails no other is begun."""
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        futures = [pool.submit(work, name) for name in names]
        try:
            return [future.result() for future in futures]
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise


# The copy


@dataclass(frozen=True, slots=True)
class _Version:
    """A version of a file in the store, and its fingerprint in the copy."""

    stamp: str
    size: int
    mtime_ns: int


class _Copy:
    """A working copy: the folder of a step, and beside it what earlier steps pulled and this one did not ask for."""

    def __init__(self, slot: Path) -> None:
        self.folder = slot / "staging"
        self._kept = slot / "kept"
        self._note = slot / "kept.json"
        self.versions: dict[str, _Version] = {}

    def set_aside(self, listed: dict[str, StoredFile]) -> None:
        """Empty the folder; keep of it, and of what is kept, the files that the store still has.

        Files that are not as they were pulled or pushed are not kept: a step that was killed may have written them.
        """
        noted = self._load()
        for name, fingerprint in _files(self.folder).items():
            if name in noted and (noted[name].size, noted[name].mtime_ns) == fingerprint:
                (self._kept / name).parent.mkdir(parents=True, exist_ok=True)
                os.replace(self.folder / name, self._kept / name)
        if self.folder.exists():
            shutil.rmtree(self.folder)
        self.folder.mkdir(parents=True)
        for name, fingerprint in _files(self._kept).items():
            version = noted.get(name)
            if version and name in listed and version == _Version(listed[name].version, *fingerprint):
                self.versions[name] = version
            else:
                (self._kept / name).unlink()

    def take(self, name: str, file: StoredFile) -> bool:
        """Whether the listed version of a file is in the folder, or could be put there."""
        version = self.versions.get(name)
        if version is None or version.stamp != file.version:
            return False
        path, kept = self.folder / name, self._kept / name
        if kept.exists() and not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            os.replace(kept, path)
        return path.exists()

    def drop_all_but(self, names: Collection[str]) -> None:
        """Remove all other files from the folder: the store no longer has them."""
        for name in _files(self.folder).keys() - set(names):
            (self.folder / name).unlink()

    def is_same_again(self, name: str, store: Store) -> bool:
        """Whether a file that was written again is the version that was pulled, as far as the store's stamp tells."""
        version = self.versions.get(name)
        path = self.folder / name
        if (
            version is None
            or version.size != path.stat().st_size
            or store.version_of(path) not in {version.stamp} - {""}
        ):
            return False
        self.versions[name] = _Version(version.stamp, *_fingerprint(path))
        return True

    def save(self) -> None:
        """Write down which versions are in the copy."""
        known = {name: (each.stamp, each.size, each.mtime_ns) for name, each in self.versions.items() if each.stamp}
        temporary = self._note.with_suffix(".part")
        try:
            temporary.write_text(json.dumps({"format": _FORMAT, "files": known}))
            os.replace(temporary, self._note)
        except OSError as error:
            # The last note does no harm: it does not fit files that have changed since.
            log.warning("%s cannot be written (%s): what was pulled is pulled again next time", self._note, error)

    def _load(self) -> dict[str, _Version]:
        """The versions that were written down; none where the note is damaged."""
        try:
            noted = json.loads(self._note.read_text())
            return (
                {name: _Version(*each) for name, each in noted["files"].items()} if noted["format"] == _FORMAT else {}
            )
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            return {}


def _files(folder: Path) -> dict[str, tuple[int, int]]:
    """The fingerprint of each file under a folder, by its name relative to it; without hidden files."""
    found = {}
    for where, _, names in os.walk(folder):
        for name in names:
            path = Path(where, name)
            relative = path.relative_to(folder).as_posix()
            if _is_mirrored(relative):
                found[relative] = _fingerprint(path)
    return found


def _fingerprint(path: Path) -> tuple[int, int]:
    """Size and modification time of a file."""
    stat = path.stat()
    return stat.st_size, stat.st_mtime_ns
