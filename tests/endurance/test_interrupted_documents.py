"""`ogi ingest` interrupted, or killed, while documents are read: no process is left behind, whatever they are doing."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pipeline.settings import PROJECT
from tests.conftest import Place
from tests.support import hostile_format

PATIENCE = 120
#: Imported by every interpreter as it starts: all of them know the tests' own format.
CUSTOMIZE = """
from pipeline.reader.formats import registry
from tests.support import hostile_format
registry.FORMATS = (hostile_format, *registry.FORMATS)
"""


def processes(group: int) -> list[str]:
    """The commands of the processes of a group that are alive."""
    found = []
    for folder in Path("/proc").iterdir():
        try:
            is_member = folder.name.isdigit() and os.getpgid(int(folder.name)) == group
            if is_member and "\nState:\tZ" not in (folder / "status").read_text():
                found.append((folder / "cmdline").read_text().replace("\0", " "))
        except (OSError, ProcessLookupError):
            continue
    return found


def wait_for(condition: str, group: int) -> None:
    until = time.monotonic() + PATIENCE
    while not any(condition in command for command in processes(group)):
        assert time.monotonic() < until
        time.sleep(0.02)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
@pytest.mark.parametrize("documents", [1, 60], ids=["in its own process", "by several processes"])
@pytest.mark.parametrize("work", ["loop_in_c"])
def test_no_process_is_left(place: Place, tmp_path: Path, number: signal.Signals, documents: int, work: str) -> None:
    for turn in range(documents):
        place.put(f"{turn}.hostile", hostile_format.MAGIC + work.encode() + b"\n")
    (tmp_path / "sitecustomize.py").write_text(CUSTOMIZE)
    environment = place.environment | {
        "PYTHONPATH": f"{tmp_path}:{PROJECT}",
        "OGI_WORKERS": "2",
        "TMPDIR": str(tmp_path),
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "pipeline.cli", "ingest"],
        env={**os.environ, **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        wait_for("confined.serve", process.pid)
        time.sleep(0.5)
        if number == signal.SIGINT:
            os.killpg(process.pid, number)  # as a terminal does
        else:
            process.send_signal(number)
        _, said = process.communicate(timeout=PATIENCE)
        assert process.returncode == (-number if number == signal.SIGKILL else 128 + number), said
        until = time.monotonic() + 10
        while left := processes(process.pid):
            assert time.monotonic() < until, left
            time.sleep(0.05)
    finally:
        for name in processes(process.pid):
            assert name
            os.killpg(process.pid, signal.SIGKILL)
