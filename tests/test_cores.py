"""Several processes give what one gives, end with the one that started them, and say so when one is lost."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner

from pipeline.cli.main import main
from pipeline.staging import collect, steps
from pipeline.system.processes import ProcessPool, ProcessPoolError
from tests.conftest import SEEDS, Place
from tests.generator import corpus

PROGRAM = """
import sys, time
from pathlib import Path
from pipeline.system.processes import ProcessPool

def work(task):
    Path(sys.argv[1], str(task)).touch()
    Path(sys.argv[1], f"pid{__import__('os').getpid()}").touch()
    time.sleep(60)

if __name__ == "__main__":
    with ProcessPool(2, work) as cores:
        list(cores.map(range(8)))
"""


def slow_first(number: int) -> tuple[int, int]:
    """Takes the longer the earlier it comes, so that results come out of order."""
    time.sleep(0.3 if number == 0 else 0.01)
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


def test_results_come_in_the_order_of_the_tasks_from_several_processes() -> None:
    with ProcessPool(2, slow_first) as cores:
        results = list(cores.map(range(20)))
    assert [number for number, _ in results] == list(range(20))
    assert len({process for _, process in results}) == 2
    assert os.getpid() not in {process for _, process in results}


def test_a_single_task_is_done_in_this_process() -> None:
    with ProcessPool(2, slow_first) as cores:
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


def _wait_for(happened: object) -> None:
    for _ in range(600):
        if happened():  # type: ignore[operator]
            return
        time.sleep(0.05)
    raise AssertionError("it did not happen within half a minute")


def _lives(process: int) -> bool:
    try:
        return Path("/proc", str(process), "stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.slow
def test_two_processes_stage_what_one_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """1,200 reports, small batches, an agency with two reports among them, and a file that is none."""
    raw = tmp_path / "raw"
    raw.mkdir()
    reports = list(corpus(31, 1200))
    for report in reports:
        (raw / report.name).write_bytes(report.data)
    (raw / "twin.txt").write_bytes(reports[0].data + b"\n")
    (raw / "other.txt").write_text("通知")
    monkeypatch.setenv("OGI_BATCH_REPORTS", "100")
    staged = []
    for workers in ("1", "2"):
        monkeypatch.setenv("OGI_WORKERS", workers)
        place = Place(tmp_path / workers)
        collected = collect.collect([raw], place.settings)
        steps.read_years(collected.reports, place.settings)
        staged.append(place.settings.staging)
    one, two = staged
    names, others = (
        sorted(path.relative_to(folder) for path in folder.rglob("*.parquet") if path.name != "seen.parquet")
        for folder in staged
    )
    assert names == others
    assert len(names) > 7 * 9
    for name in names:
        assert pl.read_parquet(one / name).equals(pl.read_parquet(two / name)), name
