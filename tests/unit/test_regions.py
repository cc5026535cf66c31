"""Places of agencies: the gazetteer against official figures, hand-made tables of names, what must not be guessed."""

import csv
import random
from collections import Counter
from importlib import resources

import pytest

from pipeline import regions
from pipeline.regions import Evidence, gazetteer
from pipeline.regions.gazetteer import Division, _full_names
from tests.accuracy import agencies as accuracy_agencies
from tests.conftest import SEEDS

#: Counties at the end of each year, and of prefectures (民政部, 行政区划统计表).
OFFICIAL = {
    2019: (333, 2846),
    2020: (333, 2844),
    2021: (333, 2843),
    2022: (333, 2843),
    2023: (333, 2844),
    2024: (333, 2846),
}


def divisions() -> list[Division]:
    return [division for of_code in gazetteer()._by_code.values() for division in of_code]


@pytest.mark.parametrize("year", OFFICIAL)
def test_the_gazetteer_has_as_many_divisions_as_there_were(year: int) -> None:
    levels = Counter(division.level for division in divisions() if division.is_in_force(year))
    assert (levels["省"], levels["市"], levels["县"]) == (31, *OFFICIAL[year])


def test_a_code_has_one_name_a_year_and_a_division_one_line() -> None:
    for year in range(2014, 2027):
        now = [division for division in divisions() if division.is_in_force(year)]
        assert max(Counter(division.code for division in now).values()) == 1
        if year >= 2019:
            assert max(Counter(division.line for division in now).values()) == 1


@pytest.mark.parametrize(
    ("code", "year", "names"),
    [
        ("410702", 2024, ("河南省", "新乡市", "红旗区")),
        ("500153", 2024, ("重庆市", "", "荣昌区")),
        ("410303", 2024, ("河南省", "洛阳市", "西工区")),
        ("419001", 2024, ("河南省", "", "济源市")),
        ("659001", 2024, ("新疆维吾尔自治区", "", "石河子市")),
        ("441900", 2024, ("广东省", "东莞市", "")),
        ("340221", 2019, ("安徽省", "芜湖市", "芜湖县")),
        ("330113", 2021, ("浙江省", "杭州市", "临平区")),
    ],
)
def test_codes_are_of_gbt_2260(code: str, year: int, names: tuple[str, str, str]) -> None:
    found = gazetteer().of_code(code, year)
    assert found is not None
    assert (found.province, found.city, found.county) == names


def test_aliases_name_codes_that_there_are_and_no_rule_gives_them() -> None:
    path = resources.files("pipeline.regions") / "aliases.csv"
    with path.open(encoding="utf-8") as file:
        aliases = list(csv.DictReader(file))
    assert len({row["alias"] for row in aliases}) == len(aliases)
    for row in aliases:
        division = gazetteer().of_code(row["code"], 2024)
        assert division is not None, row
        assert row["alias"] not in (*_full_names(division), division.short), row


@pytest.mark.parametrize("name", accuracy_agencies.SETS)
def test_what_is_placed_is_placed_right(name: str) -> None:
    answers = accuracy_agencies.placed(name)
    assert len(answers) >= 300
    wrong = [
        (a.row.said["id"], a.row.said["name"], a.found) for a in answers if a.placed and accuracy_agencies._misplaced(a)
    ]
    assert wrong == []
    assert accuracy_agencies.recall(answers) >= accuracy_agencies.RECALL


@pytest.mark.parametrize("name", ["pairs", "pairs_blind"])
def test_names_of_one_agency_are_one_and_of_two_are_two(name: str) -> None:
    told = accuracy_agencies.pairs(name)
    merged = [pair.said["id"] for pair in told if pair.found and not pair.right and pair.said["relation"] != "unknown"]
    assert merged == []
    assert sum(pair.right for pair in told) / len(told) >= 0.95


def test_the_seeds_are_where_they_are(seeds) -> None:  # type: ignore[no-untyped-def]
    """Read by eye: the issue names their codes."""
    assert seeds.query(
        "SELECT name, region_code, province, city, county, level, kind FROM dim_agency ORDER BY ALL"
    ) == [
        ("红旗区东街街道办事处", "410702", "河南省", "新乡市", "红旗区", "乡", "街道办事处"),
        ("红旗区人民政府办公室", "410702", "河南省", "新乡市", "红旗区", "县", "政府办公室"),
        ("红旗区渠东街道办事处", "410702", "河南省", "新乡市", "红旗区", "乡", "街道办事处"),
        ("荣昌区人民政府安富街道办事处", "500153", "重庆市", None, "荣昌区", "乡", "街道办事处"),
        ("西工区西工街道办事处", "410303", "河南省", "洛阳市", "西工区", "乡", "街道办事处"),
    ]
    assert len(list(SEEDS.glob("*.txt"))) == 5


def shared(year: int) -> dict[str, list[Division]]:
    """County names that several divisions bear."""
    by_name: dict[str, list[Division]] = {}
    for division in divisions():
        if division.level == "县" and division.is_in_force(year):
            by_name.setdefault(division.name, []).append(division)
    return {name: found for name, found in by_name.items() if len(found) > 1}


