"""What became of a cell, and how loudly: the one measure that all tables of ``make accuracy`` count by.

right        the loaded number, or NULL, is what a careful reader finds
named        a number is printed, NULL is loaded, and it is said: the note is ``unreadable`` or ``ocr``, or a finding of
             the reader speaks of that row or of the whole table; ``misnoted`` of these have a note that says blank,
             nil mark or absent row all the same
lost         a number is printed, NULL is loaded, and the note says blank, nil mark or absent row, or there is none
contradicted a wrong number is loaded, and an error or a warning speaks of that row or of that column
silent       a wrong number is loaded, and nothing speaks of it
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from .loaded import Issue, Key, Report

VERDICTS = ("right", "named", "lost", "contradicted", "silent")
#: Findings that say of a row or a table: something is printed here that was not loaded.
NAMING = {
    "ambiguous_reading",
    "column_unknown",
    "damaged_text",
    "row_failed_validation",
    "row_repeated",
    "row_unknown",
    "table_missing",
    "table_unread",
    "unreadable",
}
#: Notes that are false where a number is printed.
FALSE_NOTES = {"blank", "nil_mark", "absent_row"}
#: Rules across years: generated reports of one agency know nothing of each other.
ACROSS_YEARS = {"carry_over", "document_stock", "jump", "jump_small", "year_gap"}


@dataclass
class Count:
    """The verdicts on a report's cells, and the alarms on a clean report that is read right."""

    verdicts: Counter[str] = field(default_factory=Counter)
    misnoted: int = 0
    shown: list[str] = field(default_factory=list)
    alarms: list[str] = field(default_factory=list)

    @property
    def cells(self) -> int:
        """How many cells there are."""
        return self.verdicts.total()


def count(
    wanted: Mapping[Key, Decimal | None],
    report: Report,
    *,
    either: Iterable[Key] = (),
    clean: bool = True,
    tables: Iterable[str] = (),
) -> Count:
    """Compare every cell of ``tables``, or of those that ``wanted`` speaks of; ``either`` cells may be NULL too.

    On a ``clean`` report every error and warning is a false alarm, but for those about a table of which a cell is not
    right: there something is amiss, and they say so.
    """
    tables = set(tables) or {table for table, _, _ in wanted}
    found = Count()
    optional = set(either)
    troubled: set[str | None] = set()
    for key in sorted({*wanted, *(key for key in report.cells if key[0] in tables)}):
        printed, got = wanted.get(key), report.cells.get(key)
        verdict = "right"
        if got != printed and not (got is None and key in optional):
            verdict = _verdict(key, got, report)
            troubled.add(key[0])
            found.misnoted += verdict == "named" and report.note(key) in FALSE_NOTES
            found.shown.append(f"{verdict}: {'.'.join(key)}: {got}, printed is {printed} ({report.note(key)})")
        found.verdicts[verdict] += 1
    if clean:
        found.alarms = [
            f"{issue.rule}: {issue.message}"
            for issue in report.issues
            if issue.is_loud
            and issue.rule not in ACROSS_YEARS
            and not (troubled and (issue.table is None or issue.table in troubled))
        ]
    return found


def _verdict(key: Key, got: Decimal | None, report: Report) -> str:
    if got is not None:
        return "contradicted" if any(_weighs(issue, key) for issue in report.issues) else "silent"
    if report.note(key) in ("unreadable", "ocr") or any(_names(issue, key) for issue in report.issues):
        return "named"
    return "lost"


def _names(issue: Issue, key: Key) -> bool:
    """Whether a finding says of this cell's row or table that something was not read."""
    table, item, column = key
    return (
        issue.rule in NAMING
        and issue.table in (None, table)
        and issue.item in (None, item)
        and issue.column in (None, column)
    )


def _weighs(issue: Issue, key: Key) -> bool:
    """Whether an error or a warning speaks of this cell's row, or of its column across rows."""
    table, item, column = key
    if not issue.is_loud or issue.table != table or issue.rule in ACROSS_YEARS:
        return False
    return issue.item == item or (issue.item is None and issue.column in (None, column))
