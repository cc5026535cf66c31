"""The static site as a person uses it: opened from its folder in Debian's Chromium, searched, read, filtered.

The numbers looked for are those that anybody can read in ``data/raw``, or that a test typed into a copy of one of its
reports. With OGI_SCREENSHOTS=1 the pictures of ``docs`` are taken anew; otherwise they stay in the test's folder.

Belongs here: the site, in files and on a screen. What the views that it shows have to say is tested in ``test_views``.
"""

import hashlib
import os
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

import duckdb
import pytest
from click.testing import CliRunner
from selectolax.lexbor import LexborHTMLParser

from pipeline.cli.main import main
from pipeline.settings import PROJECT
from pipeline.site.agencies import batches, prepare
from pipeline.site.build import write
from pipeline.site.folder import MARKER, SiteError
from tests.conftest import SEEDS, Place
from tests.generator import series

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
SWITCHES = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--no-proxy-server"]
SCREEN = {"width": 1280, "height": 900}
PHONE = {"width": 360, "height": 740}
PATIENCE_SECONDS = 60
EAST = "红旗区东街街道办事处"
#: A copy of the report of 东街 in which some cells say nothing, each in another way.
GAPS = "红旗区西街街道办事处"
#: What a page of each kind is, with 红旗区东街 and 河南省.
KINDS = ("index", "agency", "issues", "places", "place", "dictionary", "downloads")


def written(place: Place, folder: Path) -> Path:
    with duckdb.connect(str(place.settings.warehouse), read_only=True) as con:
        return write(con, folder).folder


