"""Runs that are killed, again and again and at any moment: nobody ever sees a half-written warehouse.

A run is `ogi ingest` in a process of its own, recorded in a Dagster home, and SIGKILL ends it. To have eighty of them
in a minute they are forked from a server that has imported everything and started no threads; what they do is the same.
"""

import os
import random
import shutil
import signal
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path

import pytest

from pipeline.warehouse.kept_files import previous_path
from tests.conftest import SEEDS, Place
from tests.generator import series
from tests.support.endurance import times
from tests.support.processes import Process, from_nothing, leftovers, tables

pytestmark = pytest.mark.usefixtures("removal_is_allowed")

KILLS = times(40, 16)
LANES = 4
"""Rows of runs at the same time, each in folders of its own: a run alone does not keep two cores busy."""
STATES = 8
"""Of the source, which the rows go through in a ring: each change is killed at several moments, in both directions."""
SEED = 20261125


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
        kept = previous_path(published)
        if kept.exists():
            tables(kept)
        lengths.append(run(place, folders[new]))
        assert tables(published) == expected[new], f"a run after one that was killed after {moment:.3f} s"
        assert leftovers(place) == []


def test_runs_killed_at_any_moment(tmp_path: Path) -> None:
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
