"""Every cell of the five seeds, against numbers read by eye from the files.

All that is not listed was read as a printed 0; each of the 1,000 cells is asserted.
"""

from decimal import Decimal

import pytest

from pipeline import forms
from tests.conftest import Place

#: Agency and year → (form row or cell → numbers), as printed. Columns in the form's order.
APPLICATIONS = {
    ("红旗区东街街道办事处", 2025): {
        "new_received": [2, 0, 0, 0, 0, 0, 2],
        "granted": [1, 0, 0, 0, 0, 0, 1],
        "partially_granted": [1, 0, 0, 0, 0, 0, 1],
        "total_processed": [2, 0, 0, 0, 0, 0, 2],
    },
    ("荣昌区人民政府安富街道办事处", 2025): {
        "new_received": [1, 0, 0, 0, 0, 0, 1],
        "unavailable_not_held": [1, 0, 0, 0, 0, 0, 1],
        "total_processed": [1, 0, 0, 0, 0, 0, 1],
    },
    ("红旗区人民政府办公室", 2025): {
        "new_received": [4, 0, 0, 0, 0, 0, 4],
        "granted": [3, 0, 0, 0, 0, 0, 3],
        "not_processed_petition": [1, 0, 0, 0, 0, 0, 1],
        "total_processed": [4, 0, 0, 0, 0, 0, 4],
    },
    ("西工区西工街道办事处", 2025): {},
    ("红旗区渠东街道办事处", 2024): {
        "new_received": [1, 0, 0, 0, 0, 0, 1],
        "unavailable_not_held": [1, 0, 0, 0, 0, 0, 1],
        "total_processed": [1, 0, 0, 0, 0, 0, 1],
    },
}
REVIEW = {("荣昌区人民政府安富街道办事处", 2025): {"reconsideration": [0, 2, 0, 0, 2]}}
PROACTIVE = {
    ("荣昌区人民政府安富街道办事处", 2025): {
        ("administrative_license", "decisions"): 114,
        ("administrative_penalty", "decisions"): 6,
    },
    ("红旗区渠东街道办事处", 2024): {("administrative_penalty", "decisions"): 52},
}
ROWS_2021 = [item for item in forms.application_items() if item != "other_processing"]
CELLS_2021 = [
    ("regulation", "issued"),
    ("regulation", "repealed"),
    ("regulation", "in_force"),
    ("normative_document", "issued"),
    ("normative_document", "repealed"),
    ("normative_document", "in_force"),
    ("administrative_license", "decisions"),
    ("administrative_penalty", "decisions"),
    ("administrative_coercion", "decisions"),
    ("administrative_fee", "amount"),
]


def test_33_cells_are_not_zero() -> None:
    listed = [
        number
        for some in (APPLICATIONS, REVIEW)
        for rows in some.values()
        for row in rows.values()
        for number in row
        if number
    ]
    listed += [number for cells in PROACTIVE.values() for number in cells.values()]
    assert len(listed) == 33


@pytest.mark.parametrize("report", APPLICATIONS, ids=lambda report: f"{report[0]} {report[1]}")
def test_applications(seeds: Place, report: tuple[str, int]) -> None:
    found = seeds.query(
        "SELECT item, natural_person, enterprise, research_institution, social_organization, legal_service, other, "
        "total FROM fact_application_handling JOIN dim_agency USING (agency_id) WHERE name = ? AND year = ?",
        *report,
    )
    expected = {item: APPLICATIONS[report].get(item, [0] * 7) for item in ROWS_2021}
    assert {item: list(numbers) for item, *numbers in found} == expected
    assert len(found) == 25


@pytest.mark.parametrize("report", APPLICATIONS, ids=lambda report: f"{report[0]} {report[1]}")
def test_review(seeds: Place, report: tuple[str, int]) -> None:
    found = seeds.query(
        "SELECT track, upheld, corrected, other, pending, total "
        "FROM fact_reconsideration JOIN dim_agency USING (agency_id) WHERE name = ? AND year = ?",
        *report,
    )
    tracks = ("reconsideration", "litigation_direct", "litigation_after_reconsideration")
    assert {track: list(numbers) for track, *numbers in found} == {
        track: REVIEW.get(report, {}).get(track, [0] * 5) for track in tracks
    }
    assert len(found) == 3


