"""How many cells are read right, by layout: over the hand-written cases and a generated corpus.

``make accuracy`` prints the table; the tests use the same comparison. The reports go through the whole pipeline
into a real warehouse, and every cell of it is compared with what is known to be true. How well the prose is read is
measured in ``accuracy.narrative``, how well the rules speak in ``accuracy.rules``; both are printed here too.
"""

import json
import secrets
import tempfile
from argparse import ArgumentParser, Namespace
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from pipeline import forms
from tests.accuracy import agencies, folder, narrative, rules
from tests.generator import Report, corpus
from tests.support.workspace import Place

CASES = Path(__file__).parents[1] / "cases"
#: (table, item or track, column or measure)
Key = tuple[str, str, str]
APPLICATIONS, REVIEW, PROACTIVE = "fact_application_handling", "fact_reconsideration", "fact_proactive_disclosure"
#: Layouts in which labels and numbers may have come apart; there 99 % is the bar, elsewhere 100 %.
LOOSE = {"flat", "detached"}


@dataclass
class Expected:
    """A report and the truth about it. A cell of ``either`` may be NULL too; ``open`` cells may be anything."""

    name: str
    layout: str
    data: bytes
    agency: str = ""
    year: int = 0
    form: str | None = None
    cells: dict[Key, Decimal | None] = field(default_factory=dict)
    either: set[Key] = field(default_factory=set)
    open: set[Key] = field(default_factory=set)
    notes: list[list[str]] = field(default_factory=list)
    rejected: str | None = None
    manifest: dict[str, Any] | None = None
    alone: bool = False


@dataclass
class Outcome:
    """What became of one report."""

    expected: Expected
    cells: int = 0
    right: int = 0
    nonzero: int = 0
    nonzero_right: int = 0
    wrong: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    issues: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    @property
    def silent(self) -> bool:
        """A number that is not what is printed, and no issue on the report says that something is amiss."""
        return bool(self.wrong) and not self.issues


def cases() -> Iterator[Expected]:
    """The hand-written cases."""
    for path in sorted(CASES.glob("*/*/expected.json")):
        said = json.loads(path.read_text(encoding="utf-8"))
        (report,) = path.parent.glob("report.*")
        case = Expected(
            name=f"{path.parent.parent.name}/{path.parent.name}{report.suffix}",
            layout=path.parent.parent.name,
            data=report.read_bytes(),
            agency=said.get("agency", ""),
            year=said.get("year", 0),
            form=said.get("form"),
            notes=said.get("notes", []),
            rejected=said.get("rejected"),
            manifest=said.get("manifest"),
            alone=said.get("alone", False),
        )
        for key, value in _case_cells(said):
            if value == "any":
                case.open.add(key)
            else:
                case.cells[key] = None if value is None else Decimal(str(value))
        yield case


def _case_cells(said: dict[str, Any]) -> Iterator[tuple[Key, Any]]:
    rows = dict(said.get("applications") or {})
    if "*" in rows:
        rest = rows.pop("*")
        single = "other_processing" in rows or said["form"] == "2019"
        for item in forms.application_rows("2019" if single else "2021"):
            rows.setdefault(item, rest)
    for item, numbers in rows.items():
        yield from (((APPLICATIONS, item, c), v) for c, v in zip(forms.APPLICATION_COLUMNS, numbers, strict=True))
    tracks = dict(said.get("review") or {})
    if "*" in tracks:
        rest = tracks.pop("*")
        for track in forms.TRACKS:
            tracks.setdefault(track, rest)
    for track, numbers in tracks.items():
        yield from (((REVIEW, track, c), v) for c, v in zip(forms.REVIEW_COLUMNS, numbers, strict=True))
    for item, measures in (said.get("proactive") or {}).items():
        yield from (((PROACTIVE, item, measure), value) for measure, value in measures.items())


def generated(reports: Iterable[Report]) -> Iterator[Expected]:
    """Generated reports with what is known of them."""
    for report in reports:
        truth = report.truth
        case = Expected(report.name, report.layout, report.data, truth.agency, truth.year, truth.form)
        tables = (
            (APPLICATIONS, "applications", truth.applications, forms.APPLICATION_COLUMNS),
            (REVIEW, "review", truth.review, forms.REVIEW_COLUMNS),
        )
        for table, short, rows, columns in tables:
            for item, numbers in rows.items():
                for column, value in zip(columns, numbers, strict=True):
                    _put(case, (table, item, column), value, (short, item) in truth.uncertain)
        for (item, measure), value in truth.proactive.items():
            _put(case, (PROACTIVE, item, measure), value, ("proactive", item) in truth.uncertain)
        yield case


def _put(case: Expected, key: Key, value: int | Decimal | None, uncertain: bool) -> None:
    case.cells[key] = None if value is None else Decimal(value)
    if uncertain:
        case.either.add(key)


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
    return list(_compared(place, expected))


