"""The bytes of a CSV that people keep, as spreadsheets write them: a header, and records with their lines.

Encodings go by the ladder of the reports (``encoding``); values are separated by commas, or by the tabs or semicolons
that some spreadsheets write instead. A record that is broken, as by a quote that is never closed, costs its own line
and no other.

Belongs here: from bytes to records. What columns there may be and what they mean is not known here.
"""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from pipeline.encoding import UndecodableError, decode
from pipeline.text import nfkc, without_invisible

_DELIMITERS = ",\t;，"
#: The line by which some programs tell Excel which delimiter follows.
_SEPARATOR_LINE = re.compile(r'"?sep=(.)"?', re.IGNORECASE)
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
#: What stands for bytes that could not be decoded.
_DAMAGE = "\ufffd"
_HOW_TO_QUOTE = 'a value in "…" ends with its closing quote, and a quote within it is doubled, ""'


class CsvError(Exception):
    """The file cannot be understood at all; the line where that shows, and why."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line


@dataclass(frozen=True, slots=True)
class Record:
    """A record: its first and last line, and its values without blanks around them; or why it is none."""

    line: int
    last: int
    values: list[str]
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """The header of a file, its line, and the records below it."""

    header: list[str]
    line: int
    records: list[Record]


def parse(data: bytes, required: Sequence[str]) -> Table:
    """The header and records of a file that must have some columns.

    Raises:
        CsvError: it is no text, lacks a column, or has one twice.
    """
    if data.startswith(_WORKBOOKS):
        raise CsvError(1, "it is a spreadsheet's own file; save it there as “CSV UTF-8”")
    try:
        decoded = decode(data)
    except UndecodableError as error:
        raise CsvError(1, f"{error}; save it as “CSV UTF-8”") from error
    lines = list(io.StringIO(decoded.text, newline=""))
    records = _table(lines, required)
    head = next(records)
    header = _header(head)
    if twice := sorted({column for column in header if column and header.count(column) > 1}):
        raise CsvError(head.line, f"it has two columns named {', '.join(twice)}; remove or rename one")
    is_cut = bool(lines) and not lines[-1].endswith(("\n", "\r"))
    rows = [_checked(record, header, is_cut and record.last == len(lines)) for record in records]
    return Table(header, head.line, rows)


def _table(lines: list[str], required: Sequence[str]) -> Iterator[Record]:
    """The records that are not blank, the header first, by the delimiter with which it has the columns."""
    begin, delimiters = 0, _DELIMITERS
    if lines and (told := _SEPARATOR_LINE.fullmatch(lines[0].strip())):
        begin, delimiters = 1, told[1]
    for delimiter in delimiters:
        found = _records(lines, begin, delimiter)
        head = next(found, None)
        if head and not head.fault and set(required) <= set(_header(head)):
            return _records(lines, begin, delimiter)
    head = next(_records(lines, begin, delimiters[0]), Record(1, 1, []))
    if head.fault:
        raise CsvError(head.line, head.fault)
    missing = [column for column in required if column not in _header(head)]
    raise CsvError(head.line, f"it has no column named {', '.join(missing)}; it needs {', '.join(required)}")


def _header(record: Record) -> list[str]:
    return [without_invisible(nfkc(name)).strip().lower() for name in record.values]


def _records(lines: list[str], begin: int, delimiter: str) -> Iterator[Record]:
    """The records that are not blank. Behind a broken one it goes on with the next line."""
    while begin < len(lines):
        # Strict, for a quote that is never closed would swallow all lines behind it.
        reader = csv.reader(islice(lines, begin, None), strict=True, delimiter=delimiter)
        start = begin
        try:
            for values in reader:
                record = Record(begin + 1, start + reader.line_num, [value.strip() for value in values])
                begin = record.last
                if any(record.values):
                    yield record
        except csv.Error as error:
            begin += 1
            yield Record(begin, begin, [], f"it is no CSV ({error}); {_HOW_TO_QUOTE}")


def _checked(record: Record, header: list[str], is_cut: bool) -> Record:
    """A record with a value for each column, or why it has none."""
    values, fault = record.values, record.fault
    if fault:
        return record
    if any(values[len(header) :]):
        fault = 'more values than columns; a value with a comma in it stands in "…"'
    elif is_cut and len(values) < len(header):
        fault = "the file ends in the middle of this line; was it copied whole?"
    elif any(_DAMAGE in value for value in values):
        fault = "bytes in it cannot be read; write it again, and save the file as “CSV UTF-8”"
    # Spreadsheets leave out the commas behind the last value of a line.
    return Record(record.line, record.last, [*values, *[""] * (len(header) - len(values))], fault)
