"""Data for scripts: a file that hands a value over when it is loaded, since a page from a folder may fetch nothing."""

import json
from pathlib import Path
from typing import Any


def write(path: Path, name: str, value: Any) -> None:
    """Write a value as a script of its own."""
    said = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    path.write_text(f"ogi.take({json.dumps(name)},{said});\n", encoding="utf-8")
