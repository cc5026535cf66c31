"""One report as a document of paragraphs and tables, not yet in any file format, and the truth of its cells.

Numbers, labels and prose come from ``tests.generator``; the looks from ``look``. ``word.py`` writes it down.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from tests.generator import Truth, random_truth
from tests.generator.cells import Bearing, Cells, Damage, print_cells
from tests.generator.dice import Dice
from tests.generator.form import COLUMNS, OUTCOMES
from tests.generator.layouts.grid import Grid, applications_body, applications_head, article_grid, review_grid
from tests.generator.names import Agency, random_agency
from tests.generator.prose import Prose, write_prose
from tests.generator.sheet import Sheet, build_sheet
from tests.generator.style import Style
from tests.generator.truth import APPLICATIONS, REVIEW

from .look import Look

#: How far labels and prose stray from the official form; what the converters do is the matter here.
NOISE = 0.3


@dataclass(frozen=True)
class Paragraph:
    """A paragraph of prose: kind is title, heading or text."""

    text: str
    kind: str = "text"


@dataclass(frozen=True)
class Table:
    """A grid and the widths of its columns; where the look says so, the first ``head`` rows stand on each page."""

    grid: Grid
    widths: tuple[int, ...]
    head: int = 0


@dataclass(frozen=True)
class Document:
    """A report, drawn from a seed."""

    name: str
    truth: Truth
    look: Look
    blocks: tuple[Paragraph | Table, ...]

    def to_json(self) -> dict[str, object]:
        """The truth as ``truth.json`` has it: a row a list, in the form's order; null where no number is printed."""
        proactive: dict[str, dict[str, str | int | None]] = {}
        for (item, measure), value in self.truth.proactive.items():
            plain = str(value) if isinstance(value, Decimal) else value
            proactive.setdefault(item, {})[measure] = plain
        return {
            "agency": self.truth.agency,
            "year": self.truth.year,
            "form": self.truth.form,
            "applications": self.truth.applications,
            "review": self.truth.review,
            "proactive": proactive,
        }


def documents(seed: int, count: int) -> list[Document]:
    """So many documents, no two of the same agency and year."""
    rng = random.Random(f"converted {seed}")
    seen: set[tuple[str, int]] = set()
    found = []
    while len(found) < count:
        number = len(found)
        agency, year = random_agency(rng), rng.choice(range(2019, 2026))
        if (agency.name, year) in seen:
            continue
        seen.add((agency.name, year))
        found.append(_document(seed, number, agency, year))
    return found


def _document(seed: int, number: int, agency: Agency, year: int) -> Document:
    rng = random.Random(f"document {seed} {number}")
    look = Look.choose(rng)
    form = "2019" if year <= 2020 else "2021"
    size = rng.choices(("zero", "small", "large"), (0.15, 0.5, 0.35))[0]
    truth = random_truth(rng, form, size=size, agency=agency.name, year=year)
    _scale(truth, look.scale)
    dice = Dice(rng, NOISE)
    prose = write_prose(truth, agency, dice)
    style = Style.choose(dice, year, explain=False)
    cells = print_cells(truth, dice, Bearing("any"), Damage(), lambda table, item: (item,))
    _print_zeros(truth, cells, look)
    sheet = build_sheet(truth, cells, style, dice, may_lose_header=bool(prose.headings[3]))
    return Document(f"{number:03d}", truth, look, tuple(_blocks(prose, sheet, look)))


def _scale(truth: Truth, factor: int) -> None:
    """Bigger numbers in which every sum still holds."""
    for rows in (truth.applications, truth.review):
        for item, cells in rows.items():
            rows[item] = [None if cell is None else cell * factor for cell in cells]


def _print_zeros(truth: Truth, cells: Cells, look: Look) -> None:
    """Zeros of tables three and four as this agency prints them; where none is printed, the truth is NULL."""
    if look.zeros == "printed":
        return
    for (table, item, column), text in cells.texts.items():
        if table not in (APPLICATIONS, REVIEW) or text not in ("0", "０"):
            continue
        place = table, item, column
        cells.texts[place] = "" if look.zeros == "blank" else look.nil
        rows, names = (truth.applications, COLUMNS) if table == APPLICATIONS else (truth.review, OUTCOMES)
        rows[item][names.index(column)] = None
        truth.notes[place] = "blank" if look.zeros == "blank" else "nil_mark"


def _blocks(prose: Prose, sheet: Sheet, look: Look) -> list[Paragraph | Table]:
    tables = (_proactive(sheet, look), [_applications(sheet, look)], [_review(sheet, look)])
    blocks: list[Paragraph | Table] = [Paragraph(line, "title") for line in prose.title]
    blocks += [Paragraph(text) for text in prose.intro]
    for number, heading in enumerate(prose.headings):
        if heading:
            blocks.append(Paragraph(heading, "heading"))
        if number in (1, 2, 3):
            blocks += [Paragraph(text) for text in prose.before[number - 1]]
            blocks += tables[number - 1]
            blocks += [Paragraph(text) for text in prose.after[number - 1]] or [Paragraph("")]
        else:
            texts = {0: prose.overall, 4: prose.problems, 5: prose.others}[number]
            blocks += [Paragraph(text) for text in texts]
    return blocks


def _proactive(sheet: Sheet, look: Look) -> list[Paragraph | Table]:
    widths = _shares(look.text_width, (1.3, 1, 1, 1))
    grids = [article_grid(article, sheet.width) for article in sheet.articles]
    if look.joined_proactive:
        return [Table([row for grid in grids for row in grid], widths)]
    # Two tables with nothing between them would become one.
    return [block for grid in grids for block in (Table(grid, widths), Paragraph(""))][:-1]


def _applications(sheet: Sheet, look: Look) -> Table:
    left = look.text_width - sum(look.label_widths)
    values = _shares(left, (look.natural_width, 1, 1, 1, 1, 1, 1))
    return Table(applications_head(sheet) + applications_body(sheet), (*look.label_widths, *values), head=3)


def _review(sheet: Sheet, look: Look) -> Table:
    return Table(review_grid(sheet), _shares(look.text_width, (1,) * 15))


def _shares(width: int, shares: Sequence[float]) -> tuple[int, ...]:
    return tuple(int(width * share / sum(shares)) for share in shares)
