"""Data for the browser: a script that hands its value over when it is loaded.

A page that was opened from a folder may fetch nothing, so data cannot be JSON files.
"""

import json
from pathlib import Path
from typing import Any

from markupsafe import Markup

from pipeline.text import harmless


def write(path: Path, name: str, value: Any) -> None:
    """Write a value as a script of its own."""
    data = json.dumps(_harmless(value), ensure_ascii=False, separators=(",", ":"))
    path.write_text(f"ogi.take({json.dumps(name)},{data});\n", encoding="utf-8")


def data(value: Any) -> Markup:
    """A value as JSON within a page, of which nothing ends the script that holds it."""
    return Markup(json.dumps(_harmless(value), ensure_ascii=False).replace("<", "\\u003c"))


def _harmless(value: Any) -> Any:
    """A value whose texts a script can put on a page."""
    if isinstance(value, str):
        return harmless(value)
    if isinstance(value, dict):
        return {key: _harmless(each) for key, each in value.items()}
    return [_harmless(each) for each in value] if isinstance(value, list | tuple) else value
