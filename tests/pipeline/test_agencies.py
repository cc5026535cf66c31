"""Agencies in the warehouse: many names and one row, one name and two rows, the register, which reports are missing."""

import csv
import io

import duckdb
import pytest

from pipeline.regions.gazetteer import Division, Gazetteer, gazetteer
from pipeline.regions.register_checks import register
from pipeline.regions.suggest import suggest
from pipeline.sources.sidecar_rows import SidecarIssue
from pipeline.staging import fingerprints
from tests.conftest import Place
from tests.support.agencies import BUREAU, Report

pytest_plugins = ["tests.support.agencies"]

REGISTER = "name,region_code,aliases,first_year,last_year,successor\n"


def agencies(place: Place) -> list[tuple]:
    return place.query("SELECT name, region_code FROM dim_agency ORDER BY ALL")


def test_many_names_are_one_agency(place: Place, report: Report) -> None:
    names = ["洪泽区财政局", "淮安市洪泽区财政局", "江苏省淮安市洪泽区财政局", "洪泽县财政局", "淮安市　洪泽区财政局"]
    for year, name in enumerate(names, 2019):
        place.put(f"{year}.txt", report(name, year))
    place.ingest()
    assert place.query("SELECT name, region_code, aliases FROM dim_agency") == [
        ("江苏省淮安市洪泽区财政局", "320813", ["洪泽区财政局", "洪泽县财政局", "淮安市洪泽区财政局"])
    ]
    assert place.query("SELECT year FROM dim_report ORDER BY 1") == [(year,) for year in range(2019, 2024)]


def test_two_names_of_one_year_are_one_report_too_many(place: Place, report: Report) -> None:
    place.put("a.txt", report("洪泽区财政局"))
    place.put("b.txt", report("淮安市洪泽区财政局", penalties=53))
    place.ingest()
    assert place.query("SELECT source_file FROM dim_report") == [("a.txt",)]
    assert place.query("SELECT source_file, reason FROM superseded_report") == [("b.txt", "file_order")]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("福建省/福州市/a.txt", "", ""), ("江苏省/南京市/b.txt", "", "")),
        (("a.txt", "350102", ""), ("b.txt", "320106", "")),
        (("a.txt", "", "\n地址：福州市鼓楼区津泰路98号。"), ("b.txt", "", "\n地址：南京市鼓楼区山西路124号。")),
        (("a.txt", "http://fzgl.example.gov.cn/x", ""), ("b.txt", "http://www.njgl.example.gov.cn/y", "")),
    ],
    ids=["folder", "manifest", "text", "domain"],
)
def test_two_agencies_of_one_name_stay_two(
    place: Place, report: Report, one: tuple[str, str, str], other: tuple[str, str, str]
) -> None:
    for (name, code, text), penalties in ((one, 1), (other, 2)):
        place.put(name, report(BUREAU, penalties=penalties, text=text))
        if code:
            path = place.raw / "manifest.csv"
            said = path.read_text() if path.exists() else f"file,{'url' if '/' in code else 'region_code'}\n"
            place.put("manifest.csv", f"{said}{name},{code}\n")
    place.ingest()
    assert place.query(
        "SELECT region_code, value FROM dim_agency JOIN fact_proactive_disclosure USING (agency_id) "
        "WHERE item = 'administrative_penalty' ORDER BY 1"
    ) == [("320106", 2), ("350102", 1)]
    assert place.query("SELECT count(*) FROM rejected_report") == [(0,)]


def test_two_agencies_that_nothing_tells_apart_are_a_conflict(place: Place, report: Report) -> None:
    place.put("a.txt", report(BUREAU, penalties=1))
    place.put("b.txt", report(BUREAU, penalties=2))
    place.put("c.txt", report(BUREAU, penalties=1) + "\n")
    place.ingest()
    assert place.query("SELECT source_file FROM dim_report") == [("a.txt",)]
    ((file, reason, message, agency, year),) = place.query(
        "SELECT source_file, reason, message, agency_id, year FROM rejected_report"
    )
    assert (file, reason, year) == ("b.txt", "identity_conflict", 2024)
    assert "a.txt" in message
    assert "manifest.csv" in message
    assert place.query("SELECT agency_id, region_code, level FROM dim_agency") == [(agency, None, "县")]
    assert place.query("SELECT source_file, reason FROM superseded_report") == [("c.txt", "file_order")]
    ((said,),) = place.query("SELECT message_en FROM quality_issue WHERE rule = 'region_unknown'")
    assert "福建省福州市鼓楼区" in said


