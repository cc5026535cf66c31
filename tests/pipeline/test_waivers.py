"""Waivers: issues that reviewers know of stay in the warehouse, marked, and out of sight until asked for."""

import logging

import pytest

from pipeline.rules import waivers
from schemas import QualityWaiver, base
from tests.conftest import Place
from tests.support.ogi import Ogi, text
from tests.support.waivers import HEAD, KNOWN, OFFICE, WAIVER, marked, used
from tests.support.workspace import SeedText

pytest_plugins = ["tests.support.waivers"]


def test_other_rules_years_and_agencies_are_untouched(two: Place) -> None:
    two.ingest()
    issues = two.query("SELECT DISTINCT agency_id, year, rule FROM quality_issue")
    assert len({agency for agency, _, _ in issues}) == len({year for _, year, _ in issues}) == 2
    assert len({rule for *_, rule in issues}) > 1
    two.put("waivers.csv", HEAD + KNOWN)
    two.ingest()
    assert marked(two) == [(OFFICE, 2025, "balance", WAIVER)]
    ((code,),) = two.query("SELECT agency_id FROM dim_agency WHERE name = ?", OFFICE)
    left = two.query("SELECT DISTINCT agency_id, year, rule FROM quality_issue WHERE NOT waived")
    assert set(left) == set(issues) - {(code, 2025, "balance")}
    assert "balance" in {rule for *_, rule in left}


def test_taking_the_file_away_takes_the_marks_away(two: Place) -> None:
    path = two.put("waivers.csv", HEAD + KNOWN)
    two.ingest()
    path.unlink()
    two.ingest()
    assert marked(two) == used(two) == []


@pytest.mark.parametrize("by", ["name", "blanks", "id"])
def test_an_agency_is_meant_by_name_or_id(two: Place, by: str) -> None:
    two.ingest()
    ((code,),) = two.query("SELECT agency_id FROM dim_agency WHERE name = ?", OFFICE)
    said = {"name": OFFICE, "blanks": " 红旗区 人民政府\u3000办公室", "id": code}[by]
    two.put("waivers.csv", HEAD + KNOWN.replace(OFFICE, said))
    two.ingest()
    assert marked(two) == [(OFFICE, 2025, "balance", WAIVER)]
    assert two.query("SELECT * FROM quality_waiver")[0][:3] == (said.strip(), code, 2025)


def test_a_file_of_its_own_has_the_waivers_beside_it(two: Place) -> None:
    two.put("waivers.csv", HEAD + KNOWN)
    two.ingest(two.raw / "b.txt")
    assert used(two) == [("waivers.csv", 2, 1)]


def test_columns_stand_in_any_order_and_a_spreadsheet_leaves_its_marks(two: Place) -> None:
    two.put(
        "waivers.csv",
        "date,by,rule,year,agency,reason,note\r\n,,,,,,\r\n"
        f'2026-03-01,王芳,balance,2025,{OFFICE},"one, ""two""",\r\n'.encode("utf-8-sig"),
    )
    two.ingest()
    assert marked(two) == [(OFFICE, 2025, "balance", 'one, "two" (王芳, 2026-03-01)')]
    assert used(two) == [("waivers.csv", 3, 1)]


def test_a_hidden_folder_and_a_source_within_another(two: Place) -> None:
    two.put(".git/waivers.csv", "nonsense")
    two.put("sub/waivers.csv", HEAD + KNOWN)
    (found,) = waivers.waivers([two.raw, two.raw / "sub"], [])
    assert (found.source_file, found.source_line) == ("sub/waivers.csv", 2)


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (KNOWN.replace(OFFICE, "红旗区无名局"), "no agency"),
        (KNOWN.replace("2025", "2019"), "no report of the year"),
        (KNOWN.replace("balance", "damaged_text"), "no such issue"),
    ],
)
def test_a_stale_waiver_is_seen_and_said(two: Place, caplog: pytest.LogCaptureFixture, line: str, why: str) -> None:
    two.put("sub/waivers.csv", HEAD + KNOWN + line.replace("王芳", "李明"))
    with caplog.at_level(logging.WARNING):
        two.ingest()
    assert used(two) == [("sub/waivers.csv", 2, 1), ("sub/waivers.csv", 3, 0)]
    (said,) = (record.getMessage() for record in caplog.records if record.name == "pipeline.rules.waivers")
    assert said.startswith("sub/waivers.csv, line 3: ")
    assert why in said


