"""Exports one after another into the same folder."""

from pathlib import Path

import pytest

from tests.conftest import Place
from tests.support.exports import FORMATS, done, files

pytest_plugins = ["tests.support.export_places"]


@pytest.mark.parametrize("kind", FORMATS)
def test_the_same_warehouse_gives_the_same_bytes_and_replaces_what_is_there(
    broad: Place, tmp_path: Path, kind: str
) -> None:
    done(broad, tmp_path / "one", kind)
    (tmp_path / "one" / "mine").mkdir()
    (tmp_path / "one" / "mine" / "notes.txt").write_text("mine")
    (tmp_path / "one" / "notes.txt").write_text("mine too")
    done(broad, tmp_path / "two", kind)
    done(broad, tmp_path / "one", kind)
    one, two = files(tmp_path / "one"), files(tmp_path / "two")
    assert (one.pop("mine/notes.txt"), one.pop("notes.txt")) == (b"mine", b"mine too")
    assert one == two
    assert not [path for path in (tmp_path / "one").iterdir() if path.name.startswith(".")]


def test_a_run_that_was_killed_while_moving_is_cleared_up(seeds: Place, broad: Place, tmp_path: Path) -> None:
    out, other = tmp_path / "out", tmp_path / "other"
    done(seeds, out, "parquet")
    done(broad, other, "parquet")
    expected = files(other)
    # As a kill leaves it: the old ones are out, half of the new ones in, the descriptor among neither.
    work = out / ".ogi-export"
    (work / "old").mkdir(parents=True)
    for path in list(out.iterdir()):
        if path != work:
            path.rename(work / "old" / path.name)
    (work / "new").mkdir()
    for number, path in enumerate(sorted(other.iterdir())):
        path.rename((work / "new" if number % 2 or path.name == "datapackage.json" else out) / path.name)
    (out / "notes.txt").write_text("mine")
    assert not (out / "datapackage.json").exists()
    done(broad, out, "parquet")
    assert files(out) == {**expected, "notes.txt": b"mine"}
