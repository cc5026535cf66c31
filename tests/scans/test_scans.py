"""A report as a scanner gives it: what sums prove is loaded, what they do not is NULL and named, nothing is wrong."""

import subprocess
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

import pytest
from PIL import Image
from pypdfium2 import PdfDocument

from pipeline import forms
from pipeline.reader.document import Document
from pipeline.reader.document import Place as Box
from pipeline.reader.formats import registry
from pipeline.reader.formats.raw_file import RawFile
from tests.converters import document as reports
from tests.converters import prints, programs
from tests.converters.templates import TEMPLATES
from tests.converters.word import docx
from tests.support.services import missing
from tests.support.workspace import Place

from . import environment
from .pictures import Scanner, scanned

SEED, SCANNER = 20261129, Scanner()
ITEMS = forms.application_rows("2021")
#: The rows that are no part of the sum of dispositions.
OTHERS = {"new_received", "carried_over", "carried_forward"}


class Printed(NamedTuple):
    """A report: its truth, the PDF, and a row whose one applicant and total are the same digit."""

    truth: dict[str, dict[str, list[int]]]
    agency: str
    pdf: bytes
    row: str
    document: Document

    def box(self, line: int) -> Box:
        """Where a line stands on the PDF, as the program reads it there."""
        assert self.document.places is not None
        place = self.document.places[line - 1]
        assert place is not None
        return place


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> Printed:
    """A report of the form of 2021 that prints its zeros, printed by LibreOffice."""
    if command := environment.missing() or prints.missing():
        missing("OCR, or a printer,", command)
    out = tmp_path_factory.mktemp("printed")
    for report in reports.documents(SEED, 40):
        truth = report.to_json()
        rows = truth["applications"]
        single = [
            item for item, numbers in rows.items()
            if item not in OTHERS and numbers[0] == numbers[-1] and 0 < (numbers[0] or 0) < 10
            and list(rows.values()).count(numbers) == 1
        ]  # fmt: skip
        if truth["form"] == "2021" and report.look.zeros == "printed" and single:
            break
    else:
        pytest.fail("no such report")
    (out / "a.docx").write_bytes(docx(report, TEMPLATES[0]))
    (pdf,) = programs.office([out / "a.docx"], "pdf", "pdf", out)
    document = registry.read(RawFile(pdf.read_bytes(), ".pdf", 300_000))
    return Printed(truth, truth["agency"], pdf.read_bytes(), single[0], document)


def forged(printed: Printed) -> bytes:
    """The scan with a 0 in the place of an applicant's number and of the row's total: the row adds up as before."""
    numbers = list(map(str, printed.truth["applications"][printed.row]))
    (row,) = (row for row in printed.document.rows if row.cells[-7:] == numbers)
    first, zero, total = (printed.box(row.line_of(len(row.cells) - back)) for back in (7, 6, 1))
    scale = SCANNER.dots / 72

    def middle(box: Box) -> tuple[int, ...]:
        x, y = (box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2
        return tuple(round(side * scale) for side in (x - 7, y - 6, x + 7, y + 6))

    def change(page: int, picture: Image.Image) -> None:
        if page == zero.page:
            digit = picture.crop(middle(zero))
            for to in (first, total):
                picture.paste(digit, middle(to)[:2])

    return scanned(printed.pdf, SCANNER, change, {1: 180, zero.page: 90})


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory, printed: Printed) -> Place:
    """The report as it is scanned; and with numbers forged, the first page upside down, and theirs on its side."""
    place = Place(tmp_path_factory.mktemp("scans"))
    place.put("scan.pdf", scanned(printed.pdf, SCANNER))
    place.put("forged.pdf", forged(printed))
    place.put("manifest.csv", "file,agency,year\nforged.pdf,洪泽区财政局,2023\n")
    ingest(place)
    return place


def ingest(place: Place, **settings: str) -> None:
    command = [str(environment.PYTHON), "-m", "pipeline.cli", "ingest"]
    variables = environment.variables() | place.environment | settings
    subprocess.run(command, env=variables, check=True, capture_output=True, timeout=600)


def applications(place: Place, file: str) -> dict[str, list[int | None]]:
    columns = ", ".join(forms.APPLICATION_COLUMNS)
    found = place.query(
        f"SELECT item, {columns} FROM fact_application_handling JOIN dim_report USING (agency_id, year) "
        "WHERE source_file = ?",
        file,
    )
    return {item: numbers for item, *numbers in found}


def notes(place: Place, table: str, file: str = "scan.pdf") -> dict[tuple[str, str], list[object]]:
    """State, text, page and box of each note."""
    found = place.query(
        "SELECT item, column_name, state, raw_text, n.page, n.x0, n.y0, n.x1, n.y1 "
        "FROM cell_note n JOIN dim_report USING (agency_id, year) WHERE source_file = ? AND table_name = ?",
        file,
        table,
    )
    return {(item, column): rest for item, column, *rest in found}


def issues(place: Place, file: str = "scan.pdf") -> dict[tuple[str, str | None], str]:
    found = place.query(
        "SELECT rule, table_name, actual FROM quality_issue JOIN dim_report USING (agency_id, year) "
        "WHERE source_file = ?",
        file,
    )
    return {(rule, table): actual for rule, table, actual in found}


