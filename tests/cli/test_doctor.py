"""`ogi doctor`: what it says of real folders, locks, databases and warehouses."""

import os
import shutil
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest
from dagster import DagsterInstance
from dagster._daemon.types import DaemonHeartbeat

from pipeline.cli import doctor_machine
from tests.conftest import Place
from tests.support.locks import held_elsewhere
from tests.support.ogi import OGI, Ogi


@pytest.fixture
def healthy(place: Place, seeds: Place) -> Place:
    """A source and a published warehouse."""
    place.raw.mkdir()
    place.settings.warehouse.parent.mkdir()
    shutil.copy(seeds.settings.warehouse, place.settings.warehouse)
    return place


def lines(ogi: Ogi, code: int) -> dict[str, list[str]]:
    """What was printed, by sign and subject."""
    done = ogi("doctor")
    out = done.stdout.decode()
    assert done.returncode == code, out
    assert done.stderr == b""
    found: dict[str, list[str]] = {}
    for line in out.splitlines():
        sign, subject, text = line.split(maxsplit=2)
        assert sign in "✔✘–"
        found.setdefault(f"{sign} {subject}", []).append(text)
    return found


def beat(instance: DagsterInstance, ago: float) -> None:
    """The daemon's sign of life, as it writes it."""
    for kind in ("SCHEDULER", "SENSOR"):
        instance.add_daemon_heartbeat(DaemonHeartbeat(time.time() - ago, kind, "some", []))


def test_all_is_fine_and_nothing_was_written(ogi: Ogi, healthy: Place) -> None:
    before = sorted(healthy.folder.rglob("*"))
    said = lines(ogi, 0)
    assert sorted(healthy.folder.rglob("*")) == before
    assert said["✔ warehouse"][0] == f"{healthy.settings.warehouse.parent} can be written to"
    assert said["✔ warehouse"][1].startswith(
        f"{healthy.settings.warehouse}: 5 reports until 2025, published 2026-11-23"
    )
    assert said["✔ source"] == [f"{healthy.raw} can be read"]
    assert said["✔ staging"] == [f"{healthy.settings.staging} can be made"]
    assert said["✔ locks"] == ["none is held: no run is in progress on this machine"]
    assert said["– daemon"][0].startswith("has never run in this Dagster home")
    assert f"OGI_SOURCE={healthy.raw} from the environment" in said["✔ settings"]
    by_office = [text for sign in "✔–" for text in said.get(f"{sign} formats", []) if ".doc .odt .rtf .wps" in text]
    assert len(by_office) == 1
    assert len([text for sign in "✔–" for text in said.get(f"{sign} formats", []) if "OCR" in text]) == 1
    assert said["✔ packages"][0].endswith("that ogi needs are installed, all as requirements.lock has them")


def test_what_is_missing_is_named_with_what_to_do(ogi: Ogi, place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    place.settings.dagster_home.write_text("in the way")
    monkeypatch.setenv("OGI_WEBHOOK_URL", "https://example.org/secret")
    monkeypatch.setenv("OGI_TRUST_TIME", "false")
    said = lines(ogi, 1)
    assert said["✘ source"] == [f"{place.raw} is not there: make it, mount its disk, or set OGI_SOURCE"]
    assert said["✘ dagster_home"][0].startswith(f"{place.settings.dagster_home} is a file")
    assert "run `ogi ingest` first" in said["✘ warehouse"][0]
    assert said["✘ settings"] == ["OGI_TRUST_TIME is no setting, and is ignored; OGI_TRUST_TIMES is one"]
    assert "secret" not in " ".join(said["✔ settings"]).replace("a secret", "")


def test_wrong_settings_are_named(place: Place) -> None:
    environment = {**os.environ, **place.environment, "OGI_WORKERS": "-1"}
    done = subprocess.run([str(OGI), "doctor"], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "✘ settings      OGI_WORKERS=-1: must be a whole number of 1 or more\n" in done.stdout


def test_who_holds_a_lock(ogi: Ogi, healthy: Place) -> None:
    other = held_elsewhere(healthy.settings.staging / ".lock")
    try:
        (said,) = lines(ogi, 0)["✔ locks"]
    finally:
        other.kill()
        other.communicate()
    assert said.startswith(f"staging: held by run elsewhere, process {other.pid}; other runs wait until it is free")
    assert lines(ogi, 0)["✔ locks"] == ["none is held: no run is in progress on this machine"]


def test_a_daemon_that_is_alive_and_one_that_is_silent(ogi: Ogi, healthy: Place, instance: DagsterInstance) -> None:
    beat(instance, 20)
    assert lines(ogi, 0)["✔ daemon"][0].startswith("alive, its last sign was 2")
    beat(instance, 7200)
    since = datetime.fromtimestamp(time.time() - 7200, UTC)
    assert lines(ogi, 1)["✘ daemon"][0].startswith(f"silent since {since:%Y-%m-%d %H}")


def test_a_warehouse_of_another_version(ogi: Ogi, healthy: Place) -> None:
    with duckdb.connect(str(healthy.settings.warehouse)) as con:
        con.execute("UPDATE ingest_run SET code_version = '0.0.9, reader 1'")
    said = lines(ogi, 1)["✘ warehouse"]
    assert said[0].startswith("of version 0.0.9, reader 1, and this program is ")


def test_a_file_that_is_no_warehouse_and_one_that_is_written_to(ogi: Ogi, healthy: Place) -> None:
    code = "import duckdb, sys, time; con = duckdb.connect(sys.argv[1]); print('open', flush=True); time.sleep(600)"
    writer = subprocess.Popen(
        [sys.executable, "-c", code, str(healthy.settings.warehouse)], stdout=subprocess.PIPE, text=True
    )
    try:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "open\n"
        (said,) = lines(ogi, 1)["✘ warehouse"]
        assert f"(PID {writer.pid})" in said
    finally:
        writer.kill()
        writer.communicate()
    healthy.settings.warehouse.write_bytes(b"no database" * 100)
    assert "cannot be read as a warehouse" in lines(ogi, 1)["✘ warehouse"][0]


def test_packages_that_differ_from_the_lock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = (doctor_machine.PROJECT / "requirements.lock").read_text()
    old = tmp_path / "requirements.lock"
    version = doctor_machine.metadata.version("click")
    old.write_text(text.replace(f"\nclick=={version}", "\nclick==7.0").replace("\nrich==", "\nporich=="))
    monkeypatch.setattr(doctor_machine, "_LOCK", old)
    assert [finding.text for finding in doctor_machine.packages()] == [
        "rich missing: make setup",
        f"click {version} instead of 7.0: rm -r .venv && make setup",
    ]


def test_a_disk_without_room(tmp_path: Path) -> None:
    (said,) = doctor_machine.room([tmp_path, tmp_path / "later"], 1 << 60)
    assert said.is_fine is False
    assert said.text.startswith(f"{tmp_path}: ")


def test_it_starts_fast(healthy: Place) -> None:
    """What takes a second to import is not imported."""
    code = (
        "import sys; from pipeline.cli.main import main; main(['doctor'], standalone_mode=False); "
        "print({'dagster', 'pandera', 'polars', 'altair', 'pyarrow'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, **healthy.environment},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines()[-1] == "set()"
