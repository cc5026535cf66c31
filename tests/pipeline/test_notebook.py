"""The notebook runs through without a network, and shows what the five seeds say."""

import importlib.util
import re
import socket
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import duckdb
import pytest

from pipeline.settings import PROJECT
from tests.conftest import Place

pytest.importorskip("marimo", reason="marimo is missing: make setup")

NOTEBOOK = PROJECT / "docs" / "notebook.py"


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
    definitions["published"].close()
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
