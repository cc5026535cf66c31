"""A number that the prose states, and what it states it of.

Belongs here: the records that ``claims`` makes, and the codes that the other modules of this package share.
"""

import csv
from decimal import Decimal
from importlib import resources
from typing import NamedTuple

PART = "part"
with (resources.files(__package__ or "") / "labels.csv").open(encoding="utf-8") as _file:
    #: Every claim with its Chinese and English label.
    CLAIM_LABELS = {row["claim"]: (row["label_zh"], row["label_en"]) for row in csv.DictReader(_file)}
#: Claims of applications that pass from one year to the next, and all that count applications and not their results.
PASSES_ON = frozenset({"carried_over", "carried_forward"})
INTAKE = frozenset({"received", "answered", "handled", *PASSES_ON})
TRACKS = ("reconsideration", "litigation")


class Claim(NamedTuple):
    """One number that the prose states; ``part_of`` is the index of the claim whose part it is.

    ``share`` is the percentage that the prose says it is of its whole. ``unit`` is None for 零 and 未.
    """

    claim: str
    value: int
    unit: str | None
    scope: str
    text: str
    line: int
    approximate: bool = False
    part_of: int | None = None
    share: Decimal | None = None


class UnreadSentence(NamedTuple):
    """A sentence that was not searched for claims: the reason, its first characters, and its line.

    The reason is too_long, broken (the program failed at it), or too_many (the most claims stand before it, and neither
    it nor what follows is searched).
    """

    reason: str
    text: str
    line: int


class ProseClaims(NamedTuple):
    """The claims of a report's prose in the order in which they stand, and the sentences that were not searched."""

    claims: list[Claim]
    unread: list[UnreadSentence]