def test_by_name_and_by_id_the_first_line_marks(two: Place, caplog: pytest.LogCaptureFixture) -> None:
    two.ingest()
    ((code,),) = two.query("SELECT agency_id FROM dim_agency WHERE name = ?", OFFICE)
    two.put("waivers.csv", HEAD + KNOWN + KNOWN.replace(OFFICE, code).replace("王芳", "李明"))
    two.ingest()
    assert marked(two) == [(OFFICE, 2025, "balance", WAIVER)]
    assert used(two) == [("waivers.csv", 2, 1), ("waivers.csv", 3, 0)]
    assert "another line marks them already" in caplog.text


def test_a_name_that_two_agencies_have_means_neither(
    two: Place, seed_text: SeedText, caplog: pytest.LogCaptureFixture
) -> None:
    two.put("c/b.txt", seed_text(2).replace("(七) 总计\t4", "(七) 总计\t5"))
    two.put("c/manifest.csv", "file,region_code\nb.txt,310110\n")
    two.put("waivers.csv", HEAD + KNOWN)
    two.ingest()
    assert two.query("SELECT count(*) FROM dim_agency WHERE name = ?", OFFICE) == [(2,)]
    assert marked(two) == []
    assert "no agency, or more than one" in caplog.text


SLIPS = {
    "year": (KNOWN.replace("2025", "25年"), "year", "25年 is no year"),
    "date": (KNOWN.replace("2026-03-01", "1.3.2026"), "date", "1.3.2026 is no date"),
    "agency": (KNOWN.replace(OFFICE, " "), None, "nothing stands under agency"),
    "no rule": (KNOWN.replace("balance", ""), None, "nothing stands under rule"),
    "reason": (KNOWN.replace("原文如此，已电话核实", ""), None, "nothing stands under reason"),
    "by": (KNOWN.replace("王芳", ""), None, "nothing stands under by"),
    "rule": (KNOWN.replace("balance", "balanced"), "rule", "there is no rule balanced; nearest rules: balance"),
    "comma": (KNOWN.replace("，", ","), None, "more values than columns"),
    "quote": (KNOWN.replace("原文", '"原文"'), None, "it is no CSV"),
    "twice": (KNOWN.replace("balance", "unused_number") * 2, None, "is waived twice; sub/waivers.csv, line 2 counts"),
}


@pytest.mark.parametrize("slip", SLIPS)
def test_a_slip_costs_its_line_and_is_named(two: Place, slip: str) -> None:
    line, column, says = SLIPS[slip]
    two.put("sub/waivers.csv", HEAD + line + KNOWN)
    two.ingest()
    assert marked(two) == [(OFFICE, 2025, "balance", WAIVER)]
    ((file, number, where, left_out, message),) = two.query(
        "SELECT source_file, source_line, column_name, left_out, message FROM sidecar_issue"
    )
    assert (file, number, where, left_out) == ("sub/waivers.csv", 3 if slip == "twice" else 2, column, "line")
    assert says in message


def test_a_reason_may_have_lines(two: Place) -> None:
    two.put("waivers.csv", HEAD + KNOWN.replace("原文如此，已电话核实", '"原文如此，\n已电话核实"'))
    two.ingest()
    assert used(two) == [("waivers.csv", 2, 1)]
    assert two.query("FROM sidecar_issue") == []


def test_the_same_in_two_files_names_both_places(two: Place) -> None:
    two.put("a/waivers.csv", HEAD + KNOWN)
    two.put("b/waivers.csv", HEAD + KNOWN.replace("红旗区", "红旗区 ").replace("王芳", "李明"))
    two.ingest()
    ((file, line, message),) = two.query("SELECT source_file, source_line, message FROM sidecar_issue")
    assert (file, line) == ("b/waivers.csv", 2)
    assert message.endswith("is waived twice; a/waivers.csv, line 2 counts")


def test_staged_are_the_columns_of_the_table(two: Place) -> None:
    frame = waivers.stage([])
    assert set(frame.columns) - {"wanted"} == set(base.polars_schema(QualityWaiver)) - {"agency_id", "issues"}


def test_a_file_that_cannot_be_understood_stops_the_run(ogi: Ogi, two: Place) -> None:
    path = two.put("waivers.csv", "agency,year,rule,reason,by\n")
    said = text(ogi("ingest"), 2)
    assert f"{path}, line 1: waivers.csv cannot be understood: it has no column named date" in said
    assert "Traceback" not in said
    assert not two.settings.warehouse.exists()


def test_show_says_what_is_known(ogi: Ogi, two: Place) -> None:
    two.put("waivers.csv", HEAD + KNOWN)
    text(ogi("ingest"))
    lines = [line for line in text(ogi("show", OFFICE, 2025)).splitlines() if line.startswith("[")]
    assert [line for line in lines if "（已知：原文如此，已电话核实）" in line] == [
        line for line in lines if "balance：" in line
    ]
    assert any("（已知" not in line for line in lines)
