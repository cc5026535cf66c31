"""The views: what they say of the seeds, and of made-up reports of one street over six years and of its neighbours.

The made-up reports are the seed of 红旗区渠东街道办事处 2024 with rows changed by hand. What the views must say of
them is worked out by hand from the rows as they stand here, of the seeds from the files in ``data/raw``.
"""

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import duckdb
import pytest

from tests.conftest import SEEDS, Place
from tests.support.reports import (
    of_year,
)
from tests.support.street import STREET, make


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """The warehouse of the made-up reports. Tests only read it."""
    return make(Place(tmp_path_factory.mktemp("made")))


def records(place: Place, sql: str, *parameters: object) -> Iterator[dict[str, Any]]:
    with duckdb.connect(str(place.settings.warehouse), read_only=True) as con:
        result = con.execute(sql, list(parameters))
        names = [column[0] for column in result.description]
        for row in result.fetchall():
            yield dict(zip(names, row, strict=True))


def street(place: Place, year: int) -> dict[str, Any]:
    (row,) = records(place, "FROM agency_year WHERE name = ? AND year = ?", STREET, year)
    return row


# agency_year

#: What is 0 in a report unless said otherwise.
COUNTS = [
    *("new_received", "carried_over", "processed", "granted", "partially_granted", "denied", "unavailable"),
    *("not_processed", "other_processing", "carried_forward", "natural_person_received"),
    *("reconsideration_total", "reconsideration_upheld", "reconsideration_corrected", "reconsideration_other"),
    *("reconsideration_pending", "litigation_total", "litigation_upheld", "litigation_corrected", "litigation_other"),
    *("litigation_pending", "regulations_in_force", "normative_documents_issued", "normative_documents_repealed"),
    *("normative_documents_in_force", "licences", "penalties", "coercions", "fee_amount", "issues", "errors"),
]
#: Read off the files. Issues: 东街 tells two numbers of applications, an error, and parts that are more than their
#: whole, a warning; 安富 tells two numbers of reconsiderations.
SEED_ROWS: dict[str, dict[str, object]] = {
    "红旗区东街街道办事处": {
        "county": "红旗区", "level": "乡", "kind": "街道办事处", "year": 2025, "new_received": 2, "processed": 2,
        "granted": 1, "partially_granted": 1, "natural_person_received": 2, "issues": 2, "errors": 1,
    },
    "荣昌区人民政府安富街道办事处": {
        "county": "荣昌区", "level": "乡", "kind": "街道办事处", "year": 2025, "new_received": 1, "processed": 1,
        "unavailable": 1, "natural_person_received": 1, "reconsideration_total": 2, "reconsideration_corrected": 2,
        "licences": 114, "penalties": 6, "issues": 1, "errors": 1,
    },
    "红旗区人民政府办公室": {
        "county": "红旗区", "level": "县", "kind": "政府办公室", "year": 2025, "new_received": 4, "processed": 4,
        "granted": 3, "not_processed": 1, "natural_person_received": 4,
    },
    "西工区西工街道办事处": {"county": "西工区", "level": "乡", "kind": "街道办事处", "year": 2025},
    "红旗区渠东街道办事处": {
        "county": "红旗区", "level": "乡", "kind": "街道办事处", "year": 2024, "new_received": 1, "processed": 1,
        "unavailable": 1, "natural_person_received": 1, "penalties": 52,
    },
}  # fmt: skip


def test_agency_year_of_the_seeds(seeds: Place) -> None:
    rows = list(records(seeds, "FROM agency_year"))
    assert {row["name"] for row in rows} == set(SEED_ROWS)
    for row in rows:
        expected = {**dict.fromkeys(COUNTS, 0), "form": "2021", "scope": None, **SEED_ROWS[row["name"]]}
        assert {name: row[name] for name in expected} == expected


