"""Only a warehouse of this program is replaced, and the last publications that differ are kept beside it."""

import os
import sqlite3
import time
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from pipeline.addresses import Lake
from pipeline.warehouse import ducklake_connection, kept_files, target
from pipeline.warehouse.errors import ForeignError
from pipeline.warehouse.pending import pending
from pipeline.warehouse.provenance import PublishingRun
from pipeline.warehouse.publication import PublishResult
from tests.conftest import Place
from tests.support.nights import nightly
from tests.support.ogi import Ogi, text
from tests.support.workspace import SeedText

NOON = datetime(2026, 11, 26, 12)


def own_database(path: Path) -> None:
    with duckdb.connect(str(path)) as con:
        con.execute("CREATE TABLE diary AS SELECT 'dear diary' AS entry")


#: Files that are somebody's own, and how each is made.
FOREIGN = {
    "diary.txt": lambda path: path.write_text("dear diary\n" * 1000),
    "own.duckdb": own_database,
    "bytes": lambda path: path.write_bytes(os.urandom(10_000)),
}


@pytest.mark.parametrize("name", FOREIGN)
def test_somebodys_own_file_is_not_replaced(place: Place, ogi: Ogi, seed_text: SeedText, name: str) -> None:
    place.put("a.txt", seed_text(0))
    path = place.folder / "elsewhere" / name
    FOREIGN[name](path)
    before = path.read_bytes()
    said = text(ogi("ingest", "--warehouse", path), 1)
    assert said.startswith(f"ogi: {path} is no")
    assert "give another path (--warehouse or OGI_WAREHOUSE), or move it elsewhere. Nothing was published" in said
    assert said.count("\n") == 1
    assert path.read_bytes() == before
    assert not place.settings.staging.exists()  # nothing was read for it
    settings = place.settings.model_copy(update={"warehouse": path})
    place.ingest()
    with pytest.raises(ForeignError):  # a run that the UI started finds out when it publishes
        target.publish(settings, PublishingRun("test", NOON, NOON))
    assert [each.name for each in path.parent.iterdir()] == [name]


def test_a_pipe_is_not_replaced(place: Place, ogi: Ogi) -> None:
    path = place.folder / "pipe"
    os.mkfifo(path)
    assert "is no file but a device, pipe or socket" in text(ogi("ingest", "--warehouse", path), 1)
    assert path.is_fifo()


def test_an_empty_file_holds_nothing_that_could_be_lost(place: Place, seed_text: SeedText) -> None:
    place.put("a.txt", seed_text(0))
    place.settings.warehouse.parent.mkdir()
    place.settings.warehouse.touch()
    place.ingest()
    assert place.query("SELECT count(*) FROM dim_report") == [(1,)]
    assert [path.name for path in place.settings.warehouse.parent.iterdir()] == ["ogi.duckdb"]


@pytest.mark.parametrize("kind", ["text", "sqlite"])
def test_somebodys_own_file_becomes_no_catalog(place: Place, ogi: Ogi, seed_text: SeedText, kind: str) -> None:
    place.put("a.txt", seed_text(0))
    path = place.folder / "own.sqlite"
    if kind == "text":
        path.write_text("dear diary\n" * 1000)
    else:
        with sqlite3.connect(path) as con:
            con.execute("CREATE TABLE diary (entry)")
        con.close()
    before = path.read_bytes()
    said = text(ogi("ingest", "--warehouse", f"ducklake:sqlite:{path}"), 1)
    assert said.startswith(f"ogi: {path} is not the catalog of a DuckLake, and was left alone")
    assert path.read_bytes() == before


def test_somebodys_own_lake_is_left_alone(place: Place, ogi: Ogi, seed_text: SeedText) -> None:
    place.put("a.txt", seed_text(0))
    lake = Lake(f"sqlite:{place.folder / 'own.sqlite'}")

    with ducklake_connection.open_for_writing(lake, place.settings) as con:
        con.execute("CREATE TABLE diary AS SELECT 'dear diary' AS entry")
    said = text(ogi("ingest", "--warehouse", lake), 1)
    assert "is a DuckLake that this program did not make, and was left alone" in said
    with ducklake_connection.connect(lake) as con:
        assert con.execute("SELECT table_name FROM duckdb_tables() WHERE database_name = 'lake'").fetchall() == [
            ("diary",)
        ]


