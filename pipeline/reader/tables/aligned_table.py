"""Table three of aligned text, read by where its labels and numbers stand on the page.

A label and its numbers share their lines: whether the numbers stand on the label's first line, in its middle or on its
last, no other row's label takes up that line. So each line of numbers belongs to the one label whose lines it is among.
A line with all seven numbers needs no more; in one with blank cells, each number is in the column above or below which
it stands, on the same page.

Belongs here: lines to rows of the form, whose cells are then known (``Row.item``). What is not certain becomes an
unreadable cell, never a guess. Does not: pieces of labels (``wrapped_labels``), text columns (``page_columns``).
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from pipeline.forms.skeleton import skeleton
from pipeline.reader.document import Document, Row
from pipeline.reader.layouts import aligned
from pipeline.reader.tables import cell_values, page_columns
from pipeline.reader.tables.page_columns import WIDTH, Line, PageColumns, Token
from pipeline.reader.tables.row_labels import official_label
from pipeline.reader.tables.row_sums import adds_up
from pipeline.reader.tables.wrapped_labels import LabelSpan, LabelSpans, Piece, find_spans

_HEADING = re.compile("收到和处理.{0,10}申请")
_HEADER = re.compile("申请人情况|自然人")
#: What stands behind the table.
_BEHIND = re.compile("[四4]?(?:因|被)?.{0,14}行政复议.{0,8}行政诉讼|结果维持|未经复议|存在的?.{0,4}问题")
#: How the first row's label begins, whatever its line's end leaves of it.
_FIRST_ROW = re.compile("一?本年度?新收|一本年?度?$|一?本年度?新$")
#: The table's first row stands so many lines behind its heading at the most, and its last so many behind its first.
_MOST_BEFORE, _MOST_LINES = 60, 700
#: So many of the form's rows must be found, or the lines are something else; finding each may cost so much.
_LEAST_ROWS, _MOST_COST = 12, 2.0
#: Headers repeated on a page stand within so many lines of its top.
_HEADER_LINES = 16
#: A page number; a bare one is only believed beside an empty line, since a cell may stand alone too.
_PAGE_NUMBER = re.compile(
    r"\f*\s*(?:[-—–―‐－]+\s*\d{1,4}\s*[-—–―‐－]+|第\s*\d{1,4}\s*页(?:\s*[/,，]?\s*共\s*\d{1,4}\s*页)?|P\.? ?\d{1,4}"
    r"|\d{1,4}\s*/\s*\d{1,4})\s*"
)
_BARE_NUMBER = re.compile(r"\f*\s*\d{1,4}\s*")


@dataclass(slots=True)
class _Page:
    """Lines of the table on one page, and what is known of its columns."""

    lines: list[Line]
    zone: float
    order: list[int] | None
    columns: PageColumns | None


@dataclass(slots=True)
class _NumberLine:
    """What stands in the number columns of a line; ``folded``: where the line before it was cut, in no columns."""

    number: int
    values: list[Token]
    page: _Page
    folded: bool = False


def place_aligned_rows(document: Document) -> list[Row]:
    """The document's rows, with those of each aligned table three replaced by the form's rows."""
    rows = document.rows
    if document.rows_are_staged or not any(row.layout == aligned.NAME for row in rows):
        return rows
    for head, body in _tables(document.lines):
        found = _read(head, body, document.lines)
        if found:
            first, last = found[0].line, found[-1].line
            first = min(first, body[0].number)
            last = max(last, *(max(row.lines or [row.line]) for row in found))
            kept = [row for row in rows if row.line < first or row.line > last or _is_mark(document.lines, row.line)]
            rows = sorted([*kept, *found], key=lambda row: row.line)
    return rows


def _is_mark(source: Sequence[str], number: int) -> bool:
    """Whether a line holds a page number alone."""
    text = source[number - 1]
    if _BARE_NUMBER.fullmatch(text):
        return "\f" in text or not all(line.strip() for line in source[max(0, number - 2) : number + 1])
    return _PAGE_NUMBER.fullmatch(text) is not None


def _tables(source: Sequence[str]) -> Iterator[tuple[list[Line], list[Line]]]:
    """The lines of each table's head, and from its first label up to what stands behind the table."""
    at = 0
    while at < len(source):
        begin = next((n for n in range(at, len(source)) if _HEADING.search("".join(source[n].split()))), None)
        if begin is None:
            begin = next((n for n in range(at, len(source)) if _HEADER.search("".join(source[n].split()))), None)
        if begin is None:
            return
        first = next((n for n in range(begin + 1, min(begin + _MOST_BEFORE, len(source))) if _begins(source[n])), None)
        at = begin + 1
        if first is None:
            continue
        last = next((n for n in range(first, min(first + _MOST_LINES, len(source))) if _is_behind(source[n])), None)
        last = min(first + _MOST_LINES, len(source)) if last is None else last
        if any("\t" in line or "|" in line for line in source[first:last]):
            continue
        lines = [_lines(source, begin + 1, last, wide=wide) for wide in (False, True)]
        body = [each[first - begin - 1 :] for each in lines]
        best = 1 if page_columns.places(body[1]) < page_columns.places(body[0]) else 0
        yield lines[best][: first - begin - 1], body[best]
        at = last


