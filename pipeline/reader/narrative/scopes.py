"""Whose a number is, behind those that stand before it in its sentence and its paragraph.

Belongs here: what the claims found so far say of the scope of the next one, and the number of another year that one is
compared with. What the words before a number say by themselves is ``claim_scope``'s.
"""

import re

from pipeline.reader.narrative import context, objects, vocabulary
from pipeline.reader.narrative.claim import INTAKE, PART, TRACKS, Claim
from pipeline.reader.narrative.claim_scope import OTHER_BODY, OTHER_YEAR, REGION, names_a_subject
from pipeline.reader.narrative.meanings import WordsInContext
from pipeline.reader.narrative.sentences import Count, Sentence

#: 较 2023 年的 790 条.
_COMPARED_WITH = re.compile(
    r"(?:^|[,;(])(?:较|比|与|同)(?:(?P<year>20\d\d)年(?:度)?|上年度?|去年|上一年度?)(?:全年|同期)?的?\(?$"
)

#: ,较2023年度同期的( and no more.
_LONGEST_COMPARISON = 16


class ScopesInContext(WordsInContext):
    """The claims found so far, by which the scope of the next number is understood."""

    def __init__(self, sentence: Sentence, agency: str, year: int, found: list[Claim], *, business: bool) -> None:
        super().__init__(sentence, found, business=business)
        self.agency = agency
        self.year = year
        self.begin = len(found)

    def scope_in_place(self, codes: context.ClaimCodes, scope: str, count: Count) -> str:
        """The scope of a claim where it stands, by that of its own words."""
        if codes[0].startswith(TRACKS) and self._goes_on_with_an_area(count):
            scope = REGION
        if "_" in codes[0] and codes[0].startswith(TRACKS) and scope == OTHER_BODY:
            scope = self._scope_of_review(codes[0]) or scope
        if codes in (("published",), ("received",)) and self._is_up_to_now(count):
            scope = OTHER_YEAR
        if scope in (OTHER_BODY, REGION) and codes[0] in TRACKS and not self._is_on_openness():
            self.narrowing.of_all(len(self.found), certain=False)  # 区政府被诉 41 件, of every kind
        return scope

    def _is_up_to_now(self, count: Count) -> bool:
        """Whether a number adds up several years: 截至 12 月累计公开 131 条，其中 2024 年新增 58 条."""
        if not (vocabulary.since_when(count.so_far) or "累计" in count.before.lead.text):
            return False
        return vocabulary.OF_THIS_YEAR.match(count.behind) is not None

    def _goes_on_with_an_area(self, count: Count) -> bool:
        """Whether a sentence without a subject stands behind one of all bodies of an area in its paragraph."""
        before = next((one for one in reversed(self.found[: self.begin]) if one.part_of is None), None)
        if before is None or before.scope != REGION or self.sentence.start == 0:
            return False
        return not names_a_subject(count.so_far, self.agency)

    def _scope_of_review(self, code: str) -> str | None:
        """The scope of the review that a result is of: who decided it is the subject of the result."""
        track = code.partition("_")[0]
        return next((one.scope for one in reversed(self.found[self.begin :]) if one.claim == track), None)

    def _is_on_openness(self) -> bool:
        """Whether the sentence or its paragraph speaks of openness, so that its reviews may be of that."""
        text = self.sentence.parsed.text
        return (
            self.sentence.topic is not None
            or objects.names_openness(text)
            or context.names_applications(text)
            or any(one.claim in INTAKE for one in self.found[-6:])
        )

    def compared_with(self, count: Count) -> Claim | None:
        """The claim of the year before, with which the last one is compared: 较 2023 年的 790 条."""
        if self.last is None or self.last < self.begin or self.whole is not None:
            return None
        match = _COMPARED_WITH.search(count.so_far[-_LONGEST_COMPARISON:])
        if match is None:
            return None
        last, number = self.found[self.last], count.number
        if last.unit != number.unit or last.part_of is not None or last.claim == PART or last.scope == OTHER_YEAR:
            return None
        if (match["year"] and int(match["year"]) == self.year) or count.behind.startswith("、"):
            return None
        line = self.sentence.line_at(number.start)
        return last._replace(
            value=number.value, scope=OTHER_YEAR, line=line, approximate=number.approximate, share=None
        )
