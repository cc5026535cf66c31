"""The notebook runs through without a network, and shows what the five seeds say."""

import importlib.util
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import duckdb
import pytest

from pipeline.settings import PROJECT
from tests.conftest import Place

pytest.importorskip("marimo", reason="marimo is missing: make setup")

NOTEBOOK = PROJECT / "docs" / "notebook.py"
CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
PATIENCE_SECONDS = 120


def run(monkeypatch: pytest.MonkeyPatch, warehouse: Path, **defs: object) -> tuple[list[Any], dict[str, Any]]:
    """What the cells show, and what they define; a cell that fails is an error. No address may be called."""

    def refuse(_: socket.socket, address: object) -> None:
        raise AssertionError(f"the notebook calls {address}")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setenv("OGI_WAREHOUSE", str(warehouse))
    monkeypatch.setattr(sys, "argv", ["notebook.py"])
    spec = importlib.util.spec_from_file_location("notebook", NOTEBOOK)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    outputs, definitions = module.app.run(defs=defs or None)
    definitions["con"].close()
    return list(outputs), dict(definitions)


def test_it_shows_what_the_seeds_say(seeds: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the reports: 1 application in 2024, and 4 + 2 + 1 + 0 in 2025, all handled; no report adds up an area."""
    before = seeds.settings.warehouse.read_bytes()
    outputs, found = run(monkeypatch, seeds.settings.warehouse)
    assert found["years"].rows() == [(2024, 1, 1, 1, 0), (2025, 4, 7, 7, 0)]
    results = {row[:2]: row[2] for row in found["results"].rows()}
    assert results[2025, "granted"] == 3 + 1
    assert results[2025, "partially_granted"] == 1
    assert results[2024, "unavailable"] == 1
    assert [row[::2] for row in found["reasons"].rows()] == [("unavailable", 1 + 1), ("not_processed", 1)]
    assert found["issues"].select("rule", "year", "issues").rows() == [
        ("narrative_parts", 2025, 1),
        ("narrative_received", 2025, 1),
        ("narrative_reconsideration", 2025, 1),
    ]
    charts = [output for output in outputs if type(output).__name__ == "altair_chart"]
    assert len(charts) == 5
    assert seeds.settings.warehouse.read_bytes() == before


def test_what_is_shown_of_an_agency_follows_the_choice(seeds: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """红旗区人民政府办公室 granted 3 of 4.

    Wilson with z = 1.96: (3 + 1.9207 ± 1.96 √(0.75 + 0.9604)) / 7.8415, from 30.06 % to 95.44 %.
    """
    [(code,)] = seeds.query("SELECT agency_id FROM dim_agency WHERE name = '红旗区人民政府办公室'")
    _, found = run(monkeypatch, seeds.settings.warehouse, agency=SimpleNamespace(value=code))
    assert found["chosen"].select("year", "new_received", "granted").rows() == [(2025, 4, 3)]
    [granted] = [row for row in found["shares"].rows(named=True) if row["indicator"] == "公开率"]
    assert (granted["numerator"], granted["n"], granted["value"]) == (3, 4, 0.75)
    assert granted["lower"] == pytest.approx(0.3006, abs=0.0001)
    assert granted["upper"] == pytest.approx(0.9544, abs=0.0001)


def test_it_runs_over_an_empty_warehouse(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    place.ingest()
    outputs, found = run(monkeypatch, place.settings.warehouse)
    assert found["years"].is_empty()
    assert found["agency"].value is None
    assert outputs


def test_it_cannot_write(seeds: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OGI_WAREHOUSE", str(seeds.settings.warehouse))
    code = NOTEBOOK.read_text(encoding="utf-8")
    assert re.findall(r"connect\(.*\)", code) == ["connect(warehouse)"]
    from pipeline.warehouse.connection import connect

    with connect(seeds.settings.warehouse) as con, pytest.raises(duckdb.InvalidInputException, match="read-only"):
        con.execute("DELETE FROM dim_agency")


@pytest.mark.slow
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
