"""Each rule: a report that violates exactly it, and one that comes near without doing so.

The reports are the seed of 红旗区渠东街道办事处 2024 with single lines changed by hand; what the issues must
say is worked out by hand too. Here are the sums and the single numbers, in ``test_rules_years`` what needs two
reports, the sections and the reader, in ``test_rules_narrative`` the prose. A new rule needs a violation and a near
miss in one of the three.
"""

from decimal import Decimal

import pytest

from pipeline import rules
from tests.conftest import Place
from tests.support.reports import (
    FORWARD,
    GRANTED,
    NOT_HELD,
    OVER,
    ZERO,
    Issue,
    SeedText,
    assert_sound,
    changed,
    in_order,
    issues,
    named,
)

#: Rule → lines of the seed and what stands there instead → what the issues say, all of them.
VIOLATIONS: dict[str, tuple[list[tuple[str, str]], list[Issue]]] = {
    "balance": (
        [(f"{FORWARD}\t\t{ZERO}", f"{FORWARD}\t\t1\t0\t0\t0\t0\t0\t1")],
        [("balance", 2024, None, "natural_person", "1", "2"), ("balance", 2024, None, "total", "1", "2")],
    ),
    "disposition_total": (
        [(f"{GRANTED}\t{ZERO}", f"{GRANTED}\t0\t2\t0\t0\t0\t0\t2")],
        [
            ("disposition_total", 2024, "total_processed", "enterprise", "2", "0"),
            ("disposition_total", 2024, "total_processed", "total", "3", "1"),
        ],
    ),
    "applicant_total": (
        [
            (f"{OVER}\t\t{ZERO}", f"{OVER}\t\t1\t0\t0\t0\t0\t0\t0"),
            (f"{FORWARD}\t\t{ZERO}", f"{FORWARD}\t\t1\t0\t0\t0\t0\t0\t0"),
        ],
        [
            ("applicant_total", 2024, "carried_forward", "total", "1", "0"),
            ("applicant_total", 2024, "carried_over", "total", "1", "0"),
        ],
    ),
    "review_total": (
        [("0\t0\t0\t0\t0\t0\t0\t0\t0\t0\t0\t0\t0\t0\t0", "0\t0\t0\t0\t0\t0\t2\t0\t0\t1\t0\t0\t0\t0\t0")],
        [("review_total", 2024, "litigation_direct", "total", "2", "1")],
    ),
    "count_negative": (
        [("行政处罚\t52", "行政处罚\t-52")],
        [("count_negative", 2024, "administrative_penalty", "decisions", None, "-52")],
    ),
    # A count with decimals is not loaded, and so is unreadable too.
    "count_whole": (
        [("行政处罚\t52", "行政处罚\t5.2")],
        [
            ("count_whole", 2024, "administrative_penalty", "decisions", None, "5.2"),
            ("unreadable", 2024, "administrative_penalty", None, None, "5.2"),
        ],
    ),
    "unreadable": (
        [("行政处罚\t52", "行政处罚\t? 0")],
        [("unreadable", 2024, "administrative_penalty", None, None, "? 0")],
    ),
}
#: Near misses: changed the same way, and still right.
CLEAN = {
    "balance": [
        (f"{FORWARD}\t\t{ZERO}", f"{FORWARD}\t\t1\t0\t0\t0\t0\t0\t1"),
        (f"{OVER}\t\t{ZERO}", f"{OVER}\t\t1\t0\t0\t0\t0\t0\t1"),
    ],
    "disposition_total": [
        (f"{GRANTED}\t{ZERO}", f"{GRANTED}\t1\t0\t0\t0\t0\t0\t1"),
        (f"{NOT_HELD}\t1\t0\t0\t0\t0\t0\t1", f"{NOT_HELD}\t{ZERO}"),
    ],
    "applicant_total": [
        (f"{OVER}\t\t{ZERO}", f"{OVER}\t\t0\t0\t0\t0\t0\t3\t3"),
        (f"{FORWARD}\t\t{ZERO}", f"{FORWARD}\t\t0\t0\t0\t0\t0\t3\t3"),
    ],
    "review_total": [("0\t0\t0\t0\t0\t0\t0\t0\t0\t0\t0\t0\t0\t0\t0", "0\t0\t0\t0\t0\t1\t1\t0\t0\t2\t0\t0\t0\t0\t0")],
    "count_negative": [("行政处罚\t52", "行政处罚\t+52")],
    "count_whole": [("行政事业性收费\t0", "行政事业性收费\t5.2")],
    "unreadable": [("行政处罚\t52", "行政处罚\t52（其中罚款 3 件）")],
}


