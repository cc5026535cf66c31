"""The sentences of a report's prose that state something, taken apart at their numbers.

Belongs here: lines to paragraphs, paragraphs to sentences, and what stands where in a sentence. A line and a
sentence stand word for word in many reports, so that what their text alone tells is remembered. What a sentence
claims is the reader's business (``pipeline.reader.narrative.claims``).
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from itertools import zip_longest
from operator import itemgetter
from typing import NamedTuple, TypeVar

from pipeline.reader.narrative import numerals, vocabulary
from pipeline.reader.narrative.context import LOOK_BACK, Between, between, is_growth
from pipeline.reader.narrative.numerals import Number
from pipeline.reader.narrative.vocabulary import APPLICATION, REVIEW
from pipeline.reader.sections import Passage

_SENTENCE = re.compile(r"[^。!?\n]*[。!?\n]|[^。!?\n]+")
_END = ("。", "!", "?")
_PIECE = re.compile(r"[,;:()。、]")
_CLAUSE_END = re.compile("[,;。]")
_HEAD = re.compile(
    r"^\W*(?:[(][一二三四五六七八九十\d]+[)]|[一二三四五六七八九十]+[、.]|\d{1,2}[、.](?!\d)|第[一二三四五]|[一二三四五]是|#)"
)
_HEAD_END = re.compile("[,。:;]")
#: A sentence this long is none.
_LONGEST_SENTENCE = 2000
_LOOK_AHEAD = 40
_LONGEST_HEADING = 24
#: Sentences and lines up to this length are remembered, so many of each.
_LONGEST_REMEMBERED = 400
_REMEMBERED = 4096
#: The topics that sections have before a heading in them says another.
_TOPICS = {3: APPLICATION, 4: REVIEW}


class Count(NamedTuple):
    """A number of a sentence and the words around it."""

    number: Number
    before: Between
    #: The words behind it up to the next number, and what of them is in its clause.
    behind: str
    clause: str
    #: The sentence up to the number, by which its subject and time are known.
    so_far: str
    #: Whether it says by how much something grew.
    is_growth: bool


class Denial(NamedTuple):
    """零, 未 or 无 of a claim, in a clause that has no number of its own."""

    claim: str
    start: int
    end: int


class Part(NamedTuple):
    """A sentence by its text alone."""

    text: str
    counts: tuple[Count, ...]
    denials: tuple[Denial, ...]
    #: Whether its head opens a paragraph, and what that is about.
    is_head: bool
    topic: str | None
    #: Whether it speaks of applications, so that a number without a word of its own may be one of them.
    is_on_applications: bool
    #: Whether it has numbers, or may deny some, and is so long that it was not looked at.
    is_too_long: bool


class Sentence(NamedTuple):
    """A sentence where it stands: its paragraph as printed, the source line of each piece, and what that is about."""

    part: Part
    start: int
    paragraph: str
    pieces: list[tuple[int, int]]  # offset in the paragraph, line
    topic: str | None

    def line_at(self, offset: int) -> int:
        """The source line of a place in the sentence."""
        return self.pieces[bisect_right(self.pieces, self.start + offset, key=itemgetter(0)) - 1][1]

    def printed(self, longest: int) -> str:
        """The sentence as printed, up to a length."""
        return self.paragraph[self.start : self.start + min(longest, len(self.part.text))]


class _Line(NamedTuple):
    """A line without blanks, as printed and in half width, and whether it opens a paragraph."""

    printed: str
    text: str
    is_head: bool


_T = TypeVar("_T")


def _remember(look: Callable[[str], _T]) -> Callable[[str], _T]:
    """Remember what a text says, unless it is so long that no other report has it."""
    known = lru_cache(_REMEMBERED)(look)
    return lambda text: known(text) if len(text) <= _LONGEST_REMEMBERED else look(text)


def statements(passages: Iterable[Passage]) -> list[Sentence]:
    """Sentences that state something, or may, put together over the lines of a paragraph; without blanks."""
    found: list[Sentence] = []
    text, printed, section = "", "", -1
    pieces: list[tuple[int, int]] = []
    topic: str | None = None
    for in_section, at, words in passages:
        opens_section = in_section != section
        line = _line(words)
        if text and (opens_section or line.is_head or text.endswith(_END) or _is_heading(text)):
            topic = _cut(text, printed, pieces, topic, found)
            text, printed, pieces = "", "", []
        if opens_section:
            section = in_section
            topic = _TOPICS.get(section)
        pieces.append((len(text), at))
        text += line.text
        printed += line.printed
    _cut(text, printed, pieces, topic, found)
    return found


def _cut(
    text: str, printed: str, pieces: list[tuple[int, int]], topic: str | None, found: list[Sentence]
) -> str | None:
    """Add the sentences of a paragraph to those found; what it is about, as the next one may go on."""
    start = 0
    for words in _SENTENCE.findall(text):
        part = _part(words)
        if part.is_head:
            topic = part.topic
        if part.counts or part.denials or part.is_too_long:
            found.append(Sentence(part, start, printed, pieces, topic))
        start += len(words)
    return topic


def _is_heading(text: str) -> bool:
    """A short line that opens a paragraph; longer ones without an end go on in the next line."""
    return len(text) <= _LONGEST_HEADING and "。" not in text and _HEAD.match(text) is not None


@_remember
def _line(text: str) -> _Line:
    printed = "".join(text.split()).lstrip("#")
    half = numerals.half_width(printed)
    return _Line(printed, half, _HEAD.match(half) is not None)


@_remember
def _part(text: str) -> Part:
    counts, denials = _stated(text)
    is_head = _HEAD.match(text) is not None
    topic = _topic(text) if is_head else None
    return Part(text, counts, denials, is_head, topic, bool(counts) and _is_on_applications(text), _is_too_long(text))


def _is_too_long(text: str) -> bool:
    """Whether a sentence is not looked at for its length, though it has a number, or may say that there is none."""
    return len(text) > _LONGEST_SENTENCE and bool(numerals.ANY.search(text) or vocabulary.MAY_DENY.search(text))


def _is_on_applications(text: str) -> bool:
    return bool(vocabulary.AN_APPLICATION.search(text) or vocabulary.RESULT_WORDS.search(text))


def _topic(text: str) -> str | None:
    """What the head of a paragraph says that it is about."""
    head = _HEAD_END.split(text, maxsplit=1)[0][:40]
    if "复议" in head or "诉讼" in head:
        return REVIEW
    return APPLICATION if "申请" in head else None


def _stated(text: str) -> tuple[tuple[Count, ...], tuple[Denial, ...]]:
    """The numbers of a sentence, and what it denies; nothing where it is about something else."""
    if len(text) > _LONGEST_SENTENCE or not vocabulary.WORTH_READING.search(text):
        return (), ()
    numbers = numerals.find(text) if numerals.ANY.search(text) else []
    may_deny = vocabulary.MAY_DENY.search(text) is not None
    if not (numbers or may_deny) or vocabulary.OF_A_TABLE.search(text):
        return (), ()
    return tuple(_counts(text, numbers)), tuple(_denials(text, numbers)) if may_deny else ()


def _counts(text: str, numbers: list[Number]) -> Iterator[Count]:
    before = 0
    for number, following in zip_longest(numbers, numbers[1:]):
        behind = text[number.end : following.start if following else len(text)]
        so_far = text[max(0, number.start - LOOK_BACK) : number.start]
        said = between(text[before : number.start])
        yield Count(
            number,
            said,
            behind,
            _PIECE.split(behind, maxsplit=1)[0][:_LOOK_AHEAD],
            so_far,
            is_growth(so_far) if said.is_growth is None else said.is_growth,
        )
        before = number.end


def _denials(text: str, numbers: list[Number]) -> Iterator[Denial]:
    for claim, pattern in vocabulary.ZEROS:
        for match in pattern.finditer(text):
            start, end, words = match.start(), match.end(), match.group()
            stop = end + len(_CLAUSE_END.split(text[end:], maxsplit=1)[0])
            if vocabulary.NO_ZERO.search(words) or any(start <= number.start < stop for number in numbers):
                continue
            if claim == "received" and "结转" in words:
                continue
            if claim in ("reconsideration", "litigation") and vocabulary.NO_REVIEW_ZERO.search(words):
                continue
            yield Denial(claim, start, end)
