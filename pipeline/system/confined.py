"""Work in a process of its own with bounded time and memory: a crash, an endless loop or a bomb costs one request.

A ``Confined`` has one child at a time, which starts with the first request, answers one after another and is started
anew once it died. It is a fresh interpreter rather than a fork: this process has threads (Dagster, DuckDB, Polars).

The child bounds itself, so that it ends even where nobody waits for it any more: timers of the kernel end it, which no
library can hold up, as a thread of Python could be by a loop that never gives the interpreter free. It ends with its
parent too, however that ends: by the end of its connection, and on Linux by a signal when it is in the middle of work.

Belongs here: the two processes, the limits, and what became of a request. Requests and answers are bytes, which mean
nothing here; what the work is, its caller says by name.
"""

import ctypes
import functools
import gc
import importlib
import multiprocessing.util
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Callable, Sequence
from contextlib import suppress
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from typing import NamedTuple

#: Time that passes may be so many times the time of computing that is allowed: the machine may be busy, the disk slow.
_WAITING = 5
#: Seconds that the child's own timers have to end it before it is ended from here, that its start may take, its end.
_GRACE, _START, _END = 10, 120, 2
_TIMERS = (-signal.SIGPROF, -signal.SIGALRM)
#: Signals that others send; what a document makes a library do ends in one of those of a crash.
_FROM_OUTSIDE = (-signal.SIGKILL, -signal.SIGTERM, -signal.SIGHUP, -signal.SIGINT, -signal.SIGQUIT)
#: What ``ru_maxrss`` counts in.
_MAXRSS_BYTES = 1 if sys.platform == "darwin" else 1024
#: Of what is allowed, so much in use when a child died means that it died of want of memory.
_NEARLY_ALL = 0.8
#: How temporary folders of children are called, and after which time one is nobody's any more.
_SCRATCH, _LEFT_SECONDS = "ogi_confined_", 24 * 3600
_READY = b"ready"
_DONE, _FAILED, _NO_MEMORY = b"d", b"f", b"m"
_PR_SET_PDEATHSIG = 1
_BOOT = (
    "import sys; sys.path[:] = sys.argv[1].split('\\n'); from pipeline.system import confined; confined.serve(sys.argv)"
)


class Limits(NamedTuple):
    """What one request may take: seconds of computing, and megabytes of memory."""

    seconds: float
    megabytes: int


class TooMuchTimeError(Exception):
    """A request took more time than is allowed."""


class TooMuchMemoryError(Exception):
    """A request took more memory than is allowed."""


class DiedError(Exception):
    """The process died of a request; the message says of which signal, or with which exit code."""


class EndedError(Exception):
    """The process was ended from outside, twice, which says nothing of the request; the message names the signal."""


class WorkError(Exception):
    """The work raised an exception; the message is its traceback."""


class _LostError(Exception):
    """The child is gone, or does not answer."""


