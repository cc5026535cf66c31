"""How well the prose is read: the claims of hand-labelled paragraphs (``tests/narrative``) against the reader's."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.reader.narrative.claims import read
from pipeline.reader.sections import Passage

PARAGRAPHS = Path(__file__).parents[1] / "narrative"
SETS = ("worked", "look_alikes", "held_out", "blind")
#: Precision and recall, on all paragraphs together and on those that nothing was changed for.
BAR = 0.98
#: claim, value, unit, scope, value of its whole, approximate
Told = tuple[str, int, str | None, str, int | None, bool]
_ALL = "all"


@dataclass(frozen=True)
class Paragraph:
    """A labelled paragraph."""

    id: str
    kind: str
    agency: str
    year: int
    text: str
    claims: list[dict[str, Any]]

    @property
    def told(self) -> Counter[Told]:
        """Its claims by people's rules."""
        return Counter(
            (c["claim"], c["value"], c["unit"], c["scope"], c["whole"], c["approximate"]) for c in self.claims
        )


@dataclass
class Heard:
    """What was read of one paragraph."""

    paragraph: Paragraph
    found: Counter[Told]

    @property
    def right(self) -> int:
        return (self.found & self.paragraph.told).total()

    @property
    def extra(self) -> Counter[Told]:
        return self.found - self.paragraph.told

    @property
    def missing(self) -> Counter[Told]:
        return self.paragraph.told - self.found


def paragraphs(name: str) -> list[Paragraph]:
    """The paragraphs of one of SETS."""
    lines = (PARAGRAPHS / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return [Paragraph(**json.loads(line)) for line in lines if line]


def told(agency: str, year: int, text: str) -> Counter[Told]:
    """What the reader makes of a text."""
    lines = [Passage(1, number, line) for number, line in enumerate(text.split("\n"), 1)]
    found = read(lines, agency, year).claims
    return Counter(
        (c.claim, c.value, c.unit, c.scope, None if c.part_of is None else found[c.part_of].value, c.approximate)
        for c in found
    )


def heard(name: str) -> list[Heard]:
    """One of SETS, read."""
    return [Heard(p, told(p.agency, p.year, p.text)) for p in paragraphs(name)]


def all_heard() -> dict[str, list[Heard]]:
    """Each of SETS and all together, read."""
    sets = {name: heard(name) for name in SETS}
    return {**sets, _ALL: [one for some in sets.values() for one in some]}


def figures(some: list[Heard]) -> tuple[int, int, int, int]:
    """Claims of the labels, of them right, extra ones, missing ones."""
    right = sum(one.right for one in some)
    extra, missing = sum(one.extra.total() for one in some), sum(one.missing.total() for one in some)
    return right + missing, right, extra, missing


def precision_and_recall(some: list[Heard]) -> tuple[float, float]:
    """The share of what was read that is right, and of what is labelled that was read right."""
    labelled, right, extra, _ = figures(some)
    return right / (right + extra) if right + extra else 1.0, right / labelled if labelled else 1.0


def table(sets: dict[str, list[Heard]]) -> str:
    """The figures by file."""
    lines = [
        f"{'file':<10} {'paragraphs':>10} {'claims':>8} {'right':>8} {'extra':>6} {'missing':>8} "
        f"{'precision':>10} {'recall':>9}"
    ]
    for name, some in sets.items():
        labelled, right, extra, missing = figures(some)
        precision, recall = precision_and_recall(some)
        lines.append(
            f"{name:<10} {len(some):>10} {labelled:>8} {right:>8} {extra:>6} {missing:>8} "
            f"{precision:>10.2%} {recall:>9.2%}"
        )
    return "\n".join(lines)


def missed(sets: dict[str, list[Heard]]) -> list[str]:
    """The bars that are missed."""
    return list(_missed(sets))


def _missed(sets: dict[str, list[Heard]]) -> Iterator[str]:
    for name in ("blind", _ALL):
        for what, share in zip(("precision", "recall"), precision_and_recall(sets[name]), strict=True):
            if share < BAR:
                yield f"narrative, {name}: {what} is {share:.2%}, the bar is {BAR:.0%}"


def shown(sets: dict[str, list[Heard]], most: int) -> Iterator[str]:
    """The first paragraphs that are not right, with what is too much (+) and what is missing (-)."""
    for one in [one for one in sets[_ALL] if one.extra or one.missing][:most]:
        yield f"{one.paragraph.id} {one.paragraph.agency} {one.paragraph.year}: {one.paragraph.text}"
        for mark, some in (("+", one.extra), ("-", one.missing)):
            yield from (f"    {mark} {claim}" for claim in some.elements())
