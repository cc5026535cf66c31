"""Table three of which nothing but its labels is printed: an agency without a single application leaves it blank.

Such a table is blank, and not unread. It is believed only where the rows of a form are printed under the table's
heading and nothing that could be a number, or a mark for one, stands among them. A few labels may be in pieces that
nobody can put together: their rows are blank like the others.

Belongs here: the table as a whole. A blank row among others is read with its neighbours (``applications``).
"""

import re

from pipeline import forms
from pipeline.forms import APPLICATION_COLUMNS
from pipeline.reader.document import Document
from pipeline.reader.tables.application_cells import Table
from pipeline.reader.tables.cell_values import BLANK
from pipeline.reader.tables.detached_table import regions
from pipeline.reader.tables.label_runs import PAGE_MARK
from pipeline.reader.tables.printed_labels import printed_items
from pipeline.reader.tables.reading import FormCell, FormRow, Region

#: The numbers that labels begin with.
_NUMBERING = re.compile(r"(?<!\d)[1-8]\s*[.、．]|[（(]\s*[1-8]\s*[)）]")
#: What may be a number, a mark for none, or the reason why there is none.
_VALUE = re.compile(r"[0-9０-９〇○oO/／]|(?<![\u4e00-\u9fff)）])[无零](?![\u4e00-\u9fff])|[-—–－]|见附|附件|不详")
#: So many rows of the form are printed, of 23 or 25.
_LEAST_PRINTED = 18
_NOTHING: tuple[Table, list[Region]] = {}, []


def read_blank_table(document: Document, page_marks: set[int]) -> tuple[Table, list[Region]]:
    """The rows of a blank table and its region, if there is one; ``page_marks`` are the lines of page numbers."""
    for first, last in regions(document.lines):
        inside = [row for row in document.rows if first < row.line <= last and row.line not in page_marks]
        rows = [row for row in inside if not PAGE_MARK.fullmatch(" ".join(row.cells))]
        if any(_VALUE.search(_NUMBERING.sub("", cell)) for row in rows for cell in row.cells):
            continue
        printed = printed_items(rows, forms.application_items(), [Region(first, last)])
        # The newer form has all labels of the older one, as heads of its groups.
        form = min(("2021", "2019"), key=lambda form: len(set(forms.application_rows(form)) - printed.keys()))
        if len(printed.keys() & set(forms.application_rows(form))) < _LEAST_PRINTED:
            continue
        cells = {item: FormCell(BLANK, printed.get(item, first)) for item in forms.application_rows(form)}
        table = {item: FormRow(item, dict.fromkeys(APPLICATION_COLUMNS, cell)) for item, cell in cells.items()}
        return table, [Region(first, last)]
    return _NOTHING
