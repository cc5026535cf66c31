"""What a night does again: only what changed, and whatever changed, however well it is hidden."""

import json
import os
import shutil
import time
from pathlib import Path

import polars as pl
import pytest

from pipeline.reader import extraction
from pipeline.settings import Settings
from pipeline.sources import fetch
from pipeline.sources.files import SourceFile
from pipeline.staging import collect, fingerprints, steps
from pipeline.staging.folder import Staging
from tests.conftest import SEEDS, Place


@pytest.fixture
def later(place: Place, opened: list[str]) -> list[str]:
    """The files that are opened once all seeds have been read."""
    shutil.copytree(SEEDS, place.raw)
    time.sleep(0.02)  # a tick of the kernel's clock
    collect.collect([place.raw], place.settings)
    steps.read_years(Staging(place.settings.staging).stale_years(), place.settings)
    assert len(opened) == 5
    opened.clear()
    return opened


def night(place: Place) -> collect.Collected:
    """Take in and read what changed."""
    collected = collect.collect([place.raw], place.settings)
    steps.read_years(Staging(place.settings.staging).stale_years(), place.settings, again=False)
    return collected


def test_nothing_is_opened_where_nothing_changed(place: Place, later: list[str]) -> None:
    before = {path: path.stat().st_mtime_ns for path in place.settings.staging.glob("*/*/*.parquet")}
    assert night(place).parsed == 0
    assert later == []
    assert {path: path.stat().st_mtime_ns for path in place.settings.staging.glob("*/*/*.parquet")} == before


def test_a_change_that_keeps_size_and_time_of_writing_is_seen(place: Place, later: list[str]) -> None:
    path = sorted(place.raw.glob("*.txt"))[0]
    status, data = path.stat(), path.read_bytes()
    changed = data.replace(b"\t0\t", b"\t1\t", 1)
    assert changed != data
    assert len(changed) == len(data)
    path.write_bytes(changed)
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    night(place)
    assert later == [path.name]
    staged = Staging(place.settings.staging)
    assert not staged.stale_years()


def test_a_file_of_this_moment_is_opened_again(place: Place, later: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fingerprints, "TICK_NS", 3600 * 10**9)
    night(place)
    assert len(later) == 5


def test_times_need_not_be_trusted(place: Place, later: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OGI_TRUST_TIMES", "false")
    assert night(place).parsed == 5
    assert len(later) == 5


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("manifest.csv", "file,agency,year\n{first},某市某局,2024\n"),
        ("agencies.csv", "name,aliases\n某市某局,别名局\n"),
    ],
)
def test_what_people_say_of_files_counts(place: Place, later: list[str], name: str, text: str) -> None:
    first = sorted(path.name for path in place.raw.glob("*.txt"))[0]
    (place.raw / name).write_text(text.format(first=first))
    night(place)
    assert later == ([first] if name == "manifest.csv" else sorted(path.name for path in place.raw.glob("*.txt")))


def test_damaged_staging_is_made_anew(place: Place, later: list[str]) -> None:
    raw = sorted((place.settings.staging / "raw").glob("*.parquet"))[0]
    data = bytearray(raw.read_bytes())
    data[len(data) // 2] ^= 1
    raw.write_bytes(data)
    night(place)
    assert later
    assert not fingerprints._damaged_years(Staging(place.settings.staging))


def test_a_file_without_rights_is_tried_again(place: Place, later: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(file: SourceFile, settings: Settings) -> bytes:
        later.append(file.source_file)
        raise fetch.RejectedError("unreadable_file", "the file cannot be read: Permission denied")

    place.put("new.txt", (sorted(place.raw.glob("*.txt"))[0]).read_bytes())
    time.sleep(0.02)
    with monkeypatch.context() as broken:
        broken.setattr(fetch, "read_bytes", refuse)
        assert night(place).rejected["unreadable_file"] == 1
    later.clear()
    night(place)
    assert later == ["new.txt"]


def test_only_reports_that_changed_are_read(place: Place, later: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    extract = extraction.extract
    monkeypatch.setattr(extraction, "extract", lambda report: read.append(report.source_file) or extract(report))
    path = sorted(place.raw.glob("*.txt"))[1]
    path.write_bytes(path.read_bytes() + b"\n")
    night(place)
    assert read == [path.name]


def test_a_report_that_gets_a_twin_is_read_again_with_it(
    place: Place, later: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    first: Path = sorted(place.raw.glob("*.txt"))[0]
    place.put("twin/a.txt", first.read_bytes() + b"\n")
    night(place)
    staged = Staging(place.settings.staging)
    (year,) = [y for y in staged.table_years("superseded_report") if len(_rows(staged, y))]
    assert _rows(staged, year)[0][2] == "twin/a.txt"
    (place.raw / "twin" / "a.txt").unlink()
    night(place)
    assert not _rows(staged, year)


def _rows(staged: Staging, year: int) -> list[tuple]:
    return pl.read_parquet(staged.table("superseded_report", year)).rows()


def test_staging_of_an_older_format_is_read_anew(place: Place, later: list[str]) -> None:
    staging = Staging(place.settings.staging)
    before = {path.name: path.read_bytes() for path in staging.folder.glob("tables/*/*")}
    (mark, *_) = staging.folder.glob("read/*")
    fields = json.loads(mark.read_text())
    mark.write_text(json.dumps({**fields, "format": fields["format"] - 1}))
    assert [str(year) for year in staging.stale_years()] == [mark.name]
    # As format 3 had it.
    mark.write_text(json.dumps({"format": 3, "made_of": fields["fingerprint"], "tables": {}, "dead": {}}))
    staging.fingerprints.rename(staging.folder / "seen.parquet")
    for name in ("pieces", "tables/made_of"):
        (staging.folder / name).mkdir()
        (staging.folder / name / f"{mark.name}.parquet").write_bytes(b"of an older format")
    assert night(place).parsed == 5
    assert len(later) == 5
    assert not staging.stale_years()
    assert not (staging.folder / "seen.parquet").exists()
    assert not [*staging.folder.glob("pieces/*"), *staging.folder.glob("tables/made_of/*")]
    assert {path.name: path.read_bytes() for path in staging.folder.glob("tables/*/*")} == before
