"""Which row of table three some words name.

Exact spellings come first (``forms/labels``), then spellings with words behind or before them, labels wrapped over
lines, and labels with a letter lost. A row is only named where no other row's label fits about as well.

Belongs here: words to a row of the form. Does not: rows without a label (``application_order``).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from rapidfuzz.distance import Levenshtein

from pipeline import forms
from pipeline.forms.skeleton import skeleton

#: From this length on a label is recognized when a line's end cuts it or when it has a slip of the pen.
_LONG = 5
#: The least similarity of a text to the label it is recognized as, and how much less similar any other label must be.
_SIMILAR = 0.75
_MARGIN = 0.1
#: So many letters fewer or more than a label a text with a slip may have.
_FEWER, _MORE = 2, 3
#: No label is printed longer than this, with all its blanks and brackets; before it there may be prose.
_LONGEST_PRINTED = 100
#: Of the words behind a row's numbers, so many are searched for the rest of a wrapped label, and so many letters of it.
_WORDS_BEHIND, _LETTERS_OF_REST = 5, 4

#: A row whose label is also the head of a group: where a numbered row follows, the label is the group's.
GROUP_ITEMS = {"other_processing"}
_BRACKETED = re.compile(r"[(（][^()（）]*[)）]\s*$")
_NUMBERED = re.compile("[1-9]|申请人|逾期")
#: Labels of groups of rows. Narrow columns break them anywhere, and their pieces stand among the rows' own words.
_GROUPS = ("三本年度办理结果", "三不予公开", "四无法提供", "五不予处理", "六其他处理")


@dataclass(frozen=True, slots=True)
class LabelMatch:
    """The row that a label names. ``strong``: the words alone prove it. ``rest``: what a wrapped label still lacks."""

    item: str
    strong: bool
    rest: str = ""


@lru_cache(maxsize=4096)
def match_label(words: str, last: tuple[str, ...]) -> LabelMatch | None:
    """The row that the words before some numbers name; None if they name none.

    ``words`` is the skeleton of everything since the numbers before. ``last`` has the skeletons of its last word, of
    its last two, and so on.
    """
    return match_ending(words) or _match_wrapped(words) or _match_beginning(last) or _match_similar(words)


def match_ending(words: str) -> LabelMatch | None:
    """The row whose spelling a skeleton ends with; None if there is none."""
    for spelling in _by_ending().get(words[-2:], ()):
        if words.endswith(spelling.text):
            return LabelMatch(spelling.item, spelling.strong)
    return None


@cache
def _by_ending() -> dict[str, list[forms.Spelling]]:
    """Spellings by their last two letters, longest first: what a text can end with."""
    endings: dict[str, list[forms.Spelling]] = {}
    for spelling in forms.application_spellings():
        endings.setdefault(spelling.text[-2:], []).append(spelling)
    return endings


def _match_wrapped(words: str) -> LabelMatch | None:
    """A label whose end stands behind its numbers."""
    beginnings = _beginnings()
    for length in range(min(len(words), max(map(len, beginnings))), _LONG - 1, -1):
        if (match := beginnings.get(words[-length:])) is not None:
            return match
    return None


@cache
def _beginnings() -> dict[str, LabelMatch]:
    """What the beginnings of spellings name; of several spellings with the same beginning, the longest."""
    beginnings: dict[str, LabelMatch] = {}
    for spelling in forms.application_spellings():
        text = spelling.text
        for length in range(max(_LONG, len(text) // 3), len(text) if spelling.strong else 0):
            beginnings.setdefault(text[:length], LabelMatch(spelling.item, False, text[length:]))
    return beginnings


def _match_beginning(last: tuple[str, ...]) -> LabelMatch | None:
    """A label with an explanation behind it; of several, the longest."""
    items_by_rank = {}
    for words in last:
        for rank, spelling in _by_beginning().get(words[:2], ()):
            rest = words.removeprefix(spelling.text)
            if rest != words and not (spelling.item in GROUP_ITEMS and _NUMBERED.match(rest)):
                items_by_rank[rank] = spelling.item
    return LabelMatch(items_by_rank[min(items_by_rank)], True) if items_by_rank else None


def has_words_behind(cell: str) -> bool:
    """Whether other words than an explanation in brackets follow a row's label in a cell: 见附件 is no blank row.

    >>> has_words_behind("7.属于行政执法案卷 见附件"), has_words_behind("7.属于行政执法案卷（含复印件）")
    (True, False)
    """
    words = skeleton(_BRACKETED.sub("", cell))
    return match_ending(words) is None and _match_beginning((words,)) is not None


@cache
def _by_beginning() -> dict[str, list[tuple[int, forms.Spelling]]]:
    """The unmistakable spellings by their first two letters, each with its rank: the longest first."""
    beginnings: dict[str, list[tuple[int, forms.Spelling]]] = {}
    for rank, spelling in enumerate(_unmistakable()):
        beginnings.setdefault(spelling.text[:2], []).append((rank, spelling))
    return beginnings


@cache
def _unmistakable() -> list[forms.Spelling]:
    """The strong spellings that are long enough to be recognized by a part, the longest first."""
    return [spelling for spelling in forms.application_spellings() if spelling.strong and len(spelling.text) >= _LONG]


def is_spelled(words: str) -> bool:
    """Whether a label has no slips, so that words before it cannot make it another row's."""
    match = match_ending(words)
    if match is not None:
        return match.strong
    wrapped = _match_wrapped(words)
    return is_nearly_complete(wrapped) if wrapped is not None else _match_beginning((words,)) is not None


