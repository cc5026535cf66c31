"""What `ogi ingest` publishes, refuses and leaves alone, night after night, as a person at the command line sees it."""

import json
import runpy
import shutil

import duckdb
import pytest
from dagster import AssetKey, DagsterInstance

from assets.resources import workplace
from pipeline.definitions import defs
from pipeline.warehouse.kept_files import previous_path
from tests.conftest import SEEDS, SHARED, Place
from tests.support.dagster_runs import run
from tests.support.ogi import Ogi, text
from tests.support.workspace import SeedText


def test_the_command_refuses_and_allows(place: Place, ogi: Ogi) -> None:
    shutil.copytree(SEEDS, place.raw)
    text(ogi("ingest"))
    next(place.raw.glob("000*")).unlink()
    said = text(ogi("ingest"), 1)
    assert said.startswith(f"ogi: {place.settings.warehouse}: nothing was published, because 1 of the 5 published ")
    assert said.count("\n") == 1
    said = text(ogi("ingest", "--allow-removal"))
    assert "  dropped   1 report (file gone 1)\n" in said


def test_it_is_a_failed_check_in_the_ui_and_is_allowed_there(
    instance: DagsterInstance, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(SEEDS, place.raw)
    job = defs.resolve_job_def("ingest")
    tags = {"dagster/asset_partition_range_start": "2024", "dagster/asset_partition_range_end": "2025"}

    def launch(config: dict[str, object], whole: bool = True):  # type: ignore[no-untyped-def]
        workplace_config = {**(workplace(place.settings).model_dump() if whole else {}), **config}
        return job.execute_in_process(
            instance=instance,
            run_config={"resources": {"workplace": {"config": workplace_config}}},
            tags=tags,
            raise_on_error=False,
        )

    assert launch({}).success
    before = place.settings.warehouse.read_bytes()
    next(place.raw.glob("000*")).unlink()
    failed = launch({})
    (check,) = failed.get_asset_check_evaluations()
    assert (check.check_name, check.passed, check.blocking) == ("reports_kept", False, False)
    assert "红旗区东街街道办事处 2025 (000_033f902188b2577c.txt): file gone" in str(check.metadata["faults"].value)
    assert not failed.success
    assert place.settings.warehouse.read_bytes() == before
    # What a person writes in the launchpad.
    monkeypatch.setenv("OGI_SOURCE", str(place.settings.source))
    monkeypatch.setenv("OGI_STAGING", str(place.settings.staging))
    monkeypatch.setenv("OGI_WAREHOUSE", str(place.settings.warehouse))
    allowed = launch({"allow_removal": True}, whole=False)
    assert allowed.success
    (check,) = [each for each in allowed.get_asset_check_evaluations() if each.check_name == "reports_kept"]
    assert check.passed
    assert place.query("SELECT count(*) FROM dim_report") == [(4,)]


def test_publications_are_listed_compared_and_brought_back(place: Place, ogi: Ogi, seed_text: SeedText) -> None:
    path = place.settings.warehouse
    for name, number in (("a.txt", 0), ("b.txt", 4), ("c.txt", 3)):
        place.put(name, seed_text(number))
        text(ogi("ingest"))
        assert "unchanged since 20" in text(ogi("ingest"))
    rows = json.loads(text(ogi("history", "--format", "json")))
    assert [(row["reports"], row["new"]) for row in rows] == [(3, 1), (2, 1), (1, 1)]
    assert rows[0]["kept"] == "published"
    assert rows[1]["kept"] == "ogi.previous.duckdb"
    assert rows[2]["kept"].startswith("ogi.previous/20")
    first, last = rows[2]["run"], rows[0]["run"]
    assert [row[1] for row in place.query("FROM (SELECT finished_at, run_id FROM ingest_run) ORDER BY 1")] == [
        row["run"] for row in reversed(rows)
    ]

    def added(*words: str) -> int:
        found = json.loads(text(ogi("diff", *words, "--format", "json")))
        return sum(row["added"] for row in found if row["table_name"] == "dim_report")

    assert (added(), added("previous"), added(first[:6]), added(first, "previous")) == (1, 1, 2, 1)
    assert "nothing is kept of a run abcdef0; `ogi history` lists what is kept" in text(ogi("diff", "abcdef0"), 2)

    before = path.read_bytes()
    said = text(ogi("restore", first[:8]))
    assert said.splitlines()[0] == f"{path}: 1 reports, as run {first} published them ({rows[2]['kept']})"
    assert place.query("SELECT count(*) FROM dim_report") == [(1,)]
    rows = json.loads(text(ogi("history", "--format", "json")))
    assert [(row["reports"], row["restored"]) for row in rows] == [(1, first), (3, None), (2, None), (1, None)]
    assert (rows[0]["new"], rows[0]["changed"], rows[0]["removed"]) == (0, 0, 2)
    assert previous_path(path).read_bytes() == before  # what was replaced can be brought back in turn
    path.write_bytes(b"damaged" * 1000)
    text(ogi("restore", last[:8]))
    assert place.query("SELECT count(*) FROM dim_report") == [(3,)]
    path.unlink()
    text(ogi("restore", "previous"))
    assert place.query("SELECT count(*) FROM dim_report") == [(3,)]
    now = json.loads(text(ogi("history", "--format", "json")))[0]["run"]
    assert "is what is published now" in text(ogi("restore", now), 1)
    # The next run brings the warehouse up to date, from whatever was restored.
    text(ogi("restore", first[:8]))
    assert "3 reports of 3 agencies" in text(ogi("ingest"))
    contract = runpy.run_path(str(SHARED / "check_contract.py"))
    tables = contract["contract_tables"]((SHARED / "contract.md").read_text(encoding="utf-8"))
    with duckdb.connect(str(path), read_only=True) as con:
        assert contract["violations"](con, tables) == []


def test_a_dry_run_tells_what_a_run_would_do_and_does_nothing(place: Place, ogi: Ogi, seed_text: SeedText) -> None:
    for name, number in (("a.txt", 0), ("b.txt", 4), ("c.txt", 3)):
        place.put(name, seed_text(number))
    said = text(ogi("ingest", "--dry-run"))
    assert said.startswith(f"{place.settings.warehouse}: a run would publish 3 reports; nothing that can be read is")
    assert not place.settings.warehouse.parent.exists()
    text(ogi("ingest"))

    def everything() -> dict[str, bytes]:
        folders = (place.settings.warehouse.parent, place.settings.staging)
        return {str(path): path.read_bytes() for each in folders for path in each.rglob("*") if path.is_file()}

    before = everything()
    assert "a run would publish nothing, unchanged since 20" in text(ogi("ingest", "--dry-run"))
    place.put("new.txt", seed_text(2))
    place.put("a.txt", seed_text(0) + "\n")
    place.put("empty.txt", b"")
    place.put("other.txt", "年度报告\n" * 3)
    (place.raw / "b.txt").unlink()
    done = ogi("ingest", "--dry-run")
    assert done.returncode == 1
    assert done.stdout.decode().splitlines()[0] == (
        f"{place.settings.warehouse}: a run would be refused; 3 are published"
    )
    assert "1 of the 3 published reports would be dropped" in done.stderr.decode()
    lines = text(ogi("ingest", "--dry-run", "--allow-removal")).splitlines()
    assert lines[0] == f"{place.settings.warehouse}: a run would publish 3 reports; 3 are published"
    wanted = ["new 3 files", "empty.txt", "new.txt", "other.txt", "changed 1 file", "a.txt", "removed 1 file", "b.txt"]
    assert [" ".join(line.split()) for line in lines[2:10]] == wanted
    assert lines[10].startswith("  rejected  2 files (")
    assert lines[10].endswith("2 of them not rejected before")
    assert lines[-1] == "            红旗区渠东街道办事处 2024 (b.txt): gone"
    assert everything() == before
    assert "leave out --year" in text(
        ogi("ingest", "--dry-run", "--year", "2024", "--warehouse", "ducklake:sqlite:x"), 2
    )


def test_a_run_that_changes_nothing_says_so_in_the_ui(instance: DagsterInstance, place: Place) -> None:
    shutil.copytree(SEEDS, place.raw)
    for expected in ("yes", "no: unchanged since 20"):
        assert run(instance, place, place.raw).success
        event = instance.get_latest_materialization_event(AssetKey("warehouse"))
        assert event is not None
        assert event.asset_materialization is not None
        assert str(event.asset_materialization.metadata["published"].value).startswith(expected)
