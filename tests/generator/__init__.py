"""Synthetic reports with known truth, to test the reader against.

Independent of the pipeline: nothing of it is imported here, the forms are typed again from the contract.

    generate(7)                         one report, everything drawn from the seed
    generate(7, "pipes", noise=0)       the same agency, year and numbers, as clean as the layout allows
    generate(7, "flat", delete_cell=True)   one number missing; its row is in `truth.uncertain`
    corpus(1, 10_000)                   a realistic mix, every (agency, year) once

How a report comes about: `truth` (numbers that add up) and `prose` (text that agrees with them), `cells` and `style`
(how numbers and labels are printed, what is left out), `sheet` (the tables' contents), `layouts` (on the page),
`document` (the whole), `noise` (around and between). All chance comes from `dice`.
"""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from .cells import Damage, print_cells
from .dice import Dice
from .document import build_document
from .layouts import LAYOUTS, choose_layout
from .names import Agency, agency_from_name, random_agency
from .noise import choose_encoding, encode, line_ends
from .prose import write_prose
from .sheet import build_sheet
from .style import Style
from .truth import RULES, Size, Truth, Violation, random_truth, violations, with_error

YEARS = range(2019, 2026)
MIX: dict[str, float] = {
    "tabs": 0.5,
    "html": 0.2,
    "pipes": 0.06,
    "lines": 0.06,
    "markdown": 0.06,
    "aligned": 0.05,
    "flat": 0.05,
    "detached": 0.02,
}
"""The share of each layout in a corpus."""


@dataclass(frozen=True)
class Report:
    """A file and what it says. `error` is the rule and the cell that were broken on purpose."""

    name: str
    data: bytes
    truth: Truth
    layout: str
    encoding: str
    error: tuple[str, tuple[str, str, str]] | None = None


def generate(
    seed: int,
    layout: str | None = None,
    *,
    form: str | None = None,
    size: Size | None = None,
    noise: float = 1.0,
    blanks: float | None = None,
    delete_cell: bool = False,
    smudge: bool = False,
    error: bool | str = False,
    encoding: str | None = None,
    agency: Agency | str | None = None,
    year: int | None = None,
) -> Report:
    """One report; the same arguments always give the same bytes.

    Agency, year and numbers depend on the seed and on `form`, `size`, `agency`, `year` alone, so one seed can be seen
    in every layout. `noise` scales how far the report strays from the official form (0: not at all). `blanks` is the
    share of cells that are blank or a nil mark (None: as in real reports, 0: none), where the layout shows them.
    `delete_cell` takes the text of one cell away, `smudge` splits or damages one number: the row is then in
    `truth.uncertain`. `error` breaks a sum (True, or one of RULES).
    """
    rng = random.Random(f"truth {seed}")
    drawn_agency, drawn_year = random_agency(rng), rng.choice(YEARS)
    who = agency_from_name(agency) if isinstance(agency, str) else agency or drawn_agency
    when = year or drawn_year
    drawn_form, drawn_size = _form(rng, when), _size(rng, who)
    drawn_layout = rng.choices(list(MIX), list(MIX.values()))[0]
    truth = random_truth(rng, form or drawn_form, size=size or drawn_size, agency=who.name, year=when)
    broken = None
    if error:
        truth, rule, place = with_error(truth, rng, None if error is True else str(error))
        broken = (rule, place)
    name = layout or drawn_layout
    dice = Dice(random.Random(f"text {seed} {name}"), noise)
    style_dice = Dice(random.Random(f"page {seed} {name}"), noise)
    chosen = choose_layout(name, style_dice)
    prose = write_prose(truth, who, dice)
    style = Style.choose(dice, when, explain=chosen.bearing.explained)
    damage = _damage(dice, blanks, delete_cell, smudge)
    cells = print_cells(truth, dice, chosen.bearing, damage, chosen.segment)
    sheet = build_sheet(truth, cells, style, dice, may_lose_header=bool(prose.headings[3]))
    text = line_ends(build_document(chosen, sheet, prose, truth, who, style_dice), dice)
    codec = encoding or choose_encoding(dice)
    data = encode(text, codec, dice, html=chosen.document == "html")
    suffix = style_dice.vary(chosen.suffixes[0], *chosen.suffixes, p=1.0)
    return Report(f"{seed:06d}_{name}{suffix}", data, truth, name, codec, broken)


def corpus(
    seed: int,
    n: int,
    mix: Mapping[str, float] | None = None,
    *,
    noise: float = 1.0,
    errors: float = 0.03,
    damaged: float = 0.02,
) -> Iterator[Report]:
    """`n` reports in a realistic mix of layouts, no two of the same agency and year.

    `errors` is the share of reports with a broken sum, `damaged` the share with a lost or smudged cell.
    """
    mix = mix or MIX
    rng = random.Random(f"corpus {seed}")
    seen: set[tuple[str, int]] = set()
    for number in range(n):
        agency, year = random_agency(rng), rng.choice(YEARS)
        while (agency.name, year) in seen:
            agency, year = random_agency(rng), rng.choice(YEARS)
        seen.add((agency.name, year))
        layout = rng.choices(list(mix), list(mix.values()))[0]
        luck = rng.random()
        yield generate(
            seed * 1_000_000 + number,
            layout,
            noise=noise,
            agency=agency,
            year=year,
            error=rng.random() < errors,
            delete_cell=luck < damaged * 0.7,
            smudge=damaged * 0.7 <= luck < damaged,
        )


def _form(rng: random.Random, year: int) -> str:
    """The form follows the year loosely."""
    luck = rng.random()
    if year <= 2020:
        return "2019" if luck < 0.97 else "hybrid"
    if year <= 2022:
        return "2021" if luck < 0.87 else ("2019" if luck < 0.93 else "hybrid")
    return "2021" if luck < 0.98 else "hybrid"


def _size(rng: random.Random, agency: Agency) -> Size:
    """Most agencies have little to report; governments and what is above the county have much."""
    sizes: tuple[Size, ...] = ("zero", "small", "large")
    shares = (0.3, 0.55, 0.15)
    if agency.name.endswith(("街道办事处", "镇人民政府", "乡人民政府")):
        shares = (0.5, 0.45, 0.05)
    elif agency.is_government or "厅" in agency.name:
        shares = (0.05, 0.35, 0.6)
    return rng.choices(sizes, shares)[0]


def _damage(dice: Dice, blanks: float | None, delete_cell: bool, smudge: bool) -> Damage:
    """What is left out, as often as in real reports unless the caller says otherwise."""
    share = blanks if blanks is not None else (0.03 if dice.chance(0.12) else 0.0)
    usual = blanks is None
    return Damage(
        blanks=share,
        blank_zeros=dice.chance(0.04) and usual,
        blank_table=dice.chance(0.01) and usual,
        drop_articles=dice.chance(0.02) and usual,
        delete_cell=delete_cell,
        smudge=smudge,
    )


__all__ = [
    "LAYOUTS",
    "MIX",
    "RULES",
    "Report",
    "Truth",
    "Violation",
    "corpus",
    "generate",
    "random_truth",
    "violations",
    "with_error",
]
