"""What the words around one number mean by themselves, whatever stands before them in the text.

Belongs here: what depends on a few words alone. The same ones stand in report after report – 办结, 结转下年度,
全年共收到政府信息公开申请 –, so results are memoized. What they mean in their sentence is the business of
``claims``; the words themselves are ``vocabulary``'s.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from pipeline.reader.narrative import objects, vocabulary
from pipeline.reader.narrative.vocabulary import ClaimWording

#: Codes of claims (``labels.csv``).
ClaimCodes = tuple[str, ...]
#: Size of each memo.
_MEMOIZED = 8192
#: Of the words between two numbers so many characters are looked at: no sentence that a person wrote is longer.
LOOK_BACK = 250
#: 其中 and words that mean the same.
OF_WHICH = re.compile("其中|包括|包含|(?<!不)含(?!有)|分别(?:为|是)|分为|涵盖(?=.{0,10}\\d)")
_MARK = re.compile(rf"{OF_WHICH.pattern}|[();。]")
_PUNCTUATION = "();。"
_CLAUSE = re.compile(r"[,;:()。\[\]【】]")
_CLAUSE_END = re.compile("[,;。]")
#: 其中甲 5 件，占 50%；乙 3 件 goes on with the parts.
_SHARES = (",占", "(占", "占")
_NEW_WHOLE = re.compile("收到|受理|(?<!信息)(?<!不予)(?<!予以)(?<!部分)公开|发布|推送|办结|答复|发文")
_TIMES = re.compile(r"由?(?:历年|上年度?|上一年度?|去年(?:同期)?|20\d\d年(?:度)?|本年度?|今年)的?|同期")
_BECAME = re.compile("^(?:增加|增长|上升|提高|下降|减少|降低|回落|增|降|减|升)(?:到|至|为)$")
#: 比去年增长三成, at the end of a clause.
_COMPARISON = re.compile("[比较同与][^,;。]*(?:增长|增加|下降|减少|上升|持平)[^,;。]*$")
_SUBJECT_ONLY = re.compile(
    "^(?:我|本)?(?!转|移|报)[\u4e00-\u9fff]{0,14}(?:局|委|办|厅|街道|镇|乡|政府|机关|单位|办事处|中心|处|所|本级|办公室)(?<![承主协督交转代领开创举]办)(?<!场所)(?:共|为|有)?$"
)
_EMPTY = re.compile(
    r"^(?:\s|其中|共计?|累计|总计|合计|分别|为|有|是|达到?|约|近|了|的|另有?|还有|全年|本年度?|20\d\d\s*年度?|[\"“”])*$"
)
_SEVERAL = re.compile("均|各|都|为$|零")
_OF_OTHERS = re.compile("许可|处罚|复议|诉讼|登记证")


class Lead(NamedTuple):
    """The words before a number in its clause."""

    text: str
    #: Whether the number is one of a plan, an average or a rule.
    is_no_fact: bool
    #: Whether they are 其中, 共 and the like, so that the clause before says what is counted; with a time or without.
    is_empty: bool
    is_empty_but_for_a_time: bool
    has_time: bool
    #: Whether they are 增加到 and the like.
    is_change: bool
    #: Whether they name who did it, and not what.
    is_subject_only: bool


OF_WHICH_MARK, RESPECTIVELY, OPEN, CLOSE, SEMICOLON = "of_which", "respectively", "(", ")", ";"


class StructureMark(NamedTuple):
    """其中, 分别为 of several things, a bracket or a semicolon between two numbers: ``kind`` is one of those above."""

    kind: str
    #: Whether it stands right behind the number before, or behind the share that the number is.
    is_near: bool = False
    #: Of 其中, whether a colon follows; of a semicolon, whether a new whole does.
    leads_on: bool = False


class Respectively(NamedTuple):
    """分别为: the claims of the words before it, and whether these name nothing that is counted."""

    claims: ClaimCodes
    is_bare: bool


class WordsBetween(NamedTuple):
    """The words between two numbers, or before the first one."""

    marks: tuple[StructureMark, ...]
    #: Its clauses; the last one is that of the second number, empty where the number opens its clause.
    clauses: tuple[str, ...]
    lead: Lead
    #: The clauses before the last one without comparisons, the first one first.
    earlier_clauses: tuple[str, ...]
    respectively: Respectively | None
    #: Whether they are no more than 、 or 和.
    joins: bool
    #: Whether the number is by how much something grew; None where its clause begins before the number before.
    is_growth: bool | None


@lru_cache(_MEMOIZED)
def between(text: str) -> WordsBetween:
    """What the words between two numbers, or before the first one, mean."""
    near = text[-LOOK_BACK:]
    clauses = _clauses(near)
    return WordsBetween(
        marks=tuple(_marks(text)),
        clauses=clauses,
        lead=_lead(clauses[-1]),
        earlier_clauses=tuple(_COMPARISON.sub("", clause) for clause in clauses[:-1]),
        respectively=_respectively(next((clause for clause in reversed(clauses) if clause), "")),
        joins=not "".join(clauses).strip("、和及与,"),
        is_growth=is_growth(near) if _CLAUSE_END.search(near) else None,
    )


def is_growth(so_far: str) -> bool:
    """Whether a number behind these words is by how much something grew."""
    return vocabulary.GROWTH.search(_CLAUSE_END.split(so_far)[-1]) is not None


def _respectively(clause: str) -> Respectively | None:
    match = vocabulary.EACH_ITS_OWN.search(clause)
    if match is None:
        return None
    before = clause[: match.start()]
    return Respectively(everything(before), bool(_EMPTY.match(_TIMES.sub("", before))))


def _clauses(text: str) -> tuple[str, ...]:
    clauses = _CLAUSE.split(text.lstrip("、和及与"))
    if len(clauses[-1]) > 1 and clauses[-1].endswith(("、", "和", "及")):
        clauses.append("")  # 1 件维持、1 件被纠正
    return tuple(clauses)


def _marks(text: str) -> Iterator[StructureMark]:
    for match in _MARK.finditer(text):
        token, start, rest = match.group(), match.start(), text[match.end() :]
        if token not in _PUNCTUATION and (";" in rest or "。" in rest):
            continue  # 包含…等; names no numbers
        if token == "(":
            yield StructureMark(OPEN, is_near=start == 0)
        elif token == ")":
            yield StructureMark(CLOSE)
        elif token == ";":
            yield StructureMark(SEMICOLON, is_near=text.startswith(_SHARES), leads_on=bool(_NEW_WHOLE.search(rest)))
        elif token.startswith("分") and start > 3:
            yield StructureMark(RESPECTIVELY)
        else:
            yield StructureMark(OF_WHICH_MARK, is_near=start < 3, leads_on=rest.startswith(":"))


def _lead(text: str) -> Lead:
    timeless = _TIMES.sub("", text)
    return Lead(
        text,
        is_no_fact=bool(vocabulary.NO_FACT.search(text)),
        is_empty=bool(_EMPTY.match(text)),
        is_empty_but_for_a_time=bool(_EMPTY.match(timeless)),
        has_time=timeless != text,
        is_change=bool(_BECAME.match(timeless)),
        is_subject_only=bool(_SUBJECT_ONLY.match(timeless)),
    )


class _WordingGroup:
    """Wordings of claims that exclude each other; one expression says whether any of them is there at all."""

    def __init__(self, wordings: list[ClaimWording]) -> None:
        self._wordings = wordings
        self._any = re.compile("|".join(f"(?:{wording.lead.pattern})" for wording in wordings))

    def claim(self, lead: str, behind: str) -> str | None:
        """The claim whose words stand last before the number, else right behind it."""
        if self._any.search(lead):
            return max(
                (match.end(), -order, wording.claim)
                for order, wording in enumerate(self._wordings)
                for match in wording.lead.finditer(lead)
            )[2]
        if not behind:
            return None
        return next((w.claim for w in self._wordings if w.behind is not None and w.behind.match(behind)), None)


_CARRIED, _OUTCOMES = _WordingGroup(vocabulary.CARRIED), _WordingGroup(vocabulary.OUTCOMES)
OUTCOMES = frozenset(wording.claim for wording in vocabulary.OUTCOMES)
_RESULTS, _DECISIONS = _WordingGroup(vocabulary.RESULTS), _WordingGroup(vocabulary.DECISIONS)


@lru_cache(_MEMOIZED)
def outcome(lead: str, behind: str) -> str | None:
    """The result of an application, or the year that it passes to or from."""
    return _CARRIED.claim(lead, behind) or _OUTCOMES.claim(lead, behind)


#: 申请公开施工信息的 4 件予以公开.
_OF_A_MATTER = re.compile("(?:申请|要求)(?:公开|获取)[^,;。]{1,24}的$|[不非][^,;。]{1,16}的$")


@lru_cache(_MEMOIZED)
def outcome_of_applications(lead: str, behind: str) -> str | None:
    """The same; words behind a number are a result only where those before it name nothing else: 处罚 6 件全部公开."""
    code = outcome(lead, behind)
    if code is None or outcome(lead, "") or objects.is_plain(_OF_A_MATTER.sub("", lead)):
        return code
    return None


_DISMISSED = re.compile("驳回(?:了)?(?:原告)?(?:的)?(?:全部)?(?:起诉|诉讼请求|诉讼|复议申请|复议请求)")


class ReviewWords(NamedTuple):
    """What words say of reconsideration and litigation."""

    tracks: ClaimCodes
    result: str | None
    #: Whether they may speak of cases that are the agency's business, not of its own openness.
    is_general: bool
    #: Whether one number can be that of both tracks.
    is_of_several: bool
    #: What the words make of the review (``objects``), and whether they speak of every kind of suit: 行政应诉.
    noun: str | None
    is_of_all_kinds: bool


@lru_cache(_MEMOIZED)
def review(lead: str, behind: str) -> ReviewWords:
    """What the words around a number say of reconsideration and litigation."""
    lead = _DISMISSED.sub("驳回", lead)
    tracks = tuple(w.claim for w in vocabulary.REVIEWED if w.lead.search(lead)) or tuple(
        w.claim for w in vocabulary.REVIEWED if behind and w.behind and w.behind.match(behind)
    )
    return ReviewWords(
        tracks,
        _RESULTS.claim(lead, behind),
        is_general=bool(tracks and vocabulary.GENERAL_BUSINESS.search(lead)),
        is_of_several=bool(tracks and _SEVERAL.search(lead + behind)),
        noun=(objects.review_noun(lead) or objects.review_noun(behind)) if tracks else None,
        is_of_all_kinds="应诉" in lead and "诉讼" not in lead,
    )


def ends_a_clause(text: str) -> bool:
    """Whether a clause ends in a text, so that its beginning is not that of the next number's clause."""
    return _CLAUSE_END.search(text) is not None