@pytest.mark.parametrize("year", [2019, 2024])
def test_a_shared_name_is_nobodys_without_evidence(year: int) -> None:
    """Every one of them, with every kind of body."""
    names = shared(year)
    assert len(names) > 20
    for name in names:
        for body in ("人民政府", "财政局", "中山街道办事处", ""):
            where = regions.locate(name + body, year, Evidence())
            assert where.division is None, (name, body, where)
            assert len(where.candidates) == len(names[name])


@pytest.mark.parametrize("year", [2019, 2024])
def test_a_shared_name_is_placed_by_its_city_wherever_that_stands(year: int) -> None:
    for name, found in shared(year).items():
        for division in found:
            above = division.city or division.province
            folders = tuple(part for part in (division.province, division.city) if part)
            for asked, evidence in [
                (f"{above}{name}财政局", Evidence()),
                (f"{name}财政局", Evidence(folders=folders)),
                (f"{name}财政局", Evidence(folders=(division.province, division.city or division.province, name))),
                (f"{name}财政局", Evidence(region_code=division.code)),
                (f"{name}财政局", Evidence(text=lambda a=above, n=name: f"地址：{a}{n}人民路1号。")),  # type: ignore[misc]
            ]:
                where = regions.locate(asked, year, evidence)
                assert where.division == division, (asked, evidence, where)


def test_every_division_is_placed_by_its_full_name() -> None:
    for division in divisions():
        if not division.is_in_force(2023):
            continue
        full = "".join(dict.fromkeys((division.province, division.city, division.county)))
        for body, kind in (("人民政府", "人民政府"), ("财政局", "部门"), ("", "人民政府")):
            where = regions.locate(full + body, 2023, Evidence())
            assert (where.division, where.kind) == (division, kind), (full + body, where)


def test_a_folder_that_says_otherwise_is_named_and_the_name_wins() -> None:
    where = regions.locate("南京市鼓楼区民政局", 2021, Evidence(folders=("福建省", "福州市", "鼓楼区")))
    assert where.division is not None
    assert where.division.code == "320106"
    assert "福州市" in where.conflict


def test_the_manifest_beats_name_and_folder() -> None:
    where = regions.locate("鼓楼区财政局", 2022, Evidence("320106", ("江苏省", "徐州市", "鼓楼区")))
    assert where.division is not None
    assert (where.division.city, where.basis) == ("南京市", "manifest")
    assert "徐州市" in where.conflict


@pytest.mark.parametrize(
    ("folders", "code"),
    [
        (("吉林",), None),
        (("吉林", "吉林"), None),  # some county's, or the city's
        (("吉林省", "吉林", "市直部门"), "220200"),
        (("重庆市", "重庆市", "荣昌区"), "500153"),
        (("02_河南省", "2023", "洛阳-西工区"), "410303"),
        (("陕西省", "石家庄市", "长安区"), None),
        (("湖北省", "省直辖县级行政区划", "仙桃市"), "429004"),
    ],
)
def test_folders_lead_to_a_division(folders: tuple[str, ...], code: str | None) -> None:
    where = regions.locate("财政局", 2023, Evidence(folders=folders))
    assert (where.division.code if where.division else None) == code


def test_text_and_folder_that_disagree_leave_it_open() -> None:
    where = regions.locate(
        "鼓楼区财政局", 2022, Evidence(folders=("江苏省", "徐州市"), text=lambda: "南京市鼓楼区财政局编制本报告。")
    )
    assert where.division is None
    assert where.conflict


def test_ids_do_not_depend_on_order_or_on_what_was_asked_before() -> None:
    rows = [row for name in accuracy_agencies.SETS for row in accuracy_agencies.rows(name)]
    first = {
        row.said["id"]: regions.agency(row.said["name"], int(row.said["year"]), row.evidence).agency_id for row in rows
    }
    random.Random(1).shuffle(rows)
    from pipeline.regions.naming import parse_name

    parse_name.cache_clear()
    again = {
        row.said["id"]: regions.agency(row.said["name"], int(row.said["year"]), row.evidence).agency_id for row in rows
    }
    assert again == first


def test_a_renamed_division_keeps_its_agencies() -> None:
    for old, new in [
        ("荣昌县财政局", "荣昌区财政局"),
        ("芜湖县人民政府", "芜湖市湾沚区人民政府"),
        ("太谷县教育局", "太谷区教育局"),
    ]:
        assert regions.agency(old, 2019, Evidence()).agency_id == regions.agency(new, 2023, Evidence()).agency_id


@pytest.mark.parametrize(
    ("title", "text", "scope"),
    [
        (None, "本报告中所列数据统计期限自2024年1月1日起至12月31日止。", None),
        (None, "本年度报告数据涵盖全区各街道、各部门。", "region"),
        (None, "本报告由县政府办公室根据各乡镇、县直各部门报送的数据汇总编制。", "region"),
        (None, "本报告所列数据仅包括本机关，不含所属单位。", "own"),
        (None, "报告数据不包括下属单位。", "own"),
        ("某区财政局（本级）2024年政府信息公开工作年度报告", "一、总体情况", "own"),
        ("某区2024年政府信息公开工作年度报告（全区汇总）", "一、总体情况", "region"),
        (None, "组织全区各部门开展业务培训3次。", None),
        (None, "全年主动公开政府信息326条。", None),
    ],
)
def test_scope_is_told_where_the_report_says_it(title: str | None, text: str, scope: str | None) -> None:
    from pipeline.reader.report_scope import scope_of

    assert scope_of(title, [text]) == scope
