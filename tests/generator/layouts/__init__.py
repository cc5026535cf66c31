"""The layouts: how the three tables are put on the page. One module a layout; a new one is added to `LAYOUTS`."""

from ..dice import Dice
from .aligned import Aligned
from .base import Chunks, Layout, Pager
from .detached import Detached
from .flat import Flat
from .html import Html
from .lines import Lines
from .markdown import Markdown
from .pipes import Pipes
from .tabs import Tabs

_CLASSES = (Tabs, Pipes, Lines, Markdown, Html, Aligned, Flat, Detached)
LAYOUTS: tuple[str, ...] = tuple(layout.name for layout in _CLASSES)


def choose_layout(name: str, dice: Dice) -> Layout:
    """A layout by its name, its details drawn."""
    for layout in _CLASSES:
        if layout.name == name:
            return layout.choose(dice)
    raise ValueError(f"no layout {name!r}; there are {', '.join(LAYOUTS)}")


__all__ = ["LAYOUTS", "Chunks", "Layout", "Pager", "choose_layout"]