def test_what_two_witnesses_say_of_the_place_is_an_issue(place: Place, report: Report) -> None:
    place.put("福建省/福州市/鼓楼区/a.txt", report("南京市鼓楼区民政局"))
    place.ingest()
    assert agencies(place) == [("南京市鼓楼区民政局", "320106")]
    ((severity, message),) = place.query(
        "SELECT severity, message_en FROM quality_issue WHERE rule = 'identity_region'"
    )
    assert severity == "warning"
    assert "福州市" in message


# The register


def test_the_register_beats_what_is_inferred(place: Place, report: Report) -> None:
    place.put(
        "agencies.csv",
        REGISTER + "洛阳市科学技术局,410300,市科委;洛阳市科委,2019,,\n福州市鼓楼区财政局,350102,鼓楼区财政局,,,\n",
    )
    place.put("a.txt", report("市科委", 2022))
    place.put("b.txt", report("洛阳市科学技术局", 2023))
    place.put("c.txt", report(BUREAU, 2023))
    place.put("江苏省/南京市/d.txt", report(BUREAU, 2023, penalties=3))
    place.ingest()
    assert place.query("SELECT name, region_code, registered, aliases, first_year FROM dim_agency ORDER BY 1") == [
        ("洛阳市科学技术局", "410300", True, ["市科委"], 2019),
        ("福州市鼓楼区财政局", "350102", True, [BUREAU], None),
        (BUREAU, "320106", False, None, None),
    ]
    assert place.query("SELECT count(*) FROM dim_report") == [(4,)]


def test_an_alias_counts_in_the_agencys_years(place: Place, report: Report) -> None:
    place.put(
        "agencies.csv",
        REGISTER
        + "洪泽区旧办公室,320813,洪泽区综合办公室,,2021,洪泽区新办公室\n"
        + "洪泽区新办公室,320813,洪泽区综合办公室,2022,,\n",
    )
    place.put("a.txt", report("洪泽区综合办公室", 2021))
    place.put("b.txt", report("洪泽区综合办公室", 2022))
    place.ingest()
    assert place.query("SELECT name, year FROM dim_report JOIN dim_agency USING (agency_id) ORDER BY 2") == [
        ("洪泽区旧办公室", 2021),
        ("洪泽区新办公室", 2022),
    ]
    assert place.query("SELECT o.name, n.name FROM dim_agency o JOIN dim_agency n ON o.successor_id = n.agency_id") == [
        ("洪泽区旧办公室", "洪泽区新办公室")
    ]


SLIPS = [
    (",410300,,,,\n", [(2, None, "line", "nothing stands under name")]),
    ("X局,41030,,,,\n", [(2, "region_code", "line", "41030 is the code of no division")]),
    ("X局,999999,,,,\n", [(2, "region_code", "line", "999999 is the code of no division")]),
    ("X局,,,二〇二〇,,\n", [(2, "first_year", "value", "二〇二〇 is no year")]),
    (
        "X局,,,2022,2021,\n",
        [(2, "first_year", "value", "the first year, 2022, is after the last, 2021; neither counts")],
    ),
    ("X局,,,,,Y局\n", [(2, "successor", "value", "the successor Y局 is the name of no line")]),
    ("X局,,,,,X局\n", [(2, "successor", "value", "X局 is its own successor")]),
    (
        "X局,410300,,,,Y局\nY局,410300,,,,X局\nZ局,410300,,,,X局\n",
        [
            (2, "successor", "value", "the successors of X局 lead back to it"),
            (3, "successor", "value", "the successors of Y局 lead back to it"),
        ],
    ),
    (
        "洪泽区财政局,320813,,,,\n淮安市洪泽区财政局,320813,,,,\n",
        [(3, "name", "line", "淮安市洪泽区财政局 is the same agency as in agencies.csv, line 2, which counts")],
    ),
    (
        "X局,410300,Y局,,,\nY局,410300,X局,,,\n",
        [
            (2, "aliases", "value", "the alias Y局 is the name of the agency in agencies.csv, line 3"),
            (3, "aliases", "value", "the alias X局 is the name of the agency in agencies.csv, line 2"),
        ],
    ),
    (
        "X局,410300,W局;V局,,,\nY局,410300,W局,2020,,\n",
        [
            (2, "aliases", "value", "the alias W局 is also an alias of the agency in agencies.csv, line 3"),
            (3, "aliases", "value", "the alias W局 is also an alias of the agency in agencies.csv, line 2"),
        ],
    ),
    ("X局,410300,W局,,,\nY局,320813,W局,,,\n", []),
]


