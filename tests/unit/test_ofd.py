"""OFD files: text and paths at their places, names as programs write them, and what must not be read or opened.

The pages are written object by object, so that what they show and where is known. A whole report is a case
(``tests/cases/documents``).
"""

import zipfile
from io import BytesIO

import pytest

from pipeline.reader.document import Document, Place
from pipeline.reader.formats import registry
from pipeline.reader.formats.pages import ofd_package
from pipeline.reader.formats.raw_file import RawFile
from pipeline.sources.fetch import RejectedError
from tests.support.ofds import content, files, package, path, text

POINTS = 72 / 25.4


def read(data: bytes, suffix: str = ".ofd") -> Document:
    return registry.read(RawFile(data, suffix, 300_000))


def lines(*pages: str) -> list[str]:
    return read(package(files(*pages))).lines


def refused(data: bytes) -> str:
    with pytest.raises(RejectedError) as caught:
        read(data)
    return caught.value.reason


def test_an_ofd_is_told_by_its_bytes_and_places_are_in_points() -> None:
    document = read(package(files(text(20, 30, "年度报告"))), ".zip")
    assert (document.format, document.encoding, document.lines) == ("ofd", "ofd", ["年度报告"])
    assert document.places is not None
    box = 20 * POINTS, (34 - 0.86 * 4) * POINTS, 36 * POINTS, (34 + 0.14 * 4) * POINTS
    assert document.places[0] == pytest.approx(Place(1, *box), abs=0.1)


@pytest.mark.parametrize("prefix", ["", "/Doc_0/", "./", "Doc_0/", "\\Doc_0\\"])
def test_files_are_found_however_they_are_named(prefix: str) -> None:
    assert read(package(files(text(20, 30, "年度报告"), prefix=prefix))).lines == ["年度报告"]


def test_the_names_of_files_may_differ_in_case() -> None:
    made = {name.upper(): each for name, each in files(text(20, 30, "年度报告")).items()}
    assert read(package(made)).lines == ["年度报告"]


@pytest.mark.parametrize(
    ("page", "found"),
    [
        (text(20, 30, "年报", deltas="4"), ["年报"]),
        (text(20, 30, "年报 12", deltas="4 4 2 2"), ["年报 12"]),
        (text(20, 30, "年报", deltas="30"), ["年 报"]),
        (text(20, 30, "年2023报", deltas="g 5 3.1"), ["年2023报"]),
        (text(20, 30, "年报", 'CTM="0.5 0 0 0.5 0 0"', "g 1 4"), ["年报"]),
        (text(20, 30, "fi\n", deltas="2", inner='<ofd:CGTransform CodePosition="0" CodeCount="2"/>'), ["fi"]),
        (text(20, 30, "年报", 'Visible="false"') + text(20, 60, "见"), ["见"]),
        (text(20, 30, "年报", inner='<ofd:FillColor Value="255 255 255"/>') + text(20, 60, "见"), ["见"]),
        (text(20, 30, "年报", 'Alpha="0"') + text(20, 60, "见"), ["见"]),
        (text(260, 30, "年报") + text(20, 60, "见"), ["见"]),
        ("<ofd:PageBlock>" + text(20, 30, "年报") + "</ofd:PageBlock>", ["年报"]),
    ],
    ids=["step", "blank", "gap", "even", "scaled", "ligature", "hidden", "white", "clear", "outside", "block"],
)
def test_text_is_read_as_it_is_shown(page: str, found: list[str]) -> None:
    assert lines(page) == found


@pytest.mark.parametrize("attributes", ['CTM="-1 0 0 -1 0 0"', 'CTM="0 1 -1 0 0 0"', 'CharDirection="180"'])
def test_digits_that_are_turned_are_not_guessed(attributes: str) -> None:
    found = "".join(lines(text(100, 150, "共21件", attributes) + text(20, 30, "报告")))
    assert "2" not in found
    assert "1" not in found


