"""Working copies of a staging at a URL: on an S3-compatible store, and on a folder by ``file://``.

What a fresh copy finds is what counts: after a push that was killed a year is read anew or is what it should be.
Who is killed, or works at the same time, is a process of its own.
"""

import contextlib
import errno
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from pipeline.addresses import path_at as at
from pipeline.sources.store import StoreError
from pipeline.staging.folder import Staging
from pipeline.staging.mirror import Mirror
from pipeline.staging.parquet import StagingError
from tests.conftest import PROJECT, Place
from tests.generator import corpus
from tests.support.filesystems import without_rights
from tests.support.services import PATIENCE, S3

NewS3 = Callable[[], S3]


@dataclass
class States:
    """A staging before and after a night in which reports came, changed, and left, all of a year among them."""

    before: Path
    after: Path

    def years(self) -> set[int]:
        return {*Staging(self.before).years(), *Staging(self.after).years()}


@pytest.fixture(scope="module")
def states(tmp_path_factory: pytest.TempPathFactory) -> States:
    place = Place(tmp_path_factory.mktemp("states"))
    reports = list(corpus(20261126, 60, {"tabs": 1.0}, damaged=0))
    for report in reports[:50]:
        place.put(report.name, report.data)
    place.ingest()
    before = place.folder / "before"
    shutil.copytree(place.settings.staging, before)
    gone = min(report.truth.year for report in reports)
    for report in reports:
        if report.truth.year == gone:
            (place.raw / report.name).unlink(missing_ok=True)
        elif report.truth.year == gone + 1:
            place.put(report.name, report.data.replace(b"\t0\t", b"\t1\t"))
        else:
            place.put(report.name, report.data)
    place.ingest()
    made = States(before, place.settings.staging)
    old, new = (set(Staging(folder).years()) for folder in (made.before, made.after))
    assert gone in old - new
    assert len(old & new) > 2
    return made


def contents(folder: Path) -> dict[str, bytes]:
    """The files under a folder, but for hidden ones."""
    files = {path.relative_to(folder): path for path in folder.rglob("*") if path.is_file()}
    return {
        name.as_posix(): path.read_bytes()
        for name, path in files.items()
        if not any(part.startswith(".") for part in name.parts)
    }


def become(folder: Path, state: Path) -> None:
    """Have in a folder what is in another one, and write only what is not the same, as a run would."""
    now, then = contents(folder), contents(state)
    for name in now.keys() - then.keys():
        (folder / name).unlink()
    for name, data in then.items():
        if now.get(name) != data:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(data)


