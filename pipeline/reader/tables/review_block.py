"""Where table four stands in a document: its title, the rows of its head, and the pieces of its body.

A table of numbers is table four only under its own head or directly under its title. Words that its head does not
have (a heading, prose, another table's head) end it.

Belongs here: what belongs to the table. Does not: which number is which cell (``review_places``).
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby

from pipeline.forms import REVIEW_COLUMNS, TRACKS
from pipeline.reader.document import Row
from pipeline.reader.layouts import aligned, flat, lines, markdown, pipes, table_rows, tabs
from pipeline.reader.tables import cell_values
from pipeline.reader.tables.cell_values import BLANK, CellValue
from pipeline.reader.tables.reading import FormCell
from pipeline.reader.tables.review_grid import beside_tracks, columns_of_tracks, is_drawn, row_of_results
from pipeline.reader.tables.review_head import Word, codes, strangeness, whole_track

#: Layouts whose rows mark each cell, a blank one too.
GRIDS = frozenset({*table_rows.NAMES, markdown.NAME, tabs.NAME})
#: Layouts whose words and numbers only blanks part.
SPACED = (aligned.NAME, flat.NAME, lines.NAME)

_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]")
_PIECE = re.compile(r"\S+")
#: What table four is made of; a title or a head has one of these.
SIGNS = re.compile("[复複議议诉訴维維纠糾审審]")
_TITLE = re.compile(r"复议.{0,12}(?:诉讼|应诉).{0,6}情况|信息公开.{0,12}复议.{0,12}诉讼|复议[、，,和及与]\S{0,8}诉讼?")
NUMBERED = re.compile(r"[\s#*|]*[(（]?[一二三四五六七八九十]{1,2}\s*[)）、.．]")
END = re.compile("存在的?(?:主要)?问题|需要报告的?|改进情况")
#: A sentence between the title and the table speaks of it.
_INTRODUCTION = re.compile("下表|如下|见表|详见下?$|填报说明|编写说明|^[(（]?[注说]")
_DIGITS = re.compile("[0-9]+")
#: A number behind a separator of cells, at the end of a line or before another separator.
_SEPARATED = re.compile(r"[,，;；、/:：~|…\t]\s*[0-9]+\s*(?:[,，;；、/:：~|…\t]|$)")
_LONGEST_TITLE = 60
#: A row with more foreign letters is none of the table's; so many in all end it.
STRANGE_IN_ROW, _STRANGE = 6, 8
#: A row of the head has no more of them, but in a column that the form does not have.
_STRANGE_IN_HEAD = 2
_RESULTS = len(REVIEW_COLUMNS) - 1
#: So many rows of the head, its last, show whether its rows are numbered.
_LAST_OF_HEAD = 4
_ALL = len(REVIEW_COLUMNS) * len(TRACKS)
#: A row of so many cells without anything is a row of blank cells.
_BLANK_ROW = 5
#: A longer row of text with blanks holds a whole report, and is cut at every blank.
_WHOLE_REPORT = 200
#: What pandas prints for a blank cell.
_NOT_A_NUMBER = {"nan", "NaN", "None", "<NA>"}
#: Garbage in a number's place (O, ○) is no longer than this.
_LONGEST_GARBAGE = 3


@dataclass(slots=True)
class Strip:
    """A row of the document, or a part of one: its cells, their values, and the places where they begin.

    ``values`` has None for words. ``starts`` are columns of the page, where the text has any, else indexes of cells.
    """

    row: Row
    cells: list[str]
    values: list[CellValue | None]
    lines: list[int]
    starts: list[int]
    on_page: bool
    _words: list[Word] | None = field(default=None, init=False, repr=False, compare=False)

    @property
    def text(self) -> str:
        """All cells without blanks."""
        return "".join("".join(self.cells).split())

    @property
    def words(self) -> list[Word]:
        """The cells of text, without blanks."""
        if self._words is None:
            found = zip(self.cells, self.values, self.starts, strict=True)
            self._words = [Word("".join(cell.split()), start) for cell, value, start in found if value is None]
        return self._words

    @property
    def filled(self) -> list[int]:
        """Indexes of the values that are not blank."""
        return [at for at, value in enumerate(self.values) if value is not None and value is not BLANK]


@dataclass(slots=True)
class Piece:
    """Numbers that stand together – a row, or lines of one number each – and the words since the piece before.

    ``strips`` are the rows they stand in. ``gaps`` counts the empty lines before each number of a stacked piece, and
    behind the last.
    """

    words: list[Word]
    cells: list[FormCell]
    strips: list[Strip]
    #: How many of the words stand in the row of the numbers.
    own_words: int = 0
    #: The index of the first cell in its row.
    first: int = 0
    stacked: bool = False
    gaps: list[int] = field(default_factory=list)

    @property
    def label(self) -> str:
        """The words before the numbers."""
        return "".join(word.text for word in self.words)

    @property
    def own_label(self) -> str:
        """The words in the row of the numbers."""
        return "".join(word.text for word in self.words[len(self.words) - self.own_words :])

    @property
    def filled(self) -> list[FormCell]:
        """The cells that are not blank."""
        return [cell for cell in self.cells if cell.value is not BLANK]

    @property
    def text(self) -> str:
        """The numbers as they are printed."""
        return " ".join(cell.value.raw for cell in self.filled)


@dataclass(slots=True)
class Block:
    """Table four as it stands in the document."""

    titled: bool = False
    head: list[Strip] = field(default_factory=list)
    pieces: list[Piece] = field(default_factory=list)
    #: Lines of the title, the head and the body.
    lines: list[int] = field(default_factory=list)
    #: The least number of empty lines between two lines of the head.
    spacing: int | None = None
    #: The lines of the text.
    source: Sequence[str] = ()
    #: Whether a page ends inside it.
    over_page: bool = False
    #: Words behind the last piece.
    tail: list[Word] = field(default_factory=list)
    #: Whether numbers stand near it that it does not have.
    disturbed: bool = False

    @property
    def filled(self) -> list[FormCell]:
        """All cells that are not blank."""
        return [cell for piece in self.pieces for cell in piece.filled]

    @property
    def text(self) -> str:
        """All numbers as they are printed."""
        return " | ".join(piece.text for piece in self.pieces if piece.filled)


def find_blocks(rows: Iterable[Row], marks: set[tuple[int, str]], source: Sequence[str]) -> Iterator[Block]:
    """The places where table four may stand, in the order of the text; ``marks`` are lines and texts of page marks.

    What is looked for behind a blank table is known when all blocks have been asked for.
    """
    finder = _Finder(source)
    has_signs, join = SIGNS.search, "".join
    for row in rows:
        if finder.is_idle and not has_signs(join(row.cells)):
            continue
        if finder.blocks:
            yield from finder.take_blocks()
        if not row.cells:
            if row.layout not in (pipes.PADDING, markdown.NAME):
                finder.add_empty()
        elif (row.line, " ".join(row.cells)) in marks:
            finder.end_page()
        else:
            if 0 < row.line <= len(source) and "\f" in source[row.line - 1]:
                finder.end_page()
            for strip in _strips(row, source):
                finder.add(strip)
    finder.end()
    yield from finder.take_blocks()


class _Finder:
    """Collects blocks strip by strip."""

    def __init__(self, source: Sequence[str]) -> None:
        self.source = source
        self.blocks: list[Block] = []
        #: The block behind which numbers would disturb, until the next heading.
        self.last: Block | None = None
        self._begin(titled=False)

    def _begin(self, *, titled: bool) -> None:
        self.block = Block(titled=titled)
        self.words: list[Word] = []
        self.strange = 0
        self.gap = 0
        self.stray = 0
        self.page_ended = False
        #: Whether a note or a sentence goes on in the next line.
        self.in_note = False
        self.open: Piece | None = None
        #: Whether no table has begun, nor is one looked behind.
        self.is_idle = self.last is None and not titled

    def take_blocks(self) -> list[Block]:
        """The blocks that have ended since they were asked for."""
        blocks, self.blocks = self.blocks, []
        return blocks

    def add_empty(self) -> None:
        self.gap += 1
        if self.open is not None:
            self.open.gaps[-1] += 1

    def end_page(self) -> None:
        self.page_ended = bool(self.block.head)

    def add(self, strip: Strip) -> None:
        if columns := self._columns_above(strip):
            self._add_row_of_grid(strip, columns)
            self.gap = 0
            return
        values = strip.filled
        words = strip.words
        if len(words) == len(strip.cells) - strip.values.count(BLANK) or _is_numbered_head(strip, words):
            if words:
                self._add_words(strip, words)
            else:
                self._add_blank_row(strip)
        elif values:
            self._add_values(strip)
        self.gap = 0

    def _columns_above(self, strip: Strip) -> list[int] | None:
        """The columns of a row of a grid that stand below the head's results, if the head names them all."""
        block = self.block
        if len(strip.cells) < _ALL - len(TRACKS) or not block.head or strip.row.layout not in GRIDS:
            return None
        if len(set(strip.cells)) == 1 or sum(bool(codes(word.text)) for word in strip.words) * 2 > len(strip.words):
            return None
        if not strip.filled and (len(strip.words) < _BLANK_ROW or NUMBERED.match(strip.text)):
            return None
        columns = columns_of_tracks([head.cells for head in block.head], len(strip.cells), TRACKS)
        return None if columns is None else sorted(columns)

    def _add_row_of_grid(self, strip: Strip, columns: list[int]) -> None:
        """Add a row whose cells stand below the results of the head: words among them are unreadable."""
        own = [word for at, word in zip(_of_words(strip), strip.words, strict=True) if at < columns[0]]
        self.words += own
        cells = [
            FormCell(cell_values.unreadable(strip.cells[at]) if value is None else value, strip.lines[at])
            for at, value in enumerate(strip.values)
            if columns[0] <= at
        ]
        self.block.pieces.append(Piece(self.words, cells, [strip], len(own), columns[0]))
        self._placed(strip)
        self.open = None

    def _add_words(self, strip: Strip, words: list[Word]) -> None:
        self.open_before, self.open = self.open, None
        text = strip.text
        if len(text) <= _LONGEST_TITLE and is_title(text):
            self.end()
            self._begin(titled=True)
            self.block.lines.append(strip.row.line)
            self.last = None
            return
        strange = _strangeness(text)
        names = [code for word in words for code in codes(word.text)]
        if strange > _STRANGE_IN_HEAD and row_of_results([strip.cells]):
            strange = 0  # a column that the form does not have stands beside its results
        is_of_form = strange <= _STRANGE_IN_HEAD and not (NUMBERED.match(text) and not SIGNS.search(text))
        if is_of_form and self._is_head(text, names):
            if self._is_blank_track(strip, text):
                self._add_blank_row(strip, len(words))
                return
            if _SEPARATED.search(text):
                self.block.disturbed = True
            self._add_head(strip, words)
            return
        if self._is_garbage(strip):
            return
        if len(_DIGITS.findall(text)) >= _BLANK_ROW:
            self.block.disturbed = True
        is_heading = NUMBERED.match(text) is not None or END.search(text) is not None
        if self._introduces(text) and not is_heading:
            return
        self.strange += strange
        if is_heading or strange > STRANGE_IN_ROW or self.strange > _STRANGE or (strange and self._is_full()):
            self.end()
            if is_heading:
                self.last = None
            self._begin(titled=False)
        else:
            self.words += words

    def _introduces(self, text: str) -> bool:
        """Whether a line right behind the title says what the table below has, or how the form is to be filled in."""
        block = self.block
        if not block.titled or block.head or block.pieces or NUMBERED.match(text):
            return False
        if not (self.in_note or text[0] in "（(" or _INTRODUCTION.search(text)):
            return False
        self.in_note = text[-1] not in "）)。：:"
        return True

    def _is_head(self, text: str, names: list[str]) -> bool:
        """Whether a row of words may be of a head: it names something, or is a part of a broken word (结, 果, 持)."""
        if names:
            return self.block.titled or bool(self.block.head) or SIGNS.search(text) is not None
        return bool(self.block.head) and _HAN.search(text) is not None and not strangeness(text)

    def _add_head(self, strip: Strip, words: list[Word]) -> None:
        block = self.block
        if block.head and not block.pieces and len(strip.cells) == 1:
            block.spacing = self.gap if block.spacing is None else min(block.spacing, self.gap)
        if not block.head:
            self.words = []
            self.is_idle = False
        block.head.append(strip)
        block.lines += strip.lines
        self.words += words
        self.strange = 0

    def _is_garbage(self, strip: Strip) -> bool:
        """Take a line of garbage (O, ○) between two lines of one number each for a number that cannot be read."""
        piece = self.open_before
        text = strip.text
        if piece is None or self._is_full() or len(strip.cells) > 1:
            return False
        if len(text) > _LONGEST_GARBAGE or _HAN.search(text):
            return False
        strip.values[0] = cell_values.unreadable(strip.cells[0])
        self.open = piece
        self._add_values(strip)
        return True

    def _is_blank_track(self, strip: Strip, text: str) -> bool:
        """Whether a row of a grid has the name of a track and blank cells for all its results."""
        words = _of_words(strip)
        return (
            strip.row.layout in GRIDS
            and bool(self.block.head)
            and strip.values.count(BLANK) >= _RESULTS
            and bool(words)
            and BLANK not in strip.values[words[0] : words[-1]]
            and whole_track(text) is not None
            and any(
                sum(code in REVIEW_COLUMNS for word in head.words for code in codes(word.text)) >= _RESULTS
                for head in self.block.head
            )
        )

    def _add_blank_row(self, strip: Strip, own_words: int = 0) -> None:
        if own_words:
            self.words += strip.words
            self._add_piece(strip, _of_words(strip)[-1] + 1, own_words)
        elif self.block.head and len(strip.cells) >= _BLANK_ROW:
            self._add_piece(strip, 0)

    def _add_values(self, strip: Strip) -> None:
        block = self.block
        if is_drawn(strip.cells) or _counts_columns(strip):
            return
        if _HAN.search(strip.text) and self._introduces(strip.text):
            return
        self._drop_row_number(strip)
        if not block.titled and not block.head:
            self.stray += len(strip.filled)
            if self.last is not None and self.stray >= _BLANK_ROW:
                self.last.disturbed = True
            return
        if len(strip.cells) == 1:
            self._add_stacked(strip)
            return
        if not strip.filled:
            is_track = self._is_blank_track(strip, "".join(word.text for word in strip.words))
            self._add_blank_row(strip, len(strip.words) if is_track else 0)
            return
        first = next((at for at, value in enumerate(strip.values) if value is not None and value is not BLANK))
        leading = [at for at in range(first) if strip.values[at] is None]
        labels = [at for at in leading if _HAN.search(strip.cells[at])]
        last = strip.filled[-1]
        text = "".join(
            cell for cell, value in zip(strip.cells[:last], strip.values[:last], strict=True) if value is None
        )
        strange = _strangeness(text)
        if strange > STRANGE_IN_ROW or (strange and self._is_full() and len(strip.filled) < _ALL):
            block.disturbed = block.disturbed or strip.row.layout in GRIDS or len(strip.filled) > _RESULTS
            self.end()
            self._begin(titled=False)
            return
        own = [Word("".join(strip.cells[at].split()), strip.starts[at]) for at in labels]
        if sum(code in REVIEW_COLUMNS for word in own for code in codes(word.text)) >= _RESULTS:
            block.head.append(
                replace(strip, values=[None if at in labels else BLANK for at in range(len(strip.cells))])
            )
        self.words += own
        self._add_piece(strip, labels[-1] + 1 if labels else 0, len(own))

    def _is_full(self) -> bool:
        """Whether all cells of the table have been found in one piece; a blank cell counts where a grid marks it."""
        return any(
            len(piece.cells if piece.strips[0].row.layout in GRIDS else piece.filled) >= _ALL
            for piece in self.block.pieces
        )

    def _drop_row_number(self, strip: Strip) -> None:
        """Leave out the row's number before its label, where the head has them too, or no cell above it."""
        number = strip.values[0]
        if number is None or number.count is None or len(strip.cells) < _BLANK_ROW:
            return
        next_word = strip.values[1] is None and _HAN.search(strip.cells[1])
        counted = [head.values[0] for head in self.block.head[-_LAST_OF_HEAD:] if len(head.cells) > 1]
        heads = self.block.head
        has_one_more = bool(heads) and len(strip.cells) == len(heads[-1].cells) + 1 > _ALL
        has_one_more = has_one_more and not beside_tracks([head.cells for head in heads])[1]
        is_numbered = counted and all(value is not None and value.count is not None for value in counted)
        if next_word or is_numbered or has_one_more:
            strip.values[0] = BLANK

    def _add_piece(self, strip: Strip, first: int, own_words: int = 0) -> None:
        """Add the cells of a row from that index on; words among them are unreadable, words behind them a remark."""
        cells = [
            FormCell(cell_values.unreadable(text) if value is None else value, line)
            for text, value, line in zip(strip.cells[first:], strip.values[first:], strip.lines[first:], strict=True)
        ]
        while strip.values[first + len(cells) - 1] is None and _HAN.search(strip.cells[first + len(cells) - 1]):
            cells.pop()
        self.block.pieces.append(Piece(self.words, cells, [strip], own_words, first))
        self._placed(strip)
        self.open = None

    def _add_stacked(self, strip: Strip) -> None:
        value = strip.values[0]
        assert value is not None
        if self.open is None:
            self.open = Piece(self.words, [], [], stacked=True, gaps=[self.gap])
            self.block.pieces.append(self.open)
        self.open.cells.append(FormCell(value, strip.row.line))
        self.open.strips.append(strip)
        self.open.gaps.append(0)
        self._placed(strip)

    def _placed(self, strip: Strip) -> None:
        self.block.over_page |= self.page_ended
        self.block.lines += strip.lines
        self.words = []
        self.strange = 0

    def end(self) -> None:
        block = self.block
        block.tail = self.words
        block.source = self.source
        if block.head or block.pieces:
            self.blocks.append(block)
            self.last = block


