"""Several runs of the job."""

import pytest
from dagster import AssetKey, DagsterInstance

from pipeline.reader.tables import review
from tests.conftest import Place
from tests.support.dagster_runs import FACTS, run
from tests.support.workspace import SeedText


def test_a_run_of_one_year_reads_the_others_that_changed(
    instance: DagsterInstance, place: Place, seed_text: SeedText, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OGI_MAX_REMOVAL", "1")
    place.put("a.txt", seed_text(4))
    place.put("b.txt", seed_text(0))
    assert run(instance, place, place.raw, "2025").success
    assert place.query("SELECT year FROM dim_report ORDER BY 1") == [(2024,), (2025,)]
    assert instance.get_materialized_partitions(AssetKey(FACTS[0])) == {"2024", "2025"}
    (place.raw / "a.txt").unlink()
    assert run(instance, place, place.raw, "2025").success
    assert place.query("SELECT year FROM dim_report") == [(2025,)]


def test_a_table_that_the_text_has_and_nobody_read_shows_as_an_error(
    instance: DagsterInstance, place: Place, seed_text: SeedText, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fault is put into the reader; a report that has but the section's heading is no fault of ours."""
    place.put("a.txt", seed_text(0))
    with monkeypatch.context() as broken:
        broken.setattr("pipeline.reader.tables.matcher.read_exact", lambda _: None)
        broken.setattr("pipeline.reader.tables.matcher.read_review", lambda *_: review.ReviewReading())
        result = run(instance, place, place.raw)
    found = {check.check_name: check for check in result.get_asset_check_evaluations()}
    assert not found["tables_read"].passed
    assert found["tables_read"].metadata["cases"].records[0].data["table_name"] == "fact_reconsideration"
    before, table = seed_text(0).split("\n行政复议\t", 1)
    zeros = "\t".join("0" * 15)
    place.put("a.txt", before + "\n" + table.split(zeros, 1)[1])
    result = run(instance, place, place.raw)
    found = {check.check_name: check for check in result.get_asset_check_evaluations()}
    assert found["tables_read"].passed
    assert not found["reading"].passed
    assert place.query("SELECT rule FROM quality_issue WHERE table_name = 'fact_reconsideration'") == [
        ("table_missing",)
    ]
