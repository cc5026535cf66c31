"""Which row of the form each candidate row of table three is.

Rows whose label is certain are anchors. Between two anchors the rows without a label are assigned by the form's order,
if there are just as many of them as rows of the form, and if the sums of the whole table agree.

Belongs here: the order of rows. Does not: spellings (``row_labels``), the cells of a row (``application_cells``).
"""

import re
from bisect import bisect_left
from itertools import pairwise
from typing import NamedTuple

from pipeline import forms
from pipeline.forms.skeleton import skeleton
from pipeline.reader.layouts import flat
from pipeline.reader.tables.application_candidates import CandidateRow
from pipeline.reader.tables.application_cells import read_rows, sums_hold
from pipeline.reader.tables.columns import Geometry
from pipeline.reader.tables.label_runs import LabelRun
from pipeline.reader.tables.row_labels import GROUP_ITEMS, likeness

#: The rows of both forms in order; the one row of the 2019 form comes before the three that replaced it.
_ROWS = [item for item in forms.application_items() if item != "other_processing"]
_ROWS.insert(_ROWS.index("other_no_correction"), "other_processing")
#: Position on the form by item, and the last of them.
POSITIONS = {item: position for position, item in enumerate(_ROWS)}
LAST_POSITION = POSITIONS["carried_forward"]
#: Labels that only one form has.
_ONLY_2021 = re.compile("逾期不补|逾期未按收费")
_ONLY_2019 = re.compile("本年新制作数量|上一年项目数量")
#: No table has more rows with labels.
_MOST_ROWS = 400
#: The item of a row that the form does not have.
OWN_ROW = ""
#: A label has so many letters at least, and so much of a row's own label if it is that row's with slips.
_LEAST_LABEL, _LIKE = 4, 0.5
#: What a label that proves its row, and one that does not, weigh in the choice of anchors.
_STRONG, _WEAK = 3, 1

#: The item of a candidate row by the row's index.
Items = dict[int, str]


class Assignment(NamedTuple):
    """The item of each candidate row by index, and the indexes of rows whose item is doubtful."""

    items: Items
    doubtful: set[int]


def assign_items(rows: list[CandidateRow], runs: list[LabelRun], geometry: Geometry) -> Assignment:
    """Assign the rows of the form to candidate rows: by label and by order, and the sums decide between the two.

    By label, each row is what the words before it say. By order, only labels in the row itself are believed, and the
    rows between them take the form's rows between: right where labels have come apart from their numbers. ``runs`` are
    those of the whole document, which show what form it is of.
    """
    full = {index for index, row in enumerate(rows) if row.full}
    if _have_labels_of_their_own(rows, full):
        return Assignment(_items_at(rows, sorted(full)), set())  # the rows stand in an order of their own
    anchors = _anchors(rows, _misplaced_labels(rows))
    if full.issubset(anchors):
        return Assignment(_items_at(rows, anchors), set())  # every row has its own label, in order
    possible = _possible_forms(runs)
    by_label = _assign(rows, anchors, possible)
    by_order = _assign(rows, _anchors(rows, {index for index, row in enumerate(rows) if not row.own}), possible)
    if full <= {index for index, item in by_label.items() if item in (rows[index].item, OWN_ROW)}:
        return Assignment(by_label, set())
    if full <= by_order.keys() and by_order != by_label:
        label_proved, order_proved = (sums_hold(read_rows(rows, items, geometry)[0]) for items in (by_label, by_order))
        if order_proved and not (label_proved and full <= by_label.keys()):
            return Assignment(by_order, set())
        if order_proved or not label_proved:
            return Assignment(by_label, {index for index in full if by_order.get(index) != by_label.get(index)})
    elif not full <= by_label.keys():
        # Rows are left over, so some label may stand before another row's numbers: believe only labels in the row.
        return Assignment(by_label, {index for index in full if not rows[index].own})
    return Assignment(by_label, set())


def _have_labels_of_their_own(rows: list[CandidateRow], full: set[int]) -> bool:
    """Whether each full row has a certain label, right before its numbers, that no other row has."""
    if not all(rows[index].item and rows[index].strong for index in full):
        return False
    items = [rows[index].item for index in full]
    alone = all(rows[index].own or len({*rows[index].mentioned} - GROUP_ITEMS) <= 1 for index in full)
    return alone and len(set(items)) == len(items) and all(row.item in items or not row.item for row in rows)


def are_bounded(rows: list[CandidateRow], items: Items, by_order: list[int]) -> bool:
    """Whether all rows assigned by order stand between rows with certain labels, so that no sum need prove them."""
    labelled = [index for index, item in items.items() if rows[index].item == item and rows[index].strong]
    return bool(labelled) and min(labelled) < min(by_order) and max(by_order) < max(labelled)


