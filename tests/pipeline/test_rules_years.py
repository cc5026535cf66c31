"""The rules that hold a report against that of the year before, those of the sections, and those of the reader.

The base is the seed of 红旗区渠东街道办事处 2024 without its sentence about applications, and the same as reports
of other years.
"""

import re
from collections.abc import Callable

import pytest

from pipeline import rules
from pipeline.reader import findings
from tests.conftest import Place
from tests.support import reports as printed
from tests.support.reports import (
    Issue,
    SeedText,
    assert_sound,
    changed,
    in_order,
    issues,
    named,
    of_year,
    with_reviews,
    with_rows,
)
from tests.support.rule_years import PENALTY, applications, carry, jump, rows

#: What is changed in the report of each year.
Reports = dict[int, Callable[[str], str]]
DOCUMENTS = "行政规范性文件"
FIVE = "#### 五、存在的主要问题及改进情况"
SIX = "#### 六、其他需要报告的事项"
LICENSE = ("administrative_license", "decisions")
FEE = ("administrative_fee", "amount")


def same(text: str) -> str:
    return text


def without(first: str, until: str | None) -> Callable[[str], str]:
    """The text from one line up to another left out."""

    def cut(text: str) -> str:
        start = text.index(first)
        end = text.index(until, start) if until else len(text)
        return text[:start] + text[end:]

    return cut


def replaced(old: str, new: str) -> Callable[[str], str]:
    return lambda text: changed(text, (old, new))


def both(*steps: Callable[[str], str]) -> Callable[[str], str]:
    def apply(text: str) -> str:
        for step in steps:
            text = step(text)
        return text

    return apply


def penalties(before: int, now: int) -> Reports:
    return {2024: rows(行政处罚=str(before)), 2025: rows(行政处罚=str(now))}


def licenses(before: int, now: int) -> Reports:
    return {2024: rows(行政许可=str(before)), 2025: rows(行政许可=str(now))}


