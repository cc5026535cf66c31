"""A year that is read in shards, by whom and how often ever, is the year that is read as a whole; and so is one whose
steps were executed by workers that were killed.
"""

import json
import os
import random
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import polars as pl
import pytest
from dagster import AssetKey, DagsterEventType, DagsterInstance, DagsterRunStatus

from assets import distributed, housekeeping, tables
from assets.partitions import range_tags
from assets.resources import ALIVE, EXECUTION, workplace
from pipeline.addresses import Lake
from pipeline.cli import dagster_run
from pipeline.definitions import INGEST, defs
from pipeline.settings import PROJECT, Settings
from pipeline.staging import collect, fingerprints, parts, shards, year_tables
from pipeline.staging import folder as staging
from pipeline.staging import steps as ingest
from pipeline.staging.folder import Staging
from pipeline.staging.parquet import StagingError
from pipeline.warehouse import connection, target
from pipeline.warehouse.errors import PublishError
from pipeline.warehouse.provenance import PublishingRun
from tests.conftest import Place
from tests.generator import corpus, generate
from tests.support.endurance import times
from tests.support.nights import content, files, keep_much, nightly, step, without_history
from tests.support.services import S3, Postgres, Redis
from tests.support.workers import LOST_AFTER, PATIENCE, Workers, catch, ended, opened, parent, program, started

NOW = datetime(2026, 11, 26)
YEARS = [2022, 2023, 2024]
#: A report that names agency and year, and has no tables: rejected where it is read.
BARE = "新乡市红旗区{}人民政府2023年政府信息公开工作年度报告\n一、总体情况\n本年未收到申请。\n"


def several(place: Place, reports: int = 90) -> Place:
    """Reports of three years: several of some agencies, some that are rejected at once, some where they are read."""
    for seed in range(reports):
        report = generate(seed, year=YEARS[seed % 3])
        place.put(report.name, report.data)
        if seed % 7 == 0:
            place.put(f"twins/{report.name}", report.data + b"\n" * (seed % 2))
    for name in ("洪门镇", "关堤乡", "小店镇", "和平路街道"):
        place.put(f"bare/{name}.txt", BARE.format(name))
    place.put("empty.txt", b"")
    return place


def small(place: Place, shard: int = 8) -> Settings:
    """Settings by which the years are cut into several shards."""
    return place.settings.model_copy(update={"shard_reports": shard})


def beside(place: Place, folder: Path) -> Place:
    """A place with the same reports and nothing else."""
    other = Place(folder)
    other.raw.parent.mkdir(parents=True)
    other.raw.symlink_to(place.raw)
    return other


def read_in_shards(settings: Settings, rng: random.Random, again: bool = False) -> list[str]:
    """Read what is stale in shards: in any order, some twice."""
    years = Staging(settings.staging).years() if again else Staging(settings.staging).stale_years()
    names = shards.plan(years, settings, again=again)
    for name in rng.sample(names, len(names)) + rng.choices(names, k=len(names) and 3):
        shards.read(name, settings)
    shards.finish(years, settings)
    shards.forget(years, settings)
    return names


def publish(place: Place) -> None:
    """Publish what is staged, whatever that removes, as ``nightly`` does."""
    target.publish(place.settings, PublishingRun("test", NOW, NOW, allow_removal=True))


def staged(settings: Settings) -> dict[str, list[str]]:
    """The rows of every staged table that count, sorted."""
    place = Staging(settings.staging)
    found = {}
    for year in place.years():
        for name in (*ingest.TABLE_NAMES, "rejected_report", "superseded_report", "read_from"):
            frame = pl.concat([rows.lazy() for rows in place.parts(name, year)]).collect()
            found[f"{name} {year}"] = sorted(map(repr, frame.select(pl.exclude("part")).rows()))
    return found


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """Three years, collected, read as ever, and published. Tests only read it."""
    place = several(Place(tmp_path_factory.mktemp("whole")))
    collect.collect([place.raw], place.settings)
    ingest.read_years(YEARS, place.settings)
    publish(place)
    return place


@pytest.fixture
def collected(whole: Place, tmp_path: Path) -> Place:
    """The same three years, collected."""
    place = beside(whole, tmp_path / "shards")
    collect.collect([place.raw], place.settings)
    return place


