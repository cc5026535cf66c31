"""Data for the browser: a script that hands its value over when it is loaded.

A page that was opened from a folder may fetch nothing, so data cannot be JSON files.
"""

import json
from pathlib import Path
from typing import Any


def write(path: Path, name: str, value: Any) -> None:
    """Write a value as a script of its own."""
    data = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    path.write_text(f"ogi.take({json.dumps(name)},{data});\n", encoding="utf-8")
