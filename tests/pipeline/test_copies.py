"""The same report in several files: one is loaded, and each number in which the others differ is named once."""

import pytest

from tests.conftest import Place
from tests.support.workspace import SeedText

ISSUES = """
SELECT table_name, item, column_name, actual, message, source_line FROM quality_issue
WHERE rule = 'copies_differ' ORDER BY ALL
"""
PAGE = "<html><body><pre>{}</pre></body></html>"
PENALTIES, LICENCES = "行政处罚\t52", "行政许可\t"


@pytest.fixture
def report(seed_text: SeedText) -> str:
    text = seed_text(4)
    assert text.count(PENALTIES) == 1
    return text


def superseded(place: Place) -> list[tuple]:
    return place.query("SELECT source_file, superseded_by, reason FROM superseded_report ORDER BY 1")


def test_a_number_that_copies_print_otherwise_is_named_with_both_files(place: Place, report: str) -> None:
    place.put("a.txt", report)
    place.put("b.html", PAGE.format(report.replace(PENALTIES, "行政处罚\t1,520")))
    place.ingest()
    assert superseded(place) == [("b.html", "a.txt", "file_order")]
    line = next(at for at, text in enumerate(report.split("\n"), 1) if PENALTIES in text)
    assert place.query(ISSUES) == [
        (
            "fact_proactive_disclosure",
            "administrative_penalty",
            "decisions",
            "52",
            "同一报告的两个文件数字不同：a.txt 为 52，b.html 为 1520；采用前者。",
            line,
        )
    ]


def test_a_number_that_one_copy_lacks_is_no_difference(place: Place, report: str) -> None:
    place.put("a.txt", report.replace(PENALTIES, "行政处罚\t"))
    place.put("b.txt", report)
    place.ingest()
    assert superseded(place) == [("a.txt", "b.txt", "fewer_cells")]
    assert place.query(ISSUES) == []


def test_a_cell_has_one_issue_however_many_copies_differ(place: Place, report: str) -> None:
    place.put("a.txt", report)
    for name, number in (("b.txt", "53"), ("c.txt", "54"), ("d.txt", "52")):
        place.put(name, report.replace(PENALTIES, f"行政处罚\t{number}") + "\n")
    place.ingest()
    assert [name for name, _, _ in superseded(place)] == ["b.txt", "c.txt", "d.txt"]
    ((*_, message, _),) = place.query(ISSUES)
    assert message == "同一报告的两个文件数字不同：a.txt 为 52，b.txt 为 53；采用前者。"


@pytest.mark.parametrize(("dates", "issues"), [(("2026-01-31", "2026-03-05"), 0), (("2026-01-31", ""), 1)])
def test_a_later_edition_is_no_copy(place: Place, report: str, dates: tuple[str, str], issues: int) -> None:
    """Where the manifest dates both: it was published again to correct it."""
    place.put("a.txt", report)
    place.put("b.txt", report.replace(PENALTIES, "行政处罚\t53"))
    place.put("manifest.csv", "file,published\na.txt,{}\nb.txt,{}\n".format(*dates))
    place.ingest()
    assert len(place.query(ISSUES)) == issues
    assert place.query("SELECT count(*) FROM quality_issue WHERE rule = 'report_repeated'") == [(1,)]


def test_another_report_of_that_name_and_year_is_no_copy(place: Place, seed_text: SeedText) -> None:
    """Which has other sentences, although most of its numbers happen to be the same."""
    place.put("a.txt", seed_text(4))
    place.put("b.txt", seed_text(1))
    lines = "file,agency,year,region_code\na.txt,红旗区民政局,2024,410702\nb.txt,红旗区民政局,2024,410702\n"
    place.put("manifest.csv", lines)
    place.ingest()
    assert len(superseded(place)) == 1
    assert place.query(ISSUES) == []
    assert place.query("SELECT count(*) FROM quality_issue WHERE rule = 'report_repeated'") == [(1,)]


@pytest.mark.parametrize(
    ("number", "set_aside", "rejected"), [("", "fewer_cells", None), ("53", None, "identity_conflict")]
)
def test_copies_of_an_agency_whose_region_is_not_known(
    place: Place, report: str, number: str, set_aside: str | None, rejected: str | None
) -> None:
    """A number that one lacks says nothing; one that differs may be another agency's of that name."""
    place.put("a.txt", report)
    place.put("b.txt", report.replace(PENALTIES, f"行政处罚\t{number}"))
    place.put("manifest.csv", "file,agency,year\na.txt,民政局,2024\nb.txt,民政局,2024\n")
    place.ingest()
    assert place.query("SELECT region_code FROM dim_agency") == [(None,)]
    assert [reason for _, _, reason in superseded(place)] == ([set_aside] if set_aside else [])
    assert place.query("SELECT reason FROM rejected_report") == ([(rejected,)] if rejected else [])


def test_copies_without_prose(place: Place, report: str) -> None:
    """Only the tables: then the numbers tell."""
    begin = report.index("第二十条")
    head, tables = "红旗区渠东街道办事处2024年政府信息公开工作年度报告\n", report[begin:]
    place.put("a.txt", head + tables)
    place.put("b.txt", head + tables.replace(PENALTIES, "行政处罚\t53"))
    place.ingest()
    assert len(place.query(ISSUES)) == 1
