"""Reports with known truth in every layout: what is printed is read, damage is named, and chrome changes nothing."""

import random
from decimal import Decimal

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipeline import forms
from pipeline.reader import raw_report
from pipeline.reader.extraction import Extraction, extract
from pipeline.settings import Settings
from pipeline.sources.fetch import RejectedError
from pipeline.sources.files import SourceFile
from tests.accuracy import cells as accuracy
from tests.accuracy.cells import Key
from tests.generator import LAYOUTS, Report, generate

SEEDS = st.integers(0, 10**6)
SOME = settings(max_examples=15)
"""A few here; ``tests/endurance/test_generated.py`` takes the same tests with many."""


def read(name: str, data: bytes) -> Extraction:
    """One report through the reader, without a warehouse."""
    report = raw_report.parse(SourceFile(name, name), data, "0" * 64, None, Settings())
    return extract(report)


def cells(extraction: Extraction) -> dict[Key, Decimal | None]:
    """Every cell that the reader returns."""
    found: dict[Key, Decimal | None] = {}
    for table, columns in (
        (accuracy.APPLICATIONS, forms.APPLICATION_COLUMNS),
        (accuracy.REVIEW, forms.REVIEW_COLUMNS),
    ):
        for row in extraction.rows[table]:
            for column, value in zip(columns, row[3:], strict=False):
                found[table, row[2], column] = None if value is None else Decimal(value)
    for row in extraction.rows[accuracy.PROACTIVE]:
        found[accuracy.PROACTIVE, row[2], row[3]] = row[4]
    return found


def expected(report: Report) -> accuracy.Expected:
    (case,) = accuracy.generated([report])
    return case


def wrong(report: Report, extraction: Extraction) -> list[tuple[Key, Decimal | None]]:
    """Numbers that are not the printed ones."""
    truth = expected(report).cells
    return [(key, value) for key, value in cells(extraction).items() if value is not None and value != truth.get(key)]


@pytest.mark.parametrize("layout", LAYOUTS)
@SOME
@given(seed=SEEDS)
def test_a_deleted_cell_never_shifts_a_neighbour(layout: str, seed: int) -> None:
    report = generate(seed, layout, delete_cell=True)
    assert wrong(report, read(report.name, report.data)) == []


@pytest.mark.parametrize("layout", LAYOUTS)
@SOME
@given(seed=SEEDS)
def test_damaged_digits_are_never_guessed(layout: str, seed: int) -> None:
    report = generate(seed, layout, smudge=True)
    assert wrong(report, read(report.name, report.data)) == []


@pytest.mark.parametrize("layout", LAYOUTS)
@SOME
@given(seed=SEEDS)
@example(seed=92000)
def test_reports_whose_sums_are_wrong_are_read_as_printed(layout: str, seed: int) -> None:
    report = generate(seed, layout, error=True)
    assert wrong(report, read(report.name, report.data)) == []


@pytest.mark.parametrize("layout", [name for name in LAYOUTS if name != "html"])
@SOME
@given(seed=SEEDS, codec=st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16"]), crlf=st.booleans())
def test_encoding_and_line_ends_change_nothing(layout: str, seed: int, codec: str, crlf: bool) -> None:
    report = generate(seed, layout, encoding="utf-8")
    text = report.data.decode("utf-8").replace("\r\n", "\n")
    data = (text.replace("\n", "\r\n") if crlf else text).encode(codec)
    assert cells(read(report.name, data)) == cells(read(report.name, text.encode()))


@pytest.mark.parametrize("layout", ["tabs", "markdown", "lines", "pipes", "aligned", "flat"])
@SOME
@given(seed=SEEDS)
def test_full_width_digits_change_nothing(layout: str, seed: int) -> None:
    report = generate(seed, layout, encoding="utf-8", blanks=0, noise=0)
    text = report.data.decode("utf-8")
    start = text.index("本年新收政府信息公开申请数量")
    wide = text[start:].translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    if layout == "aligned":
        return  # wider digits move the columns of aligned text
    assert cells(read(report.name, (text[:start] + wide).encode())) == cells(read(report.name, report.data))


@pytest.mark.parametrize("layout", ["tabs", "markdown", "lines", "pipes", "aligned", "flat"])
@SOME
@given(seed=SEEDS, page=st.integers(1, 30))
def test_a_page_mark_between_rows_changes_nothing(layout: str, seed: int, page: int) -> None:
    report = generate(seed, layout, encoding="utf-8", blanks=0, noise=0)
    text = report.data.decode("utf-8")
    label = "1.本机关不掌握"
    if label not in text:
        return
    at = text.rindex("\n", 0, text.index(label)) + 1
    marked = f"{text[:at]}- {page} -\n\f{text[at:]}"
    assert cells(read(report.name, marked.encode())) == cells(read(report.name, report.data))


@pytest.mark.parametrize("layout", LAYOUTS)
@SOME
@given(seed=SEEDS, data=st.data())
def test_a_report_cut_anywhere_is_never_silently_wrong(layout: str, seed: int, data: st.DataObject) -> None:
    report = generate(seed, layout)
    kept = report.data[: data.draw(st.integers(0, len(report.data)))]
    _never_silently_wrong(report, kept)


@pytest.mark.parametrize("layout", LAYOUTS)
@SOME
@given(seed=SEEDS, noise=SEEDS)
def test_random_bytes_are_never_silently_wrong(layout: str, seed: int, noise: int) -> None:
    report = generate(seed, layout)
    rng = random.Random(noise)
    damaged = bytearray(report.data)
    for _ in range(rng.randrange(1, 9)):
        damaged.insert(rng.randrange(len(damaged)), rng.randrange(128, 256))
    _never_silently_wrong(report, bytes(damaged))


def _never_silently_wrong(report: Report, data: bytes) -> None:
    try:
        extraction = read(report.name, data)
    except RejectedError as error:
        assert error.reason != "parser_error", error.message
        return
    if wrong(report, extraction):
        assert extraction.rows["quality_issue"], "a number is wrong and nothing is said"


@SOME
@given(seed=SEEDS)
def test_every_number_of_the_tables_is_used_or_named(seed: int) -> None:
    report = generate(seed)
    extraction = read(report.name, report.data)
    (row,) = extraction.rows["dim_report"]
    digits, used = row[-2:]
    named = {issue[2] for issue in extraction.rows["quality_issue"]}
    assert used <= digits
    assert used == digits or "unused_number" in named
