"""Times and memory of whole runs, of their steps, and of the floor that they are compared with."""

import hashlib
import os
import re
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

_NUMBER = re.compile(r"\d[\d,.]*")


@dataclass(frozen=True)
class Measurement:
    """A run of ``ogi ingest``: its seconds in all and by step, and the peak memory of its processes."""

    seconds: float
    steps: dict[str, float]
    peak_mib: float

    @property
    def work(self) -> float:
        """Seconds of all steps; the rest is Dagster's start, log and shutdown."""
        return sum(self.steps.values())


def floor(raw: Path, cores: int) -> float:
    """Seconds for reading, hashing and decoding all files and finding their numbers, on so many cores."""
    paths = sorted(path for path in raw.rglob("*") if path.is_file())
    begin = time.perf_counter()
    if cores == 1:
        _read_numbers(paths)
    else:
        with get_context("fork").Pool(cores) as pool:
            pool.map(_read_numbers, [paths[index :: cores * 8] for index in range(cores * 8)])
    return time.perf_counter() - begin


def _read_numbers(paths: list[Path]) -> int:
    found = 0
    for path in paths:
        data = path.read_bytes()
        hashlib.sha256(data).hexdigest()
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError:
            text = data.decode("gb18030", "replace")
        found += sum(1 for _ in _NUMBER.finditer(text))
    return found


def ingest(folder: Path, raw: Path, cores: int = 2) -> Measurement:
    """A run of ``ogi ingest`` in a process of its own, on so many cores."""
    home = folder / "home"
    settings = {"OGI_WAREHOUSE": folder / "ogi.duckdb", "OGI_STAGING": folder / "staging", "OGI_DAGSTER_HOME": home}
    environment = {**os.environ, **{name: str(value) for name, value in settings.items()}}
    all_cores = os.sched_getaffinity(0)
    begin = time.perf_counter()
    os.sched_setaffinity(0, sorted(all_cores)[:cores])  # the new process inherits the affinity
    process = subprocess.Popen(
        [str(Path(sys.executable).with_name("ogi")), "ingest", str(raw)],
        env=environment,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    os.sched_setaffinity(0, all_cores)
    peak = _PeakMemory(process.pid)
    if process.wait():
        raise SystemExit("ogi ingest failed")
    return Measurement(time.perf_counter() - begin, _steps(home), peak.stop())


def _steps(home: Path) -> dict[str, float]:
    """Seconds of each step of the latest run, as Dagster recorded them."""
    from dagster import DagsterInstance

    with DagsterInstance.from_config(str(home)) as instance:
        (run,) = instance.get_run_records(limit=1)
        stats = instance.get_run_step_stats(run.dagster_run.run_id)
    return {step.step_key: step.end_time - step.start_time for step in stats if step.end_time and step.start_time}


class _PeakMemory:
    """Watches the memory of a session's processes."""

    def __init__(self, session: int) -> None:
        self._session, self._highest, self._over = session, 0, threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def _watch(self) -> None:
        while not self._over.wait(0.5):
            self._highest = max(self._highest, sum(map(_kibibytes, _session_processes(self._session))))

    def stop(self) -> float:
        """The highest sum of their memory, in MiB; a page that several share counts once."""
        self._over.set()
        self._thread.join()
        return self._highest / 2**10


def _session_processes(session: int) -> list[str]:
    found = []
    for process in (path.name for path in Path("/proc").glob("[0-9]*")):
        try:
            if os.getsid(int(process)) == session:
                found.append(process)
        except OSError:
            continue
    return found


def _kibibytes(process: str) -> int:
    """The process's proportional set size: shared pages count by share."""
    try:
        rollup = Path("/proc", process, "smaps_rollup").read_text()
    except OSError:
        return 0
    return int(next((line.split()[1] for line in rollup.splitlines() if line.startswith("Pss:")), 0))


def change(raw: Path, files: int) -> None:
    """Change so many files."""
    for path in sorted(path for path in raw.rglob("*.txt"))[:files]:
        path.write_bytes(path.read_bytes() + b"\n")


def forget(folder: Path, year: int) -> None:
    """Have a year read again."""
    (folder / "staging" / "read" / str(year)).unlink(missing_ok=True)
