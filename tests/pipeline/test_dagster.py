"""The assets in a real Dagster instance: graph, partitions, metadata, history, failure and re-execution."""

import logging
from datetime import datetime
from typing import Any

import pytest
import yaml
from dagster import (
    AssetKey,
    AssetRecordsFilter,
    DagsterInstance,
    ExecuteInProcessResult,
    ReexecutionOptions,
    execute_job,
    reconstructable,
)

from assets.resources import workplace
from pipeline.definitions import defs
from pipeline.settings import PROJECT
from pipeline.staging import collect, steps
from pipeline.warehouse.errors import PublishError
from pipeline.warehouse.provenance import PublishingRun
from pipeline.warehouse.target import publish
from tests.conftest import SEEDS, Place
from tests.support.dagster_runs import FACTS, run
from tests.support.ogi import Ogi, text
from tests.support.workspace import SeedText


def test_the_graph_leads_from_reports_to_the_warehouse() -> None:
    graph = defs.resolve_asset_graph()
    parents = {
        key.to_user_string(): {p.to_user_string() for p in graph.get(key).parent_keys}
        for key in graph.get_all_asset_keys()
    }
    assert parents == {
        "raw_reports": set(),
        **{name: {"raw_reports"} for name in FACTS},
        "warehouse": set(FACTS),
        "warehouse_diff": {"warehouse"},
    }
    assert {name for name in parents if graph.get(AssetKey(name)).is_partitioned} == set(FACTS)
    assert all(len(graph.get(AssetKey(name)).description or "") > 80 for name in parents)
    assert all(each.description for each in [*defs.schedules, *defs.sensors])


def test_years_are_partitions_from_2019_on() -> None:
    keys = defs.resolve_asset_graph().get(AssetKey(FACTS[0])).partitions_def.get_partition_keys()
    assert keys[:2] == ["2019", "2020"]
    assert "2025" in keys


def test_a_run_leaves_what_a_person_wants_to_see(instance: DagsterInstance, place: Place) -> None:
    place.put("empty.txt", b"")
    for path in SEEDS.glob("*.txt"):
        place.put(path.name, path.read_bytes())
    assert run(instance, place, place.raw).success
    raw = instance.get_latest_materialization_event(AssetKey("raw_reports")).asset_materialization.metadata
    assert raw["reports"].value == 5
    assert [record.data for record in raw["rejected files"].records] == [
        {"source_file": "empty.txt", "reason": "empty", "message": "the file has no text in it"}
    ]
    fact = instance.get_latest_materialization_event(AssetKey(FACTS[0])).asset_materialization
    assert fact.partition == "2025"
    assert fact.metadata["dagster/partition_row_count"].value == 100
    first = fact.metadata["preview"].records[0].data
    assert (first["item"], first["source_file"]) == ("new_received", "000_033f902188b2577c.txt")
    assert "rejected" not in fact.metadata
    published = instance.get_latest_materialization_event(AssetKey("warehouse")).asset_materialization.metadata
    assert published["warehouse"].value == str(place.settings.warehouse)
    assert len(published["preview"].records) == 5


def test_a_year_without_reports_is_not_made(instance: DagsterInstance, place: Place, seed_text: SeedText) -> None:
    place.put("a.txt", seed_text(4))
    place.put("b.txt", seed_text(0))
    years = {"dagster/asset_partition_range_start": "2019", "dagster/asset_partition_range_end": "2025"}
    for tags in (years, {}):  # a launch without partitions is one over all years
        assert execute(instance, place, tags, "raw_reports", *FACTS).success
        for name in FACTS:
            assert instance.get_materialized_partitions(AssetKey(name)) == {"2024", "2025"}
    (place.raw / "a.txt").unlink()
    assert execute(instance, place, {}, "raw_reports", *FACTS).success
    with_year = AssetRecordsFilter(AssetKey(FACTS[0]), asset_partitions=["2024"])
    (latest,) = instance.fetch_materializations(with_year, limit=1).records
    assert latest.asset_materialization is not None
    assert latest.asset_materialization.metadata["reports"].value == 0