def test_a_damaged_warehouse_of_ours_takes_no_good_ones_place(place: Place, seed_text: SeedText) -> None:
    path = place.settings.warehouse
    place.put("a.txt", seed_text(0))
    place.ingest()
    first = path.read_bytes()
    place.put("b.txt", seed_text(2))
    place.ingest()
    path.write_bytes(b"damage" * 1000)
    place.ingest()
    assert kept_files.previous_path(path).read_bytes() == first
    assert kept_files.damaged_path(path).read_bytes() == b"damage" * 1000
    assert place.query("SELECT count(*) FROM dim_report") == [(2,)]


def test_the_last_publications_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "ogi.duckdb"
    for number in range(6):
        new = tmp_path / "new"
        new.write_text(f"{number}")
        os.utime(new, (number, number))
        kept_files.replace(path, new, most=3, is_readable=True)
    kept = kept_files.kept(path)
    assert (path.read_text(), [each.read_text() for each in kept]) == ("5", ["4", "3", "2"])
    assert kept[0].name == "ogi.previous.duckdb"
    assert [each.name for each in kept[1:]] == ["19700101T000003.000000Z.duckdb", "19700101T000002.000000Z.duckdb"]
    assert sorted(each.name for each in tmp_path.iterdir()) == ["ogi.duckdb", "ogi.previous", "ogi.previous.duckdb"]


def test_a_run_that_changes_nothing_publishes_nothing(place: Place, seed_text: SeedText) -> None:
    path = place.settings.warehouse
    place.put("a.txt", seed_text(0))
    place.ingest()
    first = path.read_bytes()
    place.put("b.txt", seed_text(4))
    place.ingest()
    second = path.read_bytes()
    result = place.ingest()  # reads every year again, with the same result
    assert (result.unchanged_run, result.rows["dim_report"]) == ("test", 2)
    assert (path.read_bytes(), kept_files.previous_path(path).read_bytes()) == (second, first)
    assert sorted(each.name for each in path.parent.iterdir()) == ["ogi.duckdb", "ogi.previous.duckdb"]


def test_staging_that_was_lost_publishes_nothing_new(place: Place, seed_text: SeedText) -> None:
    """All is read and built again, and the same: nothing is published."""
    place.put("a.txt", seed_text(0))
    place.put("empty.txt", b"")
    place.ingest()
    before = place.settings.warehouse.stat()
    for each in sorted(place.settings.staging.rglob("*"), reverse=True):
        each.rmdir() if each.is_dir() else each.unlink()
    result = place.ingest()
    assert result.unchanged_run == "test"
    after = place.settings.warehouse.stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert not kept_files.kept(place.settings.warehouse)


@pytest.mark.parametrize(
    ("what", "change"),
    [
        ("code", lambda place, patch: patch.setattr("pipeline.warehouse.provenance.CODE", "0.0.1, reader 0")),
        ("rules", lambda place, patch: patch.setattr("pipeline.warehouse.build.rules.run", lambda _: None)),
        ("manifest", lambda place, _: place.put("manifest.csv", "file,published\na.txt,2026-01-31\n")),
        (
            "register",
            lambda place, _: place.put("agencies.csv", "name,region_code\n新乡市红旗区东街街道办事处,410702\n"),
        ),
        ("limit", lambda place, patch: patch.setenv("OGI_MAX_FILE_MB", "0.0001")),
    ],
)
def test_what_is_no_report_counts_as_a_change(
    place: Place, seed_text: SeedText, monkeypatch: pytest.MonkeyPatch, what: str, change
) -> None:  # type: ignore[no-untyped-def]
    place.put("a.txt", seed_text(0))
    place.put("b.txt", seed_text(4))
    place.ingest()
    monkeypatch.setenv("OGI_MAX_REMOVAL", "1")
    if what == "rules":  # the program's own hash tells other rules; here it is the same, and the rows are not
        for each in place.settings.staging.glob("published.parquet"):
            each.unlink()
    change(place, monkeypatch)
    assert place.ingest().unchanged_since is None


def test_a_sidecar_that_changes_nothing_is_looked_at_once(place: Place, seed_text: SeedText) -> None:
    def night() -> PublishResult:
        return nightly(place, now=datetime.now(UTC).replace(tzinfo=None))

    place.put("a.txt", seed_text(0))
    time.sleep(0.02)  # a tick of the kernel's clock
    night()
    assert not pending(place.settings)
    place.put("manifest.csv", "file\n")
    assert "manifest.csv written" in str(pending(place.settings))
    time.sleep(0.02)
    assert night().unchanged_since is not None
    assert not pending(place.settings)
