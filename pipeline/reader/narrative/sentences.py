"""The sentences of a report's prose that state something, taken apart at their numbers.

Belongs here: lines to paragraphs, paragraphs to sentences, and what stands where in a sentence. Lines and sentences
stand word for word in many reports, so what depends on their text alone is memoized. What a sentence claims is the
business of ``claims``.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from itertools import zip_longest
from operator import itemgetter
from typing import NamedTuple, TypeVar

from pipeline.reader.narrative import numerals, objects, vocabulary
from pipeline.reader.narrative.context import LOOK_BACK, WordsBetween, between, is_growth
from pipeline.reader.narrative.numerals import Number
from pipeline.reader.narrative.vocabulary import APPLICATION, REVIEW
from pipeline.reader.sections import Passage

_SENTENCE = re.compile(r"[^。!?\n]*[。!?\n]|[^。!?\n]+")
_END = ("。", "!", "?")
_PHRASE_END = re.compile(r"[,;:()。、]")
_CLAUSE_END = re.compile("[,;。]")
_HEAD = re.compile(
    r"^\W*(?:[(][一二三四五六七八九十\d]+[)]|[一二三四五六七八九十]+[、.]|\d{1,2}[、.](?!\d)|第[一二三四五]|[一二三四五]是|#)"
)
_HEAD_END = re.compile("[,。:;]")
#: What is longer is no sentence, and is not searched.
_LONGEST_SENTENCE = 2000
#: Of the words behind a number so many characters are looked at.
_LOOK_AHEAD = 40
_LONGEST_HEADING = 24
#: Sentences and lines up to this length are memoized, so many of each.
_LONGEST_MEMOIZED = 400
_MEMOIZED = 4096
#: What a section is about, until a heading in it says something else.
_TOPICS = {3: APPLICATION, 4: REVIEW}


class Count(NamedTuple):
    """A number that counts something, and the words around it."""

    number: Number
    before: WordsBetween
    #: The words behind it up to the next number, and those of them in its clause.
    behind: str
    clause_behind: str
    #: The sentence up to the number, by which its subject and time are known.
    so_far: str
    #: Whether it is by how much something grew; whether it is of a plan.
    is_growth: bool
    is_planned: bool


class Denial(NamedTuple):
    """That there was none of what a claim counts (零, 未, 无), in a clause that has no number of its own."""

    claim: str
    start: int
    end: int


class ParsedSentence(NamedTuple):
    """What is known of a sentence by its text alone."""

    text: str
    counts: tuple[Count, ...]
    denials: tuple[Denial, ...]
    #: Whether it begins as a heading does, and what that says the paragraph is about.
    is_head: bool
    topic: str | None
    #: Whether it speaks of applications, so that a number without a noun of its own may count them.
    is_on_applications: bool
    #: Whether it has numbers or denials, but is too long to be searched.
    is_too_long: bool


class Sentence(NamedTuple):
    """A sentence in its paragraph: where it begins there, the paragraph as printed, and what it is about."""

    parsed: ParsedSentence
    start: int
    paragraph: str
    #: Where each source line begins in the paragraph, and its number.
    line_starts: list[tuple[int, int]]
    topic: str | None

    def line_at(self, offset: int) -> int:
        """The source line of a character of the sentence."""
        return self.line_starts[bisect_right(self.line_starts, self.start + offset, key=itemgetter(0)) - 1][1]

    def printed(self, longest: int) -> str:
        """The sentence as printed, up to a length."""
        return self.paragraph[self.start : self.start + min(longest, len(self.parsed.text))]


class _ParsedLine(NamedTuple):
    """A line without blanks, as printed and in half width, and whether it opens a paragraph."""

    printed: str
    text: str
    is_head: bool


_Parsed = TypeVar("_Parsed")


def _memoized(parse: Callable[[str], _Parsed]) -> Callable[[str], _Parsed]:
    """Memoize a function of a text, but not for texts so long that no other report has them."""
    memo = lru_cache(_MEMOIZED)(parse)
    return lambda text: memo(text) if len(text) <= _LONGEST_MEMOIZED else parse(text)


def statements(passages: Iterable[Passage]) -> list[Sentence]:
    """Sentences that state something, or may, put together over the lines of a paragraph; without blanks."""
    found: list[Sentence] = []
    text, printed, section = "", "", -1
    line_starts: list[tuple[int, int]] = []
    topic: str | None = None
    for in_section, number, words in passages:
        opens_section = in_section != section
        line = _parse_line(words)
        if text and (opens_section or line.is_head or text.endswith(_END) or _is_heading(text)):
            topic = _add_sentences(text, printed, line_starts, topic, found)
            text, printed, line_starts = "", "", []
        if opens_section:
            section = in_section
            topic = _TOPICS.get(section)
        line_starts.append((len(text), number))
        text += line.text
        printed += line.printed
    _add_sentences(text, printed, line_starts, topic, found)
    return found


def _add_sentences(
    text: str, printed: str, line_starts: list[tuple[int, int]], topic: str | None, found: list[Sentence]
) -> str | None:
    """Add the sentences of a paragraph to those found. Gives what the last one is about, as the next one may go on."""
    start = 0
    for words in _SENTENCE.findall(text):
        parsed = _parse_sentence(words)
        if parsed.is_head:
            topic = parsed.topic
        if parsed.counts or parsed.denials or parsed.is_too_long:
            found.append(Sentence(parsed, start, printed, line_starts, topic))
        start += len(words)
    return topic


def _is_heading(text: str) -> bool:
    """A short line that opens a paragraph; longer ones without an end go on in the next line."""
    return len(text) <= _LONGEST_HEADING and "。" not in text and _HEAD.match(text) is not None


@_memoized
def _parse_line(text: str) -> _ParsedLine:
    printed = "".join(text.split()).lstrip("#")
    half = numerals.half_width(printed)
    return _ParsedLine(printed, half, _HEAD.match(half) is not None)


@_memoized
def _parse_sentence(text: str) -> ParsedSentence:
    counts, denials = _counts_and_denials(text)
    is_head = _HEAD.match(text) is not None
    return ParsedSentence(
        text,
        counts,
        denials,
        is_head=is_head,
        topic=_topic(text) if is_head else None,
        is_on_applications=bool(counts) and _is_on_applications(text),
        is_too_long=_is_too_long(text),
    )


def _is_too_long(text: str) -> bool:
    """Whether a sentence is not searched for its length, though it has a number, or may say that there is none."""
    return len(text) > _LONGEST_SENTENCE and bool(numerals.ANY.search(text) or vocabulary.MAY_DENY.search(text))


def _is_on_applications(text: str) -> bool:
    return bool(vocabulary.AN_APPLICATION.search(text) or vocabulary.RESULT_WORDS.search(text))


def _topic(text: str) -> str | None:
    """What the heading of a paragraph says that it is about."""
    head = _HEAD_END.split(text, maxsplit=1)[0][:40]
    if "复议" in head or "诉讼" in head:
        return REVIEW
    return APPLICATION if "申请" in head else None


def _counts_and_denials(text: str) -> tuple[tuple[Count, ...], tuple[Denial, ...]]:
    """The numbers of a sentence, and what it denies; nothing where it is about something else."""
    if len(text) > _LONGEST_SENTENCE or not vocabulary.WORTH_READING.search(text):
        return (), ()
    numbers = numerals.find(text) if numerals.ANY.search(text) else []
    may_deny = vocabulary.MAY_DENY.search(text) is not None
    if not (numbers or may_deny) or vocabulary.OF_A_TABLE.search(text):
        return (), ()
    return tuple(_counts(text, numbers)), tuple(_denials(text, numbers)) if may_deny else ()


def _counts(text: str, numbers: list[Number]) -> Iterator[Count]:
    last_end = 0
    for number, following in zip_longest(numbers, numbers[1:]):
        before = between(text[last_end : number.start])
        behind = text[number.end : following.start if following else len(text)]
        so_far = text[max(0, number.start - LOOK_BACK) : number.start]
        yield Count(
            number,
            before,
            behind,
            clause_behind=_PHRASE_END.split(behind, maxsplit=1)[0][:_LOOK_AHEAD],
            so_far=so_far,
            is_growth=is_growth(so_far) if before.is_growth is None else before.is_growth,
            is_planned=_is_planned(so_far),
        )
        last_end = number.end


def _is_planned(so_far: str) -> bool:
    plan = vocabulary.PLAN.search(so_far)
    return plan is not None and not vocabulary.IN_FACT.search(so_far, plan.end())


def _denials(text: str, numbers: list[Number]) -> Iterator[Denial]:
    for claim, pattern in vocabulary.ZEROS:
        for match in pattern.finditer(text):
            start, end, words = match.start(), match.end(), match.group()
            stop = end + len(_CLAUSE_END.split(text[end:], maxsplit=1)[0])
            if vocabulary.NO_ZERO.search(words) or any(start <= number.start < stop for number in numbers):
                continue
            if (claim == "received" and "结转" in words) or _is_planned(text[:start]):
                continue
            if claim in ("reconsideration", "litigation") and text.endswith("申请人", 0, start):
                continue  # of one of them
            if claim in ("reconsideration", "litigation") and vocabulary.NO_REVIEW_ZERO.search(words):
                continue
            if objects.is_of_all(claim, words, text[end:stop]):
                yield Denial(claim, start, end)
