"""No text makes the reader raise or hang: reports with random damage (`make accuracy` takes others each time)."""

from tests.accuracy import mutations
from tests.support.endurance import times


def test_no_mutation_breaks_the_reader() -> None:
    assert [(crash.name, crash.what) for crash in mutations.crashes(20261128, times(5000, 1000))] == []
