"""The site's pages of agencies whose reports are PDF files: pages in place of lines, and links to them."""

import json
import re
from pathlib import Path

import pytest
from selectolax.lexbor import LexborHTMLParser

from tests.conftest import SEEDS, Place
from tests.support import documents
from tests.support.sites import written

pytest.importorskip("pypdfium2", reason="the extra documents is missing: make setup")

HONGZE, HUAIAN = "https://www.example.gov.cn/hongze.pdf", "https://www.example.gov.cn/huaian.html"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of a PDF whose own address is known, of one whose page's is, and of a text."""
    place = Place(tmp_path_factory.mktemp("pages"))
    place.put("hongze.pdf", documents.HONGZE)
    place.put("huaian.pdf", documents.HUAIAN)
    seed = next(SEEDS.glob("000_*.txt"))
    place.put(seed.name, seed.read_bytes())
    place.put("manifest.csv", f"file,url\nhongze.pdf,{HONGZE}\nhuaian.pdf,{HUAIAN}\n{seed.name},{HONGZE}\n")
    place.ingest()
    return written(place, place.folder / "site")


def page(folder: Path, name: str) -> LexborHTMLParser:
    pages = [LexborHTMLParser(path.read_text(encoding="utf-8")) for path in (folder / "agencies").glob("*.html")]
    (found,) = [page for page in pages if name in page.css_first("h1").text()]
    return found


def test_numbers_of_a_pdf_have_pages(folder: Path) -> None:
    """As they stand in the PDF: table two on pages 2 and 3, table three on 3 and 4, table four on 4."""
    shown = page(folder, "洪泽区人民政府")
    heads = {node.text().split()[0] for node in shown.css("thead .l")}
    assert heads == {"页"}
    assert [node.text() for node in shown.css("table.disclosure td.l a")] == ["2", "2", "2", "3", "3", "3"]
    assert {node.text() for node in shown.css("table.applications td.l a")} == {"3", "4"}
    assert {node.text() for node in shown.css("table.review td.l a")} == {"4"}
    lead = {node.attributes["href"] for node in shown.css("td.l a")}
    assert all(shown.css_first(address) for address in lead)


def test_a_page_is_a_link_where_the_pdf_has_an_address(folder: Path) -> None:
    shown = page(folder, "洪泽区人民政府")
    links = {node.attributes["href"]: node.text() for node in shown.css(".from a")}
    assert links[f"{HONGZE}#page=4"] == "hongze.pdf 第 4 页 p. 4"
    assert all(re.fullmatch(re.escape(HONGZE) + r"#page=[1-5]", link or "") for link in links)
    assert {node.text() for node in shown.css("ol.issues .from a")} == {"hongze.pdf 第 4 页 p. 4"}
    elsewhere = page(folder, "淮安市人民政府")
    assert "huaian.pdf 第 5 页 p. 5" in elsewhere.body.text()  # type: ignore[union-attr]
    assert elsewhere.css(".from a") == []
    assert "#page=" not in (elsewhere.html or "")


def test_a_text_has_lines(folder: Path) -> None:
    shown = page(folder, "红旗区东街街道办事处")
    assert {node.text().split()[0] for node in shown.css("thead .l")} == {"行"}
    assert shown.css("ol.unnumbered") == []
    assert "#page=" not in (shown.html or "")
    assert re.match(r"000_\w+\.txt 第 \d+ 行 line \d+: ", shown.css_first("ol.issues .from").text())


def test_the_list_of_contradictions_has_the_page(folder: Path) -> None:
    text = (folder / "data" / "issues-0.js").read_text(encoding="utf-8")
    rows = json.loads(text[text.index("[[") : text.rindex("]]") + 2])
    assert [row[4:] for row in rows if "行政复议各结果之和" in row[0]] == [[4]]
    assert [row[4:] for row in rows if row[2] and row[2] < 60] == [[]] * sum(
        bool(row[2] and row[2] < 60) for row in rows
    )
