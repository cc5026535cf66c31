"""Synthetic reports with known truth, to test the reader against.

Independent of the pipeline: nothing of it is imported here, the forms are typed again from the contract.

    generate(7)                         one report, everything drawn from the seed
    generate(7, "pipes", noise=0)       the same agency, year and numbers, as clean as the layout allows
    generate(7, "flat", delete_cell=True)   one number missing; its row is in `truth.uncertain`
    generate(7, narrative_error="received") the text says another number than the table
    generate(7, slip="remark_column")       a tidy report with one fault of `slips`
    corpus(1, 10_000)                   a realistic mix, every (agency, year) once
    series(7, range(2019, 2026))        one agency over the years, `error="carry_over"` breaks a rule across them
    clean_corpus(1, 10_000)             short series of many agencies in which everything holds

How a report comes about: `truth` (numbers that add up) and `prose` (text that agrees with them), `cells` and `style`
(how numbers and labels are printed, what is left out), `sheet` (the tables' contents), `layouts` (on the page),
`document` (the whole), `noise` (around and between). All chance comes from `dice`.
"""

import random
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from .cells import Damage, print_cells
from .dice import Dice
from .document import build_document
from .layouts import LAYOUTS, choose_layout
from .names import Agency, agency_from_name, random_agency
from .noise import choose_encoding, encode, line_ends
from .prose import CLAIMS, misstate, write_prose
from .series import SERIES_RULES, across_years, series_truths, with_series_error
from .sheet import build_sheet
from .slips import SLIPS
from .slips.base import Slipped
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
    """A file and what it says. `error` is the rule and the cell that were broken on purpose.

    For a wrong number in the text it is ("narrative", (claim, stated number, true number)).
    """

    name: str
    data: bytes
    truth: Truth
    layout: str
    encoding: str
    error: tuple[str, tuple[str, str, str]] | None = None
    slip: str | None = None


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
    narrative_error: bool | str | None = None,
    slip: str | None = None,
) -> Report:
    """One report; the same arguments always give the same bytes.

    Agency, year and numbers depend on the seed and on `form`, `size`, `agency`, `year` alone, so one seed can be seen
    in every layout. `noise` scales how far the report strays from the official form (0: not at all). `blanks` is the
    share of cells that are blank or a nil mark (None: as in real reports, 0: none), where the layout shows them.
    `delete_cell` takes the text of one cell away, `smudge` splits or damages one number: the row is then in
    `truth.uncertain`. `error` breaks a sum (True, or one of RULES). `narrative_error` (True, or one of CLAIMS) states
    one number of the tables wrongly in section one; nothing is blank then unless `blanks` says so. `slip` (one of
    SLIPS) puts that fault into a tidy report, in one of the layouts that can show it.
    """
    if error and narrative_error:
        raise ValueError("one error a report")
    rng = random.Random(f"truth {seed}")
    drawn_agency, drawn_year = random_agency(rng), rng.choice(YEARS)
    who = agency_from_name(agency) if isinstance(agency, str) else agency or drawn_agency
    when = year or drawn_year
    drawn_form, drawn_size = _form(rng, when), _size(rng, who)
    drawn_layout = rng.choices(list(MIX), list(MIX.values()))[0]
    if slip:
        drawn_layout, drawn_size = (
            _for_slip(seed, slip, layout),
            random.Random(f"size {seed}").choice(("small", "large")),
        )
    truth = random_truth(rng, form or drawn_form, size=size or drawn_size, agency=who.name, year=when)
    broken = None
    if error:
        truth, rule, place = with_error(truth, rng, None if error is True else str(error))
        broken = (rule, place)
    return _report(
        seed,
        layout or drawn_layout,
        truth,
        who,
        noise=noise,
        blanks=blanks,
        delete_cell=delete_cell,
        smudge=smudge,
        encoding=encoding,
        broken=broken,
        narrative_error=narrative_error,
        slip=slip,
    )


def _for_slip(seed: int, slip: str, layout: str | None) -> str:
    """A layout that can show the slip."""
    layouts = SLIPS[slip].layouts
    if layout not in (None, *layouts):
        raise ValueError(f"{slip} is seen in {', '.join(layouts)} only")
    return layout or random.Random(f"slip layout {seed} {slip}").choice(layouts)


def _report(
    seed: int,
    name: str,
    truth: Truth,
    who: Agency,
    *,
    noise: float,
    blanks: float | None,
    delete_cell: bool = False,
    smudge: bool = False,
    encoding: str | None = None,
    broken: tuple[str, tuple[str, str, str]] | None = None,
    narrative_error: bool | str | None = None,
    slip: str | None = None,
) -> Report:
    """Print a truth in the layout of this name; it is changed where a number is left out."""
    if slip:
        noise, blanks = 0.0, SLIPS[slip].blanks
    faults = SLIPS[slip] if slip else None
    slip_rng = random.Random(f"slip {seed} {name} {slip}")
    dice = Dice(random.Random(f"text {seed} {name}"), noise)
    style_dice = Dice(random.Random(f"page {seed} {name}"), noise)
    chosen = choose_layout(name, style_dice)
    wrong = None
    if narrative_error:
        claim = None if narrative_error is True else narrative_error
        claim_dice = Dice(random.Random(f"claim {seed} {name}"), noise)
        wrong = misstate(truth, claim_dice, claim, review=not chosen.bearing.lost_review)
        broken = ("narrative", (wrong.claim, str(wrong.stated), str(wrong.true)))
        blanks = blanks or 0.0
    prose = write_prose(truth, who, dice, wrong)
    style = Style.choose(dice, truth.year, explain=chosen.bearing.explained)
    damage = _damage(dice, blanks, delete_cell, smudge)
    cells = print_cells(truth, dice, chosen.bearing, damage, chosen.segment)
    if faults and faults.cells:
        faults.cells(truth, cells, slip_rng)
    sheet = build_sheet(truth, cells, style, dice, may_lose_header=bool(prose.headings[3]))
    if faults and faults.sheet:
        sheet = faults.sheet(sheet, truth, slip_rng)
    if faults and faults.table:
        chosen = Slipped(chosen, faults.table, truth, slip_rng)
    text = build_document(chosen, sheet, prose, truth, who, style_dice)
    if faults and faults.text:
        text = faults.text(text, slip_rng)
    text = line_ends(text, dice)
    codec = encoding or choose_encoding(dice)
    data = encode(text, codec, dice, html=chosen.document == "html")
    suffix = style_dice.vary(chosen.suffixes[0], *chosen.suffixes, p=1.0)
    return Report(f"{seed:06d}_{slip or name}{suffix}", data, truth, name, codec, broken, slip)


