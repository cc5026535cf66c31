"""What `ogi ingest` publishes, refuses and leaves alone, night after night, as a person at the command line sees it."""

import shutil

from dagster import DagsterInstance

from assets.resources import workplace
from pipeline.definitions import defs
from tests.conftest import SEEDS, Place
from tests.support.ogi import Ogi, text


def test_the_command_refuses_and_allows(place: Place, ogi: Ogi) -> None:
    shutil.copytree(SEEDS, place.raw)
    text(ogi("ingest"))
    next(place.raw.glob("000*")).unlink()
    said = text(ogi("ingest"), 1)
    assert said.startswith(f"ogi: {place.settings.warehouse}: nothing was published, because 1 of the 5 published ")
    assert said.count("\n") == 1
    said = text(ogi("ingest", "--allow-removal"))
    assert "  dropped   1 report (file gone 1)\n" in said


def test_it_is_a_failed_check_in_the_ui_and_is_allowed_there(instance: DagsterInstance, place: Place) -> None:
    shutil.copytree(SEEDS, place.raw)
    job = defs.resolve_job_def("ingest")
    tags = {"dagster/asset_partition_range_start": "2024", "dagster/asset_partition_range_end": "2025"}

    def run(config: dict[str, object]):  # type: ignore[no-untyped-def]
        workplace_config = {**workplace(place.settings).model_dump(), **config}
        return job.execute_in_process(
            instance=instance,
            run_config={"resources": {"workplace": {"config": workplace_config}}},
            tags=tags,
            raise_on_error=False,
        )

    assert run({}).success
    before = place.settings.warehouse.read_bytes()
    next(place.raw.glob("000*")).unlink()
    failed = run({})
    (check,) = failed.get_asset_check_evaluations()
    assert (check.check_name, check.passed, check.blocking) == ("reports_kept", False, False)
    assert "红旗区东街街道办事处 2025 (000_033f902188b2577c.txt): file gone" in str(check.metadata["faults"].value)
    assert not failed.success
    assert place.settings.warehouse.read_bytes() == before
    allowed = run({"allow_removal": True})
    assert allowed.success
    (check,) = [each for each in allowed.get_asset_check_evaluations() if each.check_name == "reports_kept"]
    assert check.passed
    assert place.query("SELECT count(*) FROM dim_report") == [(4,)]