@pytest.mark.parametrize(("lines", "expected"), SLIPS)
def test_what_is_wrong_in_a_register_is_left_out_and_named(
    place: Place, lines: str, expected: list[tuple[int, str | None, str, str]]
) -> None:
    place.put("agencies.csv", f"{REGISTER}{lines}洛阳市教育局,410300,,,,\n")
    issues: list[SidecarIssue] = []
    found = register([place.raw], issues)
    issues.sort()
    assert [(issue.source_line, issue.column_name, issue.left_out) for issue in issues] == [
        (line, column, left_out) for line, column, left_out, _ in expected
    ]
    for issue, (*_, said) in zip(issues, expected, strict=True):
        assert issue.message.startswith(said)
    assert found.entries[-1].names == ("洛阳市教育局",)


def test_of_successors_of_one_name_the_one_in_the_same_place_is_meant(place: Place) -> None:
    lines = "A局,410300,,,,B局\nB局,320813,,,,\nB局,410300,,,,\nC局,350102,,,,B局\n"
    place.put("agencies.csv", REGISTER + lines)
    issues: list[SidecarIssue] = []
    found = register([place.raw], issues).entries
    assert found[0].successor is found[2]
    assert [(issue.source_line, issue.column_name) for issue in issues] == [(5, "successor")]
    assert "is the name of several lines: agencies.csv, line 3, agencies.csv, line 4" in issues[0].message


def test_a_changed_alias_is_taken_up(place: Place, report: Report, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fingerprints, "TICK_NS", 0)
    place.put("a.txt", report("市科委", 2022))
    place.put("agencies.csv", REGISTER + "洛阳市科学技术局,410300,,,,\n")
    place.ingest()
    assert place.query(
        "SELECT count(*) FROM dim_agency WHERE name = '洛阳市科学技术局' AND agency_id IN "
        "(SELECT agency_id FROM dim_report)"
    ) == [(0,)]
    place.put("agencies.csv", REGISTER + "洛阳市科学技术局,410300,市科委,,,\n")
    place.ingest()
    assert place.query("SELECT name FROM dim_agency JOIN dim_report USING (agency_id)") == [("洛阳市科学技术局",)]


@pytest.mark.parametrize(
    ("line", "division"),
    [
        ("两江新区财政局,500157,,,,", "两江新区"),
        ("两江新区财政局,500157,,2026,2026,", "两江新区"),
        ("草湖市财政局,659013,,,,", "草湖市"),
        ("岑岭县财政局,653132,,2026,,", "岑岭县"),
        ("江北区财政局,500105,,,2025,", "江北区"),
        ("江北区财政局,500105,,,2020,", "江北区"),
    ],
)
def test_a_register_knows_divisions_as_long_as_the_gazetteer_does(place: Place, line: str, division: str) -> None:
    place.put("agencies.csv", REGISTER + line + "\n")
    (entry,) = register([place.raw], []).entries
    where = entry.agency.location
    assert (where.division and where.division.name, where.body, where.basis) == (division, "财政局", "manifest")


def test_the_gazetteers_last_year_is_that_of_its_latest_change() -> None:
    def division(code: str, first: int, last: int) -> Division:
        return Division(code, "某省", "", f"某{code}县", first, last, code, ())

    still = division("000001", 2015, 9999)
    assert Gazetteer([division("000002", 0, 2020), still], {}).last_year == 2021
    assert Gazetteer([division("000002", 2027, 9999), still], {}).last_year == 2027
    assert gazetteer().last_year >= 2026


def test_a_change_of_the_register_is_taken_up_and_asked_for(place: Place, report: Report) -> None:
    from pipeline.warehouse.pending import pending

    place.put("a.txt", report(BUREAU))
    place.ingest()
    assert agencies(place) == [(BUREAU, None)]
    place.put("agencies.csv", REGISTER + "福州市鼓楼区财政局,350102,鼓楼区财政局,,,\n")
    assert "agencies.csv written" in str(pending(place.settings))
    place.ingest()
    assert agencies(place) == [("福州市鼓楼区财政局", "350102")]


