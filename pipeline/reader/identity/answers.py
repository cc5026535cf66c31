"""The answers to whose report it is and of which year, which of them wins, and which contradict it.

Belongs here: weighing answers. Finding them is the business of the modules beside this one; what two names have to do
with each other is told by ``bodies``.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from pipeline.reader.findings import Finding, Where
from pipeline.reader.identity import bodies

#: Where an answer can come from, in Chinese.
_ORIGINS = {
    "manifest": "清单",
    "title": "标题",
    "page_title": "网页标题",
    "sentence": "正文",
    "first_sentence": "首句",
    "later_sentence": "正文",
    "compiler": "编制单位",
    "publisher": "发布机构",
    "trail": "栏目",
    "site": "网站",
    "contact": "联系单位",
    "signature": "落款",
    "own_words": "自称",
    "period": "统计期限",
    "file_name": "文件名",
    "folder": "文件夹",
}
#: Where a report names itself.
_OF_ITSELF = {"title", "page_title", "sentence", "first_sentence"}
#: Where a report's own name may stand with the names of the divisions before it.
_MAY_BE_FULLER = {"compiler", "publisher", "later_sentence", "contact", "signature"}
#: Where another body than the one that reports may stand: who compiled it, whose portal it is on.
_MAY_NAME_OTHERS = {"publisher", "later_sentence", "folder", "trail", "site", "contact", "signature"}
#: Where another body may stand, unless both names are of departments or towns: a copied title.
_MAY_NAME_SUPERIORS = {"compiler", "first_sentence"}
#: Where a department or a town is named that reports, whatever government stands beside the title.
_BEATS_GOVERNMENTS = {"compiler", "publisher", "signature"}
#: Where a government, or its office, is most often the one whose site it is: believed only if the report says so.
_OF_THE_SITE = {"site", "trail", "contact"}


#: Endings of places, whose names stand for their governments.
_NAMES_GOVERNMENTS = ("镇", "乡", "苏木", "市", "县", "区", "旗", "州", "盟", "省")


class Answer(NamedTuple):
    """One answer: where it comes from, what it is, and on which line it stands."""

    origin: str
    text: str
    line: int | None = None


@dataclass(slots=True)
class Answers:
    """All answers, the ones asked first in front; the first one wins.

    ``apart``: governments whose names stand on a line of their own beside the title; ``text`` is the report's head, and
    ``own_word`` the first word in it by which the report calls its agency (我局).
    """

    agencies: list[Answer] = field(default_factory=list)
    years: list[Answer] = field(default_factory=list)
    apart: list[Answer] = field(default_factory=list)
    own_word: str = ""
    text: str = ""

    def settle(self, text: str) -> None:
        """Drop the answers that the report's own words exclude, and weigh a government that stands apart.

        Where a report says 我局, a government is neither its agency nor a reason to pass over others.
        """
        self.own_word, self.text = bodies.own_word(text), text
        self._drop_neighbours()
        self.agencies = [answer for answer in self.agencies if answer not in self.apart and self._may_be(answer)]
        for answer in self.apart:
            if bodies.own_word_contradicts(self.own_word, answer.text) and self.own_word[1:] != "单位":
                continue
            if not any(_beats(each, answer) for each in self.agencies):
                self.agencies.insert(0, answer)

    def _drop_neighbours(self) -> None:
        """Drop titles of other reports, to which the page has links, where something tells which one is its own.

        The page's title tells, and the first sentence; for the year also 统计期限.
        """
        names = list(dict.fromkeys(each.text for each in self.agencies if each.origin == "title"))
        told = self._told(names) if len(names) > 1 else None
        if told and any(bodies.is_one_body(name, told) for name in names):
            other = {
                each for each in self.agencies if each.origin == "title" and not bodies.is_one_body(each.text, told)
            }
            lines = {each.line for each in other}
            self.agencies = [each for each in self.agencies if each not in other]
            self.years = [each for each in self.years if each.origin != "title" or each.line not in lines]
        years = dict.fromkeys(each.text for each in self.years if each.origin == "title")
        telling = {"page_title", "period", "first_sentence"} if len(years) > 2 else {"page_title", "period"}
        told = next((each.text for each in self.years if each.origin in telling), None)
        if told in years:
            self.years = [each for each in self.years if each.origin != "title" or each.text == told]

    def _told(self, names: list[str]) -> str | None:
        """Whose report the page's title, or the first sentence, says it is.

        Against the first of two titles the first sentence says nothing: one of them may be copied.
        """
        for answer in self.agencies:
            if answer.origin == "page_title":
                return answer.text
            if answer.origin == "first_sentence" and (len(names) > 2 or bodies.is_one_body(names[0], answer.text)):
                return answer.text
        return None

    def _may_be(self, answer: Answer) -> bool:
        name, superior = answer.text, bodies.is_government(answer.text) or bodies.is_office(answer.text)
        if answer.origin in _OF_THE_SITE and superior:
            if answer.origin == "site":
                return not self.own_word
            if bodies.is_government(name):
                return bodies.speaks_as_government(self.text)
            return self.own_word[1:] == "办"
        if answer.origin in ("first_sentence", "later_sentence"):
            return not superior or bodies.own_word_fits(self.own_word, name)
        if answer.origin in _MAY_BE_FULLER or answer.origin in _OF_THE_SITE or answer.origin == "folder":
            return bodies.own_word_fits(self.own_word, name)
        return True

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
            if _is_fuller(answer, name):
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
        if self.agencies:
            chosen = self.agencies[0]
            others: list[Answer] = []
            for each in self.agencies[1:]:
                if _contradicts(each, chosen) and not any(bodies.is_one_body(each.text, one.text) for one in others):
                    others.append(each)
            unit = self.own_word[1:] == "单位" and chosen not in self.apart
            if bodies.own_word_contradicts(self.own_word, chosen.text) and not unit:
                others.append(Answer("own_words", self.own_word))
            yield from _contradictions("identity_agency", chosen, others)
            if chosen.origin == "site" and not bodies.speaks_as_government(self.text):
                yield Finding("identity_agency", Where(line=chosen.line), "site", actual=chosen.text)
        if self.years:
            chosen = self.years[0]
            others = [each for each in self.years[1:] if each.text != chosen.text and each.origin != "later_sentence"]
            yield from _contradictions("identity_year", chosen, others)


def _beats(answer: Answer, apart: Answer) -> bool:
    """Whether an answer shows that a government apart from the title is only the one above, whose site it is."""
    if answer.text in apart.text:
        return False
    if bodies.is_government(answer.text):
        return answer.origin in _OF_ITSELF and bodies.lies_below(answer.text, apart.text)
    if answer.origin in _OF_ITSELF:
        return not bodies.is_superior(answer.text)
    return answer.origin in _BEATS_GOVERNMENTS and _is_peer(answer.text)


def _contradicts(answer: Answer, chosen: Answer) -> bool:
    """Whether an answer that lost is of another body than the one that won, and should not be."""
    if answer.origin == "contact" and bodies.is_government(chosen.text) and _is_peer(answer.text):
        return True
    if answer.origin in _MAY_NAME_OTHERS or bodies.is_one_body(answer.text, chosen.text):
        return False
    if answer.origin not in _MAY_NAME_SUPERIORS:
        return True
    if bodies.is_government(answer.text) and bodies.is_government(chosen.text):
        return not bodies.lies_below(chosen.text, answer.text)
    return _is_peer(answer.text) and _is_peer(chosen.text)


def _is_peer(name: str) -> bool:
    """Whether a name is that of a department or a town, which reports for itself alone."""
    return not bodies.is_government(name) and not bodies.is_office(name)


def _is_fuller(answer: Answer, name: str) -> bool:
    """Whether an answer is a fuller form of a name: with divisions before it, or with 人民政府 or 办事处 behind it."""
    behind = "办事处" if name.endswith("街道") else "人民政府" if name.endswith(_NAMES_GOVERNMENTS) else ""
    for form in dict.fromkeys((name, name + behind)):
        if len(answer.text) <= len(name) or not answer.text.endswith(form):
            continue
        before = answer.text.removesuffix(form)
        placed = not before or bodies.is_division(before)
        if answer.origin in _OF_ITSELF or (answer.origin in _MAY_BE_FULLER and placed):
            return True
    return False


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
