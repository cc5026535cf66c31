"""Runs that are killed, forty times and at any moment: nobody ever sees a half-written warehouse.

A run is `ogi ingest` in a process of its own, recorded in a Dagster home, and SIGKILL ends it. To have eighty of them
in a minute they are forked from a server that has imported everything and started no threads; what they do is the same.

Other modules of tests take `Process` and `tables` from here.
"""

import multiprocessing
import os
import random
import resource
import shutil
import signal
import statistics
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from multiprocessing.connection import wait
from pathlib import Path

import duckdb
import pytest

import schemas
from pipeline.cli.main import main
from pipeline.warehouse.connection import previous
from schemas import base
from tests.conftest import SEEDS, Place
from tests.generator import series
from tests.test_incremental import nightly
from tests.test_publish import MOMENTS

KILLS = 40
LANES = 4
"""Rows of runs at the same time, each in folders of its own: a run alone does not keep two cores busy."""
STATES = 8
"""Of the source, which the rows go through in a ring: each change is killed at several moments, in both directions."""
SEED = 20261125
PATIENCE = 300
"""Seconds after which a process hangs. Far beyond what one needs, so that a busy machine is no failure."""

SERVER = multiprocessing.get_context("forkserver")
SERVER.set_forkserver_preload(
    [
        "pipeline.cli.dagster_run",
        # What a run imports only once it needs it; none of these starts a thread that a fork would lose.
        "alembic.command",
        "dagster._core.storage.sqlite_storage",
        "pandera.backends.polars.register",
        "pyarrow.dataset",
        "sqlalchemy.dialects.sqlite",
        "structlog",
        "upath",
        "watchdog.observers",
        "tests.test_kills",
    ]
)
#: Starting a process polls those that other threads started before: one at a time.
_ONE_AT_A_TIME = threading.Lock()


def _run(words: list[str], environment: dict[str, str], said: Path, largest_file: int | None) -> None:
    """What a process does: `ogi` with these words, its output in two files."""
    for descriptor, name in ((1, "out"), (2, "err")):
        file = os.open(said.with_suffix(f".{name}"), os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(file, descriptor)
        os.close(file)
    os.environ.update(environment)
    if largest_file is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (largest_file, largest_file))
    main(words)


class Process:
    """`ogi` in a process of its own: the same entry point, arguments, environment, output and exit code."""

    _number = 0

    def __init__(self, place: Place, *words: object, largest_file: int | None = None) -> None:
        with _ONE_AT_A_TIME:
            Process._number += 1
            self._said = place.folder / f"said_{Process._number}"
            self._process = SERVER.Process(
                target=_run, args=([str(word) for word in words], place.environment, self._said, largest_file)
            )
            self._process.start()

    def __enter__(self) -> "Process":
        return self

    def __exit__(self, *_: object) -> None:
        self.signal(signal.SIGKILL)
        self.wait()

    def wait(self, seconds: float = PATIENCE) -> int | None:
        """The exit code, or None if it still runs then."""
        if not wait([self._process.sentinel], seconds):
            return None
        with _ONE_AT_A_TIME:
            self._process.join()
            return self._process.exitcode

    def signal(self, number: signal.Signals) -> None:
        """Send a signal, if it still runs."""
        with _ONE_AT_A_TIME:
            if self._process.is_alive():
                os.kill(self._process.pid or 0, number)

    @property
    def stdout(self) -> str:
        """What it printed so far."""
        return self._read("out")

    @property
    def stderr(self) -> str:
        """What it said so far."""
        return self._read("err")

    def _read(self, name: str) -> str:
        path = self._said.with_suffix(f".{name}")
        return path.read_text(encoding="utf-8") if path.exists() else ""


def tables(path: Path) -> dict[str, list[tuple]]:
    """Every row of every table in its stored order, without moments, the run, and earlier versions of files."""
    found = {}
    with duckdb.connect(str(path), read_only=True) as con:
        for table in schemas.TABLES:
            name = base.name(table)
            if name != "ingest_run":
                columns = ", ".join(column for column in base.polars_schema(table) if column not in MOMENTS)
                found[name] = con.execute(f"SELECT {columns} FROM {name}").fetchall()
    found["superseded_report"] = [row for row in found["superseded_report"] if "file_changed" not in row]
    return found


def leftovers(place: Place) -> list[str]:
    """Temporary files in the folders of the warehouse and of the staging."""
    folders = (place.settings.warehouse.parent, place.settings.staging)
    names = [path.name for folder in folders for path in folder.rglob("*") if path.is_file()]
    kinds = (".part", ".building", ".wal", ".tmp")
    return [
        name
        for name in names
        # What the replaced warehouse is kept as is no temporary file; a link to it that was not moved there is.
        if name.endswith(kinds) or ".building" in name or (name.startswith(".") and name.endswith(".previous"))
    ]


