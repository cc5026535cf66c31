"""What a run of a few files costs, without a clock: what it imports, how many events it has, how they are written."""

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from dagster import AssetKey, AssetRecordsFilter, DagsterEventType, DagsterInstance

from assets import cheap_events, states
from assets.dagster_private import sqlite_event_log
from assets.resources import workplace
from pipeline.definitions import defs
from pipeline.staging.folder import Staging
from tests.conftest import SEEDS, Place
from tests.support.dagster_runs import FACTS
from tests.support.ogi import PATIENCE, Ogi, text
from tests.support.workspace import SeedText

#: Runs the command, and prints the modules that were imported by its end.
_MODULES = """
import sys
from pipeline.cli.main import main
try:
    main(["ingest", sys.argv[1]])
except SystemExit as end:
    print("\\n".join(["MODULES", *sorted(sys.modules)]))
    raise
"""
#: What only reading reports needs, and what a run never does.
_OF_READING = (
    "pipeline.reader.extraction",
    "pipeline.reader.frames",
    "pipeline.reader.raw_report",
    "pipeline.reader.tables",
)
_OF_VALIDATION = ("pipeline.staging.validate", "pipeline.staging.duplicates")
_NEVER = (
    "altair",
    "pandas",
    "xlsxwriter",
    "pipeline.export",
    "pipeline.site",
    "pyarrow.compute",
    "celery",
)


def test_a_run_without_changes_imports_nothing_that_reads(place: Place, ogi: Ogi) -> None:
    text(ogi("ingest", SEEDS))
    done = subprocess.run(
        [sys.executable, "-c", _MODULES, str(SEEDS)],
        env={**os.environ, **place.environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )
    assert done.returncode == 0, done.stderr
    said, _, modules = done.stdout.partition("MODULES")
    assert "nothing was published" in said
    assert {*modules.split()} & {*_OF_READING, *_OF_VALIDATION, *_NEVER, "pipeline.reader.narrative.claims"} == set()


def test_a_run_has_few_events(place: Place, ogi: Ogi) -> None:
    def events() -> dict[str, int]:
        """By type, the events of the latest run."""
        text(ogi("ingest", SEEDS))
        with DagsterInstance.from_config(str(place.settings.dagster_home)) as instance:
            (run,) = instance.get_runs(limit=1)
            kinds = [entry.dagster_event_type for entry in instance.all_logs(run.run_id)]
        return {kind.value if kind else "told": kinds.count(kind) for kind in kinds}

    first, second = events(), events()
    assert sum(first.values()) <= 75
    assert sum(second.values()) <= 60
    # Two years of three tables at first; then only the three assets that are made every time.
    assert (first["ASSET_MATERIALIZATION"], second["ASSET_MATERIALIZATION"]) == (9, 3)


def execute(instance: DagsterInstance, place: Place) -> bool:
    """A run of the job over all years."""
    result = defs.resolve_job_def("ingest").execute_in_process(
        instance=instance,
        run_config={"resources": {"workplace": {"config": workplace(place.settings, [place.raw]).model_dump()}}},
        raise_on_error=False,
    )
    return result.success


def recorded(instance: DagsterInstance, year: int) -> list[int]:
    """How often a year of each table was recorded."""
    return [
        len(instance.fetch_materializations(AssetRecordsFilter(AssetKey(name), [str(year)]), limit=100).records)
        for name in FACTS
    ]


@pytest.mark.usefixtures("removal_is_allowed")
def test_only_years_that_changed_are_recorded(instance: DagsterInstance, place: Place, seed_text: SeedText) -> None:
    place.put("a.txt", seed_text(4))
    place.put("b.txt", seed_text(0))
    assert execute(instance, place)
    place.put("b.txt", seed_text(0) + "\n")
    assert execute(instance, place)
    assert execute(instance, place)
    assert (recorded(instance, 2024), recorded(instance, 2025)) == ([1, 1, 1], [2, 2, 2])
    (place.raw / "a.txt").unlink()
    assert execute(instance, place)
    assert execute(instance, place)
    assert (recorded(instance, 2024), recorded(instance, 2025)) == ([2, 2, 2], [2, 2, 2])


def test_a_year_that_was_read_and_not_recorded_is_recorded_by_the_next_run(
    instance: DagsterInstance, place: Place, seed_text: SeedText, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As after a run that was killed while it recorded."""
    place.put("a.txt", seed_text(4))
    made = states.made

    def ended(context: object, asset: str, *rest: object) -> None:
        if asset == FACTS[0]:
            raise MemoryError
        made(context, asset, *rest)  # type: ignore[arg-type]

    with monkeypatch.context() as broken:
        broken.setattr(states, "made", ended)
        assert not execute(instance, place)
    assert Staging(place.settings.staging).stale_years() == []
    assert recorded(instance, 2024)[0] == 0
    assert execute(instance, place)
    assert min(recorded(instance, 2024)) == 1


def test_a_step_that_fails_before_it_announced_a_year_is_shown_as_failed(
    instance: DagsterInstance, place: Place, seed_text: SeedText, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise OSError(28, "No space left on device")

    place.put("a.txt", seed_text(4))
    assert execute(instance, place)
    with monkeypatch.context() as broken:
        broken.setattr(states, "recorded", fails)
        assert not execute(instance, place)
    for name in FACTS:
        announced = instance.get_latest_planned_materialization_info(AssetKey(name))
        made = instance.get_latest_materialization_event(AssetKey(name))
        assert announced is not None
        assert made is not None
        assert announced.run_id != made.run_id


def test_events_are_whole_on_the_disk_when_a_run_is_over(instance: DagsterInstance, place: Place) -> None:
    place.put("empty.txt", b"")
    assert execute(instance, place)
    runs = place.settings.dagster_home / "history" / "runs"
    (database,) = [path for path in runs.glob("*.db") if path.stem != "index"]
    assert not list(runs.glob("*-wal"))
    with sqlite3.connect(database) as con:
        assert con.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        ended = "SELECT count(*) FROM event_logs WHERE dagster_event_type = ?"
        assert con.execute(ended, [DagsterEventType.RUN_SUCCESS.value]).fetchone() == (1,)


def test_only_databases_with_a_log_go_without_waiting_and_all_is_undone(tmp_path: Path) -> None:
    """Without a write-ahead log, a database could be damaged when the machine goes down."""
    before = (sqlite_event_log.create_engine, ScriptDirectory.from_config)
    found = {}
    for mode in ("wal", "delete"):
        path = tmp_path / f"{mode}.db"
        with sqlite3.connect(path) as con:
            con.execute(f"PRAGMA journal_mode = {mode}")
            con.execute("CREATE TABLE t (x)")
        con.close()
        with cheap_events.cheap_events(), cheap_events.cheap_events():
            engine = sqlite_event_log.create_engine(f"sqlite:///{path}")
            assert sqlite_event_log.create_engine(f"sqlite:///{path}") is engine
            with engine.connect() as connection:
                found[mode] = connection.exec_driver_sql("PRAGMA synchronous").scalar()
            engine.dispose()
    assert found == {"wal": 1, "delete": 2}
    assert (sqlite_event_log.create_engine, ScriptDirectory.from_config) == before
