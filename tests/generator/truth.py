"""What a synthetic report says: the numbers behind the text, and what must add up in them.

`Truth` is filled by `random_truth` so that every sum of the form holds; `with_error` breaks one cell, and `violations`
lists, by its own arithmetic, every sum that does not hold. How numbers are printed is not said here.
"""

import copy
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal, TypeAlias

from .form import APPLICATION_FORMS, COLUMNS, NOT_DISPOSITIONS, OUTCOMES, PROACTIVE_FORMS, TRACKS

Size: TypeAlias = Literal["zero", "small", "large"]
Value: TypeAlias = Decimal | int | None
Violation: TypeAlias = tuple[str, str, str | None, str]
"""Rule, table (a field of `Truth`), item or track (None for the balance), column."""

APPLICATIONS, REVIEW, PROACTIVE = "applications", "review", "proactive"
RULES = ("balance", "disposition_total", "applicant_total", "review_total")


@dataclass
class Truth:
    """The numbers of one report.

    A cell is None where the text does not state its number. `uncertain` names the rows (table, item) whose cells a
    reader may leave None for want of certainty, but never fill with another number. `notes` gives the expected state
    of unusual cells: (table, item, column or measure) to blank, nil_mark, absent_row, annotated, unit_converted.
    """

    agency: str
    year: int
    form: str
    applications: dict[str, list[int | None]]
    review: dict[str, list[int | None]]
    proactive: dict[tuple[str, str], Value]
    uncertain: set[tuple[str, str]] = field(default_factory=set)
    notes: dict[tuple[str, str, str], str] = field(default_factory=dict)

    @property
    def application_form(self) -> str:
        """Which form the applications table follows."""
        return "2019" if "other_processing" in self.applications else "2021"

    @property
    def proactive_form(self) -> str:
        """Which form the proactive table follows."""
        return "2019" if ("regulation", "created") in self.proactive else "2021"

    def copy(self) -> "Truth":
        """An independent copy."""
        return copy.deepcopy(self)

    def to_json(self) -> dict[str, Any]:
        """Plain values for JSON; amounts as strings, tuple keys as lists."""
        return {
            "agency": self.agency,
            "year": self.year,
            "form": self.form,
            "applications": self.applications,
            "review": self.review,
            "proactive": [
                [item, measure, str(value) if isinstance(value, Decimal) else value]
                for (item, measure), value in self.proactive.items()
            ],
            "uncertain": [list(place) for place in sorted(self.uncertain)],
            "notes": [[*place, state] for place, state in sorted(self.notes.items())],
        }


def random_truth(
    rng: random.Random,
    form: str,
    *,
    size: Size = "small",
    agency: str = "红旗区东街街道办事处",
    year: int = 2025,
) -> Truth:
    """Numbers in which every sum holds, distributed as in real reports: most cells are zero.

    `hybrid` mixes the forms: a 2021 proactive table with the applications table of 2019, or the reverse.
    """
    proactive_form = application_form = form
    if form == "hybrid":
        proactive_form, application_form = rng.choice([("2021", "2019"), ("2021", "2019"), ("2019", "2021")])
    return Truth(
        agency=agency,
        year=year,
        form=form,
        applications=_applications(rng, application_form, size),
        review=_review(rng, size),
        proactive=_proactive_2021(rng, size) if proactive_form == "2021" else _proactive_2019(rng, size),
    )


_USUAL = {
    "granted": 6.0,
    "partially_granted": 1.5,
    "unavailable_not_held": 4.0,
    "not_processed_petition": 1.0,
    "denied_administrative_inquiry": 0.8,
}
"""How often requests end in this way, against 0.3 for any other."""


def spread(rng: random.Random, amount: int, items: Sequence[str]) -> list[int]:
    """Break an amount into dispositions: some are common, most are nothing."""
    if not amount:
        return [0] * len(items)
    weights = [_USUAL.get(item, 0.3) * rng.random() * (rng.random() < 0.6) + 0.001 for item in items]
    parts = [0] * len(items)
    if amount < 40:
        for place in rng.choices(range(len(items)), weights, k=amount):
            parts[place] += 1
        return parts
    parts = [int(amount * weight / sum(weights)) for weight in weights]
    parts[weights.index(max(weights))] += amount - sum(parts)
    return parts


