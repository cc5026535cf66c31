"""File names are bytes: one that is not UTF-8 is known by an escaped one, and costs nobody anything."""

import os
import random
from pathlib import Path

import pytest

from pipeline.sources import names
from pipeline.sources.files import find
from tests.conftest import Place
from tests.support.agencies import BUREAU, Report
from tests.support.workspace import SeedText

pytest_plugins = ["tests.support.agencies"]


def put(place: Place, name: bytes, content: str | bytes) -> None:
    """Write a raw file whose name is bytes."""
    place.put(os.fsdecode(name), content)


def test_every_name_has_one_text_and_gives_its_bytes_back() -> None:
    rng = random.Random(19)
    pieces = [b"\\", b"x", b"5c", b"c4", b"\\xc4", b"\xff", b"\xc4", "年".encode(), b"a", b"/"]
    texts: dict[str, bytes] = {}
    for _ in range(20_000):
        data = b"".join(rng.choices(pieces, k=rng.randint(0, 8)))
        text = names.of_path(os.fsdecode(data))
        text.encode()
        assert names.to_bytes(text) == data
        assert names.to_path(text) == os.fsdecode(data)
        assert texts.setdefault(text, data) == data


def test_names_that_are_not_utf_8_are_loaded_beside_those_that_look_like_them(
    place: Place, seed_text: SeedText
) -> None:
    put(place, "年报.txt".encode("gbk"), seed_text(0))
    put(place, b"\xff\xfe.txt", seed_text(1))
    put(place, rb"\xff\xfe.txt", seed_text(2))
    put(place, "年报.txt".encode(), seed_text(3))
    put(place, b"\xff.docx", b"PK\x03\x04")
    place.ingest()
    assert place.query("SELECT source_file FROM dim_report ORDER BY 1") == [
        (r"\x5cxff\x5cxfe.txt",),
        (r"\xc4\xea\xb1\xa8.txt",),
        (r"\xff\xfe.txt",),
        ("年报.txt",),
    ]
    assert place.query("SELECT source_file, reason FROM rejected_report") == [(r"\xff.docx", "damaged_document")]
    again = place.ingest()
    assert (again.files_new, again.files_changed, again.files_removed) == (0, 0, 0)


def test_names_of_files_and_folders_in_gbk_say_agency_and_place(place: Place, report: Report) -> None:
    put(place, "江苏省/南京市/a.txt".encode("gbk"), report(BUREAU))
    put(place, "福建省/福州市/a.txt".encode(), report(BUREAU, penalties=2))
    place.ingest()
    assert place.query("SELECT region_code FROM dim_agency ORDER BY 1") == [("320106",), ("350102",)]


MANIFEST = "file,agency,year\n{},某市某局,2024\n"


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("年报/报告.txt".encode("gbk"), r"\xc4\xea\xb1\xa8/\xb1\xa8\xb8\xe6.txt"),
        ("年报/报告.txt".encode("gbk"), "年报/报告.txt"),
        ("年报/e\u0301.txt".encode(), "年报/\u00e9.txt"),
        ("年报/报告.txt".encode(), "年报\\报告.txt"),
    ],
    ids=["escaped", "as typed", "decomposed, as macOS has it", "as Windows writes it"],
)
def test_a_manifest_names_a_file_as_people_see_it(place: Place, report: Report, name: bytes, line: str) -> None:
    put(place, name, report("另一局", 2023))
    place.put("manifest.csv", MANIFEST.format(line))
    place.ingest()
    assert place.query("SELECT name, year FROM dim_agency JOIN dim_report USING (agency_id)") == [("某市某局", 2024)]


def test_a_manifest_in_a_folder_whose_name_is_not_utf_8(place: Place, report: Report) -> None:
    folder = "年报".encode("gbk")
    put(place, folder + b"/a.txt", report("另一局", 2023))
    put(place, folder + b"/manifest.csv", MANIFEST.format("a.txt"))
    place.ingest()
    assert place.query("SELECT year FROM dim_report") == [(2024,)]


def test_a_source_whose_own_name_is_not_utf_8(tmp_path: Path) -> None:
    folder = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff"))
    folder.mkdir()
    (folder / "a.txt").touch()
    assert [file.source_file for file in find([folder])] == ["a.txt"]
    assert [file.source_file for file in find([folder / "a.txt"])] == ["a.txt"]
