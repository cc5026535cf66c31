"""A document as a .docx file, written as Office Open XML, with nothing but the standard library.

Merged cells are gridSpan and vMerge, as Word writes them. What stands in the cells is in ``document.py``.
"""

import zipfile
from io import BytesIO
from xml.sax.saxutils import escape

from tests.generator.layouts.grid import Cell

from .document import Document, Paragraph, Table
from .look import Look
from .templates import TEMPLATES, Template

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_TYPES = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_CONTENT_TYPES = (
    f'{_XML}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    f'<Override PartName="/word/document.xml" ContentType="{_TYPES}.document.main+xml"/>'
    f'<Override PartName="/word/styles.xml" ContentType="{_TYPES}.styles+xml"/>'
    f'<Override PartName="/word/footer1.xml" ContentType="{_TYPES}.footer+xml"/></Types>'
)
_PACKAGE = (
    f'{_XML}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    f'<Relationship Id="rId1" Type="{_RELATION}/officeDocument" Target="word/document.xml"/></Relationships>'
)
_PARTS = (
    f'{_XML}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    f'<Relationship Id="rId1" Type="{_RELATION}/styles" Target="styles.xml"/>'
    f'<Relationship Id="rId2" Type="{_RELATION}/footer" Target="footer1.xml"/></Relationships>'
)
#: Every file of the archive has this time, so that the same document is the same bytes.
_TIME = (2026, 1, 1, 0, 0, 0)


def docx(document: Document, template: Template = TEMPLATES[0]) -> bytes:
    """The file's bytes; the tables have the rules of the template."""
    files = {
        "[Content_Types].xml": _CONTENT_TYPES,
        "_rels/.rels": _PACKAGE,
        "word/_rels/document.xml.rels": _PARTS,
        "word/styles.xml": _styles(document.look),
        "word/footer1.xml": _footer(document.look),
        "word/document.xml": _body(document, template),
    }
    data = BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(zipfile.ZipInfo(name, _TIME), text, zipfile.ZIP_DEFLATED)
    return data.getvalue()


def _styles(look: Look) -> str:
    font = f'<w:rFonts w:ascii="{look.font}" w:hAnsi="{look.font}" w:eastAsia="{look.font}" w:cs="{look.font}"/>'
    return (
        f"{_XML}<w:styles {_W}><w:docDefaults><w:rPrDefault><w:rPr>{font}"
        f'<w:sz w:val="{look.body_size}"/><w:lang w:val="en-US" w:eastAsia="zh-CN"/></w:rPr></w:rPrDefault>'
        "</w:docDefaults></w:styles>"
    )


