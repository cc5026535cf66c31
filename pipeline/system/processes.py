"""One function over many tasks, on several cores: results come in the order of the tasks.

Belongs here: processes. What they work on, and how it is cut into tasks, is the caller's.
"""

import gc
import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing.process import BaseProcess
from types import TracebackType
from typing import Any, Generic, Self, TypeVar

Task = TypeVar("Task")
Result = TypeVar("Result")

#: Results that may wait to be fetched, for each process: what they hold is all that the memory grows by.
_AHEAD = 2


class CoresError(Exception):
    """A process ended in the middle of its work; the message says what to do."""


class Cores(Generic[Task, Result]):
    """Processes that all do the same work; they start with the first call that has more than one task.

    They are started anew rather than forked: this one has threads (Dagster, DuckDB, Polars), whose locks a fork would
    copy as they happen to be. ``work`` is sent to each of them once, so it may carry what all tasks need.
    """

    def __init__(self, count: int, work: Callable[[Task], Result]) -> None:
        self._count = count
        self._work = work
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def map(self, tasks: Sequence[Task]) -> Iterator[Result]:
        """The results, in order. A few tasks at most are done ahead of the one whose result is fetched.

        Raises:
            CoresError: a process was ended from outside, most likely for want of memory.
            Exception: whatever the work raises.
        """
        if self._count == 1 or len(tasks) <= 1:
            for task in tasks:
                with without_search():
                    result = self._work(task)
                yield result
            return
        pool = self._started()
        waiting: deque[Future[Result]] = deque()
        try:
            for task in tasks:
                waiting.append(pool.submit(_do, task))
                if len(waiting) >= _AHEAD * self._count:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        except BrokenProcessPool as error:
            raise CoresError(
                "a process that reads reports was ended from outside, most likely because memory ran out; set fewer "
                f"(OGI_WORKERS, now {self._count}) or smaller batches (OGI_BATCH_REPORTS)"
            ) from error

    def _started(self) -> ProcessPoolExecutor:
        if self._pool is None:
            context = multiprocessing.get_context("forkserver")
            context.set_forkserver_preload(["pipeline.staging.steps"])
            self._pool = ProcessPoolExecutor(self._count, context, _begin, (self._work,))
        return self._pool


#: In each of the processes: what it does.
_WORK: list[Callable[[Any], Any]] = []


def _begin(work: Callable[[Any], Any]) -> None:
    """Make this process ready: it ends with the one that started it, however that ends, and uses one core."""
    _WORK.append(work)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent tells when it is over
    parent = multiprocessing.parent_process()
    assert parent is not None
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    os.environ["POLARS_MAX_THREADS"] = "1"
    gc.freeze()


def _end_with(parent: BaseProcess) -> None:
    parent.join()
    os._exit(1)


def _do(task: Any) -> Any:
    (work,) = _WORK
    with without_search():
        result = work(task)
    gc.collect()
    return result


@contextmanager
def without_search() -> Iterator[None]:
    """Without the search for cycles among all that is made: files and reports have none to speak of, and it takes a
    fifth of the time.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
