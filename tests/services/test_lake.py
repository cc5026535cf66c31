"""A DuckLake holds what a file would: after any nights, with several writers, and whatever is killed on the way."""

import os
import random
import runpy
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import duckdb
import pytest

import schemas
from pipeline import addresses
from pipeline.addresses import Lake
from pipeline.settings import Settings
from pipeline.staging import collect as pipeline_staging_collect
from pipeline.staging import fingerprints, steps
from pipeline.staging.folder import Staging
from pipeline.warehouse import accounting, connection, ducklake_connection, ducklake_publish, provenance
from pipeline.warehouse.ducklake_connection import LakeError
from pipeline.warehouse.errors import LockedError, PublishError, RemovalError
from pipeline.warehouse.history import find, history
from pipeline.warehouse.loading import Loading
from pipeline.warehouse.provenance import LATEST_RUN, PublishingRun
from pipeline.warehouse.publication import PublishResult
from pipeline.warehouse.target import publish, target_at
from schemas import base
from tests.conftest import SEEDS, SHARED, Place
from tests.generator import corpus
from tests.support.endurance import times
from tests.support.nights import files, keep_much, nightly, step, waive
from tests.support.services import S3, Postgres

NOW = datetime(2026, 11, 25)
#: What tells when and how a warehouse was made.
HISTORY = {"loaded_at", "seen_at"}
VIEWS = ("agency_year", "indicator", "indicator_change", "quality_rule_result", "report_coverage_region", "region_year")


@dataclass
class Writer:
    """A place that publishes into a lake instead of a file."""

    place: Place
    lake: Lake
    data: str | None = None

    @property
    def settings(self) -> Settings:
        folder = self.place.folder
        there = {"warehouse": self.lake, "lake_data": self.data, "scratch": folder / "scratch"}
        return self.place.settings.model_copy(update=there)

    @property
    def environment(self) -> dict[str, str]:
        own = {
            "OGI_WAREHOUSE": str(self.lake),
            "OGI_SCRATCH": str(self.place.folder / "scratch"),
            "OGI_MAX_REMOVAL": "1",
        }
        return {**self.place.environment, **own, **({"OGI_LAKE_DATA": self.data} if self.data else {})}

    def collect(self) -> None:
        """All that comes before publishing."""
        pipeline_staging_collect.collect([self.place.raw], self.settings)
        steps.read_years(Staging(self.settings.staging).stale_years(), self.settings, again=False)

    def publish(self, run: str = "test", years: list[int] | None = None) -> PublishResult:
        return publish(self.settings, PublishingRun(run, NOW, NOW, allow_removal=True), years)


#: For tests that take a minute each: the catalogue that several machines use; and with all tries both.
of_many = pytest.mark.parametrize("writer", ["postgres", "sqlite"][: times(2, 1)], indirect=True)


@pytest.fixture(params=["sqlite", "postgres"])
def writer(request: pytest.FixtureRequest, place: Place) -> Iterator[Writer]:
    """A place that publishes into a new lake."""
    if request.param == "sqlite":
        yield Writer(place, Lake(f"sqlite:{place.folder}/lake/ogi.sqlite"))
    else:
        postgres: Postgres = request.getfixturevalue("postgres")
        where = postgres.database(f"lake_{random.randrange(10**9)}")
        yield Writer(place, Lake(f"postgres:{where}"), str(place.folder / "files"))


def rows(con: duckdb.DuckDBPyConnection) -> dict[str, list[str]]:
    """Every row of every table, in no order, without moments and runs; and of some views."""
    found = {}
    for table in schemas.TABLES:
        name = base.name(table)
        if name != "ingest_run":
            columns = ", ".join(column for column in base.polars_schema(table) if column not in HISTORY)
            found[name] = sorted(map(repr, con.execute(f"SELECT {columns} FROM {name}").fetchall()))
    for name in VIEWS:
        found[name] = sorted(map(repr, con.execute(f"FROM {name}").fetchall()))
    return found


def content(target: addresses.Address) -> dict[str, list[str]]:
    with connection.connect(target) as con:
        return rows(con)


def assert_same(one: addresses.Address, other: addresses.Address, told: object = None) -> None:
    ours, theirs = content(one), content(other)
    for name, wanted in theirs.items():
        assert ours[name] == wanted, (name, told)


