"""The static site as a person uses it: opened from its folder in Debian's Chromium, searched, read, filtered.

The numbers looked for are those that anybody can read in ``data/raw``, or that a test typed into a copy of one of its
reports. With OGI_SCREENSHOTS=1 the pictures of ``docs/images`` are taken anew; else they stay in the test's folder.

Belongs here: the site on a screen. Its files are tested in ``tests/handover``, what the views have to say in
``test_views``.
"""

import os
import re
import shutil
from pathlib import Path

import duckdb
import pytest

from pipeline.settings import PROJECT
from tests.conftest import SEEDS, Place
from tests.support.sites import EAST, GAPS, KINDS, written
from tests.support.visitors import Visit, playwright

PHONE = {"width": 360, "height": 740}
pytest_plugins = ["tests.support.sites", "tests.support.visitors"]


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    return PROJECT / "docs" / "images" if os.environ.get("OGI_SCREENSHOTS") == "1" else tmp_path


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
    expect(page.locator("#q-status")).to_contain_text("没有找到")
    page.keyboard.press("Escape")
    expect(page.locator(".found")).to_be_hidden()
    person.is_at_peace()


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
        expect(count).to_contain_text(f"共 {number} 处")
        expect(items).to_have_count(number)
    page.get_by_role("button", name="清除").click()
    for text, number in (("东街", 2), ("东街 其中", 1), ("行政复议", 1), ("没有这样的词", 0)):
        page.get_by_label("机关或内容含有").fill(text)
        expect(count).to_contain_text(f"共 {number} 处")
        expect(items).to_have_count(number)
    # A rule by its address, as other pages link to it; from there to the cell.
    person.opens("index.html")
    person.opens("issues.html#rule=narrative_received")
    expect(items).to_have_count(1)
    items.first.get_by_role("link").click()
    expect(page.locator("td.error")).to_have_text("21")
    expect(page.locator("td.error")).to_be_in_viewport()
    person.is_at_peace()


def test_contradictions_come_by_pages(large: Path, reports: Place, visit: Visit, pictures: Path) -> None:
    ((contradictions, everything),) = reports.query(
        "SELECT count(*) FILTER (severity <> 'info'), count(*) FROM discrepancy"
    )
    person = visit(large)
    page, expect = person.page, playwright().expect
    person.opens("issues.html")
    items = page.locator("#list > li")
    expect(page.locator("#count")).to_contain_text(f"共 {contradictions} 处")
    expect(items).to_have_count(min(50, contradictions))
    page.screenshot(path=pictures / "site-issues.png")
    page.get_by_label("级别").select_option(label="全部，连同提示")
    expect(page.locator("#count")).to_contain_text(f"共 {everything} 处")
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


def test_what_is_not_stated_is_not_shown_as_a_number(large: Path, visit: Visit) -> None:
    person = visit(large)
    expect = playwright().expect
    person.opens(f"agencies/{person.agency_id(GAPS)}.html")
    expect(person.cell(2025, "规章", 1)).to_have_text("“/”")
    expect(person.cell(2025, "规章", 2)).to_have_text("空白", use_inner_text=True)
    expect(person.cell(2025, "规章", 3)).to_have_text("0")
    expect(person.cell(2025, "行政强制", 1)).to_have_text("无此行", use_inner_text=True)
    expect(person.cell(2025, "一、本年新收", 2)).to_have_text("“无”")
    expect(person.cell(2025, "一、本年新收", 3)).to_have_text("0")
    person.is_at_peace()


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