def _of_words(strip: Strip) -> list[int]:
    """The indexes of the cells of words."""
    return [at for at, value in enumerate(strip.values) if value is None]


def is_title(text: str) -> bool:
    """Whether a short row without blanks is the title of table four."""
    return SIGNS.search(text) is not None and "。" not in text and _TITLE.search(text) is not None


def _strangeness(text: str) -> int:
    """How many letters of a row the table does not have; a sentence has too many."""
    return _STRANGE + 1 if "。" in text else strangeness(text)


def _counts_columns(strip: Strip) -> bool:
    """Whether a row only counts the columns, as a frame of pandas does."""
    numbers = [value.count for value in strip.values if value is not None and value is not BLANK]
    return len(numbers) >= _BLANK_ROW and None not in strip.values and numbers == list(range(len(numbers)))


def _is_numbered_head(strip: Strip, words: list[Word]) -> bool:
    """Whether a row of the head begins with a row's number, as a frame of pandas does."""
    return len(words) >= _BLANK_ROW and strip.filled == [0] and all(codes(word.text) for word in words)


def _strips(row: Row, source: Sequence[str]) -> Iterator[Strip]:
    """The row as strips: a whole report on one line is cut at its blanks, all else is one strip."""
    if row.layout not in SPACED or (len(row.cells) == 1 and len(row.cells[0]) > _WHOLE_REPORT):
        yield _strip(row, row.cells, [row.line_of(at) for at in range(len(row.cells))], None)
        return
    found: list[tuple[str, int]] = []
    for at, cell in enumerate(row.cells):
        begin = row.starts[at] if row.starts else 0
        found += [(match[0], begin + match.start()) for match in _PIECE.finditer(cell)]
    on_page = row.starts is not None
    if not on_page and 0 < row.line <= len(source):
        printed = [(match[0], match.start()) for match in _PIECE.finditer(source[row.line - 1])]
        if [text for text, _ in printed] == [text for text, _ in found]:
            found, on_page = printed, True
    cells = [text for text, _ in found]
    strip = _strip(row, cells, [row.line] * len(cells), [start for _, start in found] if on_page else None)
    if row.layout == flat.NAME and sum(map(len, cells)) > _WHOLE_REPORT:
        yield from _cut(strip)
    else:
        yield strip


def _strip(row: Row, cells: list[str], its_lines: list[int], starts: list[int] | None) -> Strip:
    values = [BLANK if cell in _NOT_A_NUMBER else cell_values.parse(cell) for cell in cells]
    return Strip(row, cells, values, its_lines, starts or list(range(len(cells))), starts is not None)


def _cut(strip: Strip) -> Iterator[Strip]:
    """Each word as a strip, and numbers that stand together as one."""
    for is_word, group in groupby(range(len(strip.cells)), key=lambda at: strip.values[at] is None):
        indexes = list(group)
        for part in [[at] for at in indexes] if is_word else [indexes]:
            first, last = part[0], part[-1] + 1
            yield Strip(
                strip.row,
                strip.cells[first:last],
                strip.values[first:last],
                strip.lines[first:last],
                strip.starts[first:last],
                False,
            )