def some_reports(place: Place, seed: int, count: int, folder: Callable[[int], str] = str) -> None:
    """Generated reports, each in the folder of its year."""
    for report in corpus(seed, count):
        place.put(f"{folder(report.truth.year)}/{report.name}", report.data)


@pytest.mark.parametrize("seed", range(times(6, 2)))
def test_a_sequence_of_nights_in_a_lake_ends_as_in_a_file(
    writer: Writer, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep_much(monkeypatch, seed)
    rng = random.Random(seed)
    stock, place, told = files(rng), writer.place, []
    place.raw.mkdir(parents=True)
    for _ in range(3):
        told += [step(place, rng, stock) for _ in range(rng.randint(1, 3))]
        if place.settings.warehouse.exists() and rng.random() < 0.5:
            told.append(waive(place, rng))
        nightly(place)
        done = writer.publish()
        with connection.connect(place.settings.warehouse) as con:
            counts = con.execute(f"SELECT files_new, files_changed, files_removed FROM {LATEST_RUN}").fetchone()
        if done.unchanged_since is None:
            assert (done.files_new, done.files_changed, done.files_removed) == counts
        assert_same(writer.lake, place.settings.warehouse, told)


@pytest.mark.skipif(not SHARED.exists(), reason="../shared is not beside the project")
def test_the_shared_check_passes_on_a_lake(writer: Writer) -> None:
    shutil.copytree(SEEDS, writer.place.raw)
    writer.collect()
    writer.publish()
    check = runpy.run_path(str(SHARED / "check_contract.py"))
    tables = check["contract_tables"]((SHARED / "contract.md").read_text(encoding="utf-8"))
    with connection.connect(writer.lake) as con:
        assert check["violations"](con, tables) == []
    with ducklake_connection.open_for_writing(writer.lake, writer.settings) as con:
        con.execute("INSERT INTO dim_report FROM dim_report")
    with connection.connect(writer.lake) as con:
        assert any("dim_report" in each for each in check["violations"](con, tables))


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Lake]:
    """The same reports, seeds and generated ones, in a file and in a lake."""
    place = Place(tmp_path_factory.mktemp("pair"))
    shutil.copytree(SEEDS, place.raw)
    some_reports(place, 11, 40)
    writer = Writer(place, Lake(f"sqlite:{place.folder}/lake/ogi.sqlite"))
    nightly(place)
    writer.publish()
    return place.settings.warehouse, writer.lake


