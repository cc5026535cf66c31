"""What a hostile document makes its reader do, for the tests of processes that bound it."""

import ctypes
import os
import signal
import subprocess
import sys
import tempfile
import time

_KEPT: list[bytes] = []


def _leak() -> bytes:
    _KEPT.append(bytes(150_000_000))
    return b"leaked"


def _crash() -> bytes:
    ctypes.string_at(0)
    return b"never"


def _loop_in_c() -> bytes:
    """A loop that never gives the interpreter free."""
    return str(pow(10, 10**9)).encode()


def _loop() -> bytes:
    while True:
        pass


def _sleep() -> bytes:
    time.sleep(600)
    return b"never"


def _allocate() -> bytes:
    return bytes(10**10)


def _allocate_and_die() -> bytes:
    """As a library in C that does not look at what it is given."""
    try:
        while True:
            _KEPT.append(b"x" * 10_000_000)
    except MemoryError:
        os.abort()


def _print() -> bytes:
    for stream in (sys.stdout, sys.stderr):
        print("x" * 1_000_000, file=stream)
    return b"printed"


def _kill() -> bytes:
    os.kill(os.getpid(), signal.SIGKILL)
    return b"never"


def _error() -> bytes:
    raise ValueError("an error of the work")


def _child() -> bytes:
    """A program that is started may have more memory than its starter."""
    return subprocess.run([sys.executable, "-c", "print(1)"], capture_output=True, check=True).stdout.strip()


def _temporary() -> bytes:
    return tempfile.mkdtemp().encode()


_WORKS = {
    each.__name__[1:]: each
    for each in (
        _leak,
        _crash,
        _loop_in_c,
        _loop,
        _sleep,
        _allocate,
        _allocate_and_die,
        _print,
        _kill,
        _error,
        _child,
        _temporary,
    )
}


def work(request: bytes) -> bytes:
    """What the request asks for by name; the process's number, or the request itself, where it asks for nothing."""
    name = request[:40].decode(errors="replace")
    if name == "pid":
        return str(os.getpid()).encode()
    return _WORKS[name]() if name in _WORKS else request
