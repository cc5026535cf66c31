"""The notebook as a reader sees it: `marimo run` in Chromium."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pipeline.settings import PROJECT
from tests.conftest import Place

pytest.importorskip("marimo", reason="marimo is missing: make setup")

NOTEBOOK = PROJECT / "docs" / "notebook.py"
CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
PATIENCE_SECONDS = 120


def test_a_reader_sees_charts_and_chooses_an_agency(seeds: Place, tmp_path: Path) -> None:
    """`marimo run` in a browser: no cell failed, the charts are drawn, and nothing is asked of another machine."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is missing: make setup")
    if not Path(CHROMIUM).exists():
        pytest.skip("Chromium is missing: apt-get install chromium fonts-noto-cjk")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "marimo", "run", str(NOTEBOOK), "--headless", "--no-token", "--port", str(port)]
    settings = {"OGI_WAREHOUSE": str(seeds.settings.warehouse), "HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path)}
    with (tmp_path / "log").open("w") as log, sync_api.sync_playwright() as playwright:
        served = subprocess.Popen(
            [*command, "--host", "127.0.0.1"], env={**os.environ, **settings}, stdout=log, stderr=log, cwd=PROJECT
        )
        try:
            _wait_for(port, served)
            chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--no-proxy-server"])
            page = chromium.new_page(viewport={"width": 1200, "height": 4000})
            page.set_default_timeout(PATIENCE_SECONDS * 1000)
            asked: list[str] = []
            page.on("request", lambda request: asked.append(request.url))
            page.goto(f"http://127.0.0.1:{port}/")
            page.get_by_role("heading", name="Contradictions").wait_for()
            page.locator("canvas, svg.marks").nth(4).wait_for()
            page.get_by_text("红旗区东街街道办事处").click()
            page.get_by_role("option", name="红旗区人民政府办公室").click()
            row = re.compile(r"2025\s*2021\s*None\s*4\s*0\s*4\s*3\s*0\s*0")  # the columns of `chosen`
            page.locator("tr").filter(has_text=row).wait_for()
            assert page.get_by_text("Traceback").count() == 0
            outside = [url for url in asked if not url.startswith((f"http://127.0.0.1:{port}/", "data:", "blob:"))]
            assert outside == []
            chromium.close()
        finally:
            served.terminate()
            served.wait(PATIENCE_SECONDS)


def _wait_for(port: int, served: "subprocess.Popen[bytes]") -> None:
    for _ in range(PATIENCE_SECONDS * 5):
        assert served.poll() is None, "marimo ended by itself"
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.2)
    raise TimeoutError(f"nothing answers on port {port}")
