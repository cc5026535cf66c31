"""Markdown tables: a row a line, cells between pipes, a rule of dashes below a header."""

import html
import re

from pipeline.reader.document import Row

NAME = "markdown"

_RULE = re.compile(r"[\s|:—-]*-{2,}[\s|:—-]*|\|={3,}")
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_STRUCK = re.compile(r"~~(?:(?!~~).)*~~|<(del|s|strike)>.*?</\1>", re.IGNORECASE)
#: A footnote mark: ``<sup>1</sup>``, ``[^1]``.
_NOTE = re.compile(r"<(sup|sub)>\s*\[?([^<>\[\]]{1,8})\]?\s*</\1>|\[\^([^\[\]]{1,8})\]", re.IGNORECASE)
_COMMENT = re.compile(r"<!--.*?-->")
_INLINE = ("<", "~~", "[^", "&", "`", "*", "\\")
_NUMBERED = "Col"
#: In a longer line no marks are looked for.
_LONGEST_PLAIN = 5000


def row(line: str, number: int) -> Row | None:
    """The cells of a line with a pipe between two cells; a header's rule is an empty row."""
    if "|" not in line:
        return None
    inner = line.strip()
    if _RULE.fullmatch(inner):
        return Row(number, [], NAME)
    inner = inner.removeprefix("|").removesuffix("|").replace("\\|", "／")
    cells = inner.split("|")
    if len(inner) <= _LONGEST_PLAIN and any(sign in inner for sign in _INLINE):
        cells = [_plain(cell) for cell in cells]
    else:
        cells = [cell.strip() for cell in cells]
    if _NUMBERED in inner:  # what a program writes for the second cell, if it is empty: Col2
        cells = ["" if cell == f"{_NUMBERED}{at}" else cell for at, cell in enumerate(cells, 1)]
    return Row(number, cells, NAME)


def _plain(cell: str) -> str:
    """The text of a cell without its marks: what is struck out is left out, unless there is nothing else."""
    text = _COMMENT.sub("", _BREAK.sub(" ", cell))
    text = html.unescape(_NOTE.sub(lambda note: f"[{note[2] or note[3]}]", text))
    kept = _STRUCK.sub("", text).strip()
    return (kept or text.strip()).replace("**", "").strip("`").strip()