@pytest.mark.parametrize("seed", range(3))
def test_shards_are_the_year(whole: Place, collected: Place, seed: int) -> None:
    place, settings = collected, small(collected)
    names = read_in_shards(settings, random.Random(seed))
    assert {name.split("_")[0] for name in names} == set(map(str, YEARS))
    assert all(len(list(settings.staging.glob(f"tables/dim_report/{year}*"))) >= 4 for year in YEARS)
    assert staged(settings) == staged(whole.settings)
    assert not list((settings.staging / "shards").iterdir())
    assert not Staging(settings.staging).stale_years()
    publish(place)
    found = content(place)
    assert found == content(whole)
    rejected = {reason for (reason,) in place.query("SELECT DISTINCT reason FROM rejected_report")}
    assert rejected >= {"empty", "no_tables"}
    assert {"same_content", "file_order"} <= {row[-1] for row in found["superseded_report"]}


def test_a_night_adds_parts(place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fingerprints, "TICK_NS", 0)
    several(place)
    settings = small(place)
    collect.collect([place.raw], settings)
    read_in_shards(settings, random.Random(1))
    before = {path.name for path in settings.staging.glob("tables/dim_report/2023*")}
    for seed in range(900, 905):
        place.put(f"late/{seed}.txt", generate(seed, year=2023).data)
    changed = place.raw / generate(1, year=2023).name
    changed.write_bytes(changed.read_bytes() + b"\n")
    collect.collect([place.raw], settings)
    names = read_in_shards(small(place, 3), random.Random(2))
    assert len([each for each in names if each.startswith("2023")]) > 1
    after = {path.name for path in settings.staging.glob("tables/dim_report/2023*")}
    assert before < after
    other = beside(place, tmp_path / "whole")
    collect.collect([other.raw], other.settings)
    ingest.read_years(YEARS, other.settings)
    assert staged(settings) == staged(other.settings)
    publish(place)
    publish(other)
    assert content(place) == content(other)


def test_what_was_counted_is_the_same(whole: Place, collected: Place) -> None:
    settings = small(collected)
    for name in shards.plan(YEARS, settings):
        shards.read(name, settings)
    assert shards.finish(YEARS, settings) == {year: ingest.staged_year(year, whole.settings) for year in YEARS}


