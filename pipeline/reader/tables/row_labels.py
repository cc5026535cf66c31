"""Which row of table three some words name.

Exact spellings first (``forms/labels``), then the same with words behind or before, wrapped over lines, or
with a letter lost. A name is only given where no other row's label fits about as well.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from rapidfuzz.distance import Levenshtein

from pipeline import forms
from pipeline.forms.skeleton import skeleton

#: From this length on a label may be cut by a line's end or carry a slip of the pen and still be known.
_LONG = 5
_SIMILAR = 0.75
_MARGIN = 0.1
#: So many letters fewer or more than a label a text with a slip may have.
_FEWER, _MORE = 2, 3
#: No label is printed longer than this, with all its blanks and brackets; before it there may be prose.
_LONGEST_PRINTED = 100


#: A row whose label is also the head of a group: with a numbered row behind it, it is the group's.
_GROUP_ITEMS = {"other_processing"}
_NUMBERED = re.compile("[1-9]|申请人|逾期")


@dataclass(frozen=True, slots=True)
class Named:
    """A row's name as found: ``strong`` when the words alone prove it, ``rest`` what a wrapped label still lacks."""

    item: str
    strong: bool
    rest: str = ""


@cache
def _by_ending() -> dict[str, list[forms.Label]]:
    """Spellings by their last two letters, longest first: what a text can end with."""
    endings: dict[str, list[forms.Label]] = {}
    for label in forms.application_labels():
        endings.setdefault(label.text[-2:], []).append(label)
    return endings


@lru_cache(maxsize=4096)
def name(words: str, last: tuple[str, ...]) -> Named | None:
    """The row that words in front of numbers name; None if they name none.

    ``words`` is the skeleton of everything since the numbers before, ``last`` are those of its last cells together.
    """
    return _ending(words) or _wrapped(words) or _beginning(last) or _similar(words)


@lru_cache(maxsize=4096)
def exact(words: str) -> Named | None:
    """The row whose spelling the words end with; None if there is none."""
    return _ending(words)


def _ending(words: str) -> Named | None:
    for label in _by_ending().get(words[-2:], ()):
        if words.endswith(label.text):
            return Named(label.item, label.strong)
    return None


@cache
def _by_beginning() -> dict[str, list[tuple[int, forms.Label]]]:
    """Long spellings that are certain by their first two letters, each with its rank: the longest first."""
    beginnings: dict[str, list[tuple[int, forms.Label]]] = {}
    for rank, label in enumerate(_certain()):
        beginnings.setdefault(label.text[:2], []).append((rank, label))
    return beginnings


@cache
def _certain() -> list[forms.Label]:
    """The spellings that alone say which row it is and are long enough to be known by a part, the longest first."""
    return [label for label in forms.application_labels() if label.strong and len(label.text) >= _LONG]


@cache
def _pieces() -> dict[str, Named]:
    """What the beginnings of spellings name; of several with the same beginning, the longest."""
    pieces: dict[str, Named] = {}
    for label in forms.application_labels():
        for length in range(max(_LONG, len(label.text) // 3), len(label.text) if label.strong else 0):
            pieces.setdefault(label.text[:length], Named(label.item, False, label.text[length:]))
    return pieces


def _beginning(last: tuple[str, ...]) -> Named | None:
    """A label with an explanation behind it."""
    found = {}
    for words in last:
        for rank, label in _by_beginning().get(words[:2], ()):
            rest = words.removeprefix(label.text)
            if rest != words and not (label.item in _GROUP_ITEMS and _NUMBERED.match(rest)):
                found[rank] = label.item
    return Named(found[min(found)], True) if found else None


def _wrapped(words: str) -> Named | None:
    """A label whose end stands behind its numbers."""
    pieces = _pieces()
    for length in range(min(len(words), max(map(len, pieces))), _LONG - 1, -1):
        if (named := pieces.get(words[-length:])) is not None:
            return named
    return None


@cache
def _letters() -> list[tuple[forms.Label, frozenset[str], int]]:
    """The certain spellings, their letters, and how many of these a text can lack that is still similar."""
    return [
        (label, frozenset(label.text), int((1 - _SIMILAR + _MARGIN) * (len(label.text) + _MORE)))
        for label in _certain()
    ]


def _similar(words: str) -> Named | None:
    """A label with slips: the closest, where it is close and no other row's is nearly as close."""
    if len(words) < _LONG - 1:
        return None
    closest: dict[str, float] = {}
    letters = frozenset(words[-len(_certain()[0].text) - _MORE :])
    for label, its, most in _letters():
        if len(its - letters) > most:
            continue  # cannot be similar, whatever its letters' order
        size = len(label.text)
        score = max(
            Levenshtein.normalized_similarity(words[-length:], label.text, score_cutoff=_SIMILAR - _MARGIN)
            for length in range(max(size - _FEWER, 1), size + _MORE + 1)
        )
        closest[label.item] = max(score, closest.get(label.item, 0.0))
    ranked = sorted(closest.items(), key=lambda pair: -pair[1])
    if not ranked or ranked[0][1] < _SIMILAR:
        return None
    if len(ranked) > 1 and ranked[0][1] - ranked[1][1] < _MARGIN:
        return None
    return Named(ranked[0][0], True)


def is_little(named: Named) -> bool:
    """Whether what a label lacks at its end is so little that it is known all the same."""
    return len(named.rest) * 3 <= max(
        len(label.text) for label in forms.application_labels() if label.item == named.item
    )


def is_begun_by(named: Named, word: str) -> bool:
    """Whether a cell is the beginning of the row's label, and of no other row's."""
    items = {label.item for label in forms.application_labels() if label.strong and label.text.startswith(word)}
    return len(word) >= _LONG and items == {named.item}


def begins_with(words: list[str], rest: str) -> bool:
    """Whether words go on with what a wrapped label lacks: one of the first few begins with its next letters."""
    start = rest[: min(len(rest), 4)]
    return bool(rest) and any(skeleton(word).startswith(start[: max(1, len(skeleton(word)))]) for word in words[:5])


#: Labels of groups of rows. Narrow columns break them anywhere, and their pieces stand among the rows' own words.
_GROUPS = ("三本年度办理结果", "三不予公开", "四无法提供", "五不予处理", "六其他处理")


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
    if _ending(skeleton(word)) is not None:
        return word
    return " ".join(part for part in word.split() if not _is_group_piece(skeleton(part)))


@lru_cache(maxsize=4096)
def _is_group_piece(text: str) -> bool:
    if not text or _ending(text) is not None:
        return not text
    return any(text in group for group in _GROUPS)


@lru_cache(maxsize=2048)
def mentioned(words: tuple[str, ...]) -> tuple[str, ...]:
    """The rows that any of some words name, in the order of the text."""
    found = []
    for word in words:
        named = _ending(skeleton(word[-_LONGEST_PRINTED:]))
        if named is not None and named.strong and named.item not in found:
            found.append(named.item)
    return tuple(found)


def canonical(item: str) -> str:
    """The label of a row on the official form, for messages."""
    return forms.application_items()[item].label_zh