def _lines(source: Sequence[str], begin: int, end: int, *, wide: bool) -> list[Line]:
    return [Line(n + 1, page_columns.tokens(source[n], wide)) for n in range(begin, end)]


def _begins(text: str) -> bool:
    """Whether a line begins with the first row's label."""
    words = text.split()
    return bool(words) and _FIRST_ROW.match(skeleton("".join(words[:2]))) is not None


def _is_behind(text: str) -> bool:
    return _BEHIND.search("".join(text.split())) is not None


def _read(head: list[Line], body: list[Line], source: Sequence[str]) -> list[Row]:
    """The form's rows among the table's lines; empty where too little of the form is found."""
    pages = _pages(head, body, source)
    pieces: list[Piece] = []
    numbers: list[_NumberLine] = []
    for page in pages:
        for line in page.lines:
            words = [token for token in line.tokens if token.start < page.zone - 1]
            if words and all(map(page_columns.is_number, line.tokens)):
                numbers.append(_NumberLine(line.number, line.tokens, page, folded=True))
                continue
            values = line.tokens[len(words) :]
            pieces += [Piece(text, line.number) for word in words if (text := skeleton(word.text))]
            if values:
                numbers.append(_NumberLine(line.number, values, page))
    spans = _best(pieces) if _is_aligned(numbers) else None
    return [] if spans is None else list(_rows(spans, numbers))


def _is_aligned(numbers: Sequence[_NumberLine]) -> bool:
    """Whether numbers stand side by side, so that the lines are no stack of cells."""
    beside = sum(len(line.values) > 1 for line in numbers)
    return beside * 2 > len(numbers)


def _best(pieces: Sequence[Piece]) -> LabelSpans | None:
    """The labels of the form that fits the pieces better; None if neither does."""
    found = [find_spans(pieces, "2021")]
    if found[0].cost:
        found.append(find_spans(pieces, "2019"))
    best = min(found, key=lambda spans: spans.cost)
    if len(best.spans) < _LEAST_ROWS or best.cost > _MOST_COST * len(best.spans):
        return None
    return best


def _pages(head: list[Line], body: list[Line], source: Sequence[str]) -> list[_Page]:
    """The table's lines by page, without page numbers and the headers that a page repeats at its top."""
    groups: list[list[Line]] = [[]]
    for line in body:
        is_mark = _is_mark(source, line.number)
        if is_mark or (line.tokens and line.tokens[0].text.startswith("\f")):
            groups.append([])
        if line.tokens and not is_mark:
            groups[-1].append(line)
    pages = []
    for number, group in enumerate(groups):
        header, lines = (head, group) if number == 0 else _cut_header(group)
        headers = page_columns.headers_of(header)
        order = page_columns.printed_order(headers)
        if order is None or (pages and number and not headers):
            order = pages[-1].order if pages else None
        columns = page_columns.columns_from(lines, headers, order) if order is not None else None
        if columns is None and pages and pages[-1].columns is not None:
            before = pages[-1]
            columns = before.columns if page_columns.continues(before.columns, before.lines, lines) else None
        pages.append(_Page(lines, page_columns.zone_of(lines), order, columns))
    return pages


