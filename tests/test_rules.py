"""Each rule: a report that violates exactly it, and one that comes near without doing so.

The reports are the seed of 红旗区渠东街道办事处 2024 with single lines changed by hand.
"""

from collections.abc import Callable
from decimal import Decimal

import pytest

from pipeline import rules
from tests.conftest import Place

SeedText = Callable[[int], str]
NEW = "一、本年新收政府信息公开申请数量\t\t{}\t"
ZERO = "0\t0\t0\t0\t0\t0\t0"


def changed(text: str, *changes: tuple[str, str]) -> str:
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


#: Rule → lines of the seed and what stands there instead → what the issues say: item, column, expected, actual.
VIOLATIONS = {
    "balance": (
        [("四、结转下年度继续办理\t\t" + ZERO, "四、结转下年度继续办理\t\t1\t0\t0\t0\t0\t0\t1")],
        [(None, "natural_person", "1", "2"), (None, "total", "1", "2")],
    ),
    "disposition_total": (
        [("(一) 予以公开\t" + ZERO, "(一) 予以公开\t0\t2\t0\t0\t0\t0\t2")],
        [("total_processed", "enterprise", "2", "0"), ("total_processed", "total", "3", "1")],
    ),
    "applicant_total": (
        [
            ("二、上年结转政府信息公开申请数量\t\t" + ZERO, "二、上年结转政府信息公开申请数量\t\t1\t0\t0\t0\t0\t0\t0"),
            ("四、结转下年度继续办理\t\t" + ZERO, "四、结转下年度继续办理\t\t1\t0\t0\t0\t0\t0\t0"),
        ],
        [("carried_forward", "total", "1", "0"), ("carried_over", "total", "1", "0")],
    ),
    "review_total": (
        [("0\t0\t0\t0\t0\t0\t0\t0\t0\t0\t0\t0\t0\t0\t0", "0\t0\t0\t0\t0\t0\t2\t0\t0\t1\t0\t0\t0\t0\t0")],
        [("litigation_direct", "total", "2", "1")],
    ),
    "count_negative": ([("行政处罚\t52", "行政处罚\t-52")], [("administrative_penalty", "decisions", None, "-52")]),
    "count_whole": ([("行政处罚\t52", "行政处罚\t5.2")], [("administrative_penalty", "decisions", None, "5.2")]),
    "unreadable": ([("行政处罚\t52", "行政处罚\t? 0")], [("administrative_penalty", None, None, "? 0")]),
}
#: Near misses: changed the same way, and still right.
CLEAN = {
    "balance": [
        ("四、结转下年度继续办理\t\t" + ZERO, "四、结转下年度继续办理\t\t1\t0\t0\t0\t0\t0\t1"),
        ("二、上年结转政府信息公开申请数量\t\t" + ZERO, "二、上年结转政府信息公开申请数量\t\t1\t0\t0\t0\t0\t0\t1"),
    ],
    "disposition_total": [
        ("(一) 予以公开\t" + ZERO, "(一) 予以公开\t1\t0\t0\t0\t0\t0\t1"),
        ("1. 本机关不掌握相关政府信息\t1\t0\t0\t0\t0\t0\t1", "1. 本机关不掌握相关政府信息\t" + ZERO),
    ],
    "applicant_total": [
        ("二、上年结转政府信息公开申请数量\t\t" + ZERO, "二、上年结转政府信息公开申请数量\t\t0\t0\t0\t0\t0\t3\t3"),
        ("四、结转下年度继续办理\t\t" + ZERO, "四、结转下年度继续办理\t\t0\t0\t0\t0\t0\t3\t3"),
    ],
    "review_total": [("0\t0\t0\t0\t0\t0\t0\t0\t0\t0\t0\t0\t0\t0\t0", "0\t0\t0\t0\t0\t1\t1\t0\t0\t2\t0\t0\t0\t0\t0")],
    "count_negative": [("行政处罚\t52", "行政处罚\t+52")],
    "count_whole": [("行政事业性收费\t0", "行政事业性收费\t5.2")],
    "unreadable": [("行政处罚\t52", "行政处罚\t52（其中罚款 3 件）")],
}


@pytest.mark.parametrize("rule", rules.SQL_RULES)
def test_a_violation_is_named_and_nothing_else(place: Place, seed_text: SeedText, rule: str) -> None:
    changes, expected = VIOLATIONS[rule]
    place.put("report.txt", changed(seed_text(4), *changes))
    place.ingest()
    found = place.query(
        "SELECT rule, item, column_name, expected, actual FROM quality_issue "
        "WHERE rule <> 'unreadable' OR ? = 'unreadable' ORDER BY 1, 2, 3",
        rule,
    )
    assert found == [(rule, *each) for each in expected]


