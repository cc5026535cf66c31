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
from dataclasses import replace
from itertools import pairwise, product

from pipeline.forms.skeleton import skeleton
from pipeline.reader.document import Document, Row
from pipeline.reader.layouts import aligned, flat
from pipeline.reader.tables import page_columns
from pipeline.reader.tables.aligned_cells import NumberLine, Page, RowCells, cells_of, choices_of
from pipeline.reader.tables.number_lines import OwnedLines, own_lines
from pipeline.reader.tables.page_columns import WIDTH, Line, Token
from pipeline.reader.tables.proved_rows import prove
from pipeline.reader.tables.row_labels import official_label
from pipeline.reader.tables.wrapped_labels import LabelSpan, LabelSpans, Piece, find_spans

_LAYOUTS = frozenset({aligned.NAME, flat.NAME})
HEADING = re.compile("收到和处理.{0,10}申请")
_HEADER = re.compile("申请人情况|自然人")
#: All words of the table's headers, in which each piece of one is found.
HEADER_WORDS = (
    "本列数据的勾稽关系为第一项加第二项之和等于第三项加第四项之和 申请人情况 自然人 法人或其他组织 总计 "
    "商业企业 科研机构 社会公益组织 法律服务机构 其他"
)
#: The note beside the headers, and how it ends.
_NOTE, _NOTE_END = "本列数据的勾稽关系为第一项加第二项之和等于第三项加第四项之和", "项之和"
#: Letters of all its headers; narrow columns leave one a line.
_LETTERS_OF_HEADER = frozenset("自然商企科研法律总计")
#: What stands behind the table.
BEHIND = re.compile("[四4]?(?:因|被)?.{0,14}行政复议.{0,8}行政诉讼|结果维持|未经复议|存在的?.{0,4}问题")
#: How the first row's label begins, whatever its line's end leaves of it.
_FIRST_ROW = re.compile(r"\d{0,2}(?:一?本年度?新收|一本年?度?$|一?本年度?新$)")
#: The table's first row stands so many lines behind its heading at the most, and its last so many behind its first.
_MOST_BEFORE, _MOST_LINES = 60, 700
#: So many of the form's rows must be found, or the lines are something else; finding each may cost so much.
_LEAST_ROWS, _MOST_COST = 12, 2.0
#: So many lines of the text must be aligned.
_LEAST_ALIGNED = 3
#: Numbers of lines have no more digits.
_MOST_DIGITS = 4
#: Headers repeated on a page stand within so many lines of its top.
_HEADER_LINES = 16
#: A page number; a bare one is only believed beside empty lines, since a cell may stand alone too.
_PAGE_NUMBER = re.compile(
    r"\f*\s*(?:[-—–―‐－]+\s*\d{1,4}\s*[-—–―‐－]+|第\s*\d{1,4}\s*页(?:\s*[/,，]?\s*共\s*\d{1,4}\s*页)?|P\.? ?\d{1,4}"
    r"|\d{1,4}\s*/\s*\d{1,4})\s*"
)
_EMPTY_LINES = 2
_BARE_NUMBER = re.compile(r"\f*\s*\d{1,4}\s*")


def place_aligned_rows(document: Document, rows: list[Row]) -> list[Row]:
    """The document's ``rows``, with those of each aligned table three replaced by the form's rows."""
    if sum(row.layout in _LAYOUTS for row in rows) < _LEAST_ALIGNED:
        return rows
    for head, body in _tables(document.lines, document.plain):
        found = _with_joined(_read(head, body, document.lines), rows)
        if found:
            first, last = found[0].line, found[-1].line
            first = min(first, body[0].number)
            last = max(last, *(max(row.lines or [row.line]) for row in found))
            kept = [row for row in rows if row.line < first or row.line > last or _is_mark(document.lines, row.line)]
            rows = sorted([*kept, *found], key=lambda row: row.line)
    return rows


