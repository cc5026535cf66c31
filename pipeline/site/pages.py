"""Renders templates to files: the Jinja environment and its filters.

Every value is escaped, and characters that would act on the page are shown as escapes: names and texts come from
strangers. ``bdi`` isolates a text whose direction is its own from what stands beside it.
"""

from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from pipeline.site import words
from pipeline.site.words import Words
from pipeline.text import harmless

_ISOLATED = Markup("<bdi>{}</bdi>")
_BOTH = Markup('{} <span lang="en">{}</span>')


@lru_cache(maxsize=4096)
def both(label: Words) -> str | Markup:
    """Chinese, and English beside it, for HTML."""
    zh, en = harmless(label.zh), harmless(label.en)
    return _BOTH.format(zh, en) if en and en != zh else zh


def bdi(text: object) -> Markup:
    """A text in isolation, for HTML: letters that run from right to left do not turn what stands beside it."""
    return _ISOLATED.format(harmless(str(text)))


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


class Pages:
    """Writes pages under a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._environment = Environment(
            loader=PackageLoader("pipeline.site"),
            autoescape=True,
            finalize=_shown,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.filters |= {"both": both, "bdi": bdi, "thousands": lambda number: f"{number:,}", "size": size}
        self._environment.globals |= {"severities": words.SEVERITIES, "states": words.STATES, "words": words}
        self.written = 0

    def write(self, template: str, path: str, **context: Any) -> None:
        """Render a page to its path below the folder."""
        target = self._folder / path
        root = "../" * path.count("/")
        text = self._environment.get_template(template).render(root=root, path=path, **context)
        target.write_text(text, encoding="utf-8")
        self.written += 1
