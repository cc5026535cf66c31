"""Standard output and error of a command: what it prints from files and names does nothing but show.

A name may hold an escape sequence that clears the terminal, or an override that turns a line around. All that a command
prints goes through ``HarmlessStream``, whoever prints it: messages, warnings of libraries, log lines. Around it, by
``direct``, go only CSV and Parquet for files and pipes, where a value is what it is, and what Rich makes of texts that
were made harmless before: colours, bars.

Belongs here: streams. Which characters act is ``pipeline.text``'s.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TextIO, cast

from pipeline.text import harmless


class HarmlessStream:
    """A text stream that shows characters as escapes that would act on a terminal, or that its encoding lacks."""

    #: None to be found: click would write around this stream where the encoding is ASCII.
    buffer = None

    def __init__(self, stream: Any) -> None:
        self.stream = stream

    def write(self, text: str) -> int:
        """Write a text."""
        encoding = getattr(self.stream, "encoding", None) or "utf-8"
        shown = harmless(text).encode(encoding, "backslashreplace").decode(encoding)
        self.stream.write(shown)
        return len(text)

    def writelines(self, lines: Any) -> None:
        """Write several texts."""
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.stream, name)


@contextmanager
def harmless_streams() -> Iterator[None]:
    """Meanwhile standard output and error are harmless."""
    out, err = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = cast(TextIO, HarmlessStream(out)), cast(TextIO, HarmlessStream(err))
    try:
        yield
    finally:
        sys.stdout, sys.stderr = out, err


def direct(stream: TextIO) -> TextIO:
    """The stream itself, for what is harmless already or must be written as it is."""
    return cast(TextIO, stream.stream) if isinstance(stream, HarmlessStream) else stream
