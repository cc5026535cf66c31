"""Labels of table three that narrow columns have cut: the pieces of each, found again among the words of many lines.

In aligned text a label stands on several lines, beside pieces of its group's label. The form's labels are known, so
that the pieces can be put together in one way only, or hardly ever in more: of all ways the cheapest is taken, where
skipped rows, letters left over and unfinished labels cost.

Belongs here: words to lines that a row's label takes up. Does not: numbers (``aligned_table``).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, NamedTuple

from rapidfuzz.distance import Levenshtein

from pipeline import forms
from pipeline.forms.skeleton import skeleton

#: Labels of groups of rows in the form's order; their pieces stand among the rows' own.
GROUPS = ("三本年度办理结果", "三不予公开", "四无法提供", "五不予处理", "六其他处理")
#: What it costs to skip a row of the form, to leave a label unfinished, and each letter that fits nowhere.
_SKIPPED, _UNFINISHED, _LEFT_OVER = 2, 3, 2
#: Ways that cost more than the cheapest by this are given up, and so are those beyond the first so many.
_MARGIN, _MOST_WAYS = 12, 40
#: A piece with slips has so many letters at least, and so many for each slip; so many rows ahead are looked at.
_LEAST_OF_SLIP, _LETTERS_OF_SLIP, _ROWS_AHEAD = 4, 2.5, 4
#: So many letters may be lost from a piece, or added.
_MOST_LOST, _MOST_ADDED = 5, 3
#: An unfinished group's label costs less: some reports print （六）其他 alone.
_GROUP_UNFINISHED = 1


#: The number of a row on the form, the last in its full label: 三（三）不予公开 1.属于国家秘密, 三（一）予以公开.
_NUMBERED = re.compile("(?:.*[ ]|^三)?([1-9]|（[一二三四五六七]）|[一二四])[.、]?(?=.)")


def is_of_group(text: str) -> bool:
    """Whether a skeleton is the label of a group, or a piece of it."""
    return any(text in group for group in GROUPS)


class Piece(NamedTuple):
    """Words on one line that stand together: the skeleton of their text, and their line."""

    text: str
    line: int


@dataclass(slots=True)
class LabelSpan:
    """The lines that a row's label takes up, from its first to its last."""

    item: str
    first: int
    last: int


class LabelSpans(NamedTuple):
    """The labels found, in order; the lines on which pieces of groups' labels stand; and what the finding cost."""

    spans: list[LabelSpan]
    group_lines: set[int]
    left_over: list[Piece]
    cost: int


#: The index of a piece, the row that it belongs to (or ``_GROUP``, ``_NOTHING``), and the decisions before it.
_Decisions = tuple[int, int, Any]


@dataclass(slots=True)
class _Way:
    """One way to read the pieces so far: the label and the group's label that are open, and what was decided.

    ``done`` is the chain of decisions, the last one first.
    """

    cost: int
    row: int
    text: str
    groups: tuple[tuple[int, str], ...]
    done: _Decisions | None


def find_spans(pieces: Sequence[Piece], form: str) -> LabelSpans:
    """The labels of a form's rows among some pieces in the order of the text."""
    ways = [_Way(0, -1, "", (), None)]
    for index, piece in enumerate(pieces):
        best: dict[tuple[Any, ...], _Way] = {}
        for way in ways:
            for following in _continued(way, piece.text, index, form):
                key = (following.row, following.text, following.groups)
                if key not in best or best[key].cost > following.cost:
                    best[key] = following
        ways = sorted(best.values(), key=lambda way: way.cost)
        if len(ways) > 1:
            most = ways[0].cost + _MARGIN
            ways = [way for way in ways[:_MOST_WAYS] if way.cost <= most]
    best_way = min(ways, key=lambda way: way.cost + _unfinished(way, form))
    return _spans(pieces, best_way, form)


def _spans(pieces: Sequence[Piece], way: _Way, form: str) -> LabelSpans:
    decisions = []
    done = way.done
    while done is not None:
        decisions.append(done[:2])
        done = done[2]
    rows = _rows(form)
    spans: list[LabelSpan] = []
    group_lines: set[int] = set()
    left_over: list[Piece] = []
    for index, row in reversed(decisions):
        line = pieces[index].line
        if row == _GROUP:
            group_lines.add(line)
        elif row == _NOTHING:
            left_over.append(pieces[index])
        elif spans and spans[-1].item == rows[row]:
            spans[-1].last = line
        else:
            spans.append(LabelSpan(rows[row], line, line))
    return LabelSpans(spans, group_lines, left_over, way.cost + _unfinished(way, form))


_GROUP, _NOTHING = -1, -2


def _continued(way: _Way, text: str, index: int, form: str) -> list[_Way]:
    """The ways to go on with a piece: with the open label, with a later row's, with a group's, or with nothing."""
    beginnings = _beginnings(form)
    found: list[_Way] = []
    if way.row >= 0 and (way.text + text) in beginnings and way.row in beginnings[way.text + text]:
        found.append(_Way(way.cost, way.row, way.text + text, way.groups, (index, way.row, way.done)))
    for row in beginnings.get(text, ()):
        if row > way.row:
            cost = way.cost + _SKIPPED * (row - way.row - 1) + _unfinished(way, form)
            found.append(_Way(cost, row, text, way.groups, (index, row, way.done)))
    found += _with_group(way, text, index)
    if not found:
        found += _with_explanation(way, text, index, form)
        found += _with_slip(way, text, index, form)
        cost = way.cost + (0 if text.isdecimal() else _LEFT_OVER * len(text))
        found.append(_Way(cost, way.row, way.text, way.groups, (index, _NOTHING, way.done)))
    return found