def _applications(rng: random.Random, form: str, size: Size) -> dict[str, list[int | None]]:
    items = [item.code for item in APPLICATION_FORMS[form]]
    dispositions = [item for item in items if item not in NOT_DISPOSITIONS]
    rows = {item: [0] * 6 for item in items}
    for column in range(6):
        new, over, forward = _inflow(rng, size, column)
        rows["new_received"][column], rows["carried_over"][column] = new, over
        rows["carried_forward"][column] = forward
        total = new + over - forward
        rows["total_processed"][column] = total
        for item, part in zip(dispositions, spread(rng, total, dispositions), strict=True):
            rows[item][column] = part
    return {item: [*cells, sum(cells)] for item, cells in rows.items()}


def _inflow(rng: random.Random, size: Size, column: int) -> tuple[int, int, int]:
    """New, carried over and carried forward of one kind of applicant; natural persons are by far the most."""
    if size == "zero":
        return 0, 0, 0
    if size == "small":
        busy = 0.85 if column == 0 else (0.2 if column == 1 else 0.03)
        new = rng.randint(1, 12 if column == 0 else 3) if rng.random() < busy else 0
        over = rng.randint(1, 2) if column < 2 and rng.random() < 0.15 else 0
    else:
        scale = (3000, 300, 5, 20, 90, 40)[column]
        new = int(scale * rng.random() ** 2) + (column == 0) * 20 if rng.random() < 0.75 or column == 0 else 0
        over = int(new * rng.random() * 0.2)
    forward = int((new + over) * rng.random() * 0.25) if rng.random() < 0.4 else 0
    return new, over, forward


def _review(rng: random.Random, size: Size) -> dict[str, list[int | None]]:
    review: dict[str, list[int | None]] = {}
    for track in TRACKS:
        parts = [0] * 4
        if size == "large" or (size == "small" and rng.random() < 0.2):
            most = 120 if size == "large" else 2
            parts = [rng.randint(0, most) if rng.random() < 0.6 else 0 for _ in range(4)]
        review[track] = [*parts, sum(parts)]
    return review


