"""Lay the official form over a document's runs: which number stands in which cell.

A row is placed by its label. Where labels are lost or stand elsewhere, the form's order places it, and only if the
form's sums agree; what cannot be placed is named in ``Reading.findings`` and not loaded.

One module a table (``disclosure``, ``applications``, ``review``), ``fit`` for the cells of a row, ``account``
for what became of every number. Belongs here: placing. Does not: spellings (``labels``), what a cell's text
means (``values``), whether the placed numbers contradict each other (``rules``).
"""

from pipeline import forms
from pipeline.reader.document import Document
from pipeline.reader.tables.applications import read_applications
from pipeline.reader.tables.columns import habits
from pipeline.reader.tables.disclosure import read_disclosure
from pipeline.reader.tables.label_runs import runs_of
from pipeline.reader.tables.reading import Reading
from pipeline.reader.tables.review import read_review
from pipeline.reader.tables.unused_numbers import account


def match(document: Document) -> Reading:
    """Read the three tables of a document."""
    found = runs_of(document.rows)
    reading = Reading()
    known = habits(found.runs, len(forms.APPLICATION_COLUMNS))
    stretches = read_applications(found.runs, known, reading)
    whole = len(found.runs)
    read_disclosure(found.runs, stretches[0][0] if stretches else whole, known, reading)
    # Table four stands behind table three, or behind one of its copies; anywhere, where there is no table three.
    begins = [last for _, last in stretches] or [0]
    ends = [*[first for first, _ in stretches[1:]], whole]
    for begin, end in zip(begins, ends, strict=True):
        if not reading.review:
            read_review(found.runs[begin:end], reading)
    reading.form = _form(reading)
    reading.page_marks = [line for line, _ in found.page_marks]
    account(document.rows, found.page_marks, reading)
    return reading


def _form(reading: Reading) -> str | None:
    """The form that the tables' labels are of; None when no label that was found is of one form only."""
    seen: set[str] = set()
    for key in reading.proactive:
        on = forms.disclosure_items()[key].forms
        seen |= set(on) if len(on) == 1 else set()
    for item in reading.applications:
        on = forms.application_items()[item].forms
        seen |= set(on) if len(on) == 1 else set()
    seen |= reading.header_forms
    return "hybrid" if len(seen) > 1 else next(iter(seen), None)
