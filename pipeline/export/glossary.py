"""The terms of the field in Chinese and English, from ``glossary.csv``; to add one, add a line."""

import csv
from dataclasses import dataclass
from functools import cache
from importlib import resources


@dataclass(frozen=True, slots=True)
class Term:
    """A term, and what it means here."""

    zh: str
    en: str
    meaning_zh: str
    meaning_en: str


@cache
def terms() -> tuple[Term, ...]:
    """Every term in the order of the file: from the application to its outcome."""
    with (resources.files(__package__ or "") / "glossary.csv").open(encoding="utf-8") as file:
        return tuple(Term(**row) for row in csv.DictReader(file))
