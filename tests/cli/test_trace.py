"""``ogi trace`` of documents with pages: the page in words, and a picture of it. What lines say is in ``test_cli``.

Pages, numbers and their places are read by eye from the documents; that a mark is where the number is, is seen by the
number's colour.
"""

import csv
import io
import json
import re
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

import schemas
from pipeline.settings import PROJECT
from pipeline.staging.folder import Staging
from pipeline.staging.preview import worst_findings
from pipeline.warehouse import overview
from pipeline.warehouse.connection import connect
from tests.conftest import SEEDS, Place
from tests.support import documents
from tests.support.ogi import Ogi, text

pytest.importorskip("pypdfium2", reason="the extra documents is missing: make setup")
pytest.importorskip("PIL", reason="the extra documents is missing: make setup")

from PIL import Image, ImageChops
from pypdfium2 import PdfDocument

NAME = "洪泽区/report.pdf"
FEE = ["trace", "洪泽区", 2023, "administrative_fee"]
#: Pixels of a frame and beside it, to a cell's own edge, and of the thickest rule.
_FRAME, _RULE = 6, 4


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """A PDF and a text; tests only read them."""
    place = Place(tmp_path_factory.mktemp("published"))
    place.put(NAME, documents.HONGZE)
    seed = next(SEEDS.glob("000_*.txt"))
    place.put(seed.name, seed.read_bytes())
    place.ingest()
    return place


def rows(ogi: Ogi, place: Place, *words: object) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(text(ogi(*words, "--format", "json", settings=place)))
    return found


def test_a_number_of_a_pdf_has_its_page(ogi: Ogi, published: Place) -> None:
    (fee,) = rows(ogi, published, *FEE)
    assert (fee["value"], fee["source"], fee["text"]) == (7730.28, f"{NAME}, page 3", "7730.28")
    assert (fee["source_file"], fee["page"]) == (NAME, 3)
    assert all(isinstance(fee[edge], float) for edge in ("x0", "y0", "x1", "y1"))
    pages = {cell["item"]: cell["page"] for cell in rows(ogi, published, "trace", "洪泽区", 2023)}
    assert {item: pages[item] for item in ("regulation", "administrative_penalty", "new_received")} == {
        "regulation": 2, "administrative_penalty": 3, "new_received": 3,
    }  # fmt: skip
    assert (pages["total_processed"], pages["litigation_direct"]) == (4, 4)
    assert f"{NAME}, page 3" in text(ogi(*FEE, settings=published))


def test_the_box_is_printed_where_it_is_asked_for(ogi: Ogi, published: Place) -> None:
    def head(*words: object) -> str:
        return text(ogi(*FEE, "--format", "csv", *words, settings=published)).splitlines()[0]

    assert head() == "item,column,value,state,source,text"
    assert head("-v") == "item,column,value,state,source,text,page,x0,y0,x1,y1"


def test_a_text_has_lines_as_before(ogi: Ogi, published: Place) -> None:
    words = ["trace", "红旗区东街", 2025, "granted", "--column", "natural_person"]
    (cell,) = rows(ogi, published, *words)
    assert cell["source"] == "000_033f902188b2577c.txt:55"
    assert (cell["source_line"], cell["page"], cell["x0"]) == (55, None, None)
    assert text(ogi(*words, "--format", "csv", settings=published)).splitlines()[0].count(",") == 5


def test_other_commands_say_the_page(ogi: Ogi, published: Place) -> None:
    """Table four contradicts itself twice, on page 4; the report of 东街 contradicts its text, on line 27."""
    assert text(ogi("show", "洪泽区", 2023, settings=published)).count(" 第 4 页\n") == 2
    assert " 行\n" in text(ogi("show", "红旗区东街", 2025, settings=published))
    found = rows(ogi, published, "issues")
    assert {(issue["source_file"], issue["page"]) for issue in found if issue["rule"] == "review_total"} == {(NAME, 4)}
    assert {issue["page"] for issue in found if issue["source_file"] != NAME} == {None}
    assert f"{NAME}, page 4" in text(ogi("issues", settings=published))
    assert "000_033f902188b2577c.txt:" in text(ogi("issues", settings=published))


def test_the_ui_says_the_page(published: Place) -> None:
    with connect(published.settings.warehouse) as con:
        found = overview.worst_issues(con)
    assert {row["where"] for row in found.to_dicts() if row["rule"] == "review_total"} == {f"{NAME}, page 4"}
    assert any(row["where"].startswith("000_033f902188b2577c.txt:") for row in found.to_dicts())
    staged = worst_findings(Staging(published.settings.staging), schemas.FactReconsideration, 2023)
    assert staged.columns[:4] == ["severity", "source_file", "line", "page"]


