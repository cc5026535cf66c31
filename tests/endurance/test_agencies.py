"""Agencies, loaded in other orders."""

from pathlib import Path

from tests.conftest import Place
from tests.support.agencies import BUREAU, Report

pytest_plugins = ["tests.support.agencies"]


def test_ids_are_the_same_from_any_order_of_loading(place: Place, report: Report, tmp_path: Path) -> None:
    names = ["洪泽区财政局", "荣昌县人民政府", BUREAU, "市科委"]
    other = Place(tmp_path / "other")
    for index, name in enumerate(names):
        place.put(f"{index}.txt", report(name))
        place.ingest()
    for night in (names[:1:-1], names[1::-1]):
        for name in night:
            other.put(f"{name}.txt", report(name))
        other.ingest()
    ids = "SELECT agency_id, name FROM dim_agency ORDER BY ALL"
    assert place.query(ids) == other.query(ids)
    assert len(place.query(ids)) == 4
