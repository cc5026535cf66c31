"""How well the rules speak: nothing about reports in which everything holds, and all about one error put into one.

The reports are generated and go through the whole pipeline. What an error breaks is said by the generator's own
arithmetic (``violations``, ``across_years``), never by the rules.
"""

import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.rules import all_rules
from tests.generator import (
    CLAIMS,
    LAYOUTS,
    MIX,
    SERIES_RULES,
    Report,
    across_years,
    clean_corpus,
    generate,
    series,
    violations,
)
from tests.support.workspace import Place

#: Rule, year, item, column; for a claim of the prose the rule, the year, what the table says, what the prose says.
Where = tuple[str, int, str | None, str | None]
OF_SUMS, OF_EACH = 200, 60
#: Layouts whose every number has its place. In detached text labels and numbers have come apart, and what cannot be
#: placed is NULL and named by the reader: no rule can be judged on it.
PLACED = [layout for layout in LAYOUTS if layout != "detached"]
PLACED_MIX = {layout: share for layout, share in MIX.items() if layout in PLACED}
SERIES_YEARS = range(2020, 2025)
_GROUPS = {rule.rule: rule.rule_group for rule in all_rules()}


@dataclass
class Injected:
    """Reports that are read together, with one error among them, and what it breaks."""

    kind: str
    reports: list[Report]
    expected: set[Where]
    found: Counter[Where] = field(default_factory=Counter)
    #: What the reader itself had to say, which is no word about the error.
    reading: int = 0
    messages: list[str] = field(default_factory=list)

    @property
    def right(self) -> bool:
        """Each rule and place once, and nothing else but what the reader says of its own work."""
        return self.found == Counter(self.expected)


@dataclass(frozen=True)
class Alarm:
    """An issue on a report in which everything holds."""

    rule: str
    severity: str
    file: str
    message: str

    @property
    def group(self) -> str:
        return _GROUPS[self.rule]


def false_alarms(seed: int, count: int, mix: dict[str, float] | None = None) -> list[Alarm]:
    """Errors and warnings on ``count`` reports without a fault."""
    with tempfile.TemporaryDirectory() as folder:
        place = _ingested(clean_corpus(seed, count, mix=mix or PLACED_MIX), Path(folder))
        lost = place.query(
            "SELECT 'rejected: ' || reason, source_file FROM rejected_report "
            "UNION ALL SELECT 'superseded by ' || superseded_by, source_file FROM superseded_report"
        )
        assert not lost, lost[:5]
        return [
            Alarm(*row)
            for row in place.query(
                "SELECT rule, severity, source_file, message "
                "FROM quality_issue JOIN dim_report USING (agency_id, year) "
                "WHERE severity IN ('error', 'warning') ORDER BY ALL"
            )
        ]


def injected(seed: int, of_sums: int = OF_SUMS, of_each: int = OF_EACH) -> list[Injected]:
    """Reports with single errors, read."""
    first = seed * 10_000
    errors = [*_sums(first, of_sums), *_claims(first + 1_000, of_each), *_series(first + 3_000, of_each)]
    for batch in _apart(errors):
        _judge(batch)
    return errors


def _sums(first: int, count: int) -> Iterator[Injected]:
    """Sums that do not hold. An error may break none: a sum whose other numbers are not printed is not assessed."""
    for number in range(first, first + count):
        report = generate(number, PLACED[number % len(PLACED)], error=True)
        truth = report.truth
        yield Injected("sums", [report], {(rule, truth.year, item, col) for rule, _, item, col in violations(truth)})


def _claims(first: int, count: int) -> Iterator[Injected]:
    """Numbers that the prose states otherwise than the tables, each layout in turn."""
    number = first
    for claim in CLAIMS:
        made = 0
        while made < count:
            report = generate(number, PLACED[number % len(PLACED)], narrative_error=claim)
            number += 1
            if any(total is None for total in _totals(report, claim)):
                continue  # the layout has no such number
            assert report.error is not None
            _, (_, stated, true) = report.error
            made += 1
            yield Injected("text: " + claim, [report], {(f"narrative_{claim}", report.truth.year, true, stated)})


def _totals(report: Report, claim: str) -> list[int | None]:
    truth = report.truth
    if claim in ("reconsideration", "litigation"):
        return [cells[4] for track, cells in truth.review.items() if track.startswith(claim)]
    item = {"received": "new_received", "answered": "total_processed"}.get(claim, claim)
    return [truth.applications[item][6]]