def _count(rng: random.Random, size: Size, most: int) -> int:
    """A count up to `most` for a big agency, a hundredth of it for a small one, often zero."""
    if size == "zero":
        return 0 if rng.random() < 0.9 else rng.randint(1, 9)
    if not most or rng.random() < (0.15 if size == "large" else 0.65):
        return 0
    return 1 + int((most if size == "large" else max(3, most // 100)) * rng.random() ** 3)


def _amount(rng: random.Random, size: Size) -> Decimal:
    """An amount in 万元 with up to four decimal places, usually zero."""
    if rng.random() < (0.3 if size == "large" else 0.85):
        return Decimal(0)
    places = rng.choice([0, 1, 2, 2, 4, 4])
    whole = rng.randint(1, 200_000 if size == "large" else 400)
    return Decimal(whole * 10**places + rng.randrange(10**places)).scaleb(-places)


def _proactive_2021(rng: random.Random, size: Size) -> dict[tuple[str, str], Value]:
    facts: dict[tuple[str, str], Value] = {}
    for item, most in (("regulation", 60), ("normative_document", 400)):
        if item == "regulation" and rng.random() < 0.8:
            most = 0
        issued, repealed = _count(rng, size, most // 4), _count(rng, size, most // 8)
        facts[item, "issued"], facts[item, "repealed"] = issued, repealed
        facts[item, "in_force"] = issued + _count(rng, size, most)
    facts["administrative_license", "decisions"] = _count(rng, size, 900_000)
    facts["administrative_penalty", "decisions"] = _count(rng, size, 4_000_000)
    facts["administrative_coercion", "decisions"] = _count(rng, size, 90_000)
    facts["administrative_fee", "amount"] = _amount(rng, size)
    return facts


def _proactive_2019(rng: random.Random, size: Size) -> dict[tuple[str, str], Value]:
    facts: dict[tuple[str, str], Value] = {}
    for block in PROACTIVE_FORMS["2019"]:
        for item in block.items:
            for measure in block.measures:
                most = {"decisions": 400_000, "disclosed_total": 700, "projects": 300}.get(measure, 90)
                value = _count(rng, size, most)
                if measure == "change" and rng.random() < 0.4:
                    value = -min(value, int(facts[item, "prior_year_items"] or 0))
                facts[item, measure] = _amount(rng, size) if measure == "amount" else value
            if "created" in block.measures:
                _order_documents(facts, item)
    return facts


def _order_documents(facts: dict[tuple[str, str], Value], item: str) -> None:
    """New documents are fewer than disclosed ones, and these fewer than all that were ever disclosed."""
    measures = ("created", "disclosed", "disclosed_total")
    for measure, value in zip(measures, sorted(int(facts[item, measure] or 0) for measure in measures), strict=True):
        facts[item, measure] = value


def with_error(truth: Truth, rng: random.Random, rule: str | None = None) -> tuple[Truth, str, tuple[str, str, str]]:
    """A copy with one cell changed so that `rule` (any of RULES) is broken; also the rule and the changed cell.

    A cell of the applications table stands in a column sum and in a row sum, so more than the named rule may break:
    `violations` of the copy lists all of it.
    """
    rule = rule or rng.choice(RULES)
    broken = truth.copy()
    if rule == "review_total":
        track, outcome = rng.choice(TRACKS), rng.randrange(5)
        place = (REVIEW, track, OUTCOMES[outcome])
        broken.review[track][outcome] = _other_number(rng, broken.review[track][outcome])
    else:
        items = list(truth.applications)
        if rule == "balance":
            items = [item for item in NOT_DISPOSITIONS if item != "total_processed"]
        elif rule == "disposition_total":
            items = [item for item in items if item not in NOT_DISPOSITIONS]
        item, column = rng.choice(items), rng.randrange(7)
        place = (APPLICATIONS, item, COLUMNS[column])
        broken.applications[item][column] = _other_number(rng, broken.applications[item][column])
    return broken, rule, place


def _other_number(rng: random.Random, value: int | None) -> int:
    """A number that a typist could have written instead."""
    value = value or 0
    return value + rng.choice([1, 1, 2, 10]) if value < 2 or rng.random() < 0.6 else value - 1


def violations(truth: Truth) -> set[Violation]:
    """Every sum of the form that does not hold; one with a None operand is not assessed.

    Item is None for the balance, `total_processed` for the disposition total. Rules across years are not looked at.
    """
    found: set[Violation] = set()
    rows = truth.applications
    dispositions = [item for item in rows if item not in NOT_DISPOSITIONS]
    for index, column in enumerate(COLUMNS):
        new, over, total, forward = (
            rows[item][index] for item in ("new_received", "carried_over", "total_processed", "carried_forward")
        )
        if None not in (new, over, total, forward) and _sum((new, over)) != _sum((total, forward)):
            found.add(("balance", APPLICATIONS, None, column))
        if _differs([rows[item][index] for item in dispositions], total):
            found.add(("disposition_total", APPLICATIONS, "total_processed", column))
    for item, cells in rows.items():
        if _differs(cells[:6], cells[6]):
            found.add(("applicant_total", APPLICATIONS, item, "total"))
    for track, cells in truth.review.items():
        if _differs(cells[:4], cells[4]):
            found.add(("review_total", REVIEW, track, "total"))
    return found


def _sum(cells: Iterable[int | None]) -> int:
    return sum(cell or 0 for cell in cells)


def _differs(parts: Sequence[int | None], total: int | None) -> bool:
    return total is not None and None not in parts and _sum(parts) != total
