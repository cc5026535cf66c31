"""Signals: an interruption that somebody drops is raised again, and one that is being seen to is not."""

import os
import signal
import subprocess
import sys
import time
from textwrap import dedent

import pytest

#: ``beat`` is a second and a half of Python's: a dropped interruption is raised again after one.
PROGRAM = """
import time
from pipeline.system.interrupts import Interruption, Watch

def beat():
    until = time.monotonic() + 1.5
    while time.monotonic() < until:
        time.sleep(0.01)

with Watch(lambda number: None) as watch:
    print("ready", flush=True)
    try:
        while True:
            time.sleep(0.01)
    {first}
    try:
        beat()
        print("went on")
    except Interruption:
        print("raised again")
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize(
    ("first", "says"),
    [
        ("except Interruption: pass", "raised again"),
        ("except Interruption as error: kept = error", "went on"),
        ("except Interruption: beat(); print('seen to')", "seen to"),
    ],
    ids=["dropped", "kept", "being seen to"],
)
def test_an_interruption_that_is_dropped_is_raised_again(number: signal.Signals, first: str, says: str) -> None:
    program = dedent(PROGRAM).format(first=first)
    process = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    time.sleep(0.05)
    os.kill(process.pid, number)
    said, _ = process.communicate(timeout=60)
    assert said.splitlines()[0] == says
    assert process.returncode == 0