def _with_joined(found: list[Row], rows: Sequence[Row]) -> list[Row]:
    """The form's rows, with the cells of those that were put together from flattened lines (``cut_numbers``)."""
    joined = {row.line: row for row in rows if row.layout == flat.NAME and row.lines}
    if not joined:
        return found
    whole = {row.line: joined.get(row.line) for row in found if not row.columns_are_known}
    return [
        row
        if (parts := whole.get(row.line)) is None
        else replace(
            row,
            cells=[row.cells[0], *parts.cells[-WIDTH:]],
            lines=[row.line, *(parts.lines or [])[-WIDTH:]],
            columns_are_known=True,
            joined=True,
        )
        for row in found
    ]


def _is_mark(source: Sequence[str], number: int) -> bool:
    """Whether a line holds a page number alone."""
    text = source[number - 1]
    if _BARE_NUMBER.fullmatch(text):
        around = [source[max(0, number - 1 - _EMPTY_LINES) : number - 1], source[number : number + _EMPTY_LINES]]
        return "\f" in "".join(source[number - 1 : number + 1]) or any(not "".join(lines).strip() for lines in around)
    return _PAGE_NUMBER.fullmatch(text) is not None


def _tables(source: Sequence[str], plain: Sequence[str]) -> Iterator[tuple[list[Line], list[Line]]]:
    """The lines of each table's head, and from its first label up to what stands behind the table.

    ``plain`` are the lines in plain form; those of a table with pipes between its cells are not aligned.
    """
    at = 0
    while at < len(source):
        begin = next((n for n in range(at, len(source)) if HEADING.search("".join(source[n].split()))), None)
        if begin is None:
            begin = next((n for n in range(at, len(source)) if _HEADER.search("".join(source[n].split()))), None)
        if begin is None:
            return
        first = next((n for n in range(begin + 1, min(begin + _MOST_BEFORE, len(source))) if begins(source[n])), None)
        at = begin + 1
        if first is None:
            continue
        last = next((n for n in range(first, min(first + _MOST_LINES, len(source))) if _is_behind(source[n])), None)
        last = min(first + _MOST_LINES, len(source)) if last is None else last
        while first > begin + 1 and _is_number_line(source[first - 1]):
            first -= 1  # digits above the first row's, which a narrow cell has cut
        if any("\t" in line or "|" in line for line in source[first:last]):
            continue
        if any(line.startswith("| ") for line in plain[first:last]):
            continue
        head = first - begin - 1
        lines = _lines(source, begin + 1, last, wide=False)
        if (places := page_columns.places(lines[head:])) > WIDTH:
            wide = _lines(source, begin + 1, last, wide=True)
            lines = wide if page_columns.places(wide[head:]) < places else lines
        yield lines[:head], lines[head:]
        at = last


def _lines(source: Sequence[str], begin: int, end: int, *, wide: bool) -> list[Line]:
    lines = [Line(n + 1, page_columns.tokens(source[n], wide)) for n in range(begin, end)]
    filled = [line for line in lines if line.tokens]
    numbered = sum(before + 1 == after for before, after in pairwise(map(_first_number, filled)))
    if numbered * 2 < len(filled):
        return lines
    # A program that prints a table has numbered its lines.
    return [line if _first_number(line) < 0 else Line(line.number, line.tokens[1:]) for line in lines]


def _first_number(line: Line) -> int:
    """The number that a line begins with; -2 if it begins with something else."""
    first = line.tokens[0].text if line.tokens else ""
    return int(first) if first.isdecimal() and first.isascii() and len(first) <= _MOST_DIGITS else -2


def begins(text: str) -> bool:
    """Whether a line begins with the first row's label."""
    words = text.split()
    return bool(words) and _FIRST_ROW.match(skeleton("".join(words[:2]))) is not None


def _is_number_line(text: str) -> bool:
    found = page_columns.tokens(text, wide=False)
    return bool(found) and all(map(page_columns.is_number, found))


def _is_behind(text: str) -> bool:
    return BEHIND.search("".join(text.split())) is not None


