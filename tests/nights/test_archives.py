"""Archives: their members are files of their own, and each is accounted for once."""

import os
import shutil
import zipfile
from pathlib import Path

import pytest

from pipeline.reader.formats import registry
from pipeline.sources import fetch
from pipeline.sources.files import SourceError, SourceFile
from pipeline.staging import collect, fingerprints
from pipeline.warehouse.pending import pending
from tests.conftest import Place
from tests.support import hostile_format
from tests.support.workspace import SeedText
from tests.support.zips import packed, renamed

NONE_PENDING = ((), (), ())


def loaded(place: Place) -> list[str]:
    return [name for (name,) in place.query("SELECT source_file FROM dim_report ORDER BY 1")]


def rejected(place: Place) -> dict[str, str]:
    return dict(place.query("SELECT source_file, reason FROM rejected_report ORDER BY 1"))


def to_do(place: Place) -> tuple[tuple[str, ...], ...]:
    found = pending(place.settings)
    return found.new, found.changed, found.removed


def test_members_are_files_of_their_own(place: Place, seed_text: SeedText) -> None:
    inner = packed({"d.txt": seed_text(3), "e.txt": "各位同事：今天下午开会。"}, zipfile.ZIP_STORED)
    place.put("plain.txt", seed_text(0))
    place.put(
        "sub/年报.zip",
        packed({"a.txt": seed_text(1), "县/b.txt": seed_text(2), "inner.zip": inner, "picture.jpg": b"\xff\xd8"}),
    )
    result = place.ingest()
    assert loaded(place) == [
        "plain.txt",
        "sub/年报.zip!/a.txt",
        "sub/年报.zip!/inner.zip!/d.txt",
        "sub/年报.zip!/县/b.txt",
    ]
    assert rejected(place) == {
        "sub/年报.zip!/inner.zip!/e.txt": "not_a_report",
        "sub/年报.zip!/picture.jpg": "unsupported_format",
    }
    assert result.files_new == 6
    assert to_do(place) == NONE_PENDING


def test_a_member_is_read_as_the_same_file_outside_would_be(place: Place, seed_text: SeedText, tmp_path: Path) -> None:
    place.put("a.txt", seed_text(4))
    place.ingest()
    query = "SELECT COLUMNS(c -> c <> 'agency_id') FROM fact_application_handling ORDER BY ALL"
    outside = place.query(query)
    (place.raw / "a.txt").unlink()
    place.put("a.zip", packed({"a.txt": seed_text(4)}))
    place.ingest()
    assert loaded(place) == ["a.zip!/a.txt"]
    assert place.query(query) == outside


def test_an_archive_that_did_not_change_is_not_opened(place: Place, seed_text: SeedText, opened: list[str]) -> None:
    place.put("a.zip", packed({"a.txt": seed_text(0), "b.txt": seed_text(1), "no.txt": "各位同事", "x.bin": "x"}))
    place.put("locked.zip", b"PK\x03\x04")
    place.ingest()
    assert set(opened) == {"a.zip", "locked.zip"}
    opened.clear()
    place.ingest()
    assert to_do(place) == NONE_PENDING
    assert opened == []
    assert len(loaded(place)) == 2


def test_what_is_no_text_is_read_again_once_a_library_is_installed(
    place: Place, seed_text: SeedText, opened: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    place.put("a.zip", packed({"a.pdf": b"%PDF-1.7 ..."}))
    place.put("b.txt", seed_text(0))
    place.put("c.pdf", b"%PDF-1.7 ...")
    place.ingest()
    opened.clear()
    monkeypatch.setattr(fingerprints, "_installed", lambda: ["another"])
    place.ingest()
    assert set(opened) == {"a.zip", "c.pdf"}


def test_an_archive_that_lost_a_member_loses_its_report(place: Place, seed_text: SeedText) -> None:
    place.put("a.zip", packed({"a.txt": seed_text(0), "b.txt": seed_text(1)}))
    place.ingest()
    place.put("a.zip", packed({"b.txt": seed_text(1).replace("三", "三 "), "c.txt": seed_text(2)}))
    assert to_do(place) == (("a.zip!/c.txt",), ("a.zip!/b.txt",), ("a.zip!/a.txt",))
    result = place.ingest()
    assert loaded(place) == ["a.zip!/b.txt", "a.zip!/c.txt"]
    assert (result.files_new, result.files_changed, result.files_removed) == (1, 1, 1)
    (place.raw / "a.zip").unlink()
    place.put("d.txt", seed_text(3))
    place.ingest()
    assert loaded(place) == ["d.txt"]


def test_damaged_staging_costs_no_member_and_doubles_none(place: Place, seed_text: SeedText) -> None:
    """An archive with members of several years, of which one year's decoded reports are damaged."""
    place.put("a.zip", packed({"a.txt": seed_text(0), "b.txt": seed_text(4), "c.txt": "各位同事"}))
    place.ingest()
    before = place.query("SELECT * EXCLUDE loaded_at FROM dim_report ORDER BY ALL")
    raw = next((place.settings.staging / "raw").glob("*.parquet"))
    raw.write_bytes(b"")
    place.ingest()
    assert place.query("SELECT * EXCLUDE loaded_at FROM dim_report ORDER BY ALL") == before
    assert rejected(place) == {"a.zip!/c.txt": "not_a_report"}


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (packed({}), "empty"),
        (packed({"README.txt": "x", ".hidden": "x", "__MACOSX/._a.txt": "x", "folder/": ""}), "empty"),
        (packed({"a.txt": "x" * 1000})[:-30], "damaged_document"),
        (b"PK\x03\x04", "damaged_document"),
    ],
    ids=["nothing in it", "no report in it", "cut off", "four bytes"],
)
def test_an_archive_that_cannot_be_opened_is_a_rejected_file(
    place: Place, seed_text: SeedText, data: bytes, reason: str
) -> None:
    place.put("good.txt", seed_text(0))
    place.put("a.zip", data)
    place.ingest()
    assert rejected(place) == {"a.zip": reason}
    assert loaded(place) == ["good.txt"]
    assert to_do(place) == NONE_PENDING


