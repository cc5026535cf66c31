"""The smallest explanation of failing sums: which cell, which value, whose fault. Expectations are worked out by hand.

The table of the first half, all other cells 0 (npers: natural_person, enterpr: enterprise):

                            npers  enterpr  total
    new_received                3        1      4
    carried_over                1        0      1
    granted                     2        0      2
    unavailable_not_held        1        1      2
    total_processed             3        1      4
    carried_forward             1        0      1
"""

import shutil

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import forms
from pipeline.rules.explain import explain_warehouse
from pipeline.rules.misreading import likely_fault
from pipeline.rules.sums import CellKey, Suggestion, application_constraints, review_constraints, suggest
from tests.conftest import Place
from tests.support.workspace import SeedText

TRACK = "reconsideration"
ITEMS = {form: forms.application_rows(form) for form in ("2019", "2021")}
PRINTED = {
    "new_received": (3, 1, 4),
    "carried_over": (1, 0, 1),
    "granted": (2, 0, 2),
    "unavailable_not_held": (1, 1, 2),
    "total_processed": (3, 1, 4),
    "carried_forward": (1, 0, 1),
}


def table(changes: dict[CellKey, int | None] | None = None) -> dict[CellKey, int | None]:
    cells: dict[CellKey, int | None] = {
        (item, column): 0 for item in ITEMS["2021"] for column in forms.APPLICATION_COLUMNS
    }
    for item, numbers in PRINTED.items():
        for column, number in zip(("natural_person", "enterprise", "total"), numbers, strict=True):
            cells[item, column] = number
    return cells | (changes or {})


def explained(cells: dict[CellKey, int | None]) -> list[str]:
    return [str(each) for each in suggest(cells, application_constraints({item for item, _ in cells}))]


def review(*numbers: int | None) -> list[str]:
    cells = {(TRACK, column): number for column, number in zip(forms.REVIEW_COLUMNS, numbers, strict=True)}
    return [str(each).removeprefix(f"{TRACK}.") for each in suggest(cells, review_constraints(TRACK))]


def test_sums_that_hold_need_no_explanation() -> None:
    assert explained(table()) == []
    assert review(1, 0, 2, 0, 3) == []


@pytest.mark.parametrize(
    ("cell", "wrong", "right"),
    [
        (("granted", "natural_person"), 5, 2),
        (("denied_state_secret", "other"), 7, 0),
        (("granted", "total"), 3, 2),
        (("total_processed", "enterprise"), 4, 1),
        (("total_processed", "total"), 14, 4),
        (("new_received", "natural_person"), 8, 3),
        (("carried_over", "total"), 0, 1),
        (("carried_forward", "total"), 0, 1),
    ],
)
def test_one_wrong_cell_is_found(cell: CellKey, wrong: int, right: int) -> None:
    assert explained(table({cell: wrong})) == [f"{cell[0]}.{cell[1]}: {wrong} → {right}"]


@pytest.mark.parametrize(
    "changes",
    [
        {("granted", "natural_person"): 5, ("new_received", "enterprise"): 9},
        {("granted", "natural_person"): 5, ("granted", "enterprise"): 3},
        {("granted", "natural_person"): 5, ("granted", "total"): 5},
        # One and the same change does not mend both: the row is 3 too much, the column 1.
        {("granted", "natural_person"): 4, ("granted", "total"): 1, ("total_processed", "natural_person"): 4},
    ],
)
def test_two_wrong_cells_are_not_explained_by_one(changes: dict[CellKey, int | None]) -> None:
    assert explained(table(changes)) == []


def test_all_cells_that_would_do_are_listed_in_the_forms_order() -> None:
    assert review(5, 2, 0, 0, 4) == ["upheld: 5 → 2", "total: 4 → 7"]
    assert review(1, 0, 0, 0, 2) == [
        "upheld: 1 → 2",
        "corrected: 0 → 1",
        "other: 0 → 1",
        "pending: 0 → 1",
        "total: 2 → 1",
    ]


