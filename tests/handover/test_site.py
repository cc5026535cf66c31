"""The files of the static site: written whole or not at all, the same from the same warehouse, with links that lead.

Belongs here: the site's files. How it looks and behaves on a screen is tested in ``tests/browser``.
"""

import hashlib
import json
import re
import shutil
from pathlib import Path
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree

import duckdb
import pytest
from click.testing import CliRunner
from selectolax.lexbor import LexborHTMLParser

from pipeline.cli.main import main
from pipeline.site import scripts
from pipeline.site.agencies import batches, prepare
from pipeline.site.build import write
from pipeline.site.folder import MARKER, SiteError
from tests.conftest import SEEDS, Place
from tests.support.sites import EAST, written

pytest_plugins = ["tests.support.sites"]


def test_command_writes_a_site(seeds: Place, tmp_path: Path) -> None:
    arguments = ["site", str(tmp_path / "new" / "site"), "--warehouse", str(seeds.settings.warehouse)]
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 0, result.output
    # Six pages, two provinces, five agencies; three errors and warnings and six notes.
    assert result.output.startswith("12 pages of 5 agencies, 9 issues\n")
    assert (tmp_path / "new" / "site" / "index.html").is_file()
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["site"]


def test_same_warehouse_gives_the_same_bytes(reports: Place, large: Path, tmp_path: Path) -> None:
    again = written(reports, tmp_path / "again")
    assert hashes(again) == hashes(large)


def hashes(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_a_site_is_replaced_whole(seeds: Place, small: Path, tmp_path: Path) -> None:
    folder = written(seeds, tmp_path / "site")
    (folder / "agencies" / "0000000000000000.html").write_text("of an agency that is gone")
    assert hashes(written(seeds, folder)) == hashes(small)
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


@pytest.mark.parametrize("name", ["thesis.txt", ".git", MARKER])
def test_a_folder_of_somebody_else_is_left_alone(seeds: Place, tmp_path: Path, name: str) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / name).write_text("mine")
    with pytest.raises(SiteError, match="not empty and not a site"):
        written(seeds, tmp_path / "mine")
    assert [path.name for path in (tmp_path / "mine").iterdir()] == [name]
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


def test_a_file_that_somebody_put_into_a_site_is_not_lost(seeds: Place, tmp_path: Path) -> None:
    folder = written(seeds, tmp_path / "site")
    (folder / "CNAME").write_text("mine")
    with pytest.raises(SiteError, match="holds CNAME, not of the site"):
        written(seeds, folder)
    assert (folder / "CNAME").read_text() == "mine"


def test_a_file_in_the_place_of_the_folder(seeds: Place, tmp_path: Path) -> None:
    (tmp_path / "site").write_text("mine")
    arguments = ["site", str(tmp_path / "site"), "--warehouse", str(seeds.settings.warehouse)]
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 1
    assert "is a file; give the path of a folder" in result.output


def test_what_a_killed_run_left_is_cleared_and_the_old_site_comes_back(seeds: Place, tmp_path: Path) -> None:
    folder = written(seeds, tmp_path / "site")
    folder.rename(tmp_path / ".site.old")  # killed between the two steps of the exchange
    (tmp_path / ".site.building").mkdir()
    (tmp_path / ".site.building" / "half.html").write_text("half")
    written(seeds, tmp_path / "site")
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


