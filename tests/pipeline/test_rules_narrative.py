"""The rules that hold the prose against the tables, and against itself.

One report for all: the seed of 红旗区渠东街道办事处 2024 with more in its tables, whose sentence about
applications is replaced by the one under test. By hand: new 40 and over 3 make 43, as do 41 answered and 2 carried
forward.
"""

from dataclasses import dataclass

import pytest

from tests.accuracy.narrative import SETS, paragraphs
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
    with_reviews,
    with_rows,
)

ROWS = {
    printed.NEW: 40,
    printed.OVER: 3,
    printed.GRANTED: 20,
    printed.PARTIAL: 6,
    printed.SECRET: 5,
    printed.NOT_HELD: 4,
    printed.REPEATED: 3,
    printed.OTHER: 3,
    printed.TOTAL: 41,
    printed.FORWARD: 2,
}
RECONSIDERATION = [1, 2, 0, 1, 4]
DIRECT, AFTER = [1, 0, 0, 0, 1], [0, 1, 0, 1, 2]
DECISIONS = {"行政许可": "12", "行政处罚": "52", "行政强制": "7"}
RECEIVED = ("new_received", "total")
ANSWERED = ("total_processed", "total")
REVIEWED = "reconsideration"


def report(text: str, sentence: str) -> str:
    text = changed(text, (printed.SAID, sentence))
    text = with_rows(text, {**ROWS, **DECISIONS})
    return with_reviews(text, RECONSIDERATION, DIRECT, AFTER)


def _issue(rule: str, item: str | None, column: str | None, expected: str, actual: str) -> Issue:
    return (f"narrative_{rule}", 2024, item, column, expected, actual)


def _outcomes(**numbers: int) -> str:
    stated = {"予以公开": 20, "部分公开": 6, "不予公开": 5, "无法提供": 4, "不予处理": 3, "其他处理": 3, **numbers}
    return "办结的政府信息公开申请中，" + "，".join(f"{name} {number} 件" for name, number in stated.items()) + "。"