def test_a_negative_number_is_not_offered() -> None:
    """1 and 1 are 2 and not 0; neither could be less by 2."""
    assert review(1, 1, 0, 0, 0) == ["total: 0 → 2"]


def test_a_sum_with_a_null_plays_no_part() -> None:
    assert review(5, None, 0, 0, 4) == []
    # The column's dispositions cannot be judged, the row still can.
    assert explained(table({("unavailable_not_held", "natural_person"): None, ("granted", "natural_person"): 5})) == [
        "granted.natural_person: 5 → 2"
    ]
    # The row cannot be judged, the column still can; every other number of the column stands in a row that holds.
    assert explained(table({("granted", "total"): None, ("granted", "natural_person"): 5})) == [
        "granted.natural_person: 5 → 2"
    ]
    # Nothing that can be judged fails.
    assert explained(table({("granted", "total"): None, ("total_processed", "natural_person"): None})) == []


def test_a_row_that_the_report_lacks_is_not_taken_for_zero() -> None:
    cells = {cell: number for cell, number in table().items() if cell[0] != "carried_over"}
    assert explained(cells) == []


def test_other_processing_is_added_only_where_its_parts_are_not_printed() -> None:
    six = {("other_other", "other"): 1, ("other_other", "total"): 1}
    six |= {("total_processed", "other"): 1, ("total_processed", "total"): 5}
    six |= {("new_received", "other"): 1, ("new_received", "total"): 5}
    head = {("other_processing", column): 0 for column in forms.APPLICATION_COLUMNS}
    head |= {("other_processing", "other"): 1, ("other_processing", "total"): 1}
    both = table(six | head)
    assert explained(both) == []
    parts = ("other_no_correction", "other_fee_unpaid", "other_other")
    alone = {cell: number for cell, number in both.items() if cell[0] not in parts}
    assert explained(alone) == []
    assert explained(alone | {("other_processing", "other"): 3}) == ["other_processing.other: 3 → 1"]


def judged(column: str, printed: int, value: int, row: list[int | None], text: str | None) -> tuple[str, str]:
    assert row[forms.APPLICATION_COLUMNS.index(column)] == printed
    return likely_fault(Suggestion("granted", column, printed, value), row, forms.APPLICATION_COLUMNS, text)


SPLIT = ("reading", "the line prints “1 2”, which is 12 put together")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("（一）予以公开\t1 2\t0\t0\t0\t0\t0\t12", SPLIT),
        ("| （一）予以公开 | 1 2 | 0 | 0 | 0 | 0 | 0 | 12 |", SPLIT),
        ("1\u30002", SPLIT),
        ("<td width=72>１ ２</td>", SPLIT),
        ("12 | 0 | 0 | 0 | 0 | 0 | 12", ("reading", "the line prints 12 there")),
        ("1□\t0\t0\t0\t0\t0\t12", ("reading", "damaged characters stand beside the number: “1□”")),
        ("1�", ("reading", "damaged characters stand beside the number: “1�”")),
        ("（一）予以公开\t1\t0\t0\t0\t0\t0\t12", ("agency", "the line prints 1")),
        ("1", ("agency", "the line prints 1")),
        # Damage beside another number says nothing of this one.
        ("1\t0\t0\t0\t0\t0\t12□", ("agency", "the line prints 1")),
        ("予以公开", ("agency", "the line as it is kept does not show 1")),
        (None, ("agency", "the line is not kept")),
    ],
)
def test_split_lost_and_plain_digits(text: str | None, expected: tuple[str, str]) -> None:
    assert judged("natural_person", 1, 12, [1, 0, 0, 0, 0, 0, 12], text) == expected


def test_cells_that_stand_side_by_side_are_no_split_digits() -> None:
    row: list[int | None] = [1, 2, 0, 0, 0, 0, 14]
    assert judged("natural_person", 1, 12, row, "予以公开 1 2 0 0 0 0 14") == ("agency", "the line prints 1")


