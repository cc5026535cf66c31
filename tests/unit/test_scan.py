"""Pages that are pictures: refused with the command that installs OCR; what OCR reads is marked line by line.

Here a double stands for OCR; what it really reads is tested in ``tests/scans``.
"""

import pickle
from collections.abc import Iterator
from typing import Any

import pytest

from pipeline.reader.document import Document, Place
from pipeline.reader.formats import registry, staged
from pipeline.reader.formats.pages import scan
from pipeline.reader.formats.pages.content import Bounds, Box, Glyph, PageContent
from pipeline.reader.formats.raw_file import RawFile
from pipeline.reader.identity.identify import Identity
from pipeline.reader.raw_report import pictures
from pipeline.sources.fetch import RejectedError
from tests.support.pdfs import pages, text

#: A page whose text is not shown, as a scanner's program lays it under the picture.
SCAN = text(72, 700, "Hidden", "3 Tr")
WORDS = "政府信息公开工作年度报告总体情况本年主动公开政府信息情况收到和处理申请"


def read(*contents: bytes) -> Document:
    return registry.read(RawFile(pages(*contents), ".pdf", 300_000))


def refused(*contents: bytes) -> RejectedError:
    with pytest.raises(RejectedError) as caught:
        read(*contents)
    return caught.value


def line(words: str, y: float) -> Iterator[Glyph]:
    for at, letter in enumerate(words):
        yield Glyph(letter, 72 + 10 * at, y, 82 + 10 * at, y + 10, round(y))


@pytest.fixture
def ocr(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A double of OCR, which reads these lines on each page that it is given."""
    lines = [WORDS]

    def content(page: Any, blank: PageContent, limits: Bounds) -> PageContent:
        glyphs = [glyph for at, words in enumerate(lines) for glyph in line(words, 100 + 30 * at)]
        return PageContent(blank.number, blank.width, blank.height, glyphs=glyphs, is_seen=True)

    monkeypatch.setattr(scan, "is_installed", lambda: True)
    monkeypatch.setattr(scan, "page_content", content)
    return lines


@pytest.mark.parametrize("contents", [[SCAN], [b"0 0 m 100 100 l S"], [text(72, 700, "Words"), SCAN]])
def test_without_ocr_the_command_that_installs_it_is_told(
    contents: list[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scan, "is_installed", lambda: False)
    error = refused(*contents)
    assert error.reason == "needs_ocr"
    assert "pip install 'ogi-warehouse[documents,ocr]'" in error.message


def test_what_is_read_from_a_picture_is_marked(ocr: list[str]) -> None:
    document = read(text(72, 700, "Printed"), SCAN)
    assert document.lines == ["Printed", WORDS]
    assert (document.seen, document.encoding, document.format) == ([2], "pdfium+ocr", "pdf")
    assert document.places is not None
    assert [place and place.page for place in document.places] == [1, 2]
    # The marks are kept on the way from the process that reads, and in the staging.
    assert pickle.loads(pickle.dumps(document)).seen == [2]
    assert staged.loads(*staged.dumps(document)).seen == [2]


def test_a_page_with_text_is_not_read_from_its_picture(ocr: list[str]) -> None:
    document = read(text(72, 700, "Printed"))
    assert (document.lines, document.seen, document.encoding) == (["Printed"], [], "pdfium")


@pytest.mark.parametrize("words", ["", "鱶鱸鱺鸙鸚鸛鸝鸞鹼鹽鹿麁麃麄麅麆麇麈麉麋麌麍麎麏麐麑麔麕麖麗麘麙"])
def test_a_picture_of_no_text_is_refused(ocr: list[str], words: str) -> None:
    """A photograph, or a page upside down: what OCR makes of it are no words."""
    ocr[:] = [words]
    assert refused(SCAN).reason == "needs_ocr"


def test_a_place_is_on_the_page_that_lies_aslant() -> None:
    """On a page that lies 90 degrees aslant what was levelled right of the middle stands below it."""
    page = PageContent(1, 200, 200, tilt=90)
    assert page.place(Box(140, 95, 160, 105)) == Place(1, 90, 145, 110, 155)
    level = PageContent(1, 200, 200)
    assert level.place(Box(140, 95, 160, 105)) == Place(1, 140, 95, 160, 105)


@pytest.mark.parametrize(
    ("first", "origin", "is_warned"),
    [
        ("红旗区财政局", "agency:title year:title", True),
        ("红旗区财政局2024年报告", "agency:title year:title", True),
        ("红旗区财政局 2023 年报告", "agency:title year:title", False),
        ("目录", "agency:manifest year:title", True),
        ("目录", "agency:manifest year:manifest", False),
        ("目录", "agency:folder year:file_name", False),
    ],
)
def test_agency_and_year_that_only_a_picture_tells_are_warned_of(first: str, origin: str, is_warned: bool) -> None:
    lines = [first, "红旗区财政局2023年"]
    places: list[Place | None] = [Place(1, 0, 0, 9, 9), Place(2, 0, 0, 9, 9)]
    document = Document("\n".join(lines), lines, [], places=places, seen=[2])
    found = list(pictures(Identity("红旗区财政局", 2023, None, origin, []), document))
    assert [each.rule for each in found] == ["read_from_picture", *["identity_from_picture"] * is_warned]
    assert found[0].actual == "2"


def test_a_document_of_text_has_no_such_finding() -> None:
    assert list(pictures(Identity(None, None, None, "", []), Document("a", ["a"], []))) == []
