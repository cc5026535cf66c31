"""The command: ``python -m tests.accuracy``, its options and its parts."""

import secrets
import tempfile
from argparse import ArgumentParser, Namespace
from collections.abc import Iterable
from pathlib import Path

from tests.converters import corpus as converters
from tests.converters import prints, programs
from tests.generator import SLIPS, corpus, slipped

from . import agencies, bars, cells, figures, folder, mutations, narrative, rules
from .cells import Outcome


def main() -> int:
    """Print all parts, or the table of a folder; exit 1 when a bar is missed."""
    parser = ArgumentParser(prog="python -m tests.accuracy", description=__doc__)
    parser.add_argument("--count", type=int, default=2000, help="generated reports; half as many without a fault")
    parser.add_argument("--slip", choices=SLIPS, help="reports with this slip only")
    parser.add_argument("--each", type=int, default=20, help="reports of each slip")
    parser.add_argument("--mutations", type=int, default=5000, help="mutated texts that must not break the reader")
    parser.add_argument("--documents", type=int, default=12, help="documents that real programs convert")
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
    if given.slip:
        given.only = "slips"
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
    outcomes = cells.of_cases()
    print(f"hand-written cases\n{figures.table(cells.by_layout(outcomes))}\n")
    _show(outcomes, given.show)
    return cells.missed(outcomes)


def _of_folder(given: Namespace) -> int:
    """The table of a folder; exit 1 where a cell is silently wrong or lost under a false note."""
    reads = folder.read_folder(given.folder, given.checkout.resolve(), given.files)
    print(figures.table(folder.grouped(reads, given.by)))
    _print_all(folder.shown(reads, given.show))
    return int(any(read.count.verdicts["silent"] + read.count.verdicts["lost"] for read in reads))


def _of_corpus(given: Namespace) -> list[str]:
    with tempfile.TemporaryDirectory() as scratch:
        outcomes = cells.read(list(cells.generated(corpus(given.seed, given.count, _mix(given)))), Path(scratch))
    print(f"generated corpus, --count {given.count} --seed {given.seed}\n{figures.table(cells.by_layout(outcomes))}\n")
    _show(outcomes, given.show)
    return cells.missed(outcomes)


def _of_slips(given: Namespace) -> list[str]:
    """Tidy reports with one slip each; nothing of it may be wrong in silence or lost under a false note."""
    names = [given.slip] if given.slip else list(SLIPS)
    with tempfile.TemporaryDirectory() as scratch:
        outcomes = cells.read(list(cells.generated(slipped(names, given.seed, given.each))), Path(scratch))
    lines = cells.by_slip(outcomes)
    print(f"slips, --each {given.each} --seed {given.seed}\n{figures.table(lines)}\n")
    _show(outcomes, given.show)
    return [
        f"slip {name}: {line.verdicts[verdict]} cells {verdict}"
        for name, line in lines.items()
        for verdict in ("silent", "lost")
        if line.verdicts[verdict] and name != "all"
    ]


def _of_converted(given: Namespace) -> list[str]:
    """Texts that real programs made of fresh documents; nothing where the programs are missing."""
    if command := programs.missing():
        print(f"documents that real programs converted: skipped. Install the programs: {command}\n")
        return []
    with tempfile.TemporaryDirectory() as scratch:
        converters.write(Path(scratch), given.seed, given.documents)
        reads = folder.read_folder(Path(scratch))
    print(f"documents that real programs converted, --documents {given.documents} --seed {given.seed}")
    print(f"{figures.table(folder.grouped(reads, 'group,converter'))}\n")
    _print_all(folder.shown(reads, given.show))
    return bars.missed(folder.grouped(reads, "group"))


def _of_printed(given: Namespace) -> list[str]:
    """Fresh documents as PDF files of LibreOffice and Chromium; nothing where the programs are missing."""
    if command := prints.missing():
        print(f"documents that programs printed: skipped. Install the programs: {command}\n")
        return []
    with tempfile.TemporaryDirectory() as scratch:
        prints.write(Path(scratch), given.seed, given.documents)
        reads = folder.read_folder(Path(scratch))
    print(f"documents that programs printed, --documents {given.documents} --seed {given.seed}")
    print(f"{figures.table(folder.grouped(reads, 'group,printer,template'))}\n")
    _print_all(folder.shown(reads, given.show))
    return bars.missed_of_prints(folder.grouped(reads, "group"))


def _of_mutations(given: Namespace) -> list[str]:
    """No text makes the reader fall over."""
    found = mutations.crashes(given.seed, given.mutations)
    print(f"mutations, --mutations {given.mutations} --seed {given.seed}: {len(found)} crashes or slow texts\n")
    _print_all(f"{crash.name}\n{crash.what}" for crash in found[: max(given.show, 3)])
    return [f"mutations: {len(found)} crashes or slow texts"] if found else []


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
    "slips": _of_slips,
    "converted": _of_converted,
    "printed": _of_printed,
    "mutations": _of_mutations,
    "narrative": _of_prose,
    "rules": _of_rules,
    "agencies": _of_agencies,
}


def _print_all(lines: Iterable[str]) -> None:
    for line in lines:
        print(line)


def _show(outcomes: list[Outcome], most: int) -> None:
    for outcome in [o for o in outcomes if o.wrong or o.missing or o.faults][:most]:
        print(
            f"{outcome.expected.layout} {outcome.expected.name}: "
            f"{len(outcome.wrong)} wrong, {len(outcome.missing)} missing"
        )
        for line in [*outcome.faults, *outcome.wrong[:6], *outcome.missing[:6], *outcome.issues[:6]]:
            print(f"    {line[:180]}")
