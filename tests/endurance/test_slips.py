"""One fault in an otherwise tidy report: what is printed is read or named, never wrong in silence or lost."""

import pytest

from tests.accuracy import cells as accuracy
from tests.accuracy.cells import Outcome
from tests.generator import SLIPS, generate, slipped

SEED, EACH = 20261128, 10


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> list[Outcome]:
    """All slips, read together."""
    return accuracy.read(list(accuracy.generated(slipped(SLIPS, SEED, EACH))), tmp_path_factory.mktemp("slips"))


@pytest.mark.parametrize("slip", SLIPS)
def test_a_slip_is_read_or_named(outcomes: list[Outcome], slip: str) -> None:
    some = [outcome for outcome in outcomes if outcome.expected.slip == slip]
    assert len(some) == EACH
    assert [line for one in some for line in one.count.shown if line.startswith(("silent", "lost"))] == []


@pytest.mark.parametrize("slip", SLIPS)
def test_a_slip_is_the_same_each_time(slip: str) -> None:
    for layout in SLIPS[slip].layouts:
        assert generate(SEED, layout, slip=slip) == generate(SEED, layout, slip=slip)
    with pytest.raises(ValueError, match="is seen in"):
        generate(SEED, "detached", slip=slip)
