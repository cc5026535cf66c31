"""Work in a process of its own: what it makes of requests, what becomes of one that is too much, and its end."""

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.reader.document import Document, Place
from pipeline.reader.formats import isolation, printed, registry
from pipeline.reader.formats.printed import Printed, TableRow, TextLine
from pipeline.reader.formats.raw_file import RawFile
from pipeline.sources.fetch import RejectedError
from pipeline.system import confined
from pipeline.system.confined import Confined, Limits
from tests.support import hostile_format

WORK = "tests.support.hostile_work:work"
LIMITS = Limits(1, 400)


@pytest.fixture(autouse=True)
def _no_child_is_left() -> Iterator[None]:
    yield
    confined.end_all()


@pytest.fixture
def process() -> Confined:
    return Confined(WORK, LIMITS)


def is_alive(pid: int) -> bool:
    """Whether a process runs; a zombie does not."""
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False


def wait_until_dead(pid: int, seconds: float = 20) -> None:
    until = time.monotonic() + seconds
    while is_alive(pid):
        assert time.monotonic() < until, "it still runs"
        time.sleep(0.01)


def test_one_process_answers_one_request_after_another(process: Confined) -> None:
    first = process.call(b"pid")
    assert int(first) != os.getpid()
    assert process.call(b"\0" * 3_000_000) == b"\0" * 3_000_000
    assert process.call(b"print") == b"printed"
    assert process.call(b"pid") == first


@pytest.mark.parametrize(
    ("request_", "error"),
    [
        (b"crash", confined.DiedError),
        (b"loop", confined.TooMuchTimeError),
        (b"loop_in_c", confined.TooMuchTimeError),
        (b"sleep", confined.TooMuchTimeError),
        (b"allocate", confined.TooMuchMemoryError),
        (b"allocate_and_die", confined.TooMuchMemoryError),
        (b"kill", confined.EndedError),
        (b"error", confined.WorkError),
    ],
)
def test_what_goes_wrong_costs_one_request(process: Confined, request_: bytes, error: type[Exception]) -> None:
    assert process.call(b"a") == b"a"
    with pytest.raises(error):
        process.call(request_)
    assert process.call(b"b") == b"b"


def test_a_request_does_not_pay_for_those_before_it(process: Confined) -> None:
    first = process.call(b"pid")
    for _ in range(4):  # of 150 MB each, where 400 are allowed
        assert process.call(b"leak") == b"leaked"
    assert process.call(b"pid") != first


def test_a_child_that_was_ended_meanwhile_is_started_again(process: Confined) -> None:
    pid = int(process.call(b"pid"))
    os.kill(pid, signal.SIGKILL)
    assert process.call(b"a") == b"a"


@pytest.mark.parametrize("asked", [b"pid", b"crash"])
def test_nothing_is_left_in_the_temporary_folder(process: Confined, asked: bytes) -> None:
    left = Path(process.call(b"temporary").decode())
    assert left.exists()
    with contextlib.suppress(confined.DiedError):
        process.call(asked)
    process.end()
    assert not left.parent.exists()


def test_what_a_killed_process_left_is_removed_a_day_later(
    process: Confined, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    for name, age in (("ogi_confined_old", 90_000), ("ogi_confined_new", 60), ("other", 90_000)):
        (tmp_path / name).mkdir()
        os.utime(tmp_path / name, (time.time() - age,) * 2)
    confined._prepare.cache_clear()
    process.call(b"a")
    process.end()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["ogi_confined_new", "other"]


@pytest.mark.parametrize("megabytes", [0, 900])
def test_a_crash_is_no_lack_of_memory_however_large_the_process_is_that_it_was_started_from(
    process: Confined, megabytes: int
) -> None:
    large = bytearray(megabytes * 1_000_000)
    large[::4096] = b"x" * len(large[::4096])
    for request_, error in ((b"crash", confined.DiedError), (b"allocate_and_die", confined.TooMuchMemoryError)):
        with pytest.raises(error):
            process.call(request_)
    del large


def test_work_that_is_not_there_is_named() -> None:
    with pytest.raises(OSError, match="no_such_module"):
        Confined("no_such_module:work", LIMITS).call(b"a")


def test_an_interrupt_ends_the_child(process: Confined, monkeypatch: pytest.MonkeyPatch) -> None:
    pid = int(process.call(b"pid"))

    def interrupted(*_: object) -> bytes:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Confined, "_receive", interrupted)
        with pytest.raises(KeyboardInterrupt):
            process.call(b"a")
    wait_until_dead(pid)
    assert process.call(b"b") == b"b"