ENTERPRISES_TOO = rows(
    **{
        printed.NEW: 1,
        printed.OVER: "0\t2\t0\t0\t0\t0\t2",
        printed.NOT_HELD: "1\t2\t0\t0\t0\t0\t3",
        printed.TOTAL: "1\t2\t0\t0\t0\t0\t3",
    }
)
#: Rule → reports and all their issues.
VIOLATIONS: dict[str, list[tuple[Reports, list[Issue]]]] = {
    "carry_over": [
        (
            {2024: applications(3, 0, 1, 2), 2025: applications(1, 1, 2, 0)},
            [
                carry(2024, "carried_forward", "natural_person", "1", "2"),
                carry(2024, "carried_forward", "total", "1", "2"),
                carry(2025, "carried_over", "natural_person", "2", "1"),
                carry(2025, "carried_over", "total", "2", "1"),
            ],
        ),
        # The totals agree, the columns do not.
        (
            {2024: applications(3, 0, 1, 2), 2025: ENTERPRISES_TOO},
            [
                carry(2024, "carried_forward", "enterprise", "2", "0"),
                carry(2024, "carried_forward", "natural_person", "0", "2"),
                carry(2025, "carried_over", "enterprise", "0", "2"),
                carry(2025, "carried_over", "natural_person", "2", "0"),
            ],
        ),
    ],
    "document_stock": [
        (
            {2024: rows(**{DOCUMENTS: "3\t1\t10"}), 2025: rows(**{DOCUMENTS: "3\t1\t13"})},
            [("document_stock", 2025, "normative_document", "in_force", "12", "13")],
        ),
        (
            {2024: rows(规章="1\t1\t5"), 2025: rows(规章="1\t2\t5")},
            [("document_stock", 2025, "regulation", "in_force", "4", "5")],
        ),
    ],
    "jump": [
        (penalties(52, 261), [jump(PENALTY, "52", "261")]),
        (penalties(52, 10), [jump(PENALTY, "52", "10")]),
        (penalties(52, 0), [jump(PENALTY, "52", "0")]),
        (licenses(0, 20), [jump(LICENSE, "0", "20")]),
        (licenses(20, 0), [jump(LICENSE, "20", "0")]),
        (licenses(4, 21), [jump(LICENSE, "4", "21")]),
        (licenses(20, 3), [jump(LICENSE, "20", "3")]),
        ({2024: rows(行政事业性收费="1.5"), 2025: rows(行政事业性收费="20.25")}, [jump(FEE, "1.5", "20.25")]),
        (
            {2024: same, 2025: applications(20, 0, 20, 0)},
            [
                jump(("new_received", "total"), "1", "20"),
                jump(("total_processed", "total"), "1", "20"),
            ],
        ),
    ],
    "jump_small": [
        (licenses(0, 19), [jump(LICENSE, "0", "19", "jump_small")]),
        (licenses(19, 0), [jump(LICENSE, "19", "0", "jump_small")]),
        (licenses(0, 1), [jump(LICENSE, "0", "1", "jump_small")]),
        (licenses(3, 16), [jump(LICENSE, "3", "16", "jump_small")]),
        (licenses(6, 1), [jump(LICENSE, "6", "1", "jump_small")]),
        (
            {
                2024: same,
                2025: lambda text: with_reviews(text, [1, 0, 0, 0, 1], [0] * 5, [0, 0, 0, 2, 2]),
            },
            [
                jump(("litigation_after_reconsideration", "total"), "0", "2", "jump_small"),
                jump(("reconsideration", "total"), "0", "1", "jump_small"),
            ],
        ),
    ],
    "year_gap": [
        ({2023: same, 2025: same}, [("year_gap", 2025, None, None, "2024", "2023")]),
        ({2021: same, 2022: same, 2025: same}, [("year_gap", 2025, None, None, "2024", "2022")]),
    ],
    "section_missing": [
        ({2024: without(SIX, "在办理依申请公开工作中")}, [("section_missing", 2024, None, None, "6", None)]),
        ({2024: without(FIVE, SIX)}, [("section_missing", 2024, None, None, "5", None)]),
        ({2024: without("## 一、总体情况", "2024 年，")}, [("section_missing", 2024, None, None, "1", None)]),
    ],
    "section_empty": [
        (
            {2024: without("##### （一）存在问题", SIX)},
            [("section_empty", 2024, None, None, None, None)],
        ),
    ],
}
#: Reports that come near and violate nothing.
CLEAN: dict[str, list[Reports]] = {
    "carry_over": [
        {2024: applications(3, 0, 1, 2), 2025: applications(1, 2, 3, 0)},
        # What the first report has carried over and the last one carries forward has nothing beside it.
        {2024: applications(1, 2, 3, 0), 2025: applications(3, 0, 1, 2)},
        {2025: applications(1, 1, 2, 0)},
    ],
    "document_stock": [
        {2024: rows(**{DOCUMENTS: "3\t1\t10"}), 2025: rows(**{DOCUMENTS: "3\t1\t12"})},
        {2025: rows(**{DOCUMENTS: "3\t1\t13"})},
        # Any of the four numbers is blank.
        {2024: rows(**{DOCUMENTS: "3\t1\t10"}), 2025: rows(**{DOCUMENTS: "3\t1\t"})},
        {2024: rows(**{DOCUMENTS: "3\t1\t"}), 2025: rows(**{DOCUMENTS: "3\t1\t13"})},
        {2024: rows(**{DOCUMENTS: "3\t1\t10"}), 2025: rows(**{DOCUMENTS: "\t1\t13"})},
        {2024: rows(**{DOCUMENTS: "3\t1\t10"}), 2025: rows(**{DOCUMENTS: "3\t\t13"})},
    ],
    "jump": [
        penalties(52, 260),
        penalties(52, 11),
        licenses(20, 4),
        licenses(4, 20),
    ],
    "jump_small": [licenses(3, 15), licenses(5, 1), licenses(0, 0), {2024: same, 2025: applications(5, 0, 5, 0)}],
    "year_gap": [{2023: same, 2024: same, 2025: same}, {2019: same}],
    "section_missing": [
        {2024: replaced("六、其他需要报告的事项", "六、其他需要说明的事项")},
        {2024: replaced(SIX, "其他需要报告的事项")},
        {2024: replaced("## 二、主动公开政府信息情况", "二、主动公开信息情况")},
    ],
    "section_empty": [{2024: both(without("##### （一）存在问题", SIX), replaced(FIVE, FIVE + "\n\n无。\n"))}],
}
VIOLATING = [case for cases in VIOLATIONS.values() for case in cases]
NEAR = [case for cases in CLEAN.values() for case in cases]


