"""Programs in processes of their own, as a server starts them: `ogi ingest`, and Dagster with the project's workspace.

Each imports Dagster, which takes longer than a test of the fast folders may.
"""

import os
import subprocess
import sys
from pathlib import Path

from pipeline.settings import PROJECT
from tests.conftest import SEEDS, Place
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