#: Rule → sentences and all the issues of the report that has them.
VIOLATIONS: dict[str, list[tuple[str, list[Issue]]]] = {
    "narrative_received": [
        ("全年共收到政府信息公开申请 41 件。", [_issue("received", *RECEIVED, "40", "41")]),
        ("我街道新收政府信息公开申请 39 件，上年结转 3 件。", [_issue("received", *RECEIVED, "40", "39")]),
        ("全年共受理政府信息公开申请四十一件。", [_issue("received", *RECEIVED, "40", "41")]),
        ("全年未收到政府信息公开申请。", [_issue("received", *RECEIVED, "40", "0")]),
        ("全年依申请公开零申请。", [_issue("received", *RECEIVED, "40", "0")]),
        # Two channels make 40 together, as the table has it; only what is called their sum is wrong.
        (
            "通过网站收到申请 30 件，信函收到申请 10 件，合计收到政府信息公开申请 41 件。",
            [_issue("received", *RECEIVED, "40", "41")],
        ),
        (
            "2022 年、2023 年、2024 年分别收到政府信息公开申请 31 件、35 件、41 件。",
            [_issue("received", *RECEIVED, "40", "41")],
        ),
        # A comparison beside it changes nothing.
        ("全年收到政府信息公开申请 45 件，较上年增加 5 件。", [_issue("received", *RECEIVED, "40", "45")]),
        (
            "全区共收到政府信息公开申请 95 件，其中我街道收到 41 件。",
            [_issue("received", *RECEIVED, "40", "41")],
        ),
    ],
    "narrative_carried_over": [
        ("2023 年结转至 2024 年的申请 4 件。", [_issue("carried_over", "carried_over", "total", "3", "4")]),
        ("无上年结转的政府信息公开申请。", [_issue("carried_over", "carried_over", "total", "3", "0")]),
        ("上年结转政府信息公开申请 2 件。", [_issue("carried_over", "carried_over", "total", "3", "2")]),
        (
            "新收政府信息公开申请 40 件，2023 年结转 4 件。",
            [_issue("carried_over", "carried_over", "total", "3", "4")],
        ),
    ],
    "narrative_answered": [
        ("全年共答复政府信息公开申请 40 件。", [_issue("answered", *ANSWERED, "41", "40")]),
        ("全年收到政府信息公开申请 40 件，已全部办结 40 件。", [_issue("answered", *ANSWERED, "41", "40")]),
        ("全年共办理政府信息公开申请 42 件。", [_issue("answered", *ANSWERED, "41", "42")]),
    ],
    "narrative_carried_forward": [
        (
            "全年收到政府信息公开申请 40 件，结转下年度继续办理 3 件。",
            [_issue("carried_forward", "carried_forward", "total", "2", "3")],
        ),
        (
            "全年收到政府信息公开申请 40 件，无结转下年度的申请。",
            [_issue("carried_forward", "carried_forward", "total", "2", "0")],
        ),
    ],
    "narrative_outcome": [
        (_outcomes(**{name: number + 1}), [_issue("outcome", None, "total", str(number), str(number + 1))])
        for name, number in {
            "予以公开": 20,
            "部分公开": 6,
            "不予公开": 5,
            "无法提供": 4,
            "不予处理": 3,
            "其他处理": 3,
        }.items()
    ]
    + [("收到政府信息公开申请 40 件，其中予以公开 21 件。", [_issue("outcome", None, "total", "20", "21")])],
    "narrative_reconsideration": [
        ("因政府信息公开引发行政复议 5 件。", [_issue(REVIEWED, REVIEWED, "total", "4", "5")]),
        ("全年发生行政复议 4 件，其中维持 2 件。", [_issue(REVIEWED, REVIEWED, "upheld", "1", "2")]),
        ("全年政府信息公开工作实现零复议。", [_issue(REVIEWED, REVIEWED, "total", "4", "0")]),
        ("行政复议 5 件，行政诉讼 3 件。", [_issue(REVIEWED, REVIEWED, "total", "4", "5")]),
        ("行政复议被纠正 3 件。", [_issue(REVIEWED, REVIEWED, "corrected", "2", "3")]),
        ("全年未发生政府信息公开行政复议。", [_issue(REVIEWED, REVIEWED, "total", "4", "0")]),
    ],
    "narrative_litigation": [
        ("因政府信息公开引发行政诉讼 2 件。", [_issue("litigation", None, "total", "3", "2")]),
        ("全年政府信息公开工作未发生行政诉讼。", [_issue("litigation", None, "total", "3", "0")]),
        ("全年政府信息公开工作实现零诉讼。", [_issue("litigation", None, "total", "3", "0")]),
        (
            "全年未发生行政复议、行政诉讼。",
            [_issue("litigation", None, "total", "3", "0"), _issue(REVIEWED, REVIEWED, "total", "4", "0")],
        ),
        ("全年行政应诉 15 件，其中政府信息公开类 2 件。", [_issue("litigation", None, "total", "3", "2")]),
        ("全年发生行政诉讼 3 件，其中维持 2 件。", [_issue("litigation", None, "upheld", "1", "2")]),
    ],
    "narrative_decisions": [
        (
            "全年作出行政处罚决定 53 件。",
            [_issue("decisions", "administrative_penalty", "decisions", "52", "53")],
        ),
        (
            "行政许可 12 件、行政处罚 53 件全部公开。",
            [_issue("decisions", "administrative_penalty", "decisions", "52", "53")],
        ),
        (
            "全年作出行政许可决定 11 件。",
            [_issue("decisions", "administrative_license", "decisions", "12", "11")],
        ),
        ("全年未实施行政强制。", [_issue("decisions", "administrative_coercion", "decisions", "7", "0")]),
    ],
    "narrative_parts": [
        (
            "主动公开政府信息 100 条，其中：政务动态 60 条，通知公告 50 条。",
            [_issue("parts", None, None, "100", "110")],
        ),
        (
            "全年收到政府信息公开申请 40 件，其中网络申请 30 件、信函申请 11 件。",
            [_issue("parts", None, None, "40", "41")],
        ),
    ],
    "narrative_share": [
        (
            "主动公开政府信息 200 条，其中政务动态 50 条，占比 30%。",
            [_issue("share", None, None, "25", "30")],
        ),
        (
            "主动公开政府信息 300 条，其中政务动态 100 条，占比 33.5%。",
            [_issue("share", None, None, "33.33", "33.5")],
        ),
        (
            "主动公开政府信息 300 条，其中政务动态 100 条，占比 33.23%。",
            [_issue("share", None, None, "33.33", "33.23")],
        ),
        (
            "收到政府信息公开申请 40 件，其中自然人 30 件，占 75%，法人 10 件，占 20%。",
            [_issue("share", None, None, "25", "20")],
        ),
        (
            "主动公开政府信息 200 条，其中政务动态 50 条，占比 26%。",
            [_issue("share", None, None, "25", "26")],
        ),
    ],
}

