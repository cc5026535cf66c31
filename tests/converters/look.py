"""How one agency sets its report in Word: paper, type, the widths of the table's columns, what stands for a zero.

All chance of a document's look is drawn here, once a document. What the tables say is in ``tests.generator``; how
the page is put together is in ``document.py``.
"""

import random
from dataclasses import dataclass

#: Twips (a twentieth of a point) of a centimetre.
CM = 567
FONTS = ("仿宋_GB2312", "宋体", "仿宋", "Noto Serif CJK SC", "Noto Sans CJK SC")
#: Group columns and label column of the applications table in centimetres, on upright paper.
LABEL_WIDTHS = {
    "narrow": ((0.9, 0.9, 1.1), (0.8, 1.1, 1.4), (1.0, 1.2, 1.6)),
    "usual": ((1.1, 1.5, 3.6), (1.2, 1.8, 4.2), (1.0, 2.0, 4.8)),
    "wide": ((1.3, 2.2, 6.0), (1.2, 2.6, 5.4)),
}
NIL = ("-", "/", "—")


@dataclass(frozen=True)
class Look:
    """One document's looks. Widths in twips, sizes in half points."""

    landscape: bool
    margin: int
    font: str
    body_size: int
    table_size: int
    labels: str
    label_widths: tuple[int, int, int]
    natural_width: float
    vertical: str
    value_vertical: str
    value_align: str
    label_align: str
    repeat_header: bool
    keep_rows: bool
    merge_groups: bool
    joined_proactive: bool
    broken_heads: bool
    footer: str
    zeros: str
    nil: str
    scale: int

    @property
    def text_width(self) -> int:
        """The width between the margins."""
        return (16838 if self.landscape else 11906) - 2 * self.margin

    @classmethod
    def choose(cls, rng: random.Random) -> "Look":
        """Draw the looks of one document."""
        landscape = rng.random() < 0.15
        labels = rng.choices(("narrow", "usual", "wide"), (0.35, 0.45, 0.2))[0]
        widths = rng.choice(LABEL_WIDTHS[labels])
        stretch = 1.4 if landscape else 1.0
        vertical = rng.choice(("top", "center", "center"))
        return cls(
            landscape=landscape,
            margin=int(rng.choice((2.0, 2.4, 2.6, 2.8)) * CM),
            font=rng.choice(FONTS),
            body_size=rng.choice((24, 28, 32, 32)),
            table_size=rng.choice((16, 18, 18, 20, 21, 21, 24)),
            labels=labels,
            label_widths=(int(widths[0] * stretch * CM), int(widths[1] * stretch * CM), int(widths[2] * stretch * CM)),
            natural_width=rng.choice((1.0, 1.0, 0.7, 1.3)),
            vertical=vertical,
            value_vertical=vertical if rng.random() < 0.7 else "center",
            value_align=rng.choice(("center", "center", "center", "left", "right")),
            label_align=rng.choice(("left", "left", "both", "center")),
            repeat_header=rng.random() < 0.3,
            keep_rows=rng.random() < 0.5,
            merge_groups=rng.random() < 0.85,
            joined_proactive=rng.random() < 0.6,
            broken_heads=rng.random() < 0.25,
            footer=rng.choice(("", "{}", "- {} -", "— {} —", "第 {} 页", "-{}-")),
            zeros=rng.choices(("printed", "blank", "mark"), (0.7, 0.22, 0.08))[0],
            nil=rng.choice(NIL),
            scale=rng.choices((1, 7, 11), (0.8, 0.1, 0.1))[0],
        )