@pytest.fixture(scope="module")
def small(seeds: Place, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of the five reports that the project carries."""
    return written(seeds, tmp_path_factory.mktemp("small") / "site")


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """Those five, generated reports of ten agencies over seven years, and one with gaps."""
    place = Place(tmp_path_factory.mktemp("large"))
    for path in SEEDS.glob("*.txt"):
        place.put(path.name, path.read_bytes())
    for seed in range(10):
        for report in series(seed, error=(None, "carry_over", "document_stock", "jump")[seed % 4]):
            place.put(f"series/{seed}/{report.name}", report.data)
    text = next(SEEDS.glob("000_*.txt")).read_text(encoding="utf-8").replace("东街", "西街")
    for printed, instead in (
        ("规章\t0\t0\t0", "规章\t/\t\t0"),
        ("行政强制\t0\t\t\n", ""),
        ("一、本年新收政府信息公开申请数量\t\t2\t0\t0", "一、本年新收政府信息公开申请数量\t\t2\t无\t0"),
    ):
        assert printed in text
        text = text.replace(printed, instead)
    place.put("gaps.txt", text)
    place.ingest()
    return place


@pytest.fixture(scope="module")
def large(reports: Place) -> Path:
    return written(reports, reports.folder / "site")


# --- files


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
    """The table beside a chart: its numbers by row."""
    tree = LexborHTMLParser((folder / "index.html").read_text(encoding="utf-8"))
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
    assert figure(small, "corrections")["2025"] == ["2 4 份", "0 4 份", "2 4 份", "0 4 份"]
    coverage = figure(small, "coverage")
    assert coverage == {"河南省": ["4", "0", "0", "0"], "重庆市": ["1", "0", "0", "0"]}


# --- on a screen


@dataclass
class Person:
    """Somebody with a browser: what the page asked for and complained of is remembered."""

    page: "Page"
    folder: Path
    errors: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", lambda message: self.errors.append(message.text) if message.type == "error" else None)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("request", lambda request: self.asked.append(request.url))

    def opens(self, path: str) -> None:
        self.page.goto(f"{self.folder.as_uri()}/{path}")

    def path(self, kind: str) -> str:
        """The address of a page of a kind."""
        if kind == "agency":
            return f"agencies/{self.agency_id(EAST)}.html"
        return "places/41.html" if kind == "place" else f"{kind}.html"

    def agency_id(self, name: str) -> str:
        for path in (self.folder / "agencies").iterdir():
            if f"<h1>{name}</h1>" in path.read_text(encoding="utf-8"):
                return path.stem
        raise AssertionError(name)

    def sees_charts(self) -> None:
        """Go past every chart, until each is drawn."""
        for chart in self.page.locator("[data-chart]").all():
            chart.scroll_into_view_if_needed()
            playwright().expect(chart).to_have_attribute("data-drawn", "yes")

    def cell(self, year: int, row: str, column: int) -> "Locator":
        """A cell of the official tables by its row's label; columns count from 1, the last is that of the lines."""
        head = self.page.locator(f"#y{year} table.form th[scope=row]", has_text=row)
        return head.locator(f"xpath=following-sibling::td[{column}]")

    def is_at_peace(self) -> None:
        """Nothing went wrong, and nothing was asked for outside the folder."""
        assert self.errors == []
        outside = [url for url in self.asked if not url.startswith((f"{self.folder.as_uri()}/", "data:,"))]
        assert outside == []
        assert self.asked


def playwright() -> Any:
    from playwright import sync_api

    return sync_api


@pytest.fixture(scope="module")
def browser() -> "Iterator[Browser]":
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is missing: make setup")
    if not Path(CHROMIUM).exists():
        pytest.skip("Chromium is missing: apt-get install chromium fonts-noto-cjk")
    sync_api.expect.set_options(timeout=PATIENCE_SECONDS * 1000)
    with sync_api.sync_playwright() as running:
        chromium = running.chromium.launch(executable_path=CHROMIUM, headless=True, args=SWITCHES)
        yield chromium
        chromium.close()


Visit = Callable[..., Person]


@pytest.fixture
def visit(browser: "Browser") -> Iterator[Visit]:
    """Somebody opens a folder; the options are those of a browser's context."""
    contexts = []

    def start(folder: Path, **options: Any) -> Person:
        context = browser.new_context(**{"viewport": SCREEN, "locale": "zh-CN", **options})
        context.set_default_timeout(PATIENCE_SECONDS * 1000)
        contexts.append(context)
        return Person(context.new_page(), folder)

    yield start
    for context in contexts:
        context.close()


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    return PROJECT / "docs" if os.environ.get("OGI_SCREENSHOTS") == "1" else tmp_path


@pytest.mark.slow
def test_somebody_finds_an_agency_and_reads_its_report(large: Path, visit: Visit, pictures: Path) -> None:
    person = visit(large)
    page, expect = person.page, playwright().expect
    person.opens("index.html")
    person.sees_charts()
    for code in ("received", "results", "reasons", "corrections", "coverage"):
        assert page.locator(f'[data-chart="{code}"] svg path').count() > 0, code
    page.evaluate("scrollTo(0, 0)")
    page.screenshot(path=pictures / "site-overview.png", full_page=True)

    page.get_by_role("searchbox", name="查机关").fill("河南 红旗区东街")
    expect(page.get_by_role("status")).to_contain_text("共 1 个机关")
    page.get_by_role("link", name=EAST).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(EAST)

    # As printed in data/raw: 2 applications of natural persons, 1 granted, 1 granted in part.
    expect(person.cell(2025, "一、本年新收", 1)).to_have_text("2")
    expect(person.cell(2025, "一、本年新收", 2)).to_have_text("0")
    expect(person.cell(2025, "（一）予以公开", 1)).to_have_text("1")
    expect(person.cell(2025, "（二）部分公开", 7)).to_have_text("1")
    expect(person.cell(2025, "（七）总计", 7)).to_have_text("2")
    # The text says 3: that is marked at the total of the row, and nowhere else.
    marked = person.cell(2025, "一、本年新收", 7)
    expect(marked).to_have_text("21")  # the number, and the number of the issue
    expect(marked).to_have_class("error")
    assert page.locator("td.error").count() == 1
    marked.get_by_role("link", name="问题 1").click()
    issue = page.locator("#i2025-1")
    expect(issue).to_be_in_viewport()
    expect(issue).to_contain_text("文字部分称新收申请 3，表中为 2")
    expect(issue).to_contain_text("第 15 行")
    issue.get_by_role("link", name="回到表格").click()
    expect(marked).to_be_in_viewport()
    person.opens(person.path("agency"))
    page.screenshot(path=pictures / "site-agency.png", full_page=True)

    # The row of what was received stands on a line of the file, which lies in something folded.
    line = next(n for n, text in enumerate(seed_lines(), 1) if text.startswith("一、本年新收"))
    link = person.cell(2025, "一、本年新收", 8).get_by_role("link")
    expect(link).to_have_text(str(line))
    source = page.locator(f"#l2025-{line}")
    expect(source).to_be_hidden()
    link.click()
    expect(source).to_be_in_viewport()
    assert (source.text_content() or "").split() == ["一、本年新收政府信息公开申请数量", *"2000002"]
    person.is_at_peace()


def seed_lines() -> list[str]:
    return next(SEEDS.glob("000_*.txt")).read_text(encoding="utf-8").splitlines()


@pytest.mark.slow
def test_an_agency_over_the_years(large: Path, reports: Place, visit: Visit) -> None:
    ((agency_id,),) = reports.query(
        "SELECT agency_id FROM quality_issue WHERE rule = 'carry_over' AND item = 'carried_over' "
        "AND column_name = 'total' ORDER BY 1 LIMIT 1"
    )
    flow = reports.query(
        "SELECT year, total FROM fact_application_handling WHERE agency_id = ? AND item = 'new_received' ORDER BY 1",
        agency_id,
    )
    person = visit(large)
    page, expect = person.page, playwright().expect
    person.opens(f"agencies/{agency_id}.html")
    person.sees_charts()
    bars = page.locator('[data-chart="flow"] svg .mark-rect path')
    assert bars.count() == len(flow) == 7
    shown = page.locator('table[data-of="flow"] tbody tr')
    assert [row.locator("th, td").all_text_contents()[:2] for row in shown.all()] == [
        [str(year), str(total)] for year, total in flow
    ]
    # The latest year is open; a mark in an earlier one opens it.
    assert page.locator("details.report[open]").count() == 1
    mark = page.locator("td.error sup a").first
    address = mark.get_attribute("id") or ""
    person.opens(f"agencies/{agency_id}.html#{address}")
    expect(page.locator(f"#{address}")).to_be_in_viewport()
    page.get_by_text("指标", exact=False).first.click()
    expect(page.locator(".indicators")).to_be_visible()
    assert page.locator(".indicators thead th").count() == 8
    person.is_at_peace()


@pytest.mark.slow
def test_with_the_keyboard_alone(large: Path, visit: Visit) -> None:
    person = visit(large)
    page, expect = person.page, playwright().expect
    person.opens("issues.html")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="跳到正文")).to_be_focused()
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "q":
            break
    page.keyboard.type("红旗区 街道")
    links = page.locator("#q-found a")
    expect(links).to_have_count(3)  # 东街, 西街, 渠东
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(links.nth(1)).to_be_focused()
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.press("ArrowUp")
    expect(links.nth(0)).to_be_focused()
    wanted = links.nth(0).text_content() or ""
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(wanted)
    box = page.get_by_role("region", name="2024 年 申请" if "渠东" in wanted else "2025 年 申请")
    box.focus()
    expect(box).to_be_focused()
    # Escape leaves a search, and what is not there is said to be not there.
    page.locator("#q").focus()
    page.keyboard.type("没有这个机关")
    expect(page.locator("#q-status")).to_contain_text("共 0 个机关")
    page.keyboard.press("Escape")
    expect(page.locator(".found")).to_be_hidden()
    person.is_at_peace()


