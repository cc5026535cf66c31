"""The measure itself: which verdict a cell gets, and what is a false alarm."""

from decimal import Decimal

import pytest

from tests.accuracy import bars, figures
from tests.accuracy.loaded import APPLICATIONS, REVIEW, Issue, Report
from tests.accuracy.verdicts import Count, count

CELL = (APPLICATIONS, "granted", "total")
OTHER = (REVIEW, "reconsideration", "total")


def issue(
    rule: str, severity: str, item: str | None, column: str | None = None, table: str | None = APPLICATIONS
) -> Issue:
    return Issue(rule, severity, table, item, column, "…")


def verdict(
    wanted: int | None,
    got: int | None,
    *,
    note: str | None = None,
    issues: tuple[Issue, ...] = (),
    either: bool = False,
) -> str:
    report = Report("甲局", 2025, "2021", {CELL: None if got is None else Decimal(got)}, issues=list(issues))
    if note:
        report.notes[APPLICATIONS, "granted", "*"] = note
    found = count({CELL: None if wanted is None else Decimal(wanted)}, report, either={CELL} if either else ())
    (name,) = found.verdicts
    return name


def test_a_number_that_is_printed_is_right() -> None:
    assert verdict(7, 7) == "right"
    assert verdict(None, None, note="blank") == "right"
    assert verdict(7, None, either=True) == "right"


def test_null_is_named_or_lost() -> None:
    assert verdict(7, None, note="unreadable") == "named"
    assert verdict(7, None, issues=(issue("ambiguous_reading", "warning", None),)) == "named"
    assert verdict(7, None, issues=(issue("ambiguous_reading", "warning", "denied_state_secret"),)) == "lost"
    assert verdict(7, None, issues=(issue("unused_number", "info", None),)) == "lost"
    assert verdict(7, None, note="blank") == "lost"
    assert verdict(7, None, note="absent_row") == "lost"
    assert verdict(7, None) == "lost"


def test_a_wrong_number_is_contradicted_or_silent() -> None:
    assert verdict(7, 8) == "silent"
    assert verdict(None, 8) == "silent"
    assert verdict(7, 8, either=True) == "silent"
    assert verdict(7, 8, issues=(issue("applicant_total", "error", "granted", "total"),)) == "contradicted"
    assert verdict(7, 8, issues=(issue("balance", "error", None, "total"),)) == "contradicted"
    assert verdict(7, 8, issues=(issue("balance", "error", None, "other"),)) == "silent"
    assert verdict(7, 8, issues=(issue("applicant_total", "error", "denied_state_secret"),)) == "silent"
    assert verdict(7, 8, issues=(issue("read_by_order", "info", "granted"),)) == "silent"
    assert verdict(7, 8, issues=(issue("carry_over", "error", "granted"),)) == "silent"


@pytest.mark.parametrize(
    ("found", "alarms"),
    [
        (issue("narrative_received", "error", "new_received"), 1),
        (issue("section_order", "info", None, table=None), 0),
        (issue("jump", "warning", "granted"), 0),
    ],
)
def test_a_warning_on_a_clean_report_that_is_read_right_is_a_false_alarm(found: Issue, alarms: int) -> None:
    report = Report("甲局", 2025, "2021", {CELL: Decimal(7)}, issues=[found])
    assert len(count({CELL: Decimal(7)}, report).alarms) == alarms
    assert count({CELL: Decimal(7)}, report, clean=False).alarms == []


def test_what_names_a_loss_is_no_false_alarm_and_another_table_s_warning_is() -> None:
    named, other = issue("ambiguous_reading", "warning", None), issue("review_total", "error", None, table=REVIEW)
    report = Report("甲局", 2025, "2021", {CELL: None, OTHER: Decimal(1)}, issues=[named, other])
    found = count({CELL: Decimal(7), OTHER: Decimal(1)}, report)
    assert found.verdicts == {"named": 1, "right": 1}
    assert found.alarms == ["review_total: …"]


def test_a_number_of_no_known_cell_is_wrong_where_its_table_is_known() -> None:
    report = Report("甲局", 2025, "2021", {CELL: Decimal(7), OTHER: Decimal(1)})
    assert count({CELL: Decimal(7)}, report).verdicts == {"right": 1}
    assert count({}, report, tables=(REVIEW,)).verdicts == {"silent": 1}


def test_bars_are_by_group_and_nothing_may_be_silent_in_any() -> None:
    good, bad = Count(), Count()
    good.verdicts.update(right=1000)
    bad.verdicts.update(right=96, named=3, silent=1)
    groups = figures.lines([("together", good, False, False), ("aligned_blank", bad, False, False)])
    assert bars.missed(groups) == [
        "converted, aligned_blank: 96.000% of the cells, the bar is 97.0%",
        "converted: 1 cells silent",
    ]
