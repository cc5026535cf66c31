"""Markdown tables: a row a line, cells between pipes, a rule of dashes below a header."""

import re

from pipeline.reader.document import Row

NAME = "markdown"

_RULE = re.compile(r"[\s|:—-]*-{2,}[\s|:—-]*")
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)


def row(line: str, number: int) -> Row | None:
    """The cells of a line with a pipe between two cells; a header's rule is an empty row."""
    if "|" not in line:
        return None
    inner = line.strip()
    if _RULE.fullmatch(inner):
        return Row(number, [], NAME)
    inner = inner.removeprefix("|").removesuffix("|").replace("\\|", "／")
    cells = [_BREAK.sub("", cell).replace("**", "").replace("&nbsp;", " ").strip() for cell in inner.split("|")]
    return Row(number, cells, NAME)