def _compared(place: Place, expected: list[Expected]) -> Iterator[Outcome]:
    reports = {
        file: (agency_id, year, name, form)
        for file, agency_id, year, name, form in place.query(
            "SELECT source_file, agency_id, year, name, form FROM dim_report JOIN dim_agency USING (agency_id)"
        )
    }
    rejected = dict(place.query("SELECT source_file, reason FROM rejected_report"))
    superseded = dict(place.query("SELECT source_file, superseded_by FROM superseded_report"))
    found = _cells(place)
    issues: dict[tuple[str, int], list[str]] = {}
    for agency_id, year, rule, message in place.query("SELECT agency_id, year, rule, message FROM quality_issue"):
        issues.setdefault((agency_id, year), []).append(f"{rule}: {message}")
    notes = {
        (agency_id, year, *rest)
        for agency_id, year, *rest in place.query(
            "SELECT agency_id, year, table_name, item, column_name, state FROM cell_note"
        )
    }
    for case in expected:
        outcome = Outcome(case)
        if case.name in rejected or case.rejected:
            if rejected.get(case.name) != case.rejected:
                outcome.faults.append(f"rejected as {rejected.get(case.name)}, expected {case.rejected}")
                outcome.cells = len(case.cells)
                outcome.nonzero = sum(1 for value in case.cells.values() if value)
            yield outcome
            continue
        if case.name in superseded:
            outcome.faults.append(f"superseded by {superseded[case.name]}")
            outcome.cells = len(case.cells)
            yield outcome
            continue
        agency_id, year, name, form = reports[case.name]
        outcome.issues = issues.get((agency_id, year), [])
        if (name, year) != (case.agency, case.year):
            outcome.faults.append(f"identity is {name} {year}, expected {case.agency} {case.year}")
        if form != case.form:
            outcome.faults.append(f"form is {form}, expected {case.form}")
        for note in case.notes:
            table, item, column, state = note
            if not {(agency_id, year, table, item, c, state) for c in (column, "*")} & notes:
                outcome.faults.append(f"no note {note}")
        _compare(case, found.get((agency_id, year), {}), outcome)
        yield outcome


def _compare(case: Expected, found: dict[Key, Decimal | None], outcome: Outcome) -> None:
    for key in sorted({*case.cells, *found} - case.open):
        wanted, got = case.cells.get(key), found.get(key)
        outcome.cells += 1
        outcome.nonzero += bool(wanted)
        if got == wanted or (got is None and key in case.either):
            outcome.right += 1
            outcome.nonzero_right += bool(wanted)
        elif got is None:
            outcome.missing.append(f"{'.'.join(key)}: {wanted}")
        else:
            outcome.wrong.append(f"{'.'.join(key)}: {got}, printed is {wanted}")


def _cells(place: Place) -> dict[tuple[str, int], dict[Key, Decimal | None]]:
    cells: dict[tuple[str, int], dict[Key, Decimal | None]] = {}
    for table, columns in ((APPLICATIONS, forms.APPLICATION_COLUMNS), (REVIEW, forms.REVIEW_COLUMNS)):
        item_name = "track" if table == REVIEW else "item"
        for agency_id, year, item, *numbers in place.query(
            f"SELECT agency_id, year, {item_name}, {', '.join(columns)} FROM {table}"
        ):
            for column, value in zip(columns, numbers, strict=True):
                key = (table, item, column)
                cells.setdefault((agency_id, year), {})[key] = None if value is None else Decimal(value)
    for agency_id, year, item, measure, value in place.query(
        f"SELECT agency_id, year, item, measure, value FROM {PROACTIVE}"
    ):
        cells.setdefault((agency_id, year), {})[PROACTIVE, item, measure] = value
    return cells


def table(outcomes: list[Outcome]) -> str:
    """The figures by layout."""
    lines = [
        f"{'layout':<10} {'reports':>8} {'cells right':>20} {'':>9} {'not zero':>17} {'':>9} {'wrong':>6} {'silent':>7}"
    ]
    names = sorted({outcome.expected.layout for outcome in outcomes})
    for name in [*names, "all"]:
        some = [o for o in outcomes if name in ("all", o.expected.layout)]
        cells, right = sum(o.cells for o in some), sum(o.right for o in some)
        nonzero, nonzero_right = sum(o.nonzero for o in some), sum(o.nonzero_right for o in some)
        lines.append(
            f"{name:<10} {len(some):>8} {f'{right}/{cells}':>20} {_share(right, cells):>9} "
            f"{f'{nonzero_right}/{nonzero}':>17} {_share(nonzero_right, nonzero):>9} "
            f"{sum(len(o.wrong) for o in some):>6} {sum(o.silent for o in some):>7}"
        )
    return "\n".join(lines)


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.3%}" if whole else "–"


def missed(outcomes: list[Outcome]) -> list[str]:
    """Layouts below their bar."""
    found = []
    for name in sorted({outcome.expected.layout for outcome in outcomes}):
        some = [o for o in outcomes if o.expected.layout == name]
        cells, right = sum(o.cells for o in some), sum(o.right for o in some)
        bar = 0.99 if name in LOOSE else 1.0
        if cells and right < bar * cells:
            found.append(f"{name}: {_share(right, cells)} of the cells, the bar is {bar:.0%}")
        if silent := sum(o.silent for o in some):
            found.append(f"{name}: {silent} reports with a silent error")
    return found


