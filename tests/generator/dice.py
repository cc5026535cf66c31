"""One source of chance for a report: what is random, and how wild it may get.

Everything that varies asks the dice; with a noise of 0 every `chance` fails and every `vary` gives the usual form, so
that a clean report needs no code of its own.
"""

import random
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


class Dice:
    """A random generator together with the strength of the noise (0: the official form, 1: like real reports)."""

    def __init__(self, rng: random.Random, noise: float) -> None:
        self.rng = rng
        self.noise = noise

    def chance(self, probability: float) -> bool:
        """True with the given probability, scaled by the noise."""
        return self.noise > 0 and self.rng.random() < probability * self.noise

    def vary(self, usual: T, *others: T, p: float = 0.3) -> T:
        """The usual form, or with probability `p` one of the others."""
        return self.rng.choice(others) if self.chance(p) else usual

    def pick(self, options: Sequence[T]) -> T:
        """Any of the options, whatever the noise."""
        return self.rng.choice(options)

    def number(self, low: int, high: int) -> int:
        """A whole number from low to high."""
        return self.rng.randint(low, high)