def test_what_the_sums_prove_is_loaded_and_marked_cell_by_cell(place: Place, printed: Printed) -> None:
    assert applications(place, "scan.pdf") == printed.truth["applications"]
    marks = notes(place, forms.APPLICATIONS)
    assert {state for state, *_ in marks.values()} == {"ocr"}
    assert set(marks) == {(item, column) for item in ITEMS for column in forms.APPLICATION_COLUMNS}
    columns = ", ".join(forms.REVIEW_COLUMNS)
    found = place.query(
        f"SELECT track, [{columns}] FROM fact_reconsideration JOIN dim_report USING (agency_id, year) "
        "WHERE source_file = 'scan.pdf'"
    )
    assert dict(found) == printed.truth["review"]
    ((kind, reader, agency),) = place.query(
        "SELECT format, encoding, name FROM dim_report JOIN dim_agency USING (agency_id) WHERE source_file = 'scan.pdf'"
    )
    assert (kind, reader, agency) == ("pdf", "pdfium+ocr", printed.agency)


def test_what_no_sum_proves_is_null_with_what_was_seen(place: Place, printed: Printed) -> None:
    wanted = {
        (item, measure): Decimal(number)
        for item, cells in printed.truth["proactive"].items()
        for measure, number in cells.items()  # type: ignore[attr-defined]
    }
    seen = notes(place, forms.PROACTIVE)
    assert {key: Decimal(str(raw).replace(",", "")) for key, (_, raw, *_) in seen.items()} == wanted
    assert {state for state, *_ in seen.values()} == {"ocr"}
    values = place.query(
        "SELECT DISTINCT value FROM fact_proactive_disclosure JOIN dim_report USING (agency_id, year) "
        "WHERE source_file = 'scan.pdf'"
    )
    assert values == [(None,)]
    said = issues(place)
    assert said["picture_unproved", forms.PROACTIVE] == "10"
    assert not {("picture_unproved", forms.APPLICATIONS), ("picture_unproved", forms.REVIEW)} & said.keys()
    with PdfDocument(printed.pdf) as pdf:
        assert said["read_from_picture", None] == ", ".join(str(page) for page in range(1, len(pdf) + 1))
    assert ("identity_from_picture", None) in said
    assert place.query("SELECT count(*) FROM fact_narrative_claim") == [(0,)]


def test_a_cell_is_where_it_stands_on_the_page_that_lies_aslant(place: Place, printed: Printed) -> None:
    """The scan is turned by 1.5 degrees: a cell that is 300 points from the middle lies 8 points beside its place."""
    numbers = list(map(str, printed.truth["applications"][printed.row]))
    (row,) = (row for row in printed.document.rows if row.cells[-7:] == numbers)
    for back, column in ((7, "natural_person"), (1, "total")):
        wanted = printed.box(row.line_of(len(row.cells) - back))
        _, _, page, *box = notes(place, forms.APPLICATIONS)[printed.row, column]
        with PdfDocument(printed.pdf) as pdf:
            wide, high = pdf[wanted.page - 1].get_size()
        slant = 0.0262 if wanted.page % 2 else -0.0262  # counter-clockwise, in radians
        right = slant * ((wanted.y0 + wanted.y1) / 2 - high / 2)
        down = -slant * ((wanted.x0 + wanted.x1) / 2 - wide / 2)
        assert page == wanted.page
        assert box == pytest.approx([wanted.x0 + right, wanted.y0 + down, wanted.x1 + right, wanted.y1 + down], abs=2.5)


def test_a_number_forged_in_its_row_and_in_the_total_is_not_loaded(place: Place, printed: Printed) -> None:
    found = applications(place, "forged.pdf")
    for item in ITEMS:
        for at, column in enumerate(forms.APPLICATION_COLUMNS):
            is_doubtful = column in ("natural_person", "total") and item not in OTHERS
            wanted = None if is_doubtful else printed.truth["applications"][item][at]
            assert found[item][at] == wanted, (item, column)
    marks = notes(place, forms.APPLICATIONS, "forged.pdf")
    assert marks[printed.row, "natural_person"][:2] == ["ocr", "0"]
    said = issues(place, "forged.pdf")
    assert ("picture_unproved", forms.APPLICATIONS) in said
    assert ("identity_from_picture", None) not in said


def test_a_cell_is_where_it_stands_on_a_page_that_lies_on_its_side(place: Place, printed: Printed) -> None:
    _, _, page, x0, y0, x1, y1 = notes(place, forms.APPLICATIONS)[printed.row, "total"]
    _, _, same, *box = notes(place, forms.APPLICATIONS, "forged.pdf")[printed.row, "total"]
    with PdfDocument(printed.pdf) as pdf:
        wide, _ = pdf[int(page) - 1].get_size()
    assert same == page
    assert box == pytest.approx([y0, wide - x1, y1, wide - x0], abs=2.5)


def test_all_is_accounted_for(place: Place) -> None:
    assert place.query("SELECT source_file FROM rejected_report") == []


def test_a_scan_that_takes_too_long_is_refused_with_the_setting(tmp_path: Path, place: Place) -> None:
    slow = Place(tmp_path)
    slow.put("scan.pdf", (place.raw / "scan.pdf").read_bytes())
    ingest(slow, OGI_DOCUMENT_SECONDS="2")
    ((reason, message),) = slow.query("SELECT reason, message FROM rejected_report")
    assert reason == "too_large"
    assert "OGI_DOCUMENT_SECONDS" in message