def _match_similar(words: str) -> LabelMatch | None:
    """A label with slips: the most similar, where no other row's is nearly as similar."""
    if len(words) < _LONG - 1:
        return None
    scores: dict[str, float] = {}
    letters = frozenset(words[-len(_unmistakable()[0].text) - _MORE :])
    for spelling, its_letters, most_missing in _letters_of_spellings():
        if len(its_letters - letters) > most_missing:
            continue  # cannot be similar, whatever its letters' order
        size = len(spelling.text)
        score = max(
            Levenshtein.normalized_similarity(words[-length:], spelling.text, score_cutoff=_SIMILAR - _MARGIN)
            for length in range(max(size - _FEWER, 1), size + _MORE + 1)
        )
        scores[spelling.item] = max(score, scores.get(spelling.item, 0.0))
    ranked = sorted(scores.items(), key=lambda pair: -pair[1])
    if not ranked or ranked[0][1] < _SIMILAR:
        return None
    if len(ranked) > 1 and ranked[0][1] - ranked[1][1] < _MARGIN:
        return None
    return LabelMatch(ranked[0][0], True)


@cache
def _letters_of_spellings() -> list[tuple[forms.Spelling, frozenset[str], int]]:
    """The unmistakable spellings, their letters, and how many of these a text can lack that is still similar."""
    return [
        (spelling, frozenset(spelling.text), int((1 - _SIMILAR + _MARGIN) * (len(spelling.text) + _MORE)))
        for spelling in _unmistakable()
    ]


def likeness(words: str, item: str) -> float:
    """How much some words are like a row's label, from 0 (nothing in common) to 1 (a part of a spelling, or more)."""
    texts = [spelling.text for spelling in forms.application_spellings() if spelling.item == item]
    return max((max(_likeness(words, text), _likeness(text, words)) for text in texts), default=0.0)


def _likeness(part: str, whole: str) -> float:
    """The share of one text's pairs of letters that another has."""
    pairs = {part[at : at + 2] for at in range(len(part) - 1)}
    return sum(pair in whole for pair in pairs) / len(pairs) if pairs else 0.0


def is_nearly_complete(match: LabelMatch) -> bool:
    """Whether a wrapped label lacks so little, at most a third of the row's longest spelling, that it is certain."""
    longest = max(len(spelling.text) for spelling in forms.application_spellings() if spelling.item == match.item)
    return len(match.rest) * 3 <= longest


def begins_only(match: LabelMatch, word: str) -> bool:
    """Whether a word is the beginning of the matched row's label, and of no other row's."""
    items = {
        spelling.item
        for spelling in forms.application_spellings()
        if spelling.strong and spelling.text.startswith(word)
    }
    return len(word) >= _LONG and items == {match.item}


def continues(words: list[str], rest: str) -> bool:
    """Whether words go on with the rest of a wrapped label: one of the first few begins with its next letters."""
    start = rest[:_LETTERS_OF_REST]
    return bool(rest) and any(
        skeleton(word).startswith(start[: max(1, len(skeleton(word)))]) for word in words[:_WORDS_BEHIND]
    )


def without_groups(words: Sequence[str]) -> list[str]:
    """The words without what is only a piece of a group's label (（五）不, 予处理, 办)."""
    kept = []
    for word in words:
        if skeleton(word) == "其他" and any(skeleton(earlier) == "六" for earlier in words):
            continue  # the head of the group （六）其他处理, broken over lines
        kept.append(_without_group(word))
    return [word for word in kept if word]


@lru_cache(maxsize=16384)
def _without_group(word: str) -> str:
    """A word without those of its parts that are only pieces of a group's label."""
    if match_ending(skeleton(word)) is not None:
        return word
    return " ".join(part for part in word.split() if not _is_piece_of_group(skeleton(part)))


@lru_cache(maxsize=4096)
def _is_piece_of_group(text: str) -> bool:
    if not text or match_ending(text) is not None:
        return not text
    return any(text in group for group in _GROUPS)


@lru_cache(maxsize=2048)
def mentioned(words: tuple[str, ...]) -> tuple[str, ...]:
    """The rows that any of some words name, in the order of the text."""
    items = []
    for word in words:
        match = match_ending(skeleton(word[-_LONGEST_PRINTED:]))
        if match is not None and match.strong and match.item not in items:
            items.append(match.item)
    return tuple(items)


def official_label(item: str) -> str:
    """The label of a row on the official form, for messages."""
    return forms.application_items()[item].label_zh