@pytest.mark.slow
def test_contradictions_are_filtered(small: Path, visit: Visit) -> None:
    """Of the five reports two are flagged, with three issues; one has notes on six headings that are not there."""
    person = visit(small)
    page, expect = person.page, playwright().expect
    person.opens("issues.html")
    items, count = page.locator("#list > li"), page.locator("#count")
    expect(items).to_have_count(3)
    expect(items.first).to_contain_text("错误")
    for choices, number in (
        ({"严重": "全部，连同提示"}, 9),
        ({"级别": "错误"}, 2),
        ({"级别": "提示"}, 6),
        ({"年度": "2024"}, 0),
        ({"年度": "2025"}, 3),
        ({"地区": "重庆市"}, 1),
        ({"地区": "河南省"}, 2),
        ({"地区": "河南省", "级别": "错误"}, 1),
    ):
        page.get_by_role("button", name="清除").click()
        expect(items).to_have_count(3)
        for label, choice in choices.items():
            page.get_by_label("级别" if label == "严重" else label).select_option(label=choice)
        expect(count).to_contain_text(f"共 {number} 条")
        expect(items).to_have_count(number)
    page.get_by_role("button", name="清除").click()
    for text, number in (("东街", 2), ("东街 其中", 1), ("行政复议", 1), ("没有这样的词", 0)):
        page.get_by_label("机关或内容含有").fill(text)
        expect(count).to_contain_text(f"共 {number} 条")
        expect(items).to_have_count(number)
    # A rule by its address, as other pages link to it; from there to the cell.
    person.opens("index.html")
    person.opens("issues.html#rule=narrative_received")
    expect(items).to_have_count(1)
    items.first.get_by_role("link").click()
    expect(page.locator("td.error")).to_have_text("21")
    expect(page.locator("td.error")).to_be_in_viewport()
    person.is_at_peace()