def _with_group(way: _Way, text: str, index: int) -> list[_Way]:
    """The ways in which a piece goes on with an open group's label or begins a later one's."""
    found = []
    for at, (group, so_far) in enumerate(way.groups):
        if GROUPS[group].startswith(so_far + text):
            groups = (*way.groups[:at], (group, so_far + text), *way.groups[at + 1 :])
            found.append(_Way(way.cost, way.row, way.text, groups, (index, _GROUP, way.done)))
    if text in GROUPS:  # repeated in each row of the group
        found.append(_Way(way.cost, way.row, way.text, way.groups, (index, _GROUP, way.done)))
    last = max((group for group, _ in way.groups), default=0)
    if GROUPS[0].startswith(text) and all(group for group, _ in way.groups):
        # The label of all outcomes may stand in the middle of them.
        found.append(_Way(way.cost, way.row, way.text, (*way.groups, (0, text)), (index, _GROUP, way.done)))
    for group, label in enumerate(GROUPS):
        if group > last and label.startswith(text):
            # The label of all outcomes stays open beside those of the groups inside it.
            kept = tuple(each for each in way.groups if each[0] == 0)
            cost = way.cost + _GROUP_UNFINISHED * sum(
                so_far != GROUPS[each] for each, so_far in way.groups if each != 0
            )
            found.append(_Way(cost, way.row, way.text, (*kept, (group, text)), (index, _GROUP, way.done)))
    return found


def _with_explanation(way: _Way, text: str, index: int, form: str) -> list[_Way]:
    """The ways in which a piece begins with a whole label, or ends one, and goes on with something else."""
    beginnings, whole = _beginnings(form), _whole(form)
    found = []
    for length in range(len(text) - 1, 1, -1):
        for row in beginnings.get(text[:length], ()):
            if row > way.row and (row, text[:length]) in whole:
                cost = way.cost + _SKIPPED * (row - way.row - 1) + _unfinished(way, form) + len(text) - length
                found.append(_Way(cost, row, text[:length], way.groups, (index, row, way.done)))
        if found:
            break
    for group, so_far in way.groups:
        rest = GROUPS[group][len(so_far) :]
        if rest and text.startswith(rest):
            groups = tuple((each, GROUPS[each] if each == group else done) for each, done in way.groups)
            behind = _Way(way.cost, way.row, way.text, groups, way.done)
            found += [
                each
                for each in _continued(behind, text[len(rest) :], index, form)
                if each.done is not None and each.done[1] >= 0
            ]
    return found


def _with_slip(way: _Way, text: str, index: int, form: str) -> list[_Way]:
    """The ways in which a piece goes on with the open label, or begins one of the next rows', with slips of the pen."""
    if len(text) < _LEAST_OF_SLIP:
        return []
    found = []
    for row in range(max(0, way.row), min(way.row + _ROWS_AHEAD, len(_rows(form)))):
        so_far = way.text if row == way.row else ""
        slips, label = _nearest(so_far, text, row, form)
        if slips * _LETTERS_OF_SLIP <= len(text):
            cost = way.cost + slips
            if row != way.row:
                cost += _SKIPPED * (row - way.row - 1) + _unfinished(way, form)
            found.append(_Way(cost, row, label, way.groups, (index, row, way.done)))
    return found


@lru_cache(maxsize=4096)
def _nearest(so_far: str, text: str, row: int, form: str) -> tuple[int, str]:
    """The fewest slips of a row's label if ``text`` came behind ``so_far``, and the label as it should be."""
    best = (len(text), "")
    for label in _labels_of(form)[row]:
        if label.startswith(so_far):
            rest = label[len(so_far) :]
            for length in range(max(1, len(text) - _MOST_ADDED), min(len(rest), len(text) + _MOST_LOST) + 1):
                slips = Levenshtein.distance(text, rest[:length])
                best = min(best, (slips, so_far + rest[:length]))
    return best


def _unfinished(way: _Way, form: str) -> int:
    return 0 if way.row < 0 or (way.row, way.text) in _whole(form) else _UNFINISHED


@cache
def _rows(form: str) -> list[str]:
    return forms.application_rows(form)


@cache
def _beginnings(form: str) -> dict[str, tuple[int, ...]]:
    """Positions of the rows whose labels begin with a text, by the text."""
    positions = {item: position for position, item in enumerate(_rows(form))}
    found: dict[str, set[int]] = {}
    for item, text in _labels(form):
        for length in range(1, len(text) + 1):
            found.setdefault(text[:length], set()).add(positions[item])
    return {text: tuple(sorted(rows)) for text, rows in found.items()}


@cache
def _whole(form: str) -> frozenset[tuple[int, str]]:
    positions = {item: position for position, item in enumerate(_rows(form))}
    return frozenset((positions[item], text) for item, text in _labels(form))


@cache
def _labels_of(form: str) -> list[list[str]]:
    """The spellings of each row by its position."""
    found: list[list[str]] = [[] for _ in _rows(form)]
    positions = {item: position for position, item in enumerate(_rows(form))}
    for item, text in _labels(form):
        found[positions[item]].append(text)
    return found


@cache
def _labels(form: str) -> list[tuple[str, str]]:
    """The spellings of a form's rows, with and without the number that the form gives the row."""
    rows = set(_rows(form))
    labels = [(spelling.item, spelling.text) for spelling in forms.application_spellings() if spelling.item in rows]
    for item, text in list(labels):
        numbered = _NUMBERED.search(forms.application_items()[item].label_zh)
        if numbered and not text.startswith(number := skeleton(numbered[1])):
            labels.append((item, number + text))
    return labels
