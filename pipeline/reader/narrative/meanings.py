"""What the words around a number count in their sentence: applications, results, reviews, decisions, information.

The same words – 办结 80 件, 维持 9 件 – count applications for information behind one noun, and the agency's other
business behind another. What a sentence has spoken of so far decides; where it is not certain, nothing is counted.

Belongs here: words to codes of claims. Wholes, scopes and years are ``claims``'; words alone are ``context``'s.
"""

import re

from pipeline.reader.narrative import context, objects, vocabulary
from pipeline.reader.narrative.claim import INTAKE, PART, PASSES_ON, TRACKS, Claim
from pipeline.reader.narrative.narrowing import Narrowing
from pipeline.reader.narrative.numerals import Number
from pipeline.reader.narrative.sentences import Sentence
from pipeline.reader.narrative.vocabulary import APPLICATION, REVIEW

#: Units of things that can be added up: a part in one of them is a part of a whole in any.
_THINGS = {"件", "条", "份", "项", "篇", "则", "宗", "例", "起", "件次", "个", "期"}
#: Units that applications and cases are counted in.
_CASES = {"件", "例", "宗", "起", "份", "件次", "条", "项"}
#: Units that no application is counted in.
_NO_CASES = {"期", "个", "则", "篇", "批", "部", "笔"}
#: 项目公示 18 个 may count what is public, or how often it was made so.
_BARE_UNITS = ("个", "起", "宗", "例", "项")
#: A longer beginning up to a colon is no heading.
_LONGEST_HEAD = 24
_TRACK_WORDS = (("复议", TRACKS[0]), ("诉讼", TRACKS[1]), ("被诉", TRACKS[1]), ("起诉", TRACKS[1]), ("应诉", TRACKS[1]))
_OF_OPENNESS = re.compile("信息公开|被申请|被告|涉及公开|依申请")


def _since_semicolon(text: str) -> str:
    """The end of a text, which is about one thing."""
    return text[max(text.rfind(";"), text.rfind("。")) + 1 :]


