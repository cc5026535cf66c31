"""The official form matched to a document: which number stands in which cell.

A row is recognized by its label. Where labels are lost or stand elsewhere, it is recognized by the form's order, and
only if the form's sums agree. What cannot be recognized is named in ``Reading.findings`` and not loaded.

``label_runs`` cuts the document into labels and numbers. Each table has a module (``disclosure``, ``applications``,
``review``). ``columns`` says which number of a row stands in which column, and ``unused_numbers`` what became of every
number. Tables printed just as the form is are read in a shorter way, which finds the same (``exact_tables``).

Belongs here: putting the three tables together. Does not: spellings (``forms/labels``), what a cell's text means
(``cell_values``), whether the numbers that were read contradict each other (``rules``).
"""

from collections.abc import Container, Iterable, Iterator
from dataclasses import replace
from itertools import chain

from pipeline import forms
from pipeline.reader.document import Document, Row
from pipeline.reader.layouts import lines, tabs
from pipeline.reader.layouts.page_numbers import page_numbers
from pipeline.reader.tables.aligned_table import place_aligned_rows
from pipeline.reader.tables.applications import ApplicationsReading, read_applications
from pipeline.reader.tables.blank_table import read_blank_table
from pipeline.reader.tables.columns import geometry_of
from pipeline.reader.tables.cut_numbers import join_cut_numbers
from pipeline.reader.tables.detached_table import place_detached_rows
from pipeline.reader.tables.disclosure import DisclosureReading, read_disclosure
from pipeline.reader.tables.exact_tables import Tables, read_exact
from pipeline.reader.tables.exact_verified import compare, is_verified
from pipeline.reader.tables.grid_table import place_grid_rows
from pipeline.reader.tables.label_runs import PageMark, cut_into_runs
from pipeline.reader.tables.reading import FormCell, Reading, TableReading
from pipeline.reader.tables.review import ReviewReading, read_review
from pipeline.reader.tables.shared_rows import split_shared_rows
from pipeline.reader.tables.stacked_labels import place_cut_labels
from pipeline.reader.tables.stacked_table import is_placed, place_stacked_rows
from pipeline.reader.tables.unused_numbers import count_numbers


def match(document: Document) -> Reading:
    """Read the three tables of a document.

    Raises:
        ExactReadingError: with ``OGI_VERIFY=1``, tables printed as the form is were read in another way than others.
    """
    exact = read_exact(document)
    if exact is None:
        return general_reading(document)
    reading = _reading(exact)
    if is_verified():
        compare(reading, general_reading(document))
    return reading


def general_reading(document: Document) -> Reading:
    """Read the three tables of a document, in whatever way they are printed."""
    return _reading(_read(document))


def _read(document: Document) -> Tables:
    """Read tables that may be printed in any way."""
    pages = [] if document.rows_are_staged else page_numbers(document.lines)
    source = _unstacked(document, set(pages))
    rows = _placed(document, source)
    runs, page_marks = cut_into_runs(rows)
    page_marks += [PageMark(line, document.lines[line - 1].strip()) for line in pages]
    geometry = geometry_of(runs, len(forms.APPLICATION_COLUMNS))
    applications = read_applications(runs, geometry.spacing)
    if not applications.rows and not applications.findings:
        blank, regions = read_blank_table(document, {mark.line for mark in page_marks})
        applications = replace(applications, rows=blank, regions=regions or applications.regions)
    end = applications.spans[0].first if applications.spans else len(runs)
    empty_cells = geometry.empty_cells or any(map(is_placed, runs))
    disclosure = read_disclosure(runs, end, empty_cells, source, applications.regions)
    review = read_review(source, page_marks, document.lines)
    regions = [region for table in (applications, disclosure, review) for region in table.regions]
    numbers = count_numbers(document.rows, page_marks, _cells(applications, disclosure, review), regions)
    return Tables(applications, disclosure, review, numbers, page_marks)


def _reading(tables: Tables) -> Reading:
    applications, disclosure, review, numbers, page_marks = tables
    found: list[TableReading] = [applications, disclosure, review]
    return Reading(
        form=_form(applications.rows, disclosure),
        proactive=disclosure.cells,
        applications=applications.rows,
        review=review.rows,
        findings=[*chain.from_iterable(table.findings for table in found), *numbers.findings],
        layouts=frozenset().union(*(table.layouts for table in found)),
        digits=numbers.printed,
        digits_used=numbers.used,
        page_marks=[mark.line for mark in page_marks],
        regions=[region for table in found for region in table.regions],
        spans=applications.regions,
        unused_rows=numbers.unused_rows,
    )


def _unstacked(document: Document, pages: Container[int]) -> list[Row]:
    """The document's rows without its page numbers, those of stacks of cells as rows of one cell or of all."""
    rows = document.rows
    if document.rows_are_staged:
        return rows
    if pages:
        rows = [row for row in rows if row.line not in pages]
    if any(row.layout == tabs.NAME for row in rows):
        rows = list(tabs.unstacked(rows))
    return place_stacked_rows(join_cut_numbers(lines.with_points(list(lines.with_numberings(rows)))))


def _placed(document: Document, rows: list[Row]) -> list[Row]:
    """The rows, with table three's as rows of the form where the text as a whole shows which they are."""
    if not document.rows_are_staged:
        rows = place_aligned_rows(document, rows)
    rows = place_grid_rows(split_shared_rows(rows))
    return place_cut_labels(document, place_detached_rows(document, rows))


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
