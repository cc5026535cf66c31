"""What the words around one number say by themselves, whatever was said before.

Belongs here: what depends on a few words alone. The same ones stand in report after report – 办结, 结转下年度,
全年共收到政府信息公开申请 –, so that each is looked at once and remembered. What they mean where they stand is the
reader's business (``pipeline.reader.narrative.claims``), the words themselves are ``vocabulary``'s.
"""

import re
from functools import lru_cache
from typing import NamedTuple

from pipeline.reader.narrative import vocabulary
from pipeline.reader.narrative.vocabulary import Wording

Claims = tuple[str, ...]
#: So many words of a kind are remembered.
_REMEMBERED = 8192
#: Of the words between two numbers so much is looked at: no sentence that a person wrote is longer.
LOOK_BACK = 250
#: What 其中 can be for.
OF_WHICH = re.compile("其中|包括|包含|(?<!不)含(?!有)|分别(?:为|是)|分为|涵盖(?=.{0,10}\\d)")
_MARK = re.compile(rf"{OF_WHICH.pattern}|[();。]")
_PUNCTUATION = "();。"
_CLAUSE = re.compile(r"[,;:()。\[\]【】]")
_CLAUSE_END = re.compile("[,;。]")
_NEW_WHOLE = re.compile("收到|受理|(?<!信息)(?<!不予)(?<!予以)(?<!部分)公开|发布|推送|办结|答复|发文")
_TIMES = re.compile(r"由?(?:上年度?|上一年度?|去年(?:同期)?|20\d\d年(?:度)?|本年度?|今年)的?|同期")
_BECAME = re.compile("^(?:增加|增长|上升|提高|下降|减少|降低|回落|增|降|减|升)(?:到|至|为)$")
#: 比去年增长三成 behind the words that count.
_COMPARISON = re.compile("[比较同与][^,;。]*(?:增长|增加|下降|减少|上升|持平)[^,;。]*$")
_SUBJECT_ONLY = re.compile(
    "^(?:我|本)?[\u4e00-\u9fff]{0,14}(?:局|委|办|厅|街道|镇|乡|政府|机关|单位|办事处|中心|处|所|本级|办公室)(?:共|为|有)?$"
)
_EMPTY = re.compile(
    r"^(?:\s|其中|共计?|累计|总计|合计|分别|为|有|是|达到?|约|近|了|的|另有?|还有|全年|本年度?|20\d\d\s*年度?|[\"“”])*$"
)
_SEVERAL = re.compile("均|各|都|为$|零")
_REVIEW_APPLICATION = re.compile("复议的?申请|诉讼申请")
_OF_OTHERS = re.compile("许可|处罚|复议|诉讼|登记证")


class Lead(NamedTuple):
    """What stands before a number in its clause."""

    text: str
    #: Of a plan, an average or a rule.
    is_no_fact: bool
    #: 其中, 共 and the like, which leave it to the clause before; with a time or without.
    is_empty: bool
    is_empty_but_for_a_time: bool
    has_time: bool
    #: 增加到.
    is_change: bool
    is_subject_only: bool


class Mark(NamedTuple):
    """其中 (``其``), 分别为 of several things (``分``), a bracket or a semicolon between two numbers."""

    kind: str
    #: Whether it stands where the number before ends.
    is_near: bool = False
    #: Of 其中, whether a colon follows; of a semicolon, whether a new whole does.
    leads_on: bool = False


class Each(NamedTuple):
    """分别为: the claims of the words before it, and whether there are none that count."""

    claims: Claims
    is_bare: bool


class Between(NamedTuple):
    """What stands between two numbers."""

    marks: tuple[Mark, ...]
    #: Its clauses; the last one is that of the second number, empty where it stands first.
    pieces: tuple[str, ...]
    lead: Lead
    #: The clauses before the last one without comparisons, the first one first.
    earlier: tuple[str, ...]
    each: Each | None
    #: Whether it is no more than 、 or 和.
    joins: bool
    #: Whether the number is by how much something grew; None where its clause begins before the number before.
    is_growth: bool | None


