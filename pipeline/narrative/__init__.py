"""What the prose of a report says of its numbers: claims, each with its scope, its whole and its line.

Number by number: the words before it in its clause (``vocabulary``), else those right behind it, say what it is about;
the subject and the time before it in its sentence (``scope``) say of whom and when; 其中 and brackets make it a part of
the claim before. A number whose words say nothing of this kind is no claim. Nothing is calculated here, and what
the claims are held against is said in ``pipeline.rules``.
"""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from importlib import resources

from pipeline.narrative import numerals, vocabulary
from pipeline.narrative.numerals import WIDTH, Number
from pipeline.narrative.scope import OTHER_YEAR, scope_of
from pipeline.narrative.vocabulary import APPLICATION, REVIEW, Wording
from pipeline.sections import Passage
from schemas.fact_narrative_claim import SCOPES

__all__ = ["CLAIM_LABELS", "SCOPES", "Claim", "claims"]

PART = "part"
with (resources.files(__name__) / "labels.csv").open(encoding="utf-8") as _file:
    #: Every claim with its Chinese and English label.
    CLAIM_LABELS = {row["claim"]: (row["label_zh"], row["label_en"]) for row in csv.DictReader(_file)}
_PASSES_ON = {"carried_over", "carried_forward"}
_TRACKS = ("reconsideration", "litigation")
_INTAKE = {"received", "answered", "handled", *_PASSES_ON}
#: Units of things that can be added up: a part in one of them is a part of a whole in any.
_THINGS = {"件", "条", "份", "项", "篇", "则", "宗", "例", "起", "件次", "个", "期"}
#: Units that applications and cases are counted in.
_CASES = {"件", "例", "宗", "起", "份", "件次", "条", "项"}
_ENDS = re.compile(r"[。!?]|\n")
_PIECE = re.compile(r"[,;:()。、]")
_CLAUSE = re.compile(r"[,;:()。\[\]【】]")
_OF_WHICH = re.compile("其中|包括|包含|(?<!不)含(?!有)|分别(?:为|是)|分为|涵盖(?=.{0,10}\\d)")
_NEW_WHOLE = re.compile("收到|受理|(?<!信息)(?<!不予)(?<!予以)(?<!部分)公开|发布|推送|办结|答复|发文")
_HEAD = re.compile(
    r"^\W*(?:[(][一二三四五六七八九十\d]+[)]|[一二三四五六七八九十]+[、.]|\d{1,2}[、.](?!\d)|第[一二三四五]|[一二三四五]是|#)"
)
_TIMES = re.compile(r"由?(?:上年度?|上一年度?|去年(?:同期)?|20\d\d年(?:度)?|本年度?|今年)的?|同期")
_BECAME = re.compile("^(?:增加|增长|上升|提高|下降|减少|降低|回落|增|降|减|升)(?:到|至|为)$")
#: 比去年增长三成 behind the words that count.
_COMPARISON = re.compile("[比较同与][^,;。]*(?:增长|增加|下降|减少|上升|持平)[^,;。]*$")
_SUBJECT_ONLY = re.compile(
    "^(?:我|本)?[\u4e00-\u9fff]{0,14}(?:局|委|办|厅|街道|镇|乡|政府|机关|单位|办事处|中心|处|所|本级|办公室)(?:共|为|有)?$"
)
_SHARE = re.compile(r"\s*[(,]?\s*(?:约)?(?:占比|占)[^,;。)\d]{0,14}(?P<share>\d+(?:\.\d+)?)\s*%")
_EMPTY_LEAD = re.compile(
    r"^(?:\s|其中|共计?|累计|总计|合计|分别|为|有|是|达到?|约|近|了|的|另有?|还有|全年|本年度?|20\d\d\s*年度?|[\"“”])*$"
)
#: A report this long is no report; what it says is not searched beyond.
_MOST_CLAIMS = 400
_LONGEST_TEXT = 300
#: So far before a number its subject and time are looked for: no sentence that a person wrote is longer.
_LOOK_BACK = 250
_LONGEST_SENTENCE = 2000
_LOOK_AHEAD = 40
_LONGEST_HEADING = 24