def test_agency_year_of_a_full_report(made: Place) -> None:
    """The two errors: carried over are 4, and the year before carries 3 forward, in two columns."""
    row = street(made, 2024)
    expected = {
        "province": "河南省", "city": "新乡市", "county": "红旗区", "level": "乡", "kind": "街道办事处", "form": "2021",
        "new_received": 16, "carried_over": 4, "processed": 15, "granted": 6, "partially_granted": 2,
        "denied": 1 + 2, "unavailable": 2, "not_processed": 1, "other_processing": 1, "carried_forward": 5,
        "natural_person_received": 10,
        "reconsideration_total": 7, "reconsideration_upheld": 3, "reconsideration_corrected": 2,
        "reconsideration_other": 1, "reconsideration_pending": 1,
        "litigation_total": 5 + 3, "litigation_upheld": 1 + 2, "litigation_corrected": 1 + 0, "litigation_other": 0 + 1,
        "litigation_pending": 3 + 0,
        "regulations_in_force": 0, "normative_documents_issued": 5, "normative_documents_repealed": 2,
        "normative_documents_in_force": 30, "licences": 12, "penalties": 52, "coercions": 3,
        "fee_amount": Decimal("1.5"), "issues": 2, "errors": 2,
    }  # fmt: skip
    assert {name: row[name] for name in expected} == expected
    assert set(COUNTS) <= set(expected)


def test_a_sum_of_which_a_part_is_not_stated_is_not_stated(made: Place) -> None:
    row = street(made, 2022)
    assert (row["denied"], row["carried_forward"]) == (None, None)
    assert (row["new_received"], row["unavailable"], row["not_processed"], row["other_processing"]) == (0, 0, 0, 0)
    row = street(made, 2025)  # one track of litigation is blank, the other 0
    assert {row[f"litigation_{result}"] for result in ("total", "upheld", "corrected", "other", "pending")} == {None}
    assert (row["new_received"], row["natural_person_received"]) == (None, None)


def test_other_processing_is_its_rows_or_the_one_row(made: Place) -> None:
    """Where both are printed the rows count: 3 and 1, not the 5 of the row above them, nor all together."""
    assert street(made, 2020)["other_processing"] == 2
    assert street(made, 2024)["other_processing"] == 1
    (row,) = records(made, "FROM agency_year WHERE name LIKE '%春霞街道%'")
    assert row["other_processing"] == 3 + 1
    assert made.query(
        "SELECT item, total FROM fact_application_handling JOIN dim_agency USING (agency_id) "
        "WHERE name LIKE '%春霞街道%' AND item LIKE 'other%' ORDER BY 1"
    ) == [("other_fee_unpaid", 0), ("other_no_correction", 3), ("other_other", 1), ("other_processing", 5)]


def test_a_table_that_is_not_there_states_nothing(place: Place) -> None:
    (seed,) = SEEDS.glob("004_*.txt")
    text = of_year(seed.read_text(encoding="utf-8"), 2024)
    start, end = text.index("### 三、"), text.index("#### 四、")
    place.put("a.txt", text[:start] + text[end:])
    place.ingest()
    row = street(place, 2024)
    assert row["penalties"] == 52
    assert {row[name] for name in COUNTS[: COUNTS.index("reconsideration_total")]} == {None}
    assert place.query("SELECT carried_forward, state FROM carry_over_ledger") == [(None, "next_report_missing")]
    assert place.query("SELECT new_received, unstated FROM region_year") == [(None, 1)]


def test_waived_issues_are_not_counted(made: Place) -> None:
    """What 2023 carries forward is not what 2024 has carried over, in two columns: waived for the one year only.

    The three warnings of 2023: 20 applications after none, 27 documents in force after none, which 1 issued and 4
    repealed do not explain.
    """
    assert (street(made, 2023)["issues"], street(made, 2023)["errors"]) == (3, 0)
    assert made.query(
        "SELECT year, waived, count(*) FROM quality_issue JOIN dim_agency USING (agency_id) "
        "WHERE rule = 'carry_over' AND name = ? GROUP BY ALL ORDER BY 1",
        STREET,
    ) == [(2023, True, 2), (2024, False, 2)]


# The longer ones