@lru_cache(_REMEMBERED)
def between(text: str) -> Between:
    """What the words between two numbers, or before the first one, say."""
    near = text[-LOOK_BACK:]
    pieces = _pieces(near)
    return Between(
        tuple(_marks(text)),
        pieces,
        _lead(pieces[-1]),
        tuple(_COMPARISON.sub("", piece) for piece in pieces[:-1]),
        _each(next((piece for piece in reversed(pieces) if piece), "")),
        not "".join(pieces).strip("、和及与,"),
        is_growth(near) if _CLAUSE_END.search(near) else None,
    )


def is_growth(so_far: str) -> bool:
    """Whether a number behind these words is by how much something grew."""
    return vocabulary.GROWTH.search(_CLAUSE_END.split(so_far)[-1]) is not None


def _each(clause: str) -> Each | None:
    match = vocabulary.EACH_ITS_OWN.search(clause)
    if match is None:
        return None
    before = clause[: match.start()]
    return Each(everything(before), bool(_EMPTY.match(_TIMES.sub("", before))))


def _pieces(text: str) -> tuple[str, ...]:
    pieces = _CLAUSE.split(text.lstrip("、和及与"))
    if len(pieces[-1]) > 1 and pieces[-1].endswith(("、", "和", "及")):
        pieces.append("")  # 1 件维持、1 件被纠正
    return tuple(pieces)


def _marks(text: str) -> list[Mark]:
    marks = []
    for match in _MARK.finditer(text):
        token, start, rest = match.group(), match.start(), text[match.end() :]
        if token not in _PUNCTUATION and (";" in rest or "。" in rest):
            continue  # 包含…等; names no numbers
        if token == "(":
            marks.append(Mark("(", is_near=start == 0))
        elif token == ")":
            marks.append(Mark(")"))
        elif token == ";":
            marks.append(Mark(";", leads_on=bool(_NEW_WHOLE.search(rest))))
        elif token.startswith("分") and start > 3:
            marks.append(Mark("分"))
        else:
            marks.append(Mark("其", start < 3, rest.startswith(":")))
    return marks


def _lead(text: str) -> Lead:
    timeless = _TIMES.sub("", text)
    return Lead(
        text,
        bool(vocabulary.NO_FACT.search(text)),
        bool(_EMPTY.match(text)),
        bool(_EMPTY.match(timeless)),
        timeless != text,
        bool(_BECAME.match(timeless)),
        bool(_SUBJECT_ONLY.match(timeless)),
    )


class _Wordings:
    """Some wordings, tried together before each is."""

    def __init__(self, some: list[Wording]) -> None:
        self.some = some
        self.any = re.compile("|".join(f"(?:{wording.lead.pattern})" for wording in some))

    def said(self, lead: str, behind: str) -> str | None:
        """The claim whose words stand last before the number, else right behind it."""
        if self.any.search(lead):
            return max(
                (match.end(), -order, wording.claim)
                for order, wording in enumerate(self.some)
                for match in wording.lead.finditer(lead)
            )[2]
        if not behind:
            return None
        return next((w.claim for w in self.some if w.behind is not None and w.behind.match(behind)), None)


_CARRIED, _OUTCOMES = _Wordings(vocabulary.CARRIED), _Wordings(vocabulary.OUTCOMES)
_RESULTS, _DECISIONS = _Wordings(vocabulary.RESULTS), _Wordings(vocabulary.DECISIONS)


@lru_cache(_REMEMBERED)
def outcome(lead: str, behind: str) -> str | None:
    """The result of an application, or the year that it passes to or from."""
    return _CARRIED.said(lead, behind) or _OUTCOMES.said(lead, behind)


class Review(NamedTuple):
    """What words say of reconsideration and litigation."""

    tracks: Claims
    result: str | None
    #: Whether they speak of an agency's business, as it may be.
    is_general: bool
    #: Whether a number can be that of both tracks.
    is_of_several: bool


@lru_cache(_REMEMBERED)
def review(lead: str, behind: str) -> Review:
    """What words say of reconsideration and litigation."""
    tracks = tuple(w.claim for w in vocabulary.REVIEWED if w.lead.search(lead)) or tuple(
        w.claim for w in vocabulary.REVIEWED if behind and w.behind and w.behind.match(behind)
    )
    return Review(
        tracks,
        _RESULTS.said(lead, behind),
        bool(tracks and vocabulary.GENERAL_BUSINESS.search(lead)),
        bool(tracks and _SEVERAL.search(lead + behind)),
    )