def test_a_sentence_that_an_issue_is_about_has_its_page(ogi: Ogi, place: Place) -> None:
    """No number of the tables stands on its line."""
    place.put("a.pdf", documents.HUAIAN)
    place.ingest()
    found = place.query(
        "SELECT DISTINCT c.value::INTEGER, l.page FROM fact_narrative_claim c JOIN report_line l "
        "ON (l.agency_id, l.year, l.line) = (c.agency_id, c.year, c.source_line) WHERE c.value IN (3119, 3050)"
    )
    assert sorted(found) == [(3050, 2), (3119, 2)]


@pytest.mark.parametrize(
    "how",
    [{}, {"cut": 30}, {"turned": 90, "cut": 30}, {"turned": 180}, {"turned": 270}, {"sideways": 90}, {"sideways": 270}],
    ids=str,
)
def test_the_mark_surrounds_the_number(ogi: Ogi, place: Place, tmp_path: Path, how: dict[str, int]) -> None:
    pdf = documents.green(documents.HONGZE, "7730.28", **how)
    place.put("a.pdf", pdf)
    place.ingest()
    done = ogi(*FEE, "--picture", tmp_path / "out.png")
    assert "a.pdf, page 3" in text(done)
    assert f"picture: {tmp_path / 'out.png'}" in done.stderr.decode()
    picture = Image.open(tmp_path / "out.png").convert("RGB")
    with PdfDocument(pdf) as document:
        page = document[2].render(scale=150 / 72).to_pil().convert("RGB")
    assert picture.size == page.size
    changed = ImageChops.difference(picture, page).getbbox()
    number = green_pixels(page).getbbox()
    assert changed is not None
    assert number is not None
    assert all(changed[side] + _FRAME < number[side] for side in (0, 1))
    assert all(number[side] < changed[side] - _FRAME for side in (2, 3))
    assert (changed[2] - changed[0]) * (changed[3] - changed[1]) < 0.03 * page.width * page.height
    # Nothing else is in it, and what is in it can be read.
    within = tuple(edge + (_FRAME + _RULE) * (1 if side < 2 else -1) for side, edge in enumerate(changed))
    cell = page.crop(within)
    assert dark_pixels(cell) == dark_pixels(cell, but_green=False) > 0
    assert green_pixels(picture.crop(within)).histogram()[255] >= 0.9 * green_pixels(cell).histogram()[255]


def green_pixels(picture: Image.Image) -> Image.Image:
    """A mask of them."""
    red, green, blue = picture.split()
    low = ImageChops.multiply(red.point(lambda v: 255 * (v < 80)), blue.point(lambda v: 255 * (v < 80)))
    return ImageChops.multiply(low, green.point(lambda v: 255 * (v > 150)))


def dark_pixels(picture: Image.Image, *, but_green: bool = True) -> int:
    """How many pixels are not white, all or those with much green in them."""
    rgb = picture.split()
    dark = rgb[0].point(lambda v: 255 * (v < 200))
    green = rgb[1].point(lambda v: 255 * (v > 150))
    return (dark if but_green else ImageChops.multiply(dark, green)).histogram()[255]


def test_a_row_cut_by_a_page_is_a_picture_of_both(ogi: Ogi, published: Place, tmp_path: Path) -> None:
    """All numbers of the report stand on pages 2 to 4, which are drawn one below the other."""
    text(ogi("trace", "洪泽区", 2023, "--picture", tmp_path / "all.png", settings=published))
    text(ogi(*FEE, "--picture", tmp_path / "one.png", settings=published))
    with Image.open(tmp_path / "all.png") as whole, Image.open(tmp_path / "one.png") as one:
        assert whole.width == one.width
        assert 3 * one.height < whole.height < 3.1 * one.height


def test_a_file_that_changed_or_went(ogi: Ogi, place: Place, tmp_path: Path) -> None:
    path = place.put("a.pdf", documents.HONGZE)
    place.ingest()
    kept = tmp_path / "kept.pdf"
    kept.write_bytes(documents.HONGZE)
    out = tmp_path / "out.png"
    path.write_bytes(documents.HONGZE + b"\n")
    said = text(ogi(*FEE, "--picture", out), 1)
    assert f"{path}: its bytes are not those that were read (SHA-256 " in said
    assert "run `ogi ingest` to read it anew" in said
    path.unlink()
    said = text(ogi(*FEE, "--picture", out), 1)
    assert f"{path}: the file cannot be read: No such file or directory; give the folder" in said
    assert "--source" in said
    assert not out.exists()
    assert text(ogi(*FEE, "--picture", out, "--source", kept))
    assert out.exists()


@pytest.mark.parametrize("source", ["{}", "file://{}", "file://{}/"])
def test_a_source_is_a_folder_or_a_url(ogi: Ogi, published: Place, tmp_path: Path, source: str) -> None:
    place = Place(tmp_path / "other")
    settings = place.settings.model_copy(update={"warehouse": published.settings.warehouse})
    words = [*FEE, "--picture", tmp_path / "out.png", "--warehouse", settings.warehouse]
    assert "give the folder" in text(ogi(*words, settings=place), 1)
    text(ogi(*words, "--source", source.format(published.raw), settings=place))
    assert (tmp_path / "out.png").exists()


