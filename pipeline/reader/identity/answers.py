"""The answers to whose report it is and of which year, which of them wins, and which contradict it.

Belongs here: weighing answers. Finding them is the business of the modules beside this one.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from pipeline.reader.findings import Finding, Where

#: Where an answer can come from, in Chinese.
_ORIGINS = {
    "manifest": "清单",
    "title": "标题",
    "page_title": "网页标题",
    "sentence": "正文",
    "first_sentence": "首句",
    "compiler": "编制单位",
    "publisher": "发布机构",
    "period": "统计期限",
    "file_name": "文件名",
    "folder": "文件夹",
}
#: Where a report names itself.
_OF_ITSELF = {"title", "page_title", "sentence", "first_sentence"}
#: Where another body than the one that reports may stand: who compiled it, whose portal it is on.
_MAY_NAME_OTHERS = {"compiler", "publisher", "first_sentence", "folder"}


class Answer(NamedTuple):
    """One answer: where it comes from, what it is, and on which line it stands."""

    origin: str
    text: str
    line: int | None = None


@dataclass(slots=True)
class Answers:
    """All answers, the ones asked first in front; the first one wins."""

    agencies: list[Answer] = field(default_factory=list)
    years: list[Answer] = field(default_factory=list)

    def agency(self) -> str | None:
        """The agency's name: the first answer, or a fuller form of it where the report prints one.

        淮安市洪泽区… is a fuller form of 洪泽区….
        """
        if not self.agencies:
            return None
        name = self.agencies[0].text
        if self.agencies[0].origin == "manifest":
            return name
        for answer in self.agencies[1:]:
            endings = (name, name + "办事处") if name.endswith("街道") else (name,)
            if answer.origin in _OF_ITSELF and len(answer.text) > len(name) and answer.text.endswith(endings):
                name = answer.text
        return name

    def year(self) -> int | None:
        """The year: the first answer."""
        return int(self.years[0].text) if self.years else None

    def origin(self) -> str:
        """Where agency and year come from."""
        asked = (("agency", self.agencies), ("year", self.years))
        return " ".join(f"{what}:{answers[0].origin}" for what, answers in asked if answers)

    def contradictions(self) -> Iterator[Finding]:
        """Answers that differ from the one that wins."""
        witnesses = [answer for answer in self.agencies[1:] if answer.origin not in _MAY_NAME_OTHERS]
        if self.agencies:
            chosen = self.agencies[0]
            yield from _contradictions(
                "identity_agency", chosen, [each for each in witnesses if not _is_one_name(each.text, chosen.text)]
            )
        if self.years:
            chosen = self.years[0]
            yield from _contradictions(
                "identity_year", chosen, [each for each in self.years[1:] if each.text != chosen.text]
            )


def _contradictions(rule: str, chosen: Answer, others: list[Answer]) -> Iterator[Finding]:
    """A finding for each other text, at the first answer that gives it."""
    first: dict[str, Answer] = {}
    for other in others:
        first.setdefault(other.text, other)
    for text, other in first.items():
        yield Finding(
            rule,
            Where(line=other.line or chosen.line),
            chosen_origin=(_ORIGINS[chosen.origin], chosen.origin),
            chosen=chosen.text,
            other_origin=(_ORIGINS[other.origin], other.origin),
            actual=text,
        )


def _is_one_name(one: str, other: str) -> bool:
    """Whether two names may be one: a short name agrees with the full one that has it in it."""
    return one in other or other in one
