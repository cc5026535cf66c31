"""The rules over many generated reports; ``tests/pipeline/test_rules_generated.py`` has a few."""

from tests.accuracy import rules as accuracy_rules


def test_reports_in_which_everything_holds_have_no_issue() -> None:
    """Full noise, every layout whose numbers have their places, agencies with up to four years."""
    assert accuracy_rules.false_alarms(20261125, 400) == []


def test_every_injected_error_is_named_with_its_rule_and_place_and_nothing_else() -> None:
    errors = accuracy_rules.injected(20261, of_sums=60, of_each=15)
    assert len(errors) == 60 + 9 * 15
    assert list(accuracy_rules.shown([], errors, 5)) == []