def test_a_row_shifted_into_a_blank() -> None:
    """0 0 0 0 0 3 3 of which the first cell is lost: all numbers stand one column too far left."""
    found = judged("legal_service", 3, 0, [0, 0, 0, 0, 3, 3, None], "予以公开\t0\t0\t0\t0\t3\t3")
    assert found == ("reading", "the row adds up when “0 0 0 0 3 3 _” is moved by one from legal_service to the blank")


def test_a_blank_alone_is_no_shift() -> None:
    """Moved into the blank, the 1 would stand in a column whose sum it breaks."""
    row: list[int | None] = [None, 0, 0, 0, 0, 1, 1]
    assert judged("other", 1, 0, row, "予以公开\t\t0\t0\t0\t0\t1\t1") == ("agency", "the line prints 1")


def test_a_row_shifted_by_a_number_too_many() -> None:
    row: list[int | None] = [0, 0, 0, 0, 0, 0, 3]
    more = ("reading", "the line has a number more than the row, 3; moved by one the row adds up")
    assert judged("other", 0, 3, row, "予以公开\t0\t0\t0\t0\t0\t0\t3\t3") == more
    assert judged("natural_person", 0, 3, row, "予以公开\t3\t0\t0\t0\t0\t0\t0\t3") == more
    plain = ("agency", "the line prints 0")
    assert judged("other", 0, 3, row, "予以公开\t0\t0\t0\t0\t0\t0\t3") == plain
    # The number of the row's label is no cell, and two numbers more are no single shift.
    assert judged("natural_person", 0, 3, row, "3. 其他\t0\t0\t0\t0\t0\t0\t3") == plain
    assert judged("other", 0, 3, row, "予以公开\t0\t0\t0\t0\t0\t0\t3\t3\t0") == plain


def test_two_cells_glued_into_one_number() -> None:
    glued = ("reading", "the line prints “12”, which is 1 and 2 glued together")
    assert judged("natural_person", 12, 1, [12, None, 0, 0, 0, 0, 3], "予以公开\t12\t\t0\t0\t0\t0\t3") == glued
    assert judged("enterprise", 12, 2, [None, 12, 0, 0, 0, 0, 3], "予以公开\t\t12\t0\t0\t0\t0\t3") == glued
    # 1 and 2 are not 4.
    plain = ("agency", "the line prints 12")
    assert judged("natural_person", 12, 1, [12, None, 0, 0, 0, 0, 4], "予以公开\t12\t\t0\t0\t0\t0\t4") == plain


@st.composite
def consistent_tables(draw: st.DrawFn) -> dict[CellKey, int | None]:
    items = ITEMS[draw(st.sampled_from(sorted(ITEMS)))]
    sums = ("new_received", "carried_over", "total_processed", "carried_forward")
    parts = [item for item in items if item not in sums]
    numbers = st.integers(0, 40)
    cells: dict[CellKey, int] = {}
    for column in forms.APPLICANTS:
        values = draw(st.lists(numbers, min_size=len(parts), max_size=len(parts)))
        cells |= {(part, column): value for part, value in zip(parts, values, strict=True)}
        cells["total_processed", column] = sum(values)
        cells["carried_forward", column] = forward = draw(numbers)
        cells["carried_over", column] = over = draw(st.integers(0, sum(values) + forward))
        cells["new_received", column] = sum(values) + forward - over
    for item in items:
        cells[item, "total"] = sum(cells[item, column] for column in forms.APPLICANTS)
    return dict(cells)


@given(cells=consistent_tables(), data=st.data())
def test_a_cell_that_was_changed_is_among_the_suggestions(
    cells: dict[CellKey, int | None], data: st.DataObject
) -> None:
    item, column = cell = data.draw(st.sampled_from(sorted(cells)))
    true = cells[cell]
    assert true is not None
    wrong = data.draw(st.integers(0, 2000).filter(lambda number: number != true))
    constraints = application_constraints({item for item, _ in cells})
    assert suggest(cells, constraints) == []
    assert Suggestion(item, column, wrong, true) in suggest({**cells, cell: wrong}, constraints)