@dataclass(frozen=True, slots=True)
class Claim:
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


@dataclass(slots=True)
class _Sentence:
    """A sentence in half width and as printed, the source line of each piece, and what its paragraph is about."""

    text: str
    printed: str
    pieces: list[tuple[int, int]]  # offset, line
    topic: str | None

    def line_at(self, offset: int) -> int:
        return [line for start, line in self.pieces if start <= offset][-1]


def claims(passages: Sequence[Passage], agency: str, year: int) -> list[Claim]:
    """The claims of a report's prose, in the order in which they stand."""
    found: list[Claim] = []
    for sentence in _sentences(passages):
        if len(found) < _MOST_CLAIMS:
            _Reader(sentence, agency, year, found).read()
    return found


def _sentences(passages: Iterable[Passage]) -> Iterator[_Sentence]:
    """Sentences put together over the lines of a paragraph; blanks inside are left out."""
    text, printed, section = "", "", -1
    pieces: list[tuple[int, int]] = []
    topic: str | None = None

    def cut() -> Iterator[_Sentence]:
        nonlocal topic
        start = 0
        for match in [*_ENDS.finditer(text), None]:
            end = match.end() if match else len(text)
            if part := text[start:end]:
                topic = _topic(part, topic)
                inside = [(max(0, at - start), line) for at, line in pieces if at < end]
                yield _Sentence(part, printed[start:end], inside, topic)
            start = end

    for passage in passages:
        words = "".join(passage.text.split()).lstrip("#")
        line = words.translate(WIDTH)
        if text and (
            passage.section != section or text.endswith(("。", "!", "?")) or _HEAD.match(line) or _is_heading(text)
        ):
            yield from cut()
            text, printed, pieces = "", "", []
        if passage.section != section:
            section, topic = passage.section, {3: APPLICATION, 4: REVIEW}.get(passage.section)
        pieces.append((len(text), passage.line))
        text += line
        printed += words
    yield from cut()


def _is_heading(text: str) -> bool:
    """A short line that opens a paragraph; longer ones without an end go on in the next line."""
    return len(text) <= _LONGEST_HEADING and "。" not in text and _HEAD.match(text) is not None


def _topic(text: str, before: str | None) -> str | None:
    """What a paragraph is about, when the head of this sentence opens one; else as before."""
    if not _HEAD.match(text):
        return before
    head = re.split(r"[,。:;]", text, maxsplit=1)[0][:40]
    if re.search("复议|诉讼", head):
        return REVIEW
    return APPLICATION if re.search("申请", head) else None


