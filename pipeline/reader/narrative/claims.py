"""What the prose of a report says of its numbers: claims, each with its scope, its whole and its line.

Number by number (``sentences``): the words before it in its clause (``words``, by the expressions of ``vocabulary``),
else those right behind it, say what it is about; the subject and the time before it in its sentence (``scope``) say of
whom and when; 其中 and brackets make it a part of the claim before. A number whose words say nothing of this kind is no
claim. Nothing is calculated here, and what the claims are held against is said in ``pipeline.rules``.
"""

import csv
import logging
import re
from collections.abc import Sequence
from decimal import Decimal
from importlib import resources
from typing import NamedTuple

from pipeline.reader.narrative import context, vocabulary
from pipeline.reader.narrative.claim_scope import OTHER_YEAR, scope_of
from pipeline.reader.narrative.numerals import Number
from pipeline.reader.narrative.sentences import Count, Sentence, statements
from pipeline.reader.narrative.vocabulary import APPLICATION, REVIEW
from pipeline.reader.sections import Passage
from schemas.fact_narrative_claim import SCOPES

__all__ = ["CLAIM_LABELS", "SCOPES", "Claim", "Told", "Unread", "read"]

log = logging.getLogger(__name__)

PART = "part"
with (resources.files(__package__ or "") / "labels.csv").open(encoding="utf-8") as _file:
    #: Every claim with its Chinese and English label.
    CLAIM_LABELS = {row["claim"]: (row["label_zh"], row["label_en"]) for row in csv.DictReader(_file)}
_PASSES_ON = {"carried_over", "carried_forward"}
_TRACKS = ("reconsideration", "litigation")
_INTAKE = {"received", "answered", "handled", *_PASSES_ON}
#: Units of things that can be added up: a part in one of them is a part of a whole in any.
_THINGS = {"件", "条", "份", "项", "篇", "则", "宗", "例", "起", "件次", "个", "期"}
#: Units that applications and cases are counted in.
_CASES = {"件", "例", "宗", "起", "份", "件次", "条", "项"}
#: Units that no application is counted in.
_NO_CASES = {"期", "个", "则", "篇", "批", "部", "笔"}
_SHARE = re.compile(r"\s*[(,]?\s*(?:约)?(?:占比|占)[^,;。)\d]{0,14}(?P<share>\d+(?:\.\d+)?)\s*%")
_OF_OPENNESS = re.compile("信息公开|被申请|被告|涉及公开|依申请")
#: A report this long is no report; what it says is not searched beyond, and that is named.
_MOST_CLAIMS = 400
_LONGEST_TEXT = 300
#: Letters of a sentence that was not read, by which it is found again.
_SHOWN = 40


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


class Unread(NamedTuple):
    """A sentence that was not searched for claims, by what it begins with, and why.

    too_long, broken (the program failed at it), or too_many: so many claims stand before it, and the rest is not read.
    """

    why: str
    text: str
    line: int


class Told(NamedTuple):
    """What the prose of a report says: its claims in the order in which they stand, and what nobody looked at."""

    claims: list[Claim]
    unread: list[Unread]


def read(passages: Sequence[Passage], agency: str, year: int) -> Told:
    """Search a report's prose for claims. A sentence at which this breaks is named, and the next one is read."""
    told = Told([], [])
    for sentence in statements(passages):
        here = sentence.printed(_SHOWN), sentence.line_at(0)
        if sentence.part.is_too_long:
            told.unread.append(Unread("too_long", *here))
        elif len(told.claims) >= _MOST_CLAIMS and sentence.part.counts:
            told.unread.append(Unread("too_many", *here))
            break
        else:
            before = len(told.claims)
            try:
                _Reader(sentence, agency, year, told.claims).read()
            except Exception:
                log.exception("line %d: a sentence could not be read", here[1])
                del told.claims[before:]
                told.unread.append(Unread("broken", *here))
    return told