def test_what_an_archive_is_is_told_by_its_bytes(place: Place, seed_text: SeedText) -> None:
    place.put("a.txt", packed({"a.txt": seed_text(0)}))
    place.put("b.zip", packed({"[Content_Types].xml": "x", "word/document.xml": "x"}))
    place.put("c.zip", packed({"OFD.xml": "x"}))
    place.put("d.zip", seed_text(1))
    place.ingest()
    assert loaded(place) == ["a.txt!/a.txt"]
    assert not any("!/" in name for name in rejected(place))
    assert rejected(place).keys() == {"b.zip", "c.zip", "d.zip"}


def test_names_in_gbk_and_names_that_occur_twice(place: Place, seed_text: SeedText) -> None:
    """As archives packed on Windows have them: bytes of GBK, without the mark of UTF-8."""
    name = "镇年报.txt".encode("gbk")
    place.put("a.zip", renamed(packed({"XXXXXX.txt": seed_text(0), "b.txt": seed_text(1)}), b"XXXXXX.txt", name))
    twice = packed({"d/b.txt": seed_text(2), "d/X.txt": seed_text(3), "d/b (2).txt": seed_text(4)})
    place.put("b.zip", renamed(twice, b"d/X.txt", b"d/b.txt"))
    place.put("manifest.csv", "file,published\na.zip!/镇年报.txt,2026-01-31\nb.zip!/d/b.txt,2026-02-01\n")
    place.ingest()
    assert loaded(place) == [
        r"a.zip!/\xd5\xf2\xc4\xea\xb1\xa8.txt",
        "a.zip!/b.txt",
        "b.zip!/d/b (2) (2).txt",
        "b.zip!/d/b (2).txt",
        "b.zip!/d/b.txt",
    ]
    assert place.query("SELECT source_file FROM dim_report WHERE published IS NOT NULL ORDER BY 1") == [
        (r"a.zip!/\xd5\xf2\xc4\xea\xb1\xa8.txt",),
        ("b.zip!/d/b.txt",),
    ]
    assert place.query("FROM sidecar_issue") == []


def test_lines_of_a_manifest_about_archives(place: Place, seed_text: SeedText, opened: list[str]) -> None:
    place.put("a.zip", packed({"a.txt": seed_text(0), "manifest.csv": "file\na.txt\n"}))
    place.put("b.zip", packed({"b.txt": seed_text(1)}))
    place.put("sub/c.zip", packed({"c.txt": seed_text(2)}))
    place.put("sub/manifest.csv", "file,published\nc.zip!/c.txt,2026-01-05\n")
    lines = "file,published\na.zip!/a.txt,{}\na.zip!/none.txt,2026-01-01\nb.zip,2026-01-02\nnone.zip!/a.txt,\n"
    place.put("manifest.csv", lines.format("2026-01-31"))
    query = "SELECT source_file, published::VARCHAR FROM dim_report WHERE published IS NOT NULL ORDER BY 1"
    issues = "SELECT source_line, actual FROM sidecar_issue ORDER BY 1"
    for day in ("2026-01-31", "2026-02-28"):
        place.put("manifest.csv", lines.format(day))
        opened.clear()
        place.ingest()
        assert place.query(query) == [("a.zip!/a.txt", day), ("sub/c.zip!/c.txt", "2026-01-05")]
        assert place.query(issues) == [(3, "a.zip!/none.txt"), (4, "b.zip"), (5, "none.zip!/a.txt")]
    assert set(opened) == {"a.zip"}
    assert rejected(place) == {"a.zip!/manifest.csv": "unsupported_format"}
    place.ingest()
    assert place.query(issues) == [(3, "a.zip!/none.txt"), (4, "b.zip"), (5, "none.zip!/a.txt")]


