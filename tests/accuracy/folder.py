"""A folder of reports with a ``truth.json``, read by this checkout or by another, and the table of what became of it.

    python -m tests.accuracy --folder DIR [--checkout DIR] [--by converter,group]

``truth.json`` has for each file ``applications`` {item: [7]}, ``review`` {track: [5]} and ``proactive``
{item: {measure: value}} (or ``disclosure`` {"item.measure": value}); a table that is left out is not looked at, null is
a cell without a number. ``agency`` and ``year`` may be given, ``may_be_null`` lists cells, rows or tables
("applications.granted.total") that may be NULL too, ``not_judged`` those that may be anything, ``agency_ok`` and
``year_ok`` further right answers. ``clean: false``: a warning may be due, ``must_warn``: it is; ``rejected``: the file
is no report (true, or the reason), ``may_be_rejected``: either is right. Any field can group the table. ``faults`` are
reports with a wrong agency or year, those that were to be rejected, and missing warnings.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from tests.generator.form import COLUMNS, OUTCOMES

from .figures import Line, lines
from .loaded import APPLICATIONS, PROACTIVE, REVIEW, Key, Loaded, Report, loaded
from .verdicts import Count, count

ROOT = Path(__file__).parents[2]
_TABLES = {"applications": APPLICATIONS, "review": REVIEW, "proactive": PROACTIVE, "disclosure": PROACTIVE}


@dataclass
class Read:
    """One file, its truth, and what became of it."""

    file: str
    truth: dict[str, Any]
    count: Count
    rejected: str = ""
    fault: str = ""

    def label(self, by: str) -> str:
        """The group that the file is of: a field of the truth, or what its name begins with."""
        if by in ("class", "letter") and by not in self.truth:
            stem = Path(self.file).stem
            return stem.split("_")[0] if by == "letter" else stem.rstrip("0123456789").rstrip("_")
        return str(self.truth.get(by, "–"))


def read_folder(folder: Path, checkout: Path = ROOT, only: str = "") -> list[Read]:
    """Read every file that ``truth.json`` knows; ``only`` takes those whose path has it."""
    truths = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    truths = {file: truth for file, truth in truths.items() if only in file and (folder / file).is_file()}
    with tempfile.TemporaryDirectory() as scratch:
        batches = _batches(truths)
        places = [Path(scratch) / f"{number:03d}" for number in range(len(batches))]
        for place, batch in zip(places, batches, strict=True):
            for file in batch:
                target = place / "raw" / Path(file).name
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes((folder / file).read_bytes())
        _ingest(places, checkout)
        return [
            _compared(file, truths[file], warehouse)
            for place, batch in zip(places, batches, strict=True)
            for warehouse in [_warehouse(place)]
            for file in batch
        ]


def _batches(truths: dict[str, dict[str, Any]]) -> list[list[str]]:
    """Files that may be read together: no two of one agency, whose years would be compared, nor of one name."""
    batches: list[tuple[set[object], list[str]]] = []
    for file, truth in truths.items():
        who = truth.get("agency") or truth.get("document", file)
        marks = {who, Path(file).name}
        free = next((batch for batch in batches if not marks & batch[0]), None)
        if free is None:
            batches.append(free := (set(), []))
        free[0].update(marks)
        free[1].append(file)
    return [batch for _, batch in batches]


def _ingest(places: Sequence[Path], checkout: Path) -> None:
    """Read the batches with the pipeline of a checkout, in a process of its own."""
    script = Path(__file__).parent / "ingest_folders.py"
    path = os.pathsep.join([str(checkout), *filter(None, [os.environ.get("PYTHONPATH")])])
    environment = os.environ | {"PYTHONPATH": path}
    subprocess.run([sys.executable, str(script), *map(str, places)], cwd=checkout, env=environment, check=True)


def _warehouse(place: Path) -> Loaded:
    with duckdb.connect(str(place / "warehouse" / "ogi.duckdb"), read_only=True) as con:
        return loaded(lambda sql: con.execute(sql).fetchall())


def _compared(file: str, truth: dict[str, Any], warehouse: Loaded) -> Read:
    name = Path(file).name
    wanted = dict(_cells(truth))
    report = warehouse.reports.get(name)
    if report is None:
        return _not_loaded(file, truth, wanted, warehouse)
    if truth.get("rejected"):
        return Read(file, truth, Count(), fault=f"loaded as {report.name} {report.year}, to be rejected")
    either = {key for key in wanted if _is_in(key, truth.get("may_be_null", ()))}
    judged = {key: value for key, value in wanted.items() if not _is_in(key, truth.get("not_judged", ()))}
    for key in set(wanted) - set(judged):
        report.cells.pop(key, None)
    found = count(judged, report, either=either, clean=truth.get("clean", True))
    fault = _identity(truth, report)
    if truth.get("must_warn") and not any(issue.is_loud for issue in report.issues):
        fault = fault or "nothing is said, a warning is due"
    return Read(file, truth, found, fault=fault)


def _not_loaded(file: str, truth: dict[str, Any], wanted: dict[Key, Decimal | None], warehouse: Loaded) -> Read:
    """A file that was rejected or superseded: it is said, whatever was in it."""
    name = Path(file).name
    reason = warehouse.rejected.get(name) or f"superseded by {warehouse.superseded.get(name)}"
    if truth.get("rejected") or truth.get("may_be_rejected"):
        is_right = truth.get("rejected") in (None, True, reason)
        return Read(file, truth, Count(), fault="" if is_right else f"{reason}, not {truth['rejected']}")
    verdicts = Counter("right" if value is None else "named" for value in wanted.values())
    found = Count(verdicts, shown=[f"named: {reason}"])
    return Read(file, truth, found, rejected=reason)


def _identity(truth: dict[str, Any], report: Report) -> str:
    """What is wrong with agency and year, if the truth tells them."""
    agencies = truth.get("agency_ok") or [truth.get("agency", report.name)]
    years = truth.get("year_ok") or [truth.get("year", report.year)]
    if report.name in agencies and report.year in years:
        return ""
    return f"{report.name} {report.year} instead of {' or '.join(agencies)} {years[0]}"


def _cells(truth: dict[str, Any]) -> Iterable[tuple[Key, Decimal | None]]:
    for short, columns in (("applications", COLUMNS), ("review", OUTCOMES)):
        for item, numbers in (truth.get(short) or {}).items():
            for column, value in zip(columns, numbers, strict=True):
                yield (_TABLES[short], item, column), _number(value)
    for item, measures in (truth.get("proactive") or {}).items():
        yield from (((PROACTIVE, item, measure), _number(value)) for measure, value in measures.items())
    for cell, value in (truth.get("disclosure") or {}).items():
        yield _key(f"disclosure.{cell}"), _number(value)


def _is_in(key: Key, names: Iterable[str]) -> bool:
    """Whether one of the names is that of the cell, of its row or of its table."""
    parts = ((_TABLES.get(first), *rest) for first, *rest in (name.split(".") for name in names))
    return any(key[: len(part)] == part for part in parts)


def _key(cell: str) -> Key:
    table, item, column = cell.split(".")
    return _TABLES[table], item, column


def _number(value: object) -> Decimal | None:
    return None if value is None else Decimal(str(value))


def grouped(reads: Sequence[Read], by: str) -> dict[str, Line]:
    """The figures by one or more fields of ``truth.json``, with commas between."""
    return lines(
        (" · ".join(read.label(part) for part in by.split(",")), read.count, bool(read.rejected), bool(read.fault))
        for read in reads
    )


def shown(reads: Sequence[Read], most: int) -> list[str]:
    """What is not right, the worst reports first."""
    order = ("silent", "lost", "contradicted", "named")
    bad = [read for read in reads if read.count.shown or read.count.alarms or read.fault]
    bad.sort(key=lambda read: [-read.count.verdicts[verdict] for verdict in order])
    found = []
    for read in bad[:most]:
        found.append(f"{read.file} {read.rejected} {read.fault}")
        found += [f"    {text}" for text in read.count.shown[:12]]
        found += [f"    alarm {text}" for text in read.count.alarms]
    return found