@pytest.mark.parametrize("rule", rules.SQL_RULES)
def test_a_near_miss_is_no_violation(place: Place, seed_text: SeedText, rule: str) -> None:
    place.put("report.txt", changed(seed_text(4), *CLEAN[rule]))
    place.ingest()
    assert place.query("SELECT rule, message FROM quality_issue") == []


def test_the_message_says_it_in_both_languages(place: Place, seed_text: SeedText) -> None:
    changes, _ = VIOLATIONS["balance"]
    place.put("report.txt", changed(seed_text(4), *changes))
    place.ingest()
    ((zh, en, line),) = place.query(
        "SELECT message, message_en, source_line FROM quality_issue WHERE column_name = 'total'"
    )
    assert zh == "总计列不平衡：新收与上年结转之和为 1，总计与结转下年度之和为 2。"
    assert en == (
        "The column total does not balance: received and carried over make 1, processed and carried forward 2."
    )
    assert line == 41


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        ("二、上年结转政府信息公开申请数量\t\t" + ZERO, "balance"),
        ("(一) 予以公开\t" + ZERO, "disposition_total"),
    ],
)
def test_a_blank_operand_makes_a_rule_not_assessable(place: Place, seed_text: SeedText, line: str, rule: str) -> None:
    """With the row blank the sums cannot be judged, although taking it for 0 would make them fail."""
    label = line.removesuffix(ZERO)
    text = changed(
        seed_text(4),
        (line, label + "\t\t\t\t\t\t"),
        ("四、结转下年度继续办理\t\t" + ZERO, "四、结转下年度继续办理\t\t1\t0\t0\t0\t0\t0\t1"),
        ("1. 本机关不掌握相关政府信息\t1\t0\t0\t0\t0\t0\t1", "1. 本机关不掌握相关政府信息\t" + ZERO),
    )
    place.put("report.txt", text)
    place.ingest()
    assert place.query("SELECT count(*) FROM quality_issue WHERE rule = ?", rule) == [(0,)]
    assert place.query("SELECT count(*) FROM cell_note WHERE state = 'blank'") == [(7,)]


def test_numbers_are_stored_as_printed_however_wrong(place: Place, seed_text: SeedText) -> None:
    changes, _ = VIOLATIONS["disposition_total"]
    place.put("report.txt", changed(seed_text(4), *changes))
    place.ingest()
    rows = dict(place.query("SELECT item, total FROM fact_application_handling WHERE total > 0"))
    assert rows == {"new_received": 1, "granted": 2, "unavailable_not_held": 1, "total_processed": 1}


@pytest.mark.parametrize("printed", ["3万", "5万元", "2亿元"])
def test_a_count_with_a_unit_that_changes_it_is_not_its_digits(place: Place, seed_text: SeedText, printed: str) -> None:
    place.put("report.txt", changed(seed_text(4), ("行政处罚\t52", f"行政处罚\t{printed}")))
    place.ingest()
    assert place.query("SELECT value FROM fact_proactive_disclosure WHERE item = 'administrative_penalty'") == [(None,)]
    assert place.query("SELECT state, raw_text FROM cell_note") == [("unreadable", printed)]
    assert place.query("SELECT rule FROM quality_issue") == [("unreadable",)]


@pytest.mark.parametrize(
    ("header", "printed", "stored"),
    [
        ("万元", "3万", "3"),
        ("元", "3万", "3"),
        ("元", "251000", "25.1"),
        ("元", "2亿元", "20000"),
        ("万元", "251000元", "25.1"),
    ],
)
def test_an_amounts_own_unit_counts_before_the_headers(
    place: Place, seed_text: SeedText, header: str, printed: str, stored: str
) -> None:
    text = changed(
        seed_text(4), ("（单位：万元）", f"（单位：{header}）"), ("行政事业性收费\t0", f"行政事业性收费\t{printed}")
    )
    place.put("report.txt", text)
    place.ingest()
    assert place.query("SELECT value FROM fact_proactive_disclosure WHERE measure = 'amount'") == [(Decimal(stored),)]


def test_every_rule_is_in_the_warehouse_with_all_it_needs(seeds: Place) -> None:
    rows = seeds.query("SELECT rule, severity, formula, title_zh, title_en, explanation FROM quality_rule")
    assert {row[0] for row in rows} == {rule.rule for rule in rules.all_rules()}
    assert all(all(text.strip() for text in row) for row in rows)
    for rule in rules.SQL_RULES.values():
        assert rule.message, rule.rule
        assert rule.message_en, rule.rule
