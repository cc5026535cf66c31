"""Several processes give what one gives, end with the one that started them, and say so when one is lost."""

import os
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import pytest
from click.testing import CliRunner

from pipeline.cli.main import main
from pipeline.staging import steps
from pipeline.system.processes import ProcessPool, ProcessPoolError
from tests.conftest import SEEDS, Place

PATIENCE = 300
"""Seconds after which it hangs. Far beyond what it needs, so that a busy machine is no failure."""
PROGRAM = """
import sys, time
from pathlib import Path
from pipeline.system.processes import ProcessPool

def work(task):
    Path(sys.argv[1], str(task)).touch()
    Path(sys.argv[1], f"pid{__import__('os').getpid()}").touch()
    time.sleep(600)

if __name__ == "__main__":
    with ProcessPool(2, work) as cores:
        list(cores.map(range(8)))
"""


def waits_for_the_third(folder: Path, number: int) -> tuple[int, int]:
    """The first task ends after the second and third, so another process has to do those, and they end out of order."""
    if number == 0:
        _wait_for((folder / "2").exists)
    (folder / str(number)).touch()
    return number, os.getpid()


def ends_itself(number: int) -> int:
    """Is killed at the fourth task, as by a system without memory."""
    if number == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def raises(number: int) -> int:
    """Fails at the fourth task."""
    if number == 3:
        raise OSError(28, "No space left on device", "report.txt")
    return number


def test_results_come_in_the_order_of_the_tasks_from_several_processes(tmp_path: Path) -> None:
    with ProcessPool(2, partial(waits_for_the_third, tmp_path)) as cores:
        results = list(cores.map(range(20)))
    assert [number for number, _ in results] == list(range(20))
    assert len({process for _, process in results}) == 2
    assert os.getpid() not in {process for _, process in results}


def test_a_single_task_is_done_in_this_process(tmp_path: Path) -> None:
    with ProcessPool(2, partial(waits_for_the_third, tmp_path)) as cores:
        assert list(cores.map([7])) == [(7, os.getpid())]


def test_a_process_that_is_killed_is_named_with_what_to_do() -> None:
    with ProcessPool(2, ends_itself) as cores, pytest.raises(ProcessPoolError, match="OGI_WORKERS, now 2"):
        list(cores.map(range(8)))


def test_the_command_says_so_too(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    def lost(*_: object, **__: object) -> None:
        raise ProcessPoolError("a process that reads reports was ended from outside")

    monkeypatch.setattr(steps, "read_years", lost)
    for name, value in place.environment.items():
        monkeypatch.setenv(name, value)
    done = CliRunner().invoke(main, ["ingest", str(SEEDS)])
    assert done.exit_code == 1
    assert "was ended from outside" in done.output
    assert "Traceback" not in done.output


def test_what_the_work_raises_arrives_as_it_was() -> None:
    with ProcessPool(2, raises) as cores, pytest.raises(OSError, match="No space left") as caught:
        list(cores.map(range(8)))
    assert (caught.value.errno, caught.value.filename) == (28, "report.txt")


def test_the_processes_end_with_the_one_that_started_them(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(PROGRAM)
    marks = tmp_path / "marks"
    marks.mkdir()
    parent = subprocess.Popen([sys.executable, str(program), str(marks)], start_new_session=True)
    try:
        _wait_for(lambda: len(list(marks.glob("pid*"))) == 2)
        workers = [int(path.name.removeprefix("pid")) for path in marks.glob("pid*")]
    finally:
        parent.kill()
        parent.wait()
    _wait_for(lambda: not any(_lives(worker) for worker in workers))


def test_a_temporary_folder_too_deep_for_a_socket_does_no_harm(tmp_path: Path) -> None:
    """The deployment's test found it: a service whose TMPDIR lies deep could not read with several processes."""
    program = tmp_path / "program.py"
    program.write_text(PROGRAM.replace("time.sleep(600)", "return task * 2").replace("list(", "print(*"))
    deep = tmp_path / ("deep" * 20)
    deep.mkdir()
    ran = subprocess.run(
        [sys.executable, str(program), str(tmp_path)],
        check=False,
        env={**os.environ, "TMPDIR": str(deep)},
        capture_output=True,
    )
    assert (ran.stdout, ran.returncode) == (b"0 2 4 6 8 10 12 14\n", 0), ran.stderr.decode()


def _wait_for(happened: object) -> None:
    deadline = time.monotonic() + PATIENCE
    while not happened():  # type: ignore[operator]
        assert time.monotonic() < deadline
        time.sleep(0.02)


def _lives(process: int) -> bool:
    try:
        return Path("/proc", str(process), "stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False
