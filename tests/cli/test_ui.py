"""What `make ui` says before Dagster starts. What it shows then is in ``tests/browser``."""

import os
import socket
import subprocess
import sys

from pipeline.settings import PROJECT
from tests.conftest import Place


def test_a_port_in_use_ends_at_once_with_one_line(place: Place) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = _ui("--port", str(port), settings=place.environment)
    assert done.returncode == 1
    assert done.stderr == (
        f"ogi: port {port} of 127.0.0.1 cannot be used: Address already in use; end what uses it, or choose another: "
        "make ui PORT=3001\n"
    )
    assert not place.settings.dagster_home.exists()


def test_a_home_that_cannot_be_made_is_one_line() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    done = _ui("--port", str(port), settings={"OGI_DAGSTER_HOME": "/proc/home"})
    assert done.returncode == 1
    assert done.stderr.startswith("ogi: /proc/home: the Dagster home cannot be written: ")
    assert len(done.stderr.splitlines()) == 1


def _ui(*words: str, settings: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pipeline.cli.dagster_ui", *words],
        cwd=PROJECT,
        env={**os.environ, **settings},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