def test_a_suggested_register_can_be_used_as_it_is(place: Place, report: Report) -> None:
    for index, name in enumerate(["洪泽区财政局", "淮安市洪泽区财政局", BUREAU, "洛阳市教育局"]):
        place.put(f"{index}.txt", report(name, 2020 + index))
    place.put("江苏省/南京市/x.txt", report(BUREAU, 2022))
    place.ingest()
    before = place.query("SELECT agency_id, name, region_code, aliases FROM dim_agency ORDER BY 1")
    with duckdb.connect(str(place.settings.warehouse), read_only=True) as con:
        lines = list(suggest(con))
    text = io.StringIO()
    writer = csv.DictWriter(text, list(lines[0]))
    writer.writeheader()
    writer.writerows(lines)
    place.put("agencies.csv", text.getvalue())
    place.ingest()
    assert place.query("SELECT agency_id, name, region_code, aliases FROM dim_agency ORDER BY 1") == before
    assert place.query("SELECT bool_and(registered) FROM dim_agency") == [(True,)]


def test_candidates_for_merging_are_named_and_nothing_is_merged(place: Place, report: Report) -> None:
    for name, year in [
        ("洪泽区卫生健康局", 2020),
        ("洪泽区卫生和健康局", 2021),
        ("洪泽区财政局", 2020),
        ("洪泽区审计局", 2021),
        ("洪泽区黄集街道办事处", 2020),
        ("洪泽区高集街道办事处", 2021),
    ]:
        place.put(f"{name}.txt", report(name, year))
    place.ingest()
    with duckdb.connect(str(place.settings.warehouse), read_only=True) as con:
        notes = {line["name"]: line["note"] for line in suggest(con)}
    assert {name for name, note in notes.items() if note} == {"洪泽区卫生健康局", "洪泽区卫生和健康局"}
    assert notes["洪泽区卫生健康局"] == "may be the same as 洪泽区卫生和健康局"
    assert len(agencies(place)) == 6


# Coverage


def test_coverage_knows_present_missing_rejected_and_superseded(place: Place, report: Report) -> None:
    place.put("agencies.csv", REGISTER + "洪泽区水利局,320813,,2019,2021,\n洪泽区民政局,320813,,,,\n")
    place.put("a.txt", report("洪泽区财政局", 2019))
    place.put("c.txt", report("洪泽区财政局", 2022))
    place.put(
        "b.txt", "# 洪泽区财政局2021年政府信息公开工作年度报告\n\n2021年，收到政府信息公开申请1件。附件：表格。\n"
    )
    place.ingest()
    assert place.query("SELECT reason FROM rejected_report") in ([("no_tables",)], [("not_a_report",)])
    found = place.query(
        "SELECT name, year, state FROM report_coverage JOIN dim_agency USING (agency_id) ORDER BY name, year"
    )
    states = {
        "洪泽区水利局": {2019: "missing", 2020: "missing", 2021: "missing"},
        "洪泽区民政局": dict.fromkeys(range(2019, 2023), "missing"),
        "洪泽区财政局": {2019: "present", 2020: "missing", 2021: "rejected", 2022: "present"},
    }
    assert found == [(name, year, state) for name in sorted(states) for year, state in states[name].items()]
    assert place.query(
        "SELECT year, expected, present, missing, rejected FROM report_coverage_region WHERE county = '洪泽区' "
        "ORDER BY 1"
    ) == [(2019, 3, 1, 2, 0), (2020, 3, 0, 3, 0), (2021, 3, 0, 2, 1), (2022, 2, 1, 1, 0)]


def test_an_agency_of_rejected_files_only_is_counted(place: Place) -> None:
    place.put(
        "a.txt", "# 洪泽区财政局2021年政府信息公开工作年度报告\n\n2021年，收到政府信息公开申请1件。附件：表格。\n"
    )
    place.ingest()
    assert place.query("SELECT year, state FROM report_coverage") == [(2021, "rejected")]
    assert place.query("SELECT year, expected, present, rejected FROM report_coverage_region") == [(2021, 1, 0, 1)]


def test_what_a_report_is_about_is_in_its_row(place: Place, report: Report) -> None:
    place.put("a.txt", report("洪泽区人民政府", text="\n本报告数据涵盖全区各街道、各部门。\n"))
    place.put("b.txt", report("洪泽区财政局", text="\n本报告所列数据仅包括本机关。\n"))
    place.put("c.txt", report("洪泽区审计局"))
    place.ingest()
    assert place.query("SELECT name, scope FROM dim_report JOIN dim_agency USING (agency_id) ORDER BY 1") == [
        ("洪泽区人民政府", "region"),
        ("洪泽区审计局", None),
        ("洪泽区财政局", "own"),
    ]