def result_behind(text: str) -> str | None:
    """The result of a review that a text begins with."""
    return _RESULTS.claim("", text)


class DecisionWords(NamedTuple):
    """What words say of licences, penalties or coercive measures; ``claim`` is which of them."""

    claim: str
    #: Whether information on decisions is counted, not the decisions.
    is_published: bool
    #: Whether they name what the agency has to do, not what it did.
    is_no_event: bool


@lru_cache(_MEMOIZED)
def decision(lead: str, behind: str) -> DecisionWords | None:
    """What the words around a number say of decisions; None where they name none."""
    claim = _DECISIONS.claim(lead, behind)
    if claim is None:
        return None
    is_decision = objects.is_decision(lead) or objects.is_decision_behind(lead, behind)
    is_list = vocabulary.ENDS_WITH_A_LIST.search(lead) is not None
    return DecisionWords(
        claim,
        is_published="公示" in lead
        or ("公开行政" in lead and not is_list)
        or ("信息" in lead and not vocabulary.KEPT.search(lead))
        or (not is_list and bool(vocabulary.PUBLISHED.search(lead))),
        is_no_event="许可证" in lead or bool(vocabulary.NO_EVENT.search(lead)) or not is_decision,
    )


class ApplicationWords(NamedTuple):
    """What words say of applications."""

    #: What they make of the application that they name (``objects``); None where they name none.
    noun: str | None
    #: Whether they do not name openness, and say that something else was at issue: 旧改收到申请.
    is_vague: bool
    #: Whether they name something else that agencies count, or a case of another kind.
    is_of_others: bool
    is_of_another_kind: bool
    #: The claims of the verbs; and without a verb those of the nouns, or of the words behind.
    done: ClaimCodes
    named: ClaimCodes
    #: Whether they name a way to send an application, or people who do.
    is_channel: bool