#: Sentences that come near and say nothing that the tables contradict.
CLEAN: dict[str, list[str]] = {
    "narrative_received": [
        "全年共收到政府信息公开申请 40 件。",
        "全年收到政府信息公开申请 40 件，上年为 35 件。",
        "2023 年收到政府信息公开申请 35 件。",
        "全区共收到政府信息公开申请 95 件，其中我街道收到 40 件。",
        "全区共收到政府信息公开申请 95 件。",
        "区教育局收到政府信息公开申请 95 件。",
        "全年收到政府信息公开申请 30 余件。",
        "全年收到政府信息公开申请约 45 件。",
        "全年收到政府信息公开申请 40 件，按期答复率 100%。",
        "全年收到政府信息公开申请 40 件，较上年增加 5 件，增长 14.3%。",
        "全年收到政府信息公开申请 40 件，其中网络申请 30 件、信函申请 10 件。",
        "通过网络收到政府信息公开申请 30 件，通过信函收到政府信息公开申请 10 件。",
        "全年收到群众投诉 95 件。",
        "2020 年以来累计收到政府信息公开申请 195 件。",
        "全年收到政府信息公开申请 40 件（上年 45 件）。",
        "全年收到政府信息公开申请 40 件，比 2023 年的 45 件减少 5 件。",
        "截至 2023 年底收到政府信息公开申请 45 件。",
        "第一季度收到政府信息公开申请 12 件。",
        "受理低保申请 86 件，办结 80 件，结转下年 6 件。",
        "全系统收到政府信息公开申请 40 件，其中机关 12 件。",
        "2022 年、2023 年、2024 年分别收到政府信息公开申请 31 件、35 件、40 件。",
        "编制主动公开目录 36 条，依申请公开目录 12 条。",
    ],
    "narrative_carried_over": [
        "上年结转政府信息公开申请 3 件。",
        "新收政府信息公开申请 40 件，2023 年结转 3 件。",
        "2023 年结转至 2024 年的申请 3 件，结转至 2025 年 2 件。",
        "全区上年结转政府信息公开申请 9 件，其中我街道上年结转 3 件。",
    ],
    "narrative_answered": [
        "全年共答复政府信息公开申请 41 件。",
        "全年共办理政府信息公开申请 43 件。",
        "全年共办理政府信息公开申请 41 件。",
        "上年共答复政府信息公开申请 38 件。",
        "全年共答复政府信息公开申请 41 件，较上年增加 6 件。",
        "全年答复政府信息公开申请近 50 件。",
        "2025 年力争办结政府信息公开申请 50 件。",
        "收到政府信息公开申请 40 件，答复 41 件，答复率 100%。",
    ],
    "narrative_carried_forward": [
        "全年收到政府信息公开申请 40 件，结转下年度继续办理 2 件。",
        "全年收到政府信息公开申请 40 件，2 件结转至下年度办理。",
    ],
    "narrative_outcome": [
        _outcomes(),
        "上年办结的政府信息公开申请中，予以公开 35 件。",
        "办结的政府信息公开申请中，予以公开占 49%，予以公开较上年增加 5 件。",
    ],
    "narrative_reconsideration": [
        "因政府信息公开引发行政复议 4 件，其中维持 1 件，纠正 2 件，尚未审结 1 件。",
        "上年因政府信息公开引发行政复议 9 件。",
        "因政府信息公开引发行政复议 4 件，较上年减少 5 件。",
        "全年代理行政复议案件 30 余件。",
    ],
    "narrative_litigation": [
        "因政府信息公开引发行政诉讼 3 件，其中维持 1 件，纠正 1 件，尚未审结 1 件。",
        "未经复议直接起诉 1 件，复议后起诉 2 件。",
        "上年未发生政府信息公开行政诉讼。",
        "因政府信息公开引发行政诉讼 3 件，无败诉案件。",
        "全年行政应诉 15 件，其中政府信息公开类 3 件。",
        "行政诉讼败诉案件 1 件。",
        "工伤认定引发行政诉讼 13 件、行政复议 6 件。",
    ],
    "narrative_decisions": [
        "全年作出行政处罚决定 52 件、行政许可决定 12 件、行政强制决定 7 件。",
        "全年作出行政处罚决定 52 件，较上年增加 9 件。",
        "上年作出行政处罚决定 43 件。",
        "全年作出行政处罚决定 50 余件。",
        "行政许可 12 件、行政处罚 52 件全部公开。",
        "组织行政处罚案卷评查 20 件。",
        "全年作出行政处罚决定 52 件，其中罚款的行政处罚决定 30 件。",
    ],
    "narrative_parts": [
        "主动公开政府信息 100 条，其中：政务动态 60 条，通知公告 40 条。",
        "主动公开政府信息 100 条，其中：政务动态 60 条，通知公告 20 条。",
        "全年收到政府信息公开申请 40 件，其中自然人申请 30 件、法人申请 10 件，网络申请 25 件、信函申请 15 件。",
        "主动公开政府信息 100 条，其中政务动态 60 条。发布微信公众号信息 150 条。",
        "主动公开政府信息 100 余条，其中：政务动态 60 条，通知公告 50 条。",
    ],
    "narrative_share": [
        "主动公开政府信息 200 条，其中政务动态 50 条，占比 25%。",
        "主动公开政府信息 300 条，其中政务动态 100 条，占比 33.3%。",
        "主动公开政府信息 300 条，其中政务动态 100 条，占比 33.33%。",
        "主动公开政府信息 300 条，其中政务动态 100 条，占比 33%。",
        "主动公开政府信息 300 条，其中政务动态 200 条，占比 66.6%。",
        "主动公开政府信息 300 条，其中政务动态 200 条，占比 66.7%。",
        "主动公开政府信息 200 条，其中政务动态 50 余条，占比 30%。",
        "收到政府信息公开申请 40 件，其中征地类 10 件，占全区同类申请的 60%。",
    ],
}
VIOLATING = [case for cases in VIOLATIONS.values() for case in cases]
NEAR = [sentence for sentences in CLEAN.values() for sentence in sentences]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory, seed_text: SeedText) -> Place:
    """All sentences, each in the report of an agency of its own."""
    place = Place(tmp_path_factory.mktemp("narrative"))
    for number, sentence in enumerate(["", *(case[0] for case in VIOLATING), *NEAR]):
        place.put(f"{number}.txt", named(report(seed_text(4), sentence), number))
    place.ingest()
    return place


