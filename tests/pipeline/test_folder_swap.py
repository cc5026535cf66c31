"""Folders are replaced whole or not at all, whatever fails in between."""

from pathlib import Path

import pytest

from pipeline.system.folder_swap import exchange, fresh, remove


def fill(folder: Path, text: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "file").write_text(text)
    return folder


def test_the_new_takes_the_place_of_the_old(tmp_path: Path) -> None:
    target, old = fill(tmp_path / "target", "old"), tmp_path / "old"
    with fresh(tmp_path / "new") as new:
        fill(new, "new")
        exchange([(target, old), (new, target)])
    remove(old)
    assert [path.name for path in tmp_path.iterdir()] == ["target"]
    assert (target / "file").read_text() == "new"


def test_what_a_killed_run_left_goes_first_and_what_is_left_goes_last(tmp_path: Path) -> None:
    fill(tmp_path / "new" / "half", "half")
    with fresh(tmp_path / "new") as new:
        assert not list(new.iterdir())
        fill(new, "new")
    assert not list(tmp_path.iterdir())


def test_a_failure_leaves_no_new_folder(tmp_path: Path) -> None:
    (tmp_path / "new").write_text("a file")
    with pytest.raises(FileExistsError), fresh(tmp_path / "new"):
        pass
    (tmp_path / "new").unlink()
    with pytest.raises(IsADirectoryError), fresh(tmp_path / "new") as new:
        fill(new, "new").write_text("")
    assert not list(tmp_path.iterdir())


def test_a_rename_that_fails_takes_those_before_back(tmp_path: Path) -> None:
    one, two = fill(tmp_path / "one", "one"), fill(tmp_path / "two", "two")
    renames = [(one, tmp_path / "one.old"), (two, tmp_path / "two.old"), (tmp_path / "missing", one)]
    with pytest.raises(FileNotFoundError):
        exchange(renames)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one", "two"]
    assert ((one / "file").read_text(), (two / "file").read_text()) == ("one", "two")


def test_what_cannot_be_renamed_back_is_named_and_the_others_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = fill(tmp_path / "one", "one"), fill(tmp_path / "two", "two")
    rename = Path.rename

    def stuck(path: Path, target: Path) -> Path:
        if path.name in ("two.old", "new"):
            raise PermissionError(13, "Permission denied")
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", stuck)
    with pytest.raises(PermissionError) as raised:
        exchange([(one, tmp_path / "one.old"), (two, tmp_path / "two.old"), (tmp_path / "new", one)])
    assert raised.value.__notes__ == [f"{two} is now {two}.old: it could not be renamed back (Permission denied)"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one", "two.old"]


def test_removing_what_is_not_there_is_no_fault(tmp_path: Path) -> None:
    remove(tmp_path / "nothing")