PARENT = f"""
import os, sys, threading
from pipeline.system.confined import Confined, Limits
process = Confined({WORK!r}, Limits(30, 400))
print(process.call(b"pid").decode(), flush=True)
process.call(sys.argv[1].encode())
print("answered", flush=True)
sys.stdin.read()
"""


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("work", ["idle", "loop_in_c"])
def test_a_child_ends_with_its_parent(number: signal.Signals, work: str, tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PARENT, work],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "TMPDIR": str(tmp_path)},
    ) as parent:
        assert parent.stdout
        child = int(parent.stdout.readline())
        if work == "idle":
            parent.stdout.readline()
        else:
            time.sleep(0.1)  # it computes by now
        assert is_alive(child)
        parent.send_signal(number)
        parent.wait(20)
    wait_until_dead(child)


# Documents


@pytest.fixture
def _with_hostile_format(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "FORMATS", (hostile_format, *registry.FORMATS))


def read(asked: str, text: str = "政府信息公开\n1\t2") -> Document:
    data = hostile_format.MAGIC + f"{asked}\n{text}".encode()
    return registry.read(RawFile(data, ".hostile", 100_000), LIMITS)


@pytest.mark.usefixtures("_with_hostile_format")
def test_a_document_comes_back_as_it_was_read() -> None:
    found = read("")
    assert (found.format, found.encoding, found.rows_are_staged) == ("hostile", "hostile", True)
    assert [row.cells for row in found.rows] == [["政府信息公开"], ["1", "2"]]


@pytest.mark.usefixtures("_with_hostile_format")
@pytest.mark.parametrize(
    ("asked", "reason", "message"),
    [
        ("reject", "encrypted", "it is locked"),
        ("crash", "damaged_document", "the process that read it died of it (SIGSEGV)"),
        ("loop", "too_large", "reading it took more than 1 s (setting OGI_DOCUMENT_SECONDS)"),
        ("allocate", "too_large", "reading it took more than 400 MB of memory (setting OGI_DOCUMENT_MB)"),
        ("kill", "unreadable_file", "was ended from outside (SIGKILL); the next run tries again"),
        ("error", "parser_error", "ValueError: an error of the work"),
        ("long", "too_large", "the limit is 100000 parts"),
    ],
)
def test_a_hostile_document_is_rejected_with_a_reason(asked: str, reason: str, message: str) -> None:
    with pytest.raises(RejectedError) as error:
        read(asked)
    assert error.value.reason == reason
    assert message in error.value.message
    assert read("").text


def test_every_field_of_a_document_crosses_the_border() -> None:
    content = [
        TextLine((Printed("標題", Place(1, 1, 2, 3, 4)),)),
        TableRow((Printed("項目", None), Printed("2", Place(2, 1.5, 2, 3, 4)))),
    ]
    document = printed.document(content, reader="test", title="t", damaged=3)
    again = isolation._Unpickler(isolation.io.BytesIO(isolation.pickle.dumps(document))).load()
    document.rows, again.rows  # noqa: B018 (found by now)
    ours, theirs = vars(document), vars(again)
    assert {**ours, "_rest": 0} == {**theirs, "_rest": 0}
    assert all(isinstance(place, Place | None) for place in again.places)


def test_nothing_but_a_document_comes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Confined, "call", lambda *_: isolation.pickle.dumps(os.system))
    with pytest.raises(RejectedError, match=r"something else: \w+\.system is no document"):
        isolation.read("x", RawFile(b"", ".x", 1), LIMITS)