def ogi(*words: object) -> tuple[int, str, str]:
    done = subprocess.run(
        [sys.executable, "-m", "pipeline.cli", *map(str, words)], capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize(
    "command",
    [
        ["show", "安富", "2025"],
        ["trace", "安富", "2025"],
        ["issues", "--format", "csv"],
        ["issues", "--agency", "红旗区东街", "--waived"],
        ["agencies", "--format", "json"],
        ["agencies", "--suggest"],
        ["sql", "--format", "csv", "FROM indicator ORDER BY ALL"],
        ["sql", "--format", "json", "SELECT year, count(*) FROM fact_reconsideration GROUP BY year ORDER BY year"],
        ["sql", "DESCRIBE dim_report"],
        ["show", "nobody", "2025"],
        ["sql", "SELECT nothing FROM nowhere"],
        ["sql", "DROP TABLE dim_agency"],
        ["sql", "COPY dim_agency TO 'x.csv'"],
        ["issues", "--rule", "nothing"],
    ],
    ids=" ".join,
)
def test_a_command_says_the_same_of_a_lake(pair: tuple[Path, Lake], command: list[str]) -> None:
    of_file, of_lake = (ogi(*command, "--warehouse", target) for target in pair)
    assert of_lake == of_file
    assert of_file[0] in (0, 1, 2)
    assert of_file[1] or of_file[2]


def test_an_export_of_a_lake_is_that_of_the_file(pair: tuple[Path, Lake], tmp_path: Path) -> None:
    for name, target in zip(("file", "lake"), pair, strict=True):
        code, _, said = ogi("export", tmp_path / name, "--format", "csv", "--warehouse", target)
        assert code == 0, said
    exported = sorted(path.name for path in (tmp_path / "file").iterdir())
    assert exported == sorted(path.name for path in (tmp_path / "lake").iterdir())
    # But for moments, and the order of rows in tables without a key.
    for name in exported:
        if name not in {"datapackage.json", "ingest_run.csv"}:
            lines = [sorted((tmp_path / side / name).read_text().splitlines()) for side in ("file", "lake")]
            assert lines[0] == lines[1], name


def test_a_site_of_a_lake_has_the_same_pages(pair: tuple[Path, Lake], tmp_path: Path) -> None:
    said = [ogi("site", tmp_path / name, "--warehouse", target) for name, target in zip("fl", pair, strict=True)]
    assert said[0][0] == said[1][0] == 0, said
    assert said[0][1].splitlines()[0] == said[1][1].splitlines()[0]
    pages = [
        {path.relative_to(tmp_path / name): path.read_text() for path in (tmp_path / name).rglob("*.html")}
        for name in "fl"
    ]
    assert pages[0].keys() == pages[1].keys()


def test_a_lake_is_compared_with_a_file(pair: tuple[Path, Lake]) -> None:
    assert ogi("diff", *pair) == (0, "no differences\n", "")
    for alone in pair:  # is compared with what it was before
        code, _, said = ogi("diff", alone)
        assert (code, "nothing is kept of what was published before" in said) == (1, True), said
    code, _, said = ogi("sql", "SELECT 1", "--at", "2026-01-01", "--warehouse", pair[0])
    assert (code, "is a file, which is only as it is now" in said) == (2, True)
    code, _, said = ogi("sql", "SELECT 1", "--at", "2020-01-01", "--warehouse", pair[1])
    assert (code, "nothing that was published by then is kept" in said) == (1, True)


def test_a_night_without_a_change_publishes_nothing(writer: Writer) -> None:
    shutil.copytree(SEEDS, writer.place.raw)
    writer.collect()
    writer.publish("first")
    result = writer.publish("second")
    assert (result.unchanged_run, result.rows["dim_report"]) == ("first", 5)
    with connection.connect(writer.lake) as con:
        assert [each.run_id for each in ducklake_connection.snapshots(con)] == ["first"]
        assert con.execute("SELECT run_id FROM ingest_run").fetchall() == [("first",)]


def test_a_snapshot_is_brought_back(writer: Writer) -> None:
    seeds = sorted(SEEDS.glob("*.txt"))
    for number, run in enumerate(("first-run", "second-run", "third-run")):
        writer.place.put(f"{number}.txt", seeds[number].read_bytes())
        writer.collect()
        writer.publish(run)
    latest = content(writer.lake)
    first = find(writer.lake, "first-run")
    then = content(first.target.address)
    target_at(writer.lake).restore(writer.settings, first)
    assert content(writer.lake) == then
    found = history(writer.lake)
    assert [(each.reports_loaded, each.restored_run) for each in found.publications] == [
        (1, "first-run"),
        (3, None),
        (2, None),
        (1, None),
    ]
    assert [each.name.split()[0] for each in found.kept] == ["published", *["snapshot"] * 3]
    writer.publish("fourth-run")  # brings it up to date
    assert content(writer.lake) == latest


def test_what_would_drop_much_is_refused(writer: Writer) -> None:
    shutil.copytree(SEEDS, writer.place.raw)
    writer.collect()
    writer.publish("first")
    before = content(writer.lake)
    next(writer.place.raw.glob("000*")).unlink()
    writer.collect()
    with pytest.raises(RemovalError, match="1 of the 5 published reports would be dropped"):
        publish(writer.settings, PublishingRun("second", NOW, NOW))
    assert content(writer.lake) == before


def test_what_was_published_can_be_asked_for_until_it_is_old(writer: Writer) -> None:
    seeds = sorted(SEEDS.glob("*.txt"))
    writer.place.put("a.txt", seeds[0].read_bytes())
    writer.collect()
    writer.publish("first")
    with connection.connect(writer.lake) as con:
        (first,) = ducklake_connection.snapshots(con)
    time.sleep(0.05)
    writer.place.put("b.txt", seeds[1].read_bytes())
    writer.collect()
    writer.publish("second")
    before = target_at(writer.lake).previous()
    assert before is not None
    moment = replace(writer.lake, at=first.published_at.replace(tzinfo=UTC) + timedelta(milliseconds=1))
    for was in (before.address, moment):
        with connection.connect(was) as con:
            assert con.execute("SELECT source_file FROM dim_report").fetchall() == [("a.txt",)]
            assert con.execute("SELECT run_id FROM ingest_run").fetchall() == [("first",)]
    with connection.connect(writer.lake) as con:
        assert con.execute("SELECT count(*) FROM dim_report").fetchone() == (2,)
    short = writer.settings.model_copy(update={"keep_snapshots_days": 0.01 / 86_400})
    time.sleep(0.05)
    publish(short, PublishingRun("third", NOW, NOW))  # changes nothing; seven publications are kept, however old
    with connection.connect(writer.lake) as con:
        assert [each.run_id for each in ducklake_connection.snapshots(con)] == ["second", "first"]
    writer.place.put("c.txt", seeds[2].read_bytes())
    writer.collect()
    publish(short.model_copy(update={"keep_previous": 1}), PublishingRun("fourth", NOW, NOW))
    with connection.connect(writer.lake) as con:
        assert [each.run_id for each in ducklake_connection.snapshots(con)] == ["fourth", "second"]
        assert con.execute("SELECT count(*) FROM dim_report").fetchone() == (3,)
    with pytest.raises(LakeError, match=r"nothing that was published by then is kept|[Ss]napshot"):
        before.connect()


def test_another_version_of_the_program_makes_the_tables_anew(writer: Writer, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(SEEDS, writer.place.raw)
    writer.collect()
    with monkeypatch.context() as older:
        older.setattr(provenance, "CODE", "0.0, reader 0")
        writer.publish("first")
    with ducklake_connection.open_for_writing(writer.lake, writer.settings) as con:
        con.execute("ALTER TABLE dim_agency ADD COLUMN of_old VARCHAR")
    nightly(writer.place)
    writer.publish("second")
    assert_same(writer.lake, writer.place.settings.warehouse)
    with connection.connect(writer.lake) as con:
        assert "of_old" not in [row[0] for row in con.execute("DESCRIBE dim_agency").fetchall()]
    before = target_at(writer.lake).previous()
    assert before is not None
    with before.connect() as con:
        assert con.execute("SELECT count(*) FROM dim_report").fetchone() == (5,)


# Several writers


@pytest.fixture
def two(writer: Writer) -> tuple[Writer, Writer]:
    """Two who collect different years of the same agencies, and publish into one lake."""
    whole = writer.place
    some_reports(whole, 5, 60)
    shutil.copytree(SEEDS, whole.raw / "2025", dirs_exist_ok=True)
    (whole.raw / "2025" / "empty.txt").write_bytes(b"")
    (whole.raw / "2024").mkdir(exist_ok=True)
    (whole.raw / "2024" / "none.txt").write_bytes(b"")
    writers = []
    for name, mine in (("late", lambda year: year >= 2023), ("early", lambda year: year < 2023)):
        own = Place(whole.folder / name)
        for folder in whole.raw.iterdir():
            if mine(int(folder.name)):
                shutil.copytree(folder, own.raw / folder.name)
        one = replace(writer, place=own)
        one.collect()
        writers.append(one)
    nightly(whole)
    return writers[0], writers[1]


LATE, EARLY = list(range(2023, 2027)), list(range(2015, 2023))


@of_many
def test_years_of_two_writers_are_what_one_would_have_made_of_both(writer: Writer, two: tuple[Writer, Writer]) -> None:
    late, early = two
    late.publish("late", LATE)
    early.publish("early", EARLY)
    assert_same(writer.lake, writer.place.settings.warehouse)
    # Again, with something changed in each: agencies of the one are judged with the other's years.
    for one, years in ((late, LATE), (early, EARLY)):
        path = next(path for path in sorted(one.place.raw.rglob("*.txt")) if path.stat().st_size > 3000)
        changed = path.read_bytes().replace(b"0\t", b"1\t", 2) + b"\n"
        path.write_bytes(changed)
        (writer.place.raw / path.relative_to(one.place.raw)).write_bytes(changed)
        one.collect()
        one.publish("again", years)
    nightly(writer.place)
    assert_same(writer.lake, writer.place.settings.warehouse)
    # One of them has nothing any more. (Earlier versions of files that are gone stay in the lake alone.)
    for folder in early.place.raw.iterdir():
        shutil.rmtree(folder)
        shutil.rmtree(writer.place.raw / folder.name)
    for place in (early.place, writer.place):
        place.put("only.txt", b"")
    early.collect()
    early.publish("gone", EARLY)
    nightly(writer.place)
    assert_same(writer.lake, writer.place.settings.warehouse)


def at_once(*publications: Callable[[], object]) -> list[BaseException | object]:
    """What came of several publications that begin at the same moment."""
    begin, came = threading.Barrier(len(publications)), [None] * len(publications)

    def run(number: int, publication: Callable[[], object]) -> None:
        begin.wait()
        try:
            came[number] = publication()  # type: ignore[call-overload]
        except BaseException as error:
            came[number] = error  # type: ignore[call-overload]

    threads = [threading.Thread(target=run, args=each) for each in enumerate(publications)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return came


@of_many
def test_two_writers_of_different_years_at_the_same_moment(writer: Writer, two: tuple[Writer, Writer]) -> None:
    late, early = two
    for _ in range(2):  # into a lake that is not there yet, and into one that is
        came = at_once(partial(late.publish, "late", LATE), partial(early.publish, "early", EARLY))
        assert all(isinstance(each, PublishResult) for each in came), came
        assert_same(writer.lake, writer.place.settings.warehouse)
        for one in two:  # all of it is read again, and written anew
            steps.read_years(Staging(one.settings.staging).years(), one.settings)


@of_many
def test_two_writers_of_the_same_year_at_the_same_moment(writer: Writer, tmp_path: Path) -> None:
    seeds = [path.read_bytes() for path in sorted(SEEDS.glob("*.txt"))]
    writers = []
    for name, some in (("one", seeds[:3]), ("other", seeds[2:])):
        one = replace(writer, place=Place(tmp_path / name))
        for number, data in enumerate(some):
            one.place.put(f"{name}/{number}.txt", data)
        one.collect()
        nightly(one.place)
        writers.append(one)
    one, other = writers
    for _ in range(3):
        both = [partial(each.publish, each.place.folder.name, [2024, 2025]) for each in writers]
        came = at_once(*both)
        assert all(isinstance(each, PublishResult) for each in came), came
        with connection.connect(writer.lake) as con:
            (last,) = con.execute(f"SELECT run_id FROM {LATEST_RUN}").fetchone() or ("",)
        left = one if last == "one" else other
        assert_same(writer.lake, left.place.settings.warehouse, last)


@of_many
def test_readers_see_whole_states_and_are_never_kept_out(writer: Writer) -> None:
    seeds = [path.read_bytes() for path in sorted(SEEDS.glob("*.txt"))]
    writer.place.put("0.txt", seeds[0])
    writer.collect()
    writer.publish()
    ended, seen, failed = threading.Event(), [], []

    def read() -> None:
        while not ended.is_set():
            try:
                with connection.connect(writer.lake) as con:
                    seen.append(
                        con.execute(
                            "SELECT (SELECT count(*) FROM dim_report), (SELECT count(*) FROM fact_reconsideration), "
                            f"(SELECT reports_loaded FROM {LATEST_RUN}), (SELECT count(*) FROM dim_agency)"
                        ).fetchone()
                    )
            except Exception as error:
                failed.append(error)

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    for number in (1, 2, 3, 4):
        writer.place.put(f"{number}.txt", seeds[number])
        writer.collect()
        writer.publish()
    ended.set()
    for reader in readers:
        reader.join()
    assert failed == []
    assert {(reports, tracks, loaded, agencies) for reports, tracks, loaded, agencies in seen} <= {
        (count, 3 * count, count, count) for count in range(1, 6)
    }
    assert len(seen) > 4


def test_a_name_that_two_writers_have_is_refused(writer: Writer, tmp_path: Path) -> None:
    seeds = {path.name[:3]: path.read_bytes() for path in SEEDS.glob("*.txt")}
    years = {}
    for name, data in seeds.items():
        with_one = replace(writer, place=Place(tmp_path / name))
        with_one.place.put("a.txt", data)
        with_one.collect()
        (year,) = Staging(with_one.settings.staging).years()
        years.setdefault(year, with_one)
    (first, one), (second, other) = sorted(years.items())
    one.publish("one", [first])
    with pytest.raises(PublishError, match=r"a\.txt is the name of a file here and of another"):
        other.publish("other", [second])
    with connection.connect(writer.lake) as con:
        assert con.execute("SELECT DISTINCT year FROM dim_report").fetchall() == [(first,)]


def test_years_beside_those_of_another_version_are_refused(
    writer: Writer, two: tuple[Writer, Writer], monkeypatch: pytest.MonkeyPatch
) -> None:
    late, early = two
    late.publish("late", LATE)
    before = content(writer.lake)
    monkeypatch.setattr(provenance, "CODE", "9, reader 9")
    with pytest.raises(PublishError, match="made by another version"):
        early.publish("early", EARLY)
    assert content(writer.lake) == before


def test_a_file_has_no_years_that_are_replaced(place: Place) -> None:
    with pytest.raises(PublishError, match="a file is replaced whole"):
        publish(place.settings, PublishingRun("test", NOW, NOW), [2025])


# Faults


def test_what_fails_its_checks_is_not_published(writer: Writer, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(SEEDS, writer.place.raw)
    writer.collect()
    writer.publish()
    before = content(writer.lake)
    real = accounting.fill

    def doubles(loading: Loading) -> None:
        real(loading)
        loading.con.execute("INSERT INTO fact_reconsideration FROM fact_reconsideration")

    monkeypatch.setattr(accounting, "fill", doubles)
    next(writer.place.raw.glob("002*")).unlink()
    writer.collect()
    with pytest.raises(PublishError, match=r"fact_reconsideration has .* keys .* more than once") as caught:
        writer.publish()
    assert list(caught.value.faults) == ["keys_unique"]
    assert content(writer.lake) == before


@of_many
def test_a_writer_that_is_killed_leaves_what_was_there(writer: Writer) -> None:
    shutil.copytree(SEEDS, writer.place.raw)
    run = [sys.executable, "-m", "pipeline.cli", "ingest", str(writer.place.raw)]
    environment = {**os.environ, **writer.environment}
    subprocess.run(run, env=environment, check=True, capture_output=True)
    before = content(writer.lake)
    rng = random.Random(7)
    for number in range(6):
        writer.place.put(f"x/{number}.txt", next(SEEDS.glob("000*")).read_bytes() + b"\n" * number)
        process = subprocess.Popen(
            [*run, "-v"], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
        )
        assert process.stderr is not None
        for line in process.stderr:  # what was read is told at last before publishing begins
            if "2025" in line and "reports read" in line:
                break
        time.sleep(rng.random() * 1.5)
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stderr.close()
        now = content(writer.lake)
        with connection.connect(writer.lake) as con:
            there = {name for (name,) in con.execute("SELECT source_file FROM dim_report").fetchall()}
        if not any(name.startswith("x/") for name in there):
            assert {name: now[name] for name in before if name != "superseded_report"} == {
                name: before[name] for name in before if name != "superseded_report"
            }
    done = subprocess.run(run, env=environment, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    nightly(writer.place)
    assert_same(writer.lake, writer.place.settings.warehouse)


def test_a_postgres_that_goes_away_is_named_and_the_next_run_mends_it(
    place: Place, new_postgres: Callable[[], Postgres], monkeypatch: pytest.MonkeyPatch
) -> None:
    postgres = new_postgres()
    writer = Writer(place, Lake(f"postgres:{postgres.database('lake')}"), str(place.folder / "files"))
    some_reports(place, 3, 30)
    run = [sys.executable, "-m", "pipeline.cli", "ingest", str(place.raw)]
    environment = {**os.environ, **writer.environment}
    subprocess.run(run, env=environment, check=True, capture_output=True)
    before = content(writer.lake)
    monkeypatch.setattr(fingerprints, "TICK_NS", 0)
    shutil.copytree(SEEDS, place.raw / "seeds")
    writer.collect()
    # In the middle of a transaction.
    real = Loading.compare_with_previous

    def goes_away(*given: object) -> object:
        seen = real(*given)  # type: ignore[arg-type]
        postgres.kill()
        return seen

    with monkeypatch.context() as broken:
        broken.setattr(Loading, "compare_with_previous", goes_away)
        with pytest.raises(LockedError, match=r"nothing was published.*PostgreSQL"):
            writer.publish()
    # Before it begins, by the command.
    done = subprocess.run(run, env=environment, check=False, capture_output=True, text=True)
    assert done.returncode == 1
    assert "othing was published" in done.stderr
    assert "see that the PostgreSQL" in done.stderr
    assert "Traceback" not in done.stderr
    postgres.start()
    assert content(writer.lake) == before
    done = subprocess.run(run, env=environment, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    nightly(place)
    assert_same(writer.lake, place.settings.warehouse)


def test_a_postgres_that_goes_away_at_the_very_end_is_not_said_to_have_published_nothing(
    place: Place, new_postgres: Callable[[], Postgres], monkeypatch: pytest.MonkeyPatch
) -> None:
    postgres = new_postgres()
    writer = Writer(place, Lake(f"postgres:{postgres.database('lake')}"), str(place.folder / "files"))
    shutil.copytree(SEEDS, place.raw)
    writer.collect()
    real = ducklake_publish._commit

    def goes_away(*given: object) -> None:
        postgres.kill()
        real(*given)  # type: ignore[arg-type]

    with monkeypatch.context() as broken:
        broken.setattr(ducklake_publish, "_commit", goes_away)
        with pytest.raises(LockedError, match="whether it was published is not known") as caught:
            writer.publish()
    assert "othing was published" not in str(caught.value)
    postgres.start()
    writer.publish()
    nightly(place)
    assert_same(writer.lake, place.settings.warehouse)


def test_a_lake_whose_files_are_in_a_store(place: Place, postgres: Postgres, s3: S3) -> None:
    data = s3.bucket("lake-files") + "/ogi/"
    writer = Writer(place, Lake(f"postgres:{postgres.database('lake_in_store')}"), data)
    some_reports(place, 3, 30)
    nightly(place)
    writer.publish("first")
    assert_same(writer.lake, place.settings.warehouse)
    assert all(key.startswith("ogi/") for key in s3.objects("lake-files"))
    writer.place.put("empty.txt", b"")
    nightly(place)
    writer.publish("second")
    assert_same(writer.lake, place.settings.warehouse)
    with connection.connect(writer.lake) as con:
        connection.confine(con)
        assert con.execute("SELECT count(*) FROM dim_report").fetchone() == (30,)
        with pytest.raises(duckdb.PermissionException):
            con.execute("FROM read_text('s3://another/file')")


# Addresses


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("ducklake:", "a DuckLake is given as"),
        ("ducklake:mysql:x", "a DuckLake is given as"),
        ("ducklake:ogi.ducklake", "a DuckLake is given as"),
        ("ducklake:postgres:dbname=x password=y", "has no password in it"),
    ],
)
def test_addresses_that_are_none(address: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        addresses.warehouse_address(address)


def test_a_lake_that_is_not_there(writer: Writer) -> None:
    with pytest.raises(FileNotFoundError, match="there is no warehouse at ducklake:"):
        connection.connect(writer.lake)


def test_a_new_lake_on_postgres_needs_a_place_for_its_files(place: Place, postgres: Postgres) -> None:
    shutil.copytree(SEEDS, place.raw)
    writer = Writer(place, Lake(f"postgres:{postgres.database('lake_without_files')}"))
    writer.collect()
    with pytest.raises(PublishError, match="OGI_LAKE_DATA"):
        writer.publish()


def test_a_database_that_is_not_there(place: Place, postgres: Postgres) -> None:
    shutil.copytree(SEEDS, place.raw)
    lake_ = Lake(f"postgres:dbname=nobody host=127.0.0.1 port={postgres.port} user=ogi")
    with pytest.raises(LakeError, match="createdb"):
        connection.connect(lake_)
    writer = Writer(place, lake_, str(place.folder / "files"))
    writer.collect()
    with pytest.raises(PublishError, match="createdb"):
        writer.publish()