def test_every_machine_writes_the_same_bytes(collected: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = small(collected, 30)
    names = shards.plan(YEARS, settings)
    there, here = settings.staging, tmp_path / "other"
    shutil.copytree(there, here)
    monkeypatch.setattr(ingest, "_FEWEST", 1)  # else one process reads so few
    for name in names:
        shards.read(name, settings.model_copy(update={"workers": 1}))
    for name in reversed(names):
        shards.read(name, settings.model_copy(update={"workers": 3, "staging": here, "batch_reports": 5}))
    for path in sorted(there.rglob("*")):
        if path.is_file() and path.name != ".lock":
            assert (here / path.relative_to(there)).read_bytes() == path.read_bytes(), path


def test_a_shard_that_is_missing_or_damaged_is_named(collected: Place) -> None:
    settings, place = small(collected), Staging(collected.settings.staging)
    *names, last = shards.plan([2023], settings)
    for name in names:
        shards.read(name, settings)
    with pytest.raises(StagingError, match=rf"^{last}: not read"):
        shards.finish([2023], settings)
    shards.read(last, settings)
    damaged = place.table("fact_application_handling", 2023)
    good = damaged.read_bytes()
    damaged.write_bytes(good[:-1] + b"x")
    with pytest.raises(StagingError, match=rf"^{names[0]}: not read, or what was written is damaged"):
        shards.finish([2023], settings)
    assert 2023 in place.stale_years()
    shards.read(names[0], settings)
    assert damaged.read_bytes() == good
    shards.finish([2023], settings)
    assert 2023 not in place.stale_years()
    # The step that did it may be executed again, before and after the plan is forgotten.
    assert shards.finish([2023], settings) == {2023: ingest.staged_year(2023, settings)}
    shards.forget([2023], settings)
    assert shards.finish([2023], settings) == {2023: ingest.staged_year(2023, settings)}


def test_a_catalogue_that_changed_meanwhile_is_noticed(place: Place) -> None:
    several(place, 30)
    settings = small(place)
    collect.collect([place.raw], settings)
    first, *names = shards.plan([2023], settings)
    shards.read(first, settings)
    place.put("late.txt", generate(900, year=2023).data)
    collect.collect([place.raw], settings)
    with pytest.raises(StagingError, match=r"2023: the reports that there are, or the program, changed"):
        shards.read(names[0], settings)
    with pytest.raises(StagingError, match=r"2023: the reports that there are, or the program, changed"):
        shards.finish([2023], settings)
    with pytest.raises(PublishError, match="2023"):
        publish(place)


def test_a_worker_of_another_version_reads_nothing(collected: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = small(collected)
    names = shards.plan([2023], settings)
    for module in (staging, year_tables):
        monkeypatch.setattr(module, "READER_VERSION", "another")
    with pytest.raises(StagingError, match="or worker of another version"):
        shards.read(names[0], settings)


def test_shards_of_another_plan_are_not_taken(collected: Place) -> None:
    settings = small(collected)
    for name in shards.plan([2023], settings, run="first"):
        shards.read(name, settings)
    noted = Staging(settings.staging).shard(2023, 0).read_text()
    names = shards.plan([2023], settings, run="second")
    assert not list(settings.staging.glob("shards/*.json"))
    for name in names[1:]:
        shards.read(name, settings)
    Staging(settings.staging).shard(2023, 0).write_text(noted)  # of a worker that comes late
    with pytest.raises(StagingError, match=names[0]):
        shards.finish([2023], settings)


def test_the_same_run_plans_the_same(collected: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """A step that is executed again must not plan to read again what stays, since the mark is withdrawn by now."""
    monkeypatch.setattr(fingerprints, "TICK_NS", 0)
    monkeypatch.setattr(parts, "LEAST_ALIVE", 0)
    settings = small(collected)
    read_in_shards(settings, random.Random(1))
    mark = settings.staging / "read" / "2023"
    before = json.loads(mark.read_text())
    # But for those of which an agency has several, all reports stay.
    names = shards.plan([2023], settings, again=False, run="a")
    assert len(names) == 1
    assert not mark.exists()
    plan = Staging(settings.staging).plan(2023).read_bytes()
    assert shards.plan([2023], settings, again=False, run="a") == names
    assert Staging(settings.staging).plan(2023).read_bytes() == plan
    shards.read(*names, settings)
    shards.finish([2023], settings)
    assert json.loads(mark.read_text())["counted"] == before["counted"]
    assert json.loads(mark.read_text())["generation"] == before["generation"]
    # To another run, a year without its mark is one of which nothing is known to be whole.
    shards.plan([2023], settings, again=False, run="b")
    assert len(shards.plan([2023], settings, again=False, run="c")) >= 4


@pytest.mark.parametrize("seed", range(200, 200 + times(15, 4)))
def test_a_sequence_of_nights_ends_as_a_build_from_nothing(
    place: Place, tmp_path: Path, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep_much(monkeypatch, seed)
    rng = random.Random(seed)
    stock = files(rng)
    told = []
    place.raw.mkdir(parents=True)
    for _ in range(rng.randint(3, 5)):
        told += [step(place, rng, stock) for _ in range(rng.randint(1, 3))]
        collect.collect([place.raw], place.settings)
        if rng.random() < 0.2:  # a night of a process that does it all
            nightly(place)
            continue
        read_in_shards(small(place, rng.randint(1, 3)), rng)
        publish(place)
    fresh = beside(place, tmp_path / "fresh")
    nightly(fresh)
    ours, wanted = without_history(place), without_history(fresh)
    assert ours == wanted, told


# With workers


def built(place: Place, folder: Path) -> dict[str, list[tuple]]:
    """What a plain local build gives of the same files."""
    other = beside(place, folder)
    collect.collect([other.raw], other.settings)
    ingest.read_years(Staging(other.settings.staging).stale_years(), other.settings)
    publish(other)
    return content(other)


def test_workers_build_what_one_process_builds(
    place: Place,
    workers: Callable[..., Workers],
    tmp_path: Path,
    s3: S3,
    postgres: Postgres,
) -> None:
    """Two workers, Dagster's books in PostgreSQL, the staging in a store; then a night in which one file came."""
    for report in corpus(1, 200):
        place.put(report.name, report.data)
    several(place, 30)
    postgres.database("dagster")
    staging_url = s3.bucket("distributed") + "/staging"
    team = workers(staging=staging_url, dagster_postgres=postgres.dsn("dagster"), scratch=place.folder / "scratch")
    code, said = team.ingest()
    assert code == 0, said + team.said()
    assert "Warning" not in said
    assert content(place) == built(place, tmp_path / "plain")
    with opened(place) as instance:
        (run,) = instance.get_runs()
        assert run.tags[EXECUTION] == "celery"
        steps = started(instance, run.run_id)
        assert sum("read[" in key for key in steps) > 14
        assert len({pid for pids in steps.values() for pid in pids}) == 2
        event = instance.get_latest_materialization_event(AssetKey("fact_reconsideration"))
        assert event is not None
        assert event.asset_materialization is not None
        shown = event.asset_materialization.metadata
        assert str(shown["file"].value).startswith(staging_url)
        assert len(instance.get_materialized_partitions(AssetKey("fact_reconsideration"))) >= 7
    there = s3.objects("distributed")
    assert not [name for name in there if "shards/" in name]
    place.put("late.txt", generate(900, year=2023).data)
    code, said = team.ingest()
    assert code == 0, said + team.said()
    found, wanted = without_history(place), built(place, tmp_path / "plain again")
    assert {name: sorted(map(repr, rows)) for name, rows in found.items()} == {
        name: sorted(map(repr, rows)) for name, rows in wanted.items()
    }
    now = s3.objects("distributed")
    changed = {name.rpartition("/")[2] for name in now if "tables/dim_report" in name and now[name] != there.get(name)}
    assert len(changed) == 1  # 2023 has a further part, and nothing else was written


@pytest.mark.parametrize("what", ["process", "worker"])
def test_a_step_whose_worker_was_killed_is_executed_again(
    place: Place, workers: Callable[..., Workers], tmp_path: Path, what: str
) -> None:
    several(place, 60)
    team = workers()
    with opened(place) as instance, team.ingesting() as process:
        key, pid = catch(instance, process)
        if what == "worker":
            team.kill(parent(pid))
            time.sleep(LOST_AFTER + 1)
            team.start("c")  # a worker looks for what others lost soon after its start, and then every 100 s
        else:
            os.kill(pid, signal.SIGKILL)
        said, _ = process.communicate(timeout=PATIENCE)
        assert process.returncode == 0, said + team.said()
        (run,) = instance.get_runs()
        assert run.status is DagsterRunStatus.SUCCESS
        steps = started(instance, run.run_id)
        assert len(steps[key]) == 2
        assert [other for other, pids in steps.items() if len(pids) > 1] == [key]
    assert content(place) == built(place, tmp_path / "plain")


def test_a_step_that_was_done_is_not_done_again(place: Place, workers: Callable[..., Workers], tmp_path: Path) -> None:
    """A worker that is killed when a step is done, and before the queue knows."""
    several(place, 60)
    team = workers()
    with opened(place) as instance, team.ingesting() as process:
        key, pid = catch(instance, process)
        worker = parent(pid)
        os.kill(worker, signal.SIGSTOP)
        os.kill(pid, signal.SIGCONT)
        (run,) = instance.get_runs()
        while key not in ended(instance, run.run_id):
            assert process.poll() is None
            time.sleep(0.05)
        time.sleep(1)  # until the result is in Redis
        team.kill(worker)
        said, _ = process.communicate(timeout=PATIENCE)
        assert process.returncode == 0, said + team.said()
        team.start("c")
        deadline = time.monotonic() + PATIENCE
        while "Task already completed successfully" not in team.said():
            assert time.monotonic() < deadline, team.said()
            time.sleep(0.2)
        assert len(started(instance, run.run_id)[key]) == 1
    assert content(place) == built(place, tmp_path / "plain")


def test_a_step_that_kills_its_worker_each_time_is_given_up(place: Place, workers: Callable[..., Workers]) -> None:
    several(place, 30)
    team = workers()
    with opened(place) as instance, team.ingesting() as process:
        key, pid = catch(instance, process)
        (run,) = instance.get_runs()
        killed: list[int] = []
        while process.poll() is None:
            for pid in started(instance, run.run_id)[key]:
                if pid not in killed and key not in ended(instance, run.run_id):
                    os.kill(pid, signal.SIGKILL)
                    killed.append(pid)
            time.sleep(0.02)
        said, _ = process.communicate()
        assert process.returncode == 1
        assert "4 times the process that executed this step was killed" in said
        assert "OGI_SHARD_REPORTS" in said
        assert len(killed) == 4
    assert not place.settings.warehouse.exists()
    code, said = team.ingest()
    assert code == 0, said


def test_a_step_that_failed_is_told(place: Place, workers: Callable[..., Workers]) -> None:
    several(place, 6)
    manifest = place.put("manifest.csv", "agency,year\n洪门镇,2023\n")
    code, said = workers("a").ingest()
    assert code == 1
    assert (
        f"step raw_reports: {manifest}, line 1: manifest.csv cannot be understood: it has no column named file" in said
    )


def test_without_a_broker_nothing_waits(place: Place, redis: Redis, workers: Callable[..., Workers]) -> None:
    several(place, 6)
    redis.kill()
    code, said = workers("").ingest()
    assert code == 1
    assert f"{redis.url}: the broker does not answer" in said
    assert "OGI_BROKER" in said


@pytest.mark.parametrize("executed_by", ["in_process", "celery"])
def test_a_run_of_some_years_reads_and_replaces_only_these(
    place: Place, workers: Callable[..., Workers], tmp_path: Path, executed_by: str
) -> None:
    """Into a lake in which 2023 is another writer's; this one has reports of three years."""
    lake = Lake(f"sqlite:{tmp_path}/lake/ogi.sqlite")
    other = Place(tmp_path / "other")
    for year, count in ((2022, 3), (2023, 4), (2024, 30)):
        for seed in range(count):
            place.put(f"ours/{year}/{seed}.txt", generate(100 * year + seed, year=year).data)
    for seed in range(5):
        other.put(f"theirs/{seed}.txt", generate(seed, year=2023).data)
    their_settings = other.settings.model_copy(update={"warehouse": lake})
    collect.collect([other.raw], their_settings)
    ingest.read_years([2023], their_settings)
    target.publish(their_settings, PublishingRun("theirs", NOW, NOW), [2023])

    def files_of() -> set[tuple[str, int]]:
        with connection.connect(lake) as con:
            return set(con.execute("SELECT source_file, year FROM dim_report").fetchall())

    def told(run_id: str) -> set[str]:
        """The partitions that a run materialized, of any table."""
        with opened(place) as instance:
            entries = instance.all_logs(run_id, of_type=DagsterEventType.ASSET_MATERIALIZATION)
            return {each.get_dagster_event().partition for each in entries} - {None}

    def runs() -> list[str]:
        """The runs so far, first the last."""
        with opened(place) as instance:
            return [run.run_id for run in instance.get_runs()]

    theirs = files_of()
    assert {year for _, year in theirs} == {2023}
    team = workers("a" if executed_by == "celery" else "", warehouse=lake, execution=executed_by)
    code, said = team.ingest("--year", 2024)
    assert code == 0, said + team.said()
    staged_here = Staging(place.settings.staging)
    assert staged_here.table_years("dim_report") == [2024]
    assert staged_here.stale_years() == [2022, 2023]
    (first,) = runs()
    assert told(first) == {"2024"}
    ours = files_of() - theirs
    assert files_of() > theirs
    assert {year for _, year in ours} == {2024}
    assert len(ours) > 20

    # Another night: it is not a year that somebody asks to be read again.
    mark = (place.settings.staging / "read" / "2024").read_bytes()
    code, said = team.ingest("--year", 2024)
    assert code == 0, said + team.said()
    assert (place.settings.staging / "read" / "2024").read_bytes() == mark
    assert files_of() == theirs | ours

    # Dagster knows no run of 2022 and 2024 that is not about 2023.
    code, said = team.ingest("--year", 2024, "--year", 2022)
    assert code == 0, said + team.said()
    last, before, *_ = runs()
    assert (told(before), told(last)) == ({"2022"}, set())  # what is not made anew is not recorded
    assert staged_here.stale_years() == [2023]
    assert files_of() > theirs | ours
    assert {year for _, year in files_of() - theirs - ours} == {2022}

    # Reports that are gone are gone, of the run's years alone.
    for path in (place.raw / "ours").rglob("*.txt"):
        path.unlink()
    code, said = team.ingest("--year", 2024, "--allow-removal")
    assert code == 0, said + team.said()
    assert {year for _, year in files_of() - theirs} == {2022}
    assert files_of() > theirs


def test_years_of_a_run_that_are_not_read_are_not_made(place: Place, instance: DagsterInstance) -> None:
    """As when such a run is started from the UI for all partitions."""
    for year in (2023, 2024):
        place.put(f"{year}.txt", generate(year, year=year).data)
    settings = place.settings.model_copy(update={"warehouse": Lake(f"sqlite:{place.folder}/ogi.sqlite")})
    done = defs.resolve_job_def(INGEST).execute_in_process(
        instance=instance,
        run_config={"resources": {"workplace": {"config": workplace(settings, [place.raw], [2024]).model_dump()}}},
        tags=range_tags("2023", "2024"),
    )
    metadata = {
        event.partition: event.step_materialization_data.materialization.metadata
        for event in done.get_asset_materialization_events()
        if event.asset_key == AssetKey("fact_reconsideration")
    }
    assert metadata.keys() == {"2024"}
    assert metadata["2024"]["reports"].value == 1
    assert Staging(settings.staging).stale_years() == [2023]


def test_a_year_that_no_report_is_of_is_refused(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DAGSTER_HOME", raising=False)
    place.put("a.txt", generate(1, year=2024).data)
    settings = place.settings.model_copy(update={"warehouse": Lake(f"sqlite:{place.folder}/ogi.sqlite")})
    with pytest.raises(dagster_run.YearError, match=r"^2015, 2016: reports are of the years 2019 to "):
        dagster_run.ingest([place.raw], settings, lambda *_: None, [2015, 2024, 2016])
    assert not (place.folder / "ogi.sqlite").exists()
    assert not place.settings.staging.exists()


def test_for_dagster_the_assets_are_the_same() -> None:
    assert distributed.report_tables.specs_by_key == tables.report_tables.specs_by_key
    assert distributed.report_tables.backfill_policy == tables.report_tables.backfill_policy


@pytest.mark.parametrize("execution", ["celery", "kubernetes"])
def test_dagster_loads_what_is_executed_by_workers(place: Place, execution: str) -> None:
    place.settings.dagster_home.mkdir()
    done = subprocess.run(
        [program("dagster"), "definitions", "validate", "-m", "pipeline.definitions"],
        env={**os.environ, "DAGSTER_HOME": str(place.settings.dagster_home), "OGI_EXECUTION": execution},
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_the_home_says_where_dagster_keeps_its_books(place: Place) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("DAGSTER_HOME", raising=False)
        settings = place.settings.model_copy(update={"dagster_postgres": "postgresql://ogi@db/dagster"})
        text = (dagster_run.prepare_home(settings) / "dagster.yaml").read_text()
        assert 'postgres_url: "postgresql+psycopg2://ogi@db/dagster"' in text
        assert text.startswith((PROJECT / "dagster.yaml").read_text())
        assert "postgres" not in (dagster_run.prepare_home(place.settings) / "dagster.yaml").read_text()


@pytest.mark.parametrize("url", ["postgresql://ogi:secret@db/dagster", "mysql://ogi@db/dagster", "dagster"])
def test_a_database_that_cannot_be_written_down_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r"PGPASSWORD|postgresql://user@host/database"):
        Settings(dagster_postgres=url)


@pytest.mark.parametrize(
    ("tags", "dies"),
    [
        ({}, True),
        ({EXECUTION: "celery"}, False),
        ({EXECUTION: "celery", ALIVE: "{now}"}, False),
        ({EXECUTION: "celery", ALIVE: "{long_ago}"}, True),
    ],
)
def test_runs_of_workers_are_not_taken_for_dead(
    instance: DagsterInstance, monkeypatch: pytest.MonkeyPatch, tags: dict[str, str], dies: bool
) -> None:
    from pipeline.definitions import ingest_job_definition

    monkeypatch.setattr(housekeeping, "GRACE_SECONDS", 0)
    moments = {"now": time.time() - 100, "long_ago": time.time() - 1000}
    run = instance.create_run_for_job(
        ingest_job_definition(), tags={name: value.format(**moments) for name, value in tags.items()}
    )
    instance.report_dagster_event(_start(run.job_name), run_id=run.run_id)
    assert list(housekeeping.end_the_dead(instance)) == [run.run_id] * dies


def _start(job: str):  # type: ignore[no-untyped-def]
    from dagster import DagsterEvent

    return DagsterEvent(event_type_value=DagsterEventType.RUN_START.value, job_name=job)
