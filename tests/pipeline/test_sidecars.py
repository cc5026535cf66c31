"""manifest.csv, waivers.csv and agencies.csv are read strictly: no row is lost, and each error names file and line."""

from pathlib import Path
from typing import NamedTuple

import pytest

from pipeline.regions.register import register
from pipeline.rules.waivers import waivers
from pipeline.sources.files import SIDECARS, SourceError, find
from pipeline.sources.manifest import manifests


class Sidecar(NamedTuple):
    """A file of this kind: its header, a good row, and the column that needs a value."""

    header: str
    row: str
    first: str

    def read(self, folder: Path) -> int:
        """How many rows the file in a folder has."""
        read = {"file": manifests, "agency": waivers}.get(self.first)
        return len(read([folder])) if read else len(register([folder]).entries)


FILES = {
    "manifest.csv": Sidecar("file,agency,year", "甲.txt,某市某局,2024", "file"),
    "waivers.csv": Sidecar(
        "agency,year,rule,reason,by,date", "某市某局,2024,balance,原文如此,王芳,2026-03-01", "agency"
    ),
    "agencies.csv": Sidecar("name,region_code,aliases", "洛阳市科学技术局,410300,市科委", "name"),
}


def faults(sidecar: Sidecar) -> dict[str, tuple[str | bytes, int, str]]:
    """Content, the line that the error names, and what it says."""
    header, row, first = sidecar
    start = f"{header}\n{row}\n"
    return {
        "short": (f"{start}{row.partition(',')[0]}\n", 3, "fewer values than columns; an empty value has its comma"),
        "long": (f"{start}{row},more\n", 3, "more values than columns; a value with a comma in it stands in"),
        "quote": (f'{start}"{row}\n{row}\n{row}\n', 3, "is no CSV (unexpected end of data); a value in"),
        "behind a quote": (f'{start}"x"y,{row}\n{row}\n', 3, "is no CSV"),
        "quote in header": (f'"{header}\n{row}\n', 1, "is no CSV"),
        "empty": (f"{start} {row[row.index(',') :]}\n", 3, f"nothing stands under {first}"),
        "column": (f"x{header}\n{row}\n", 1, f"has no column named {first}; it needs"),
        "nothing": ("", 1, f"has no column named {first}"),
        "column twice": (f"{header},{first}\n{row},x\n", 1, f"has two columns named {first}"),
        "encoding": (f"{header}\n{row}\n".encode("gb18030"), 2, "is not UTF-8"),
    }


@pytest.mark.parametrize("fault", faults(FILES["manifest.csv"]))
@pytest.mark.parametrize("name", FILES)
def test_a_fault_is_an_error_with_file_and_line(tmp_path: Path, name: str, fault: str) -> None:
    content, line, message = faults(FILES[name])[fault]
    path = tmp_path / "sub" / name
    path.parent.mkdir()
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(SourceError) as caught:
        FILES[name].read(tmp_path)
    assert str(caught.value).startswith(f"{path}, line {line}: ")
    assert message in str(caught.value)


@pytest.mark.parametrize("name", FILES)
def test_lines_of_nothing_but_commas_are_skipped(tmp_path: Path, name: str) -> None:
    sidecar = FILES[name]
    text = f"\ufeff{sidecar.header},\r\n\r\n{sidecar.row},\r\n,,,\r\n ,\r\n,,,,,,,,,,\r\n"
    (tmp_path / name).write_bytes(text.encode())
    assert sidecar.read(tmp_path) == 1


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / name).touch()

    def refused(path: Path) -> bytes:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "read_bytes", refused)
    with pytest.raises(SourceError, match=f"{name}: {name} cannot be read .Permission denied."):
        FILES[name].read(tmp_path)


def test_none_of_them_is_a_report(tmp_path: Path) -> None:
    assert set(SIDECARS) == set(FILES)
    for name in [*SIDECARS, "report.txt"]:
        (tmp_path / name).touch()
    assert [file.source_file for file in find([tmp_path])] == ["report.txt"]


def test_the_manifest_nearest_to_a_file_wins(tmp_path: Path) -> None:
    for folder in ("a", "z"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "manifest.csv").write_text("file,year\n1.txt,2025\n")
    (tmp_path / "manifest.csv").write_text("file,year\na/1.txt,2024\nz/1.txt,2024\nz/2.txt,2024\n")
    years = {name: entry.year for name, entry in manifests([tmp_path]).items()}
    assert years == {"a/1.txt": 2025, "z/1.txt": 2025, "z/2.txt": 2024}


def test_sources_in_each_other_have_the_names_of_both(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "manifest.csv").write_text("file,year\n1.txt,2025\n")
    assert set(manifests([tmp_path, tmp_path / "a"])) == {"a/1.txt", "1.txt"}
    (tmp_path / "a" / "1.txt").touch()
    assert set(manifests([tmp_path / "a" / "1.txt"])) == {"1.txt"}
