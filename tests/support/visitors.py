"""Somebody with a browser: opens the folder of a site in Debian's Chromium, and remembers what went wrong."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.sites import EAST

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
SWITCHES = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--no-proxy-server"]
SCREEN = {"width": 1280, "height": 900}
PATIENCE_SECONDS = 300


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
            if f"<bdi>{name}</bdi></h1>" in path.read_text(encoding="utf-8"):
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
