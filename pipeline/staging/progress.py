"""How far a step is, for whoever watches: the command line draws a bar.

Belongs here: the type of the callback alone; it imports nothing, so that commands can name it without the reader.
"""

from collections.abc import Callable

#: Called with what is being done, how many of it are done, and of how many.
Progress = Callable[[str, int, int], None]


def silent(_what: str, _done: int, _total: int) -> None:
    """Progress that nobody watches."""