@lru_cache(_MEMOIZED)
def application(lead: str, behind: str) -> ApplicationWords:
    """What the words around a number say of applications."""
    other = vocabulary.NO_APPLICATION.search(lead)
    is_channel = bool(vocabulary.A_CHANNEL.search(lead))
    return ApplicationWords(
        noun=_application_noun(lead, behind),
        is_vague=not objects.names_openness(lead) and not objects.is_by_its_subject(lead),
        is_of_others=other is not None and not vocabulary.AN_APPLICATION.search(lead[other.end() :]),
        is_of_another_kind=bool(_OF_OTHERS.search(lead)),
        done=_done(lead, behind),
        named=_named(lead, behind, is_channel),
        is_channel=is_channel,
    )


def _application_noun(lead: str, behind: str) -> str | None:
    noun = objects.application_noun(lead)
    if noun is None and objects.has_own_object(lead):
        return objects.OTHER
    return noun or objects.noun_behind(behind)


def _done(lead: str, behind: str) -> ClaimCodes:
    received = [match.start() for match in vocabulary.RECEIVED.finditer(lead)]
    answered = [match.start() for match in vocabulary.ANSWERED.finditer(lead)]
    if received and answered:
        if vocabulary.JOINED.search(lead):
            return ("received", "answered")
        return ("answered",) if answered[-1] > received[-1] else ("received",)
    if received:
        return ("received", "answered") if vocabulary.JOINED_BEHIND.match(behind) else ("received",)
    if answered:
        return ("answered",)
    return ("handled",) if vocabulary.HANDLED.search(lead) and not vocabulary.BY_OTHERS.search(lead) else ()


