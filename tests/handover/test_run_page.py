"""The page of a run: what it says is what the warehouse has, nothing in it acts, and no other file is overwritten."""

import os
from pathlib import Path

from selectolax.lexbor import LexborHTMLParser

from pipeline import run_pages
from pipeline.site import run_page
from pipeline.site.run_page import Changes
from pipeline.warehouse.connection import connect
from pipeline.warehouse.diff import diff
from tests.conftest import SEEDS, Place
from tests.support.ogi import Ogi, text
from tests.support.workspace import SeedText

HOSTILE = "<script>alert(1)</script>\u202e.txt"


def rows(page: Path, caption: str) -> list[list[str]]:
    """The cells of the table whose caption begins so."""
    tree = LexborHTMLParser(page.read_text(encoding="utf-8"))
    (table,) = tree.css(f'[aria-label^="{caption}"]')
    return [[cell.text(strip=True) for cell in row.css("th, td")] for row in table.css("tbody tr")]


def test_a_page_says_what_the_run_did(place: Place, ogi: Ogi, seed_text: SeedText, tmp_path: Path) -> None:
    """渠东街道 has 7 finished and a balance that fails; a file is no report and has a name that would act."""
    text(ogi("ingest", SEEDS))
    for number in range(5):
        place.put(f"{number}.txt", seed_text(number).replace("(七) 总计\t1", "(七) 总计\t7"))
    place.put(HOSTILE, "各位同事：今天下午开会。")
    text(ogi("ingest"))
    out = tmp_path / "run.html"
    assert text(ogi("report", "--out", out)) == f"open {out}\n"
    assert rows(out, "收到什么") == [["6", "6", "0", "5", "5", "1"]]
    assert rows(out, "未入库的原因") == [["not_a_report", "1"]]
    ((name, reason, _),) = rows(out, "未入库的文件")
    assert (name, reason) == ("<script>alert(1)</script>\\u202e.txt", "not_a_report")
    changed = {row[0]: row[1:4] for row in rows(out, "各表改变的行")}
    assert changed["dim_report"] == ["0", "0", "5"]
    assert changed["rejected_report"][0] == "1"
    by_rule = {row[1]: row for row in rows(out, "矛盾，按规则")}
    assert by_rule["balance"][0] == "error"
    assert ["河南省", "4"] in [row[:2] for row in rows(out, "矛盾，按省")]
    worst = rows(out, "最严重的十处")
    assert worst[0][0] == "error"
    assert worst[0][5].startswith("4.txt:")
    tree = LexborHTMLParser(out.read_text(encoding="utf-8"))
    assert not tree.css("script, img, iframe, [src], [onclick]")
    assert [node.attributes["href"] for node in tree.css("link")] == ["data:,"]
    before = tmp_path / "before.html"
    text(ogi("report", "previous", "--out", before))
    assert "nothing is kept of it" in before.read_text(encoding="utf-8")
    assert "balance" not in before.read_text(encoding="utf-8")
    assert "nothing is kept of a run" in text(ogi("report", "ffffffff"), 2)
    pages = sorted((place.settings.dagster_home / "run_pages").glob("*.html"), key=lambda page: page.stat().st_mtime)
    assert len(pages) == 2
    assert rows(pages[-1], "各表改变的行") == rows(out, "各表改变的行")


def test_a_file_that_is_no_page_is_left_alone(seeds: Place, ogi: Ogi, tmp_path: Path) -> None:
    file = tmp_path / "mine.html"
    file.write_text("mine")
    assert "is no page of this program" in text(ogi("report", "--out", file, settings=seeds), 1)
    assert file.read_text() == "mine"
    other = tmp_path / "run.html"
    text(ogi("report", "--out", other, settings=seeds))
    text(ogi("report", "--out", other, settings=seeds))


def test_the_same_warehouse_changes_nothing(seeds: Place, tmp_path: Path) -> None:
    address = seeds.settings.warehouse
    with connect(address) as con:
        run_page.write(con, tmp_path / "a.html", Changes("itself", diff(address, address)))
    assert "没有改变" in (tmp_path / "a.html").read_text(encoding="utf-8")


def test_pages_of_long_ago_are_removed(tmp_path: Path) -> None:
    assert run_pages.latest_page(tmp_path) is None
    pages = [run_pages.page_of(tmp_path, name) for name in ("a", "b")]
    for second, page in enumerate(pages, 1):
        page.parent.mkdir(exist_ok=True)
        page.write_text("x")
        os.utime(page, (second, second))
    assert run_pages.latest_page(tmp_path) == pages[1]
    assert run_pages.remove_old(tmp_path, 1.5) == 1
    assert [page.exists() for page in pages] == [False, True]
