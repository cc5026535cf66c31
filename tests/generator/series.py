"""The numbers of one agency over consecutive years, in which what must hold across years holds too.

`series_truths` makes them: requests carried over are those the year before carried forward, the stock of documents
follows from what was issued and repealed, and nothing jumps. `with_series_error` breaks one of SERIES_RULES in one
year, and `across_years` lists, by its own arithmetic, what does not hold.
"""

import random
from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise
from typing import TypeAlias

from .form import APPLICATION_FORMS, COLUMNS, NOT_DISPOSITIONS
from .truth import APPLICATIONS, PROACTIVE, Size, Truth, Value, random_truth, spread, violations

Place: TypeAlias = tuple[str, str, str]
YearViolation: TypeAlias = tuple[str, int, str, str]
"""Rule, the later year, item or track, column or measure."""

SERIES_RULES = ("carry_over", "document_stock", "jump")
_DOCUMENTS = ("regulation", "normative_document")
_PENALTIES = ("administrative_penalty", "decisions")
_MOST_TRIES = 200
_FIFTH = 5
_FROM_NOTHING = 20


def usual_form(year: int) -> str:
    """The form in force for a report on this year."""
    return "2019" if year <= 2020 else "2021"


def series_truths(rng: random.Random, years: Sequence[int], *, size: Size, agency: str) -> list[Truth]:
    """One truth a year; all sums hold in each year and across years."""
    for _ in range(_MOST_TRIES):
        truths = [_first(rng, years[0], size, agency)]
        for year in years[1:]:
            following = _next(rng, truths[-1], year, size)
            if following is None:
                break
            truths.append(following)
        else:
            return truths
    raise RuntimeError(f"no series for {agency} {years}")  # not seen; each step succeeds nearly always


def _first(rng: random.Random, year: int, size: Size, agency: str) -> Truth:
    truth = random_truth(rng, usual_form(year), size=size, agency=agency, year=year)
    _begin_proactive(truth.proactive)
    return truth


def _begin_proactive(facts: dict[tuple[str, str], Value]) -> None:
    """Numbers from which the next years can go on: documents to repeal, and no wild change of the items."""
    for item, measure in list(facts):
        if measure == "in_force":
            _, repealed = _number(facts[item, "issued"]), _number(facts[item, "repealed"])
            facts[item, measure] = max(_number(facts[item, measure]), 4 * repealed)
        elif measure == "change":
            facts[item, measure] = _bearable_change(
                _number(facts[item, "prior_year_items"]), _number(facts[item, measure])
            )


def _next(rng: random.Random, last: Truth, year: int, size: Size) -> Truth | None:
    """The year after `last`; None where nothing fitting was found."""
    for _ in range(_MOST_TRIES):
        truth = Truth(
            agency=last.agency,
            year=year,
            form=usual_form(year),
            applications=_next_applications(rng, last, usual_form(year)),
            review={track: _next_review(rng, cells) for track, cells in last.review.items()},
            proactive=_next_proactive(rng, last, usual_form(year), size),
        )
        if _is_sound(truth) and not across_years([last, truth]):
            return truth
    return None


def _is_sound(truth: Truth) -> bool:
    """No stock smaller than what came new into it, no less items than none."""
    facts = truth.proactive
    stocks = [
        _number(facts[item, "in_force"]) - _number(facts[item, "issued"])
        for item, measure in facts
        if measure == "in_force"
    ]
    items = [_number(facts[key]) for key in facts if key[1] == "prior_year_items"]
    return min([*stocks, *items], default=0) >= 0


def _next_applications(rng: random.Random, last: Truth, form: str) -> dict[str, list[int | None]]:
    items = [item.code for item in APPLICATION_FORMS[form]]
    dispositions = [item for item in items if item not in NOT_DISPOSITIONS]
    rows = {item: [0] * 6 for item in items}
    for column in range(6):
        new = _drift(rng, _number(last.applications["new_received"][column]), born=0.1)
        over = _number(last.applications["carried_forward"][column])
        forward = int((new + over) * rng.random() * 0.4 + 0.5) if rng.random() < 0.6 else 0
        total = new + over - forward
        rows["new_received"][column], rows["carried_over"][column] = new, over
        rows["total_processed"][column], rows["carried_forward"][column] = total, forward
        for item, part in zip(dispositions, spread(rng, total, dispositions), strict=True):
            rows[item][column] = part
    return {item: [*cells, sum(cells)] for item, cells in rows.items()}


