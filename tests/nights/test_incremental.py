"""Whatever comes, goes and changes in whatever order: the warehouse is the one that is built from nothing.

Two seeds of thirty; the others are in ``tests/endurance``.
"""

from pathlib import Path

import pytest

from tests.conftest import Place
from tests.support import nights


@pytest.mark.parametrize("seed", nights.SHORT_NIGHTS)
def test_a_sequence_of_nights_ends_as_a_build_from_nothing(
    place: Place, tmp_path: Path, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    nights.assert_nights_end_as_a_build_from_nothing(place, tmp_path, seed, monkeypatch)


@pytest.mark.parametrize("seed", nights.SHORT_BUILDS)
def test_a_warehouse_that_is_brought_up_to_date_is_the_one_that_is_built(
    place: Place, tmp_path: Path, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    nights.assert_an_incremental_build_is_the_one_from_nothing(place, tmp_path, seed, monkeypatch)
