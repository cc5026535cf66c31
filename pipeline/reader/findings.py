"""Findings: what the reader noticed about a report, the rules they belong to, and their messages.

A finding is a rule, a position in the report, and the values that its message names. Rules are lines of
``pipeline/rules/reader.csv``, explained as all rules in ``pipeline/rules/explanations.csv``. Messages are lines of
``pipeline/rules/reader_messages.csv``, in Chinese and English, with the names of values in braces. A rule with several
messages has a *variant* for each.

Belongs here: findings of the reader. Contradictions between the numbers that were read are ``pipeline.rules``'s.
"""

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

_RULES = Path(__file__).parents[1] / "rules"
#: A value of a message: the same in both languages, or Chinese and English.
Words = str | tuple[str, str]


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
    says_zh: str
    says_en: str
    matters_zh: str
    matters_en: str
    causes_zh: str
    causes_en: str
    message: str = ""
    message_en: str = ""
    sql: str = ""


class Where(NamedTuple):
    """A position in a report: table, row and column of the form, line of the source; None for what does not apply."""

    table: str | None = None
    item: str | None = None
    column: str | None = None
    line: int | None = None


class Finding:
    """Something that the reader noticed; it becomes a row of ``quality_issue``.

    ``values`` are the values that its message names; ``actual`` among them is also the issue's ``actual``.

    >>> Finding("page_mark", Where(line=3), marks="- 4 - (3)", actual="1").message_en
    'Page marks inside the tables were passed over: - 4 - (3)'

    Raises:
        KeyError: the rule has no message of that variant, or the message names a value that is not given.
    """

    __slots__ = ("message", "message_en", "rule", "values", "variant", "where")

    def __init__(self, rule: str, where: Where, variant: str = "", **values: Words) -> None:
        self.rule = rule
        self.where = where
        self.variant = variant
        self.values = values
        self.message, self.message_en = (
            template.format(**{name: value if isinstance(value, str) else value[at] for name, value in values.items()})
            for at, template in enumerate(_MESSAGES[rule, variant])
        )

    @property
    def actual(self) -> str | None:
        """What was found, in the issue's own column."""
        found = self.values.get("actual")
        return found if found is None or isinstance(found, str) else found[0]

    def to_json(self) -> list[Any]:
        """The finding as JSON can hold it."""
        return [self.rule, list(self.where), self.variant, self.values]

    @classmethod
    def from_json(cls, fields: list[Any]) -> "Finding":
        """The finding that ``to_json`` wrote."""
        rule, where, variant, values = fields
        return cls(rule, Where(*where), variant, **values)


def rule_of(group: str, **fields: str) -> Rule:
    """A rule from the fields of its SQL file's head or CSV line, in which its group is called ``group``.

    Raises:
        KeyError: ``explanations.csv`` has no line for it.
    """
    return Rule(rule_group=group, **fields, **_EXPLANATIONS[fields["rule"]])


def _lines(name: str) -> list[dict[str, str]]:
    with (_RULES / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


#: What each rule says to people who do not know the form.
_EXPLANATIONS = {line.pop("rule"): line for line in _lines("explanations.csv")}
#: Rules of the reader by code.
READER_RULES = {line["rule"]: rule_of(**line) for line in _lines("reader.csv")}
#: Messages in Chinese and English by rule and variant.
_MESSAGES = {
    (line["rule"], line["variant"]): (line["message"], line["message_en"]) for line in _lines("reader_messages.csv")
}