@pytest.mark.slow
def test_contradictions_come_by_pages(large: Path, reports: Place, visit: Visit, pictures: Path) -> None:
    ((contradictions, everything),) = reports.query(
        "SELECT count(*) FILTER (severity <> 'info'), count(*) FROM quality_issue"
    )
    person = visit(large)
    page, expect = person.page, playwright().expect
    person.opens("issues.html")
    items = page.locator("#list > li")
    expect(page.locator("#count")).to_contain_text(f"共 {contradictions} 条")
    expect(items).to_have_count(min(50, contradictions))
    page.screenshot(path=pictures / "site-issues.png")
    page.get_by_label("级别").select_option(label="全部，连同提示")
    expect(page.locator("#count")).to_contain_text(f"共 {everything} 条")
    expect(items).to_have_count(50)
    first = items.first.text_content()
    pages = -(-everything // 50)
    page.get_by_role("button", name="下一页").click()
    expect(page.locator("#page")).to_have_text(f"2 / {pages}")
    assert items.first.text_content() != first
    for _ in range(pages - 2):
        page.get_by_role("button", name="下一页").click()
    expect(items).to_have_count(everything - 50 * (pages - 1))
    expect(page.get_by_role("button", name="下一页")).to_be_disabled()
    person.is_at_peace()


@pytest.mark.slow
def test_what_a_reviewer_knows_of_is_listed_when_asked_for(seeds: Place, tmp_path: Path, visit: Visit) -> None:
    copy = Place(tmp_path)
    copy.settings.warehouse.parent.mkdir()
    shutil.copy(seeds.settings.warehouse, copy.settings.warehouse)
    with duckdb.connect(str(copy.settings.warehouse)) as con:
        con.execute("UPDATE quality_issue SET waived = true, waiver = '已向机关核实' WHERE rule = 'narrative_received'")
    person = visit(written(copy, tmp_path / "site"))
    page, expect = person.page, playwright().expect
    person.opens("issues.html")
    items = page.locator("#list > li")
    expect(items).to_have_count(2)
    page.get_by_label("也列出已知的").check()
    expect(items).to_have_count(3)
    expect(page.locator("#list > li.waived")).to_contain_text("已知")
    person.opens(person.path("agency"))
    expect(page.locator("td.error")).to_have_count(0)
    expect(person.cell(2025, "一、本年新收", 7)).to_have_text("21")
    expect(page.locator("#i2025-1")).to_contain_text("已向机关核实")
    person.is_at_peace()


@pytest.mark.slow
def test_what_is_not_stated_is_not_shown_as_a_number(large: Path, visit: Visit) -> None:
    person = visit(large)
    expect = playwright().expect
    person.opens(f"agencies/{person.agency_id(GAPS)}.html")
    expect(person.cell(2025, "规章", 1)).to_have_text("“/”")
    expect(person.cell(2025, "规章", 2)).to_have_text("空白")
    expect(person.cell(2025, "规章", 3)).to_have_text("0")
    expect(person.cell(2025, "行政强制", 1)).to_have_text("无此行")
    expect(person.cell(2025, "一、本年新收", 2)).to_have_text("“无”")
    expect(person.cell(2025, "一、本年新收", 3)).to_have_text("0")
    person.is_at_peace()


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_serious_fault_of_accessibility(large: Path, visit: Visit, scheme: str) -> None:
    """Every kind of page by axe-core, with everything unfolded, in both languages."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is missing: make setup").Axe()
    person = visit(large, color_scheme=scheme, locale="en-GB", reduced_motion="reduce")
    for kind in KINDS:
        person.opens(person.path(kind))
        person.page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
        person.sees_charts()
        if kind == "index":
            person.page.get_by_role("searchbox").fill("街道")
            playwright().expect(person.page.locator("#q-found li").first).to_be_visible()
        if kind == "issues":
            playwright().expect(person.page.locator("#list > li").first).to_be_visible()
        found = axe.run(person.page, options={"preload": False}).response["violations"]
        serious = [
            (kind, fault["id"], fault["nodes"][0]["html"][:200])
            for fault in found
            if fault["impact"] in ("serious", "critical")
        ]
        assert serious == []
    person.is_at_peace()


@pytest.mark.slow
def test_on_a_phone_no_page_moves_sideways(large: Path, visit: Visit, pictures: Path) -> None:
    person = visit(large, viewport=PHONE, color_scheme="dark", is_mobile=True, has_touch=True, device_scale_factor=2)
    for kind in KINDS:
        person.opens(person.path(kind))
        person.page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
        person.sees_charts()
        assert person.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], kind
        assert person.page.evaluate("innerWidth") == PHONE["width"], kind
    person.opens(person.path("agency"))
    table = person.page.get_by_role("region", name="2025 年 申请")
    assert table.evaluate("box => box.scrollWidth > box.clientWidth")
    table.evaluate("box => box.scrollLeft = box.scrollWidth")  # the row's head stays, the marked total comes into sight
    table.evaluate("box => scrollTo({top: box.getBoundingClientRect().top + scrollY - 120, behavior: 'instant'})")
    for what in (
        person.cell(2025, "一、本年新收", 7),
        person.page.get_by_text("一、本年新收政府信息公开申请数量").first,
    ):
        playwright().expect(what).to_be_in_viewport()
    person.page.screenshot(path=pictures / "site-phone-dark.png")
    person.is_at_peace()


@pytest.mark.slow
def test_light_and_dark_and_english_are_remembered(large: Path, visit: Visit) -> None:
    person = visit(large, color_scheme="light")
    page, expect = person.page, playwright().expect
    person.opens("index.html")
    person.sees_charts()
    ground = "getComputedStyle(document.body).backgroundColor"
    colours = "[...document.querySelectorAll('[data-chart=results] .mark-rect path')].map(p => p.getAttribute('fill'))"
    light, drawn = page.evaluate(ground), page.evaluate(colours)
    english = page.get_by_text("Contradictions").first
    expect(english).to_be_hidden()  # the browser speaks Chinese
    page.get_by_role("button", name="改用深色").click()
    page.get_by_role("button", name="English").click()
    expect(english).to_be_visible()
    page.wait_for_function(f"JSON.stringify({colours}) !== {str(drawn)!r}.replaceAll(\"'\", '\"').replaceAll(' ', '')")
    dark = page.evaluate(ground)
    assert dark != light
    person.opens("issues.html")
    assert page.evaluate(ground) == dark
    expect(english).to_be_visible()
    page.get_by_role("button", name="改用浅色").click()
    assert page.evaluate(ground) == light
    person.is_at_peace()


@pytest.mark.slow
def test_without_scripts(large: Path, visit: Visit) -> None:
    person = visit(large, java_script_enabled=False)
    page, expect = person.page, playwright().expect
    person.opens("index.html")
    expect(page.get_by_text("没有脚本时请按")).to_be_visible()
    page.get_by_role("link", name="地区", exact=True).click()
    page.get_by_role("link", name="河南省").click()
    page.get_by_role("link", name=EAST).click()
    expect(person.cell(2025, "一、本年新收", 1)).to_have_text("2")
    expect(page.get_by_text("Applications received and handled")).to_be_visible()
    person.opens("issues.html")
    expect(page.get_by_text("筛选清单要用脚本")).to_be_visible()
    expect(page.get_by_label("级别")).to_be_hidden()
    assert person.errors == []


HOSTILE = "<script>window.hacked = 1</script>\"'><img src=x onerror='window.hacked = 1'>{{ 7 * 7 }}"
#: Every column that holds what strangers wrote.
STRANGERS = {
    "dim_agency": ["name", "province", "city", "county", "kind"],
    "dim_report": ["title", "source_file"],
    "report_line": ["text"],
    "quality_issue": ["message", "message_en", "suggestion", "waiver", "actual", "expected"],
    "fact_narrative_claim": ["text", "unit"],
    "ingest_run": ["code_version"],
}


@pytest.mark.slow
@pytest.mark.parametrize("address", ["javascript:window.hacked=1", " JavaScript:window.hacked=1", 'https://x/"><b>'])
def test_hostile_texts_do_no_harm(seeds: Place, tmp_path: Path, visit: Visit, address: str) -> None:
    place = Place(tmp_path)
    place.settings.warehouse.parent.mkdir()
    shutil.copy(seeds.settings.warehouse, place.settings.warehouse)
    with duckdb.connect(str(place.settings.warehouse)) as con:
        for table, columns in STRANGERS.items():
            con.execute(f"UPDATE {table} SET {', '.join(f'{name} = $text' for name in columns)}", {"text": HOSTILE})
        con.execute("UPDATE dim_agency SET aliases = [$text]", {"text": HOSTILE})
        con.execute("UPDATE dim_report SET url = ?", [address])
        con.execute(
            "INSERT INTO cell_note SELECT agency_id, year, 'fact_application_handling', item, 'other', 'annotated', ?, "
            "1 FROM fact_application_handling",
            [HOSTILE],
        )
    folder = written(place, tmp_path / "site")
    person = visit(folder)
    page, expect = person.page, playwright().expect
    page.on("dialog", lambda dialog: person.errors.append(dialog.message))
    pages = [path.relative_to(folder).as_posix() for path in folder.rglob("*.html")]
    assert len(pages) == 11  # as the other, but with one province
    for path in pages:
        person.opens(path)
        page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
        person.sees_charts()
        assert page.evaluate("window.hacked") is None
        assert page.locator("main img, main b b, main script").count() == 0
        followed = [link.get_attribute("href") or "" for link in page.locator("a").all()]
        assert [href for href in followed if re.match(r"\s*javascript:", href, re.I)] == []
    person.opens("index.html")
    page.get_by_role("searchbox").fill("<script> onerror")
    expect(page.locator("#q-found li")).to_have_count(5)
    expect(page.locator("#q-found a").first).to_have_text(HOSTILE)
    page.locator("#q-found a").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(HOSTILE)
    person.opens("issues.html")
    expect(page.locator("#list > li")).to_have_count(3)
    expect(page.locator("#list > li").first).to_contain_text(HOSTILE)
    assert page.evaluate("window.hacked") is None
    person.is_at_peace()