class Confined:
    """A function of bytes to bytes, ``module:function``, that is called in a process of its own."""

    def __init__(self, work: str, limits: Limits) -> None:
        self._work = work
        self._limits = limits
        self._child: subprocess.Popen[bytes] | None = None
        self._connection: Connection | None = None
        self._scratch: tempfile.TemporaryDirectory[str] | None = None
        self._owner = 0
        #: Requests that the child has answered.
        self._answered = 0
        #: Megabytes that count as in use by the child at most before its first request.
        self._peak_at_start = 0.0
        self._lock = threading.Lock()
        _ALL.append(self)

    def call(self, request: bytes) -> bytes:
        """What the work makes of a request.

        What becomes of it depends on nothing else: where a child that has answered others dies, or has no memory left,
        or one is ended from outside, the request is given to a fresh one before that is said of it.

        Raises:
            TooMuchTimeError: it takes longer than is allowed.
            TooMuchMemoryError: it needs more memory than is allowed.
            DiedError: the process died of it.
            EndedError: the process was ended from outside.
            WorkError: the work raised an exception.
        """
        with self._lock:
            try:
                self._start()
                is_fresh = not self._answered
                try:
                    return self._answer(request)
                except (TooMuchMemoryError, DiedError, EndedError) as error:
                    if is_fresh and not isinstance(error, EndedError):
                        raise
                self._start()
                return self._answer(request)
            except WorkError:
                raise
            except BaseException:  # an interrupt: the answer to this request is not to be taken for the next one's
                self._end()
                raise

    def end(self) -> None:
        """End the child. The next request starts another one."""
        with self._lock:
            self._end()

    def _start(self) -> None:
        """Start a child, unless there is one that lives and is this process's own."""
        if self._owner == os.getpid() and self._child is not None and self._child.poll() is None:
            return
        self._end()
        _prepare(os.getpid())
        # What it leaves in its temporary folder, as one does that is ended in the middle of work, goes with it.
        self._scratch = tempfile.TemporaryDirectory(prefix=_SCRATCH, ignore_cleanup_errors=True)
        ours, theirs = Pipe()
        with theirs:
            numbers = (*self._limits, theirs.fileno(), os.getpid())
            self._child = subprocess.Popen(
                [sys.executable, "-c", _BOOT, _search_path(), self._work, *map(str, numbers)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                env={**os.environ, "TMPDIR": self._scratch.name},
            )
        self._connection, self._owner, self._answered = ours, os.getpid(), 0
        try:
            first = self._receive(_START)
        except _LostError as error:
            code = self._child.poll()
            self._end()
            raise OSError(f"the process for {self._work} did not start (exit code {code})") from error
        if not first.startswith(_READY):
            self._end()
            raise OSError(f"the process for {self._work} did not start: {first.decode()}")
        self._peak_at_start = float(first.removeprefix(_READY))

    def _answer(self, request: bytes) -> bytes:
        """The answer of the child that there is; it is gone after every error but one of the work itself."""
        assert self._connection is not None
        try:
            self._connection.send_bytes(request)
            answer = self._receive(self._limits.seconds * _WAITING + _GRACE)
        except (OSError, _LostError) as error:
            raise self._cause() from error
        self._answered += 1
        kind, content = answer[:1], answer[1:]
        if kind == _NO_MEMORY:
            self._end()
            raise TooMuchMemoryError
        if kind == _FAILED:
            raise WorkError(content.decode())
        return content

    def _receive(self, seconds: float) -> bytes:
        """The next message of the child.

        Raises:
            _LostError: none comes.
        """
        assert self._connection is not None
        try:
            if self._connection.poll(seconds):
                return self._connection.recv_bytes()
        except (EOFError, OSError) as error:
            raise _LostError from error
        raise _LostError

    def _cause(self) -> Exception:
        """Why the child gave no answer; the child is ended."""
        child = self._child
        assert child is not None
        peak = _reaped(child)  # its end may be a moment away
        is_ended = child.returncode is not None
        self._end()
        code = child.returncode
        if not is_ended or code in _TIMERS:
            return TooMuchTimeError()
        if code in _FROM_OUTSIDE:
            return EndedError(signal.Signals(-code).name)
        full = self._limits.megabytes * _NEARLY_ALL
        # The kernel counts what the parent had in use as the child's peak. Where that hides what the child needed, a
        # library that gives up is taken for one that got no memory.
        is_full = peak > full if self._peak_at_start < full else code == -signal.SIGABRT
        return TooMuchMemoryError() if is_full else DiedError(_ended_how(code))

    def _end(self) -> None:
        if self._owner == os.getpid():  # in a fork the child is the parent's
            if self._connection is not None:
                self._connection.close()
            if self._child is not None:
                self._child.kill()
                self._child.wait()
            if self._scratch is not None:
                self._scratch.cleanup()
        self._child = self._connection = self._scratch = None


#: Every ``Confined`` of this process.
_ALL: list[Confined] = []


def end_all() -> None:
    """End the children of this process. Each is started again by its next request."""
    for each in _ALL:
        each.end()


@functools.cache
def _prepare(process: int) -> None:
    """Before this process starts its first child: see to the end of its children, and to what killed ones left."""
    # Called in the processes of a pool, too, which know no ``atexit``.
    multiprocessing.util.Finalize(None, end_all, exitpriority=1)
    for left in Path(tempfile.gettempdir()).glob(f"{_SCRATCH}*"):
        with suppress(OSError):
            if time.time() - left.stat().st_mtime > _LEFT_SECONDS:
                shutil.rmtree(left)


def _search_path() -> str:
    """Where modules are looked for, as an argument for a child."""
    return "\n".join(entry or os.getcwd() for entry in sys.path)  # noqa: PTH109 (as Python itself takes it)


def _ended_how(code: int) -> str:
    """An exit code in words."""
    if code >= 0:
        return f"exit code {code}"
    return next((each.name for each in signal.Signals if each == -code), f"signal {-code}")


def _reaped(child: subprocess.Popen[bytes]) -> float:
    """The megabytes that a child had in use at most, once it has ended; 0 if it does not end."""
    until = time.monotonic() + _END
    while child.returncode is None and time.monotonic() < until:
        number, status, used = os.wait4(child.pid, os.WNOHANG)
        if number:
            child.returncode = os.waitstatus_to_exitcode(status)
            return _peak(used)
        time.sleep(0.005)
    return 0


def _peak(used: resource.struct_rusage) -> float:
    """The megabytes that a process had in use at most."""
    return used.ru_maxrss * _MAXRSS_BYTES / 1e6


# The child


def serve(arguments: Sequence[str]) -> None:
    """Answer requests until there are no more: what a child does, with the arguments that it was started with."""
    _, _, work, seconds, megabytes, descriptor, parent = arguments
    _end_with(int(parent))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides when to stop
    with Connection(int(descriptor)) as connection:
        try:
            module, _, name = work.partition(":")
            function: Callable[[bytes], bytes] = getattr(importlib.import_module(module), name)
        except Exception:
            connection.send_bytes(traceback.format_exc().encode())
            return
        # Only the soft limit: a program that the work starts may have one of its own.
        _, hard = resource.getrlimit(resource.RLIMIT_DATA)
        resource.setrlimit(resource.RLIMIT_DATA, (int(megabytes) * 1_000_000, hard))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        gc.freeze()
        gc.disable()  # in the middle of work it takes a fifth of the time; between requests nobody waits for it
        connection.send_bytes(_READY + str(_peak(resource.getrusage(resource.RUSAGE_SELF))).encode())
        with suppress(EOFError, BrokenPipeError, ConnectionResetError):
            while True:
                request = connection.recv_bytes()
                _set_timers(float(seconds))
                answer = _answer(function, request)
                _set_timers(0)
                connection.send_bytes(answer)
                del request, answer
                gc.collect()
                gc.freeze()  # what the first request imported is not looked through again


def _answer(function: Callable[[bytes], bytes], request: bytes) -> bytes:
    try:
        return _DONE + function(request)
    except MemoryError:
        return _NO_MEMORY
    except Exception:
        return _FAILED + traceback.format_exc(limit=-6).encode(errors="replace")


def _set_timers(seconds: float) -> None:
    """End this process once it has computed for so long, or waited for some times as long; 0 sets no timer."""
    signal.setitimer(signal.ITIMER_PROF, seconds)
    signal.setitimer(signal.ITIMER_REAL, seconds * _WAITING)


def _end_with(parent: int) -> None:
    """Have the system end this process when its parent ends, where it knows how: on Linux."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it ended before this was said
        os._exit(1)
