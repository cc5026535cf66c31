"""Runs of `ogi ingest` one after another."""

from collections.abc import Callable

from tests.conftest import SEEDS, Place
from tests.support.ogi import Ogi, text


def test_ingest_again_counts_new_changed_and_removed(ogi: Ogi, place: Place, seed_text: Callable[[int], str]) -> None:
    place.put("a.txt", seed_text(0))
    place.put("b.txt", seed_text(2))
    place.put("c.txt", seed_text(4))
    text(ogi("ingest"))
    first = dict(place.query("SELECT source_file, loaded_at FROM dim_report"))
    place.put("b.txt", seed_text(2) + "\n")
    (place.raw / "c.txt").unlink()
    place.put("d.txt", seed_text(3))
    assert "3 seen: 1 new, 1 changed; 1 removed" in text(ogi("ingest", "--allow-removal"))
    second = dict(place.query("SELECT source_file, loaded_at FROM dim_report"))
    assert set(second) == {"a.txt", "b.txt", "d.txt"}
    assert second["a.txt"] == first["a.txt"]
    assert second["b.txt"] > first["b.txt"]


def test_a_broken_staging_file_is_mended_by_the_next_run(ogi: Ogi, place: Place) -> None:
    text(ogi("ingest", SEEDS))
    for year in (2025, 2031):
        (place.settings.staging / "tables" / "quality_issue" / f"{year}.parquet").write_bytes(b"no Parquet")
    (place.settings.staging / "catalogue.parquet").write_bytes(b"no Parquet")
    (place.settings.staging / "raw" / "2025.parquet").write_bytes(b"no Parquet")
    text(ogi("ingest", SEEDS))
    assert place.query("SELECT count(*) FROM fact_application_handling") == [(125,)]
