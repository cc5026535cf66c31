"""Releases: everything hashed, the same bytes each time, never replaced, nothing left of one that failed."""

import hashlib
import json
import shutil
from pathlib import Path

import pytest

from pipeline import release
from pipeline.release import ReleaseError
from tests.conftest import Place
from tests.support.ogi import Ogi, text
from tests.support.workspace import SeedText


def contents(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_a_release_is_whole_and_the_same_each_time(seeds: Place, ogi: Ogi, tmp_path: Path) -> None:
    accuracy = tmp_path / "measured.txt"
    accuracy.write_text("cells right: 100 %\n")
    said = text(ogi("release", tmp_path / "one", "--accuracy", accuracy, settings=seeds))
    assert "5 reports of run test" in said
    written = contents(tmp_path / "one")
    manifest = json.loads((tmp_path / "one" / "release.json").read_text(encoding="utf-8"))
    listed = {file["path"]: file["sha256"] for file in manifest["files"]}
    assert listed == {name: digest for name, digest in written.items() if name not in ("release.json", "SHA256SUMS")}
    assert {"accuracy.txt", "site/index.html", "xlsx/datapackage.json", "csv/croissant.json"} <= listed.keys()
    sums = dict(reversed(line.split("  ", 1)) for line in (tmp_path / "one" / "SHA256SUMS").read_text().splitlines())
    assert sums == {name: digest for name, digest in written.items() if name != "SHA256SUMS"}
    release.write(seeds.settings.warehouse, tmp_path / "two", accuracy=accuracy)
    assert contents(tmp_path / "two") == written


def test_what_changed_since_the_last_release(place: Place, seed_text: SeedText, tmp_path: Path) -> None:
    place.put("a.txt", seed_text(0))
    place.ingest()
    before = tmp_path / "before.duckdb"
    shutil.copyfile(place.settings.warehouse, before)
    place.put("b.txt", seed_text(1))
    place.ingest()
    release.write(place.settings.warehouse, tmp_path / "release", before)
    lines = (tmp_path / "release" / "changes.csv").read_text(encoding="utf-8").splitlines()
    assert lines[0] == "table_name,agency_id,agency,year,added,removed,changed,note"
    assert [line.split(",")[4:7] for line in lines if line.startswith("dim_report,")] == [["1", "0", "0"]]


def test_a_release_is_never_replaced_and_nothing_is_left_of_one_that_failed(
    seeds: Place, ogi: Ogi, tmp_path: Path
) -> None:
    (tmp_path / "there").mkdir()
    assert "a release is never replaced" in text(ogi("release", tmp_path / "there", settings=seeds), 1)
    with pytest.raises(ReleaseError, match="there is no warehouse"):
        release.write(seeds.settings.warehouse, tmp_path / "new", since=tmp_path / "none.duckdb")
    assert [path.name for path in tmp_path.iterdir() if path.name != "elsewhere"] == ["there"]
