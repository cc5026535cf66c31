"""What the prose of a report claims of its numbers: each claim with its scope, its whole and its line.

Number by number (``sentences``): the words before it in its clause, else those right behind it, say what it counts
(``context``, by the expressions of ``vocabulary``); the subject and the time before it in its sentence say of whom and
when (``claim_scope``); 其中 and brackets make it a part of the claim before. A number whose words say nothing of this
kind is no claim. Nothing is calculated here; claims are compared with the tables by ``pipeline.rules``.

Belongs here: what a number means where it stands in its sentence, and behind which other numbers.
"""

import logging
import re
from collections.abc import Sequence
from decimal import Decimal

from pipeline.reader.narrative import context, narrowing, objects, vocabulary, years
from pipeline.reader.narrative.claim import (
    CLAIM_LABELS,
    INTAKE,
    PART,
    PASSES_ON,
    TRACKS,
    Claim,
    ProseClaims,
    UnreadSentence,
)
from pipeline.reader.narrative.claim_scope import OTHER_BODY, OTHER_YEAR, REGION, scope_of
from pipeline.reader.narrative.scopes import ScopesInContext
from pipeline.reader.narrative.sentences import Count, Sentence, statements
from pipeline.reader.sections import Passage
from schemas.fact_narrative_claim import SCOPES

__all__ = ["CLAIM_LABELS", "SCOPES", "Claim", "ProseClaims", "UnreadSentence", "read"]

log = logging.getLogger(__name__)

_SHARE = re.compile(r"\s*[(,]?\s*(?:约)?(?:占比|占)(?P<of>[^,;。)\d]{0,14})(?P<share>\d+(?:\.\d+)?)\s*%")
#: 较 2022 年(44 件).
_OF_A_YEAR = re.compile(r"(?P<year>20\d\d)年度?\($")
#: Words of a number that adds up those before.
_SUMS = ("合计", "共计", "总计", "全年合计", "全年共计", "共")
#: No report makes more claims than this: the sentences behind are not searched, and a finding says so.
_MOST_CLAIMS = 400
_LONGEST_TEXT = 300
#: Characters of a sentence that was not searched, by which a person finds it.
_SHOWN = 40


def read(passages: Sequence[Passage], agency: str, year: int) -> ProseClaims:
    """Search a report's prose for claims. A sentence that breaks the search is named, and the next one is read."""
    claims: list[Claim] = []
    unread: list[UnreadSentence] = []
    paragraph, business = "", False
    for sentence in statements(passages):
        if sentence.parsed.is_too_long:
            unread.append(_unread("too_long", sentence))
        elif len(claims) >= _MOST_CLAIMS and sentence.parsed.counts:
            unread.append(_unread("too_many", sentence))
            break
        else:
            before = len(claims)
            if sentence.paragraph is not paragraph:
                paragraph, business = sentence.paragraph, False
            try:
                business = _SentenceReader(sentence, agency, year, claims, business=business).read()
            except Exception:
                log.exception("line %d: a sentence could not be read", sentence.line_at(0))
                del claims[before:]
                unread.append(_unread("broken", sentence))
    return ProseClaims(claims, unread)


def _unread(reason: str, sentence: Sentence) -> UnreadSentence:
    return UnreadSentence(reason, sentence.printed(_SHOWN), sentence.line_at(0))