def _footer(look: Look) -> str:
    before, _, after = look.footer.partition("{}")
    number = (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve"> PAGE </w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>1</w:t></w:r>'
        '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )
    runs = _run(before) + number + _run(after) if look.footer else ""
    return f'{_XML}<w:ftr {_W}><w:p><w:pPr><w:jc w:val="center"/></w:pPr>{runs}</w:p></w:ftr>'


def _body(document: Document, template: Template) -> str:
    look = document.look
    width, height = (16838, 11906) if look.landscape else (11906, 16838)
    turned = ' w:orient="landscape"' if look.landscape else ""
    margins = " ".join(f'w:{side}="{look.margin}"' for side in ("top", "right", "bottom", "left"))
    section = (
        f'<w:sectPr><w:footerReference w:type="default" r:id="rId2"/><w:pgSz w:w="{width}" w:h="{height}"{turned}/>'
        f'<w:pgMar {margins} w:header="720" w:footer="720" w:gutter="0"/></w:sectPr>'
    )
    parts = [
        _paragraph(block) if isinstance(block, Paragraph) else _table(block, look, template)
        for block in document.blocks
    ]
    return f"{_XML}<w:document {_W} {_R}><w:body>{''.join(parts)}{section}</w:body></w:document>"


def _run(text: str, size: int = 0, bold: bool = False) -> str:
    if not text:
        return ""
    properties = ("<w:b/>" if bold else "") + (f'<w:sz w:val="{size}"/>' if size else "")
    inner = "<w:br/>".join(f'<w:t xml:space="preserve">{escape(line)}</w:t>' for line in text.split("\n"))
    return f"<w:r><w:rPr>{properties}</w:rPr>{inner}</w:r>"


def _paragraph(block: Paragraph) -> str:
    if block.kind == "title":
        return f'<w:p><w:pPr><w:jc w:val="center"/></w:pPr>{_run(block.text, 40, True)}</w:p>'
    first = '<w:pPr><w:ind w:firstLineChars="200" w:firstLine="640"/></w:pPr>'
    return f"<w:p>{first}{_run(block.text, bold=block.kind == 'heading')}</w:p>"


def _table(table: Table, look: Look, template: Template) -> str:
    borders = "".join(
        f'<w:{side} w:val="{template.line}" w:sz="{template.width}" w:space="0" w:color="000000"/>'
        for side in template.borders.split()
    )
    columns = "".join(f'<w:gridCol w:w="{width}"/>' for width in table.widths)
    rows = []
    open_cells: dict[int, tuple[int, Cell]] = {}
    for number, cells in enumerate(table.grid):
        rows.append(_row(table, look, cells, open_cells, head=number < table.head))
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{sum(table.widths)}" w:type="dxa"/><w:jc w:val="center"/>'
        f'<w:tblBorders>{borders}</w:tblBorders><w:tblLayout w:type="fixed"/>'
        '<w:tblCellMar><w:left w:w="60" w:type="dxa"/><w:right w:w="60" w:type="dxa"/></w:tblCellMar></w:tblPr>'
        f"<w:tblGrid>{columns}</w:tblGrid>{''.join(rows)}</w:tbl>"
    )


def _row(table: Table, look: Look, cells: list[Cell], open_cells: dict[int, tuple[int, Cell]], *, head: bool) -> str:
    """One row; ``open_cells`` are those of the rows above that reach into it, by column: rows left, and the cell."""
    properties = "<w:cantSplit/>" if look.keep_rows else ""
    properties += "<w:tblHeader/>" if head and look.repeat_header else ""
    written, column = [], 0
    waiting = list(cells)
    while column < len(table.widths):
        if column in open_cells:
            left, above = open_cells.pop(column)
            if left > 1:
                open_cells[column] = (left - 1, above)
            written.append(_cell(table, look, column, above, "continue"))
            column += above.cols
            continue
        if not waiting:
            break
        cell = waiting.pop(0)
        if cell.rows > 1:
            open_cells[column] = (cell.rows - 1, cell)
        written.append(_cell(table, look, column, cell, "restart" if cell.rows > 1 else ""))
        column += cell.cols
    return f"<w:tr><w:trPr>{properties}</w:trPr>{''.join(written)}</w:tr>"


def _cell(table: Table, look: Look, column: int, cell: Cell, merge: str) -> str:
    width = sum(table.widths[column : column + cell.cols])
    is_value = cell.kind == "value"
    span = f'<w:gridSpan w:val="{cell.cols}"/>' if cell.cols > 1 else ""
    merged = f'<w:vMerge w:val="{merge}"/>' if merge and (look.merge_groups or cell.kind == "head") else ""
    vertical = look.value_vertical if is_value else look.vertical
    align = {"value": look.value_align, "head": "center"}.get(cell.kind, look.label_align)
    text = "" if merge == "continue" else cell.text
    if look.broken_heads and cell.kind == "head" and cell.cols == 1 and len(text) in (4, 6):
        half = len(text) // 2
        text = f"{text[:half]}\n{text[half:]}"
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{span}{merged}<w:vAlign w:val="{vertical}"/></w:tcPr>'
        f'<w:p><w:pPr><w:jc w:val="{align}"/></w:pPr>{_run(text, look.table_size)}</w:p></w:tc>'
    )