def _named(lead: str, behind: str, is_channel: bool) -> ClaimCodes:
    if vocabulary.HANDED_ON.search(lead):
        return ()
    if not is_channel and vocabulary.ENDS_WITH_APPLICATION.search(_TIMES.sub("", lead)):
        return ("received",)
    return ("answered",) if behind and vocabulary.ANSWERED_BEHIND.match(behind) else ()


class PublicationWords(NamedTuple):
    """What words say of published information."""

    #: Whether they have a verb of publishing; if so, whether information follows it, or what went out by one channel.
    has_verb: bool = False
    is_information: bool = False
    is_channel: bool = False
    #: Without a verb: whether they name information whose verb stands behind the number, or that of the number before.
    is_published_behind: bool = False
    goes_on: bool = False


@lru_cache(_MEMOIZED)
def publication(lead: str, behind: str) -> PublicationWords:
    """What the words around a number say of published information."""
    last_verb = None
    for last_verb in vocabulary.PUBLISHED.finditer(lead):  # noqa: B007
        pass
    if last_verb is not None:
        noun = lead[last_verb.end() :]
        if not noun and vocabulary.ENDS_WITH_A_LIST.search(lead[: last_verb.start()]):
            return PublicationWords(has_verb=True)
        return PublicationWords(
            has_verb=True,
            is_information=_is_information(noun),
            is_channel="类" not in noun and bool(vocabulary.CHANNEL_VERB.search(lead)),
        )
    if vocabulary.A_MEDIUM.fullmatch(lead):
        return PublicationWords(goes_on=True)
    if not (vocabulary.INFORMATION.search(lead) or vocabulary.ENDS_WITH_INFORMATION.search(lead)):
        return PublicationWords()
    return PublicationWords(
        is_published_behind=bool(vocabulary.PUBLISHED_BEHIND.match(behind)),
        goes_on=_goes_on(lead),
    )


def _goes_on(lead: str) -> bool:
    if vocabulary.OTHER_VERB.search(lead) or vocabulary.ENDS_WITH_A_LIST.search(lead):
        return False
    if not vocabulary.ENDS_WITH_INFORMATION.search(lead):
        return False
    return bool(vocabulary.OF_MONEY.search(lead)) or not vocabulary.NO_INFORMATION.search(lead)


def _is_information(noun: str) -> bool:
    if vocabulary.ENDS_WITH_A_LIST.search(noun):
        return False
    if vocabulary.ENDS_WITH_INFORMATION.search(noun):
        return True
    if vocabulary.NO_INFORMATION.search(noun):
        return False
    return vocabulary.NO_NOUN.fullmatch(noun) is not None or (
        "数量" in noun and bool(vocabulary.INFORMATION.search(noun))
    )


#: 被申请行政复议 names no application.
_REVIEWED = re.compile("被申请|申请(?:了)?(?:行政)?复议")


@lru_cache(_MEMOIZED)
def names_applications(text: str) -> bool:
    """Whether a text speaks of applications that are none for a review."""
    return vocabulary.AN_APPLICATION.search(_REVIEWED.sub("", text)) is not None


@lru_cache(_MEMOIZED)
def everything(lead: str) -> ClaimCodes:
    """Everything that is named before 均为零, in the order in which it stands there."""
    wordings = [*vocabulary.CARRIED, *vocabulary.OUTCOMES, *vocabulary.REVIEWED, *vocabulary.DECISIONS]
    named = [(match.start(), wording.claim) for wording in wordings if (match := wording.lead.search(lead))]
    if match := vocabulary.AN_APPLICATION.search(_REVIEWED.sub("", lead)):
        named.append((match.start(), "received"))
    return tuple(claim for _, claim in sorted(named))
