"""Renders templates to files: the Jinja environment and its filters.

Every value is escaped, and characters that would act on the page are shown as escapes: names and texts come from
strangers. How the two languages are written is ``bilingual``'s.
"""

from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from pipeline.site import words
from pipeline.site.bilingual import Bilingual, bdi, both, chinese, english
from pipeline.text import harmless


def _shown(value: Any) -> Any:
    """A value as pages show it; markup is ours."""
    return harmless(value) if type(value) is str else value


def size(count: int) -> str:
    """A number of bytes as people read it.

    >>> size(1_260_000)
    '1.3 MB'
    """
    if count < 1000:
        return f"{count} B"
    return f"{count / 1000:.0f} KB" if count < 1_000_000 else f"{count / 1_000_000:.1f} MB"


@cache
def _environment() -> Environment:
    """The templates with their filters and words."""
    environment = Environment(
        loader=PackageLoader("pipeline.site"),
        autoescape=True,
        finalize=_shown,
        extensions=[Bilingual],
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "both": both,
        "bdi": bdi,
        "chinese": chinese,
        "english": english,
        "size": size,
        "thousands": lambda number: f"{number:,}",
    }
    environment.globals |= {"severities": words.SEVERITIES, "states": words.STATES, "words": words}
    return environment


def rendered(template: str, **context: Any) -> str:
    """A page as text."""
    return str(_environment().get_template(template).render(**context))


class Pages:
    """Writes pages under a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.written = 0

    def write(self, template: str, path: str, **context: Any) -> None:
        """Render a page to its path below the folder."""
        root = "../" * path.count("/")
        (self._folder / path).write_text(rendered(template, root=root, path=path, **context), encoding="utf-8")
        self.written += 1