class _Reader:
    """Reads one sentence, number by number; ``found`` has the claims of the sentences before."""

    def __init__(self, sentence: Sentence, agency: str, year: int, found: list[Claim]) -> None:
        self.sentence = sentence
        self.agency = agency
        self.year = year
        self.found = found
        self.whole: int | None = None
        self.colon = False
        self.brackets: list[tuple[int | None, bool, int | None]] = []
        self.last: int | None = None
        self.latest: int | None = None
        #: Whether the words behind the number before were taken for it, so that they do not count for the next one.
        self.taken = False
        #: Claims that the next numbers make, in this order: 甲、乙分别为 2 件和 1 件.
        self.queue: list[str] = []
        #: Whether the sentence speaks of cases that are the agency's business, not of its own openness.
        self.business = False

    def read(self) -> None:
        """Add the claims of the sentence to those found."""
        part = self.sentence.part
        if self.found and part.text.startswith(("其中", "(其中", "包括")):
            self.last = len(self.found) - 1
        for count in part.counts:
            self._structure(count.before.marks)
            for claim in self._claims(count):
                self._add(claim)
        if part.denials:
            self._zeros()

    def _add(self, claim: Claim) -> None:
        self.found.append(claim)
        self.latest = len(self.found) - 1
        if claim.claim != PART or self.brackets or self.last is None:
            self.last = self.latest

    def _structure(self, marks: tuple[context.Mark, ...]) -> None:
        """Follow 其中, brackets and semicolons between two numbers, so that a part knows its whole."""
        for mark in marks:
            if mark.kind == "(":
                self.brackets.append((self.whole, self.colon, self.last))
                self.whole, self.colon = (self.latest if mark.is_near else self.whole), False
            elif mark.kind == ")":
                if self.brackets:
                    self.whole, self.colon, self.last = self.brackets.pop()
            elif mark.kind == ";":
                self.business = False
                if not self.colon or mark.leads_on:
                    self.whole = None
            elif mark.kind == "分":
                self.whole = None  # 甲、乙分别为 2 件和 1 件: there is no whole
            else:
                self.whole = self.latest if self.brackets and mark.is_near else self.last
                self.colon = mark.leads_on

    def _claims(self, count: Count) -> list[Claim]:
        """The claims that one number makes."""
        if count.is_growth:
            return []
        number = count.number
        codes = self._stated(count)
        carried = not _PASSES_ON.isdisjoint(codes)
        if count.before.lead.is_no_fact and not carried:
            return []
        scope = None
        if codes:
            codes = self._beside_its_whole(codes, count)
        else:
            codes, scope = self._inherited(count)
        if not codes or (number.unit is None and codes == (PART,)):
            return []
        scope = scope or scope_of(count.so_far, self.agency, self.year, carried=carried)
        text, line = self.sentence.printed(_LONGEST_TEXT), self.sentence.line_at(number.start)
        whole = self._whole_of(scope)
        match = _SHARE.match(self.sentence.part.text, number.end) if whole is not None else None
        share = Decimal(match["share"]) if match else None
        return [
            Claim(code, number.value, number.unit, scope, text, line, number.approximate, whole, share)
            for code in codes
        ]

    def _stated(self, count: Count) -> context.Claims:
        """What the words around a number say that it is: those before it, those behind it, those farther before."""
        number, before, behind, so_far = count.number, count.before, count.behind, count.so_far
        lead = before.lead.text
        codes = self._codes(lead, count.clause, so_far, number)
        if not codes and vocabulary.CARRIED_FORWARD_LATER.match(behind):
            codes = ("carried_forward",)
        if lead.endswith(("结转", "顺延")) and vocabulary.TO_THE_NEXT.match(behind):
            codes = ("carried_forward",)
        if each := self._each(before):
            codes = (each,)
        taken, self.taken = self.taken, bool(codes) and not lead
        if not codes and before.lead.is_empty:
            for piece in reversed(before.earlier[1:] if taken else before.earlier):
                if piece and (codes := self._codes(piece, "", so_far, number)):
                    break
        return codes

    def _beside_its_whole(self, codes: context.Claims, count: Count) -> context.Claims:
        """The claims of a number that may be a part: one of the same kind as its whole is no more than a part."""
        if self.whole is None:
            return codes
        whole = self.found[self.whole].claim
        pieces = count.before.pieces
        said_here = pieces[-1] or (pieces[-2] if len(pieces) > 1 else "")
        if codes == (whole,) and whole not in ("published", *_INTAKE) and self._is_part(count.number, ""):
            return (PART,)
        if not _INTAKE.isdisjoint(codes) and not self.brackets and not context.OF_WHICH.search(said_here):
            self.whole = None  # the next thing of its own, not a part of the one before
        elif codes == ("received",) and whole not in _INTAKE and not vocabulary.RECEIVED.search(pieces[-1]):
            return (PART,)
        track, _, result = codes[0].partition("_")
        if result and track in _TRACKS and whole != track:
            same = [index for index, claim in enumerate(self.found) if claim.claim == track]
            self.whole = same[-1] if same else self.whole
        return codes

    def _whole_of(self, scope: str) -> int | None:
        """The whole that a claim of a scope is a part of, unless one of the two is of another year."""
        if self.whole is None:
            return None
        other = self.found[self.whole].scope
        return self.whole if other == scope or OTHER_YEAR not in (other, scope) else None

    def _inherited(self, count: Count) -> tuple[context.Claims, str | None]:
        """What a number is about that has no words of its own: a part, or the same as the number before.

        Beside it the scope, where it had to be looked for, or is that of the last words alone.
        """
        number, lead = count.number, count.before.lead
        before = self.found[self.last] if self.last is not None else None
        goes_on = before is not None and before.unit == number.unit
        scope = None
        if before is not None and goes_on:
            if lead.is_empty_but_for_a_time:
                scope = scope_of(count.so_far, self.agency, self.year)
                if scope == OTHER_YEAR or lead.has_time:
                    self.whole = None
                    return (before.claim,), scope
            if lead.is_change:
                return (before.claim,), scope_of(lead.text, self.agency, self.year)
        if self._is_part(number, lead.text):
            return (PART,), scope
        if before is not None and goes_on and lead.is_subject_only:
            return (before.claim,), scope
        if before is None and lead.is_subject_only:
            for piece in reversed(count.before.pieces[:-1]):
                if codes := self._codes(piece, "", piece, number):
                    return codes, scope
        return (), scope

    def _each(self, before: context.Between) -> str | None:
        """The claim of a number that 分别为 gives to one of several things, or of the next one in that row."""
        if each := before.each:
            self.queue = list(each.claims)
            if len(self.queue) < 2 and each.is_bare and self.whole is None:
                self.queue = [claim.claim for claim in self.found[-2:] if claim.unit is not None]
            if len(self.queue) < 2:
                self.queue = []
        elif self.queue and not before.joins:
            self.queue = []
        return self.queue.pop(0) if self.queue else None

    def _is_part(self, number: Number, lead: str) -> bool:
        if self.whole is None or number.unit not in _THINGS:
            return False
        unit = self.found[self.whole].unit
        if number.unit in ("个", "期", "项") and (unit != number.unit or vocabulary.NO_PART.search(lead)):
            return False  # 公开栏 14 个 is no part of 信息 300 条
        return unit in _THINGS

    def _codes(self, lead: str, behind: str, before: str, number: Number) -> context.Claims:
        """The claims that the words around a number make; none when they make none."""
        if number.value == 0 and vocabulary.ALL_OF_THEM.search(lead):
            return context.everything(lead)
        if self.last is not None and self.found[self.last].claim.startswith(_TRACKS):
            result = self._review(lead, behind, before)
            if result and "_" in result[0]:
                return result
        if code := context.outcome(lead, behind):
            return (code,) if number.unit in _CASES or self._about_applications() else ()
        if reviewed := self._review(lead, behind, before):
            return reviewed
        if decision := context.decision(lead, behind):
            if decision.is_published:
                return ("published",) if number.unit else ()
            return () if decision.is_no_event else (decision.claim,)
        if codes := self._application(lead, behind, number):
            return codes
        if number.unit in _THINGS and self._published(lead, behind):
            return ("published",)
        return ()

    def _about_applications(self) -> bool:
        """Whether a number without a word of its own is one of applications here."""
        return (
            self.sentence.topic == APPLICATION
            or self.sentence.part.is_on_applications
            or any(claim.claim in _INTAKE for claim in self.found[-3:])
        )

    def _review(self, lead: str, behind: str, before: str) -> context.Claims:
        said = context.review(lead, behind)
        if said.tracks:
            if said.is_general and not said.result and not self._review_of_openness(before):
                self.business = True
                return ()
            if len(said.tracks) == 2 and not said.is_of_several:
                return ()
            if said.result and len(said.tracks) == 1:
                return (f"{said.tracks[0]}_{said.result}",)
            return said.tracks
        if not said.result:
            return ()
        place, track = max((before.rfind(word), track) for word, track in (("复议", _TRACKS[0]), ("诉讼", _TRACKS[1])))
        if place >= 0 and any(claim.claim.startswith(track) for claim in self.found[-8:]):
            return (f"{track}_{said.result}",)
        return ()

    def _review_of_openness(self, before: str) -> bool:
        return bool(_OF_OPENNESS.search(before)) or self.sentence.topic == REVIEW

    def _application(self, lead: str, behind: str, number: Number) -> context.Claims:
        said = context.application(lead, behind)
        if self.business:
            if not said.is_named:
                return ()
            self.business = False
        if said.is_of_others:
            self.business = True
            return ()
        if number.unit in _NO_CASES or said.is_of_another_kind or not self._about_applications():
            return ()
        if said.done or (said.is_channel and self.whole is not None):
            return said.done
        return said.named

    def _published(self, lead: str, behind: str) -> bool:
        said = context.publication(lead, behind)
        if said.has_verb:
            is_part = self.whole is not None and self.found[self.whole].claim == "published"
            return said.is_channel if is_part else said.is_information
        if self.whole is not None:
            return False
        goes_on = said.goes_on and self.last is not None and self.found[self.last].claim == "published"
        return said.is_published_behind or goes_on

    def _zeros(self) -> None:
        """零, 未 and 无: claims of nothing, where their clause has no number of its own."""
        part = self.sentence.part
        seen: set[tuple[str, int]] = set()
        for claim, start, end in part.denials:
            line = self.sentence.line_at(start)
            if (claim, line) in seen or any(
                c.claim == claim and c.line == line and c.value == 0 for c in self.found[-4:]
            ):
                continue
            seen.add((claim, line))
            so_far = part.text[max(0, end - context.LOOK_BACK) : end]
            scope = scope_of(so_far, self.agency, self.year, carried=claim in _PASSES_ON)
            self.found.append(Claim(claim, 0, None, scope, self.sentence.printed(_LONGEST_TEXT), line))