def _possible_forms(runs: list[LabelRun]) -> list[str]:
    """The forms that rows without labels can be of: where any label is of one form only, that form."""
    text = "".join(run.label for run in runs)
    return ["2021"] if _ONLY_2021.search(text) else ["2019"] if _ONLY_2019.search(text) else ["2021", "2019"]


def _items_at(rows: list[CandidateRow], anchors: list[int]) -> Items:
    return {index: rows[index].item or "" for index in anchors}


def _assign(rows: list[CandidateRow], anchors: list[int], possible: list[str]) -> Items:
    """The items of the anchors, and by the form's order those of the rows between them."""
    return _items_at(rows, anchors) | _items_between(rows, anchors, possible)


def _anchors(rows: list[CandidateRow], disbelieved: set[int]) -> list[int]:
    """Indexes of the rows whose labels are believed: the heaviest choice of them that is in the form's order."""
    labelled = [index for index, row in enumerate(rows) if row.item is not None and index not in disbelieved]
    return _heaviest_in_order(rows, labelled)


def _misplaced_labels(rows: list[CandidateRow]) -> set[int]:
    """Rows that only seem to have a label: several labels stand before them, and a row without one behind them."""
    return {
        index
        for index, (row, following) in enumerate(pairwise(rows))
        if row.item is not None
        and not row.run.row_words
        and len(row.mentioned) > 1
        and following.item is None
        and following.full
    }


def _heaviest_in_order(rows: list[CandidateRow], labelled: list[int]) -> list[int]:
    """The heaviest subsequence of rows in the form's order; an item may repeat. Empty where no table is so long."""
    if len(labelled) > _MOST_ROWS:
        return []
    positions = [POSITIONS[rows[index].item or ""] for index in labelled]
    if all(before <= after for before, after in pairwise(positions)):
        return labelled
    #: Position of the last row, weight and rows of the heaviest subsequence that ends with each row.
    endings: list[tuple[int, int, list[int]]] = []
    for index, position in zip(labelled, positions, strict=True):
        possible = ((weight, chosen) for last, weight, chosen in endings if last <= position)
        weight, chosen = max(possible, default=(0, []), key=lambda pair: pair[0])
        own_weight = _STRONG if rows[index].strong else _WEAK
        endings.append((position, weight + own_weight, [*chosen, index]))
    return max(endings, key=lambda ending: ending[1])[2]


def _items_between(rows: list[CandidateRow], anchors: list[int], possible: list[str]) -> Items:
    """The items of the full rows that are no anchors, on the first of the possible forms that has rows for all."""
    loose = [index for index, row in enumerate(rows) if index not in anchors and row.full]
    taken = {rows[index].item for index in anchors}
    if not loose:
        return {}
    for form in possible:
        of_form = [item for item in _ROWS if item in forms.application_rows(form)]
        if taken.issubset(of_form):
            items = _fill_gaps(rows, anchors, loose, of_form)
            if items is not None:
                return items
    return {}


def _fill_gaps(rows: list[CandidateRow], anchors: list[int], loose: list[int], of_form: list[str]) -> Items | None:
    """The item of every loose row; None if some gap between anchors has not just as many rows as the form there."""
    positions = {item: position for position, item in enumerate(of_form)}
    items: Items = {}
    for before, after in pairwise([-1, *anchors, len(rows)]):
        inside = loose[bisect_left(loose, before + 1) : bisect_left(loose, after)]
        if not inside:
            continue
        low = positions[rows[before].item or ""] if before >= 0 else -1
        high = positions[rows[after].item or ""] if after < len(rows) else len(of_form)
        free = of_form[low + 1 : high]
        if len(free) != len(inside):
            around = [rows[at].item or "" for at in (before, after) if 0 <= at < len(rows)]
            if free or any(not _is_own_row(rows[index], around) for index in inside):
                return None
            items |= dict.fromkeys(inside, OWN_ROW)
            continue
        items |= {
            index: OWN_ROW if _is_own_row(rows[index], [item]) else item
            for index, item in zip(inside, free, strict=True)
        }
    return items


def _is_own_row(row: CandidateRow, items: list[str]) -> bool:
    """Whether a row is the agency's own: it has a label right before its numbers that is like none of these items'."""
    run = row.run
    if run.layout == flat.NAME:
        return False  # there, labels come apart from their numbers
    words = run.words[-run.row_words :] if run.row_words else run.words[-1:]
    label = skeleton("".join(words))
    return len(label) >= _LEAST_LABEL and all(likeness(label, item) < _LIKE for item in items)