@pytest.mark.parametrize("report", APPLICATIONS, ids=lambda report: f"{report[0]} {report[1]}")
def test_proactive(seeds: Place, report: tuple[str, int]) -> None:
    found = seeds.query(
        "SELECT item, measure, value "
        "FROM fact_proactive_disclosure JOIN dim_agency USING (agency_id) WHERE name = ? AND year = ?",
        *report,
    )
    assert {(item, measure): value for item, measure, value in found} == {
        key: Decimal(PROACTIVE.get(report, {}).get(key, 0)) for key in CELLS_2021
    }
    assert len(found) == 10


def test_whose_and_when(seeds: Place) -> None:
    found = seeds.query("SELECT name, year, form FROM dim_report JOIN dim_agency USING (agency_id)")
    assert sorted(found) == sorted((*report, "2021") for report in APPLICATIONS)


def test_titles_are_as_printed(seeds: Place) -> None:
    titles = dict(seeds.query("SELECT name, title FROM dim_report JOIN dim_agency USING (agency_id)"))
    assert titles["红旗区东街街道办事处"] == "红旗区东街街道办事处 2025 年政府信息公开工作年度报告"
    assert titles["荣昌区人民政府安富街道办事处"] is None


def test_every_number_is_on_the_line_it_names(seeds: Place) -> None:
    """The line of each number holds that number; read again from the raw file, not from the warehouse."""
    rows = seeds.query(
        """
        SELECT source_file, [natural_person, enterprise, research_institution, social_organization, legal_service,
            other, total], source_line, value_lines
        FROM fact_application_handling JOIN dim_report USING (agency_id, year)
        UNION ALL SELECT source_file, [upheld, corrected, other, pending, total], source_line, value_lines
        FROM fact_reconsideration JOIN dim_report USING (agency_id, year)
        UNION ALL SELECT source_file, [value::BIGINT], source_line, NULL
        FROM fact_proactive_disclosure JOIN dim_report USING (agency_id, year)
        """
    )
    from tests.conftest import SEEDS

    seen = 0
    for name, numbers, line, lines in rows:
        text = (SEEDS / name).read_text(encoding="utf-8").split("\n")
        for index, number in enumerate(numbers):
            assert str(number) in text[(lines[index] if lines else line) - 1].replace("|", "\t").replace(" ", "").split(
                "\t"
            )
            seen += 1
    assert seen == 1000


def test_text_by_section(seeds: Place) -> None:
    sections = seeds.query(
        "SELECT section, heading, source_line FROM report_section JOIN dim_agency USING (agency_id) "
        "WHERE name = '红旗区东街街道办事处' ORDER BY section"
    )
    assert sections == [
        (0, None, 3),
        (1, "一、总体情况", 5),
        (2, "二、主动公开政府信息情况", 31),
        (3, "三、收到和处理政府信息公开申请情况", 48),
        (4, "四、政府信息公开行政复议、行政诉讼情况", 79),
        (5, "五、存在的主要问题及改进情况", 86),
        (6, "六、其他需要报告的事项", 104),
    ]


def test_the_two_contradictions_are_named_and_nothing_else_is(seeds: Place) -> None:
    """Read by eye: the text of 东街 says 3 applications and the parts 841 + 201 + 87 of 923, that of 安富 1 review."""
    assert seeds.query(
        "SELECT name, year, rule, item, column_name, expected, actual, source_line FROM quality_issue "
        "JOIN dim_agency USING (agency_id) WHERE severity <> 'info' ORDER BY rule"
    ) == [
        ("红旗区东街街道办事处", 2025, "narrative_parts", None, None, "923", "1129", 11),
        ("红旗区东街街道办事处", 2025, "narrative_received", "new_received", "total", "2", "3", 15),
        ("荣昌区人民政府安富街道办事处", 2025, "narrative_reconsideration", "reconsideration", "total", "2", "1", 5),
    ]
    assert seeds.query(
        "SELECT DISTINCT rule, name FROM quality_issue JOIN dim_agency USING (agency_id) WHERE severity = 'info'"
    ) == [("section_missing", "荣昌区人民政府安富街道办事处")]


def test_the_seeds_balance(seeds: Place) -> None:
    assert seeds.query("SELECT sum(failed) FROM quality_rule_result WHERE rule_group = 'sums'") == [(0,)]


def test_every_number_of_the_tables_is_used(seeds: Place) -> None:
    assert seeds.query("SELECT sum(digits), sum(digits_used) FROM dim_report") == [(1000, 1000)]
