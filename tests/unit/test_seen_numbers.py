"""Numbers that OCR read: loaded where the form's sums leave no other value, else NULL with what was seen, and named."""

from decimal import Decimal

import pytest

from pipeline import forms
from pipeline.encoding import Decoded
from pipeline.reader.document import Document
from pipeline.reader.formats.text import from_text
from pipeline.reader.tables.cell_values import parse_in_column
from pipeline.reader.tables.reading import FormCell, FormRow, Reading
from pipeline.reader.tables.seen_numbers import only_certain

#: Two new, one of last year; two granted and one denied by natural persons; nobody is left.
_NATURAL = {
    "new_received": 2,
    "carried_over": 1,
    "granted": 2,
    "denied_state_secret": 1,
    "total_processed": 3,
}
_ITEMS = forms.application_rows("2021")


def row(item: str, line: int, texts: list[str], columns: list[str]) -> FormRow:
    return FormRow(item, {c: FormCell(parse_in_column(t), line) for c, t in zip(columns, texts, strict=True)})


def reading() -> Reading:
    """A report that adds up: table three from line 101 on, table four on line 201 to 203, table two on line 301."""
    applications = {}
    for at, item in enumerate(_ITEMS):
        number = str(_NATURAL.get(item, 0))
        applications[item] = row(item, 101 + at, [number, "0", "0", "0", "0", "0", number], forms.APPLICATION_COLUMNS)
    review = {
        track: row(track, 201 + at, ["1", "0", "", "/", "1"], forms.REVIEW_COLUMNS)
        for at, track in enumerate(forms.TRACKS)
    }
    return Reading(
        form="2021",
        proactive={("administrative_license", "decisions"): FormCell(parse_in_column("550"), 301)},
        applications=applications,
        review=review,
        layouts=frozenset(),
        digits=0,
        digits_used=0,
        page_marks=[],
        regions=[],
        spans=(),
        unused_rows=(),
    )


SEEN = range(1, 400)


def put(found: Reading, item: str, column: str, text: str) -> None:
    found.applications[item].cells[column].value = parse_in_column(text)


def lost(found: Reading) -> set[tuple[str, str]]:
    """The cells of table three that are not loaded."""
    rows = found.applications.values()
    return {(row.item, column) for row in rows for column, cell in row.cells.items() if cell.value.number is None}


def named(found: Reading) -> dict[str | None, str | None]:
    return {each.where.table: each.actual for each in found.findings if each.rule == "picture_unproved"}


def test_what_adds_up_is_loaded_and_marked() -> None:
    found = only_certain(reading(), SEEN)
    assert lost(found) == set()
    new = found.applications["new_received"].cells
    assert [(cell.value.number, cell.value.state, cell.value.raw) for cell in new.values()] == [
        (Decimal(2), "ocr", "2"),
        *[(Decimal(0), "ocr", "0")] * 5,
        (Decimal(2), "ocr", "2"),
    ]
    four = found.review["litigation_direct"].cells
    assert [cell.value.state for cell in four.values()] == ["ocr", "ocr", "blank", "nil_mark", "ocr"]
    assert [cell.value.number for cell in four.values()] == [1, 0, None, None, 1]


def test_what_no_sum_reaches_is_not_loaded_and_named() -> None:
    found = only_certain(reading(), SEEN)
    (cell,) = found.proactive.values()
    assert (cell.value.number, cell.value.state, cell.value.raw) == (None, "ocr", "550")
    assert named(found)["fact_proactive_disclosure"] == "1"
    assert "administrative_license.decisions 550" in found.findings[-1].message_en


def test_numbers_that_were_not_seen_in_a_picture_stay_as_they_are() -> None:
    before = reading()
    put(before, "granted", "natural_person", "7")
    found = only_certain(before, range(300, 400))
    assert lost(found) == set()
    assert found.applications["granted"].cells["natural_person"].value.state is None
    assert only_certain(before, []) is before


def test_a_wrong_digit_takes_its_row_and_its_column() -> None:
    before = reading()
    put(before, "granted", "natural_person", "7")
    found = only_certain(before, SEEN)
    columns, others = forms.APPLICATION_COLUMNS, {"new_received", "carried_over", "carried_forward"}
    assert lost(found) == {("granted", column) for column in columns} | {
        (item, "natural_person") for item in _ITEMS if item not in others
    }
    assert found.applications["granted"].cells["natural_person"].value.raw == "7"


def test_the_same_wrong_digit_in_a_row_and_its_total_is_found_by_the_columns() -> None:
    before = reading()
    for column in ("natural_person", "total"):
        put(before, "denied_state_secret", column, "7")
    gone = lost(only_certain(before, SEEN))
    assert {("denied_state_secret", "natural_person"), ("denied_state_secret", "total")} <= gone
    assert ("denied_state_secret", "other") not in gone


def test_rows_in_another_order_prove_nothing() -> None:
    before = reading()
    rows = before.applications
    for one, other in zip(rows["granted"].cells.values(), rows["denied_state_secret"].cells.values(), strict=True):
        one.line, other.line = other.line, one.line
    assert len(lost(only_certain(before, SEEN))) == len(_ITEMS) * 7


def test_what_two_looks_do_not_agree_on_is_loaded_where_row_and_column_prove_it() -> None:
    before = reading()
    put(before, "granted", "natural_person", "2\ufffd")
    put(before, "carried_forward", "other", "\ufffd")
    before.review["reconsideration"].cells["upheld"].value = parse_in_column("1\ufffd")
    found = only_certain(before, SEEN)
    value = found.applications["granted"].cells["natural_person"].value
    assert (value.number, value.state, value.raw) == (2, "ocr", "2?")
    # Of one nothing was read; its row and the balance of its column prove nothing. Table four has one sum alone.
    assert {key for key in lost(found) if key[0] == "carried_forward"} == {
        ("carried_forward", column) for column in forms.APPLICATION_COLUMNS
    }
    value = found.review["reconsideration"].cells["upheld"].value
    assert (value.number, value.state, value.raw) == (None, "ocr", "1?")


@pytest.mark.parametrize("doubted", ["3\ufffd", "\ufffd"])
def test_a_doubted_number_that_does_not_fit_is_not_loaded(doubted: str) -> None:
    before = reading()
    put(before, "granted", "natural_person", doubted)
    assert ("granted", "natural_person") in lost(only_certain(before, SEEN))


def test_a_missing_row_leaves_the_columns_without_proof() -> None:
    before = reading()
    del before.applications["denied_enforcement_file"]
    assert ("granted", "natural_person") in lost(only_certain(before, SEEN))


def test_documents_of_text_have_nothing_seen() -> None:
    document: Document = from_text(Decoded("a\tb", "utf-8"))
    assert document.seen == []


def test_a_mark_for_nothing_is_none_for_certain_where_a_number_is_missing() -> None:
    """OCR takes a 1 for a stroke: the total says so."""
    before = reading()
    for track in before.review.values():
        track.cells["total"].value = parse_in_column("2")
    value = only_certain(before, SEEN).review["reconsideration"].cells["pending"].value
    assert (value.number, value.state, value.raw) == (None, "ocr", "/")
