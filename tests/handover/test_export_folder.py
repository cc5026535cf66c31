"""The folder of an export: it is replaced when the new one is whole, and nothing of others is lost."""

import json
from pathlib import Path

import pytest

from pipeline.export import package
from pipeline.export.errors import ExportError
from pipeline.export.folder import replacing
from pipeline.system import lock
from tests.conftest import Place
from tests.support.exports import FORMATS, done, files

pytest_plugins = ["tests.support.export_places"]


@pytest.mark.parametrize("kind", FORMATS)
def test_a_failed_export_leaves_the_one_before(
    broad: Place, seeds: Place, tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    done(broad, tmp_path, kind)
    before = files(tmp_path)

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(package, "descriptor", fail)
    with pytest.raises(ExportError, match=r"cannot be written.*make room on the disk, or name another place \(another"):
        done(seeds, tmp_path, kind)
    assert files(tmp_path) == before


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("name", ["a'b [c] *", "报告 导出", "year=2020"])
def test_the_folder_may_be_called_anything(seeds: Place, tmp_path: Path, kind: str, name: str) -> None:
    package = done(seeds, tmp_path / name / "out", kind)
    assert {path.name for path in tmp_path.rglob("datapackage.json")} == {"datapackage.json"}
    assert len(package["resources"]) == len(done(seeds, tmp_path / "plain", kind)["resources"])


def test_partitions_of_years_that_are_gone_do_not_stay(broad: Place, seeds: Place, tmp_path: Path) -> None:
    done(broad, tmp_path, "parquet")
    assert (tmp_path / "fact_reconsideration" / "year=2021").is_dir()
    done(seeds, tmp_path, "parquet")
    assert sorted(path.name for path in (tmp_path / "fact_reconsideration").iterdir()) == ["year=2024", "year=2025"]


@pytest.mark.parametrize("name", ["dim_agency.parquet", "fact_reconsideration/year=1999/part-0.parquet", "glossary.md"])
def test_a_file_of_somebody_else_is_not_overwritten(seeds: Place, tmp_path: Path, name: str) -> None:
    (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / name).write_text("mine")
    with pytest.raises(ExportError, match=f"{name} is no file of an earlier export"):
        done(seeds, tmp_path, "parquet")
    assert files(tmp_path) == {name: b"mine"}


def test_a_data_package_of_somebody_else_is_not_overwritten(seeds: Place, tmp_path: Path) -> None:
    for text in ('{"name": "theirs", "resources": []}', "{", "[]", '{"name": "ogi-warehouse"}'):
        (tmp_path / "datapackage.json").write_text(text)
        with pytest.raises(ExportError, match=r"datapackage\.json is no file of an earlier export"):
            done(seeds, tmp_path, "csv")
        assert files(tmp_path) == {"datapackage.json": text.encode()}


def test_an_export_in_another_format_is_left_alone(seeds: Place, tmp_path: Path) -> None:
    done(seeds, tmp_path, "csv")
    before = files(tmp_path)
    with pytest.raises(ExportError, match="holds an export as csv; name another folder, or remove that one"):
        done(seeds, tmp_path, "xlsx")
    assert files(tmp_path) == before


def test_what_a_descriptor_says_is_only_believed_below_it(seeds: Place, tmp_path: Path) -> None:
    folder, outside = tmp_path / "out", tmp_path / "outside.csv"
    outside.write_text("mine")
    done(seeds, folder, "csv")
    package = json.loads((folder / "datapackage.json").read_text())
    package["resources"][0]["path"] = ["../outside.csv", str(outside), "."]
    (folder / "datapackage.json").write_text(json.dumps(package))
    with pytest.raises(ExportError, match=r"dim_agency\.csv is no file of an earlier export"):
        done(seeds, folder, "csv")
    (folder / "dim_agency.csv").unlink()
    done(seeds, folder, "csv")
    assert outside.read_text() == "mine"


def test_an_export_of_the_version_before_is_replaced(seeds: Place, tmp_path: Path) -> None:
    (tmp_path / "dim_agency.csv").write_text("old")
    (tmp_path / "data_dictionary.md").write_text("old")
    package = {"name": "ogi-warehouse", "resources": [{"path": "dim_agency.csv", "format": "csv"}]}
    (tmp_path / "datapackage.json").write_text(json.dumps(package))
    done(seeds, tmp_path, "csv")
    assert "old" not in {path.read_text(encoding="utf-8-sig") for path in tmp_path.iterdir()}


def test_moving_that_fails_half_way_is_undone(seeds: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done(seeds, tmp_path, "csv")
    before = files(tmp_path)
    real, moved = Path.rename, []

    def rename(self: Path, target: Path) -> Path:
        moved.append(self.name)
        if len(moved) == 50:
            raise PermissionError(13, "Permission denied")
        return real(self, target)

    monkeypatch.setattr(Path, "rename", rename)
    with pytest.raises(ExportError, match="Permission denied"):
        done(seeds, tmp_path, "csv")
    assert moved[0] == "datapackage.json"
    assert len(moved) > 90  # as many back
    assert files(tmp_path) == before


def test_two_exports_into_a_folder_wait_for_each_other(seeds: Place, tmp_path: Path) -> None:
    with replacing(tmp_path, "csv") as new:
        assert lock.is_held(tmp_path / ".ogi-export.lock")
        (new / "datapackage.json").write_text("{}")
    assert [path.name for path in tmp_path.iterdir()] == ["datapackage.json"]