def _cut_header(lines: list[Line]) -> tuple[list[Line], list[Line]]:
    """The headers at a page's top, if it repeats them, and the lines behind them."""
    top = lines[:_HEADER_LINES]
    if not any(_HEADER.search("".join(token.text for token in line.tokens)) for line in top):
        return [], lines
    first = next((n for n, line in enumerate(top) if page_columns.numbers_behind(line)), len(top))
    return lines[:first], lines[first:]


def _rows(spans: LabelSpans, numbers: list[_NumberLine]) -> Iterator[Row]:
    """A row of the form for each label, with its cells; subtotals in the head of a group are left out."""
    owned: dict[int, list[_NumberLine]] = {}
    loose: list[_NumberLine] = []
    end = spans.spans[-1].last
    for line in numbers:
        owners = [n for n, span in enumerate(spans.spans) if span.first <= line.number <= span.last]
        if len(owners) == 1:
            owned.setdefault(owners[0], []).append(line)
        elif before := _piece_of(line, spans.spans, owned):
            owned[before].append(line)
        elif line.number not in spans.group_lines and line.number <= end + 1:
            loose.append(line)
    for number, span in enumerate(spans.spans):
        yield _row(span, owned.get(number, []), _beside(spans.spans, number, loose))


def _piece_of(line: _NumberLine, spans: list[LabelSpan], owned: dict[int, list[_NumberLine]]) -> int | None:
    """The row whose numbers go on in a line right below, as digits do that a narrow cell has cut; None if none."""
    above = [number for number, lines in owned.items() if lines[-1].number == line.number - 1]
    return above[-1] if above and spans[above[-1]].last < line.number else None


def _beside(spans: list[LabelSpan], number: int, loose: list[_NumberLine]) -> list[_NumberLine]:
    """The lines of numbers that stand among no label's lines, between a label and its neighbours."""
    before = spans[number - 1].last if number else spans[number].first - 2
    behind = spans[number + 1].first if number + 1 < len(spans) else spans[number].last + 2
    return [line for line in loose if before < line.number < behind]


def _row(span: LabelSpan, lines: list[_NumberLine], beside: list[_NumberLine]) -> Row:
    cells = _cells(lines) if lines else [("", span.first)] * WIDTH
    known = cells is not None and (bool(lines) or not beside)
    if cells is None or not known:
        cells = [(token.text, line.number) for line in lines or beside for token in line.values]
    texts, numbers = [text for text, _ in cells], [number for _, number in cells]
    return Row(
        numbers[0],
        [official_label(span.item), *texts],
        aligned.NAME,
        [numbers[0], *numbers],
        item=span.item,
        columns_are_known=known,
    )


def _cells(lines: list[_NumberLine]) -> list[tuple[str, int]] | None:
    """The seven cells of a row, each with its line; None where it is not certain which number stands in which."""
    if not lines:
        return []
    page = lines[0].page
    if page.order is None or any(line.page is not page for line in lines):
        return None
    if any(line.folded for line in lines):
        return _folded_cells(lines)
    values = sorted(
        ((token, line.number) for line in lines for token in line.values), key=lambda value: value[0].centre
    )
    if len(values) == WIDTH and (len(lines) == 1 or _stand_apart([token for token, _ in values])):
        columns: list[int] | None = list(range(WIDTH))
    else:
        columns = page.columns.of([token for token, _ in values]) if page.columns else None
    if columns is None:
        return None
    blank = ("", lines[0].number)
    cells = [blank] * WIDTH
    for column, (token, number) in zip(columns, values, strict=True):
        cells[page.order[column]] = (token.text, number)
    return cells


def _folded_cells(lines: list[_NumberLine]) -> list[tuple[str, int]] | None:
    """The cells of a row whose line was cut and goes on in the next: if they are seven, and add up."""
    cells = [(token.text, line.number) for line in lines for token in line.values]
    numbers = [value.number for text, _ in cells if (value := cell_values.parse(text)) is not None]
    is_sure = len(numbers) == len(cells) == WIDTH and None not in numbers and adds_up(numbers) and numbers[-1]
    return cells if is_sure and lines[0].page.order == list(range(WIDTH)) else None


def _stand_apart(values: Sequence[Token]) -> bool:
    return all(before.end < after.start for before, after in pairwise(values))