def test_applications_by_applicant(made: Place, seeds: Place) -> None:
    """安富 prints a number a line, 办公室 a row a line; a row left blank is seven NULLs."""
    query = (
        "SELECT applicant, applications, is_total, source_line FROM application_handling_by_applicant "
        "JOIN dim_agency USING (agency_id) WHERE name LIKE ? AND item = ? AND year = ?"
    )
    assert seeds.query(query, "%安富%", "new_received", 2025) == [
        ("natural_person", 1, False, 71),
        ("enterprise", 0, False, 72),
        ("research_institution", 0, False, 73),
        ("social_organization", 0, False, 74),
        ("legal_service", 0, False, 75),
        ("other", 0, False, 76),
        ("total", 1, True, 77),
    ]
    found = seeds.query(query, "%办公室", "new_received", 2025)
    assert [row[1] for row in found] == [4, 0, 0, 0, 0, 0, 4]
    assert {row[3] for row in found} == {41}
    assert [row[:2] for row in made.query(query, STREET, "total_processed", 2024)] == [
        ("natural_person", 9),
        ("enterprise", 2),
        ("research_institution", 1),
        ("social_organization", 0),
        ("legal_service", 0),
        ("other", 3),
        ("total", 15),
    ]
    found = made.query(query, "%春云街道%", "carried_over", 2024)
    assert [row[1] for row in found] == [None] * 7
    assert made.query("SELECT count(*) FROM application_handling_by_applicant") == made.query(
        "SELECT 7 * count(*) FROM fact_application_handling"
    )


def test_refusal_reasons(made: Place, seeds: Place) -> None:
    query = (
        "SELECT item, outcome, applications, natural_person FROM refusal_reason JOIN dim_agency USING (agency_id) "
        "WHERE name = ? AND year = ? ORDER BY item"
    )
    found = made.query(query, STREET, 2024)
    assert len(found) == 8 + 3 + 5
    assert [row for row in found if row[2]] == [
        ("denied_process_information", "denied", 2, 2),
        ("denied_state_secret", "denied", 1, 1),
        ("not_processed_repeated", "not_processed", 1, 1),
        ("unavailable_not_held", "unavailable", 2, 1),
    ]
    assert ("denied_state_secret", "denied", None, None) in made.query(query, STREET, 2022)
    assert seeds.query(
        "SELECT name, item, label_zh, applications, source_line FROM refusal_reason JOIN dim_agency USING (agency_id) "
        "WHERE applications > 0 ORDER BY name"
    ) == [
        ("红旗区人民政府办公室", "not_processed_petition", "三（五）不予处理 1.信访举报投诉类申请", 1, 56),
        (STREET, "unavailable_not_held", "三（四）无法提供 1.本机关不掌握相关政府信息", 1, 53),
        ("荣昌区人民政府安富街道办事处", "unavailable_not_held", "三（四）无法提供 1.本机关不掌握相关政府信息", 1, 182),
    ]


def test_carry_over_ledger(made: Place) -> None:
    assert made.query(
        "SELECT year, carried_forward, next_carried_over, difference, state FROM carry_over_ledger "
        "JOIN dim_agency USING (agency_id) WHERE name = ? ORDER BY year",
        STREET,
    ) == [
        (2020, 0, None, None, "next_report_missing"),
        (2022, None, 1, None, "not_stated"),
        (2023, 3, 4, 1, "differs"),
        (2024, 5, 5, 0, "agrees"),
        (2025, 2, None, None, "next_report_missing"),
    ]
    assert made.query("SELECT count(*) FROM carry_over_ledger") == made.query("SELECT count(*) FROM dim_report")


def test_region_year_adds_up_bodies_but_not_areas(made: Place) -> None:
    """渠东 and 春云 (3 applications, one number blank) are added up; 春水 holds its whole area, 107 applications."""
    (row,) = records(made, "FROM region_year WHERE year = 2024")
    assert row == {
        "province": "河南省", "city": "新乡市", "county": "红旗区", "year": 2024, "reports": 3, "region_reports": 1,
        "new_received": 16 + 3, "carried_over": 4, "processed": 15 + 3, "granted": 6, "partially_granted": 2,
        "denied": 3, "unavailable": 2 + 3, "not_processed": 1, "other_processing": 1, "carried_forward": 5,
        "reconsideration_total": 7, "reconsideration_corrected": 2, "litigation_total": 8, "litigation_corrected": 1,
        "unstated": 1, "issues": 2, "flagged": 1,
    }  # fmt: skip
    (row,) = records(made, "FROM region_year WHERE year = 2025")  # nobody states what was received
    assert (row["reports"], row["new_received"], row["processed"], row["unstated"]) == (1, None, 3, 1)


