"""Runs in the Dagster home, one after another."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from dagster import AssetKey, DagsterInstance

from assets import housekeeping as house
from tests.conftest import Place
from tests.support.dagster_runs import FACTS, run
from tests.support.workspace import SeedText


def test_old_runs_are_removed_with_their_files_and_the_latest_stay(
    instance: DagsterInstance, place: Place, seed_text: SeedText
) -> None:
    place.put("a.txt", seed_text(4))
    first, second, third = (run(instance, place, place.raw, year).run_id for year in ("2024", "2025", "2025"))
    home = place.settings.dagster_home

    def files(run_id: str) -> list[Path]:
        return [path for path in home.rglob(f"*{run_id}*") if path.is_file()]

    assert files(second)
    assert list(house.remove_the_old(instance, 1)) == []
    later = datetime.now(UTC) + timedelta(days=3)
    with pytest.MonkeyPatch.context() as patched:

        class Later(datetime):
            @classmethod
            def now(cls, tz=None):  # type: ignore[no-untyped-def,override]
                return later

        patched.setattr(house, "datetime", Later)
        removed = list(house.remove_the_old(instance, 1))
    # The first has the latest state of 2024, the third that of all else.
    assert removed == [second]
    assert files(second) == []
    assert {record.dagster_run.run_id for record in instance.get_run_records()} == {first, third}
    # 2025 has no reports, and is not shown as made.
    assert instance.get_materialized_partitions(AssetKey(FACTS[0])) == {"2024"}


def test_the_asset_of_changes_says_what_a_publication_changed(
    instance: DagsterInstance, place: Place, seed_text: SeedText
) -> None:
    def metadata():  # type: ignore[no-untyped-def]
        event = instance.get_latest_materialization_event(AssetKey("warehouse_diff"))
        assert event is not None
        assert event.asset_materialization is not None
        return event.asset_materialization.metadata

    place.put("a.txt", seed_text(4))
    assert run(instance, place, place.raw).success
    assert metadata()["compared with"].value == "nothing: no warehouse was published here before"
    place.put("a.txt", seed_text(4).replace("行政处罚\t52", "行政处罚\t53"))
    place.put("b.txt", seed_text(0))
    assert run(instance, place, place.raw).success
    tables = {record.data["table_name"]: record.data for record in metadata()["tables"].records}
    # A report came with its three tables; one number of the other one changed, and so did its hash.
    assert (tables["dim_report"]["added"], tables["dim_report"]["changed"]) == (1, 1)
    assert (tables["fact_application_handling"]["added"], tables["fact_application_handling"]["changed"]) == (25, 0)
    assert tables["fact_proactive_disclosure"]["changed"] == 1
    reports = {record.data["agency"]: record.data for record in metadata()["reports"].records}
    assert reports["红旗区东街街道办事处"]["added"] == 1
    assert reports["红旗区渠东街道办事处"]["changed"] == 1
    assert metadata()["rows removed"].value == 0
