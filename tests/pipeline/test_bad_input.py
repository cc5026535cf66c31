"""Files that are no reports: each ends as a row of ``rejected_report`` with its reason, and the rest is loaded."""

import os

import pytest

from pipeline.reader import extraction
from pipeline.settings import PROJECT
from pipeline.sources.files import SourceError
from pipeline.staging import collect
from schemas.rejected_report import REASONS
from tests.conftest import Place
from tests.support.workspace import SeedText

TABLE = "一、本年新收政府信息公开申请数量\t0\t0\t0\t0\t0\t0\t0"

REJECTED = {
    "empty.txt": (b"", "empty"),
    "blank.txt": (b" \r\n\t\n", "empty"),
    "report.pdf": (b"%PDF-1.7 ...", "damaged_document"),
    "report.docx": (b"PK\x03\x04 ...", "damaged_document"),
    "pdf_as.txt": (b"%PDF-1.7 ...", "damaged_document"),
    "data.csv": ("政府信息公开".encode(), "unsupported_format"),
    "binary.txt": (bytes(range(256)) * 40, "undecodable"),
    "letter.txt": ("各位同事：今天下午开会。".encode(), "not_a_report"),
    "copy.txt": (f"开云体育2025年政府信息公开工作年度报告\n{TABLE}".encode(), "hijacked_copy"),
    "nobody.txt": (f"2025年，我局认真做好政府信息公开工作，报告如下。\n{TABLE}".encode(), "no_agency"),
    "never.txt": (f"红旗区民政局政府信息公开工作年度报告\n{TABLE}".encode(), "no_year"),
    "old.txt": (f"红旗区民政局2012年政府信息公开工作年度报告\n{TABLE}".encode(), "year_out_of_scope"),
    "future.txt": (f"红旗区民政局2205年政府信息公开工作年度报告\n{TABLE}".encode(), "year_out_of_scope"),
    "prose.txt": ("红旗区民政局2025年政府信息公开工作年度报告\n一、总体情况\n全年公开5条。".encode(), "no_tables"),
}


@pytest.mark.parametrize("name", REJECTED)
def test_a_bad_file_is_rejected_and_the_rest_is_loaded(place: Place, seed_text: SeedText, name: str) -> None:
    content, reason = REJECTED[name]
    place.put(f"sub/{name}", content)
    place.put("good.txt", seed_text(0))
    place.ingest()
    ((file, digest, found, message),) = place.query(
        "SELECT source_file, source_sha256, reason, message FROM rejected_report"
    )
    assert (file, found) == (f"sub/{name}", reason)
    assert len(digest) == 64
    assert len(message) > 10
    assert place.query("SELECT count(*) FROM fact_application_handling") == [(25,)]


def test_all_bad_files_at_once_are_accounted_for(place: Place, seed_text: SeedText) -> None:
    for name, (content, _) in REJECTED.items():
        place.put(name, content)
    place.put("good.txt", seed_text(0))
    place.ingest()
    assert place.query("SELECT count(*) FROM rejected_report") == [(len(REJECTED),)]
    assert place.query("SELECT source_file FROM dim_report") == [("good.txt",)]


def test_nothing_but_bad_files_still_publishes(place: Place) -> None:
    place.put("empty.txt", b"")
    place.ingest()
    assert place.query("SELECT reason FROM rejected_report") == [("empty",)]
    assert place.query("SELECT count(*) FROM dim_report") == [(0,)]


def test_a_file_too_large(place: Place, monkeypatch: pytest.MonkeyPatch, seed_text: SeedText) -> None:
    monkeypatch.setenv("OGI_MAX_FILE_MB", "0.001")
    place.put("large.txt", seed_text(0))
    place.ingest()
    assert place.query("SELECT reason FROM rejected_report") == [("too_large",)]


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads every file; run as another user")
def test_a_file_that_may_not_be_read(place: Place) -> None:
    place.put("closed.txt", "x").chmod(0)
    place.ingest()
    assert place.query("SELECT reason, source_sha256 FROM rejected_report") == [("unreadable_file", "")]


def test_a_dangling_link_is_an_unreadable_file(place: Place) -> None:
    place.raw.mkdir()
    (place.raw / "gone.txt").symlink_to("nowhere.txt")
    place.ingest()
    assert place.query("SELECT source_file, reason, source_sha256 FROM rejected_report") == [
        ("gone.txt", "unreadable_file", "")
    ]


def test_a_report_that_breaks_the_reader(place: Place, monkeypatch: pytest.MonkeyPatch, seed_text: SeedText) -> None:
    place.put("bad.txt", seed_text(0))
    place.put("good.txt", seed_text(2))
    real = extraction.match

    def breaks(document):  # type: ignore[no-untyped-def]
        if any("红旗区东街" in cell for row in document.rows for cell in row.cells):
            raise ZeroDivisionError("on purpose")
        return real(document)

    monkeypatch.setattr(extraction, "match", breaks)
    place.ingest()
    ((name, reason, message),) = place.query("SELECT source_file, reason, message FROM rejected_report")
    assert (name, reason) == ("bad.txt", "parser_error")
    assert "ZeroDivisionError: on purpose" in message
    assert place.query("SELECT source_file FROM dim_report") == [("good.txt",)]


def test_a_source_that_is_not_there(place: Place) -> None:
    with pytest.raises(SourceError, match="no such file or folder"):
        collect.collect([place.folder / "nowhere"], place.settings)


def test_two_sources_with_a_file_of_one_name(place: Place) -> None:
    one, other = place.put("a/report.txt", "x"), place.put("b/report.txt", "y")
    with pytest.raises(SourceError, match="both be known as report"):
        collect.collect([one.parent, other.parent], place.settings)


def test_the_readme_lists_every_reason() -> None:
    text = (PROJECT / "README.md").read_text(encoding="utf-8")
    assert [reason for reason in REASONS if f"`{reason}`" not in text] == []
