"""A document as a page (.html) of headings, paragraphs and tables with spans, for programs that write others of it."""

from html import escape

from .document import Document, Paragraph, Table

_TAGS = {"title": "h1", "heading": "h2", "text": "p"}


def page(document: Document) -> str:
    """The page."""
    blocks = [_paragraph(block) if isinstance(block, Paragraph) else _table(block) for block in document.blocks]
    return f'<!DOCTYPE html><html><head><meta charset="utf-8"></head><body>{"".join(blocks)}</body></html>'


def _paragraph(block: Paragraph) -> str:
    return f"<{_TAGS[block.kind]}>{_text(block.text)}</{_TAGS[block.kind]}>"


def _table(table: Table) -> str:
    rows = (
        "".join(f'<td colspan="{cell.cols}" rowspan="{cell.rows}">{_text(cell.text)}</td>' for cell in cells)
        for cells in table.grid
    )
    return f'<table border="1">{"".join(f"<tr>{row}</tr>" for row in rows)}</table>'


def _text(text: str) -> str:
    return escape(text).replace("\n", "<br>")
