"""The CSV files that people keep beside the reports: waivers.csv, agencies.csv.

Belongs here: finding them under the sources and reading their rows, with words for what is wrong and where. What the
columns mean is said by who reads them (``waivers``, ``register``).
"""

import csv
import io
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline import addresses
from pipeline.sources import files as sources
from pipeline.sources.files import SourceError


@dataclass(frozen=True, slots=True)
class Line:
    """A row of such a file: its values by column, without blanks around them; its file under the source, its line."""

    said: dict[str, str]
    source_file: str
    source_line: int
    where: str


def lines(roots: Iterable[Path], name: str, needed: Sequence[str]) -> Iterator[Line]:
    """All rows of the files of a name under the sources, in the order they are found.

    Raises:
        SourceError: a file cannot be read, is not UTF-8 or no CSV, or lacks a column.
        StoreError: the store of a URL cannot be reached.
    """
    read = set()
    for root in roots:
        if addresses.is_url(root):
            # A folder before those in it, as below.
            for file in sorted(sources.own(root, name), key=lambda file: file.source_file.split("/")[:-1]):
                if file.address not in read:
                    read.add(file.address)
                    yield from _read(file.address, file.source_file, sources.read_own(file), needed)
            continue
        base = root if root.is_dir() else root.parent
        for path in _files(root, name):
            # Sources may lie in each other, and several files have one folder: no row is its own double.
            if (real := str(path.resolve())) not in read:
                read.add(real)
                yield from _read(str(path), path.relative_to(base).as_posix(), _bytes(path), needed)


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise SourceError(f"{path}: {path.name} cannot be read ({error.strerror})") from error


def _files(root: Path, name: str) -> Iterator[Path]:
    if not root.is_dir():
        if (path := root.parent / name).is_file():
            yield path
        return
    for folder, folders, files in os.walk(root):
        folders[:] = sorted(each for each in folders if not each.startswith("."))
        if name in files:
            yield Path(folder, name)


def _read(path: str, name: str, data: bytes, needed: Sequence[str]) -> Iterator[Line]:
    what = name.rpartition("/")[2]
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise SourceError(f"{_where(path, line)}: {what} is not UTF-8 ({error.reason})") from error
    # Strict, for a quote that is never closed would swallow all lines behind it.
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    try:
        if missing := [column for column in needed if column not in (reader.fieldnames or [])]:
            raise SourceError(
                f"{_where(path, 1)}: {what} has no column named {', '.join(missing)}; it needs {', '.join(needed)}"
            )
        for row in reader:
            where = _where(path, reader.line_num)
            if None in row:
                raise SourceError(f'{where}: more values than columns; a value with a comma in it stands in "…"')
            said = {key: (value or "").strip() for key, value in row.items()}
            # A spreadsheet leaves lines of nothing but commas.
            if any(said.values()):
                yield Line(said, name, reader.line_num, where)
    except csv.Error as error:
        # The line behind the last good one: where the quote was opened, not where the file ended.
        raise SourceError(f"{_where(path, reader.line_num + 1)}: {what} is no CSV ({error})") from error


def _where(path: str, line: int) -> str:
    return f"{path}, line {line}"
