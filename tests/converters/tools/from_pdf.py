"""Texts from a .pdf file by pdfplumber, pypdf and PyMuPDF: as text, as text in its layout, and by the tables found."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pdfplumber
import pymupdf
import pypdf
import rows


def _pdfplumber(**options: Any) -> Callable[[Path], str]:
    def convert(path: Path) -> str:
        with pdfplumber.open(path) as file:
            return "\n".join(page.extract_text(**options) for page in file.pages) + "\n"

    return convert


def _pdfplumber_tables(write: Callable[[rows.Rows], str]) -> Callable[[Path], str]:
    """Tables where they stand among the lines of the rest."""

    def convert(path: Path) -> str:
        with pdfplumber.open(path) as file:
            return "\n".join(_page(page, write) for page in file.pages) + "\n"

    return convert


def _page(page: Any, write: Callable[[rows.Rows], str]) -> str:
    tables = page.find_tables()
    boxes = [table.bbox for table in tables]

    def is_outside(thing: dict[str, Any]) -> bool:
        middle = (thing["top"] + thing["bottom"]) / 2
        return not any(top <= middle <= bottom for _, top, _, bottom in boxes)

    parts = [(table.bbox[1], write(table.extract())) for table in tables]
    parts += [(line["top"], line["text"]) for line in page.filter(is_outside).extract_text_lines(return_chars=False)]
    return "\n".join(text for _, text in sorted(parts, key=lambda part: part[0]))


def _pypdf(mode: str) -> Callable[[Path], str]:
    return lambda path: "\n".join(page.extract_text(extraction_mode=mode) for page in pypdf.PdfReader(path).pages)


def _pymupdf(kind: str, *, sort: bool = False) -> Callable[[Path], str]:
    def convert(path: Path) -> str:
        with pymupdf.open(path) as file:
            if kind == "blocks":
                return "\n".join(block[4] for page in file for block in page.get_text("blocks", sort=sort))
            return "\n".join(page.get_text(kind, sort=sort) for page in file)

    return convert


def _pymupdf_tables(path: Path) -> str:
    """PyMuPDF's own Markdown of each table, among the blocks of the rest."""
    parts = []
    with pymupdf.open(path) as file:
        for page in file:
            tables = page.find_tables().tables
            found = [(table.bbox[1], table.to_markdown()) for table in tables]
            for block in page.get_text("blocks"):
                middle = (block[1] + block[3]) / 2
                if not any(table.bbox[1] <= middle <= table.bbox[3] for table in tables):
                    found.append((block[1], block[4]))
            parts += [text for _, text in sorted(found, key=lambda part: part[0])]
    return "\n".join(parts)


CONVERTERS = {
    "pdfplumber_text": _pdfplumber(),
    "pdfplumber_layout": _pdfplumber(layout=True),
    "pdfplumber_tabs": _pdfplumber_tables(rows.tabs),
    "pdfplumber_pipes": _pdfplumber_tables(rows.pipes),
    "pdfplumber_pandas": _pdfplumber_tables(rows.FRAMES["string"]),
    "pypdf_plain": _pypdf("plain"),
    "pypdf_layout": _pypdf("layout"),
    "pymupdf_text": _pymupdf("text"),
    "pymupdf_sorted": _pymupdf("text", sort=True),
    "pymupdf_blocks": _pymupdf("blocks"),
    "pymupdf_tables": _pymupdf_tables,
}