def _next_review(rng: random.Random, cells: list[int | None]) -> list[int | None]:
    parts = [_drift(rng, _number(cell), born=0.06) for cell in cells[:4]]
    return [*parts, sum(parts)]


def _next_proactive(rng: random.Random, last: Truth, form: str, size: Size) -> dict[tuple[str, str], Value]:
    """Numbers near last year's; what the form did not ask last year begins anew."""
    before = last.proactive
    facts = random_truth(rng, form, size=size).proactive
    for key in facts:
        value = before.get(key)
        if isinstance(value, Decimal):
            facts[key] = _drift_amount(rng, value)
        elif value is not None and key[1] != "change":
            facts[key] = _drift(rng, int(value), born=0.15)
    if form != last.proactive_form:
        _begin_proactive(facts)
        return facts
    for item, measure in facts:
        if measure == "in_force":
            stock, issued, repealed = (
                _number(of[item, name]) for of, name in ((before, measure), (facts, "issued"), (facts, "repealed"))
            )
            facts[item, measure] = stock + issued - repealed
        elif measure == "prior_year_items":
            items, change = _number(before[item, measure]), _number(before[item, "change"])
            facts[item, measure] = items + change
            sign = -1 if change < 0 or (not change and rng.random() < 0.4) else 1
            facts[item, "change"] = _bearable_change(items + change, sign * _drift(rng, abs(change), born=0.15))
        elif measure == "disclosed_total":
            measures = ("created", "disclosed", "disclosed_total")
            for name, value in zip(measures, sorted(_number(facts[item, name]) for name in measures), strict=True):
                facts[item, name] = value
    return facts


