"""Texts from a .docx file by python-docx: paragraphs as lines, tables by one of the writers of ``rows``."""

from collections.abc import Callable
from pathlib import Path

import docx
import rows
from docx.table import Table


def _cells(table: Table) -> list[list[str]]:
    """Every place of the grid; a merged cell's text stands in each place that it covers, as python-docx has it."""
    return [[cell.text for cell in row.cells] for row in table.rows]


def _unique_cells(table: Table) -> list[list[str]]:
    """Each cell once, in the first of its places; the others are empty."""
    seen: set[object] = set()
    made = []
    for row in table.rows:
        texts = []
        for cell in row.cells:
            texts.append("" if cell._tc in seen else cell.text)
            seen.add(cell._tc)
        made.append(texts)
    return made


def _text(path: Path, write: Callable[[Table], str]) -> str:
    document = docx.Document(str(path))
    parts = []
    for block in document.iter_inner_content():
        parts.append(write(block) if isinstance(block, Table) else block.text)
    return "\n".join(parts) + "\n"


def _writer(write: Callable[[rows.Rows], str], cells: Callable[[Table], rows.Rows] = _cells) -> Callable[[Path], str]:
    return lambda path: _text(path, lambda table: write(cells(table)))


CONVERTERS = {
    "docx_tabs": _writer(rows.tabs, _unique_cells),
    "docx_tabs_repeated": _writer(rows.tabs),
    "docx_pipes": _writer(rows.pipes, _unique_cells),
    **{f"docx_pandas_{name}": _writer(write) for name, write in rows.FRAMES.items()},
}