def test_every_rule_has_a_violation_and_a_near_miss() -> None:
    from tests.pipeline import test_rules_narrative as narrative
    from tests.pipeline import test_rules_years

    assert set(VIOLATIONS) | set(test_rules_years.VIOLATIONS) | set(narrative.VIOLATIONS) == set(rules.SQL_RULES)
    assert set(CLEAN) | set(test_rules_years.CLEAN) | set(narrative.CLEAN) == set(rules.SQL_RULES)
    for some in (test_rules_years.VIOLATIONS, test_rules_years.CLEAN, narrative.VIOLATIONS, narrative.CLEAN):
        assert all(some.values())
    for some in (test_rules_years.VIOLATIONS, narrative.VIOLATIONS):
        for rule, cases in some.items():
            assert all(rule in {issue[0] for issue in case[1]} for case in cases), rule


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory, seed_text: SeedText) -> Place:
    """A report for each case, each of an agency of its own."""
    place = Place(tmp_path_factory.mktemp("rules"))
    cases = [*(changes for changes, _ in VIOLATIONS.values()), *CLEAN.values()]
    for number, changes in enumerate(cases):
        place.put(f"{number}.txt", named(changed(seed_text(4), *changes), number))
    place.ingest()
    assert place.query("SELECT count(*) FROM dim_report") == [(len(cases),)]
    return place


@pytest.mark.parametrize("rule", VIOLATIONS)
def test_a_violation_is_named_and_nothing_else(judged: Place, rule: str) -> None:
    assert in_order(issues(judged, list(VIOLATIONS).index(rule))) == in_order(VIOLATIONS[rule][1])


@pytest.mark.parametrize("rule", CLEAN)
def test_a_near_miss_is_no_violation(judged: Place, rule: str) -> None:
    assert issues(judged, len(VIOLATIONS) + list(CLEAN).index(rule)) == []


def test_messages_and_lines_are_sound(judged: Place) -> None:
    assert_sound(judged)


def test_the_seeds_contradict_themselves_in_three_places(seeds: Place) -> None:
    """安富街道 prints none of the six headings, which is no more than a remark."""
    found = seeds.query(
        "SELECT name, severity, rule, item, expected, actual, source_line FROM quality_issue "
        "JOIN dim_agency USING (agency_id) ORDER BY ALL"
    )
    east, anfu = "红旗区东街街道办事处", "荣昌区人民政府安富街道办事处"
    assert sorted(row for row in found if row[1] != "info") == sorted(
        [
            (east, "error", "narrative_received", "new_received", "2", "3", 15),
            (east, "warning", "narrative_parts", None, "923", "1129", 11),
            (anfu, "error", "narrative_reconsideration", "reconsideration", "2", "1", 5),
        ]
    )
    assert [row for row in found if row[1] == "info"] == [
        (anfu, "info", "section_missing", None, str(section), None, None) for section in range(1, 7)
    ]


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
        (f"{OVER}\t\t{ZERO}", "balance"),
        (f"{GRANTED}\t{ZERO}", "disposition_total"),
    ],
)
def test_a_blank_operand_makes_a_rule_not_assessable(place: Place, seed_text: SeedText, line: str, rule: str) -> None:
    """With the row blank the sums cannot be judged, although taking it for 0 would make them fail."""
    label = line.removesuffix(ZERO)
    text = changed(
        seed_text(4),
        (line, label + "\t\t\t\t\t\t"),
        (f"{FORWARD}\t\t{ZERO}", f"{FORWARD}\t\t1\t0\t0\t0\t0\t0\t1"),
        (f"{NOT_HELD}\t1\t0\t0\t0\t0\t0\t1", f"{NOT_HELD}\t{ZERO}"),
    )
    place.put("report.txt", text)
    place.ingest()
    assert place.query("SELECT count(*) FROM quality_issue WHERE rule = ?", rule) == [(0,)]
    assert place.query("SELECT count(*) FROM cell_note WHERE state = 'blank'") == [(7,)]
    assert place.query("SELECT assessable, failed FROM quality_rule_count WHERE rule = ?", rule) == [(0, 0)]


def test_numbers_are_stored_as_printed_however_wrong(place: Place, seed_text: SeedText) -> None:
    changes, _ = VIOLATIONS["disposition_total"]
    place.put("report.txt", changed(seed_text(4), *changes))
    place.ingest()
    rows = dict(place.query("SELECT item, total FROM fact_application_handling WHERE total > 0"))
    assert rows == {"new_received": 1, "granted": 2, "unavailable_not_held": 1, "total_processed": 1}


@pytest.mark.parametrize(("printed", "stored"), [("3万", "30000"), ("3.4万件", "34000")])
def test_a_count_in_ten_thousands_is_read_and_noted(
    place: Place, seed_text: SeedText, printed: str, stored: str
) -> None:
    place.put("report.txt", changed(seed_text(4), ("行政处罚\t52", f"行政处罚\t{printed}")))
    place.ingest()
    found = place.query("SELECT value FROM fact_proactive_disclosure WHERE item = 'administrative_penalty'")
    assert found == [(Decimal(stored),)]
    assert place.query("SELECT state, raw_text FROM cell_note") == [("annotated", printed)]


@pytest.mark.parametrize("printed", ["5元", "5万元", "2亿元"])
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