@dataclass(slots=True)
class _Reader:
    """Reads one sentence, number by number; ``found`` has the claims of the sentences before."""

    sentence: _Sentence
    agency: str
    year: int
    found: list[Claim]
    whole: int | None = None
    colon: bool = False
    brackets: list[tuple[int | None, bool, int | None]] = field(default_factory=list)
    last: int | None = None
    latest: int | None = None
    #: Whether the words behind the number before were taken for it, so that they do not count for the next one.
    taken: bool = False
    #: Claims that the next numbers make, in this order: 甲、乙分别为 2 件和 1 件.
    queue: list[str] = field(default_factory=list)
    #: Whether the sentence speaks of cases that are the agency's business, not of its own openness.
    business: bool = False

    def read(self) -> None:
        text = self.sentence.text
        if len(text) > _LONGEST_SENTENCE or not vocabulary.WORTH_READING.search(text):
            return
        if vocabulary.OF_A_TABLE.search(text):
            return
        numbers = numerals.find(text) if numerals.ANY.search(text) else []
        if self.found and text.startswith(("其中", "(其中", "包括")):
            self.last = len(self.found) - 1
        start = 0
        for index, number in enumerate(numbers):
            behind_end = numbers[index + 1].start if index + 1 < len(numbers) else len(text)
            self._structure(text[start : number.start])
            for claim in self._claims(number, start, behind_end):
                self._add(claim)
            start = number.end
        if vocabulary.MAY_DENY.search(text):
            self._zeros(numbers)

    def _add(self, claim: Claim) -> None:
        self.found.append(claim)
        if claim.claim != PART or self.brackets or self.last is None:
            self.last = len(self.found) - 1
        self.latest = len(self.found) - 1

    def _structure(self, between: str) -> None:
        """Follow 其中, brackets and semicolons between two numbers, so that a part knows its whole."""
        for match in re.finditer(rf"{_OF_WHICH.pattern}|[();。]", between):
            token = match.group()
            if token not in "();。" and re.search("[;。]", between[match.end() :]):
                continue  # 包含…等; names no numbers
            if token == "(":
                self.brackets.append((self.whole, self.colon, self.last))
                self.whole, self.colon = (self.latest if match.start() == 0 else self.whole), False
            elif token == ")":
                if self.brackets:
                    self.whole, self.colon, self.last = self.brackets.pop()
            elif token == ";":
                rest = between[match.end() :]
                self.business = False
                if not self.colon or _NEW_WHOLE.search(rest):
                    self.whole = None
            elif token.startswith("分") and match.start() > 3:
                self.whole = None  # 甲、乙分别为 2 件和 1 件: there is no whole
            else:
                self.whole = self.latest if self.brackets and match.start() < 3 else self.last
                self.colon = between[match.end() : match.end() + 1] == ":"

    def _claims(self, number: Number, start: int, behind_end: int) -> list[Claim]:
        """The claims that one number makes; ``start`` is where the number before it ends."""
        text = self.sentence.text
        so_far = text[max(0, number.start - _LOOK_BACK) : number.start]
        if vocabulary.GROWTH.search(so_far):
            return []
        pieces = _pieces(so_far[max(0, len(so_far) - (number.start - start)) :])
        codes = self._stated(pieces, text[number.end : behind_end], so_far, number)
        if vocabulary.NO_FACT.search(pieces[-1]) and not _PASSES_ON & set(codes):
            return []
        base = Claim(
            PART,
            number.value,
            number.unit,
            scope_of(so_far, self.agency, self.year, carried=bool(_PASSES_ON & set(codes))),
            self.sentence.printed[:_LONGEST_TEXT],
            self.sentence.line_at(number.start),
            number.approximate,
        )
        if codes:
            codes = self._beside_its_whole(codes, pieces, number)
        else:
            codes, base = self._inherited(number, base, pieces)
        if number.unit is None and codes == [PART]:
            return []
        whole = self._whole_of(base)
        share = _SHARE.match(text, number.end) if whole is not None else None
        return [
            replace(base, claim=code, part_of=whole, share=Decimal(share["share"]) if share else None) for code in codes
        ]

    def _stated(self, pieces: list[str], behind: str, so_far: str, number: Number) -> list[str]:
        """What the words around a number say that it is: those before it, those behind it, those farther before."""
        lead = pieces[-1]
        codes = self._codes(lead, _PIECE.split(behind, maxsplit=1)[0][:_LOOK_AHEAD], so_far, number)
        if not codes and vocabulary.CARRIED_FORWARD_LATER.match(behind):
            codes = ["carried_forward"]
        if lead.endswith(("结转", "顺延")) and vocabulary.TO_THE_NEXT.match(behind):
            codes = ["carried_forward"]
        if each := self._each(pieces):
            codes = [each]
        taken, self.taken = self.taken, bool(codes) and not lead
        if not codes and _EMPTY_LEAD.match(lead):
            for piece in reversed(pieces[1:-1] if taken else pieces[:-1]):
                if piece and (codes := self._codes(_COMPARISON.sub("", piece), "", so_far, number)):
                    break
        return codes

    def _beside_its_whole(self, codes: list[str], pieces: list[str], number: Number) -> list[str]:
        """The claims of a number that may be a part: one of the same kind as its whole is no more than a part."""
        if self.whole is None:
            return codes
        whole = self.found[self.whole].claim
        said_here = pieces[-1] or (pieces[-2] if len(pieces) > 1 else "")
        if codes == [whole] and whole not in ("published", *_INTAKE) and self._is_part(number, ""):
            return [PART]
        if _INTAKE & set(codes) and not _OF_WHICH.search(said_here) and not self.brackets:
            self.whole = None  # the next thing of its own, not a part of the one before
        elif codes == ["received"] and whole not in _INTAKE and not vocabulary.RECEIVED.search(pieces[-1]):
            return [PART]
        track, _, result = codes[0].partition("_")
        if result and track in _TRACKS and whole != track:
            same = [index for index, claim in enumerate(self.found) if claim.claim == track]
            self.whole = same[-1] if same else self.whole
        return codes

    def _whole_of(self, claim: Claim) -> int | None:
        """The whole that a claim is a part of, unless one of the two is of another year."""
        if self.whole is None:
            return None
        scope = self.found[self.whole].scope
        return self.whole if scope == claim.scope or OTHER_YEAR not in (scope, claim.scope) else None

    def _inherited(self, number: Number, base: Claim, pieces: list[str]) -> tuple[list[str], Claim]:
        """What a number is about that has no words of its own: a part, or the same as the number before."""
        lead = pieces[-1]
        before = self.found[self.last] if self.last is not None else None
        timeless = _TIMES.sub("", lead)
        if before is not None and before.unit == number.unit:
            if (base.scope == OTHER_YEAR or timeless != lead) and _EMPTY_LEAD.match(timeless):
                self.whole = None
                return [before.claim], base
            if _BECAME.match(timeless):
                return [before.claim], replace(base, scope=scope_of(lead, self.agency, self.year))
        if self._is_part(number, lead):
            return [PART], base
        if before is not None and before.unit == number.unit and _SUBJECT_ONLY.match(timeless):
            return [before.claim], base
        if before is None and _SUBJECT_ONLY.match(timeless):
            for piece in reversed(pieces[:-1]):
                if codes := self._codes(piece, "", piece, number):
                    return codes, base
        return [], base

    def _each(self, pieces: list[str]) -> str | None:
        """The claim of a number that 分别为 gives to one of several things, or of the next one in that row."""
        said = next((p for p in reversed(pieces) if p), "")
        if match := vocabulary.EACH_ITS_OWN.search(said):
            before = said[: match.start()]
            self.queue = self._all(before)
            if len(self.queue) < 2 and _EMPTY_LEAD.match(_TIMES.sub("", before)) and self.whole is None:
                self.queue = [claim.claim for claim in self.found[-2:] if claim.unit is not None]
            if len(self.queue) < 2:
                self.queue = []
        elif self.queue and not re.fullmatch("[、和及与,]*", "".join(pieces)):
            self.queue = []
        return self.queue.pop(0) if self.queue else None

    def _is_part(self, number: Number, lead: str) -> bool:
        if self.whole is None or number.unit not in _THINGS:
            return False
        unit = self.found[self.whole].unit
        if number.unit in ("个", "期", "项") and (unit != number.unit or vocabulary.NO_PART.search(lead)):
            return False  # 公开栏 14 个 is no part of 信息 300 条
        return unit in _THINGS

    def _codes(self, lead: str, behind: str, before: str, number: Number) -> list[str]:
        """The claims that the words around a number make; [] when they make none."""
        if number.value == 0 and vocabulary.ALL_OF_THEM.search(lead):
            return self._all(lead)
        if self.last is not None and self.found[self.last].claim.startswith(_TRACKS):
            result = self._review(lead, behind, before)
            if result and "_" in result[0]:
                return result
        for some in (vocabulary.CARRIED, vocabulary.OUTCOMES):
            if (code := _worded(some, lead, behind)) is not None:
                return [code] if number.unit in _CASES or self._about_applications() else []
        if reviewed := self._review(lead, behind, before):
            return reviewed
        if code := _worded(vocabulary.DECISIONS, lead, behind):
            published = vocabulary.PUBLISHED.search(lead) or "公示" in lead or "信息" in lead
            if published and number.unit:
                return ["published"]
            return [] if published or vocabulary.NO_EVENT.search(lead) or "许可证" in lead else [code]
        if codes := self._application(lead, behind, number):
            return codes
        if number.unit in _THINGS and self._published(lead, behind):
            return ["published"]
        return []

    def _all(self, lead: str) -> list[str]:
        """Everything that a 均为零 counts."""
        some = [*vocabulary.CARRIED, *vocabulary.OUTCOMES, *vocabulary.REVIEWED, *vocabulary.DECISIONS]
        places = [(match.start(), w.claim) for w in some if (match := w.lead.search(lead))]
        if match := vocabulary.AN_APPLICATION.search(lead):
            places.append((match.start(), "received"))
        return [claim for _, claim in sorted(places)]

    def _about_applications(self) -> bool:
        """Whether a number without a word of its own is one of applications here."""
        return (
            self.sentence.topic == APPLICATION
            or vocabulary.AN_APPLICATION.search(self.sentence.text) is not None
            or vocabulary.RESULT_WORDS.search(self.sentence.text) is not None
            or any(claim.claim in _INTAKE for claim in self.found[-3:])
        )

    def _review(self, lead: str, behind: str, before: str) -> list[str]:
        named = [w.claim for w in vocabulary.REVIEWED if w.lead.search(lead)] or [
            w.claim for w in vocabulary.REVIEWED if w.behind and w.behind.match(behind)
        ]
        if named:
            result = _worded(vocabulary.RESULTS, lead, behind)
            if vocabulary.GENERAL_BUSINESS.search(lead) and not result and not self._review_of_openness(before):
                self.business = True
                return []
            if len(named) == 2 and not re.search("均|各|都|为$|零", lead + behind):
                return []
            if result and len(named) == 1:
                return [f"{named[0]}_{result}"]
            return named
        track = max(
            (before.rfind(word), claim) for word, claim in (("复议", "reconsideration"), ("诉讼", "litigation"))
        )
        if track[0] < 0:
            return []
        if (result := _worded(vocabulary.RESULTS, lead, behind)) and any(
            claim.claim.startswith(track[1]) for claim in self.found[-8:]
        ):
            return [f"{track[1]}_{result}"]
        return []

    def _review_of_openness(self, before: str) -> bool:
        return bool(re.search("信息公开|被申请|被告|涉及公开|依申请", before)) or self.sentence.topic == REVIEW

    def _application(self, lead: str, behind: str, number: Number) -> list[str]:
        if self.business:
            if not vocabulary.AN_APPLICATION.search(re.sub("复议的?申请|诉讼申请", "", lead)):
                return []
            self.business = False
        other = vocabulary.NO_APPLICATION.search(lead)
        if other and not vocabulary.AN_APPLICATION.search(lead[other.end() :]):
            self.business = True
            return []
        if number.unit in ("期", "个", "则", "篇", "批", "部", "笔"):
            return []
        if not self._about_applications() or re.search("许可|处罚|复议|诉讼|登记证", lead):
            return []
        received = bool(vocabulary.RECEIVED.search(lead))
        answered = bool(vocabulary.ANSWERED.search(lead))
        if received and answered:
            if vocabulary.JOINED.search(lead):
                return ["received", "answered"]
            later = max(m.start() for m in vocabulary.ANSWERED.finditer(lead))
            return ["answered"] if later > max(m.start() for m in vocabulary.RECEIVED.finditer(lead)) else ["received"]
        if received:
            return ["received"] + (["answered"] if vocabulary.JOINED_BEHIND.match(behind) else [])
        if answered:
            return ["answered"]
        if vocabulary.HANDLED.search(lead):
            return ["handled"]
        if self.whole is not None and vocabulary.A_CHANNEL.search(lead):
            return []
        if vocabulary.ENDS_WITH_APPLICATION.search(_TIMES.sub("", lead)) and not vocabulary.A_CHANNEL.search(lead):
            return ["received"]
        if vocabulary.ANSWERED_BEHIND.match(behind):
            return ["answered"]
        return []

    def _published(self, lead: str, behind: str) -> bool:
        verb = max(vocabulary.PUBLISHED.finditer(lead), key=lambda match: match.start(), default=None)
        if verb is not None:
            noun = lead[verb.end() :]
            if self.whole is not None and self.found[self.whole].claim == "published":
                return bool(vocabulary.CHANNEL_VERB.search(lead)) and "类" not in noun
            if vocabulary.ENDS_WITH_INFORMATION.search(noun):
                return True
            if vocabulary.NO_INFORMATION.search(noun):
                return False
            return bool(vocabulary.INFORMATION.search(noun)) or len(noun) <= 4
        if self.whole is None and vocabulary.PUBLISHED_BEHIND.match(behind):
            return bool(vocabulary.INFORMATION.search(lead))
        previous = self.found[self.last] if self.last is not None else None
        return (
            self.whole is None
            and previous is not None
            and previous.claim == "published"
            and bool(vocabulary.INFORMATION.search(lead))
            and not vocabulary.NO_INFORMATION.search(lead)
            and not vocabulary.OTHER_VERB.search(lead)
        )

    def _zeros(self, numbers: list[Number]) -> None:
        """零, 未 and 无: claims of nothing, where their clause has no number of its own."""
        text = self.sentence.text
        seen: set[tuple[str, int]] = set()
        for claim, pattern in vocabulary.ZEROS:
            for match in pattern.finditer(text):
                end = match.end()
                stop = end + len(re.split("[,;。]", text[end:], maxsplit=1)[0])
                if vocabulary.NO_ZERO.search(match.group()) or any(match.start() <= n.start < stop for n in numbers):
                    continue
                if claim == "received" and "结转" in match.group():
                    continue
                if claim in ("reconsideration", "litigation") and vocabulary.NO_REVIEW_ZERO.search(match.group()):
                    continue
                line = self.sentence.line_at(match.start())
                if (claim, line) in seen or any(
                    c.claim == claim and c.line == line and c.value == 0 for c in self.found[-4:]
                ):
                    continue
                seen.add((claim, line))
                scope = scope_of(
                    text[max(0, end - _LOOK_BACK) : end], self.agency, self.year, carried=claim in _PASSES_ON
                )
                self.found.append(Claim(claim, 0, None, scope, self.sentence.printed[:_LONGEST_TEXT], line))


def _pieces(before: str) -> list[str]:
    """The clauses between two numbers; the last one is that of the second number, empty where it stands first."""
    pieces = _CLAUSE.split(before.lstrip("、和及与"))
    if len(pieces[-1]) > 1 and pieces[-1].endswith(("、", "和", "及")):
        pieces.append("")  # 1 件维持、1 件被纠正
    return pieces


def _worded(some: list[Wording], lead: str, behind: str) -> str | None:
    """The claim whose words stand last before the number, else right behind it."""
    best = max(
        ((match.end(), -order, w.claim) for order, w in enumerate(some) for match in w.lead.finditer(lead)),
        default=None,
    )
    if best is not None:
        return best[2]
    return next((w.claim for w in some if w.behind is not None and w.behind.match(behind)), None)