def test_the_report_without_the_sentence_is_right(told: Place) -> None:
    assert issues(told, 0) == []
    assert told.query("SELECT count(*) FROM dim_report") == [(1 + len(VIOLATING) + len(NEAR),)]


@pytest.mark.parametrize(
    ("number", "expected"),
    [pytest.param(number, expected, id=sentence) for number, (sentence, expected) in enumerate(VIOLATING, 1)],
)
def test_a_contradiction_is_named_and_nothing_else(told: Place, number: int, expected: list[Issue]) -> None:
    assert in_order(issues(told, number)) == in_order(expected)


@pytest.mark.parametrize(
    "number",
    [pytest.param(number, id=sentence) for number, sentence in enumerate(NEAR, 1 + len(VIOLATING))],
)
def test_a_sentence_that_comes_near_is_no_contradiction(told: Place, number: int) -> None:
    assert issues(told, number) == []


def test_messages_and_lines_are_sound(told: Place) -> None:
    assert_sound(told)
    assert told.query("SELECT DISTINCT source_line FROM quality_issue") == [(11,)]


@dataclass(frozen=True)
class Weighed:
    rule: str
    sentence: str
    cells: list[str]
    message: str
    message_en: str


WEIGHED = [
    Weighed(
        "narrative_received",
        "全年共收到政府信息公开申请 41 件。",
        ["new_received.total"],
        "文字部分称新收申请 41，表中为 40：“",
        "The text says 41 applications received, the table 40.",
    ),
    Weighed(
        "narrative_answered",
        "全年共办理政府信息公开申请 42 件。",
        ["total_processed.total", "new_received.total", "carried_over.total"],
        "文字部分称办理申请 42，表中为 41：“",
        "The text says 42 applications handled, the table 41.",
    ),
    Weighed(
        "narrative_outcome",
        _outcomes(部分公开=7),
        ["partially_granted.total"],
        "文字部分称部分公开 7，表中为 6：“",
        "The text says 7 partially granted, the table 6.",
    ),
    Weighed(
        "narrative_outcome",
        _outcomes(无法提供=5),
        ["unavailable_needs_creation.total", "unavailable_not_held.total", "unavailable_still_unclear.total"],
        "文字部分称无法提供 5，表中为 4：“",
        "The text says 5 unavailable, the table 4.",
    ),
    Weighed(
        "narrative_litigation",
        "因政府信息公开引发行政诉讼 2 件。",
        ["litigation_after_reconsideration.total", "litigation_direct.total"],
        "文字部分称行政诉讼 2，表中为 3：“",
        "The text says 2 lawsuits, the table 3.",
    ),
    Weighed(
        "narrative_decisions",
        "全年作出行政处罚决定 53 件。",
        ["administrative_penalty.decisions"],
        "文字部分称行政处罚处理决定 53，表中为 52：“",
        "The text says 53 penalty decisions, the table 52.",
    ),
]


