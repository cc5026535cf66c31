"""The twenty-eight further seeds of the sequences of ``tests/nights/test_incremental.py``."""

from pathlib import Path

import pytest

from tests.conftest import Place
from tests.support import nights
from tests.support.endurance import times


@pytest.mark.parametrize("seed", sorted({*nights.SEEDS_OF_NIGHTS} - {*nights.SHORT_NIGHTS})[: times(28, 8)])
def test_a_sequence_of_nights_ends_as_a_build_from_nothing(
    place: Place, tmp_path: Path, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    nights.assert_nights_end_as_a_build_from_nothing(place, tmp_path, seed, monkeypatch)


@pytest.mark.parametrize("seed", sorted({*nights.SEEDS_OF_BUILDS} - {*nights.SHORT_BUILDS})[: times(28, 8)])
def test_a_warehouse_that_is_brought_up_to_date_is_the_one_that_is_built(
    place: Place, tmp_path: Path, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    nights.assert_an_incremental_build_is_the_one_from_nothing(place, tmp_path, seed, monkeypatch)