def test_light_and_dark_and_english_are_remembered(large: Path, visit: Visit) -> None:
    person = visit(large, color_scheme="light")
    page, expect = person.page, playwright().expect
    person.opens("index.html")
    person.sees_charts()
    ground = "getComputedStyle(document.body).backgroundColor"
    colours = (
        "[...document.querySelectorAll('[data-chart=results] .mark-rect path')].map(p => getComputedStyle(p).fill)"
    )
    light, drawn = page.evaluate(ground), page.evaluate(colours)
    english = page.get_by_text("Contradictions").first
    expect(english).to_be_hidden()  # the browser speaks Chinese
    page.get_by_role("button", name="深色").click()
    page.get_by_role("button", name="English").click()
    expect(english).to_be_visible()
    expect(page.get_by_role("link", name="矛盾")).to_be_hidden()
    page.wait_for_function(f"JSON.stringify({colours}) !== {str(drawn)!r}.replaceAll(\"'\", '\"').replaceAll(' ', '')")
    dark = page.evaluate(ground)
    assert dark != light
    person.opens("issues.html")
    assert page.evaluate(ground) == dark
    expect(english).to_be_visible()
    page.get_by_role("button", name="Light").click()
    assert page.evaluate(ground) == light
    person.is_at_peace()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_on_paper_charts_and_folded_things_are_there(large: Path, visit: Visit, tmp_path: Path, scheme: str) -> None:
    """A page is printed as it was opened, without going past its charts; in light colours; then it is as it was."""
    person = visit(large, color_scheme=scheme)
    page, expect = person.page, playwright().expect
    shown = "[...document.querySelectorAll('img.picture')].map(each => each.getBoundingClientRect().height > 100)"
    person.opens("index.html")
    expect(page.locator("img.picture").first).to_be_hidden()
    page.emulate_media(media="print")
    assert page.evaluate(shown) == [True, False] * 5  # those in the language of the page
    assert page.evaluate("[...document.images].every(each => each.naturalWidth > 0)")
    expect(page.locator(".drawing").first).to_be_hidden()
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(32, 40, 43)"

    person.opens(person.path("agency"))
    page.emulate_media(media="screen")
    folded = page.locator("details:not([open])").count()
    assert folded > 0
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator("details:not([open], .more)").count() == 0
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator("details:not([open])").count() == folded
    page.pdf(path=tmp_path / "agency.pdf", format="A4")
    assert page.locator("details:not([open])").count() == folded
    person.is_at_peace()


def test_charts_below_are_drawn_without_going_there(large: Path, visit: Visit) -> None:
    person = visit(large)
    person.opens("index.html")
    playwright().expect(person.page.locator("[data-chart][data-drawn=yes]")).to_have_count(5)
    assert person.page.evaluate("scrollY") == 0
    person.is_at_peace()


@pytest.mark.parametrize("width", [360, 768, 1280, 1920])
def test_no_legend_is_cut(large: Path, visit: Visit, width: int) -> None:
    """In both languages: every entry is whole and inside its chart."""
    person = visit(large, locale="en-GB", viewport={"width": width, "height": 900})
    person.opens("index.html")
    person.sees_charts()
    cut = person.page.evaluate(
        """[...document.querySelectorAll('[data-chart]')].flatMap(chart => {
            const box = chart.getBoundingClientRect();
            return [...chart.querySelectorAll('.role-legend-label text')].filter(text =>
                text.textContent.includes('…') || text.getBoundingClientRect().right > box.right + 1
            ).map(text => chart.dataset.chart + ': ' + text.textContent);
        })"""
    )
    assert cut == []
    person.is_at_peace()


def test_without_scripts(large: Path, visit: Visit) -> None:
    person = visit(large, java_script_enabled=False)
    page, expect = person.page, playwright().expect
    person.opens("index.html")
    expect(page.get_by_text("没有脚本时请按")).to_be_visible()
    expect(page.locator("img.picture").first).to_be_visible()
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
            "INSERT INTO cell_note BY NAME SELECT agency_id, year, 'fact_application_handling' AS table_name, item, "
            "'other' AS column_name, 'annotated' AS state, ? AS raw_text, 1 AS source_line "
            "FROM fact_application_handling",
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
        assert page.locator("main img:not(.picture), main b b, main script").count() == 0
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
