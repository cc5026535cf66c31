"""A row of a CSV that people keep, and the values in it; what is wrong becomes an issue with file and line.

Belongs here: values that several of these files have, as spreadsheets write them. What the columns mean is known by
``manifest``, ``rules.waivers`` and ``regions.register``.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple

from pipeline.text import nfkc

_YEAR = re.compile(r"(\d{4})(?:年度?|\.0+)?")
_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?")
_DATE_OF_DIGITS = re.compile(r"(\d{4})(\d{2})(\d{2})")
#: A date as spreadsheets count it, in days; here from 2000 to 2099.
_SERIAL = re.compile(r"(\d{5})(?:\.\d+)?")
_SERIAL_ZERO, _SERIALS = date(1899, 12, 30), range(36_526, 73_051)
#: What spreadsheets save where a formula failed or a column is too narrow.
NO_VALUE = re.compile(r"#(?:N/A|REF!|NAME\?|VALUE!|DIV/0!|NUM!|NULL!|#+)", re.IGNORECASE)


class SidecarIssue(NamedTuple):
    """Something wrong in such a file: a row of the table ``sidecar_issue``, as staged."""

    source_file: str
    source_line: int
    column_name: str | None
    actual: str | None
    #: What does not count for it: the line, the value, the column; or nothing.
    left_out: str
    message: str


@dataclass(slots=True)
class SidecarRow:
    """A row of such a file: its values by column, its file and line.

    ``source_file`` is the file's name under the source. ``issues`` is where what is wrong with the row is noted.
    """

    fields: dict[str, str]
    source_file: str
    source_line: int
    issues: list[SidecarIssue] = field(repr=False, compare=False)

    @property
    def where(self) -> str:
        """The row's file and line, for messages about other rows."""
        return f"{self.source_file}, line {self.source_line}"

    def note(self, message: str, column: str | None = None, left_out: str = "value") -> None:
        """Note what is wrong with the row, or with the value of a column, and what is left out for it."""
        actual = self.fields.get(column) if column else None
        self.issues.append(SidecarIssue(self.source_file, self.source_line, column, actual, left_out, message))

    def text(self, column: str) -> str | None:
        """The value of a column; None if nothing stands there, or there is no such column."""
        return self.fields.get(column) or None

    def year(self, column: str, left_out: str = "value") -> int | None:
        """The year in a column; None if nothing stands there, or, which is noted, no year."""
        text = self.text(column)
        if text is None:
            return None
        if found := _YEAR.fullmatch(nfkc(text)):
            return int(found[1])
        self.note(f"{text} is no year like 2025", column, left_out)
        return None

    def date(self, column: str, left_out: str = "value") -> date | None:
        """The date in a column; None if nothing stands there, or, which is noted, no date."""
        text = self.text(column)
        if text is None:
            return None
        if found := _date(nfkc(text)):
            return found
        self.note(f"{text} is no date like 2026-01-31 or 2026/1/31", column, left_out)
        return None

    def has(self, columns: Iterable[str]) -> bool:
        """Whether something stands under each of the columns; if not, it is noted, and the line is left out."""
        if empty := [column for column in columns if not self.fields[column]]:
            self.note(f"nothing stands under {', '.join(empty)}", left_out="line")
        return not empty


def _date(text: str) -> date | None:
    if found := _DATE.fullmatch(text) or _DATE_OF_DIGITS.fullmatch(text):
        try:
            return date(int(found[1]), int(found[2]), int(found[3]))
        except ValueError:
            return None
    if (found := _SERIAL.fullmatch(text)) and int(found[1]) in _SERIALS:
        return _SERIAL_ZERO + timedelta(days=int(found[1]))
    return None