def sources(folder: Path, rng: random.Random) -> Iterator[Path]:
    """Folders of reports: each but the first is the one before with files of several years added, changed and gone."""
    stock: dict[str, bytes] = {path.name: path.read_bytes() for path in sorted(SEEDS.glob("*.txt"))}
    for number in range(4):
        made = series(rng.randrange(10**6), range(2022, 2025), "tabs")
        stock |= {f"{number}/{report.name}": report.data for report in made}
    there = dict(rng.sample(sorted(stock.items()), 8)) | {"empty.txt": b""}
    for number in range(STATES):
        for name, data in there.items():
            path = folder / str(number) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        yield folder / str(number)
        away = sorted(set(stock) - set(there))
        reports = sorted(set(stock) & set(there))
        for name in rng.sample(reports, 2):
            del there[name]
        for name in rng.sample(sorted(set(stock) & set(there)), 2):
            there[name] = there[name].replace(b"\t0\t", f"\t{number + 1}\t".encode(), 1) + b"\n"
        for name in rng.sample(away, 2):
            there[name] = stock[name]


def from_nothing(place: Place) -> dict[str, list[tuple]]:
    """What a warehouse of these files holds that has no history."""
    nightly(place)
    return tables(place.settings.warehouse)


def phase(place: Place, code: int | None, old_catalogue: bytes, is_new: bool) -> str:
    """How far a run had come that was killed."""
    if code == 0:
        return "done"
    if is_new:
        return "published"
    if any(".building" in path.name for path in place.settings.warehouse.parent.glob(".*")):
        return "publishing"
    catalogue = place.settings.staging / "catalogue.parquet"
    if not catalogue.exists() or catalogue.read_bytes() != old_catalogue:
        return "reading"
    return "collecting"


def memory() -> Path | None:
    """A file system in memory, where there is one: Dagster's databases go there, hundreds of commits a run.

    A process that is killed, unlike a machine that is, loses nothing that it wrote, on whatever disk.
    """
    folder = Path("/dev/shm")
    if folder.is_dir() and os.access(folder, os.W_OK) and shutil.disk_usage(folder).free > 1 << 30:
        return folder
    return None


def run(place: Place, folder: Path) -> float:
    """A run to its end; how long it took."""
    began = time.monotonic()
    with Process(place, "ingest", folder) as process:
        assert process.wait() == 0, process.stderr
    return time.monotonic() - began


def lane(
    place: Place,
    states: list[int],
    folders: list[Path],
    expected: list[dict[str, list[tuple]]],
    lengths: list[float],
    rng: random.Random,
    said: Counter[str],
) -> None:
    """Go through states of the source, each time with a run that is killed and one that is not."""
    published, catalogue = place.settings.warehouse, place.settings.staging / "catalogue.parquet"
    # Random, and none of the run's parts is left out by chance: one moment in each tenth of it, in any order.
    moments = [(number + rng.random()) / len(states) for number in range(len(states))]
    rng.shuffle(moments)
    for share, (old, new) in zip(moments, pairwise([None, *states]), strict=True):
        old_catalogue = catalogue.read_bytes() if catalogue.exists() else b""
        moment = share * statistics.median(lengths)
        with Process(place, "ingest", folders[new]) as process:
            process.wait(moment)
            process.signal(signal.SIGKILL)
            code = process.wait()
        assert code in (0, -signal.SIGKILL), process.stderr
        found = tables(published) if published.exists() else None
        before = None if old is None else expected[old]
        assert found in (before, expected[new]), f"killed after {moment:.3f} s, old state {old}"
        if code == 0:
            assert found == expected[new]
        said[phase(place, code, old_catalogue, found == expected[new])] += 1
        kept = previous(published)
        if kept.exists():
            tables(kept)
        lengths.append(run(place, folders[new]))
        assert tables(published) == expected[new], f"a run after one that was killed after {moment:.3f} s"
        assert leftovers(place) == []


@pytest.mark.slow
def test_forty_runs_killed_at_any_moment(tmp_path: Path) -> None:
    """Each leaves the old or the new state, and the run after it ends as a build from nothing."""
    folders = list(sources(tmp_path / "sources", random.Random(SEED)))
    fresh = [Place(tmp_path / f"fresh_{number}") for number in range(STATES)]
    places = [Place(tmp_path / f"lane_{number}") for number in range(LANES)]
    measured = Place(tmp_path / "measured")
    for place in (*fresh, *places, measured):
        place.folder.mkdir()
    for place, folder in zip(fresh, folders, strict=True):
        place.raw.symlink_to(folder)
    said: Counter[str] = Counter()
    with tempfile.TemporaryDirectory(dir=memory()) as homes, ThreadPoolExecutor(LANES) as lanes:
        for place in places:
            (Path(homes) / place.folder.name).mkdir()
            place.settings.dagster_home.symlink_to(Path(homes) / place.folder.name)
        with Process(measured, "--version") as process:  # so that no length has the start of the server in it
            assert process.wait() == 0, process.stderr
        # Beside the builds from nothing: runs that are killed do not have the machine to themselves either.
        first = lanes.submit(run, measured, folders[0])
        expected = [from_nothing(place) for place in fresh]
        lengths = [first.result()]
        differ = [sum(old[name] != new[name] for name in old) for old, new in pairwise([*expected, expected[0]])]
        assert min(differ) >= 3, "states that a run is killed between must be told apart by several tables"
        futures = []
        for number, place in enumerate(places):
            step = 1 if number % 2 else -1
            states = [(2 * number + step * turn) % STATES for turn in range(KILLS // LANES)]
            rng = random.Random(SEED + number)
            futures.append(lanes.submit(lane, place, states, folders, expected, lengths, rng, said))
        for future in futures:
            future.result()
    assert said.total() == KILLS
    assert said.total() - said["done"] >= KILLS / 2, said
    assert len(set(said) - {"done"}) >= 3, said
