"""How many cells are read right: the reports go through the whole pipeline, and every cell is compared with the truth.

``make accuracy`` prints the table; the tests use the same comparison. What the verdicts mean is said in ``verdicts``,
what is known of a report in ``expected``. How well the prose is read is measured in ``narrative``, how well the rules
speak in ``rules``, texts of real programs in ``folder``.
"""

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.workspace import Place

from . import figures
from .expected import CASES, Expected, cases, generated
from .loaded import APPLICATIONS, PROACTIVE, REVIEW, Key, Loaded, Report, loaded
from .verdicts import Count, count

#: Layouts in which labels and numbers may have come apart; there 99 % is the bar, elsewhere 100 %.
LOOSE = {"flat", "detached"}


@dataclass
class Outcome:
    """What became of one report. ``wrong`` and ``missing`` list the cells that are not right, ``issues`` all issues."""

    expected: Expected
    count: Count = field(default_factory=Count)
    wrong: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    issues: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    rejected: bool = False

    @property
    def silent(self) -> bool:
        """A number that is not what is printed, and no issue speaks of its row or column."""
        return bool(self.count.verdicts["silent"])


def read(expected: list[Expected], scratch: Path) -> list[Outcome]:
    """Ingest the reports into a warehouse of their own and compare every cell."""
    place = Place(scratch)
    manifest = ["file,agency,year"]
    for case in expected:
        place.put(case.name, case.data)
        if case.manifest:
            manifest.append(f"{case.name},{case.manifest.get('agency', '')},{case.manifest.get('year', '')}")
    place.put("manifest.csv", "\n".join(manifest) + "\n")
    place.ingest()
    return list(_compared(loaded(place.query), expected))


def _compared(warehouse: Loaded, expected: list[Expected]) -> Iterator[Outcome]:
    for case in expected:
        outcome = Outcome(case)
        report = warehouse.reports.get(case.name)
        if report is None or case.rejected:
            _without_cells(case, warehouse, outcome)
        else:
            outcome.issues = [f"{issue.rule}: {issue.message}" for issue in report.issues]
            outcome.faults = list(_faults(case, report))
            _compare(case, report, outcome)
        yield outcome


def _without_cells(case: Expected, warehouse: Loaded, outcome: Outcome) -> None:
    """A report that was rejected or superseded: as it should be, or all that it prints is lost and said."""
    reason = warehouse.rejected.get(case.name)
    outcome.rejected = True
    if case.name in warehouse.superseded:
        outcome.faults.append(f"superseded by {warehouse.superseded[case.name]}")
    elif reason != case.rejected:
        outcome.faults.append(f"rejected as {reason}, expected {case.rejected}")
    if outcome.faults:
        outcome.count.verdicts.update("right" if value is None else "named" for value in case.cells.values())


def _faults(case: Expected, report: Report) -> Iterator[str]:
    if (report.name, report.year) != (case.agency, case.year):
        yield f"identity is {report.name} {report.year}, expected {case.agency} {case.year}"
    if report.form != case.form:
        yield f"form is {report.form}, expected {case.form}"
    for table, item, column, state in case.notes:
        if state not in (report.notes.get((table, item, column)), report.notes.get((table, item, "*"))):
            yield f"no note {[table, item, column, state]}"


def _compare(case: Expected, report: Report, outcome: Outcome) -> None:
    for key in case.open:
        report.cells.pop(key, None)
    tables = (APPLICATIONS, REVIEW, PROACTIVE)
    outcome.count = count(case.cells, report, either=case.either, clean=case.clean, tables=tables)
    for key in sorted({*case.cells, *report.cells}):
        wanted, got = case.cells.get(key), report.cells.get(key)
        if got == wanted or (got is None and key in case.either):
            continue
        if got is None:
            outcome.missing.append(f"{'.'.join(key)}: {wanted}")
        else:
            outcome.wrong.append(f"{'.'.join(key)}: {got}, printed is {wanted}")


def by_layout(outcomes: list[Outcome]) -> dict[str, figures.Line]:
    """The figures by layout."""
    return figures.lines((o.expected.layout, o.count, o.rejected, bool(o.faults)) for o in outcomes)


def by_slip(outcomes: list[Outcome]) -> dict[str, figures.Line]:
    """The figures by slip."""
    return figures.lines((o.expected.slip, o.count, o.rejected, bool(o.faults)) for o in outcomes)


def missed(outcomes: list[Outcome]) -> list[str]:
    """Layouts below their bar."""
    found = []
    for name, line in by_layout(outcomes).items():
        if name == "all":
            continue
        bar = 0.99 if name in LOOSE else 1.0
        if line.right < bar:
            found.append(f"{name}: {line.right:.3%} of the cells, the bar is {bar:.0%}")
        if line.verdicts["silent"]:
            found.append(f"{name}: {line.verdicts['silent']} cells silently wrong")
        if line.verdicts["lost"]:
            found.append(f"{name}: {line.verdicts['lost']} cells lost under a false note")
    return found


def of_cases() -> list[Outcome]:
    """The hand-written cases, read. Those that share agency and year with another are read alone."""
    outcomes: list[Outcome] = []
    everything = list(cases())
    groups = [[case for case in everything if not case.alone], *[[case] for case in everything if case.alone]]
    for group in groups:
        with tempfile.TemporaryDirectory() as scratch:
            outcomes += read(group, Path(scratch))
    return outcomes


__all__ = [
    "APPLICATIONS",
    "CASES",
    "PROACTIVE",
    "REVIEW",
    "Expected",
    "Key",
    "Outcome",
    "by_layout",
    "by_slip",
    "cases",
    "generated",
    "missed",
    "of_cases",
    "read",
]