def _name(rule: str, reports: Reports, number: int) -> str:
    return f"{rule} {number}, {'+'.join(map(str, reports))}"


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory, seed_text: SeedText) -> Place:
    """All pairs of reports, each of an agency of its own."""
    place = Place(tmp_path_factory.mktemp("years"))
    for number, reports in enumerate([*(case[0] for case in VIOLATING), *NEAR]):
        for year, change in reports.items():
            place.put(f"{number}_{year}.txt", named(change(of_year(seed_text(4), year)), number))
    place.ingest()
    return place


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        pytest.param(number, expected, id=_name(expected[0][0], reports, number))
        for number, (reports, expected) in enumerate(VIOLATING)
    ],
)
def test_a_violation_is_named_and_nothing_else(judged: Place, number: int, expected: list[Issue]) -> None:
    assert in_order(issues(judged, number)) == in_order(expected)


@pytest.mark.parametrize(
    "number",
    [
        pytest.param(number, id=_name(rule, reports, number))
        for number, (rule, reports) in enumerate(
            [(rule, reports) for rule, cases in CLEAN.items() for reports in cases], len(VIOLATING)
        )
    ],
)
def test_reports_that_come_near_violate_nothing(judged: Place, number: int) -> None:
    assert issues(judged, number) == []


def test_messages_and_lines_are_sound(judged: Place) -> None:
    assert_sound(judged)
    assert judged.query("SELECT count(*) FROM dim_report") == [
        (sum(len(reports) for reports in [*(case[0] for case in VIOLATING), *NEAR]),)
    ]


def test_cells_name_the_numbers_of_both_years(judged: Place) -> None:
    found = dict(
        judged.query(
            "SELECT DISTINCT rule || ' ' || year || ' ' || item || '.' || column_name, list_sort(cells) "
            "FROM quality_issue WHERE cells IS NOT NULL"
        )
    )
    forward, over = "carried_forward.total", "carried_over.total"
    document = "normative_document"
    assert found[f"carry_over 2024 {forward}"] == sorted([forward, f"{over}[2025]"])
    assert found[f"carry_over 2025 {over}"] == sorted([over, f"{forward}[2024]"])
    assert found[f"document_stock 2025 {document}.in_force"] == sorted(
        [f"{document}.in_force", f"{document}.in_force[2024]", f"{document}.issued", f"{document}.repealed"]
    )
    penalty = "administrative_penalty.decisions"
    assert found[f"jump 2025 {penalty}"] == sorted([penalty, f"{penalty}[2024]"])
    reviews = "reconsideration.total"
    assert found[f"jump_small 2025 {reviews}"] == sorted([reviews, f"{reviews}[2024]"])


def test_the_message_says_which_year_is_beside_it(judged: Place) -> None:
    found = judged.query(
        "SELECT message, message_en FROM quality_issue JOIN dim_agency USING (agency_id) "
        "WHERE rule = 'carry_over' AND column_name = 'total' AND contains(name, ?) ORDER BY year",
        printed.town(0),
    )
    assert [zh for zh, _ in found] == [
        "“四、结转下年度继续办理”总计为 2，2025 年报告的“上年结转”为 1。",
        "“二、上年结转政府信息公开申请数量”总计为 1，2024 年报告的“结转下年度继续办理”为 2。",
    ]
    assert all("the report of the year beside it" in en for _, en in found)


def test_a_negative_number_is_no_jump(place: Place, seed_text: SeedText) -> None:
    place.put("a.txt", of_year(seed_text(4), 2024))
    place.put("b.txt", rows(行政处罚="-52")(of_year(seed_text(4), 2025)))
    place.ingest()
    assert issues(place) == [("count_negative", 2025, *PENALTY, None, "-52")]


