"""How one report prints its numbers, and which of them it does not print.

`print_cells` turns the truth into the text of every cell. Number styles keep the value; a blank or a nil mark changes
the truth to None there; a deleted or smudged cell marks its row as uncertain. Which of these a layout can bear is
said by its `Bearing`. Labels and tables are put together in `sheet.py`.
"""

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

from .dice import Dice
from .form import COLUMNS, OUTCOMES, PROACTIVE_FORMS, TRACKS
from .style import FULL_DIGITS
from .truth import APPLICATIONS, PROACTIVE, REVIEW, Truth, Value

Place: TypeAlias = tuple[str, str, str]
"""Table, item or track, column or measure."""

NIL_MARKS = ("-", "/", "—", "无", "－", "——")


@dataclass(frozen=True)
class Bearing:
    """What a layout can show.

    `blanks`: "any" (every cell has a place of its own), "interior" (a blank is seen between two filled cells), "marks"
    (only nil marks are seen), "none". `words`: cells may hold more than a number (3件). `explained`: labels may hold
    numbers. `lost_review`: the numbers of table four stand in an order that cannot be read with certainty.
    """

    blanks: str = "none"
    words: bool = False
    explained: bool = False
    lost_review: bool = False


@dataclass(frozen=True)
class Damage:
    """What is to be left out: a share of single cells, whole tables' zeros, or one cell of a row."""

    blanks: float = 0.0
    blank_zeros: bool = False
    blank_table: bool = False
    drop_articles: bool = False
    delete_cell: bool = False
    smudge: bool = False


@dataclass
class Cells:
    """The printed text of every cell, the heading of amounts, and the articles that the report leaves out."""

    texts: dict[Place, str]
    amount_unit: str
    dropped: set[str]


@dataclass
class _NumberStyle:
    thousands: bool
    full_digits: bool
    unit: str
    minus: str
    nil: str

    @classmethod
    def choose(cls, dice: Dice, bearing: Bearing) -> "_NumberStyle":
        return cls(
            thousands=dice.chance(0.08),
            full_digits=dice.chance(0.02),
            unit=dice.vary("", "件", " 件", p=0.03) if bearing.words else "",
            minus=dice.vary("-", "－", "−", p=0.15),
            nil=dice.pick(NIL_MARKS),
        )

    def count(self, value: int) -> str:
        text = f"{abs(value):,}" if self.thousands else str(abs(value))
        if value < 0:
            text = self.minus + text
        return text.translate(FULL_DIGITS) if self.full_digits else text


def print_cells(
    truth: Truth,
    dice: Dice,
    bearing: Bearing,
    damage: Damage,
    segment: Callable[[str, str], Iterable[str]],
) -> Cells:
    """Print every cell; `truth` is changed where a number is left out.

    `segment(table, item)` names the rows that become uncertain together when a cell of that row is lost.
    """
    style = _NumberStyle.choose(dice, bearing)
    texts: dict[Place, str] = {}
    for table, item, column, value in _cells(truth):
        if column == "amount":
            continue
        texts[table, item, column] = _print_count(truth, dice, style, (table, item, column), int(value or 0))
    unit = _print_amounts(truth, dice, style, bearing, texts)
    dropped = _drop_articles(truth, dice, texts) if damage.drop_articles else set()
    _leave_blank(truth, dice, style, bearing, damage, texts)
    if bearing.lost_review:
        truth.uncertain.update((REVIEW, track) for track in TRACKS)
    if damage.delete_cell or damage.smudge:
        _spoil_one(truth, dice.rng, damage, texts, segment)
    return Cells(texts, unit, dropped)


def _cells(truth: Truth) -> Iterable[tuple[str, str, str, Value]]:
    for (item, measure), value in truth.proactive.items():
        yield PROACTIVE, item, measure, value
    for item, row in truth.applications.items():
        for column, number in zip(COLUMNS, row, strict=True):
            yield APPLICATIONS, item, column, number
    for track, row in truth.review.items():
        for outcome, number in zip(OUTCOMES, row, strict=True):
            yield REVIEW, track, outcome, number


def _print_count(truth: Truth, dice: Dice, style: _NumberStyle, place: Place, value: int) -> str:
    text = style.count(value)
    if place[2] == "change":
        return f"+{text}" if value > 0 and dice.chance(0.6) else text
    if style.unit:
        truth.notes[place] = "annotated"
        if place[2] in ("created", "issued") and value > 2:
            return f"{text}（其中修订 {dice.number(1, value - 1)} 件）"
        return text + style.unit
    return text