def test_an_asset_fails_only_with_its_own_step(
    instance: DagsterInstance, place: Place, seed_text: SeedText, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    def states() -> dict[str, str]:
        """As the UI computes them: failed is what the last run that announced it did not make."""
        found = {}
        for name in ("raw_reports", *FACTS, "warehouse", "warehouse_diff"):
            announced = instance.get_latest_planned_materialization_info(AssetKey(name))
            made = instance.get_latest_materialization_event(AssetKey(name))
            if announced is None:
                found[name] = "missing"
            else:
                found[name] = "made" if made and made.run_id == announced.run_id else "failed"
        return found

    place.put("a.txt", seed_text(4))
    broken_steps = [
        ("pipeline.staging.collect.collect", ["failed", "missing", "missing", "missing", "missing", "missing"]),
        ("pipeline.staging.steps.read_years", ["made", "failed", "failed", "failed", "missing", "missing"]),
        ("assets.warehouse.publish", ["made", "made", "made", "made", "failed", "missing"]),
    ]
    for name, expected in broken_steps:
        with monkeypatch.context() as broken:
            broken.setattr(name, fails)
            assert not execute(instance, place, {}).success
        assert list(states().values()) == expected, name
    assert execute(instance, place, {}).success
    assert set(states().values()) == {"made"}


def test_a_run_tells_its_story(instance: DagsterInstance, place: Place, seed_text: SeedText) -> None:
    place.put("a.txt", seed_text(0).replace("(七) 总计\t\t2", "(七) 总计\t\t3"))
    place.put("empty.txt", b"")
    done = execute(instance, place, {})
    told = [entry.user_message for entry in instance.all_logs(done.run_id) if entry.level >= logging.INFO]
    assert f"2 files under {place.raw}, 0 unchanged" in told
    assert "rejected: empty 1\n  empty.txt: empty: the file has no text in it" in told
    assert any(line.startswith("2025: 1 reports read, 0 unchanged, 0 rejected") for line in told)
    assert (
        f"{place.settings.warehouse}: 1 reports of 1 agencies, 2025–2025\n"
        "  files    2 new, 0 changed, 0 removed\n"
        "  flagged  applicant_total 1, balance 1, disposition_total 1, narrative_received 1, narrative_parts 1\n"
        "  formats  text 1" in told
    )
    made = instance.get_latest_materialization_event(AssetKey("warehouse")).asset_materialization
    worst = [record.data for record in made.metadata["worst issues"].records]
    assert [case["severity"] for case in worst] == ["error"] * 4 + ["warning"]
    assert {case["where"] for case in worst if case["rule"] == "disposition_total"} == {"a.txt:76"}


def execute(instance: DagsterInstance, place: Place, tags: dict[str, str], *assets: str) -> ExecuteInProcessResult:
    """A run of the job with these tags, over all assets or some."""
    return defs.resolve_job_def("ingest").execute_in_process(
        instance=instance,
        run_config={"resources": {"workplace": {"config": workplace(place.settings, [place.raw]).model_dump()}}},
        tags=tags,
        asset_selection=[AssetKey(name) for name in assets],
        raise_on_error=False,
    )


def test_the_warehouse_alone_is_not_built_from_stale_tables(
    instance: DagsterInstance, place: Place, seed_text: SeedText
) -> None:
    place.put("a.txt", seed_text(4))
    assert run(instance, place, place.raw, "2024").success
    place.put("a.txt", seed_text(4) + "\n")
    collect.collect([place.raw], place.settings)
    before = place.settings.warehouse.read_bytes()
    with pytest.raises(PublishError, match="the reports of 2024 changed and their tables have not been read since"):
        publish(place.settings, PublishingRun("test", datetime(2026, 11, 23), datetime(2026, 11, 23)))
    assert place.settings.warehouse.read_bytes() == before


def test_contradictions_show_as_a_warning(instance: DagsterInstance, place: Place, seed_text: SeedText) -> None:
    place.put("a.txt", seed_text(0).replace("(七) 总计\t\t2", "(七) 总计\t\t3"))
    result = run(instance, place, place.raw)
    assert result.success
    found = {check.check_name: check for check in result.get_asset_check_evaluations()}
    assert {name for name, check in found.items() if not check.passed} == {"sums", "narrative"}
    sums = found["sums"]
    assert sums.severity.value == "WARN"
    assert (sums.metadata["errors"].value, sums.metadata["reports"].value) == (3, 1)
    assert sums.metadata["cases"].records[0].data["agency"] == "红旗区东街街道办事处"
    counts = {record.data["rule"]: record.data["failed"] for record in sums.metadata["rules"].records}
    assert counts == {"applicant_total": 1, "balance": 1, "disposition_total": 1}
    ours = {"keys_unique", "facts_have_reports", "files_accounted_for", "tables_read", "rows_valid"}
    assert {check.severity.value for name, check in found.items() if name in ours} == {"ERROR"}


def test_our_own_faults_show_as_errors(
    instance: DagsterInstance, place: Place, seed_text: SeedText, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*_: object) -> None:
        raise ValueError("a fault of the reader")

    place.put("a.txt", seed_text(0))
    with monkeypatch.context() as broken:
        broken.setattr("pipeline.reader.extraction.match", breaks)
        result = run(instance, place, place.raw)
    found = {check.check_name: check for check in result.get_asset_check_evaluations()}
    assert not found["rows_valid"].passed
    assert found["rows_valid"].severity.value == "ERROR"
    assert "a fault of the reader" in str(found["rows_valid"].metadata["cases"].records[0].data["message"])


def test_a_sentence_that_broke_the_reader_shows_as_an_error(
    instance: DagsterInstance, place: Place, seed_text: SeedText, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*_: object) -> None:
        raise ValueError("a fault of the reader")

    place.put("a.txt", seed_text(0))
    with monkeypatch.context() as broken:
        broken.setattr("pipeline.reader.narrative.claims._SentenceReader.read", breaks)
        result = run(instance, place, place.raw)
    found = {check.check_name: check for check in result.get_asset_check_evaluations()}
    assert not found["rows_valid"].passed
    assert "程序出错" in str(found["rows_valid"].metadata["cases"].records[0].data["message"])
    assert place.query("SELECT count(*) FROM fact_application_handling") == [(25,)]


def test_a_refused_warehouse_shows_which_check_refused_it(
    instance: DagsterInstance, place: Place, seed_text: SeedText, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.put("a.txt", seed_text(0))
    assert run(instance, place, place.raw).success
    before = place.settings.warehouse.read_bytes()
    faults = {"keys_unique": ["dim_report has 1 keys (agency_id, year) more than once"]}
    monkeypatch.setattr("pipeline.warehouse.duckdb_file_publish.check", lambda _con: faults)
    place.put("b.txt", seed_text(1))
    result = run(instance, place, place.raw)
    assert not result.success
    (check,) = result.get_asset_check_evaluations()
    assert (check.check_name, check.passed, check.severity.value) == ("keys_unique", False, "ERROR")
    assert place.settings.warehouse.read_bytes() == before


def test_a_failed_asset_fails_the_run_and_its_re_execution_mends_it(
    instance: DagsterInstance, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    config = {"resources": {"workplace": {"config": workplace(place.settings, [SEEDS]).model_dump()}}}
    tags = {"dagster/asset_partition_range_start": "2024", "dagster/asset_partition_range_end": "2025"}
    job = reconstructable(_ingest_job)
    with monkeypatch.context() as broken:
        broken.setattr(steps, "read_years", fails)
        first = execute_job(job, instance, run_config=config, tags=tags)
        assert not first.success
        assert not place.settings.warehouse.exists()
        first_id = first.run_id
    again = execute_job(
        job,
        instance,
        run_config=config,
        tags=tags,
        reexecution_options=ReexecutionOptions.from_failure(first_id, instance),
    )
    assert again.success
    assert {event.step_key for event in again.filter_events(lambda e: e.is_step_success)} == {
        "report_tables",
        "warehouse",
        "warehouse_diff",
    }
    assert place.query("SELECT count(*) FROM dim_report") == [(5,)]


def _ingest_job():  # type: ignore[no-untyped-def]
    return defs.resolve_job_def("ingest")


def test_ogi_ingest_is_in_the_history(ogi: Ogi, place: Place) -> None:
    said = text(ogi("ingest", SEEDS))
    with DagsterInstance.from_config(str(place.settings.dagster_home)) as instance:
        (record,) = instance.get_run_records()
        assert record.dagster_run.job_name == "ingest"
        assert record.dagster_run.is_success
        assert record.dagster_run.run_id in said
        assert record.dagster_run.tags["ogi/started_by"] == "ogi ingest"
        assert instance.get_materialized_partitions(AssetKey(FACTS[0])) == {"2024", "2025"}
        # By the first, the UI lists the run under its job; by the second, it executes it again.
        assert record.dagster_run.tags_for_storage()[".dagster/repository"] == "__repository__@ogi"
        assert record.dagster_run.remote_job_origin.location_name == "ogi"
    assert place.query("SELECT run_id FROM ingest_run") == [(record.dagster_run.run_id,)]


@pytest.mark.parametrize(
    ("file", "path"),
    [
        ("workspace.yaml", ["load_from", 0, "python_module", "location_name"]),
        ("deploy/workspace.yaml", ["load_from", 0, "grpc_server", "location_name"]),
        ("deploy/kubernetes/values.yaml", ["dagster-user-deployments", "deployments", 0, "name"]),
    ],
)
def test_runs_of_ogi_ingest_name_the_code_location_that_each_deployment_has(file: str, path: list[str | int]) -> None:
    found: Any = yaml.safe_load((PROJECT / file).read_text())
    for key in path:
        found = found[key]
    assert found == "ogi"


def test_a_failed_ogi_ingest_is_in_the_history_too(ogi: Ogi, place: Place) -> None:
    text(ogi("ingest", SEEDS, "--warehouse", "/proc/ogi.duckdb"), 1)
    with DagsterInstance.from_config(str(place.settings.dagster_home)) as instance:
        (record,) = instance.get_run_records()
        assert record.dagster_run.is_failure