def main() -> int:
    """Print all four parts; exit 1 when a bar is missed."""
    parser = ArgumentParser(prog="python -m tests.accuracy", description=__doc__)
    parser.add_argument("--count", type=int, default=2000, help="generated reports; half as many without a fault")
    parser.add_argument("--seed", type=int, default=None, help="seed of the corpus; a fresh one if left out")
    parser.add_argument("--only", choices=list(_PARTS), help="one part")
    parser.add_argument("--layout", help="generated reports of this layout only")
    parser.add_argument("--show", type=int, default=0, help="print what is not right, of so many reports")
    parser.add_argument("--folder", type=Path, help="a folder of reports with a truth.json instead of all parts")
    parser.add_argument("--checkout", type=Path, default=folder.ROOT, help="whose pipeline reads the folder")
    parser.add_argument("--by", default="converter,group", help="fields of truth.json to group by; also class, letter")
    parser.add_argument("--files", default="", help="only the folder's files whose path has this")
    given = parser.parse_args()
    if given.folder:
        return _of_folder(given)
    if given.seed is None:
        given.seed = secrets.randbelow(10**9)
    bad: list[str] = []
    for name, part in _PARTS.items():
        if given.only in (None, name):
            bad += part(given)
    print("\n".join(bad) or "all bars are met")
    return 1 if bad else 0


def _mix(given: Namespace) -> dict[str, float] | None:
    return {given.layout: 1.0} if given.layout else None


def _of_cases(given: Namespace) -> list[str]:
    outcomes = of_cases()
    print(f"hand-written cases\n{table(outcomes)}\n")
    _show(outcomes, given.show)
    return missed(outcomes)


def _of_folder(given: Namespace) -> int:
    """The table of a folder; exit 1 where a cell is silently wrong or lost under a false note."""
    reads = folder.read_folder(given.folder, given.checkout.resolve(), given.files)
    print(folder.table(reads, given.by))
    _print_all(folder.shown(reads, given.show))
    return int(any(read.count.verdicts["silent"] + read.count.verdicts["lost"] for read in reads))


def _of_corpus(given: Namespace) -> list[str]:
    with tempfile.TemporaryDirectory() as scratch:
        outcomes = read(list(generated(corpus(given.seed, given.count, _mix(given)))), Path(scratch))
    print(f"generated corpus, --count {given.count} --seed {given.seed}\n{table(outcomes)}\n")
    _show(outcomes, given.show)
    return missed(outcomes)


def _of_prose(given: Namespace) -> list[str]:
    sets = narrative.all_heard()
    print(f"narrative claims\n{narrative.table(sets)}\n")
    _print_all(narrative.shown(sets, given.show))
    return narrative.missed(sets)


def _of_rules(given: Namespace) -> list[str]:
    count = given.count // 2
    alarms = rules.false_alarms(given.seed, count, _mix(given))
    errors = rules.injected(given.seed)
    print(f"false alarms and injected errors, --count {given.count} --seed {given.seed}")
    print(f"{rules.table_of_alarms(alarms, count)}\n\n{rules.table_of_errors(errors)}\n")
    _print_all(rules.shown(alarms, errors, given.show))
    return rules.missed(alarms, errors)


def _of_agencies(given: Namespace) -> list[str]:
    sets = {name: agencies.placed(name) for name in agencies.SETS}
    told = agencies.all_pairs()
    print(f"agencies\n{agencies.table(sets, told)}\n")
    _print_all(agencies.shown(sets, told, given.show))
    return agencies.missed(sets)


_PARTS = {
    "cases": _of_cases,
    "generated": _of_corpus,
    "narrative": _of_prose,
    "rules": _of_rules,
    "agencies": _of_agencies,
}


def _print_all(lines: Iterable[str]) -> None:
    for line in lines:
        print(line)


def of_cases() -> list[Outcome]:
    """The hand-written cases, read. Those that share agency and year with another are read alone."""
    outcomes: list[Outcome] = []
    everything = list(cases())
    groups = [[case for case in everything if not case.alone], *[[case] for case in everything if case.alone]]
    for group in groups:
        with tempfile.TemporaryDirectory() as scratch:
            outcomes += read(group, Path(scratch))
    return outcomes


def _show(outcomes: list[Outcome], most: int) -> None:
    for outcome in [o for o in outcomes if o.wrong or o.missing or o.faults][:most]:
        print(
            f"{outcome.expected.layout} {outcome.expected.name}: "
            f"{len(outcome.wrong)} wrong, {len(outcome.missing)} missing"
        )
        for line in [*outcome.faults, *outcome.wrong[:6], *outcome.missing[:6], *outcome.issues[:6]]:
            print(f"    {line[:180]}")