def test_only_pictures_of_its_own_are_replaced(ogi: Ogi, published: Place, tmp_path: Path) -> None:
    out = tmp_path / "out.png"
    for content in (b"mine", documents.HONGZE, png()):
        out.write_bytes(content)
        said = text(ogi(*FEE, "--picture", out, settings=published), 1)
        assert f"{out} is there already, and is no picture of this command" in said
        assert out.read_bytes() == content
    out.unlink()
    text(ogi(*FEE, "--picture", out, settings=published))
    first = out.read_bytes()
    text(ogi("trace", "洪泽区", 2023, "new_received", "--picture", out, settings=published))
    assert out.read_bytes() != first
    assert [path.name for path in tmp_path.glob("*.png*")] == ["out.png"]
    assert [path.name for path in tmp_path.glob(".*")] == []
    said = text(ogi(*FEE, "--picture", tmp_path / "nowhere" / "out.png", settings=published), 1)
    assert "the picture cannot be written: No such file or directory" in said


def png() -> bytes:
    output = io.BytesIO()
    Image.new("RGB", (9, 9)).save(output, "PNG")
    return output.getvalue()


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["trace", "红旗区东街", 2025, "--picture", "a.png"], 1, "pictures are of PDF files alone, and this one is"),
        ([*FEE, "--picture", "a.jpg"], 2, "give it a name that ends in .png"),
        ([*FEE, "--source", "."], 2, "only a picture (--picture) needs the file"),
        ([*FEE, "--column", "total"], 1, "has no column total; it has amount"),
        (["trace", "洪泽区", 2023, "fee"], 1, "has no item fee; it has regulation, "),
    ],
)
def test_what_cannot_be_drawn_is_said(
    ogi: Ogi, published: Place, elsewhere: Path, words: list[object], code: int, says: str
) -> None:
    assert says in text(ogi(*words, settings=published), code)
    assert list(elsewhere.iterdir()) == []


def test_an_ofd_file_has_pages_and_no_picture(ogi: Ogi, place: Place) -> None:
    place.put("a.ofd", (documents.CASES / "hongze_2023_ofd" / "report.ofd").read_bytes())
    place.ingest()
    assert re.search(r"a\.ofd, page \d", text(ogi(*FEE)))
    said = text(ogi(*FEE, "--picture", "a.png"), 1)
    assert "a.ofd: pictures are of PDF files alone, and this one is read as ofd" in said


@pytest.mark.parametrize("library", ["pypdfium2", "PIL"])
def test_a_library_that_is_missing_is_told(
    ogi: Ogi, published: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, library: str
) -> None:
    monkeypatch.setitem(__import__("sys").modules, library, None)
    said = text(ogi(*FEE, "--picture", tmp_path / "out.png", settings=published), 1)
    assert "install them with: pip install 'ogi-warehouse[documents]'" in said
    if library == "PIL":
        (tmp_path / "out.png").write_bytes(b"something")
        assert "install them with" in text(ogi(*FEE, "--picture", tmp_path / "out.png", settings=published), 1)


@pytest.mark.parametrize("page", ["docs/how-to/trace.md", "docs/zh/how-to/trace.md"])
def test_the_query_of_the_documentation_gives_the_same_places(ogi: Ogi, published: Place, page: str) -> None:
    (query,) = re.findall(r"```sql\n(.*?)```", (PROJECT / page).read_text(encoding="utf-8"), re.S)
    shown = list(csv.DictReader(io.StringIO(text(ogi("sql", query, "--format", "csv", settings=published)))))
    traced = rows(ogi, published, "trace", "洪泽区", 2023, "--column", "total")
    expected = {
        (cell["item"], f"{cell['value']}", str(cell["page"]), *(str(cell[edge]) for edge in ("x0", "y0", "x1", "y1")))
        for cell in traced
        if cell["item"] in {row["item"] for row in shown}
    }
    assert len(shown) == len(expected) > 20
    assert {tuple(row[name] for name in ("item", "total", "page", "x0", "y0", "x1", "y1")) for row in shown} == expected


def test_a_picture_of_a_document_in_an_archive(ogi: Ogi, place: Place, tmp_path: Path) -> None:
    packed = io.BytesIO()
    with ZipFile(packed, "w") as archive:
        archive.writestr("洪泽区/report.pdf", documents.HONGZE)
    place.put("2023/reports.zip", packed.getvalue())
    place.ingest()
    picture = tmp_path / "fee.png"
    for source in (place.raw, place.raw / "2023" / "reports.zip"):
        text(ogi(*FEE, "--picture", picture, "--source", source, settings=place))
        assert picture.stat().st_size > 10_000
        picture.unlink()
    (place.raw / "2023" / "reports.zip").unlink()
    assert ogi(*FEE, "--picture", picture, "--source", place.raw, settings=place).returncode == 1
    assert not picture.exists()