@pytest.fixture(params=["s3", "file"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """An empty place for a staging."""
    if request.param == "file":
        return at(f"file://{tmp_path}/store/staging")
    return at(request.getfixturevalue("s3").bucket("mirrored") + "/some/staging")


def pulled(url: Path, tmp_path: Path, *patterns: str) -> dict[str, bytes]:
    """What a machine finds that has never been here."""
    scratch = tmp_path / f"fresh_{time.monotonic_ns()}"
    with Mirror(url, scratch).work(patterns or ("**",), push=False) as folder:
        return contents(folder)


def work(url: Path, scratch: Path, body: Callable[[Path], object]) -> None:
    """A step."""
    with Mirror(url, scratch).work() as folder:
        body(folder)


def push(url: Path, scratch: Path, files: Mapping[str, str]) -> None:
    """A step that writes some files."""

    def write(folder: Path) -> None:
        for name, text in files.items():
            path = folder / name
            path.parent.mkdir(exist_ok=True, parents=True)
            path.write_text(text)

    work(url, scratch, write)


# There and back


def test_a_staging_comes_back_as_it_was(url: Path, tmp_path: Path, states: States) -> None:
    for state in (states.before, states.after):
        with Mirror(url, tmp_path / "one").work() as folder:
            become(folder, state)
        assert pulled(url, tmp_path) == contents(state)
    with Mirror(url, tmp_path / "one").work() as folder:
        assert contents(folder) == contents(states.after)
        assert Staging(folder).stale_years() == []


def test_any_file_system_of_fsspec(tmp_path: Path, states: States) -> None:
    url = at("memory://mirrored/staging")
    for state in (states.before, states.after):
        with Mirror(url, tmp_path / "one").work() as folder:
            become(folder, state)
        assert pulled(url, tmp_path) == contents(state)


def test_large_files_and_any_name(url: Path, tmp_path: Path) -> None:
    """Files that are uploaded in parts, empty ones, names of people."""
    data = {
        "large": random.Random(1).randbytes(40 * 2**20),
        "empty": b"",
        "深/年 度#1?.txt": "年度".encode(),
        "a+b%20c": b"x",
    }
    with Mirror(url, tmp_path / "one").work() as folder:
        for name, each in data.items():
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_bytes(each)
        (folder / ".lock").write_text("not pushed")
        (folder / ".hidden").mkdir()
        (folder / ".hidden" / "file").write_text("not pushed")
    assert pulled(url, tmp_path) == data


def asked(s3: S3, since: int, *kinds: str) -> list[str]:
    """The requests of some kinds about single files; of those uploaded in parts, when they are whole."""
    return [line for line in s3.requests(since) if line.startswith(kinds) and "?" not in line and line.count("/") > 1]


def test_nothing_is_moved_twice(s3: S3, tmp_path: Path, states: States) -> None:
    url = at(s3.bucket("twice") + "/staging")
    mirror = Mirror(url, tmp_path / "scratch")
    with mirror.work() as folder:
        become(folder, states.before)
        (folder / "large").write_bytes(random.Random(1).randbytes(40 * 2**20))
    moment = s3.moment
    kept = s3.objects("twice")

    def since() -> list[str]:
        return asked(s3, moment, "GET", "PUT", "DELETE", "POST")

    # What was pushed is known; and so it stays for steps that ask for other files in between.
    for patterns in (("**",), ("catalogue.parquet",), ("nothing",), ("raw/*", "tables/**"), ("**",)):
        with mirror.work(patterns) as folder:
            pass
    assert since() == []
    with mirror.work() as folder:
        for path in (folder / "catalogue.parquet", folder / "large"):
            data = path.read_bytes()
            path.unlink()
            path.write_bytes(data)  # written again, the same
    assert since() == []
    with mirror.work() as folder:
        (folder / "waivers.parquet").write_bytes(b"other")
    assert since() == ["PUT /twice/staging/waivers.parquet"]
    assert {name for name, each in s3.objects("twice").items() if each["ETag"] != kept[name]["ETag"]} == {
        "staging/waivers.parquet"
    }
    # Of a copy of another machine the same is known once it was pulled.
    other = Mirror(url, tmp_path / "other")
    for _ in range(3):
        with other.work() as folder:
            pass
    assert sorted(since()[1:]) == sorted(f"GET /twice/{name}" for name in kept)
    # That one knows nothing of what was pushed here since, and pulls only that.
    with mirror.work() as folder:
        (folder / "waivers.parquet").write_bytes(b"another")
    moment = s3.moment
    with other.work() as folder:
        assert (folder / "waivers.parquet").read_bytes() == b"another"
    assert since() == ["GET /twice/staging/waivers.parquet"]


def test_nothing_is_moved_twice_in_a_folder(tmp_path: Path, states: States) -> None:
    url, scratch = at(f"file://{tmp_path}/store"), tmp_path / "scratch"
    with Mirror(url, scratch).work() as folder:
        become(folder, states.before)
    there = {path: path.stat() for path in (tmp_path / "store").rglob("*.parquet")}
    with Mirror(url, scratch).work() as folder:
        here = {path: path.stat().st_ino for path in folder.rglob("*.parquet")}
        (folder / "waivers.parquet").write_bytes(b"other")
    changed = [path.name for path, stat in there.items() if path.stat().st_ino != stat.st_ino]
    assert changed == ["waivers.parquet"]
    with Mirror(url, scratch).work() as folder:
        now = {path: path.stat().st_ino for path in folder.rglob("*.parquet")}
        assert now == here, "a file was copied again"


# What a step sees


def test_a_step_sees_what_it_asks_for_and_nothing_else(
    url: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    scratch = tmp_path / "scratch"
    names = [
        "catalogue.parquet",
        "raw/2023.parquet",
        "raw/2023-1.parquet",
        "raw/2024.parquet",
        "read/2023",
        "read/2024",
    ]
    names += ["tables/a/2023.parquet", "tables/a/deep/2023.parquet", "xraw/2023.parquet"]
    push(url, scratch, {name: name for name in names})
    patterns = ("catalogue.parquet", "raw/2023*.parquet", "read/2023", "tables/*/2023*")
    with Mirror(url, scratch).work(patterns) as folder:
        assert sorted(contents(folder)) == sorted([*names[:3], "read/2023", "tables/a/2023.parquet"])
        (folder / "raw" / "2023-1.parquet").unlink()
        (folder / "raw" / "2023-2.parquet").write_text("new")
        (folder / "raw" / "2024.parquet").write_text("not asked for")
        (folder / "raw" / "2022.parquet").write_text("not asked for")
    assert "not asked for" not in caplog.text
    assert "raw/2022.parquet, raw/2024.parquet" in caplog.text
    expected = {name: name.encode() for name in names if name != "raw/2023-1.parquet"} | {"raw/2023-2.parquet": b"new"}
    assert pulled(url, tmp_path) == expected
    assert sorted(pulled(url, tmp_path, "**/2023.parquet")) == sorted(
        name for name in names if name.endswith("2023.parquet")
    )
    with Mirror(url, scratch).work() as folder:
        assert contents(folder) == expected


def test_a_copy_that_is_not_pushed(url: Path, tmp_path: Path) -> None:
    push(url, tmp_path / "scratch", {"one": "1", "two": "2"})
    with Mirror(url, tmp_path / "scratch").work(push=False) as folder:
        (folder / "one").unlink()
        (folder / "two").write_text("other")
        (folder / "three").write_text("3")
    assert pulled(url, tmp_path) == {"one": b"1", "two": b"2"}
    with Mirror(url, tmp_path / "scratch").work() as folder:
        assert contents(folder) == {"one": b"1", "two": b"2"}


def test_a_step_that_fails_is_pushed_one_that_is_interrupted_is_not(url: Path, tmp_path: Path) -> None:
    def ends(text: str, error: type[BaseException]) -> Callable[[Path], None]:
        def body(folder: Path) -> None:
            (folder / "one").write_text(text)
            raise error

        return body

    with pytest.raises(ZeroDivisionError):
        work(url, tmp_path / "scratch", ends("1", ZeroDivisionError))
    assert pulled(url, tmp_path) == {"one": b"1"}
    with pytest.raises(KeyboardInterrupt):
        work(url, tmp_path / "scratch", ends("2", KeyboardInterrupt))
    assert pulled(url, tmp_path) == {"one": b"1"}
    with Mirror(url, tmp_path / "scratch").work() as folder:
        assert contents(folder) == {"one": b"1"}


@pytest.mark.parametrize("damage", ["edited", "same_size", "removed", "note"])
def test_a_copy_that_was_changed_behind_its_back(url: Path, tmp_path: Path, damage: str) -> None:
    scratch = tmp_path / "scratch"
    push(url, scratch, {"catalogue": "some", "read/2023": "mark"})
    with Mirror(url, scratch).work(("read/*",)):
        pass  # so that one file is in the folder and one beside it
    for path in [path for path in scratch.rglob("*") if path.name in {"catalogue", "2023"}]:
        if damage == "removed":
            path.unlink()
        elif damage != "note":
            path.write_text("longer than it was" if damage == "edited" else "x" * path.stat().st_size)
    if damage == "note":
        (note,) = scratch.glob("*/*/kept.json")
        note.write_text('{"format": 1, "files": {"read/2023": [1')
    with Mirror(url, scratch).work() as folder:
        assert contents(folder) == {"catalogue": b"some", "read/2023": b"mark"}


# Slots


def test_steps_at_the_same_time_have_copies_of_their_own(url: Path, tmp_path: Path) -> None:
    mirror = Mirror(url, tmp_path / "scratch")
    with mirror.work(("a*",)) as first, mirror.work(("b*",)) as second:
        assert first != second
        (first / "a").write_text("a")
        (second / "b").write_text("b")
    assert pulled(url, tmp_path) == {"a": b"a", "b": b"b"}
    with mirror.work() as again:
        assert again == first


def test_copies_that_nobody_used_for_long_are_removed(tmp_path: Path) -> None:
    scratch, long_ago = tmp_path / "scratch", time.time() - 31 * 24 * 3600
    old, used = (at(f"file://{tmp_path}/{name}") for name in ("old", "used"))
    push(old, scratch, {"file": "1"})
    (old_lock,) = scratch.glob("*/*.lock")
    with Mirror(used, scratch).work() as folder:
        for lock in scratch.glob("*/*.lock"):
            os.utime(lock, (long_ago, long_ago))
        with Mirror(at(f"file://{tmp_path}/third"), scratch).work():
            pass
        assert not old_lock.exists()
        assert not old_lock.with_suffix("").exists()
        assert folder.exists()  # it is in use, however long ago that began
        (folder / "file").write_text("2")
    assert pulled(used, tmp_path) == {"file": b"2"}
    with Mirror(old, scratch).work() as folder:
        assert contents(folder) == {"file": b"1"}


def test_what_was_left_half_written_is_removed_after_a_day(tmp_path: Path) -> None:
    store = tmp_path / "store"
    (store / "raw").mkdir(parents=True)
    old, new, others = (store / "raw" / f".2023.parquet.{each}" for each in (f"{1:032x}.part", f"{2:032x}.part", "swp"))
    for path in (old, new, others):
        path.write_text("half")
    for path in (old, others):
        os.utime(path, (time.time() - 25 * 3600,) * 2)
    with Mirror(at(f"file://{store}"), tmp_path / "scratch").work(push=False):
        pass
    assert old.exists()
    with Mirror(at(f"file://{store}"), tmp_path / "scratch").work() as folder:
        assert list(folder.rglob("*.part")) == []
    assert (old.exists(), new.exists(), others.exists()) == (False, True, True)


# Stores that are away, or full; copies that are


def test_a_store_that_is_away(new_s3: NewS3, tmp_path: Path) -> None:
    """Before a step, after it, and after one that failed; each time the store has what it had."""
    s3, scratch = new_s3(), tmp_path / "scratch"
    url = at(s3.bucket("away") + "/staging")
    old = {"catalogue.parquet": "old", "raw/2023.parquet": "old"}
    push(url, scratch, old)

    def changes(folder: Path) -> None:
        assert (folder / "raw" / "2023.parquet").read_text() == "old"
        (folder / "raw" / "2023.parquet").write_text("new")
        s3.stop()

    def fails(folder: Path) -> None:
        changes(folder)
        raise ZeroDivisionError

    s3.stop()
    with pytest.raises(StoreError, match=r"s3://away/staging: .*AWS_ENDPOINT_URL"):
        push(url, scratch, {})
    s3.start()
    with pytest.raises(StoreError, match=r"s3://away/staging"):
        work(url, scratch, changes)
    s3.start()
    with pytest.raises(ZeroDivisionError) as failed:
        work(url, scratch, fails)
    assert "s3://away/staging" in failed.value.__notes__[0]
    s3.start()
    assert pulled(url, tmp_path) == {name: text.encode() for name, text in old.items()}


def test_a_bucket_that_is_not_there_is_no_empty_staging(s3: S3, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"s3://nowhere/staging: there is no such bucket"):
        push(at("s3://nowhere/staging"), tmp_path / "scratch", {})


@pytest.mark.parametrize("rights", [0o000, 0o444])
def test_a_folder_that_may_not_be_read_is_no_empty_one(tmp_path: Path, rights: int) -> None:
    url, closed = at(f"file://{tmp_path}/store"), tmp_path / "store" / "raw"
    push(url, tmp_path / "scratch", {"catalogue.parquet": "1", "raw/2023.parquet": "2"})
    code = """
import sys
from pathlib import Path
from pipeline.staging.mirror import Mirror
from pipeline.addresses import path_at
with Mirror(path_at(sys.argv[1]), Path(sys.argv[2])).work() as folder:
    print("the step began")
"""
    closed.chmod(rights)
    try:
        step = without_rights(code, url, tmp_path / "scratch")
    finally:
        closed.chmod(0o755)
    assert (step.returncode, step.stdout) == (1, "")
    assert f"StoreError: {url}: it cannot be read or written (the folder raw: Permission denied)" in step.stderr
    assert pulled(url, tmp_path) == {"catalogue.parquet": b"1", "raw/2023.parquet": b"2"}


def test_folders_of_a_staging_may_be_links(tmp_path: Path) -> None:
    (tmp_path / "store").mkdir()
    (tmp_path / "disk").mkdir()
    (tmp_path / "store" / "raw").symlink_to("../disk")
    url = at(f"file://{tmp_path}/store")
    push(url, tmp_path / "scratch", {"raw/2023.parquet": "2"})
    assert contents(tmp_path / "disk") == {"2023.parquet": b"2"}
    assert pulled(url, tmp_path) == {"raw/2023.parquet": b"2"}


def test_a_store_that_nobody_knows(tmp_path: Path) -> None:
    mirror = Mirror(at("memory://x"), tmp_path)
    mirror.url = "nobody://a/b"
    with pytest.raises(StoreError, match="nobody:// is not known here"), mirror.work():
        pytest.fail("the step began")


def test_a_file_is_no_staging(url: Path, tmp_path: Path) -> None:
    push(url, tmp_path / "scratch", {"one": "1"})
    with pytest.raises(StoreError):
        push(url / "one", tmp_path / "scratch", {})


def test_a_store_that_goes_away_while_it_is_read(new_s3: NewS3, tmp_path: Path) -> None:
    """What was pulled before is neither harmed nor pulled again."""
    s3, scratch = new_s3(), tmp_path / "scratch"
    url = at(s3.bucket("midst") + "/staging")
    rng = random.Random(1)
    data = {"small": b"s", **{f"large_{number}": rng.randbytes(30 * 2**20) for number in range(4)}}
    for name, each in data.items():
        s3.client().put_object(Bucket="midst", Key=f"staging/{name}", Body=each)
    s3.stop()  # to put the objects aside
    s3.start()
    with Mirror(url, scratch).work(("small",), push=False) as folder:
        assert contents(folder) == {"small": b"s"}
    done = threading.Event()

    def killer() -> None:
        until(lambda: len(list(scratch.rglob(".large_*.part"))) > 0 or done.is_set())
        s3.kill()

    thread = threading.Thread(target=killer)
    thread.start()
    try:
        with pytest.raises(StoreError, match="s3://midst/staging"), Mirror(url, scratch).work():
            pytest.fail("the step began")
    finally:
        done.set()
        thread.join()
    moment = s3.moment
    s3.start()
    with Mirror(url, scratch).work() as folder:
        assert contents(folder) == data
    assert "GET /midst/staging/small" not in s3.requests(moment)


def test_a_scratch_that_is_full(url: Path, tmp_path: Path) -> None:
    from tests.support.filesystems import mounted

    push(url, tmp_path / "one", {"file": "x" * 200_000})
    with mounted(tmp_path / "full", "-t", "tmpfs", "-o", "size=64k", "tmpfs"):
        with pytest.raises(OSError, match="OGI_SCRATCH") as failed:
            push(url, tmp_path / "full", {})
        assert failed.value.errno == errno.ENOSPC
        assert not isinstance(failed.value, StoreError)
        assert str(tmp_path / "full") in str(failed.value)


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.002)


# Others at work


def test_what_is_pulled_is_of_one_moment(s3: S3, tmp_path: Path) -> None:
    """Somebody writes a file and then the next one, again and again, larger and smaller, with ever longer rests."""
    url, client = at(s3.bucket("moment") + "/staging"), s3.client()
    names = [f"file_{number}" for number in range(6)]
    enough, written = threading.Event(), [0]

    def body(version: int) -> bytes:
        return b"%d\n" % version * (1 + version * 7919 % 5000)

    def write(version: int) -> None:
        for name in names:
            client.put_object(Bucket="moment", Key=f"staging/{name}", Body=body(version))

    def keeps_writing() -> None:
        while not enough.wait(0.05 * written[0]):
            written[0] += 1
            write(written[0])

    write(0)
    thread = threading.Thread(target=keeps_writing)
    thread.start()
    seen: set[tuple[int, ...]] = set()
    deadline = time.monotonic() + PATIENCE
    try:
        while len(seen) < 4:
            assert time.monotonic() < deadline
            assert thread.is_alive()
            with contextlib.suppress(StoreError):
                found = pulled(url, tmp_path)
                at_version = [int(found[name].split(b"\n")[0]) for name in names]
                assert [found[name] for name in names] == [body(version) for version in at_version]
                assert at_version == sorted(at_version, reverse=True)
                assert at_version[0] - at_version[-1] <= 1
                seen.add(tuple(at_version))
    finally:
        enough.set()
        thread.join()
    assert pulled(url, tmp_path) == {name: body(written[0]) for name in names}


class Step:
    """A step in a process of its own: a body of Python, with `folder`, `url`, `scratch` and `words` to work on."""

    def __init__(self, url: Path, scratch: Path, body: str, *words: str, patterns: tuple[str, ...] = ("**",)) -> None:
        lines = "\n    ".join(body.strip().splitlines())
        code = f"""
import sys
from pathlib import Path
from pipeline.staging.mirror import Mirror
from pipeline.addresses import path_at
from tests.services.test_mirror import become
url, scratch, words = path_at(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:]
for turn in range({1 if "turn" not in body else 8}):
  with Mirror(url, scratch).work({patterns!r}) as folder:
    {lines}
"""
        self.process = subprocess.Popen(
            [sys.executable, "-c", code, str(url), str(scratch), *words],
            cwd=PROJECT,
            stderr=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> "Step":
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.communicate()

    def succeeds(self) -> None:
        _, said = self.process.communicate(timeout=PATIENCE)
        assert self.process.returncode == 0, said


def test_two_machines_push_different_files_at_once(url: Path, tmp_path: Path) -> None:
    """Each writes and removes its own, and reads what both read; neither loses anything."""
    push(url, tmp_path / "first", {"catalogue.parquet": "of both"})
    body = """
assert (folder / "catalogue.parquet").read_text() == "of both"
(folder / "raw").mkdir(exist_ok=True)
(folder / "read").mkdir(exist_ok=True)
assert sorted(path.read_text() for path in folder.glob("r*/*")) == [str(turn - 1)] * (9 if turn else 0)
for number in range(8):
    (folder / "raw" / f"{words[0]}-{number + turn}.parquet").write_text(str(turn))
(folder / "raw" / f"{words[0]}-{turn - 1}.parquet").unlink(missing_ok=True)
(folder / "read" / words[0]).write_text(str(turn))
"""
    with contextlib.ExitStack() as stack:
        steps = [
            stack.enter_context(
                Step(url, tmp_path / year, body, year, patterns=("catalogue.parquet", f"raw/{year}*", f"read/{year}"))
            )
            for year in ("2022", "2023")
        ]
        for step in steps:
            step.succeeds()
    expected = {"catalogue.parquet": b"of both"}
    for year in ("2022", "2023"):
        expected |= {f"raw/{year}-{number}.parquet": b"7" for number in range(7, 15)} | {f"read/{year}": b"7"}
    assert pulled(url, tmp_path) == expected


def test_two_machines_push_the_same_file_at_once(url: Path, tmp_path: Path) -> None:
    """One of the two stays, whole; and no copy takes its own for that of the other one."""
    body = '(folder / "file").write_text(words[0] * (100_000 + turn))'
    with Step(url, tmp_path / "a", body, "a") as first, Step(url, tmp_path / "b", body, "b") as second:
        first.succeeds()
        second.succeeds()
    (there,) = pulled(url, tmp_path).values()
    assert there in {b"a" * 100_007, b"b" * 100_007}
    for name in "ab":
        with Mirror(url, tmp_path / name).work(push=False) as folder:
            assert (folder / "file").read_bytes() == there


# Pushes that are killed


def is_sound(found: Path, states: States) -> bool:
    """Each year is to be read anew, or is as it was before or is to be; whether there is a catalogue at all."""
    try:
        stale = Staging(found).stale_years()
    except StagingError:
        assert not (found / "catalogue.parquet").exists()
        return False
    (state,) = [
        each
        for each in (states.before, states.after)
        if (each / "catalogue.parquet").read_bytes() == (found / "catalogue.parquet").read_bytes()
    ]
    now, then = contents(found), contents(state)
    for year in set(Staging(found).years()) - set(stale):
        of_year = {name for name in now.keys() | then.keys() if Path(name).stem.split("-")[0] == str(year)}
        assert len(of_year) > 5
        assert {name: now.get(name) for name in of_year} == {name: then.get(name) for name in of_year}
    return True


@pytest.mark.parametrize("share", [0.0, 0.08, 0.3, 0.6, 1.0])
def test_a_push_that_is_killed(
    url: Path, tmp_path: Path, states: States, share: float, request: pytest.FixtureRequest
) -> None:
    """At some moment between its first change and its last one; the next push puts all right."""
    scratch = tmp_path / "scratch"
    with Mirror(url, scratch).work() as folder:
        become(folder, states.before)
    old, new = contents(states.before), contents(states.after)
    changes = [name for name in old.keys() | new.keys() if old.get(name) != new.get(name)]
    if str(url).startswith("s3"):
        s3 = request.getfixturevalue("s3")
        moment = s3.moment

        def made() -> int:
            return len(asked(s3, moment, "PUT", "DELETE"))
    else:
        store = Path(str(url).removeprefix("file://"))
        first = {path: path.stat().st_ino for path in store.rglob("*")}

        def made() -> int:
            now = {path: path.stat().st_ino for path in store.rglob("*") if path.exists()}
            return sum(now.get(path) != first.get(path) for path in now.keys() | first.keys())

    with Step(url, scratch, "become(folder, Path(words[0]))", str(states.after)) as step:
        until(lambda: made() >= max(1, share * len(changes)) or step.process.poll() is not None)
        step.process.send_signal(signal.SIGKILL)
        step.process.wait()
    with Mirror(url, tmp_path / "fresh").work(push=False) as folder:
        is_sound(folder, states)
    with Mirror(url, scratch).work() as folder:
        become(folder, states.after)
        # What was written by the one that was killed is not taken for what the store has.
    assert pulled(url, tmp_path) == new


def test_a_killed_push_leaves_no_mark_of_data_that_is_not_there(s3: S3, tmp_path: Path, states: States) -> None:
    """All the moments of one push: what a kill between any two of its requests would leave."""
    url = at(s3.bucket("moments") + "/staging")
    with Mirror(url, tmp_path / "scratch").work() as folder:
        become(folder, states.before)
    moment = s3.moment
    with Mirror(url, tmp_path / "scratch").work() as folder:
        become(folder, states.after)
    changes = [line.split(" /moments/staging/") for line in asked(s3, moment, "PUT", "DELETE")]
    new = contents(states.after)
    found = tmp_path / "found"
    shutil.copytree(states.before, found)
    sound = [is_sound(found, states)]
    for kind, name in changes:
        if kind == "PUT":
            (found / name).parent.mkdir(parents=True, exist_ok=True)
            (found / name).write_bytes(new[name])
        else:
            (found / name).unlink(missing_ok=True)
        sound.append(is_sound(found, states))
    assert contents(found) == new
    assert sound[0]
    assert sound[-1]
    assert not all(sound)
    assert changes[-1] == ["PUT", "catalogue.parquet"]
