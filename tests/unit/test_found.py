"""The reports that were once read wrongly or lost: what a careful person reads in them is read, or named."""

import json
from decimal import Decimal
from pathlib import Path

import pytest

from pipeline import forms
from pipeline.reader.formats import registry, staged
from pipeline.reader.formats.raw_file import RawFile
from pipeline.reader.tables.matcher import match
from pipeline.reader.tables.reading import FormCell, Reading

FOUND = Path(__file__).parents[1] / "found"
TRUTHS = json.loads((FOUND / "truth.json").read_text(encoding="utf-8"))
#: Pages of aligned text that say of a few numbers in no way which column they stand in; they are named.
UNPLACED = {
    "S03a_pdftotext_layout_blank_zeros_row_before.txt": {"unavailable_still_unclear", "total_processed"},
    "S04_pdftotext_layout_blank_zeros_column_shift_on_later_page.txt": {"unavailable_not_held", "total_processed"},
}


def read(path: Path) -> Reading:
    """The tables of a file, by way of its staged document."""
    document = registry.read(RawFile(path.read_bytes(), path.suffix, 300_000))
    return match(staged.loads(*staged.dumps(document)))


@pytest.mark.parametrize("name", TRUTHS)
def test_what_a_careful_person_reads_is_read(name: str) -> None:
    reading = read(FOUND / name)
    truth = TRUTHS[name]
    for item, numbers in truth.get("applications", {}).items():
        cells = reading.applications[item].cells
        for column, number in zip(forms.APPLICATION_COLUMNS, numbers, strict=True):
            _check(cells[column], number, item in UNPLACED.get(name, ()))
    if truth.get("review") == {}:
        assert not reading.review
    for track, numbers in truth.get("review", {}).items():
        for column, number in zip(forms.REVIEW_COLUMNS, numbers, strict=True):
            _check(reading.review[track].cells[column], number, False)
    for key, number in truth.get("disclosure", {}).items():
        item, measure = key.split(".")
        cell = reading.proactive.get((item, measure))
        assert (cell and cell.value.number) == (None if number is None else Decimal(number)), key


def _check(cell: FormCell, number: int | None, may_be_unreadable: bool) -> None:
    if cell.value.number is None and number is not None:
        assert may_be_unreadable, cell
        assert cell.value.state == "unreadable"
    else:
        assert cell.value.number == number, cell


@pytest.mark.parametrize("path", sorted(FOUND.glob("[A-Z]*_*.*")), ids=lambda path: path.stem[:3])
def test_no_readable_table_is_lost(path: Path) -> None:
    """Each of the reports has all three tables but for one, and no row of table three is missing in any."""
    reading = read(path)
    assert len(reading.applications) >= 23
    assert reading.proactive
    assert reading.review or path.stem.startswith("S10") or any(f.where.table == forms.REVIEW for f in reading.findings)