@pytest.mark.parametrize("weighed", WEIGHED, ids=lambda weighed: weighed.sentence)
def test_the_numbers_weighed_and_the_words_are_named(place: Place, seed_text: SeedText, weighed: Weighed) -> None:
    place.put("report.txt", report(seed_text(4), weighed.sentence))
    place.ingest()
    ((rule, cells, message, message_en),) = place.query("SELECT rule, cells, message, message_en FROM quality_issue")
    assert (rule, sorted(cells), message_en) == (weighed.rule, sorted(weighed.cells), weighed.message_en)
    assert message.startswith(weighed.message)
    assert "".join(weighed.sentence.split()) in message


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        # The table may be of the government alone.
        ("全区共收到政府信息公开申请 95 件。", []),
        (
            "全区共收到政府信息公开申请 95 件，办结 4 件。",
            [("narrative_received", 2025, "new_received", "total", "4", "95")],
        ),
        ("全区共收到政府信息公开申请 95 件，其中区政府办公室收到 4 件。", []),
    ],
)
def test_the_number_of_a_region_is_a_governments_own(
    place: Place, seed_text: SeedText, sentence: str, expected: list[Issue]
) -> None:
    said = "2025 年办理依申请公开 4 件，其中，予以公开 3 件，不作为政府信息公开申请处理 1 件。"
    place.put("report.txt", changed(seed_text(2), (said, sentence)))
    place.ingest()
    assert issues(place) == expected


@pytest.mark.parametrize(
    ("sentence", "change"),
    [
        ("全年共收到政府信息公开申请 41 件。", {printed.NEW: "\t\t\t\t\t\t"}),
        ("全年作出行政处罚决定 53 件。", {"行政处罚": ""}),
        ("办结的政府信息公开申请中，无法提供 9 件。", {"2. 没有现成信息需要另行制作": "\t\t\t\t\t\t"}),
    ],
)
def test_a_blank_number_contradicts_nothing(
    place: Place, seed_text: SeedText, sentence: str, change: dict[str, int | str]
) -> None:
    place.put("report.txt", with_rows(report(seed_text(4), sentence), change))
    place.ingest()
    assert issues(place) == []
    assert place.query("SELECT count(*) FROM cell_note WHERE state = 'blank'") != [(0,)]
    assert place.query("SELECT count(*) FROM fact_narrative_claim") == [(1,)]
    assert place.query("SELECT sum(assessable) FROM quality_rule_count WHERE rule LIKE 'narrative%'") == [(0,)]


def test_what_is_counted_in_the_same_words_contradicts_nothing(place: Place, seed_text: SeedText) -> None:
    """Every labelled passage that makes no claim, one under another in one report."""
    passages = [p.text for name in SETS for p in paragraphs(name) if not p.claims]
    assert len(passages) > 250
    place.put("report.txt", report(seed_text(4), "\n\n".join(passages)))
    place.ingest()
    assert issues(place) == []
