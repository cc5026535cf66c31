"""What is known of a report before it is read: the hand-written cases, and generated reports with their truth."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from pipeline import forms
from tests.generator import Report

from .loaded import APPLICATIONS, PROACTIVE, REVIEW, Key

CASES = Path(__file__).parents[1] / "cases"


@dataclass
class Expected:
    """A report and the truth about it. A cell of ``either`` may be NULL too; ``open`` cells may be anything.

    ``clean``: everything in it holds and can be read, so that a warning is a false alarm.
    """

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
    slip: str = ""
    clean: bool = False


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
        case.slip = report.slip or ""
        case.clean = report.error is None and not truth.uncertain
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