def test_two_agencies_are_not_one(place: Place, seed_text: SeedText) -> None:
    place.put("a.txt", applications(3, 0, 1, 2)(of_year(seed_text(4), 2024)))
    place.put("b.txt", named(rows(行政处罚="0")(of_year(seed_text(4), 2025)), 0))
    place.ingest()
    assert issues(place) == []


@pytest.mark.parametrize(("year", "label"), [(2024, printed.FORWARD), (2025, printed.OVER)])
def test_a_blank_row_is_carried_over_as_nothing(place: Place, seed_text: SeedText, year: int, label: str) -> None:
    """Two are carried forward in 2024 and three over in 2025; one of the rows is blank."""
    texts = {
        2024: applications(3, 0, 1, 2)(of_year(seed_text(4), 2024)),
        2025: applications(1, 3, 4, 0)(of_year(seed_text(4), 2025)),
    }
    texts[year] = rows(**{label: "\t\t\t\t\t\t"})(texts[year])
    for each, text in texts.items():
        place.put(f"{each}.txt", text)
    place.ingest()
    assert issues(place) == []
    assert place.query("SELECT DISTINCT assessable, failed FROM quality_rule_count WHERE rule = 'carry_over'") == [
        (0, 0)
    ]


def test_a_blank_number_neither_jumps_nor_is_jumped_to(place: Place, seed_text: SeedText) -> None:
    place.put("a.txt", rows(行政处罚="")(of_year(seed_text(4), 2023)))
    place.put("b.txt", of_year(seed_text(4), 2024))
    place.put("c.txt", rows(行政处罚="")(of_year(seed_text(4), 2025)))
    place.ingest()
    assert issues(place) == []


@pytest.fixture(scope="module")
def two_years(tmp_path_factory: pytest.TempPathFactory, seed_text: SeedText) -> Place:
    """2024 as the seed; 2025 with one application more, received and answered as such in the prose, and a blank cell.

    By hand: 25 rows, 7 columns and 200 cells a report (199 counts and an amount), 15 numbers that may jump (2 totals of
    applications, 3 of reviews, 10 of table two), of which one is 20 or more.
    """
    place = Place(tmp_path_factory.mktemp("counted"))
    seed = seed_text(4)
    later = re.sub("2024( ?年)", r"2025\1", re.sub("2025( ?年)", r"2026\1", seed))
    later = changed(later, ("公开信息 1 条，办结", "公开信息 2 条，办结"), ("行政处罚\t52", "行政处罚\t261"))
    later = with_rows(later, {printed.OVER: 1, printed.FORWARD: 1})
    later = with_reviews(later, [0] * 5, [0, 0, 0, 0, ""], [0] * 5)
    place.put("2024.txt", seed)
    place.put("2025.txt", later)
    place.ingest()
    return place


#: Rule → assessable, passed and failed of 2024 and 2025; all other rules of numbers could not be judged at all.
COUNTED = {
    "applicant_total": ((25, 25, 0), (25, 25, 0)),
    "balance": ((7, 7, 0), (7, 7, 0)),
    "disposition_total": ((7, 7, 0), (7, 7, 0)),
    "review_total": ((3, 3, 0), (2, 2, 0)),
    "count_negative": ((200, 200, 0), (199, 199, 0)),
    "carry_over": ((7, 5, 2), (7, 5, 2)),
    "document_stock": ((0, 0, 0), (2, 2, 0)),
    "jump": ((0, 0, 0), (1, 0, 1)),
    "jump_small": ((0, 0, 0), (13, 13, 0)),
    "year_gap": ((0, 0, 0), (1, 1, 0)),
    "section_missing": ((6, 6, 0), (6, 6, 0)),
    "section_empty": ((1, 1, 0), (1, 1, 0)),
    "narrative_received": ((1, 1, 0), (1, 0, 1)),
    "narrative_answered": ((1, 1, 0), (1, 1, 0)),
}


def _result(place: Place, rule: str) -> tuple:
    return tuple(
        place.query("SELECT assessable, passed, failed FROM quality_rule_result WHERE rule = ? ORDER BY year", rule)
    )


