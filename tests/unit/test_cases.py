"""The hand-written cases: real and typed reports in every layout, with truths read by eye.

Each case is a folder ``cases/<layout>/<case>/`` of ``report.*``, ``expected.json`` and ``ABOUT.md``. A new layout
without cases fails here, and so does a case in which any number is wrong.
"""

import pytest

from pipeline.reader.layouts import text_rows
from tests.accuracy import cells as accuracy
from tests.accuracy.cells import CASES, Outcome

#: Cells that are not read, case by case: the text does not say where they belong. They are NULL and named.
KNOWN_GAPS = {
    "aligned/luozhuang_jiaoti_2024.txt": 17,  # zeros left blank, and on the second page the columns have moved
    "flat/yingquan_weijianwei_2024.txt": 24,  # the PDF's columns were read one after the other
}


@pytest.fixture(scope="session")
def outcomes() -> dict[str, Outcome]:
    """Every case, through the whole pipeline."""
    return {outcome.expected.name: outcome for outcome in accuracy.of_cases()}


NAMES = [case.name for case in accuracy.cases()]


@pytest.mark.parametrize("name", NAMES)
def test_no_number_is_wrong(outcomes: dict[str, Outcome], name: str) -> None:
    assert outcomes[name].wrong == []


@pytest.mark.parametrize("name", NAMES)
def test_every_number_is_read(outcomes: dict[str, Outcome], name: str) -> None:
    missing = outcomes[name].missing
    assert len(missing) <= KNOWN_GAPS.get(name, 0), missing
    if missing:
        assert any(issue.startswith(("ambiguous_reading", "unreadable")) for issue in outcomes[name].issues)


@pytest.mark.parametrize("name", [name for name in NAMES if name not in KNOWN_GAPS])
def test_identity_form_and_notes_are_right(outcomes: dict[str, Outcome], name: str) -> None:
    blank_row_without_a_place = "pipes/gaoling_sifaju_2021.txt"
    faults = outcomes[name].faults
    assert faults == [] or (name == blank_row_without_a_place and len(faults) == 1), faults


def test_every_layout_has_cases() -> None:
    modules = {reader.__module__.rsplit(".", 1)[1] for reader in text_rows.LINE_READERS} | {"html"}
    for layout in modules:
        assert len(list((CASES / layout).iterdir())) >= 3, layout


def test_every_case_says_what_it_is_about() -> None:
    for path in CASES.glob("*/*"):
        assert (path / "ABOUT.md").read_text(encoding="utf-8").strip(), path
