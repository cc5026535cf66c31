"""Something about the reading of a report that must be said, and the rules that such findings belong to.

The reader's rules and their words are in ``pipeline/rules/reader.csv``, beside the rules over the numbers.

Belongs here: findings of the reader. Contradictions of the numbers that were read are ``pipeline.rules``'s.
"""

import csv
from dataclasses import dataclass
from pathlib import Path

_RULES = Path(__file__).parents[1] / "rules" / "reader.csv"


@dataclass(slots=True)
class Finding:
    """Something about the reading that must be said: a row of ``quality_issue`` in the making."""

    rule: str
    message: str
    message_en: str
    table: str | None = None
    item: str | None = None
    column: str | None = None
    line: int | None = None
    actual: str | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule as ``quality_rule`` shows it; ``sql`` and the message templates only where it is a SELECT."""

    rule: str
    rule_group: str
    severity: str
    formula: str
    title_zh: str
    title_en: str
    explanation: str
    message: str = ""
    message_en: str = ""
    sql: str = ""


def rule_of(group: str, **fields: str) -> Rule:
    """A rule from the values of its head or line, where its group is called ``group``."""
    return Rule(rule_group=group, **fields)


def _reader_rules() -> dict[str, Rule]:
    with _RULES.open(encoding="utf-8") as file:
        return {row["rule"]: rule_of(**row) for row in csv.DictReader(file)}


#: Rules of the reader by code.
READER_RULES = _reader_rules()
