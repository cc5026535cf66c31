"""Locks that another process holds."""

import subprocess
import sys
from pathlib import Path


def held_elsewhere(path: Path) -> subprocess.Popen[str]:
    """A process that holds the lock until it is killed."""
    code = (
        "import sys, time, pathlib; from pipeline.system import lock\n"
        "with lock.exclusive(pathlib.Path(sys.argv[1]), 'run elsewhere'): print('held', flush=True); time.sleep(600)"
    )
    process = subprocess.Popen([sys.executable, "-c", code, str(path)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process
