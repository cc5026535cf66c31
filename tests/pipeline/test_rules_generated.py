"""The rules over generated reports: silent where everything holds, exact where one number was broken on purpose.

A few of them; ``tests/endurance`` has many.
"""

from tests.accuracy import rules as accuracy_rules


def test_reports_in_which_everything_holds_have_no_issue() -> None:
    """Full noise, every layout whose numbers have their places, agencies with up to four years."""
    assert accuracy_rules.false_alarms(20261125, 60) == []


def test_every_injected_error_is_named_with_its_rule_and_place_and_nothing_else() -> None:
    errors = accuracy_rules.injected(20261, of_sums=10, of_each=2)
    assert len(errors) == 10 + 9 * 2
    assert list(accuracy_rules.shown([], errors, 5)) == []