def _read(head: list[Line], body: list[Line], source: Sequence[str]) -> list[Row]:
    """The form's rows among the table's lines; empty where too little of the form is found."""
    pages = _pages(head, body, source)
    pieces: list[Piece] = []
    numbers: list[NumberLine] = []
    for page in pages:
        edge = page_columns.label_place(page.lines)
        for line in page.lines:
            words, values = page_columns.split_line(line, page.zone)
            texts = dict.fromkeys(_letters(word) for word in words)  # spans repeat their label
            pieces += [Piece(text, line.number) for text in texts if text]
            if values:
                folded = not words and edge is not None and values[0].start <= edge
                numbers.append(NumberLine(line.number, values, page, folded=folded, alone=not words))
    spans = _best(pieces) if _is_aligned(numbers) else None
    if spans is None:
        return []
    owned = own_lines(spans.spans, numbers)
    if not _has_places(body) and any(len(line.values) >= WIDTH for line in owned.beside_labels):
        return []  # numbers that stand in no columns are only read from the lines of their labels
    return list(_rows(spans, owned))


def _letters(word: Token) -> str:
    """The letters of a piece of a label, without the end of the headers' note that may be glued to it."""
    if word.text in page_columns.NOTHING:
        return ""
    text = skeleton(word.text)
    end = text.find(_NOTE_END) + len(_NOTE_END)
    if end < len(_NOTE_END):
        return text
    begin = next(at for at in range(end) if _NOTE.endswith(text[at:end]))
    return text[:begin] + text[end:]


def _has_places(lines: Sequence[Line]) -> bool:
    """Whether words and numbers stand in columns: most gaps between numbers are wider than one blank."""
    gaps = [after.start - before.end for line in lines for before, after in pairwise(page_columns.numbers_behind(line))]
    return sum(gap > 1 for gap in gaps) * 2 > len(gaps)


def _is_aligned(numbers: Sequence[NumberLine]) -> bool:
    """Whether numbers stand side by side, so that the lines are no stack of cells."""
    beside = sum(len(line.values) > 1 for line in numbers)
    return beside * 3 > len(numbers)


def _best(pieces: Sequence[Piece]) -> LabelSpans | None:
    """The labels of the form that fits the pieces better; None if neither does."""
    best = find_spans(pieces, "2021")
    if best.cost:
        best = min(best, find_spans(pieces, "2019"), key=lambda spans: spans.cost)
    if len(best.spans) < _LEAST_ROWS or best.cost > _MOST_COST * len(best.spans):
        return None
    return best


def _pages(head: list[Line], body: list[Line], source: Sequence[str]) -> list[Page]:
    """The table's lines by page, without page numbers and the headers that a page repeats at its top."""
    pages: list[Page] = []
    for header, lines in _groups(head, body, source):
        headers = page_columns.headers_of(header)
        has_places = _has_places(lines)
        order = page_columns.printed_order(header, headers)
        if order != sorted(order or ()) and not has_places:
            order = None  # in another order, and it cannot be seen in which
        if pages and (order is None or not headers):
            order = pages[-1].order
        columns = page_columns.columns_from(lines, headers, order) if order is not None and has_places else None
        if columns is None and pages and (known := pages[-1].columns) is not None:
            columns = known if page_columns.continues(known, pages[-1].lines, lines) else None
        has_more = page_columns.names_more(header) or bool(pages and not headers and pages[-1].has_more)
        zone = page_columns.zone_of(lines)
        pages.append(Page(lines, zone, order, columns, has_places, _is_full(lines), has_more))
    return pages


def _is_full(lines: Sequence[Line]) -> bool:
    """Whether a quarter of the lines with several numbers have all of a row: then zeros are printed."""
    counts = [len(found) for line in lines if len(found := page_columns.numbers_behind(line)) > 1]
    return sum(count == WIDTH for count in counts) * 4 >= len(counts)


def _groups(head: list[Line], body: list[Line], source: Sequence[str]) -> Iterator[tuple[list[Line], list[Line]]]:
    """The headers and the lines of each page: a page begins behind a page number, or with headers that it repeats."""
    header, lines = head, list[Line]()
    at = 0
    while at < len(body):
        line = body[at]
        repeated = _repeated_header(body[at : at + _HEADER_LINES]) if line.tokens else []
        if repeated or _is_mark(source, line.number) or "\f" in source[line.number - 1]:
            if lines:
                yield header, lines
            header, lines = repeated, []
            at += len(repeated)
            if repeated:
                continue
        if line.tokens and not _is_mark(source, line.number):
            lines.append(line)
        at += 1
    yield header, lines