def corpus(
    seed: int,
    n: int,
    mix: Mapping[str, float] | None = None,
    *,
    noise: float = 1.0,
    errors: float = 0.03,
    damaged: float = 0.02,
    slips: float = 0.0,
) -> Iterator[Report]:
    """`n` reports in a realistic mix of layouts, no two of the same agency and year.

    `errors` is the share of reports with a broken sum, `damaged` the share with a lost or smudged cell,
    `slips` the share of those that have one of SLIPS instead.
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
        slip_rng = random.Random(f"corpus slip {seed} {number}")
        if slip_rng.random() < slips:
            yield generate(seed * 1_000_000 + number, agency=agency, year=year, slip=slip_rng.choice(list(SLIPS)))
            rng.random()
            continue
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


def slipped(slips: Iterable[str], seed: int, n: int) -> Iterator[Report]:
    """`n` reports with each of these slips, no agency twice."""
    seen: set[str] = set()
    for slip in slips:
        made = number = 0
        while made < n:
            number += 1
            rng = random.Random(f"slipped {seed} {slip} {number}")
            agency, year = random_agency(rng), rng.choice(YEARS)
            if agency.name not in seen:
                seen.add(agency.name)
                made += 1
                yield generate(seed * 1_000_000 + number, agency=agency, year=year, slip=slip)


def series(
    seed: int,
    years: Iterable[int] = YEARS,
    layout: str | None = None,
    *,
    noise: float = 1.0,
    agency: Agency | str | None = None,
    error: str | None = None,
    blanks: float | None = 0.0,
    mix: Mapping[str, float] | None = None,
) -> list[Report]:
    """The reports of one agency over consecutive years, in which everything adds up within and across years.

    The form follows the year. Without a `layout` one is drawn from `mix` for the first year, and at times another
    later. `error` (one of SERIES_RULES) breaks a rule across years by one cell of one report, never of the first; only
    that report has an `error`, and `across_years` of the truths lists all that breaks by it. `blanks` as in `generate`.
    """
    mix = mix or MIX
    when = list(years)
    if not when or when != list(range(when[0], when[0] + len(when))):
        raise ValueError(f"not consecutive years: {when}")
    rng = random.Random(f"series {seed}")
    drawn = random_agency(rng)
    who = agency_from_name(agency) if isinstance(agency, str) else agency or drawn
    truths = series_truths(rng, when, size=_size(rng, who), agency=who.name)
    where, broken = -1, None
    if error:
        truths, where, broken = with_series_error(truths, random.Random(f"series error {seed}"), error)
    reports: list[Report] = []
    for number, truth in enumerate(truths):
        if not reports or rng.random() < 0.3:
            name = rng.choices(list(mix), list(mix.values()))[0]
        found = broken if number == where else None
        own_seed = seed * 100 + truth.year % 100
        reports.append(_report(own_seed, layout or name, truth, who, noise=noise, blanks=blanks, broken=found))
    return reports


def clean_corpus(
    seed: int,
    n: int,
    *,
    noise: float = 1.0,
    mix: Mapping[str, float] | None = None,
    blanks: float | None = 0.0,
) -> Iterator[Report]:
    """`n` reports without a fault, in series of one to four consecutive years, no agency twice.

    A government and its office count as one agency. `blanks` as in `generate` (None: as in real reports).
    """
    rng = random.Random(f"clean corpus {seed}")
    seen: set[str] = set()
    made = number = 0
    while made < n:
        agency = random_agency(rng)
        while agency.name.removesuffix("办公室") in seen:
            agency = random_agency(rng)
        seen.add(agency.name.removesuffix("办公室"))
        length = min(rng.randint(1, 4), n - made)
        first = rng.randint(YEARS[0], YEARS[-1] - length + 1)
        own_seed = seed * 1_000_000 + number
        yield from series(own_seed, range(first, first + length), noise=noise, agency=agency, blanks=blanks, mix=mix)
        made += length
        number += 1


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
    "CLAIMS",
    "LAYOUTS",
    "MIX",
    "RULES",
    "SERIES_RULES",
    "SLIPS",
    "Report",
    "Truth",
    "Violation",
    "across_years",
    "clean_corpus",
    "corpus",
    "generate",
    "random_truth",
    "series",
    "slipped",
    "violations",
    "with_error",
]
