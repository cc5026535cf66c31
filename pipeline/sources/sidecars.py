"""The CSV files that people keep beside the reports: manifest.csv, waivers.csv, agencies.csv.

People edit them in spreadsheets. A slip must not go unnoticed, and must not stop all others: the line, value or column
is left out and becomes a row of ``sidecar_issue``, and the rest counts. Only a file that cannot be understood at all is
an error, which begins with ``PATH, line N``. Lines in which nothing stands are skipped, and columns for notes.

Belongs here: finding these files under the sources, and reading their rows. What the columns mean is known by
``manifest``, ``rules.waivers`` and ``regions.register``; bytes become records in ``sidecar_csv``.
"""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from rapidfuzz import process

from pipeline import addresses
from pipeline.sources import names, regular, sidecar_csv
from pipeline.sources.files import ListedFile, SourceError, is_folder, listed, walk
from pipeline.sources.sidecar_csv import CsvError, Record
from pipeline.sources.sidecar_rows import NO_VALUE, SidecarIssue, SidecarRow
from pipeline.sources.store import Store, StoreError, reason

#: How columns begin that are people's own.
_NOTES = ("note", "remark", "comment", "备注", "说明")


class Columns(NamedTuple):
    """The columns of such a file: those that it must have, those that it may have, and those in which prose stands."""

    required: tuple[str, ...]
    optional: tuple[str, ...] = ()
    prose: tuple[str, ...] = ()

    @property
    def all(self) -> tuple[str, ...]:
        """All columns that are read."""
        return self.required + self.optional


def read_rows(roots: Iterable[Path], name: str, columns: Columns, issues: list[SidecarIssue]) -> Iterator[SidecarRow]:
    """All rows of the files of a name under the sources: a folder's file comes before those of the folders in it.

    What is wrong with a line or a column is added to ``issues``; a line that cannot be used is left out.

    Raises:
        SourceError: a file cannot be read, or not be understood at all: it is no text, or lacks a column.
        StoreError: the store of a URL cannot be reached.
    """
    read = set()
    for root in roots:
        if addresses.is_url(root):
            for file in sorted(at_url(root, name), key=lambda file: file.source_file.split("/")[:-1]):
                if file.address not in read:
                    read.add(file.address)
                    yield from _rows(file.address, file.source_file, _fetch(file), columns, issues)
            continue
        for path, source_file in in_folder(root, name):
            # Sources may lie in each other, and several files have one folder: no file is read twice.
            if (real := os.path.realpath(path)) not in read:
                read.add(real)
                yield from _rows(names.of_path(path), source_file, _bytes(path), columns, issues)


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


def _rows(
    path: str, source_file: str, data: bytes, columns: Columns, issues: list[SidecarIssue]
) -> Iterator[SidecarRow]:
    try:
        table = sidecar_csv.parse(data, columns.required)
    except CsvError as error:
        name = source_file.rpartition("/")[2]
        raise SourceError(f"{path}, line {error.line}: {name} cannot be understood: {error}") from error
    head = SidecarRow(dict(zip(table.header, table.header, strict=True)), source_file, table.line, issues)
    for column in dict.fromkeys(table.header):
        if column and column not in columns.all and not column.startswith(_NOTES):
            near = process.extractOne(column, columns.all, score_cutoff=60)
            meant = f"is {near[0]} meant?" if near else f"there are {', '.join(columns.all)}, and note for notes;"
            head.note(f"no column is called {column}; {meant} What stands in it is not read", column, "column")
    for record in table.records:
        row = SidecarRow(dict(zip(table.header, record.values, strict=False)), source_file, record.line, issues)
        if fault := record.fault or _fault(record, table.header, columns):
            row.note(fault, left_out="line")
            continue
        _check_values(row, table.header, record, columns)
        yield row


def _fault(record: Record, header: list[str], columns: Columns) -> str:
    """Why a record is taken for several: a value in one line has breaks in it, as a missing quote makes them."""
    for column, value in zip(header, record.values, strict=False):
        if column in columns.all and column not in columns.prose and ("\n" in value or "\r" in value):
            return f"its {column} goes on to line {record.last}; is a quote missing? All these lines are left out"
    return ""


def _check_values(row: SidecarRow, header: list[str], record: Record, columns: Columns) -> None:
    """Note, and take out, what a spreadsheet saves instead of a value; note values in columns without a name."""
    for column in columns.all:
        if NO_VALUE.fullmatch(row.fields.get(column, "")):
            row.note(f"{row.fields[column]} is what a spreadsheet saves where it has no value to show", column)
            row.fields[column] = ""
    for number, (column, value) in enumerate(zip(header, record.values, strict=False), 1):
        if value and not column:
            row.note(f"{value} stands in column {number}, which has no name, and is not read")