def test_a_folder_called_like_the_inside_of_an_archive(place: Place, seed_text: SeedText) -> None:
    place.put("b!/a.txt", seed_text(0))
    place.ingest()
    assert loaded(place) == ["b!/a.txt"]
    assert to_do(place) == NONE_PENDING
    place.put("b", packed({"c.txt": seed_text(1)}))
    place.ingest()
    assert loaded(place) == ["b!/a.txt", "b!/c.txt"]
    place.put("b", packed({"a.txt": seed_text(1)}))
    with pytest.raises(SourceError, match=r"b!/a\.txt is a file in a folder, and one in an archive"):
        place.ingest()


def test_a_source_that_is_an_archive(place: Place, seed_text: SeedText) -> None:
    path = place.put("a.zip", packed({"a.txt": seed_text(0)}))
    place.ingest(path)
    assert loaded(place) == ["a.zip!/a.txt"]


def test_an_archive_that_changes_while_it_is_read(
    place: Place, seed_text: SeedText, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = place.put("a.zip", packed({"a.txt": seed_text(0), "b.txt": seed_text(1)}))
    read, times = fetch.read_bytes, []

    def changing(file: SourceFile, settings: object) -> bytes:
        times.append(1)
        if len(times) == 2:
            path.write_bytes(packed({"a.txt": seed_text(2)}))
        return read(file, settings)  # type: ignore[arg-type]

    with monkeypatch.context() as patched:
        patched.setattr(fetch, "read_bytes", changing)
        place.ingest()
    assert rejected(place) == {"a.zip!/a.txt": "unreadable_file", "a.zip!/b.txt": "unreadable_file"}
    place.ingest()
    assert (loaded(place), rejected(place)) == (["a.zip!/a.txt"], {})


def test_the_name_of_an_archive_says_the_year_as_a_folder_does(place: Place) -> None:
    text = "红旗区民政局政府信息公开工作年度报告\n一、本年新收政府信息公开申请数量\t0\t0\t0\t0\t0\t0\t0"
    place.put("a.txt", text)
    place.put("2024.zip", packed({"b.txt": text}))
    place.ingest()
    assert rejected(place) == {"a.txt": "no_year"}
    assert place.query("SELECT source_file, year FROM dim_report") == [("2024.zip!/b.txt", 2024)]


def test_members_are_read_in_several_processes(
    place: Place, seed_text: SeedText, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(collect, "_FILES", 2)
    place.put("a.zip", packed({f"{number}.txt": seed_text(number) for number in range(5)}))
    place.put("b.txt", "x")
    settings = place.settings.model_copy(update={"workers": 2})
    seen: list[tuple[int, int]] = []
    collected = collect.collect([place.raw], settings, lambda _, done, total: seen.append((done, total)))
    assert (collected.files, collected.parsed, sum(collected.reports.values())) == (6, 6, 5)
    assert seen[0] == (0, 2)
    assert seen[-1] == (6, 6)
    again = collect.collect([place.raw], settings)
    assert (again.files, again.parsed) in {(6, 6), (6, 0)}  # a moment old


def test_documents_in_archives_and_beside_them(
    place: Place, seed_text: SeedText, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What their reading breaks costs one file each."""
    monkeypatch.setattr(registry, "FORMATS", (hostile_format, *registry.FORMATS))
    monkeypatch.setenv("OGI_DOCUMENT_SECONDS", "0.5")

    def document(asked: str, number: int) -> bytes:
        return hostile_format.MAGIC + f"{asked}\n{seed_text(number)}".encode()

    place.put("a.hostile", document("", 0))
    place.put("b.hostile", document("crash", 1))
    place.put(
        "c.zip",
        packed({"loop.x": document("loop", 1), "good.x": document("", 2), "big.x": document("allocate", 3)}),
    )
    place.put("d.txt", seed_text(4))
    place.ingest()
    assert loaded(place) == ["a.hostile", "c.zip!/good.x", "d.txt"]
    assert rejected(place) == {
        "b.hostile": "damaged_document",
        "c.zip!/big.x": "too_large",
        "c.zip!/loop.x": "too_large",
    }
    assert place.query("SELECT format, count(*) FROM dim_report GROUP BY 1 ORDER BY 1") == [("hostile", 2), ("text", 1)]


def test_a_closed_folder_keeps_the_members_of_its_archives(place: Place, seed_text: SeedText) -> None:
    if os.geteuid() == 0:
        pytest.skip("root may read every folder")
    place.put("closed/a.zip", packed({"a.txt": seed_text(0)}))
    place.put("b.txt", seed_text(1))
    place.ingest()
    (place.raw / "closed").chmod(0)
    try:
        place.ingest()
        assert loaded(place) == ["b.txt", "closed/a.zip!/a.txt"]
    finally:
        (place.raw / "closed").chmod(0o755)
        shutil.rmtree(place.raw)
