"""One fault in an otherwise tidy report: what is printed is read or named, never wrong in silence or lost."""

from pathlib import Path

import pytest

from tests.accuracy import cells as accuracy
from tests.generator import SLIPS, generate, slipped

SEED, EACH = 20261128, 8


@pytest.mark.parametrize("slip", SLIPS)
def test_a_slip_is_read_or_named(tmp_path: Path, slip: str) -> None:
    outcomes = accuracy.read(list(accuracy.generated(slipped(slip, SEED, EACH))), tmp_path)
    bad = [line for outcome in outcomes for line in outcome.count.shown if line.startswith(("silent", "lost"))]
    assert bad == []


@pytest.mark.parametrize("slip", SLIPS)
def test_a_slip_is_the_same_each_time_and_leaves_others_alone(slip: str) -> None:
    for layout in SLIPS[slip].layouts:
        assert generate(SEED, layout, slip=slip) == generate(SEED, layout, slip=slip)
    with pytest.raises(ValueError, match="is seen in"):
        generate(SEED, "detached", slip=slip)
