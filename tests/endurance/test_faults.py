"""Faults of the machine: full disks, folders without rights, damaged staging, foreign writers, two runs at once.

Each must be said in words that name the place and what to do, with exit code 1; the published file stays as it was,
byte by byte; and the next run, without any work by hand, ends as a build from nothing.

Runs that need other rights are started by `setpriv`, since root may write everywhere; all others are forked, as
`test_kills` does.
"""

import contextlib
import errno
import io
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from multiprocessing.connection import Connection
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.cli import ingest
from pipeline.cli.errors import CommandError
from pipeline.reader import extraction
from pipeline.staging import folder as staging
from pipeline.staging import year_tables
from pipeline.staging.parquet import StagingError
from pipeline.warehouse import target
from pipeline.warehouse.errors import PublishError
from pipeline.warehouse.provenance import PublishingRun
from tests.conftest import Place
from tests.generator import corpus
from tests.support.filesystems import mounted
from tests.support.nights import nightly
from tests.support.processes import PATIENCE, SERVER, Process, from_nothing, leftovers, tables
from tests.support.workspace import SeedText

pytestmark = pytest.mark.usefixtures("removal_is_allowed")

OGI = Path(sys.executable).with_name("ogi")
MEGABYTE = 1 << 20
REPORTS = 150
YEAR = 2025
NO_SPACE, MAKE_ROOM = r"(?i)no space left|disk is full|is full", r"(?i)free|make room|OGI_|--warehouse|--staging"
TOO_LARGE, RAISE_LIMIT = r"(?i)too large|disk i/o", r"(?i)limit|free|OGI_|--warehouse|--staging"
NO_RIGHTS, GIVE_RIGHTS = r"(?i)permission denied|read-only", r"(?i)rights|writable|OGI_|--warehouse|--staging"


@dataclass
class Stock:
    """Reports as they were published, the same after a day of changes, and what must come of those."""

    before: Place
    after: Place
    expected: dict[str, list[tuple]]

    def copy(self, place: Place) -> bytes:
        """A place where the reports have changed since they were published. Gives the published file."""
        place.raw.symlink_to(self.after.raw)
        for name in ("staging", "warehouse"):
            shutil.copytree(self.before.folder / name, place.folder / name, dirs_exist_ok=True)
        return place.settings.warehouse.read_bytes()