class _SentenceReader(ScopesInContext):
    """Reads one sentence, number by number; ``found`` has the claims of the sentences before, and gets its own."""

    def __init__(self, sentence: Sentence, agency: str, year: int, found: list[Claim], *, business: bool) -> None:
        super().__init__(sentence, agency, year, found, business=business)
        #: Whether a colon follows the 其中 of the whole.
        self.colon = False
        #: The whole that a semicolon ended: 其中予以公开 3 件；部分公开 1 件 goes on with it.
        self.before_semicolon: int | None = None
        #: Whole, colon and last claim as they were before each bracket that is open.
        self.brackets: list[tuple[int | None, bool, int | None]] = []
        #: The last claim of any kind; ``last`` is one that the next number may go on with.
        self.latest: int | None = None
        #: The claim of the number before, if it made one.
        self.near_claim: int | None = None
        #: Whether the words behind the number before were used for it, so that they do not count for the next one.
        self.taken = False
        #: Claims of the next numbers, in this order: 甲、乙分别为 2 件和 1 件.
        self.queue: list[str] = []
        #: The years of the next numbers, and the claims that each makes: 2023年、2024年分别收到申请 2 件和 3 件.
        self.years: list[int] = []
        self.yearly: context.ClaimCodes = ()

    def read(self) -> bool:
        """Add the claims of the sentence to those found. Gives whether it ends with the agency's other business."""
        parsed = self.sentence.parsed
        if self.found and parsed.text.startswith(("其中", "(其中", "包括")):
            self.last = narrowing.whole_before(self.found, parsed.text)
        for count in parsed.counts:
            self._follow(count.before.marks)
            made = self._claims_of(count)
            for claim in made:
                self._add(claim)
            self.near_claim = self.latest if made else None
        self.narrowing.apply(self.found, self.begin)
        if parsed.denials:
            self._add_denials()
        return self.business

    def _add(self, claim: Claim) -> None:
        self.found.append(claim)
        self.latest = len(self.found) - 1
        if claim.claim != PART or self.brackets or self.last is None:
            self.last = self.latest

    def _follow(self, marks: tuple[context.StructureMark, ...]) -> None:
        """Follow 其中, brackets and semicolons between two numbers, so that a part knows its whole."""
        for mark in marks:
            if mark.kind == context.OPEN:
                self.brackets.append((self.whole, self.colon, self.last))
                self.whole, self.colon = (self.near_claim if mark.is_near else self.whole), False
            elif mark.kind == context.CLOSE:
                if self.brackets:
                    self.whole, self.colon, self.last = self.brackets.pop()
            elif mark.kind == context.SEMICOLON:
                self.near = False
                if (not self.colon and not mark.is_near) or mark.leads_on:
                    self.before_semicolon, self.whole = self.whole, None
            elif mark.kind == context.RESPECTIVELY:
                self.whole = None  # 甲、乙分别为 2 件和 1 件: there is no whole
            else:
                self.whole = self.latest if self.brackets and mark.is_near else self.last
                self.colon = mark.leads_on

    def _claims_of(self, count: Count) -> list[Claim]:
        """The claims that one number makes."""
        self.narrowing.forget(len(self.found))
        if compared := self.compared_with(count):
            return [compared]
        if count.is_growth or count.is_planned or vocabulary.AN_AVERAGE.search(count.so_far):
            return []
        number = count.number
        codes = self._codes_by_words(count)
        carried = not PASSES_ON.isdisjoint(codes)
        if carried:
            behind = count.clause_behind or ("" if count.before.lead.text else count.behind)
            passed = years.passed_on(codes[0], count.before.lead.text, behind, self.year)
            codes = (passed,) if passed else ()
        if (carried and not codes) or (count.before.lead.is_no_fact and not carried):
            return []
        codes, scope = self._of_its_year(codes, count)
        if codes and vocabulary.CHANGED.match(count.behind) and count.before.lead.text.endswith(("由", "从")):
            scope = OTHER_YEAR  # 由 9 件下降至 4 件
        if self.whole is None and objects.is_openness_alone(count.before.lead.text):
            codes = self._of_the_general(codes)
        if codes:
            codes = self._beside_its_whole(codes, count)
        else:
            codes, scope = self._inherited(count)
        if not codes or (number.unit is None and codes == (PART,)):
            return []
        if codes[0] not in ("published", PART) and vocabulary.since_when(count.so_far):
            return []
        scope = scope or scope_of(count.so_far, self.agency, self.year, carried=carried)
        scope = self.scope_in_place(codes, scope, count)
        text, line = self.sentence.printed(_LONGEST_TEXT), self.sentence.line_at(number.start)
        whole = self._whole_of(scope)
        match = _SHARE.match(self.sentence.parsed.text, number.end) if whole is not None else None
        is_of_whole = match and whole is not None and vocabulary.is_share_of(self.found[whole].claim, match["of"])
        share = Decimal(match["share"]) if match and is_of_whole else None
        return [
            Claim(code, number.value, number.unit, scope, text, line, number.approximate, whole, share)
            for code in codes
        ]

    def _of_its_year(self, codes: context.ClaimCodes, count: Count) -> tuple[context.ClaimCodes, str | None]:
        """The claims and the scope of a number that is one of a list of years."""
        if count.before.respectively and (listed := years.listed_years(count.so_far)):
            self.years, self.yearly = list(listed), codes
        elif not count.before.joins:
            self.years = []
        if not self.years:
            return codes, None
        return self.yearly, years.scope_of_year(self.years.pop(0), self.year)

    def _of_the_general(self, codes: context.ClaimCodes) -> context.ClaimCodes:
        """The claim of 信息公开 2 件 behind a number of every kind, whose part it is."""
        index = self.narrowing.last_of_all(self.begin, len(self.found))
        if index is None:
            sued, self.sued = self.sued, None
            return (sued,) if sued and not codes else codes
        self.narrowing.narrow(index, len(self.found))
        return (self.found[index].claim,)

    def _codes_by_words(self, count: Count) -> context.ClaimCodes:
        """The claims that the words around a number make: those before it, those behind it, those farther before."""
        number, before, behind, so_far = count.number, count.before, count.behind, count.so_far
        lead = before.lead.text
        codes = self.codes(lead, count.clause_behind, so_far, number)
        later = vocabulary.CARRIED_FORWARD_LATER.match(behind)
        if not codes and not self.business and later and later.end() < len(behind):
            codes = ("carried_forward",)
        if lead.endswith(("结转", "顺延")) and vocabulary.TO_THE_NEXT.match(behind):
            codes = ("carried_forward",)
        if code := self._respective_code(before):
            codes = (code,)
        taken, self.taken = self.taken, bool(codes) and before.lead.is_empty
        if not codes and before.lead.is_empty:
            if vocabulary.NOT_FINISHED_BEHIND.match(count.clause_behind):
                return ()
            for clause in reversed(before.earlier_clauses[1:] if taken else before.earlier_clauses):
                if clause and (codes := self.codes(clause, "", so_far, number)):
                    break
            if codes and codes[0] in context.OUTCOMES and so_far.removesuffix(lead).endswith(";"):
                return ()
            if codes == ("published",) and self.whole is not None and self.found[self.whole].claim in INTAKE:
                return ()
        return codes

    def _beside_its_whole(self, codes: context.ClaimCodes, count: Count) -> context.ClaimCodes:
        """The claims of a number that may be a part: one of the same kind as its whole is only a part."""
        ended, self.before_semicolon = self.before_semicolon, None
        if ended is not None and codes[0] in context.OUTCOMES and self._is_result_of(ended):
            self.whole = ended
        if self.whole is None:
            return codes
        whole = self.found[self.whole].claim
        clauses = count.before.clauses
        nearest = clauses[-1] or (clauses[-2] if len(clauses) > 1 else "")
        if whole in TRACKS and objects.is_openness_alone(nearest):
            self.narrowing.of_all(self.whole, certain=False)  # 复议 132 件(其中信息公开 6 件)
        if objects.names_openness(nearest) and self.narrowing.is_of_all(self.whole):
            self.narrowing.narrow(self.whole, len(self.found))
            return (whole,)
        if codes == (whole,) and whole not in ("published", *INTAKE) and self.is_part(count.number, ""):
            return (PART,)
        if self._goes_on_with_parts(count):
            return codes
        if not INTAKE.isdisjoint(codes) and not self.brackets and not context.OF_WHICH.search(nearest):
            self.whole = self._whole_beside(codes[0], self.whole)
        elif codes == ("received",) and whole not in INTAKE and not vocabulary.RECEIVED.search(clauses[-1]):
            return (PART,)
        if self.whole is not None and codes[0] in INTAKE and whole != codes[0] and not self.brackets:
            same = [i for i in range(self.begin, len(self.found)) if self.found[i].claim == codes[0]]
            self.whole = same[0] if same else self.whole
        track, _, result = codes[0].partition("_")
        if not result and {track, whole.partition("_")[0]} == set(TRACKS):
            self.whole = None  # 复议 4 件，其中 2 件维持，诉讼 2 件
        if codes[0].startswith("administrative") and whole.startswith("administrative") and not self.brackets:
            self.whole = None  # 处罚 9 件，其中治安类 2 件，许可 5 件
        if result and track in TRACKS and whole != track and not self.narrowing.is_only_part(self.whole or 0):
            same = [index for index, claim in enumerate(self.found) if claim.claim == track]
            self.whole = same[-1] if same else self.whole
        return codes

    def _whole_beside(self, claim: str, whole: int) -> int | None:
        """The whole of a number behind 其中 and a verb; None for the next thing of its own.

        其中我局收到 29 件，各县收到 59 件 are both of the whole; 办结 28 件 behind them is not.
        """
        of = self.found[whole]
        if self.latest is None:  # 其中 opens the sentence
            return whole if of.claim == claim else None
        latest = self.found[self.latest]
        is_beside = latest.part_of == whole and latest.claim == of.claim == claim
        return whole if is_beside and of.scope == REGION else None

    def _is_result_of(self, whole: int) -> bool:
        latest = self.found[self.latest] if self.latest is not None else None
        return latest is not None and latest.part_of == whole and latest.claim in context.OUTCOMES

    def _goes_on_with_parts(self, count: Count) -> bool:
        """Whether a number stands beside a part of the whole: 其中答复 8 件、转办 2 件; 其中 8 件已答复，2 件结转."""
        if self.latest is None or self.found[self.latest].part_of != self.whole:
            return False
        return len(count.before.clauses) == 1 or (count.before.lead.text == "" and len(count.before.clauses) == 2)

    def _whole_of(self, scope: str) -> int | None:
        """The whole that a claim of a scope is a part of, unless one of the two is of another year."""
        if self.whole is None:
            return None
        other = self.found[self.whole].scope
        return self.whole if other == scope or OTHER_YEAR not in (other, scope) else None

    def _inherited(self, count: Count) -> tuple[context.ClaimCodes, str | None]:
        """The claims of a number that has no words of its own: a part, or the same as the number before.

        With them the scope, where it had to be found to know this, or is that of the last words alone.
        """
        number, lead = count.number, count.before.lead
        before = self.found[self.last] if self.last is not None else None
        goes_on = before is not None and before.unit == number.unit
        if before is not None and before.claim == "published" and self.near_claim is None:
            goes_on = False  # another number stands between them
        if before is not None and goes_on and (again := self._again(before, count)):
            return again
        if before is not None and goes_on and self._is_sum(before, lead.text):
            return (before.claim,), None
        if self.is_part(number, lead.text):
            self._narrow_by(lead.text)
            return (self._later_result(count) or PART,), None
        if before is not None and goes_on and lead.is_subject_only:
            return (before.claim,), None
        if before is None and lead.is_subject_only:
            for clause in reversed(count.before.clauses[:-1]):
                if codes := self.codes(clause, "", clause, number):
                    return codes, None
        return (), None

    def _again(self, before: Claim, count: Count) -> tuple[context.ClaimCodes, str | None] | None:
        """The same claim as the number before makes, in another year or changed to this number."""
        lead = count.before.lead
        if match := _OF_A_YEAR.search(count.so_far):
            return (before.claim,), years.scope_of_year(int(match["year"]), self.year)
        if lead.is_empty_but_for_a_time:
            scope = scope_of(count.so_far, self.agency, self.year)
            if scope == OTHER_YEAR or lead.has_time:
                self.whole = None
                return (before.claim,), scope
        if lead.is_change:
            return (before.claim,), scope_of(lead.text, self.agency, self.year)
        return None

    def _is_sum(self, before: Claim, lead: str) -> bool:
        """Whether a number adds up those before: 1 至 6 月 66 条，7 至 12 月 81 条，全年合计 147 条."""
        if lead not in _SUMS or self.whole is not None:
            return False
        same = [one for one in self.found[self.begin :] if one.claim == before.claim and one.part_of is None]
        return len(same) > 1 and OTHER_BODY not in {one.scope for one in same}

    def _narrow_by(self, lead: str) -> None:
        """Let a part that is of openness take the place of its whole, where that is of every kind."""
        if self.whole is None:
            return
        if objects.is_openness_alone(lead) and self.found[self.whole].claim in TRACKS:
            self.narrowing.of_all(self.whole, certain=False)  # 复议 132 件(其中信息公开 6 件)
        if objects.names_openness(lead) and self.narrowing.is_of_all(self.whole):
            self.narrowing.narrow(self.whole, len(self.found))

    def _later_result(self, count: Count) -> str | None:
        """The result that the clause behind a part names: 其中 2 件为咨询，不作为政府信息公开申请处理."""
        match = vocabulary.LATER.match(count.behind) if self.whole is not None else None
        if self.whole is None or match is None or not context.ends_a_clause(count.behind[match.end() :]):
            return None
        whole = self.found[self.whole].claim
        if whole in TRACKS:
            result = context.result_behind(count.behind[match.end() :])
            return f"{whole}_{result}" if result else None
        return context.outcome("", count.behind[match.end() :]) if whole in INTAKE else None

    def _respective_code(self, before: context.WordsBetween) -> str | None:
        """The claim of a number behind 分别为, which gives one number to each of several things, or of the next one."""
        if respectively := before.respectively:
            self.queue = list(respectively.claims)
            if len(self.queue) < 2 and respectively.is_bare and self.whole is None:
                before_it = self.found[min(self.begin, len(self.found) - 2) :] if len(self.found) > 1 else []
                self.queue = [claim.claim for claim in before_it if claim.unit is not None and claim.claim != PART]
            if len(self.queue) < 2:
                self.queue = []
        elif self.queue and not before.joins:
            self.queue = []
        return self.queue.pop(0) if self.queue else None

    def _add_denials(self) -> None:
        """Add a claim of zero for each denial, unless the same line has one."""
        parsed = self.sentence.parsed
        seen: set[tuple[str, int]] = set()
        for claim, start, end in parsed.denials:
            line = self.sentence.line_at(start)
            if (claim, line) in seen or any(
                c.claim == claim and c.line == line and c.value == 0 for c in self.found[-4:]
            ):
                continue
            seen.add((claim, line))
            so_far = parsed.text[max(0, end - context.LOOK_BACK) : end]
            scope = scope_of(so_far, self.agency, self.year, carried=claim in PASSES_ON)
            self.found.append(Claim(claim, 0, None, scope, self.sentence.printed(_LONGEST_TEXT), line))
