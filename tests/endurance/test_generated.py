"""The tests of ``tests/unit/test_generated.py`` with many more examples, and a whole corpus."""

from pathlib import Path

from hypothesis import given, settings

from tests.accuracy import cells as accuracy
from tests.generator import corpus
from tests.unit import test_generated as few

MANY = settings(max_examples=60)

for _name, _test in list(vars(few).items()):
    if _name.startswith("test_"):
        # Settings belong to the decorated function, so each is decorated once more.
        _again = MANY(given(**_test.hypothesis._given_kwargs)(_test.hypothesis.inner_test))
        _again.pytestmark = getattr(_test, "pytestmark", [])
        globals()[_name] = _again


def test_a_corpus_of_every_layout_is_read(tmp_path: Path) -> None:
    """The generated part of ``make accuracy``, with a seed of its own."""
    outcomes = accuracy.read(list(accuracy.generated(corpus(20261123, 1000))), tmp_path)
    assert [name for name in outcomes if name.wrong] == []
    assert accuracy.missed(outcomes) == []
    assert [outcome.faults for outcome in outcomes if any("identity" in fault for fault in outcome.faults)] == []