def annex(rng: random.Random, characters: int) -> str:
    """Text that no compression makes small, so that a file of the staging is larger than those of Dagster's home."""
    lines = ("".join(chr(rng.randrange(0x4E00, 0x9F00)) for _ in range(200)) for _ in range(characters // 200))
    return "\n".join(["", "附件", *lines, ""])


@pytest.fixture(scope="module")
def stock(tmp_path_factory: pytest.TempPathFactory) -> Stock:
    """Built once: tests work on copies of it."""
    before, after = (Place(tmp_path_factory.mktemp(name)) for name in ("before", "after"))
    reports = list(corpus(20261125, REPORTS, {"tabs": 1.0}, damaged=0))
    for report in reports:
        before.put(report.name, report.data)
    nightly(before)
    shutil.copytree(before.raw, after.raw)
    rng = random.Random(7)
    of_year = [report for report in reports if report.truth.year == YEAR and report.encoding == "utf-8"]
    assert len(of_year) > 10
    for report in of_year[:7]:
        (after.raw / report.name).write_bytes(report.data + annex(rng, 80_000).encode())
    (after.raw / of_year[8].name).unlink()
    other = next(report for report in reports if report.truth.year == YEAR - 1)
    (after.raw / other.name).write_bytes(other.data.replace(b"\t0\t", b"\t1\t", 1))
    return Stock(before, after, from_nothing(after))


def run(place: Place, expected: dict[str, list[tuple]]) -> None:
    """The next run, with nothing done by hand: it succeeds, ends as a build from nothing, and leaves nothing over."""
    with Process(place, "ingest") as process:
        assert process.wait() == 0, process.stderr
    assert tables(place.settings.warehouse) == expected
    assert leftovers(place) == []


def says(code: int | None, stderr: str, where: Path, *patterns: str) -> None:
    """What a run that failed must say, to people: where the fault is, and what it is or what to do."""
    assert code == 1, stderr
    assert "Traceback" not in stderr, stderr[-3000:]
    assert re.search(r"^ogi: ", stderr, re.MULTILINE), stderr
    assert str(where) in stderr, stderr
    for pattern in patterns:
        assert re.search(pattern, stderr), f"{pattern!r} is not in {stderr!r}"


def fails(place: Place, before: bytes, where: Path, *patterns: str, largest_file: int | None = None) -> None:
    """A run fails, says so in words, and the published file is the same."""
    with Process(place, "ingest", largest_file=largest_file) as process:
        says(process.wait(), process.stderr, where, *patterns)
        assert process.stdout == ""
    assert place.settings.warehouse.read_bytes() == before


def until(condition: Callable[[], bool], *processes: Process) -> None:
    """Wait for a run to come so far, and no longer than it may last."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, [process.stderr for process in processes]
        time.sleep(0.002)


# A disk that is full, a file that may not grow


def fill(folder: Path, leave: int) -> Path:
    """A file that takes all the space of the folder's disk but for so many bytes."""
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        free = os.statvfs(folder)
        for _ in range(max(0, (free.f_bavail * free.f_frsize - leave) // free.f_frsize)):
            file.write(bytes(free.f_frsize))
    return filler


@pytest.mark.parametrize(
    ("what", "leaves"),
    [
        ("warehouse", (0, 3 * MEGABYTE)),
        ("staging", (0, MEGABYTE // 2)),
        ("dagster", (0, MEGABYTE // 4)),
    ],
)
def test_a_full_disk(place: Place, stock: Stock, what: str, leaves: tuple[int, ...]) -> None:
    """No space at all, then so little that it ends while the largest file is written."""
    where = place.folder / what
    with mounted(where, "-t", "tmpfs", "-o", "size=48m", "tmpfs"):
        before = stock.copy(place)
        if what == "dagster":  # a home that has been used: a new one is found full before the run begins
            with Process(place, "ingest", stock.before.raw) as process:
                assert process.wait() == 0, process.stderr
            before = place.settings.warehouse.read_bytes()
        for leave in leaves:
            filler = fill(where, leave)
            # SQLite, which keeps Dagster's home, cannot always tell what was wrong.
            fails(place, before, where, NO_SPACE + "|disk i/o" * (what == "dagster"), MAKE_ROOM)
            filler.unlink()
        run(place, stock.expected)


def test_the_home_is_full_once_the_warehouse_is_nearly_there(place: Place, stock: Stock) -> None:
    """The run cannot be recorded to its end. If it published all the same, it does not say that it did not."""
    where = place.settings.dagster_home
    with mounted(where, "-t", "tmpfs", "-o", "size=48m", "tmpfs"):
        before = stock.copy(place)
        with Process(place, "ingest") as process:
            until(lambda: any(place.settings.warehouse.parent.glob(".*.building")), process)
            process.signal(signal.SIGSTOP)
            filler = fill(where, 0)
            process.signal(signal.SIGCONT)
            says(process.wait(), process.stderr, where, NO_SPACE + "|disk i/o", MAKE_ROOM)
            if place.settings.warehouse.read_bytes() != before:
                assert tables(place.settings.warehouse) == stock.expected
                assert not re.search(r"(?i)(nothing|not) (was )?published", process.stderr), process.stderr
        filler.unlink()
        run(place, stock.expected)


def test_a_full_disk_is_named_where_the_error_names_no_file(place: Place) -> None:
    """As when a step's output no longer finds room in Dagster's home: the file was opened long before."""
    where = place.settings.dagster_home
    with mounted(where, "-t", "tmpfs", "-o", "size=1m", "tmpfs"):
        filler = fill(where, 0)
        with pytest.raises(CommandError) as said, ingest._explained(place.settings, datetime(2026, 11, 25)):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        filler.unlink()
    assert said.value.message.startswith(f"{where}: No space left on device; make room on the disk")
    assert said.value.message.endswith("Nothing was published")


def test_a_limit_to_the_size_of_files(place: Place, stock: Stock) -> None:
    """Like a full disk, but that all smaller files can still be written: it strikes further on each time."""
    before = stock.copy(place)
    for largest, what in ((100_000, "dagster"), (900_000, "staging"), (3_000_000, "warehouse")):
        fails(place, before, place.folder / what, TOO_LARGE, RAISE_LIMIT, largest_file=largest)
    run(place, stock.expected)


# Rights


def without_rights(place: Place, *words: object) -> subprocess.CompletedProcess[str]:
    """`ogi` for somebody to whom the rights of files and folders apply, as they do not to root."""
    lower = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] if os.geteuid() == 0 else []
    if lower and shutil.which(lower[0]) is None:
        pytest.skip("setpriv (util-linux) is needed to take root's rights away")
    return subprocess.run(
        [*lower, str(OGI), *map(str, words)],
        env={**os.environ, **place.environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )


@contextlib.contextmanager
def closed(folder: Path, folders: int, files: int) -> Iterator[None]:
    """All that is under the folder with fewer rights, for the time of a test."""
    everything = [folder, *folder.rglob("*")]
    rights = {path: path.stat().st_mode for path in everything}
    try:
        for path in reversed(everything):
            path.chmod(folders if path.is_dir() else files)
        yield
    finally:
        for path in everything:
            path.chmod(rights[path])


@pytest.mark.parametrize("what", ["warehouse", "staging", "dagster"])
def test_a_folder_that_may_not_be_written(place: Place, stock: Stock, what: str) -> None:
    before = stock.copy(place)
    where = place.folder / what
    where.mkdir(exist_ok=True)
    with closed(where, 0o555, 0o444):
        done = without_rights(place, "ingest")
        says(done.returncode, done.stderr, where, NO_RIGHTS, GIVE_RIGHTS)
        assert place.settings.warehouse.read_bytes() == before
    run(place, stock.expected)


def test_a_disk_that_is_mounted_read_only(place: Place, stock: Stock) -> None:
    before = stock.copy(place)
    where = place.settings.warehouse.parent
    with mounted(where, "--bind", str(where)):
        subprocess.run(["mount", "-o", "remount,bind,ro", str(where)], check=True, capture_output=True)
        fails(place, before, where, NO_RIGHTS, GIVE_RIGHTS)
    run(place, stock.expected)


@pytest.fixture
def small(place: Place, tmp_path: Path, seed_text: SeedText) -> tuple[Place, dict[str, list[tuple]]]:
    """A place where five reports of two years are published and a sixth file came since; and what must come of it."""
    for number in range(5):
        place.put(f"{number}.txt", seed_text(number))
    place.put(
        "waivers.csv",
        "agency,year,rule,reason,by,date\n红旗区东街街道办事处,2025,narrative_received,known,me,2026-01-31\n"
        "红旗区东街街道办事处,2025,narrative_received,known,me,2026-02-30\n",
    )
    nightly(place)
    place.put("again.txt", seed_text(0) + "\n")
    place.put("5.txt", seed_text(4).replace("红旗区", "卫滨区"))
    fresh = Place(tmp_path / "fresh")
    fresh.folder.mkdir()
    fresh.raw.symlink_to(place.raw)
    return place, from_nothing(fresh)


def test_a_source_that_may_not_be_read(small: tuple[Place, dict[str, list[tuple]]]) -> None:
    place, expected = small
    before = place.settings.warehouse.read_bytes()
    with closed(place.raw, 0, 0o444):
        done = without_rights(place, "ingest")
        says(done.returncode, done.stderr, place.raw, r"(?i)permission denied|cannot be read|not readable")
        assert place.settings.warehouse.read_bytes() == before
    run(place, expected)


def test_a_file_that_may_not_be_read(small: tuple[Place, dict[str, list[tuple]]]) -> None:
    """It is rejected and the run goes on; once it may be read it is loaded like any other."""
    place, expected = small
    (place.raw / "5.txt").chmod(0)
    done = without_rights(place, "ingest")
    assert done.returncode == 0, done.stderr
    assert "rejected  1 file (unreadable_file 1)" in done.stdout
    assert place.query("SELECT source_file, reason FROM rejected_report") == [("5.txt", "unreadable_file")]
    assert place.query("SELECT count(*) FROM dim_report") == [(5,)]
    (place.raw / "5.txt").chmod(0o644)
    run(place, expected)


# What is staged, damaged between two runs


def silently_flipped(data: bytes) -> bytes:
    """One bit of a data page turned over such that the file can be read all the same, with other values in it."""
    true = pq.read_table(io.BytesIO(data))
    group = pq.ParquetFile(io.BytesIO(data)).metadata.row_group(0)
    offsets = []
    for column in map(group.column, range(group.num_columns)):
        first = column.dictionary_page_offset or column.data_page_offset
        offsets += range(first, first + column.total_compressed_size)
    random.Random(len(data)).shuffle(offsets)
    for offset in offsets:
        changed = data[:offset] + bytes([data[offset] ^ 1]) + data[offset + 1 :]
        with contextlib.suppress(pa.ArrowException, OSError, ValueError):
            if not pq.read_table(io.BytesIO(changed)).equals(true):
                return changed
    return changed  # a file of few rows may have no such bit: then it cannot be read


WAYS: dict[str, Callable[[bytes], bytes]] = {
    "truncated": lambda data: data[: len(data) // 2],
    "garbled": lambda data: random.Random(1).randbytes(len(data)),
    "flipped": lambda data: silently_flipped(data) if data.startswith(b"PAR1") else data[:5] + b"#" + data[6:],
}
STAGED = [
    "catalogue.parquet",
    "published.parquet",
    f"raw/{YEAR}.parquet",
    f"read/{YEAR}",
    "fingerprints.parquet",
    "waivers.parquet",
    "sidecar_issues.parquet",
]
TABLES = [
    "cell_note",
    "dim_report",
    "fact_application_handling",
    "fact_narrative_claim",
    "fact_proactive_disclosure",
    "fact_reconsideration",
    "quality_issue",
    "read_from",
    "rejected_report",
    "report_line",
    "report_section",
    "superseded_report",
]


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory, seed_text: SeedText) -> tuple[Place, dict[str, list[tuple]]]:
    """A place where all is read and published, with rows in every table; and what it must still hold after a damage."""
    place = Place(tmp_path_factory.mktemp("read"))
    for number in range(5):
        place.put(f"{number}.txt", seed_text(number))
    place.put("again.txt", seed_text(4) + "\n")
    place.put("empty_table.txt", seed_text(0).replace("红旗区东街", "红旗区西街").replace("行政处罚\t0", "行政处罚\t-"))
    place.put("prose.txt", "红旗区民政局2025年政府信息公开工作年度报告\n一、总体情况\n全年公开5条。")
    place.put(
        "waivers.csv",
        "agency,year,rule,reason,by,date\n红旗区东街街道办事处,2025,narrative_received,known,me,2026-01-31\n"
        "红旗区东街街道办事处,2025,narrative_received,known,me,2026-02-30\n",
    )
    expected = from_nothing(place)
    assert [name for name, rows in expected.items() if not rows] == []
    return place, expected


def test_every_table_that_is_staged_is_damaged_here(read: tuple[Place, dict[str, list[tuple]]]) -> None:
    place, _ = read
    assert sorted(path.name for path in (place.settings.staging / "tables").iterdir()) == TABLES


@pytest.mark.parametrize(
    ("name", "way"),
    [
        *((name, way) for name in (*STAGED, f"tables/fact_reconsideration/{YEAR}.parquet") for way in WAYS),
        *((f"tables/{name}/{YEAR}.parquet", "flipped") for name in TABLES if name != "fact_reconsideration"),
    ],
)
def test_damaged_staging_never_gives_a_wrong_number(
    place: Place, read: tuple[Place, dict[str, list[tuple]]], name: str, way: str
) -> None:
    """Neither when only the warehouse is built again, as one may in the Dagster UI, nor in the next run."""
    sound, expected = read
    shutil.copytree(sound.folder, place.folder, dirs_exist_ok=True)
    path = place.settings.staging / name
    data = path.read_bytes()
    path.write_bytes(WAYS[way](data))
    assert path.read_bytes() != data
    before = place.settings.warehouse.read_bytes()
    moment = datetime(2026, 11, 25)
    try:
        target.publish(place.settings, PublishingRun("again", moment, moment))
    except (PublishError, StagingError) as error:
        assert len(str(error)) > 20
        assert place.settings.warehouse.read_bytes() == before
    else:
        assert tables(place.settings.warehouse) == expected
    try:
        nightly(place)
    except (PublishError, StagingError) as error:
        assert str(YEAR) in str(error) or path.name in str(error)
        nightly(place)
    assert tables(place.settings.warehouse) == expected


def test_staging_damaged_throughout(place: Place, read: tuple[Place, dict[str, list[tuple]]]) -> None:
    """Every file of it at once, each silently, and `ogi ingest` puts all of them right."""
    sound, expected = read
    shutil.copytree(sound.folder, place.folder, dirs_exist_ok=True)
    for path in place.settings.staging.rglob("*.parquet"):
        path.write_bytes(silently_flipped(path.read_bytes()))
    run(place, expected)


# A program that writes to the published file


def write_to(path: Path, statement: str, tell: Connection) -> None:
    """A foreign program: opens the file for writing, and closes it when it is told to."""
    with duckdb.connect(str(path)) as con:
        con.execute(statement)
        tell.send("open")
        tell.recv()


@contextlib.contextmanager
def foreign_writer(path: Path, statement: str) -> Iterator[Callable[[], None]]:
    """Has the file open until the function it gives is called, or the block ends by killing it."""
    here, there = SERVER.Pipe()
    process = SERVER.Process(target=write_to, args=(path, statement, there))
    process.start()
    there.close()

    def close() -> None:
        here.send("close")
        process.join(PATIENCE)

    try:
        assert here.poll(PATIENCE)
        assert here.recv() == "open"
        yield close
    finally:
        process.kill()
        process.join()


LOADED = "SELECT source_file, loaded_at FROM dim_report ORDER BY ALL"


def test_a_foreign_writer_has_the_warehouse_open(small: tuple[Place, dict[str, list[tuple]]]) -> None:
    place, expected = small
    path = place.settings.warehouse
    first = dict(place.query(LOADED))
    file = path.stat().st_ino
    with foreign_writer(path, "SELECT 1") as close:
        fails(place, path.read_bytes(), path, r"another program has .* open for writing", r"close it")
        assert path.stat().st_ino == file
        close()
    run(place, expected)
    then = dict(place.query(LOADED))
    assert {name: then[name] for name in first} == first
    assert then["5.txt"] not in first.values()


def test_a_foreign_writer_that_was_killed(small: tuple[Place, dict[str, list[tuple]]]) -> None:
    """What it wrote and did not merge lies beside the file, and would be merged into the next one."""
    place, expected = small
    path = place.settings.warehouse
    with foreign_writer(path, "UPDATE fact_reconsideration SET total = 999"):
        pass
    assert path.with_name(path.name + ".wal").exists()
    with Process(place, "ingest") as process:
        assert process.wait() == 0, process.stderr
    assert tables(path) == expected
    assert not path.with_name(path.name + ".wal").exists()


# A report that breaks the reader


def test_a_report_that_breaks_the_reader_until_it_is_mended(
    place: Place, tmp_path: Path, seed_text: SeedText, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in (0, 2, 4):
        place.put(f"{number}.txt", seed_text(number))
    real = extraction.match

    def breaks(document):  # type: ignore[no-untyped-def]
        if any("红旗区东街" in cell for row in document.rows for cell in row.cells):
            raise ZeroDivisionError("on purpose")
        return real(document)

    with monkeypatch.context() as broken:
        broken.setattr(extraction, "match", breaks)
        place.ingest()
    ((name, reason, message),) = place.query("SELECT source_file, reason, message FROM rejected_report")
    assert (name, reason) == ("0.txt", "parser_error")
    assert "ZeroDivisionError: on purpose" in message
    assert re.search(rf"{Path(__file__).name}\", line \d+, in breaks", message)
    assert re.search(r"extraction\.py\", line \d+, in \w+", message)
    assert place.query("SELECT source_file FROM dim_report ORDER BY 1") == [("2.txt",), ("4.txt",)]
    for module in (staging, year_tables):
        monkeypatch.setattr(module, "READER_VERSION", "mended")
    nightly(place)
    fresh = Place(tmp_path / "fresh")
    fresh.folder.mkdir()
    fresh.raw.symlink_to(place.raw)
    assert tables(place.settings.warehouse) == from_nothing(fresh)
    assert place.query("SELECT count(*) FROM dim_report") == [(3,)]


# Two runs at once


def test_two_runs_at_once_each_publish_their_own(place: Place, seed_text: SeedText) -> None:
    """One staging folder, two sources, two warehouses: one run waits for the other and says so."""
    for number in range(5):
        place.put(f"{'one' if number < 2 else 'two'}/{number}.txt", seed_text(number))
    names = ("one", "two")
    with contextlib.ExitStack() as stack:
        runs = [
            stack.enter_context(
                Process(place, "ingest", place.raw / name, "--warehouse", place.folder / f"{name}.duckdb")
            )
            for name in names
        ]
        assert [process.wait() for process in runs] == [0, 0], [process.stderr for process in runs]
        waited = [process.stderr for process in runs if "waiting for" in process.stderr]
    assert len(waited) == 1, waited
    assert re.search(r"waiting for run [0-9a-f-]{36}", waited[0])
    found = []
    for name in names:
        with duckdb.connect(str(place.folder / f"{name}.duckdb"), read_only=True) as con:
            found.append([file for (file,) in con.execute("SELECT source_file FROM dim_report ORDER BY 1").fetchall()])
    assert found == [["0.txt", "1.txt"], ["2.txt", "3.txt", "4.txt"]]


def test_a_run_that_is_killed_keeps_nobody_waiting(small: tuple[Place, dict[str, list[tuple]]]) -> None:
    """It is stopped in the middle, so that another surely waits for it, and killed then."""
    place, expected = small
    mark = place.settings.staging / "catalogue.parquet"
    old = mark.stat().st_ino
    with Process(place, "ingest") as first:
        until(lambda: not mark.exists() or mark.stat().st_ino != old, first)
        first.signal(signal.SIGSTOP)
        with Process(place, "ingest") as second:
            until(lambda: "waiting for" in second.stderr, second)
            assert second.wait(0.5) is None
            first.signal(signal.SIGKILL)
            assert second.wait() == 0, second.stderr
        assert first.wait() == -signal.SIGKILL
    assert tables(place.settings.warehouse) == expected
    assert leftovers(place) == []
