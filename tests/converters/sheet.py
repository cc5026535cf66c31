"""A document as a spreadsheet (.xlsx): a paragraph a row, cells in the columns of their tables, merged as they span."""

from io import BytesIO

import xlsxwriter

from .document import Document, Paragraph, Table


def xlsx(document: Document) -> bytes:
    """The file's bytes. What looks like a whole number is one, as somebody types it."""
    data = BytesIO()
    book = xlsxwriter.Workbook(data, {"in_memory": True})
    sheet = book.add_worksheet()
    at = 0
    for block in document.blocks:
        if isinstance(block, Paragraph):
            sheet.write_string(at, 0, block.text)
            at += 1
        else:
            _write_table(sheet, block, at)
            at += len(block.grid)
    book.close()
    return data.getvalue()


def _write_table(sheet: xlsxwriter.workbook.Worksheet, table: Table, first: int) -> None:
    taken: set[tuple[int, int]] = set()
    for at, cells in enumerate(table.grid, first):
        column = 0
        for cell in cells:
            while (at, column) in taken:
                column += 1
            if cell.cols > 1 or cell.rows > 1:
                sheet.merge_range(at, column, at + cell.rows - 1, column + cell.cols - 1, "")
            is_number = cell.text.isascii() and cell.text.isdecimal() and str(int(cell.text)) == cell.text
            if is_number:
                sheet.write_number(at, column, int(cell.text))
            elif cell.text:
                sheet.write_string(at, column, cell.text)
            taken |= {(at + down, column + right) for down in range(cell.rows) for right in range(cell.cols)}
            column += cell.cols