@pytest.mark.parametrize("rule", [rule for rule in rules.SQL_RULES if rule not in ("count_whole", "unreadable")])
def test_how_often_a_rule_was_judged(two_years: Place, rule: str) -> None:
    assert _result(two_years, rule) == COUNTED.get(rule, ((0, 0, 0), (0, 0, 0)))


@pytest.mark.parametrize(
    ("rule", "counted"),
    [
        # Counts with a number in them: 199, in 2025 one is blank.
        ("count_whole", ((199, 199, 0), (198, 198, 0))),
        # Rows: 25 of table three, 3 of table four, 6 of table two.
        ("unreadable", ((34, 34, 0), (34, 34, 0))),
    ],
)
def test_how_often_a_rule_over_notes_was_judged(two_years: Place, rule: str, counted: tuple) -> None:
    assert _result(two_years, rule) == counted


@pytest.mark.parametrize("rule", findings.READER_RULES)
def test_the_reader_looks_at_each_report_once(two_years: Place, rule: str) -> None:
    assert _result(two_years, rule) == ((1, 1, 0), (1, 1, 0))


def test_counts_and_issues_agree(two_years: Place, judged: Place) -> None:
    for place in (two_years, judged):
        assert (
            place.query(
                "SELECT rule, year, failed, n FROM quality_rule_count LEFT JOIN "
                "(SELECT rule, year, count(*) AS n FROM quality_issue GROUP BY ALL) USING (rule, year) "
                "JOIN quality_rule q USING (rule) WHERE failed <> coalesce(n, 0) OR failed > assessable"
            )
            == []
        )


NUMBERS_OF_REVIEW = "\t".join("0" * 15)
AMOUNT = ("administrative_fee", "amount")
#: Rule of the reader → a text that violates it, all the issues.
READER: dict[str, tuple[Callable[[str], str], list[Issue]]] = {
    "identity_year": (
        replaced("## 一、总体情况", "本报告统计期限为2023年1月1日至2023年12月31日。\n\n## 一、总体情况"),
        [("identity_year", 2024, None, None, None, "2023")],
    ),
    "traditional_text": (
        replaced("## 一、总体情况", "## 一、總體情況\n\n本機關認真貫徹落實政府信息公開條例。"),
        [("traditional_text", 2024, None, None, None, "11")],
    ),
    "text_unread": (
        replaced("## 一、总体情况", "## 一、总体情况\n\n" + "各项工作有序推进，" * 300 + "共有3件。"),
        [("text_unread", 2024, None, None, None, "too_long")],
    ),
    "table_missing": (
        without("行政复议\t", FIVE),
        [("table_missing", 2024, None, None, None, None)],
    ),
    "section_order": (
        lambda text: changed(without(SIX, None)(text), (FIVE, f"{SIX}\n\n未收取任何费用。\n\n{FIVE}")),
        [("section_order", 2024, None, None, None, "五、存在的主要问题及改进情况")],
    ),
    "row_repeated": (
        replaced("行政处罚\t52\t\t\n", "行政处罚\t52\t\t\n行政处罚\t53\t\t\n"),
        [
            ("row_repeated", 2024, *PENALTY, None, "53"),
            ("unused_number", 2024, None, None, None, "1"),
        ],
    ),
    "column_unknown": (
        replaced("信息内容\t本年处理决定数量\t\t\n行政许可\t0", "信息内容\t案卷目录\t\t\n行政许可\t9"),
        [
            ("column_unknown", 2024, "administrative_license", None, None, "9"),
            ("unreadable", 2024, "administrative_license", None, None, "9"),
        ],
    ),
    "unit_differs": (
        replaced("行政事业性收费\t0", "行政事业性收费（元）\t125000"),
        [("unit_differs", 2024, *AMOUNT, None, "125000")],
    ),
    "amount_magnitude": (
        replaced("行政事业性收费\t0", "行政事业性收费\t5000000.00"),
        [("amount_magnitude", 2024, *AMOUNT, None, "5000000.00")],
    ),
    "row_unknown": (
        replaced("行政许可\t0\t\t\n", "行政许可\t0\t\t\n其他主动公开文件\t5\t\t\n"),
        [
            ("row_unknown", 2024, None, None, None, "5"),
            ("unused_number", 2024, None, None, None, "1"),
        ],
    ),
    "unused_number": (
        replaced("\t\t2. 重复申请", "31\t77\n\t\t2. 重复申请"),
        [("unused_number", 2024, None, None, None, "2")],
    ),
    "page_mark": (
        replaced("\t\t2. 重复申请", "- 4 -\n\t\t2. 重复申请"),
        [("page_mark", 2024, None, None, None, "1")],
    ),
}
#: A text that comes near.
READER_CLEAN: dict[str, Callable[[str], str]] = {
    "identity_year": replaced("## 一、总体情况", "本报告统计期限为2024年1月1日至2024年12月31日。\n\n## 一、总体情况"),
    "table_missing": without("行政复议\t", NUMBERS_OF_REVIEW),
    "unit_differs": replaced("行政事业性收费\t0", "行政事业性收费（万元）\t12.5"),
    "amount_magnitude": replaced("行政事业性收费\t0", "行政事业性收费\t99999.5"),
    "section_order": replaced("在办理依申请公开工作中", "五、关于收费\n\n在办理依申请公开工作中"),
    "row_unknown": replaced("行政许可\t0\t\t\n", "行政许可\t0\t\t\n其他主动公开文件\t\t\t\n"),
    "unused_number": replaced("\t\t2. 重复申请", "注：含 2023 年结转的申请\n\t\t2. 重复申请"),
    "page_mark": replaced(FIVE, f"- 4 -\n\n{FIVE}"),
    "column_unknown": replaced(
        "信息内容\t本年处理决定数量\t\t\n行政许可\t0", "信息内容\t本年处理决定数量（件）\t\t\n行政许可\t0"
    ),
}


