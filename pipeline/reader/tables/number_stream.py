"""The numbers of table three in the order of the text, where they stand apart from their labels, and what parts them.

``pdftotext`` without ``-layout`` writes blocks: cells one below the other of one column, cells beside each other, or
labels. An empty line stands between two blocks, and a line for each number in one. Blocks right below a header are of
its column.

Belongs here: which numbers may be table three's, and what stands around each. Does not: their cells (``stream_order``).
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from pipeline.forms.skeleton import skeleton
from pipeline.reader.tables.aligned_table import HEADER_WORDS
from pipeline.reader.tables.label_runs import PAGE_MARK

#: What stands before a number: another one on its line, a line's end, an empty line, words.
BESIDE, BELOW, APART, WORDS = range(4)
#: Whose numbers may stand there: table three's; any table's, behind the heading of table four; table four's alone.
OWN, BEHIND, FOREIGN = "own", "behind", "foreign"

_TABLE_FOUR = re.compile("行政复议.{0,8}行政诉讼")
_END = re.compile("存在的?.{0,4}问题")
#: Words behind which a number on the same line is part of a sentence.
_OF_SENTENCE = re.compile("(?<!只计这一情形)(?<!只计这一情)[，,。年件条：:]$")
#: The first letter of each column's header, and all letters that headers have where narrow columns cut them.
_COLUMNS = {"自": 0, "商": 1, "科": 2, "社": 3, "法": 4, "其": 5, "总": 6}
_LETTERS = frozenset("自然人商业企科研机构社会公益组织法律服务其他总计")
_ORGANIZATIONS = "法人"
#: Letters of the headers of table four, and those that only they have.
_LETTERS_OF_FOUR = frozenset("结果维持纠正其他尚未审总计行政复议诉讼经直接起后")
_ONLY_OF_FOUR = frozenset("结维持纠正尚未审")
#: How headers of table two end.
_OF_TABLE_TWO = re.compile("(?:件数?|金额|金额万元|单位万元)$")


@dataclass(frozen=True, slots=True)
class StreamNumber:
    """A number: its text and line, what stands before it, and whose it may be.

    ``begins_page``: it is a page's first. ``headers``: the columns whose headers stand right above it. ``may_be_page``:
    it stands alone and is the page's number.
    """

    text: str
    line: int
    before: int
    zone: str
    page: int
    begins_page: bool = False
    headers: frozenset[int] = frozenset()
    may_be_page: bool = False
    value: int = 0


@dataclass(slots=True)
class _Reader:
    """What has been read so far: the numbers, the words, and what stands right before the next number."""

    numbers: list[StreamNumber] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    before: int = WORDS
    words: list[str] = field(default_factory=list)
    page: int = 1
    begins_page: bool = False
    is_behind: bool = False
    is_of_table_two: bool = False

    def part(self) -> None:
        """Take note of an empty line, a page's end or a page mark."""
        self.before = max(self.before, APART)
        self.words = []
        self.is_of_table_two = False

    def take_words(self, words: list[str]) -> None:
        bare = [word for word in map(skeleton, words) if word]
        self.words += bare
        self.before = WORDS
        self.is_of_table_two = bool(bare) and _OF_TABLE_TWO.search(bare[-1]) is not None
        self.labels += bare

    def take_numbers(self, texts: list[str], line: int) -> None:
        """Take the numbers of one line."""
        zone = BEHIND if self.is_behind else OWN
        headers: frozenset[int] = frozenset()
        if self.words:
            headers = _columns(self.words)
            zone = FOREIGN if _is_of_table_four(self.words) else zone
        elif self.before <= BELOW and self.numbers and self.numbers[-1].zone == FOREIGN:
            zone = FOREIGN
        for text in () if self.is_of_table_two else texts:
            self.numbers.append(
                StreamNumber(text, line, self.before, zone, self.page, self.begins_page, headers, value=int(text))
            )
            self.before, self.begins_page, headers = BESIDE, False, frozenset()
        self.before = BELOW
        self.words = []


def read_stream(source: Sequence[str], first: int, last: int) -> tuple[list[StreamNumber], list[str]]:
    """The numbers on the lines behind line ``first`` up to ``last``, and all words among them."""
    reader = _Reader(page=1 + sum(line.count("\f") for line in source[:first]))
    for index in range(first, last):
        text = source[index]
        if "\f" in text:
            reader.page += text.count("\f")
            reader.begins_page = True
            reader.part()
        words = text.split()
        if not words or PAGE_MARK.fullmatch(text):
            reader.part()
            continue
        joined = "".join(words)
        if _END.search(joined):
            break
        if _TABLE_FOUR.search(joined):
            reader.part()
            reader.is_behind, reader.before = True, WORDS
            continue
        count = _numbers_at_end(words)
        if count < len(words):
            reader.take_words(words[: len(words) - count])
        if count:
            reader.take_numbers(words[len(words) - count :], index + 1)
    return _with_page_numbers(reader.numbers), reader.labels


def _numbers_at_end(words: list[str]) -> int:
    """How many words at a line's end are numbers, and no part of a sentence."""
    count = 0
    while count < len(words) and words[-1 - count].isdecimal():
        count += 1
    is_sentence = count < len(words) and _OF_SENTENCE.search("".join(words[: len(words) - count]))
    return 0 if is_sentence else count


def _columns(words: Iterable[str]) -> frozenset[int]:
    """The columns whose headers some words are; none where other words are among them."""
    if not all(word in HEADER_WORDS if len(word) > 1 else word in _LETTERS for word in words):
        return frozenset()
    return frozenset(_COLUMNS[word[0]] for word in words if word[0] in _COLUMNS and not word.startswith(_ORGANIZATIONS))


def _is_of_table_four(words: Iterable[str]) -> bool:
    letters = frozenset("".join(words))
    return letters <= _LETTERS_OF_FOUR and bool(letters & _ONLY_OF_FOUR)


def _with_page_numbers(numbers: list[StreamNumber]) -> list[StreamNumber]:
    """The numbers, with those marked that may be a page's number."""
    behind = [*(number.before for number in numbers[1:]), WORDS]
    return [
        replace(number, may_be_page=True)
        if number.before >= APART and after >= APART and number.value == number.page
        else number
        for number, after in zip(numbers, behind, strict=False)
    ]
