"""The environment that has OCR (``make ocr``); the rest of the program's packages are those of this one."""

import os
import sys
from pathlib import Path

from tests.support.workspace import PROJECT

ENVIRONMENT = PROJECT / "build" / "ocr"
PYTHON = ENVIRONMENT / "bin" / "python"


def missing() -> str | None:
    """The command that installs it, or None."""
    return None if (ENVIRONMENT / "ready").exists() else "make ocr"


def variables() -> dict[str, str]:
    """Environment variables for its Python."""
    packages = [path for path in sys.path if Path(path).name == "site-packages"]
    return {**os.environ, "PYTHONPATH": os.pathsep.join([str(PROJECT), *packages])}