class WordsInContext:
    """What a sentence has spoken of so far, by which the words around its next number are understood."""

    def __init__(self, sentence: Sentence, found: list[Claim], *, business: bool) -> None:
        self.sentence = sentence
        self.found = found
        #: The claim that the next numbers are parts of, as an index in ``found``; and the last one that is no part.
        self.whole: int | None = None
        self.last: int | None = None
        #: Whether the sentence speaks of what is the agency's business, not of its own openness; whether that stands
        #: near, before no semicolon; and whether the reviews that it speaks of are of such.
        self.business = business
        self.near = business
        self.other_reviews = False
        #: The track of cases of every kind that the number before counts, and that made no claim.
        self.sued: str | None = None
        self.narrowing = Narrowing()
        #: The heading that the sentence begins with: （二）依申请公开：
        text, colon = sentence.parsed.text, sentence.parsed.text.find(":", 0, _LONGEST_HEAD)
        self.head = text[: colon + 1] if sentence.parsed.is_head else ""

    def codes(self, lead: str, behind: str, before: str, number: Number) -> context.ClaimCodes:
        """The claims that some words around a number make, if any."""
        if self.business and not self.near and objects.names_an_application(self._run(before)):
            self.business = False
        if number.value == 0 and vocabulary.ALL_OF_THEM.search(lead):
            return context.everything(lead)
        if self.last is not None and self.found[self.last].claim.startswith(TRACKS):
            result = self._review(lead, behind, before)
            if result and "_" in result[0]:
                return result
        if lead == "公开" and self.whole is not None and self.found[self.whole].claim in INTAKE:
            return ("granted",)
        if code := context.outcome_of_applications(lead, behind):
            return (code,) if self._counts_results(code, before, number) else ()
        if reviewed := self._review(lead, behind, before, is_zero=number.value == 0):
            if not self._is_all_of_another_kind(number):
                return reviewed
            self.sued = reviewed[0]
            return ()
        decided = self._decision(lead, behind, before, number)
        if decided is not None:
            return decided
        if codes := self._application(lead, behind, before, number):
            return codes
        is_bare = number.unit in _BARE_UNITS and vocabulary.WITHOUT_A_NOUN.search(lead)
        if number.unit in _THINGS and not is_bare and self._published(lead, behind):
            return ("published",)
        return ()

    def _run(self, before: str) -> str:
        """The words since the last semicolon, without a heading: they are about one thing."""
        return _since_semicolon(before.removeprefix(self.head))

    def _decision(self, lead: str, behind: str, before: str, number: Number) -> context.ClaimCodes | None:
        """The claims of words that name decisions; None where they name none."""
        decision = context.decision(lead, behind)
        if decision is None or objects.application_noun(lead) in (objects.OPENNESS, objects.OF_A_MATTER):
            return None
        goes_on = "结果" in lead and self.last is not None and self.found[self.last].claim == "published"
        if decision.is_published or goes_on:
            return ("published",) if number.unit and not self._is_beside("published") else ()
        if (
            vocabulary.AT_A_COUNTER.search(self._run(before)) and not vocabulary.MADE.search(lead)
        ) or number.unit == "条":
            return ()
        if "程序" in lead and len(vocabulary.PROCEDURES.findall(self.sentence.parsed.text)) > 1 and self.whole is None:
            return ()  # 普通程序 37 件，简易程序 58 件
        if self.other_reviews and vocabulary.A_CASE.search(lead):
            return ()  # 行政处罚案件 11 件, of the suits
        if number.unit == "项" and vocabulary.A_LIST.search(before):
            return ()
        goes_on = lead in ("许可", "处罚", "强制") and self._last_claim().startswith("administrative")
        if not decision.is_no_event or goes_on or self._is_beside(decision.claim):
            return (decision.claim,)
        last = self.whole if self.whole is not None else self.last
        if last is not None and self.found[last].claim in INTAKE and vocabulary.A_KIND.search(lead):
            return None  # 规划许可类 58 件, of the applications
        self.business = self.near = True
        return ()

    def _last_claim(self) -> str:
        return self.found[self.last].claim if self.last is not None else ""

    def _is_beside(self, claim: str) -> bool:
        return self.whole is not None and self.found[self.whole].claim == claim

    def _counts_results(self, code: str, before: str, number: Number) -> bool:
        """Whether a number with the words of a result counts applications: files are 不予公开 too."""
        if self.business or self._of_files(before):
            return False
        last = self.found[self.last].claim if self.last is not None else ""
        if last.startswith("administrative") or vocabulary.DECISIONS_ALONE.search(self._run(before)):
            return False
        if code in PASSES_ON and not self.sentence.parsed.is_on_applications:
            text = self.sentence.parsed.text
            return number.unit in _CASES and not vocabulary.NO_APPLICATION.search(text)
        return self._about_applications() or (code in PASSES_ON and number.unit in _CASES)

    def _of_files(self, before: str) -> bool:
        """Whether the words since the last semicolon are about files or lists, and not about applications."""
        return vocabulary.is_on_files(before)

    def _about_applications(self) -> bool:
        """Whether a number without a noun of its own counts applications here."""
        return (
            self.sentence.topic == APPLICATION
            or self.sentence.parsed.is_on_applications
            or any(claim.claim in INTAKE for claim in self.found[-3:])
            or any(claim.claim == PART and self._is_of_applications(claim) for claim in self.found[-1:])
        )

    def _is_of_applications(self, part: Claim) -> bool:
        return part.part_of is not None and self.found[part.part_of].claim in INTAKE

    def _spoke_of_applications(self, before: str) -> bool:
        """Whether the sentence named applications before a number without a noun."""
        return self._last_claim() in INTAKE or context.names_applications(before)

    def _review(self, lead: str, behind: str, before: str, *, is_zero: bool = False) -> context.ClaimCodes:
        words = context.review(lead, behind)
        if words.tracks:
            if not self._is_own_review(words, lead, before):
                return ()
            if len(words.tracks) == 2 and not (words.is_of_several or is_zero):
                return ()
            if words.result and len(words.tracks) == 1:
                return (f"{words.tracks[0]}_{words.result}",)
            if words.noun == objects.OPENNESS:
                self.narrowing.forget_reviews(self.found)
            elif words.noun == objects.BARE and not objects.names_openness(self._run(before)):
                self.narrowing.of_all(len(self.found), certain=not words.is_of_all_kinds)
            return words.tracks
        if not words.result or self.other_reviews:
            return ()
        last, track = max((before.rfind(word), track) for word, track in _TRACK_WORDS)
        if last >= 0 and any(claim.claim.startswith(track) for claim in self.found[-8:]):
            return (f"{track}_{words.result}",)
        return ()

    def _is_all_of_another_kind(self, number: Number) -> bool:
        """Whether the words behind a number of reviews say that all are about something else."""
        found = vocabulary.ALL_OF_A_KIND.match(self.sentence.parsed.text, number.end)
        return found is not None and objects.is_another_kind(found["kind"])

    def _is_own_review(self, words: context.ReviewWords, lead: str, before: str) -> bool:
        """Whether a review is one of the agency's openness, as far as its words say."""
        run = self._run(before)
        self.other_reviews = self.other_reviews and not vocabulary.AS_DEFENDANT.search(run)
        if (
            words.noun == objects.OTHER
            or objects.has_another_cause(run)
            or self._is_none_of_openness(words)
            or (self.other_reviews and words.noun != objects.OPENNESS)
        ):
            self.other_reviews = True
            return False
        self.other_reviews = False
        is_of_openness = bool(_OF_OPENNESS.search(run)) or self.sentence.topic == REVIEW
        is_authority = vocabulary.AS_AUTHORITY.search(run) is not None
        if words.noun == objects.BARE and vocabulary.REVIEWS_TAKEN_IN.search(lead):
            is_authority = True
        if not words.result and (is_authority or (words.is_general and not is_of_openness)):
            self.sued = TRACKS[1] if words.tracks == TRACKS[1:] and not is_authority else None
            self.business = self.near = self.other_reviews = True
            return False
        return True

    def _is_none_of_openness(self, words: context.ReviewWords) -> bool:
        text = self.sentence.parsed.text
        return words.noun != objects.OPENNESS and vocabulary.NOT_OF_OPENNESS.search(text) is not None

    def _application(self, lead: str, behind: str, before: str, number: Number) -> context.ClaimCodes:
        words = context.application(lead, behind)
        if self._is_other_business(words, before):
            if self.whole is None and number.unit in _CASES and not context.publication(lead, behind).is_information:
                self.business = self.near = True
            return ()
        if words.noun == objects.OF_A_MATTER:
            return ()
        if self.business:
            if words.noun != objects.OPENNESS and (words.noun != objects.BARE or self.near):
                return ()
            self.business = self.near = False
        if number.unit in _NO_CASES or words.is_of_another_kind or not self._about_applications():
            return ()
        if words.is_vague and not self._speaks_of_openness():
            return ()
        if vocabulary.ONLY_DONE.fullmatch(lead) and not self._spoke_of_applications(before):
            return ()
        if self.whole is None and objects.is_of_one_way(lead):
            return ()
        if words.done or (words.is_channel and self.whole is not None):
            if words.noun == objects.BARE and not objects.names_openness(self._run(before)):
                self.narrowing.of_all(len(self.found), certain=True)
            return words.done
        return () if self._of_files(before) else words.named

    def _is_other_business(self, words: context.ApplicationWords, before: str) -> bool:
        if words.noun == objects.OTHER or words.is_of_others:
            return True
        run = self._run(before)
        return words.noun != objects.OPENNESS and bool(
            vocabulary.BY_HEADS.search(run) or objects.is_labelled_otherwise(run)
        )

    def _speaks_of_openness(self) -> bool:
        """Whether applications that are named by this word alone are for information here."""
        return objects.names_openness(self.sentence.parsed.text.removeprefix(self.head))

    def _published(self, lead: str, behind: str) -> bool:
        if vocabulary.A_PLACE.match(behind) or self._of_attributes() or vocabulary.TAKEN_IN.search(lead):
            return False
        last = self.found[self.last].claim if self.last is not None else ""
        if not last and self.found:
            last = self.found[-1].claim  # of the sentence before
        if (last in INTAKE or last.startswith("administrative")) and vocabulary.ONLY_PUBLISHED.fullmatch(lead):
            return False  # of the applications
        if (
            self.whole is not None
            and self.found[self.whole].claim in INTAKE
            and (vocabulary.ASKED_FOR.search(lead) or vocabulary.ONLY_PUBLISHED.search(lead))
        ):
            return False  # 要求公开监控信息的 5 件, 依法公开 31 件
        words = context.publication(lead, behind)
        if words.has_verb and lead.startswith("累计") and "新增" in self.sentence.parsed.text:
            return False  # 新增公开 186 条，累计公开 1260 条
        if words.has_verb:
            is_part = self.whole is not None and self.found[self.whole].claim == "published"
            return words.is_channel if is_part else words.is_information
        if self.whole is not None:
            return False
        goes_on = words.goes_on and self.last is not None and self.found[self.last].claim == "published"
        if not lead and self.sentence.parsed.is_on_applications:
            return goes_on  # 1 件公开, of the applications
        return words.is_published_behind or goes_on

    def _of_attributes(self) -> bool:
        return vocabulary.ON_ATTRIBUTES.search(self.sentence.parsed.text) is not None

    def is_part(self, number: Number, lead: str) -> bool:
        """Whether a number can be a part of the whole, by what both are counted in."""
        if self.whole is None or number.unit not in _THINGS:
            return False
        unit = self.found[self.whole].unit
        if number.unit in ("个", "期", "项") and (unit != number.unit or vocabulary.NO_PART.search(lead)):
            return False  # 公开栏 14 个 is no part of 信息 300 条
        return unit in _THINGS