def test_region_year_of_the_seeds(seeds: Place) -> None:
    """红旗区 2025 is 东街 (2 applications) and 办公室 (4)."""
    rows = {(row["county"], row["year"]): row for row in records(seeds, "FROM region_year")}
    assert {key: (row["reports"], row["new_received"], row["granted"]) for key, row in rows.items()} == {
        ("红旗区", 2024): (1, 1, 0),
        ("红旗区", 2025): (2, 6, 4),
        ("荣昌区", 2025): (1, 1, 0),
        ("西工区", 2025): (1, 0, 0),
    }
    row = rows["红旗区", 2025]
    assert (row["issues"], row["flagged"], row["unstated"]) == (2, 1, 0)


# All of them


def test_every_view_and_each_of_its_columns_has_a_comment(seeds: Place) -> None:
    assert seeds.query("SELECT view_name FROM duckdb_views() WHERE NOT internal AND coalesce(comment, '') = ''") == []
    columns = seeds.query(
        "SELECT view_name, c.column_name, c.comment FROM duckdb_views() v JOIN duckdb_columns() c "
        "ON c.table_name = view_name AND c.schema_name = v.schema_name WHERE NOT v.internal"
    )
    assert len(columns) > 100
    assert [column[:2] for column in columns if not column[2]] == []


def test_counts_and_their_sums_are_bigint(seeds: Place) -> None:
    wrong = "SELECT table_name, column_name FROM duckdb_columns() WHERE NOT internal AND data_type = 'HUGEINT'"
    assert seeds.query(wrong) == []


@pytest.mark.parametrize("view", ["indicator", "refusal_reason", "report_coverage", "carry_over_ledger"])
def test_the_name_of_the_agency_stands_at_the_end(seeds: Place, view: str) -> None:
    """At the end and not called name: queries that join dim_agency, or take columns by number, stay as they are."""
    ((last,),) = seeds.query(
        "SELECT column_name FROM duckdb_columns() WHERE table_name = ? ORDER BY column_index DESC LIMIT 1", view
    )
    assert last == "agency"
    assert seeds.query(f"SELECT count(*) FROM {view} JOIN dim_agency USING (agency_id) WHERE agency <> name") == [(0,)]
    assert seeds.query(f"SELECT count(*) > 0, count(*) FILTER (agency IS NULL) FROM {view}") == [(True, 0)]


def scans(plan: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Tables that a plan reads, with what they are filtered by."""
    said = plan.get("extra_info", {})
    if "Table" in said:
        yield said["Table"].split(".")[-1], str(said.get("Filters", ""))
    for child in plan.get("children", []):
        yield from scans(child)


@pytest.mark.parametrize(
    "view",
    [
        "agency_year",
        "application_handling_by_applicant",
        "refusal_reason",
        "carry_over_ledger",
        "indicator",
        "indicator_change",
    ],
)
def test_one_agency_is_looked_up_and_not_all(seeds: Place, view: str) -> None:
    """A filter by agency reaches every table that has agencies, so that the view is quick however many there are."""
    ((agency,),) = seeds.query("SELECT agency_id FROM dim_agency WHERE name = ?", STREET)
    ((_, plan),) = seeds.query(f"EXPLAIN (FORMAT json) FROM {view} WHERE agency_id = '{agency}'")
    found = [scan for scan in scans({"children": json.loads(plan)}) if scan[0] != "dim_indicator"]
    found = [scan for scan in found if scan[0] != "dim_application_item"]
    assert found
    assert [name for name, filters in found if f"agency_id='{agency}'" not in filters] == []