GRANTED = "(一) 予以公开\t0\t0\t0\t0\t0\t0\t0"
OVER = "二、上年结转政府信息公开申请数量\t\t0\t0\t0\t0\t0\t0\t0"
REVIEW = "0\t0\t0\t0\t0\t0\t0\t0\t0\t0\t0\t0\t0\t0\t0"
ISSUES = """
    SELECT year, rule, item, column_name, suggestion, likely_fault, fault_evidence FROM quality_issue
    WHERE rule IN ('balance', 'disposition_total', 'applicant_total', 'review_total', 'count_negative')
    ORDER BY year, rule, item, column_name
"""


def changed(text: str, *changes: tuple[str, str]) -> str:
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


def issues(place: Place) -> list[tuple]:
    """Issues of the published warehouse once ``explain_warehouse`` went over a copy of it."""
    copy = place.folder / "copy.duckdb"
    shutil.copy(place.settings.warehouse, copy)
    with duckdb.connect(str(copy)) as con:
        explain_warehouse(con)
        return con.execute(ISSUES).fetchall()


def test_the_warehouse_says_it_beside_the_issues(place: Place, seed_text: SeedText) -> None:
    text = changed(
        seed_text(4),
        (GRANTED, "(一) 予以公开\t0\t2\t0\t0\t0\t0\t0"),
        (REVIEW, "0\t0\t0\t0\t0\t0\t2\t0\t0\t1\t1\t1\t0\t0\t0"),
        ("行政处罚\t52", "行政处罚\t-52"),
    )
    place.put("one.txt", text)
    # The year before: two wrong cells that have no sum in common.
    place.put(
        "two.txt",
        changed(
            seed_text(4).replace("2024", "2023"),
            (GRANTED, "(一) 予以公开\t0\t2\t0\t0\t0\t0\t2"),
            (OVER, OVER.replace("0\t0\t0\t0\t0\t0\t0", "0\t0\t0\t0\t0\t0\t5")),
        ),
    )
    place.ingest()
    nothing = (None, None, None)
    one = ("granted.enterprise: 2 → 0", "agency", "the line prints 2")
    both = "litigation_direct.corrected: 2 → 1 | litigation_direct.total: 1 → 2"
    after = "litigation_after_reconsideration"
    assert issues(place) == [
        (2023, "applicant_total", "carried_over", "total", *nothing),
        (2023, "balance", None, "total", *nothing),
        (2023, "disposition_total", "total_processed", "enterprise", *nothing),
        (2023, "disposition_total", "total_processed", "total", *nothing),
        (2024, "applicant_total", "granted", "total", *one),
        (2024, "count_negative", "administrative_penalty", "decisions", *nothing),
        (2024, "disposition_total", "total_processed", "enterprise", *one),
        (2024, "review_total", after, "total", f"{after}.total: 0 → 2", "agency", "the line prints 0"),
        (2024, "review_total", "litigation_direct", "total", both, None, None),
    ]


def test_where_each_cell_has_its_own_line_that_line_is_read(place: Place, seed_text: SeedText) -> None:
    """The row's first number is a 0; only the suggested cell's own line shows the 2."""
    text = changed(seed_text(4), (GRANTED, "(一) 予以公开\t0\t2\t0\t0\t0\t0\t0"))
    place.put("report.txt", text.replace("\t", "\n"))
    place.ingest()
    assert place.query("SELECT value_lines[2] - value_lines[1] FROM fact_application_handling WHERE item = 'granted'")[
        0
    ] == (1,)
    one = ("granted.enterprise: 2 → 0", "agency", "the line prints 2")
    assert [issue[1:] for issue in issues(place)] == [
        ("applicant_total", "granted", "total", *one),
        ("disposition_total", "total_processed", "enterprise", *one),
    ]


def test_a_warehouse_without_failing_sums_is_left_alone(place: Place, seed_text: SeedText) -> None:
    place.put("report.txt", changed(seed_text(4), ("行政处罚\t52", "行政处罚\t-52")))
    place.ingest()
    assert issues(place) == [(2024, "count_negative", "administrative_penalty", "decisions", None, None, None)]
