"""A process pool: one function over many tasks, on several cores. Results come in the order of the tasks.

Belongs here: processes and their garbage collection. What they work on, and how it is cut into tasks, is the caller's.
"""

import gc
import multiprocessing
import multiprocessing.util
import os
import signal
import tempfile
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing.process import BaseProcess
from types import TracebackType
from typing import Any, Generic, Self, TypeVar

from pipeline.system import confined

Task = TypeVar("Task")
Result = TypeVar("Result")

#: Results that may wait to be fetched, for each process: the memory grows by what they hold, and by no more.
_AHEAD = 2
#: Imported once by the server that the processes are forked from, rather than by each of them.
_PRELOADED = ["pipeline.staging.collect", "pipeline.staging.steps"]
#: Bytes of the temporary folder's path that leave room for the names of a socket and of its folder.
_LONGEST_TEMP_DIR = 70
_SYSTEM_TEMP_DIR = "/tmp"


class ProcessPoolError(Exception):
    """A process ended in the middle of its work; the message says what to do."""


class ProcessPool(Generic[Task, Result]):
    """Processes that all do the same work; they start with the first call that has more than one task.

    They are forked from a fresh server rather than from this process, which has threads (Dagster, DuckDB, Polars): a
    fork would copy their locks in whatever state they are. ``work`` is sent to each process once, so it may carry what
    all tasks need.
    """

    def __init__(self, count: int, work: Callable[[Task], Result]) -> None:
        self._count = count
        self._work = work
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._pool is not None:
            if kind is not None and not issubclass(kind, Exception):
                self._end_tasks(self._pool)
            self._pool.shutdown(cancel_futures=True)
        confined.end_all()  # those of tasks that were done in this process; others end with theirs

    def _end_tasks(self, pool: ProcessPoolExecutor) -> None:
        """End the processes in the middle of their tasks: who interrupts a run does not wait for a batch to be done."""
        for process in list((pool._processes or {}).values()):
            process.terminate()

    def map(self, tasks: Sequence[Task]) -> Iterator[Result]:
        """The results, in order. A few tasks at most are done ahead of the one whose result is fetched.

        Raises:
            ProcessPoolError: a process was ended from outside, most likely because memory ran out.
            Exception: whatever the work raises.
        """
        if self._count == 1 or len(tasks) <= 1:
            for task in tasks:
                with gc_paused():
                    result = self._work(task)
                yield result
            return
        pool = self._started()
        waiting: deque[Future[Result]] = deque()
        try:
            for task in tasks:
                waiting.append(pool.submit(_run, task))
                if len(waiting) >= _AHEAD * self._count:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        except BrokenProcessPool as error:
            raise ProcessPoolError(
                "a process that reads reports was ended from outside, most likely because memory ran out; set fewer "
                f"(OGI_WORKERS, now {self._count}) or smaller batches (OGI_BATCH_REPORTS)"
            ) from error

    def _started(self) -> ProcessPoolExecutor:
        if self._pool is None:
            _keep_socket_paths_short()
            context = multiprocessing.get_context("forkserver")
            context.set_forkserver_preload(_PRELOADED)
            self._pool = ProcessPoolExecutor(self._count, context, _initialize, (self._work,))
        return self._pool


def _keep_socket_paths_short() -> None:
    """Have ``multiprocessing`` put its sockets into the system's own folder where that of ``TMPDIR`` is too deep.

    The address of a socket is a path, and the kernel takes none of more than 107 bytes. The folder is chosen once in a
    process, by the first call of ``get_temp_dir``.
    """
    if len(os.fsencode(tempfile.gettempdir())) <= _LONGEST_TEMP_DIR:
        return
    deep, tempfile.tempdir = tempfile.tempdir, _SYSTEM_TEMP_DIR
    try:
        multiprocessing.util.get_temp_dir()
    finally:
        tempfile.tempdir = deep


#: In each process of a pool: the work it does.
_WORK: list[Callable[[Any], Any]] = []


def _initialize(work: Callable[[Any], Any]) -> None:
    """Prepare a process of the pool: it ends with its parent, however that ends, and uses one core."""
    _WORK.append(work)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides when to stop
    parent = multiprocessing.parent_process()
    assert parent is not None
    threading.Thread(target=_exit_after, args=(parent,), daemon=True).start()
    os.environ["POLARS_MAX_THREADS"] = "1"
    gc.freeze()


def _exit_after(parent: BaseProcess) -> None:
    parent.join()
    os._exit(1)


def _run(task: Any) -> Any:
    (work,) = _WORK
    with gc_paused():
        result = work(task)
    gc.collect()
    return result


@contextmanager
def gc_paused() -> Iterator[None]:
    """Garbage collection paused: files and reports have hardly any cycles, and looking for them takes a fifth of the
    time.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
