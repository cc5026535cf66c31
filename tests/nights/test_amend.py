"""A published file is brought up to date only where that gives what building it gives; otherwise it is built."""

import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import duckdb
import pytest

from pipeline.staging import collect, fingerprints, parts, steps
from pipeline.staging.folder import Staging
from pipeline.warehouse import diff, duckdb_file_publish, incremental, provenance, target
from pipeline.warehouse.errors import PublishError
from pipeline.warehouse.kept_files import previous_path
from pipeline.warehouse.provenance import PublishingRun
from pipeline.warehouse.publication import PublishResult
from tests.conftest import SEEDS, Place
from tests.support.nights import nightly


@pytest.fixture
def amended(place: Place, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The nights in which the file was brought up to date, by how many reports changed; five reports are published."""
    calls: list[int] = []
    real = incremental.build

    def noted(*given: object) -> incremental.IncrementalBuild:
        calls.append(len(given[-1].reports))  # type: ignore[attr-defined]
        return real(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(incremental, "build", noted)
    monkeypatch.setattr(incremental, "FEWEST_REPORTS", 0)
    monkeypatch.setattr(incremental, "MOST_CHANGED", 1)
    monkeypatch.setattr(fingerprints, "TICK_NS", 0)
    monkeypatch.setattr(parts, "LEAST_ALIVE", 0)  # else a change among five is a year written anew
    shutil.copytree(SEEDS, place.raw)
    night(place)
    assert calls == []
    return calls


def night(place: Place, run: str = "test") -> PublishResult:
    """Take in, read, publish."""
    collect.collect([place.raw], place.settings)
    steps.read_years(Staging(place.settings.staging).stale_years(), place.settings, again=False)
    now = datetime(2026, 11, 25)
    return target.publish(place.settings, PublishingRun(run, now, now))


def change(place: Place) -> Path:
    """A zero of a table becomes a one."""
    path = sorted(place.raw.glob("*.txt"))[0]
    path.write_bytes(path.read_bytes().replace(b"\t0\t", b"\t1\t", 1))
    return path


def test_only_the_report_that_changed_is_loaded_anew(place: Place, amended: list[int]) -> None:
    before = place.query("SELECT sum(total), count(*) FROM fact_application_handling")
    change(place)
    published = night(place, "second")
    assert amended == [1]
    assert published.files_changed == 1
    assert place.query("SELECT run_id, files_seen, files_new, files_changed FROM ingest_run") == [
        ("test", 5, 5, 0),
        ("second", 5, 0, 1),
    ]
    assert place.query("SELECT count(*) FROM fact_application_handling")[0][0] == before[0][1]
    assert place.query("SELECT reason FROM superseded_report") == [("file_changed",)]


def test_without_a_change_nothing_is_published(place: Place, amended: list[int]) -> None:
    path = place.settings.warehouse
    (place.raw / "waivers.csv").write_text(
        "agency,year,rule,reason,by,date\n红旗区东街街道办事处,2025,narrative_received,known,reviewer,2026-01-31\n"
    )
    night(place, "second")
    assert place.query("SELECT count(*) FROM quality_issue WHERE waived") == [(1,)]
    staging = Staging(place.settings.staging)
    before = (path.read_bytes(), previous_path(path).read_bytes(), staging.fingerprints.stat().st_mtime_ns)
    published = night(place, "third")
    assert amended == [0]
    assert (published.files_new, published.files_changed, published.files_removed) == (0, 0, 0)
    assert (published.unchanged_run, published.rows["dim_report"]) == ("second", 5)
    assert published.unchanged_since == place.query("SELECT max(finished_at) FROM ingest_run")[0][0]
    assert place.query("SELECT run_id FROM ingest_run") == [("test",), ("second",)]
    assert before == (path.read_bytes(), previous_path(path).read_bytes(), staging.fingerprints.stat().st_mtime_ns)
    assert not list(place.settings.staging.rglob(".*.part"))


def test_a_waiver_that_went_is_noticed(place: Place, amended: list[int]) -> None:
    waivers = place.raw / "waivers.csv"
    waivers.write_text(
        "agency,year,rule,reason,by,date\n红旗区东街街道办事处,2025,narrative_received,known,reviewer,2026-01-31\n"
    )
    night(place, "second")
    waivers.unlink()
    night(place, "third")
    assert place.query("SELECT count(*) FROM quality_issue WHERE waived") == [(0,)]
    path = place.settings.warehouse
    concerned = incremental.affected_agencies(Staging(place.settings.staging), path, "second")
    whole = diff.diff(previous_path(path), path)
    assert set(whole["table_name"]) == {"quality_issue", "quality_waiver"}
    assert diff.diff(previous_path(path), path, concerned).equals(whole)


def test_a_file_that_somebody_wrote_into_is_built_anew(place: Place, amended: list[int]) -> None:
    (right,) = place.query("SELECT sum(total) FROM fact_application_handling")
    with duckdb.connect(str(place.settings.warehouse)) as con:
        con.execute("UPDATE fact_application_handling SET total = total + 1")
    night(place)
    assert amended == []
    assert place.query("SELECT sum(total) FROM fact_application_handling") == [right]


@pytest.mark.parametrize("what", ["code", "rules", "state", "times", "share"])
def test_what_could_differ_is_built_anew(
    place: Place, amended: list[int], monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    if what == "code":
        monkeypatch.setattr(provenance, "CODE", "0.0.1, reader 0")
    elif what == "rules":
        monkeypatch.setattr(incremental.rules, "ALL", "SELECT 1")
    elif what == "state":
        Staging(place.settings.staging).published.unlink()
    elif what == "times":
        monkeypatch.setattr(incremental, "MOST_TIMES", 0)
        change(place)
    else:
        monkeypatch.setattr(incremental, "MOST_CHANGED", 0.1)
        change(place)
    night(place)
    assert amended == []


def test_a_year_that_was_read_again_is_loaded_again(place: Place, amended: list[int]) -> None:
    (year,) = place.query("SELECT min(year) FROM dim_report")[0]
    steps.read_year(year, place.settings)
    night(place)
    assert amended == []


def test_a_file_that_cannot_be_read_is_built_anew(
    place: Place, amended: list[int], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def damaged(*_: object) -> None:
        raise duckdb.IOException("Corrupt database file: computed checksum does not match stored checksum")

    change(place)
    with monkeypatch.context() as broken:
        broken.setattr(incremental, "build", damaged)
        assert night(place, "second").files_changed == 1
    assert "a full build is done: IO" in caplog.text or "a full build is done: Corrupt" in caplog.text
    assert place.query("SELECT run_id FROM ingest_run") == [("test",), ("second",)]
    assert [path.name for path in place.settings.warehouse.parent.glob("*building*")] == []


def test_the_comparison_with_the_file_before_misses_nothing(place: Place, amended: list[int]) -> None:
    changed = change(place)
    (place.raw / "waivers.csv").write_text(
        "agency,year,rule,reason,by,date\n"
        + "\n".join(
            f"{name},{year},{rule},known,reviewer,2026-01-31"
            for name, year, rule in place.query(
                "SELECT DISTINCT name, year, rule FROM quality_issue JOIN dim_agency USING (agency_id)"
            )
        )
    )
    (place.raw / "new.txt").write_bytes(changed.read_bytes().replace(b"2024", b"2023"))
    night(place, "second")
    assert len(amended) == 1
    path = place.settings.warehouse
    before = previous_path(path)
    concerned = incremental.affected_agencies(Staging(place.settings.staging), path, "test")
    assert concerned is not None
    assert incremental.affected_agencies(Staging(place.settings.staging), path, "another run") is None
    whole = diff.diff(before, path)
    assert len(whole) > 3
    assert diff.diff(before, path, concerned).equals(whole)


def test_a_night_that_fails_its_checks_leaves_the_file_as_it_was(
    place: Place, amended: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = place.settings.warehouse.read_bytes()
    change(place)
    with monkeypatch.context() as broken:
        broken.setattr(duckdb_file_publish, "check", lambda *_: {"keys_unique": ["a key twice"]})
        with pytest.raises(PublishError):
            night(place)
    assert place.settings.warehouse.read_bytes() == before
    night(place)
    assert amended == [1, 1]


def test_what_a_manifest_adds_later_is_taken_up(place: Place, seed_text: Callable[[int], str]) -> None:
    """Each column of it alone: also those that say nothing of whose report it is."""
    place.put("a.txt", seed_text(0))
    nightly(place)
    for column, value in (("url", "https://example.org/a.pdf"), ("published", "2025-01-20")):
        place.put("manifest.csv", f"file,{column}\na.txt,{value}\n")
        nightly(place)
        assert place.query(f"SELECT {column}::VARCHAR FROM dim_report") == [(value,)]
