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
from pipeline.skeleton import skeleton

#: From this length on a label may be cut by a line's end or carry a slip of the pen and still be known.
_LONG = 5
_SIMILAR = 0.75
_MARGIN = 0.1


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


@lru_cache(maxsize=65536)
def name(words: str, last: tuple[str, ...]) -> Named | None:
    """The row that words in front of numbers name; None if they name none.

    ``words`` is the skeleton of everything since the numbers before, ``last`` are those of its last cells together.
    """
    return _ending(words) or _wrapped(words) or _beginning(last) or _similar(words)


@lru_cache(maxsize=65536)
def exact(words: str) -> Named | None:
    """The row whose spelling the words end with; None if there is none."""
    return _ending(words)


def _ending(words: str) -> Named | None:
    for label in _by_ending().get(words[-2:], ()):
        if words.endswith(label.text):
            return Named(label.item, label.strong)
    return None


def _beginning(last: tuple[str, ...]) -> Named | None:
    """A label with an explanation behind it."""
    for label in forms.application_labels():
        if not label.strong or len(label.text) < _LONG:
            continue
        for words in last:
            rest = words.removeprefix(label.text)
            if rest != words and not (label.item in _GROUP_ITEMS and _NUMBERED.match(rest)):
                return Named(label.item, True)
    return None


def _wrapped(words: str) -> Named | None:
    """A label whose end stands behind its numbers."""
    best: Named | None = None
    best_length = 0
    for label in forms.application_labels():
        if not label.strong:
            continue
        for length in range(len(label.text) - 1, max(_LONG, len(label.text) // 3) - 1, -1):
            if length <= best_length:
                break
            if words.endswith(label.text[:length]):
                best, best_length = Named(label.item, False, label.text[length:]), length
                break
    return best


def _similar(words: str) -> Named | None:
    """A label with slips: the closest, where it is close and no other row's is nearly as close."""
    closest: dict[str, float] = {}
    for label in forms.application_labels():
        size = len(label.text)
        if not label.strong or size < _LONG or len(words) < _LONG - 1:
            continue
        score = max(
            Levenshtein.normalized_similarity(words[-length:], label.text, score_cutoff=0.5)
            for length in range(max(size - 2, 1), size + 4)
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


@lru_cache(maxsize=4096)
def mentioned(words: tuple[str, ...]) -> tuple[str, ...]:
    """The rows that any of some words name, in the order of the text."""
    found = []
    for word in words:
        named = _ending(skeleton(word))
        if named is not None and named.strong and named.item not in found:
            found.append(named.item)
    return tuple(found)


def canonical(item: str) -> str:
    """The label of a row on the official form, for messages."""
    return forms.application_items()[item].label_zh