def _repeated_header(lines: list[Line]) -> list[Line]:
    """The lines at the beginning of some that are the table's headers: from 申请人情况 to 其他, or less; else none."""
    end = next((n for n, line in enumerate(lines) if not _is_of_header(line)), len(lines))
    letters = {letter for line in lines[:end] for token in line.tokens for letter in token.text}
    return lines[:end] if letters >= _LETTERS_OF_HEADER else []


def _is_of_header(line: Line) -> bool:
    """Whether all words of a line are pieces of the table's headers."""
    return all(skeleton(token.text) in HEADER_WORDS for token in line.tokens)


def _rows(spans: LabelSpans, owned: OwnedLines) -> Iterator[Row]:
    """A row of the form for each label, with its cells; subtotals in the head of a group are left out."""
    cells = {n: cells_of(lines) for n, lines in owned.lines.items() if n not in owned.doubtful}
    proved = _proved(spans.spans, owned, cells)
    for number, span in enumerate(spans.spans):
        beside = _beside(spans.spans, number, owned.loose)
        found = proved.get(number) or cells.get(number)
        is_doubtful = number in owned.doubtful and number not in proved
        yield _row(span, owned.lines.get(number, []), beside, found, is_doubtful=is_doubtful)


def _proved(spans: list[LabelSpan], owned: OwnedLines, cells: dict[int, RowCells | None]) -> dict[int, RowCells]:
    """The cells of rows that can be read in several ways, where the table's sums hold for just one."""
    unread = [n for n, row in cells.items() if row is None]
    if not (unread or owned.doubtful) or len(cells) + len(owned.doubtful) < len(spans):
        return {}
    known = {spans[n].item: _texts(row) for n, row in cells.items() if row is not None}
    choices = [[{n: row} for row in choices_of(owned.lines[n])] for n in unread]
    choices += [[each for way in ways for each in _readings(way)] for ways in owned.ways]
    found = prove(
        known, [[{spans[n].item: _texts(row) for n, row in rows.items()} for rows in each] for each in choices]
    )
    proved: dict[int, RowCells] = {}
    for alternatives, at in zip(choices, found or [], strict=False):
        proved |= alternatives[at]
    return proved


def _readings(way: dict[int, list[NumberLine]]) -> Iterator[dict[int, RowCells]]:
    """The ways to read some rows that have these lines."""
    rows = [[row] if (row := cells_of(lines)) is not None else choices_of(lines) for lines in way.values()]
    return (dict(zip(way, each, strict=True)) for each in product(*rows))


def _texts(row: RowCells) -> list[str]:
    return [text for text, _ in row.cells]


def _beside(spans: list[LabelSpan], number: int, loose: list[NumberLine]) -> list[NumberLine]:
    """The lines of numbers that stand among no label's lines, between a label and its neighbours."""
    before = spans[number - 1].last if number else spans[number].first - 2
    behind = spans[number + 1].first if number + 1 < len(spans) else spans[number].last + 2
    return [line for line in loose if before < line.number < behind]


def _row(
    span: LabelSpan, lines: list[NumberLine], beside: list[NumberLine], found: RowCells | None, *, is_doubtful: bool
) -> Row:
    """The row of a label with its cells, which are unreadable where numbers stand beside it that may be its own."""
    found = found if lines else RowCells([("", span.first)] * WIDTH)
    if found is None or is_doubtful or (not lines and beside):
        found, known = RowCells([(each.text, line.number) for line in lines or beside for each in line.values]), False
    else:
        known = True
    texts, numbers = [text for text, _ in found.cells], [number for _, number in found.cells]
    return Row(
        min(numbers),
        [official_label(span.item), *texts],
        aligned.NAME,
        [numbers[0], *numbers],
        item=span.item,
        columns_are_known=known,
        joined=found.joined,
    )
