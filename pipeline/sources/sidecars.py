"""The CSV files that people keep beside the reports: manifest.csv, waivers.csv, agencies.csv.

They are read strictly, for a slip in one must not go unnoticed, and each error begins with ``PATH, line N``. Lines in
which nothing stands, as spreadsheets leave them, are skipped.

Belongs here: finding these files under the sources, reading their rows, and values that several of them have. What the
columns mean is known by ``manifest``, ``rules.waivers`` and ``regions.register``.
"""

import csv
import io
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pipeline import addresses
from pipeline.sources import names, regular
from pipeline.sources.files import ListedFile, SourceError, is_folder, listed, walk
from pipeline.sources.store import Store, StoreError, reason

_YEAR = re.compile(r"\d{4}")


@dataclass(frozen=True, slots=True)
class SidecarRow:
    """A row of such a file: its values by column, without blanks around them; its file and line.

    ``path`` is where the file is, ``source_file`` its name under the source.
    """

    fields: dict[str, str]
    path: str
    source_file: str
    source_line: int

    @property
    def where(self) -> str:
        """The row's file and line, as every error begins."""
        return _where(self.path, self.source_line)

    def error(self, message: str) -> SourceError:
        """An error about this row."""
        return SourceError(f"{self.where}: {message}")

    def text(self, column: str) -> str | None:
        """The value of a column; None if nothing stands there, or there is no such column."""
        return self.fields.get(column) or None

    def year(self, column: str) -> int | None:
        """The year in a column; None if nothing stands there.

        Raises:
            SourceError: the value is no year.
        """
        text = self.text(column)
        if text is None:
            return None
        if not _YEAR.fullmatch(text):
            raise self.error(f"{text} is no year like 2025")
        return int(text)

    def iso_date(self, column: str) -> date | None:
        """The date in a column; None if nothing stands there.

        Raises:
            SourceError: the value is no date.
        """
        text = self.text(column)
        try:
            return date.fromisoformat(text) if text else None
        except ValueError as error:
            raise self.error(f"{text} is no date like 2026-01-31") from error

    def require(self, columns: Iterable[str]) -> None:
        """Make sure that something stands under each of the columns.

        Raises:
            SourceError: nothing stands under one.
        """
        if empty := [column for column in columns if not self.fields[column]]:
            raise self.error(f"nothing stands under {', '.join(empty)}")


def read_rows(roots: Iterable[Path], name: str, columns: Sequence[str]) -> Iterator[SidecarRow]:
    """All rows of the files of a name under the sources: a folder's file comes before those of the folders in it.

    ``columns`` must be there; others do no harm.

    Raises:
        SourceError: a file cannot be read, is not UTF-8 or no CSV, lacks a column, or a row has too few or too many
            values.
        StoreError: the store of a URL cannot be reached.
    """
    read = set()
    for root in roots:
        if addresses.is_url(root):
            for file in sorted(at_url(root, name), key=lambda file: file.source_file.split("/")[:-1]):
                if file.address not in read:
                    read.add(file.address)
                    yield from _parse(file.address, file.source_file, _fetch(file), columns)
            continue
        for path, source_file in in_folder(root, name):
            # Sources may lie in each other, and several files have one folder: no file is read twice.
            if (real := os.path.realpath(path)) not in read:
                read.add(real)
                yield from _parse(names.of_path(path), source_file, _bytes(path), columns)


def at_url(source: Path, name: str) -> Iterator[ListedFile]:
    """The files of a name under a source at a URL; beside it, if it is that of a file.

    Raises:
        SourceError: the URL cannot be listed.
        StoreError: the store cannot be reached.
    """
    found = listed(source)
    if not found.is_file:
        for each in found.files:
            if each.name.rpartition("/")[2] == name:
                yield ListedFile(
                    found.address(each.name), names.of_text(each.name), each.size, each.written_ns, each.etag
                )
        return
    url = found.url.rpartition("/")[0] + "/" + name
    try:
        file = Store(url).stat(url)
    except FileNotFoundError:
        return
    except StoreError:
        raise
    except OSError as error:
        raise SourceError(f"{url}: it may not be looked at ({reason(error)})") from error
    yield ListedFile(url, name, file.size, file.written_ns, file.etag)


def in_folder(root: Path, name: str) -> Iterator[tuple[str, str]]:
    """The path and the name of each file of a name under a source of this machine; beside it, if it is a file.

    Raises:
        SourceError: the source cannot be read, or something of that name is no file that may be read.
    """
    if not is_folder(root):
        if (path := root.parent / name).exists():
            yield str(path), name
        return
    for folder in walk(root):
        if name in folder.refused:
            raise SourceError(f"{names.of_path(folder.path_of(name))}: {folder.refused[name].message}")
        if name in folder.files:
            yield folder.path_of(name), folder.name_of(name)


def _bytes(path: str) -> bytes:
    try:
        return regular.read(path)
    except OSError as error:
        raise SourceError(f"{names.of_path(path)}: the file cannot be read ({error.strerror})") from error


def _fetch(file: ListedFile) -> bytes:
    try:
        data = Store(file.address).fetch(file.address, file.size)
    except StoreError:
        raise
    except OSError as error:
        raise SourceError(f"{file.address}: the file cannot be read ({reason(error)})") from error
    if file.size is not None and len(data) != file.size:
        raise SourceError(
            f"{file.address}: the file is being written just now, or was not sent whole: its store lists "
            f"{file.size} bytes and sent {len(data)}; run again"
        )
    return data


def _parse(path: str, source_file: str, data: bytes, columns: Sequence[str]) -> Iterator[SidecarRow]:
    name = source_file.rpartition("/")[2]
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise SourceError(
            f"{_where(path, line)}: {name} is not UTF-8 ({error.reason}); save it with the encoding UTF-8"
        ) from error
    records = _records(path, name, text)
    header = next(records, (1, []))[1]
    if missing := [column for column in columns if column not in header]:
        raise SourceError(
            f"{_where(path, 1)}: {name} has no column named {', '.join(missing)}; it needs {', '.join(columns)}"
        )
    if twice := sorted({column for column in header if column and header.count(column) > 1}):
        raise SourceError(f"{_where(path, 1)}: {name} has two columns named {', '.join(twice)}; remove or rename one")
    for line, values in records:
        row = SidecarRow(dict(zip(header, values, strict=False)), path, source_file, line)
        if not any(values):
            continue
        if len(values) > len(header):
            raise row.error('more values than columns; a value with a comma in it stands in "…"')
        if len(values) < len(header):
            raise row.error("fewer values than columns; an empty value has its comma, too")
        yield row


def _records(path: str, name: str, text: str) -> Iterator[tuple[int, list[str]]]:
    """Each record of a CSV with the number of its last line; values without blanks around them."""
    # Strict, for a quote that is never closed would swallow all lines behind it.
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    last = 0
    try:
        for values in reader:
            last = reader.line_num
            yield last, [value.strip() for value in values]
    except csv.Error as error:
        # The line behind the last good one: where the quote was opened, not where the file ended.
        raise SourceError(
            f'{_where(path, last + 1)}: {name} is no CSV ({error}); a value in "…" ends with its closing quote, '
            'and a quote within it is doubled, ""'
        ) from error


def _where(path: str, line: int) -> str:
    return f"{path}, line {line}"
