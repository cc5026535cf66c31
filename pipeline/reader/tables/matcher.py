"""The official form matched to a document: which number stands in which cell.

A row is recognized by its label. Where labels are lost or stand elsewhere, it is recognized by the form's order, and
only if the form's sums agree. What cannot be recognized is named in ``Reading.findings`` and not loaded.

``label_runs`` cuts the document into labels and numbers. Each table has a module (``disclosure``, ``applications``,
``review``). ``columns`` says which number of a row stands in which column, and ``unused_numbers`` what became of every
number.

Belongs here: putting the three tables together. Does not: spellings (``forms/labels``), what a cell's text means
(``cell_values``), whether the numbers that were read contradict each other (``rules``).
"""

from collections.abc import Iterable, Iterator
from itertools import chain

from pipeline import forms
from pipeline.reader.document import Document
from pipeline.reader.tables.applications import ApplicationsReading, Span, read_applications
from pipeline.reader.tables.columns import geometry_of
from pipeline.reader.tables.disclosure import DisclosureReading, read_disclosure
from pipeline.reader.tables.label_runs import LabelRun, cut_into_runs
from pipeline.reader.tables.reading import FormCell, Reading, TableReading
from pipeline.reader.tables.review import ReviewReading, read_review
from pipeline.reader.tables.unused_numbers import count_numbers


def match(document: Document) -> Reading:
    """Read the three tables of a document."""
    runs, page_marks = cut_into_runs(document.rows)
    geometry = geometry_of(runs, len(forms.APPLICATION_COLUMNS))
    applications = read_applications(runs, geometry.spacing)
    end = applications.spans[0].first if applications.spans else len(runs)
    disclosure = read_disclosure(runs, end, geometry.empty_cells, document.rows, applications.regions)
    reviews = list(_read_reviews(runs, applications.spans))
    review = reviews[-1]
    tables: list[TableReading] = [applications, disclosure, *reviews]
    regions = [region for table in tables for region in table.regions]
    numbers = count_numbers(document.rows, page_marks, _cells(applications, disclosure, review), regions)
    return Reading(
        form=_form(applications.rows, disclosure),
        proactive=disclosure.cells,
        applications=applications.rows,
        review=review.rows,
        findings=[*chain.from_iterable(table.findings for table in tables), *numbers.findings],
        layouts=frozenset().union(*(table.layouts for table in tables)),
        digits=numbers.printed,
        digits_used=numbers.used,
        page_marks=[mark.line for mark in page_marks],
        regions=regions,
    )


def _read_reviews(runs: list[LabelRun], spans: list[Span]) -> Iterator[ReviewReading]:
    """What is found of table four behind each copy of table three, up to the first that has it.

    It may stand anywhere where there is no table three.
    """
    begins = [span.end for span in spans] or [0]
    ends = [*[span.first for span in spans[1:]], len(runs)]
    for begin, end in zip(begins, ends, strict=True):
        review = read_review(runs[begin:end])
        yield review
        if review.rows:
            return


def _cells(
    applications: ApplicationsReading, disclosure: DisclosureReading, review: ReviewReading
) -> Iterator[FormCell]:
    """The cells of all tables."""
    rows = (*applications.rows.values(), *review.rows.values())
    return chain(chain.from_iterable(row.cells.values() for row in rows), disclosure.cells.values())


def _form(items: Iterable[str], disclosure: DisclosureReading) -> str | None:
    """The form that the tables' labels are of; None when no label that was found is of one form only."""
    application_items, disclosure_items = forms.application_items(), forms.disclosure_items()
    labelled = {application_items[item].forms for item in items}
    labelled |= {disclosure_items[key].forms for key in disclosure.cells}
    seen = disclosure.header_forms.union(*(on for on in labelled if len(on) == 1))
    return "hybrid" if len(seen) > 1 else next(iter(seen), None)
