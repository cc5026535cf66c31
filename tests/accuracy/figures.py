"""The table of ``make accuracy``: a line a layout, converter or slip, in columns that ``verdicts`` explains.

``in`` is how many reports have a silently wrong cell, ``alarms`` how many clean ones are warned of, ``faults`` how many
have a wrong agency, year or form, or whatever else is not as it should be.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from .verdicts import VERDICTS, Count


@dataclass
class Line:
    """One line of the table."""

    reports: int = 0
    rejected: int = 0
    faults: int = 0
    verdicts: Counter[str] = field(default_factory=Counter)
    misnoted: int = 0
    reports_silent: int = 0
    alarms: int = 0

    def add(self, count: Count, *, rejected: bool, fault: bool) -> None:
        """One report more."""
        self.reports += 1
        self.rejected += rejected
        self.faults += fault
        self.verdicts += count.verdicts
        self.misnoted += count.misnoted
        self.reports_silent += bool(count.verdicts["silent"])
        self.alarms += bool(count.alarms)

    @property
    def right(self) -> float:
        """The share of cells that are right."""
        return self.verdicts["right"] / self.verdicts.total() if self.verdicts else 1.0

    def __str__(self) -> str:
        named, lost, contradicted, silent = (self.verdicts[verdict] for verdict in VERDICTS[1:])
        right = f"{self.right:.3%}" if self.verdicts else "–"
        return (
            f"{self.reports:>7} {self.verdicts.total():>8} {right:>9} {named:>7} {self.misnoted:>8} {lost:>6} "
            f"{contradicted:>11} {silent:>6} {self.reports_silent:>4} {self.alarms:>6} {self.rejected:>8} "
            f"{self.faults:>6}"
        )


_HEAD = (
    f"{'reports':>7} {'cells':>8} {'right':>9} {'named':>7} {'misnoted':>8} {'lost':>6} {'wrong, said':>11} "
    f"{'silent':>6} {'in':>4} {'alarms':>6} {'rejected':>8} {'faults':>6}"
)


def lines(counts: Iterable[tuple[str, Count, bool, bool]]) -> dict[str, Line]:
    """The lines by label, from label, count, whether rejected and whether at fault; ``all`` is the last."""
    groups: dict[str, Line] = {}
    total = Line()
    for label, count, rejected, fault in counts:
        for one in (groups.setdefault(label, Line()), total):
            one.add(count, rejected=rejected, fault=fault)
    return {name: groups[name] for name in sorted(groups)} | {"all": total}


def table(groups: dict[str, Line]) -> str:
    """The lines with their head."""
    width = max(len(name) for name in groups)
    return "\n".join([f"{'':<{width}} {_HEAD}", *(f"{name:<{width}} {one}" for name, one in groups.items())])