def test_cells_are_ruled_by_paths() -> None:
    across = "".join(path(20, y, "M 0 0 L 100 0") for y in (30, 40))
    area = path(20, 50, "M 0 0 L 100 0 L 100 0.3 L 0 0.3 C", 'Stroke="false" Fill="true"')
    down = path(20, 30, "M 0 0 L 0 20 M 50 0 L 50 20 M 100 0 L 100 20", 'CTM="1 0 0 1 0 0"')
    words = text(22, 32, "规章") + text(72, 32, "12", deltas="2") + text(22, 42, "文件") + text(72, 42, "0")
    document = read(package(files(across + area + down + words)))
    assert [row.cells for row in document.rows] == [["规章", "12"], ["文件", "0"]]


def test_a_template_is_part_of_each_page() -> None:
    made = files("", common='<ofd:TemplatePage ID="7" BaseLoc="Tpls/Tpl_0/Content.xml"/>')
    made["Doc_0/Tpls/Tpl_0/Content.xml"] = content(text(20, 30, "表头"))
    made["Doc_0/Pages/Page_0/Content.xml"] = content(text(20, 60, "内容"), '<ofd:Template TemplateID="7"/>')
    assert read(package(made)).lines == ["表头", "内容"]


_ENTITIES = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>'
_OUTSIDE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>'


@pytest.mark.parametrize("doctype", [_ENTITIES, _OUTSIDE])
def test_entities_are_refused(doctype: str) -> None:
    made = files(text(20, 30, "年报"))
    made["Doc_0/Pages/Page_0/Content.xml"] = doctype + content(text(20, 30, "年报"))
    assert refused(package(made)) == "damaged_document"


def test_a_page_that_is_named_and_not_there_is_damage() -> None:
    made = files(text(20, 30, "年报"), text(20, 30, "年报"))
    del made["Doc_0/Pages/Page_1/Content.xml"]
    assert refused(package(made)) == "damaged_document"


def test_what_cannot_be_read_is_refused() -> None:
    whole = package(files(text(20, 30, "年度报告")))
    assert refused(whole[:-40]) == "damaged_document"
    assert refused(package(files('<ofd:ImageObject ID="1" Boundary="0 0 210 297"/>'))) == "needs_ocr"
    assert refused(package(files(text(20, 30, "\ue11e\ue236\ue28a\ue0c0浏览\ueb06")))) == "unreadable_text"
    assert refused(package(files(text(20, 30, "年度报告", 'CTM="a b"', "x y z")))) == "damaged_document"


def test_sizes_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = files(text(20, 30, "年报"))
    bomb["Doc_0/Pages/Page_0/Content.xml"] = content(text(20, 30, "年报") + " " * 40_000_000)
    assert refused(package(bomb)) == "too_large"
    monkeypatch.setattr(ofd_package, "_MOST_FILES", 2)
    assert refused(package(files(text(20, 30, "年报")))) == "too_large"


def test_nested_objects_and_many_pages_are_bounded() -> None:
    deep = "<ofd:PageBlock>" * 40 + text(20, 30, "年报") + "</ofd:PageBlock>" * 40
    assert refused(package(files(deep))) == "too_large"
    made = files(text(20, 30, "年报"))
    page = '<ofd:Page ID="1" BaseLoc="Pages/Page_0/Content.xml"/>'
    made["Doc_0/Document.xml"] = str(made["Doc_0/Document.xml"]).replace("<ofd:Pages>", "<ofd:Pages>" + page * 700)
    assert refused(package(made)) == "too_large"


def test_a_locked_archive_is_encrypted() -> None:
    data = bytearray(package(files(text(20, 30, "年报"))))
    with zipfile.ZipFile(BytesIO(bytes(data))) as archive:
        first = archive.infolist()[0].header_offset
    for place in (first + 6, data.index(b"PK\x01\x02") + 8):
        data[place] |= 1
    assert refused(bytes(data)) == "encrypted"
