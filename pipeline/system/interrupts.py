"""Ctrl-C and SIGTERM: which one came first, whoever handles it, and an end at once when a second one comes.

Libraries put handlers of their own in place while they work (Dagster does), some turn the interrupt into an error of
theirs (DuckDB does), and some drop it with an error of their own that they did not mind (optional imports). So the
signals are watched where no handler hides them, at the interpreter's wake-up pipe, and a dropped one is raised again.

Belongs here: signals. What is said of an interruption, and what is undone by it, is the caller's.
"""

import contextlib
import os
import select
import signal
import sys
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any, Self

_ENDING = (signal.SIGINT, signal.SIGTERM)
#: Means nothing but that the main thread wakes from what it waits for, and sees to the signal that came.
_WAKING = signal.SIGURG
#: The byte that ends the watching thread; no signal has this number.
_OVER = b"\0"
#: The watch that lasts, if any.
_WATCHES: "list[Watch]" = []
#: An interrupt reaches the main thread at times before the watching thread has read which one it was.
_PATIENCE_SECONDS = 1.0


def exit_code(number: signal.Signals) -> int:
    """The exit code of a program that a signal ended, as shells count it: 130 for Ctrl-C, 143 for SIGTERM."""
    return 128 + number


@contextlib.contextmanager
def quiet_imports() -> Iterator[None]:
    """Ctrl-C leaves no traceback and no library half imported, which may crash at the end of the process.

    Where nothing watches for it, it ends the process at once: nothing has begun yet. A watch waits for the imports.
    """
    if threading.current_thread() is not threading.main_thread() or signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        yield
        return
    if _WATCHES:
        with _WATCHES[-1].held_back():
            yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _end_children() -> None:
    """End the programs that this process started, which would outlive it; where the system lists them: on Linux."""
    for file in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError, ValueError):
            # 4711 (name) S 4700 …; the name may have brackets and blanks in it.
            parent = file.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()[1]
            if int(parent) == os.getpid():
                os.kill(int(file.parent.name), signal.SIGTERM)


def _wake(number: int, frame: FrameType | None) -> None:
    """Have the main thread see to the signal that came. After a second one it waits, and starts no program any more."""
    while any(watch.is_ending for watch in _WATCHES):
        time.sleep(1)
    for watch in _WATCHES:
        watch.raise_again_if_dropped()


class Interruption(BaseException):
    """Ctrl-C or SIGTERM. No ``KeyboardInterrupt``: after one of those Python may end itself by the signal."""


def end_if_interrupted() -> None:
    """For code that holds interrupts back: a point at which it can end.

    Raises:
        Interruption: a signal came.
    """
    if any(watch.is_interrupted for watch in _WATCHES):
        raise Interruption


class Watch:
    """While it lasts, Ctrl-C and SIGTERM raise ``Interruption``; the second of them ends the process at once.

    Programs that are started meanwhile do not see the Ctrl-C that a terminal sends to all of them: whoever started them
    ends them. They inherit that the main thread blocks it; the thread of the watch gets it, and wakes the main one.

    After an interruption both signals end the process, as the system has it. Only the main thread can watch.
    """

    def __init__(self, before_the_end: Callable[[signal.Signals], object]) -> None:
        """``before_the_end`` is called, in another thread, before a second signal ends the process."""
        self._before_the_end = before_the_end
        self._received: list[signal.Signals] = []
        self._is_received = threading.Event()
        self._handlers: dict[signal.Signals, Any] = {}
        self._is_held_back = False
        self._raised: weakref.ref[Interruption] | None = None
        self._thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():
            self._reader, self._writer = os.pipe()
            os.set_blocking(self._writer, False)
            self._handlers = {number: signal.getsignal(number) for number in _ENDING}
            self._pipe_before = signal.set_wakeup_fd(self._writer, warn_on_full_buffer=False)
            for number in _ENDING:
                signal.signal(number, self._interrupt)
            self._waking_before = signal.signal(_WAKING, _wake)
            self._thread = threading.Thread(target=self._watch, name="signals", daemon=True)
            self._thread.start()
            self._mask_before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
            _WATCHES.append(self)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._thread is None:
            return
        for number, handler in self._handlers.items():
            signal.signal(number, signal.SIG_DFL if self._received else handler)
        signal.set_wakeup_fd(self._pipe_before)
        os.write(self._writer, _OVER)
        self._thread.join()
        signal.pthread_sigmask(signal.SIG_SETMASK, self._mask_before)
        signal.signal(_WAKING, self._waking_before)
        _WATCHES.remove(self)
        os.close(self._reader)
        os.close(self._writer)

    @property
    def is_interrupted(self) -> bool:
        """Whether a signal came."""
        return self._is_received.is_set()

    @property
    def is_ending(self) -> bool:
        """Whether a second signal came, which ends the process at once."""
        return len(self._received) > 1

    @contextlib.contextmanager
    def held_back(self) -> Iterator[None]:
        """What comes meanwhile is raised afterwards.

        Raises:
            Interruption: something came.
        """
        self._is_held_back, self._is_due = True, False
        try:
            yield
        finally:
            self._is_held_back = False
        if self._is_due:
            self._raise()

    def interruption(self, error: BaseException) -> signal.Signals | None:
        """The signal that an error comes from, if one came at all: then no other error is worth telling."""
        is_interrupt = not isinstance(error, Exception | SystemExit | GeneratorExit)
        self._is_received.wait(_PATIENCE_SECONDS if is_interrupt else 0)
        if self._received:
            return self._received[0]
        return signal.SIGINT if isinstance(error, KeyboardInterrupt) else None

    def _next_byte(self) -> bytes:
        """The number of the next signal; after the first, none if none comes within a while."""
        if self._received and not select.select([self._reader], [], [], _PATIENCE_SECONDS)[0]:
            return b""
        return os.read(self._reader, 1)

    def _interrupt(self, number: int, frame: FrameType | None) -> None:
        # A shell starts programs in the background with Ctrl-C ignored; SIGTERM is for them all the same.
        if self._handlers[signal.Signals(number)] is signal.SIG_IGN:
            return
        if self._is_held_back:
            self._is_due = True
        else:
            self._raise()

    def _raise(self) -> None:
        interruption = Interruption()
        self._raised = weakref.ref(interruption)
        try:
            raise interruption
        finally:
            del interruption  # or its traceback has this frame, and this frame has it, and it lives on

    def raise_again_if_dropped(self) -> None:
        """In the main thread: if what was raised is no more, and nothing is being handled, somebody has dropped it.

        Raises:
            Interruption: so it was.
        """
        if self._raised is not None and self._raised() is None and sys.exc_info()[1] is None:
            self._raise()

    def _watch(self) -> None:
        while (byte := self._next_byte()) != _OVER:
            if not byte:
                signal.pthread_kill(threading.main_thread().ident or 0, _WAKING)
                continue
            number = byte[0]
            if number not in _ENDING or self._handlers[signal.Signals(number)] is signal.SIG_IGN:
                continue
            self._received.append(signal.Signals(number))
            self._is_received.set()
            signal.pthread_kill(threading.main_thread().ident or 0, _WAKING)
            if self.is_ending:
                with contextlib.suppress(Exception):
                    self._before_the_end(self._received[0])
                _end_children()
                os._exit(exit_code(self._received[0]))