def test_when_writing_fails_the_old_site_stays(seeds: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = written(seeds, tmp_path / "site")
    before = hashes(folder)
    with (
        duckdb.connect(str(seeds.settings.warehouse), read_only=True) as con,
        pytest.raises(KeyboardInterrupt),
    ):
        write(con, folder, interrupted)
    assert hashes(folder) == before
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


def interrupted(done: int, total: int) -> None:
    raise KeyboardInterrupt


def test_a_warehouse_without_reports(place: Place) -> None:
    place.ingest()
    folder = written(place, place.folder / "site")
    assert "仓库中还没有报告" in (folder / "index.html").read_text(encoding="utf-8")
    assert broken_links(folder) == []


def test_batches_do_not_change_what_is_read(reports: Place) -> None:
    with duckdb.connect(str(reports.settings.warehouse), read_only=True) as con:
        prepare(con)
        at_once = [agency for batch in batches(con) for agency in batch]
        few = [agency for batch in batches(con, size=3) for agency in batch]
    assert len(few) == 16
    assert [(a.agency_id, a.flow, a.indicators, len(a.reports)) for a in few] == [
        (a.agency_id, a.flow, a.indicators, len(a.reports)) for a in at_once
    ]


def test_every_link_leads_somewhere_in_the_folder(large: Path) -> None:
    assert broken_links(large) == []


def broken_links(folder: Path) -> list[str]:
    """Every href and src of every page that is not a file of the folder, or not an id of that page."""
    ids: dict[Path, set[str]] = {}
    wrong = []
    for page in sorted(folder.rglob("*.html")):
        tree = LexborHTMLParser(page.read_text(encoding="utf-8"))
        found = [node.attributes["id"] or "" for node in tree.css("[id]")]
        assert len(found) == len(set(found)), f"{page}: an id twice"
        ids[page] = set(found)
        for node in tree.css("[href], [src], [action]"):
            for name in ("href", "src", "action"):
                address = node.attributes.get(name)
                if address and address != "data:,":
                    wrong += [] if leads(page, address, ids) else [f"{page.relative_to(folder)}: {address}"]
    return wrong


def leads(page: Path, address: str, ids: dict[Path, set[str]]) -> bool:
    parts = urlsplit(address)
    if parts.scheme or parts.netloc:
        return False
    target = (page.parent / unquote(parts.path)).resolve() if parts.path else page
    if not target.is_file():
        return False
    if not parts.fragment or "=" in parts.fragment:  # the filters of a list
        return True
    if target not in ids:
        tree = LexborHTMLParser(target.read_text(encoding="utf-8"))
        ids[target] = {node.attributes["id"] or "" for node in tree.css("[id]")}
    return parts.fragment in ids[target]


def test_sums_say_of_how_many_reports_they_are(seeds: Place, tmp_path: Path) -> None:
    """Four reports of 2025 with 2, 1, 0 and 4 applications, one of 2024 with 1; then without some of them."""
    assert figure(written(seeds, tmp_path / "site"), "received")["2025"][0] == "7 4 份"
    assert figure(tmp_path / "site", "received")["2024"][0] == "1 1 份"
    copy = Place(tmp_path)
    copy.settings.warehouse.parent.mkdir()
    shutil.copy(seeds.settings.warehouse, copy.settings.warehouse)
    with duckdb.connect(str(copy.settings.warehouse)) as con:
        # The report with 4 adds up its region, the one with 2 does not state its number.
        con.execute(
            "UPDATE dim_report SET scope = 'region' FROM dim_agency a "
            "WHERE a.agency_id = dim_report.agency_id AND a.name = '红旗区人民政府办公室'"
        )
        con.execute(
            "UPDATE fact_application_handling SET total = NULL FROM dim_agency a WHERE a.name = ? "
            "AND a.agency_id = fact_application_handling.agency_id AND item = 'new_received'",
            [EAST],
        )
    folder = written(copy, tmp_path / "site")
    assert figure(folder, "received")["2025"][0] == "1 2 份"
    text = LexborHTMLParser((folder / "index.html").read_text(encoding="utf-8")).text()
    assert "全区域汇总的报告 1 份" in text
    assert "全区域汇总的报告不计入" in text
    assert figure(folder, "received")["2024"][0] == "1 1 份"


def figure(folder: Path, code: str) -> dict[str, list[str]]:
    """The table beside a chart, in Chinese: its numbers by row."""
    tree = LexborHTMLParser((folder / "index.html").read_text(encoding="utf-8"))
    for english in tree.css('[lang="en"]'):
        english.decompose()
    rows = tree.css(f'table[data-of="{code}"] tbody tr')
    return {
        " ".join(row.css_first("th").text().split()): [" ".join(cell.text().split()) for cell in row.css("td")]
        for row in rows
    }


def test_numbers_of_the_first_page(small: Path) -> None:
    results = figure(small, "results")
    # Of 2025: 东街 1 granted and 1 in part, 荣昌 1 unavailable, the office 3 granted and 1 not processed.
    assert results["2025"] == ["4 4 份", "1 4 份", "0 4 份", "1 4 份", "1 4 份", "0 4 份"]
    assert results["2024"] == ["0 1 份", "0 1 份", "0 1 份", "1 1 份", "0 1 份", "0 1 份"]
    # Of 2025 four reports with two reconsiderations, both corrected, and no lawsuit: no share of nothing.
    assert figure(small, "corrections")["2025"] == ["100.0% (2/2) 4 份", "无报告载明", "2 4 份", "0 4 份"]
    coverage = figure(small, "coverage")
    assert coverage == {"河南省": ["4", "0", "0", "0"], "重庆市": ["1", "0", "0", "0"]}


def test_every_chart_of_the_first_page_has_a_picture(small: Path) -> None:
    """For paper and where no script runs: one in each language, with the numbers, and nothing from outside."""
    tree = LexborHTMLParser((small / "index.html").read_text(encoding="utf-8"))
    pictures = {picture.attributes["src"] or "": picture.attributes["alt"] for picture in tree.css("img.picture")}
    codes = [drawing.attributes["data-chart"] for drawing in tree.css("[data-chart]")]
    assert list(pictures) == [f"pictures/{code}{language}.svg" for code in codes for language in ("", ".en")]
    assert all(pictures.values())
    drawn = {path: ElementTree.parse(small / path) for path in pictures}  # well-formed
    texts = {
        path: [text.text for text in tree.iter("{http://www.w3.org/2000/svg}text")] for path, tree in drawn.items()
    }
    assert {"各年新收申请", "7", "1", "2024"} <= set(texts["pictures/received.svg"])
    assert {"Applications received by year", "7", "1", "2024"} <= set(texts["pictures/received.en.svg"])
    assert "2/2" in texts["pictures/corrections.svg"]
    assert "予以公开" in texts["pictures/results.svg"]
    assert "granted" in texts["pictures/results.en.svg"]
    for path in pictures:
        text = (small / path).read_text(encoding="utf-8")
        assert set(re.findall(r"https?://[^\"' ]+", text)) <= {
            "http://www.w3.org/2000/svg",
            "http://www.w3.org/1999/xlink",
        }
        assert "<script" not in text


def test_a_year_without_a_report_is_a_gap(seeds: Place, tmp_path: Path) -> None:
    """Of an agency with reports of 2022 and 2025 the table of the chart has the years between, without numbers."""
    copy = Place(tmp_path)
    text = next(SEEDS.glob("000_*.txt")).read_text(encoding="utf-8")
    copy.put("2025.txt", text)
    copy.put("2022.txt", text.replace("2025", "2022"))
    copy.ingest()
    (page,) = (written(copy, tmp_path / "site") / "agencies").glob("*.html")
    rows = LexborHTMLParser(page.read_text(encoding="utf-8")).css('table[data-of="flow"] tbody tr')
    cells = {row.css_first("th").text(): [cell.text().split()[0] for cell in row.css("td")] for row in rows}
    assert cells == {"2022": ["2", "0", "2", "0"], "2023": ["缺"] * 4, "2024": ["缺"] * 4, "2025": ["2", "0", "2", "0"]}
    assert [cell.attributes for row in rows[1:3] for cell in row.css("[data-v]")] == []


def test_the_front_page_says_what_the_dataset_is(large: Path, reports: Place) -> None:
    page = LexborHTMLParser((large / "index.html").read_text(encoding="utf-8"))
    script = page.css_first('script[type="application/ld+json"]')
    assert script is not None
    dataset = json.loads(script.text())
    assert (dataset["@context"], dataset["@type"]) == ("https://schema.org/", "Dataset")
    [(run,)] = reports.query("SELECT run_id FROM ingest_run ORDER BY finished_at DESC LIMIT 1")
    assert dataset["identifier"] == run
    assert run in dataset["creditText"]


def test_nothing_in_a_script_ends_it() -> None:
    shown = scripts.data({"name": "</script><script>alert(1)</script>\u202e"})
    assert "<" not in shown
    assert json.loads(shown) == {"name": "</script><script>alert(1)</script>\\u202e"}