def _print_amounts(truth: Truth, dice: Dice, style: _NumberStyle, bearing: Bearing, texts: dict[Place, str]) -> str:
    """Print the amounts; the answer is the unit that the column's heading must name."""
    unit = "万元"
    for (item, measure), value in truth.proactive.items():
        if measure != "amount":
            continue
        place = (PROACTIVE, item, measure)
        amount = Decimal(value or 0)
        text = format(amount, ",f" if style.thousands else "f")
        if dice.chance(0.08):
            text = format(amount, ".4f" if amount != round(amount, 2) else ".2f")
        if bearing.words and dice.chance(0.04):
            text += "万元"
            truth.notes[place] = "annotated"
        elif bearing.words and amount and dice.chance(0.06):
            text = f"{int(amount * 10_000)}元"
            truth.notes[place] = "unit_converted"
        elif amount and dice.chance(0.03):
            text, unit = str(int(amount * 10_000)), "元"
            truth.notes[place] = "unit_converted"
        texts[place] = text.translate(FULL_DIGITS) if style.full_digits else text
    return unit


def _set_none(truth: Truth, place: Place, state: str | None) -> None:
    """The report does not state this number."""
    table, item, column = place
    if table == PROACTIVE:
        truth.proactive[item, column] = None
    elif table == APPLICATIONS:
        truth.applications[item][COLUMNS.index(column)] = None
    else:
        truth.review[item][OUTCOMES.index(column)] = None
    truth.notes.pop(place, None)
    if state:
        truth.notes[place] = state


def _drop_articles(truth: Truth, dice: Dice, texts: dict[Place, str]) -> set[str]:
    """Leave out all 项 of the proactive table but one or two."""
    articles = {block.article: block.items for block in PROACTIVE_FORMS[truth.proactive_form]}
    kept = dice.rng.sample(["一", "五", "六"], dice.number(1, 2))
    dropped = set(articles) - set(kept)
    for place in list(texts):
        if place[0] == PROACTIVE and any(place[1] in articles[article] for article in dropped):
            _set_none(truth, place, "absent_row")
            texts[place] = ""
    return dropped


def _leave_blank(
    truth: Truth, dice: Dice, style: _NumberStyle, bearing: Bearing, damage: Damage, texts: dict[Place, str]
) -> None:
    if bearing.blanks == "none":
        return
    for place, text in list(texts.items()):
        if truth.notes.get(place) == "absent_row":
            continue
        empty = damage.blank_table and place[0] == APPLICATIONS
        empty = empty or (damage.blank_zeros and text in ("0", "０") and place[0] != PROACTIVE)
        if empty and bearing.blanks == "any":
            texts[place] = ""
            _set_none(truth, place, "blank")
        elif damage.blanks and dice.rng.random() < damage.blanks:
            seen = bearing.blanks == "any" or (bearing.blanks == "interior" and not _is_edge(place))
            mark = style.nil if not seen or dice.rng.random() < 0.5 else ""
            texts[place] = mark
            _set_none(truth, place, "nil_mark" if mark else "blank")


def _is_edge(place: Place) -> bool:
    """Whether a cell is the first or last of its run, so that a blank there looks like padding."""
    table, _, column = place
    if table == APPLICATIONS:
        return column in (COLUMNS[0], COLUMNS[-1])
    if table == REVIEW:
        return column in (OUTCOMES[0], OUTCOMES[-1])
    return True


def _spoil_one(
    truth: Truth,
    rng: random.Random,
    damage: Damage,
    texts: dict[Place, str],
    segment: Callable[[str, str], Iterable[str]],
) -> None:
    """Lose one cell, or print one number so that its row cannot be read with certainty."""
    tables = [APPLICATIONS] * 6 + [REVIEW, PROACTIVE]
    table = rng.choice(tables)
    places = [place for place, text in texts.items() if place[0] == table and text]
    if not places:
        return
    place = rng.choice(places)
    if damage.delete_cell:
        texts[place] = ""
        _set_none(truth, place, None)
    else:
        text = texts[place]
        texts[place] = f"{text[0]} {text[1:]}" if len(text) > 1 and text.isdecimal() else f"? {text}"
    printed = {(table, item) for table, item, _ in texts}
    truth.uncertain |= printed & {(table, item) for item in segment(table, place[1])}