def _drift(rng: random.Random, value: int, *, born: float) -> int:
    """A number near the value; from nothing it seldom rises, and now and then it goes as far as it may."""
    if not value:
        return rng.randint(1, 3) if rng.random() < born else 0
    luck = rng.random()
    if luck < 0.02:
        return value * _FIFTH
    if luck < 0.04:
        return -(-value // _FIFTH)
    if value < 4 and luck < 0.2:
        return 0
    return rng.randint(max(1, value * 6 // 10), value * 16 // 10)


def _drift_amount(rng: random.Random, value: Decimal) -> Decimal:
    if not value:
        return Decimal(rng.randint(100, 1500)).scaleb(-2) if rng.random() < 0.1 else Decimal(0)
    return max(Decimal("0.01"), (value * rng.randint(60, 170) / 100).quantize(Decimal("0.01")))


def _bearable_change(items: int, change: int) -> int:
    """The change of a number of items, cut where it would be a jump."""
    most = 4 * items if items else _FROM_NOTHING - 1
    least = -items if items < _FROM_NOTHING else -(items // 2)
    return min(max(change, least), most)


def _number(value: Value) -> int:
    return int(value or 0)


def across_years(truths: Sequence[Truth]) -> set[YearViolation]:
    """Every rule across years that does not hold between one truth and the next; None is not assessed.

    Each is reported at the later of the two years. A jump is looked for in the totals of new and processed requests,
    the totals of the reviews and every number of the proactive table that both years have.
    """
    found: set[YearViolation] = set()
    for last, truth in pairwise(truths):
        if truth.year != last.year + 1:
            continue
        pairs = zip(COLUMNS, last.applications["carried_forward"], truth.applications["carried_over"], strict=True)
        for column, before, now in pairs:
            if before is not None and now is not None and before != now:
                found.add(("carry_over", truth.year, "carried_over", column))
        for item in _DOCUMENTS:
            stock, *now_numbers = (
                last.proactive.get((item, "in_force")),
                *(truth.proactive.get((item, measure)) for measure in ("in_force", "issued", "repealed")),
            )
            if stock is not None and None not in now_numbers:
                in_force, issued, repealed = (int(number or 0) for number in now_numbers)
                if in_force != stock + issued - repealed:
                    found.add(("document_stock", truth.year, item, "in_force"))
        before_numbers = _watched(last)
        for (item, column), number in _watched(truth).items():
            if _jumps(before_numbers.get((item, column)), number):
                found.add(("jump", truth.year, item, column))
    return found


def _watched(truth: Truth) -> dict[tuple[str, str], Value]:
    """The numbers that must not jump."""
    numbers: dict[tuple[str, str], Value] = {
        (item, "total"): truth.applications[item][6] for item in ("new_received", "total_processed")
    }
    numbers |= {(track, "total"): cells[4] for track, cells in truth.review.items()}
    return numbers | truth.proactive


def _jumps(before: Value, now: Value) -> bool:
    if before is None or now is None:
        return False
    less, more = sorted((abs(Decimal(before)), abs(Decimal(now))))
    if not less:
        return more >= _FROM_NOTHING
    return (before < 0) != (now < 0) or more > _FIFTH * less


def with_series_error(
    truths: Sequence[Truth], rng: random.Random, rule: str
) -> tuple[list[Truth], int, tuple[str, Place]]:
    """Copies in which one year breaks `rule`; also the position of that year, and the rule with the changed cell.

    All else that `across_years` then finds follows from that cell: the total beside a broken carry-over, and the next
    year, which stays right by itself, against a wrong stock or a leap.
    """
    if rule not in SERIES_RULES:
        raise ValueError(f"no rule {rule!r}; there are {', '.join(SERIES_RULES)}")
    tries = {"carry_over": _break_carry_over, "document_stock": _break_stock, "jump": _break_jump}
    places = [place for place in range(1, len(truths)) if rule != "document_stock" or _has_stock(truths, place)]
    if not places:
        raise ValueError(f"{rule} needs two consecutive years" + " of the 2021 form" * (rule == "document_stock"))
    for _ in range(10 * _MOST_TRIES):
        broken = [truth.copy() for truth in truths]
        place = rng.choice(places)
        cell = tries[rule](broken, place, rng)
        found = across_years(broken)
        expected = _expected(rule, cell, truths[place].year)
        after = {(name, year + 1, item, column) for name, year, item, column in expected}
        right = expected <= found <= (expected if rule == "carry_over" else expected | after)
        if right and not any(violations(truth) for truth in broken):
            return broken, place, (rule, cell)
    raise RuntimeError(f"{rule} cannot be broken alone in {truths[0].agency}")


def _has_stock(truths: Sequence[Truth], place: int) -> bool:
    return all(truth.proactive_form == "2021" for truth in truths[place - 1 : place + 1])


def _expected(rule: str, cell: Place, year: int) -> set[YearViolation]:
    _, item, column = cell
    columns = (column, "total") if rule == "carry_over" else (column,)
    return {(rule, year, item, name) for name in columns}


def _break_carry_over(broken: list[Truth], place: int, rng: random.Random) -> Place:
    """More or less was carried over; it was granted too, or is carried forward where no year follows."""
    rows, column = broken[place].applications, rng.randrange(6)
    followers: tuple[str, ...] = ("total_processed", "granted")
    if place == len(broken) - 1 and rng.random() < 0.5:
        followers = ("carried_forward",)
    most = min(_number(rows[item][column]) for item in ("carried_over", *followers))
    change = -rng.randint(1, most) if most and rng.random() < 0.4 else rng.randint(1, 9)
    for item in ("carried_over", *followers):
        for index in (column, 6):
            rows[item][index] = _number(rows[item][index]) + change
    return APPLICATIONS, "carried_over", COLUMNS[column]


def _break_stock(broken: list[Truth], place: int, rng: random.Random) -> Place:
    facts, item = broken[place].proactive, rng.choice(_DOCUMENTS)
    stock = _number(facts[item, "in_force"])
    change = rng.randint(1, 1 + max(4, stock // 4))
    facts[item, "in_force"] = stock - change if change <= stock and rng.random() < 0.5 else stock + change
    return PROACTIVE, item, "in_force"


def _break_jump(broken: list[Truth], place: int, rng: random.Random) -> Place:
    """Fifty times last year's penalties; an agency with few of them gets others in all years first."""
    if min(_number(truth.proactive[_PENALTIES]) for truth in broken) < 30:
        base = rng.randint(40, 400)
        for truth in broken:
            truth.proactive[_PENALTIES] = max(30, base * rng.randint(70, 140) // 100)
    broken[place].proactive[_PENALTIES] = 50 * _number(broken[place - 1].proactive[_PENALTIES])
    return PROACTIVE, *_PENALTIES


__all__ = ["SERIES_RULES", "YearViolation", "across_years", "series_truths", "usual_form", "with_series_error"]