class Decision(NamedTuple):
    """A licence, penalty or coercive measure."""

    claim: str
    #: Whether it is information on it that is counted.
    is_published: bool
    #: Whether it is what the agency has to do, not what it did.
    is_no_event: bool


@lru_cache(_REMEMBERED)
def decision(lead: str, behind: str) -> Decision | None:
    """The kind of decision that words name."""
    claim = _DECISIONS.said(lead, behind)
    if claim is None:
        return None
    return Decision(
        claim,
        "公示" in lead or "信息" in lead or bool(vocabulary.PUBLISHED.search(lead)),
        "许可证" in lead or bool(vocabulary.NO_EVENT.search(lead)),
    )


class Application(NamedTuple):
    """What words say of applications."""

    #: Whether they name one of openness.
    is_named: bool
    #: Whether they name something else that agencies count, or a case of another kind.
    is_of_others: bool
    is_of_another_kind: bool
    #: The claims of the verbs; and without a verb those of the nouns, or of what stands behind.
    done: Claims
    named: Claims
    #: Whether they name a way to send an application, or people who do.
    is_channel: bool


@lru_cache(_REMEMBERED)
def application(lead: str, behind: str) -> Application:
    """What words say of applications."""
    other = vocabulary.NO_APPLICATION.search(lead)
    is_channel = bool(vocabulary.A_CHANNEL.search(lead))
    return Application(
        bool(vocabulary.AN_APPLICATION.search(_REVIEW_APPLICATION.sub("", lead))),
        other is not None and not vocabulary.AN_APPLICATION.search(lead[other.end() :]),
        bool(_OF_OTHERS.search(lead)),
        _done(lead, behind),
        _named(lead, behind, is_channel),
        is_channel,
    )


def _done(lead: str, behind: str) -> Claims:
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
    return ("handled",) if vocabulary.HANDLED.search(lead) else ()


def _named(lead: str, behind: str, is_channel: bool) -> Claims:
    if not is_channel and vocabulary.ENDS_WITH_APPLICATION.search(_TIMES.sub("", lead)):
        return ("received",)
    return ("answered",) if behind and vocabulary.ANSWERED_BEHIND.match(behind) else ()


class Publication(NamedTuple):
    """What words say of published information."""

    #: Whether they have a verb of publishing; if so, whether what follows it is information, or a channel of its own.
    has_verb: bool
    is_information: bool
    is_channel: bool
    #: Without a verb: whether they name information that is published behind the number, or goes with the one before.
    is_published_behind: bool
    goes_on: bool


@lru_cache(_REMEMBERED)
def publication(lead: str, behind: str) -> Publication:
    """What words say of published information."""
    verb = None
    for verb in vocabulary.PUBLISHED.finditer(lead):  # noqa: B007  # the last one
        pass
    if verb is not None:
        noun = lead[verb.end() :]
        return Publication(
            True, _is_information(noun), "类" not in noun and bool(vocabulary.CHANNEL_VERB.search(lead)), False, False
        )
    if not vocabulary.INFORMATION.search(lead):
        return Publication(False, False, False, False, False)
    goes_on = not vocabulary.NO_INFORMATION.search(lead) and not vocabulary.OTHER_VERB.search(lead)
    return Publication(False, False, False, bool(vocabulary.PUBLISHED_BEHIND.match(behind)), goes_on)


def _is_information(noun: str) -> bool:
    if vocabulary.ENDS_WITH_INFORMATION.search(noun):
        return True
    if vocabulary.NO_INFORMATION.search(noun):
        return False
    return len(noun) <= 4 or bool(vocabulary.INFORMATION.search(noun))


@lru_cache(_REMEMBERED)
def everything(lead: str) -> Claims:
    """Everything that a 均为零 counts, in the order in which it stands there."""
    some = [*vocabulary.CARRIED, *vocabulary.OUTCOMES, *vocabulary.REVIEWED, *vocabulary.DECISIONS]
    places = [(match.start(), w.claim) for w in some if (match := w.lead.search(lead))]
    if match := vocabulary.AN_APPLICATION.search(lead):
        places.append((match.start(), "received"))
    return tuple(claim for _, claim in sorted(places))
