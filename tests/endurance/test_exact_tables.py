"""The tests of ``tests/unit/test_exact_tables.py`` with many more reports, and thousands of changes."""

import pytest

from tests.generator import corpus
from tests.unit.test_exact_tables import SHARES, agree, mutations

#: Seeds that no other test has.
_SEED = 20261129


@pytest.mark.parametrize("damaged", [0, 1])
def test_both_readings_agree_on_a_corpus(damaged: float) -> None:
    reports = list(corpus(_SEED, 600, damaged=damaged))
    fast = sum(agree(report.name, report.data) for report in reports)
    assert fast > (0 if damaged else len(reports) // 3)


@pytest.mark.parametrize("layout", SHARES)
def test_both_readings_agree_on_many_small_changes(layout: str) -> None:
    assert sum(agree(*file) for seed in range(_SEED, _SEED + 40) for file in mutations(layout, seed, 25)) > 100
