"""Programs in processes of their own, as a server starts them: `ogi ingest`, and Dagster with the project's workspace.

Each imports Dagster, which takes longer than a test of the fast folders may.
"""

import os
import subprocess
import sys
from pathlib import Path

from pipeline.settings import PROJECT
from tests.conftest import SEEDS, Place
from tests.support.locks import held_elsewhere
from tests.support.ogi import Ogi, text


def test_ingest_writes_nowhere_else(ogi_process: Ogi, place: Place, tmp_path: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in SEEDS.rglob("*")}
    text(ogi_process("ingest", SEEDS))
    assert {path: path.stat().st_mtime_ns for path in SEEDS.rglob("*")} == before
    assert {path.name for path in tmp_path.iterdir()} == {"elsewhere", "warehouse", "staging", "dagster"}
    assert [path.name for path in (tmp_path / "warehouse").iterdir()] == ["ogi.duckdb"]
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_the_workspace_is_valid(place: Place) -> None:
    place.settings.dagster_home.mkdir()
    done = subprocess.run(
        [str(Path(sys.executable).with_name("dagster")), "definitions", "validate", "-w", "workspace.yaml"],
        cwd=PROJECT,
        env={**os.environ, "DAGSTER_HOME": str(place.settings.dagster_home)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "Validation successful for code location ogi" in done.stderr + done.stdout


def test_who_waits_says_for_whom(place: Place, tmp_path: Path) -> None:
    """`ogi ingest` beside a run that works in the same staging folder waits until that is over."""
    other = held_elsewhere(place.settings.staging / ".lock")
    waits = subprocess.Popen(
        [str(Path(sys.executable).with_name("ogi")), "ingest", str(SEEDS)],
        env={**os.environ, **place.environment},
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert waits.stderr is not None
        line = waits.stderr.readline()
        assert line == f"waiting for run elsewhere, which works in {place.settings.staging}\n"
        assert not place.settings.warehouse.exists()
    finally:
        other.kill()
        other.wait()
    assert waits.wait(600) == 0
    waits.stderr.close()
    assert place.query("SELECT count(*) FROM dim_report") == [(5,)]