def _series(first: int, count: int) -> Iterator[Injected]:
    """Numbers that do not fit the year before. A broken carry-over stands at both of its reports."""
    number = first
    for rule in SERIES_RULES:
        for _ in range(count):
            reports = series(number, SERIES_YEARS, error=rule, mix=PLACED_MIX)
            number += 1
            expected: set[Where] = set()
            for name, year, item, column in across_years([report.truth for report in reports]):
                expected.add((name, year, item, column))
                if name == "carry_over":
                    expected.add((name, year - 1, "carried_forward", column))
            yield Injected("years: " + rule, reports, expected)


def _apart(errors: Iterable[Injected]) -> list[list[Injected]]:
    """Batches in which no agency stands twice, or its years would be compared."""
    batches: list[tuple[set[str], list[Injected]]] = []
    for error in errors:
        keys = {error.reports[0].truth.agency.removesuffix("办公室"), *(report.name for report in error.reports)}
        fitting = next((batch for batch in batches if not keys & batch[0]), None)
        if fitting is None:
            fitting = (set(), [])
            batches.append(fitting)
        fitting[0].update(keys)
        fitting[1].append(error)
    return [batch for _, batch in batches]


def _judge(batch: list[Injected]) -> None:
    of_file = {report.name: error for error in batch for report in error.reports}
    with tempfile.TemporaryDirectory() as folder:
        place = _ingested((report for error in batch for report in error.reports), Path(folder))
        rows = place.query(
            "SELECT source_file, rule, year, item, column_name, expected, actual, message "
            "FROM quality_issue JOIN dim_report USING (agency_id, year) WHERE severity IN ('error', 'warning')"
        )
        for file, rule, year, item, column, expected, actual, message in rows:
            where = (expected, actual) if _GROUPS[rule] == "narrative" else (item, column)
            if _GROUPS[rule] == "reading":
                of_file[file].reading += 1
            else:
                of_file[file].found[rule, year, *where] += 1
            of_file[file].messages.append(f"{file}: {rule}: {message}")


def _ingested(reports: Iterable[Report], folder: Path) -> Place:
    place = Place(folder)
    for report in reports:
        place.put(report.name, report.data)
    place.ingest()
    return place


def table_of_alarms(alarms: list[Alarm], count: int) -> str:
    """How many of them by rule; the reader's own apart."""
    lines = [f"{'rule':<28} {'group':<12} {'severity':<9} {'issues':>7}"]
    some = Counter((alarm.group == "reading", alarm.rule, alarm.group, alarm.severity) for alarm in alarms)
    lines += [f"{rule:<28} {group:<12} {severity:<9} {n:>7}" for (_, rule, group, severity), n in sorted(some.items())]
    reading = sum(alarm.group == "reading" for alarm in alarms)
    lines.append(f"{count} reports: {len(alarms) - reading} false alarms, {reading} more of the reader")
    return "\n".join(lines)


def table_of_errors(errors: list[Injected]) -> str:
    """The share that is named with exactly the right rules and places, by kind."""
    lines = [f"{'error':<28} {'injected':>9} {'named exactly':>14} {'reader’s own issues':>20}"]
    for kind in [*dict.fromkeys(error.kind for error in errors), "all"]:
        some = [error for error in errors if kind in ("all", error.kind)]
        right = sum(error.right for error in some)
        lines.append(
            f"{kind:<28} {len(some):>9} {right:>6} {right / len(some):>7.1%} {sum(e.reading for e in some):>20}"
        )
    return "\n".join(lines)


def missed(alarms: list[Alarm], errors: list[Injected]) -> list[str]:
    """The bars that are missed: no false alarm, every error named."""
    found = [f"{rule}: {n} false alarms" for rule, n in sorted(Counter(alarm.rule for alarm in alarms).items())]
    wrong = Counter(error.kind for error in errors if not error.right)
    return found + [f"injected errors, {kind}: {n} not named exactly" for kind, n in wrong.items()]


def shown(alarms: list[Alarm], errors: list[Injected], most: int) -> Iterator[str]:
    """The first false alarms, and the first errors that are not named as they should be."""
    for alarm in alarms[:most]:
        yield f"{alarm.file}: {alarm.rule}: {alarm.message}"
    for error in [error for error in errors if not error.right][:most]:
        yield f"{error.kind}: {', '.join(report.name for report in error.reports)}"
        yield from (f"    - {place}" for place in sorted(error.expected - set(error.found), key=str))
        yield from (f"    + {place}" for place in (error.found - Counter(error.expected)).elements())
        yield from (f"    {message[:180]}" for message in error.messages[:6])
