"""Runs beyond one process: ``python -m bench.scale --size 20000``, a table of reports a second by number of workers.

PostgreSQL, Redis and an S3-compatible store are the tests' (``tests.support.services``), on this machine, so they take
of its cores what they take: the store, which is made for tests, more than a real one would.
"""

import argparse
import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from dagster import DagsterEventType, DagsterInstance

from bench.corpus import write
from tests.support.services import S3, Postgres, Redis, running


def main() -> int:
    """Measure each way of executing a run, and print a table."""
    parser = argparse.ArgumentParser(prog="bench.scale", description="Time runs with workers and lakes.")
    parser.add_argument("--size", type=int, default=20_000, help="number of reports")
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2], help="numbers of Celery's workers")
    parser.add_argument("--seed", type=int, default=9, help="of the corpus")
    parser.add_argument("--folder", type=Path, help="where to work; a temporary folder if not given")
    given = parser.parse_args()
    folder = given.folder or Path(tempfile.mkdtemp(prefix="ogi_scale_"))
    raw = write(folder / "raw", given.size, given.seed)
    print(f"{os.cpu_count()} cores, {given.size:,} reports, seed {given.seed}, {sys.version.split()[0]}")
    try:
        with running(Postgres) as postgres, running(Redis) as redis, running(S3) as store:
            for cores in (1, 2):
                _print_run(f"in process, {cores} core(s), file", given.size, _run(folder, raw, {"workers": cores}))
            lake = {"warehouse": f"ducklake:postgres:{postgres.database('lake_0')}", "lake_data": folder / "lake"}
            _print_run("in process, 2 core(s), lake", given.size, _run(folder, raw, {"workers": 2, **lake}))
            for count in given.workers:
                settings = {
                    "execution": "celery",
                    "broker": redis.url,
                    "workers": 1,
                    "warehouse": f"ducklake:postgres:{postgres.database(f'lake_{count}')}",
                    "lake_data": store.bucket(f"lake-{count}") + "/files/",
                    "staging": store.bucket(f"staging-{count}") + "/staging",
                    "dagster_postgres": postgres.dsn(f"dagster_{count}"),
                }
                postgres.database(f"dagster_{count}")
                timing = _run(folder, raw, settings, count, store.environment)
                _print_run(f"{count} worker(s), lake, staging in a store", given.size, timing)
                again = _run(folder, raw, settings, count, store.environment, empty=False)
                _print_run("  a night without change", given.size, again)
    finally:
        if not given.folder:
            shutil.rmtree(folder, ignore_errors=True)
    return 0


#: Seconds of a run, and of its steps: when each began and ended.
_Timing = tuple[float, dict[str, tuple[float, float]]]


def _run(
    folder: Path,
    raw: Path,
    settings: Mapping[str, object],
    workers: int = 0,
    environment: Mapping[str, str] | None = None,
    empty: bool = True,
) -> _Timing:
    """A run of ``ogi ingest`` with these settings and workers, started before it; ``empty`` clears the folder."""
    home = folder / "home"
    if empty:
        for path in folder.iterdir():
            if path != raw and not path.name.startswith("."):
                shutil.rmtree(path) if path.is_dir() else path.unlink()
    home.mkdir(exist_ok=True)
    folders = {"warehouse": folder / "ogi.duckdb", "staging": folder / "staging", "dagster_home": home}
    variables = {f"OGI_{name.upper()}": str(value) for name, value in {**folders, **settings}.items()}
    known = {**os.environ, **(environment or {}), **variables, "DAGSTER_HOME": str(home)}
    with _workers(workers, known, folder):
        begin = time.perf_counter()
        program = [str(Path(sys.executable).with_name("ogi")), "ingest", str(raw)]
        done = subprocess.run(program, env=known, capture_output=True, text=True, check=False)
        seconds = time.perf_counter() - begin
    if done.returncode:
        raise RuntimeError(done.stderr)
    with DagsterInstance.from_config(str(home)) as instance:
        (run,) = instance.get_runs(limit=1)
        moments: dict[str, list[float]] = {}
        for kind in (DagsterEventType.STEP_START, DagsterEventType.STEP_SUCCESS):
            for entry in instance.all_logs(run.run_id, of_type=kind):
                moments.setdefault(entry.step_key or "", []).append(entry.timestamp)
    return seconds, {step: (min(of), max(of)) for step, of in moments.items()}


@contextlib.contextmanager
def _workers(count: int, environment: Mapping[str, str], folder: Path) -> Iterator[None]:
    program = str(Path(sys.executable).with_name("celery"))
    with contextlib.ExitStack() as stack:
        started = []
        for number in range(count):
            log = stack.enter_context((folder / f"worker{number}.log").open("wb"))
            words = ["-A", "pipeline.worker", "worker", "--concurrency", "1", "--hostname", f"w{number}@%h"]
            command = ["setpriv", "--pdeathsig", "KILL", program, *words]
            started.append(subprocess.Popen(command, env=environment, stdout=log, stderr=log))
        if started:
            time.sleep(8)  # until they have started: that is no part of the run
        try:
            yield
        finally:
            for process in started:
                process.terminate()
                process.wait()


def _print_run(what: str, size: int, timing: _Timing) -> None:
    """A run in a line, and its steps; those that read shards as one, from first start to last end."""
    seconds, steps = timing
    print(f"  {what:<44}{seconds:>8.1f} s {size / seconds:>7,.0f}/s")
    spans: dict[str, list[tuple[float, float]]] = {}
    for step, span in steps.items():
        spans.setdefault(step.partition("[")[0].rpartition(".")[2], []).append(span)
    for step, some in sorted(spans.items(), key=lambda each: min(each[1])):
        begin, end = min(a for a, _ in some), max(b for _, b in some)
        many = f" ({len(some)} steps, {sum(b - a for a, b in some):.1f} s together)" if len(some) > 1 else ""
        print(f"      {step:<24}{end - begin:>8.1f} s{many}")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