@pytest.mark.parametrize("rule", READER)
def test_the_reader_names_it_and_nothing_else(place: Place, seed_text: SeedText, rule: str) -> None:
    change, expected = READER[rule]
    place.put("report.txt", change(of_year(seed_text(4), 2024)))
    place.ingest()
    assert in_order(issues(place)) == in_order(expected)
    assert_sound(place)


@pytest.mark.parametrize("rule", READER_CLEAN)
def test_the_reader_has_nothing_to_say(place: Place, seed_text: SeedText, rule: str) -> None:
    place.put("report.txt", READER_CLEAN[rule](of_year(seed_text(4), 2024)))
    place.ingest()
    assert issues(place) == []


def test_a_row_repeated_with_the_same_numbers_is_no_contradiction(place: Place, seed_text: SeedText) -> None:
    row = "行政处罚\t52\t\t\n"
    place.put("report.txt", changed(seed_text(4), (row, row * 2)))
    place.ingest()
    assert place.query("SELECT rule FROM quality_issue WHERE rule <> 'unused_number'") == []


@pytest.mark.parametrize(
    ("agency", "expected"),
    [
        ("红旗区东街街道办事处", [("identity_agency", 2024, None, None, None, "红旗区渠东街道办事处")]),
        ("新乡市红旗区渠东街道办事处", []),
    ],
)
def test_the_manifest_names_another_agency(
    place: Place, seed_text: SeedText, agency: str, expected: list[Issue]
) -> None:
    place.put("report.txt", seed_text(4))
    place.put("manifest.csv", f"file,agency\nreport.txt,{agency}\n")
    place.ingest()
    assert issues(place) == expected
    assert place.query("SELECT name FROM dim_agency") == [(agency,)]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (
            lambda text: text.encode().replace("认真贯彻".encode(), b"\xff" + "认真贯彻".encode(), 1),
            [("damaged_text", 2024, None, None, None, "1")],
        ),
        (lambda text: text.encode("gb18030"), []),
        (lambda text: b"\xef\xbb\xbf" + text.encode(), []),
    ],
)
def test_bytes_that_do_not_decode_are_named(
    place: Place, seed_text: SeedText, content: Callable[[str], bytes], expected: list[Issue]
) -> None:
    place.put("report.txt", content(seed_text(4)))
    place.ingest()
    assert issues(place) == expected
