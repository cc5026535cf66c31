"""A document as a page that a browser prints: the same blocks as ``word`` writes, with the rules of a template.

What stands in the cells is in ``document.py``.
"""

from html import escape

from tests.generator.layouts.grid import Cell

from .document import Document, Paragraph, Table
from .look import CM, Look
from .templates import Template

_FONTS = {"宋体": "Noto Serif CJK SC", "仿宋": "Noto Serif CJK SC", "仿宋_GB2312": "Noto Serif CJK SC"}


def page(document: Document, template: Template) -> str:
    """The page's HTML."""
    look = document.look
    body = "\n".join(
        _paragraph(block) if isinstance(block, Paragraph) else _table(block, look, template)
        for block in document.blocks
    )
    return f'<!doctype html><html lang="zh"><meta charset="utf-8"><style>{_style(look, template)}</style>{body}</html>'


def _style(look: Look, template: Template) -> str:
    margin = look.margin / CM
    paper = "A4 landscape" if look.landscape else "A4"
    font = _FONTS.get(look.font, look.font)
    cut = "avoid" if look.keep_rows else "auto"
    footer = ""
    if look.footer:
        before, _, after = look.footer.partition("{}")
        footer = f'@bottom-center {{ content: "{before}" counter(page) "{after}"; font-size: 10pt }}'
    return (
        f"@page {{ size: {paper}; margin: {margin}cm; {footer} }}"
        f'body {{ font: {look.body_size / 2}pt "{font}"; margin: 0 }}'
        "p { text-indent: 2em; margin: 0; line-height: 1.6 } p.title { text-align: center; text-indent: 0 }"
        "p.title { font-size: 20pt } p.heading { font-weight: bold }"
        f"table {{ border-collapse: {template.collapse}; border-spacing: 2px; width: 100%; table-layout: fixed }}"
        f"table {{ font-size: {template.size or look.table_size / 2}pt; margin: 4pt 0 }}"
        f"td {{ padding: {template.padding}; text-align: {look.label_align.replace('both', 'justify')} }}"
        f"td {{ vertical-align: {look.vertical.replace('center', 'middle')}; overflow-wrap: anywhere }}"
        f"td.value {{ text-align: {look.value_align} }} td.head {{ text-align: center }}"
        f"td.value {{ vertical-align: {look.value_vertical.replace('center', 'middle')} }}"
        f"tr {{ break-inside: {cut} }} thead {{ display: table-{'header' if look.repeat_header else 'row'}-group }}"
        f"{template.css}"
    )


def _paragraph(block: Paragraph) -> str:
    return f'<p class="{block.kind}">{escape(block.text)}</p>'


def _table(table: Table, look: Look, template: Template) -> str:
    columns = "".join(f'<col style="width:{width / sum(table.widths) * 100:.2f}%">' for width in table.widths)
    rows = [f"<tr>{''.join(_cell(cell, look) for cell in cells)}</tr>" for cells in table.grid]
    head = f"<thead>{''.join(rows[: table.head])}</thead>" if table.head else ""
    return f'<table class="{template.name}">{columns}{head}<tbody>{"".join(rows[table.head :])}</tbody></table>'


def _cell(cell: Cell, look: Look) -> str:
    spans = (f' colspan="{cell.cols}"' if cell.cols > 1 else "") + (f' rowspan="{cell.rows}"' if cell.rows > 1 else "")
    text = cell.text
    if look.broken_heads and cell.kind == "head" and cell.cols == 1 and len(text) in (4, 6):
        text = f"{text[: len(text) // 2]}\n{text[len(text) // 2 :]}"
    return f'<td class="{cell.kind}"{spans}>{escape(text).replace(chr(10), "<br>")}</td>'
